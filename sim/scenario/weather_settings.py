"""Settings of light and weather by name: what there is, and a scenario with some of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from sim.environment import RANGES, Environment
from sim.errors import UsageError
from sim.scenario.catalog import Parameter, Scalar, attribute_docs
from sim.scenario.scenario import Scenario

__all__ = ["environment_parameters", "environment_with", "with_environment"]


def environment_parameters() -> tuple[Parameter, ...]:
    """Settings of light and weather, the fields of `Environment` with their ranges."""
    docs, out = attribute_docs(Environment), []
    for field in dataclasses.fields(Environment):
        kind = float if field.name in RANGES else int
        doc = docs[field.name].rstrip(".")
        if field.name in RANGES:
            low, high = RANGES[field.name]
            doc = f"{doc}; {low:g} to {high:g}"
        out.append(Parameter(field.name, kind, field.default, doc + "."))  # type: ignore[arg-type]
    return tuple(out)


def environment_with(environment: Environment, settings: Mapping[str, Scalar]) -> Environment:
    """The environment with some of its fields set; other settings are left alone.

    Raises:
        UsageError: the field, its value, what would be right.
    """
    names = {field.name for field in dataclasses.fields(Environment)}
    given = {name: value for name, value in settings.items() if name in names}
    try:
        return dataclasses.replace(environment, **given)  # type: ignore[arg-type]
    except ValueError as error:
        raise UsageError(f"setting {error}") from None


def with_environment(scenario: Scenario, settings: Mapping[str, Scalar]) -> Scenario:
    """The scenario with some fields of light and weather set, at every time of the run.

    Raises:
        UsageError: the field, its value, what would be right.
    """
    changes = tuple(
        dataclasses.replace(change, environment=environment_with(change.environment, settings))
        for change in scenario.weather_changes
    )
    start = environment_with(scenario.environment, settings)
    return dataclasses.replace(scenario, environment=start, weather_changes=changes)
