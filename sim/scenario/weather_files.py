"""The sections `environment`, `weather_changes` and `randomize` of a scenario file -> values."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from sim.environment import Environment, WeatherChange
from sim.errors import UsageError
from sim.scenario.weather_settings import SUN_FIELDS, LookSettings, randomization_of, sun_fields

__all__ = ["SUN_KEYS", "changes_of", "environment_of", "look_of_file"]

SUN_KEYS = ("time", "latitude_deg", "longitude_deg")
"""Keys of a section that stand for where the sun is."""


def environment_of(model: BaseModel | None, before: Environment) -> Environment:
    """Light and weather that a section describes; what it leaves out is as before.

    Args:
        model: the section, None if it is left out.
        before: the environment that it changes.

    Raises:
        UsageError: the field, its value, what would be right.
    """
    try:
        return dataclasses.replace(before, **_fields(model))
    except ValueError as error:
        raise UsageError(f"environment: {error}") from None


def changes_of(models: Sequence[Any], start: Environment) -> tuple[WeatherChange, ...]:
    """The changes a file lists; each leaves what it does not name as the one before it.

    Args:
        models: the file's entries.
        start: light and weather at the first frame.

    Raises:
        UsageError: the entry, the field, its value, what would be right.
    """
    out: list[WeatherChange] = []
    for index, model in enumerate(models):
        before = out[-1].environment if out else start
        try:
            out.append(WeatherChange(model.time_s, environment_of(model.environment, before)))
        except (UsageError, ValueError) as error:
            raise UsageError(f"weather_changes[{index}]: {error}") from None
    return tuple(out)


def look_of_file(section: Mapping[str, object], environment: BaseModel | None, changes: bool) -> LookSettings:
    """What a file's section `randomize` asks for; fields that its `environment` gives are not drawn.

    Args:
        section: level and distributions.
        environment: the section `environment`, None if it is left out.
        changes: whether the file has weather changes.

    Raises:
        UsageError: what is wrong, and where.
    """
    if changes:
        raise UsageError("randomize: stands beside weather_changes, wanted one of them")
    level, own = randomization_of(section, "randomize")
    return LookSettings(level, None, own, _fields(environment))


def _fields(model: BaseModel | None) -> dict[str, Any]:
    """Fields of the environment that a section gives, those of the sun perhaps by time and place."""
    given = {} if model is None else {name: getattr(model, name) for name in model.model_fields_set}
    of_sun = {name: given.pop(name) for name in SUN_KEYS if name in given}
    if not of_sun:
        return given
    twice = [name for name in SUN_FIELDS if name in given]
    if twice:
        raise UsageError(f"environment: {twice[0]}: the sun's place follows from time and latitude_deg")
    try:
        return given | sun_fields(**of_sun)
    except UsageError as error:
        raise UsageError(f"environment: {error}") from None
