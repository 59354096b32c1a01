"""Mappings, lists and scalars -> a document of the shape of a scenario file, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError, create_model

from sim.environment import Environment
from sim.errors import UsageError, near_matches
from sim.scenario.camera_json import LENS_MODELS
from sim.scenario.event_models import EVENT, EXPECTATION
from sim.scenario.models import CLOSED, SCALARS, annotation, model
from sim.scenario.scenario import Pedestrian, Vehicle
from sim.scenario.sensors import Camera

__all__ = ["FORMAT", "SCENARIO", "read_document"]

FORMAT = 1
"""Version in the files' first line, `roadreel: 1`."""

_SCALAR = reduce(or_, (SCALARS[kind] for kind in (bool, int, float, str)))
_FIELDS: dict[str, dict[str, Any]] = {
    "World": {"name": (SCALARS[str], ...), "parameters": (dict[str, Any], {})},
    "Agent": {"vehicle": (model(Vehicle) | None, None), "pedestrian": (model(Pedestrian) | None, None)},
}
_WORLD, _AGENT = (create_model(name, __config__=CLOSED, **fields) for name, fields in _FIELDS.items())
_SUN: dict[str, Any] = {
    "time": (SCALARS[str] | None, None),
    "latitude_deg": (SCALARS[float] | None, None),
    "longitude_deg": (SCALARS[float] | None, None),
}
_ENVIRONMENT = create_model("Environment", __base__=model(Environment), **_SUN)
_FIELDS["WeatherChange"] = {"time_s": (SCALARS[float], ...), "environment": (_ENVIRONMENT, ...)}
_CHANGE = create_model("WeatherChange", __config__=CLOSED, **_FIELDS["WeatherChange"])
_FIELDS["Scenario"] = {
    "roadreel": (Literal[1], ...),
    "world": (_WORLD, ...),
    "seed": (SCALARS[int], ...),
    "duration_s": (SCALARS[float], 8.0),
    "tick_hz": (SCALARS[int], 20),
    "warmup_s": (SCALARS[float], 0.0),
    "quality": (SCALARS[str], "standard"),
    "environment": (_ENVIRONMENT | None, None),
    "weather_changes": (list[_CHANGE], []),  # type: ignore[valid-type]
    "randomize": (dict[str, Any] | None, None),
    "drawn": (dict[str, _SCALAR], {}),  # type: ignore[valid-type]
    "parameters": (dict[str, _SCALAR], {}),  # type: ignore[valid-type]
    "sensors": (list[model(Camera)], ...),  # type: ignore[misc]
    "agents": (list[_AGENT], ...),  # type: ignore[valid-type]
    "events": (list[EVENT], []),  # type: ignore[valid-type]
    "expect": (list[EXPECTATION], []),  # type: ignore[valid-type]
}
SCENARIO: type[BaseModel] = create_model("Scenario", __config__=CLOSED, **_FIELDS["Scenario"])
"""The model of a scenario file."""


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
        document: Any = SCENARIO.model_validate(dict(data))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        lines = [f"{source}: {_problem(p['loc'], p['type'], p['input'], p['msg'])}" for p in problems[:5]]
        more = [f"{source}: and {len(problems) - 5} more"] if len(problems) > 5 else []
        raise UsageError("\n".join(lines + more)) from None
    for index, agent in enumerate(document.agents):
        if (agent.vehicle is None) == (agent.pedestrian is None):
            raise UsageError(f"{source}: agents[{index}]: wanted one key, 'vehicle' or 'pedestrian'")
    return document


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
    found: Any = SCENARIO
    for part in loc:
        if part in LENS_MODELS:
            found = annotation(LENS_MODELS[str(part)])
            continue
        found = get_args(found)[0] if isinstance(part, int) else found.model_fields[part].annotation
        if get_origin(found) not in (list, tuple):
            parts = get_args(found)
            options = [a for a in parts if get_origin(a) in (list, tuple) or hasattr(a, "model_fields")]
            found = options[0] if options else found
    return list(found.model_fields)
