"""Dataclasses -> pydantic models of what files say of them, and values and plain mappings back and forth.

Models are strict (a text is never taken for a number) and closed (an unknown key is an error); they are
derived so that a field added to `Vehicle` is in the files, with its type, at once.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, create_model

from sim.scenario.camera_json import LENS_MODELS
from sim.scenario.response import CameraResponse
from sim.scenario.responses import expanded_response

__all__ = ["CLOSED", "SCALARS", "annotation", "model", "plain", "value_of"]

T = TypeVar("T")

CLOSED = ConfigDict(extra="forbid")
SCALARS: dict[object, Any] = {
    float: Annotated[float, Strict(), Field(allow_inf_nan=False)],
    int: Annotated[int, Strict()],
    str: Annotated[str, Strict()],
    bool: Annotated[bool, Strict()],
}


@cache
def model(source: Any) -> type[BaseModel]:
    """The model of a dataclass: same fields, same order; what has a default may be left out."""
    hints = get_type_hints(source)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(source):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        # A field that is no argument is a constant: the name by which a union's members are told apart.
        fields[field.name] = (annotation(hints[field.name]), ... if required or not field.init else None)
    return create_model(source.__name__, __config__=CLOSED, __doc__=source.__doc__, **fields)


def annotation(hint: Any) -> Any:
    """A dataclass field's type as a strict, closed one."""
    if hint in SCALARS:
        return SCALARS[hint]
    if hint is CameraResponse:
        return Annotated[model(hint), BeforeValidator(expanded_response)]
    if dataclasses.is_dataclass(hint):
        return model(hint)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        return tuple[tuple(a if a is Ellipsis else annotation(a) for a in get_args(hint))]  # type: ignore[misc]
    if get_origin(hint) is Mapping:
        return dict[tuple(annotation(a) for a in get_args(hint))]  # type: ignore[misc]
    if get_origin(hint) in (Union, types.UnionType):
        parts = [annotation(a) for a in get_args(hint) if a not in LENS_MODELS.values()]
        lenses = [annotation(a) for a in get_args(hint) if a in LENS_MODELS.values()]
        if lenses:
            # Told apart by name, so that a problem is one of the lens meant and not of every lens there is.
            parts.append(Annotated[reduce(or_, lenses), Field(discriminator="model")])
        return reduce(or_, parts)
    if get_origin(hint) is Literal:
        return hint
    if hint is type(None):
        return None
    raise TypeError(f"scenario files cannot hold {hint}")


def value_of(source: type[T], described: BaseModel) -> T:
    """The dataclass value a model describes; what the file leaves out takes the dataclass's default."""
    hints = get_type_hints(source)
    names = {f.name for f in dataclasses.fields(source) if f.init}  # type: ignore[arg-type]
    given: dict[str, Any] = {name: getattr(described, name) for name in described.model_fields_set & names}
    for name, value in given.items():
        options: tuple[Any, ...] = get_args(hints[name]) or (hints[name],)
        if isinstance(value, BaseModel):
            given[name] = _value_among(options, value)
        elif isinstance(value, tuple):
            given[name] = tuple(_value_among(options, v) if isinstance(v, BaseModel) else v for v in value)
    return source(**given)


def _value_among(options: Sequence[Any], described: BaseModel) -> Any:
    """The value of the one of several dataclasses whose model describes it."""
    return next(value_of(a, described) for a in options if isinstance(described, model(a)))


def plain(value: object, hint: Any = None) -> Any:
    """A dataclass value as mappings, lists and Python's own scalars, each of its declared type.

    Equal values give equal text: a whole number in a float field becomes a float, a NumPy scalar a plain one.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        hints = get_type_hints(type(value))
        return {f.name: plain(getattr(value, f.name), hints[f.name]) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        items = [a for a in get_args(hint) if a is not Ellipsis and get_origin(hint) is tuple]
        if not items:
            items = next((list(get_args(a)) for a in get_args(hint) if get_origin(a) is tuple), [None])
        return [plain(v, items[min(i, len(items) - 1)]) for i, v in enumerate(value)]
    if isinstance(value, Mapping):
        return {key: plain(one, get_args(hint)[1]) for key, one in value.items()}
    if value is not None and get_origin(hint) in (Union, types.UnionType):
        hint = next((a for a in get_args(hint) if a in SCALARS), None)
    return hint(value) if hint in SCALARS else value
