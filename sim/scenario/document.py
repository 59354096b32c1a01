"""The shape of a scenario file as pydantic models, derived from the dataclasses it fills.

Models are strict (a text is never taken for a number) and closed (an unknown key is an error); they are
derived so that a field added to `Vehicle` is in the files, with its type, at once.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError, create_model

from sim.environment import Environment
from sim.errors import UsageError, near_matches
from sim.scenario.camera_json import LENS_MODELS
from sim.scenario.response import CameraResponse, expanded_response
from sim.scenario.scenario import Pedestrian, Vehicle
from sim.scenario.sensors import Camera

__all__ = ["FORMAT", "plain", "read_document", "value_of"]

T = TypeVar("T")

FORMAT = 1
"""Version in the files' first line, `roadreel: 1`."""

_CLOSED = ConfigDict(extra="forbid")
_SCALARS: dict[object, Any] = {
    float: Annotated[float, Strict(), Field(allow_inf_nan=False)],
    int: Annotated[int, Strict()],
    str: Annotated[str, Strict()],
    bool: Annotated[bool, Strict()],
}


@cache
def _model(source: Any) -> type[BaseModel]:
    """The model of a dataclass: same fields, same order; what has a default may be left out."""
    hints = get_type_hints(source)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(source):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        # A field that is no argument is a constant: the name by which a union's members are told apart.
        fields[field.name] = (_annotation(hints[field.name]), ... if required or not field.init else None)
    return create_model(source.__name__, __config__=_CLOSED, __doc__=source.__doc__, **fields)


def _annotation(hint: Any) -> Any:
    """A dataclass field's type as a strict, closed one."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hint is CameraResponse:
        return Annotated[_model(hint), BeforeValidator(expanded_response)]
    if dataclasses.is_dataclass(hint):
        return _model(hint)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        return tuple[tuple(a if a is Ellipsis else _annotation(a) for a in get_args(hint))]  # type: ignore[misc]
    if get_origin(hint) in (Union, types.UnionType):
        parts = [_annotation(a) for a in get_args(hint) if a not in LENS_MODELS.values()]
        lenses = [_annotation(a) for a in get_args(hint) if a in LENS_MODELS.values()]
        if lenses:
            # Told apart by name, so that a problem is one of the lens meant and not of every lens there is.
            parts.append(Annotated[reduce(or_, lenses), Field(discriminator="model")])
        return reduce(or_, parts)
    if get_origin(hint) is Literal:
        return hint
    if hint is type(None):
        return None
    raise TypeError(f"scenario files cannot hold {hint}")


_SCALAR = reduce(or_, (_SCALARS[kind] for kind in (bool, int, float, str)))
_FIELDS: dict[str, dict[str, Any]] = {
    "World": {"name": (_SCALARS[str], ...), "parameters": (dict[str, Any], {})},
    "Agent": {"vehicle": (_model(Vehicle) | None, None), "pedestrian": (_model(Pedestrian) | None, None)},
}
_WORLD, _AGENT = (create_model(name, __config__=_CLOSED, **fields) for name, fields in _FIELDS.items())
_SUN: dict[str, Any] = {
    "time": (_SCALARS[str] | None, None),
    "latitude_deg": (_SCALARS[float] | None, None),
    "longitude_deg": (_SCALARS[float] | None, None),
}
_ENVIRONMENT = create_model("Environment", __base__=_model(Environment), **_SUN)
_FIELDS["WeatherChange"] = {"time_s": (_SCALARS[float], ...), "environment": (_ENVIRONMENT, ...)}
_CHANGE = create_model("WeatherChange", __config__=_CLOSED, **_FIELDS["WeatherChange"])
_FIELDS["Scenario"] = {
    "roadreel": (Literal[1], ...),
    "world": (_WORLD, ...),
    "seed": (_SCALARS[int], ...),
    "duration_s": (_SCALARS[float], 8.0),
    "tick_hz": (_SCALARS[int], 20),
    "warmup_s": (_SCALARS[float], 0.0),
    "quality": (_SCALARS[str], "standard"),
    "environment": (_ENVIRONMENT | None, None),
    "weather_changes": (list[_CHANGE], []),  # type: ignore[valid-type]
    "randomize": (dict[str, Any] | None, None),
    "drawn": (dict[str, _SCALAR], {}),  # type: ignore[valid-type]
    "parameters": (dict[str, _SCALAR], {}),  # type: ignore[valid-type]
    "sensors": (list[_model(Camera)], ...),  # type: ignore[misc]
    "agents": (list[_AGENT], ...),  # type: ignore[valid-type]
}
_SCENARIO = create_model("Scenario", __config__=_CLOSED, **_FIELDS["Scenario"])


def read_document(data: object, source: str) -> Any:
    """A checked document, with the keys of a scenario file as attributes.

    Args:
        data: what YAML gave.
        source: the file's name, for messages.

    Raises:
        UsageError: up to five problems, each on a line of its own: file, field, value, what would be right.
    """
    if not isinstance(data, Mapping):
        raise UsageError(f"{source}: a scenario is a mapping that starts with 'roadreel: {FORMAT}'")
    try:
        document = _SCENARIO.model_validate(dict(data))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        lines = [f"{source}: {_problem(p['loc'], p['type'], p['input'], p['msg'])}" for p in problems[:5]]
        more = [f"{source}: and {len(problems) - 5} more"] if len(problems) > 5 else []
        raise UsageError("\n".join(lines + more)) from None
    for index, agent in enumerate(document.agents):
        if (agent.vehicle is None) == (agent.pedestrian is None):
            raise UsageError(f"{source}: agents[{index}]: wanted one key, 'vehicle' or 'pedestrian'")
    return document


def value_of(source: type[T], model: BaseModel) -> T:
    """The dataclass value a model describes; what the file leaves out takes the dataclass's default."""
    hints = get_type_hints(source)
    names = {f.name for f in dataclasses.fields(source) if f.init}  # type: ignore[arg-type]
    given: dict[str, Any] = {name: getattr(model, name) for name in model.model_fields_set & names}
    for name, value in given.items():
        if isinstance(value, BaseModel):
            options: tuple[Any, ...] = get_args(hints[name]) or (hints[name],)
            given[name] = next(value_of(a, value) for a in options if isinstance(value, _model(a)))
    return source(**given)


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
    if value is not None and get_origin(hint) in (Union, types.UnionType):
        hint = next((a for a in get_args(hint) if a in _SCALARS), None)
    return hint(value) if hint in _SCALARS else value


_KINDS = {
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_parsing_size": "a whole number of reasonable size",
    "string_type": "a text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def _problem(loc: tuple[int | str, ...], kind: str, value: object, message: str) -> str:
    """One pydantic error in our words."""
    shown = [part for part in loc if part not in LENS_MODELS]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in shown).lstrip(".")
    if kind == "union_tag_not_found":
        return f"{field}.model: missing, wanted {' or '.join(LENS_MODELS)}"
    if kind == "union_tag_invalid":
        return f"{field}.model: {near_matches('lens model', _tag(value), LENS_MODELS)}"
    if kind == "extra_forbidden":
        return f"{field}: {near_matches('key', str(loc[-1]), _known_keys(loc[:-1]))}"
    if kind == "missing":
        return f"{field}: missing"
    if kind == "value_error":
        return f"{field}: {message.removeprefix('Value error, ')}"
    if kind == "literal_error" and loc == ("roadreel",):
        return f"{field}: {value!r:.60} is a version this program does not read; it reads {FORMAT}"
    if kind in _KINDS:
        return f"{field}: {value!r:.60} is not {_KINDS[kind]}"
    return f"{field}: {value!r:.60}: {message[0].lower()}{message[1:]}"


def _tag(value: object) -> str:
    return str(value.get("model")) if isinstance(value, Mapping) else ""


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    """Keys the model at `loc` has."""
    annotation: Any = _SCENARIO
    for part in loc:
        if part in LENS_MODELS:
            annotation = _annotation(LENS_MODELS[str(part)])
            continue
        if isinstance(part, int):
            annotation = get_args(annotation)[0]
        else:
            annotation = annotation.model_fields[part].annotation
        options = [a for a in get_args(annotation) if isinstance(a, type) and issubclass(a, BaseModel)]
        if options and get_origin(annotation) is not list:
            annotation = options[0]
    return list(annotation.model_fields)
