"""The sections `environment` and `weather_changes` of a scenario file <-> values."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from sim.environment import Environment, WeatherChange
from sim.errors import UsageError

__all__ = ["changes_of", "environment_of"]


def environment_of(model: BaseModel | None, before: Environment) -> Environment:
    """Light and weather that a section describes; what it leaves out is as before.

    Args:
        model: the section, None if it is left out.
        before: the environment that it changes.

    Raises:
        UsageError: the field, its value, what would be right.
    """
    given = {} if model is None else {name: getattr(model, name) for name in model.model_fields_set}
    try:
        return dataclasses.replace(before, **given)
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
