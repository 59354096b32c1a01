"""A look and a seed -> the environment, parameters of the street, bodies and cameras of a scenario."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sim.bodies.people import PersonShares
from sim.environment import RANGES, Environment
from sim.errors import UsageError, near_matches
from sim.randomization import Drawn, Look, Scalar
from sim.scenario.response import CameraResponse
from sim.scenario.scenario import Scenario
from sim.scenario.weather_settings import LookSettings, environment_with

__all__ = ["drawn_environment", "drawn_fields", "drawn_people_shares", "drawn_world", "with_look"]

_SHARES = frozenset(field.name for field in dataclasses.fields(PersonShares))


def with_look(scenario: Scenario, settings: LookSettings, world: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario in drawn light and weather, filmed by cameras with drawn responses.

    What it says of later weather is dropped.

    Args:
        scenario: whose seed decides.
        settings: the distributions, and fields of the environment that are not drawn.
        world: parameters of the street that were drawn before, for the record; None if the street and the
            agents were given, so that no distribution of theirs can hold.

    Raises:
        UsageError: a distribution that cannot be.
    """
    look, seed = settings.look, scenario.seed
    if world is None:
        for name in sorted(look.own):
            if name.partition(".")[0] in ("world", "people", "vehicles"):
                raise UsageError(f"randomize: {name}: the street and everybody in it stand in the file")
    kind, environment = drawn_environment(settings, seed)
    record: dict[str, Scalar] = {"level": look.level, "weather": kind}
    record |= {
        f"environment.{field.name}": getattr(environment, field.name)
        for field in dataclasses.fields(environment)
        if field.name not in settings.fields
    }
    record |= {f"world.{name}": value for name, value in (world or {}).items()}
    if world is not None:
        record |= {f"people.{name}": share for name, share in drawn_people_shares(look, seed).items()}
    cameras = []
    known = [field.name for field in dataclasses.fields(CameraResponse)]
    for camera in scenario.sensors:
        changes = look.draw("camera", seed, camera.name)
        for name in changes:
            if name not in known:
                raise UsageError(near_matches("parameter of camera", name, known))
        record |= {f"camera.{camera.name}.{name}": _scalar(value) for name, value in changes.items()}
        response = _response(camera.response, changes)
        cameras.append(dataclasses.replace(camera, response=response))
    return dataclasses.replace(
        scenario, environment=environment, weather_changes=(), sensors=tuple(cameras), drawn=record
    )


def drawn_environment(settings: LookSettings, seed: int) -> tuple[str, Environment]:
    """The kind of weather and the environment of a scenario.

    Raises:
        UsageError: a distribution of a field that does not exist, or that gives what no environment can be.
    """
    kind, drawn = settings.look.draw_weather(seed)
    known = [field.name for field in dataclasses.fields(Environment)]
    for name in drawn:
        if name not in known:
            raise UsageError(near_matches("parameter of environment", name, known))
    try:
        environment = Environment(**{name: _number(name, value) for name, value in drawn.items()})  # type: ignore[arg-type]
    except ValueError as error:
        raise UsageError(f"randomize: environment.{error}") from None
    return kind, environment_with(environment, settings.fields)


def drawn_world(look: Look, seed: int, known: Mapping[str, object], world: str) -> dict[str, Scalar]:
    """Parameters of the street that have a distribution; a level's own are left out where a street has none.

    Args:
        look: the distributions.
        seed: of the scenario.
        known: names of the street's parameters.
        world: its name, for messages.

    Raises:
        UsageError: the user's distribution of a parameter that the street does not have.
    """
    drawn = look.draw("world", seed)
    for name in drawn:
        if name not in known and f"world.{name}" in look.own:
            raise UsageError(near_matches(f"parameter of {world}", name, known))
    return {name: _scalar(value) for name, value in drawn.items() if name in known}


def drawn_fields(look: Look | None, group: str, seed: int, agent: str) -> dict[str, Any]:
    """Fields of an agent's body that have a distribution, from the agent's own stream."""
    if look is None:
        return {}
    drawn = look.draw(group, seed, agent)
    return {name: value for name, value in drawn.items() if not _is_share(look, f"{group}.{name}")}


def drawn_people_shares(look: Look, seed: int) -> dict[str, float]:
    """Fields of `PersonShares` that have a distribution, drawn once for a street.

    A name that is a field of a person as well (``headwear``, ``beard``) is a share where it is given by
    numbers, and what everybody wears otherwise.
    """
    drawn = look.draw("people", seed)
    return {name: float(value) for name, value in drawn.items() if _is_share(look, f"people.{name}")}  # type: ignore[arg-type]


def _is_share(look: Look, name: str) -> bool:
    group, _, field = name.partition(".")
    return group == "people" and field in _SHARES and look.parameters[name].is_numeric


def _response(response: CameraResponse, changes: Mapping[str, Drawn]) -> CameraResponse:
    """The response with drawn fields, each as the kind of number it is."""
    given: dict[str, Any] = {}
    for name, value in changes.items():
        kind = type(getattr(response, name))
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if (kind in (int, float)) != is_number:
            like = f"{getattr(response, name)!r}"
            raise UsageError(f"randomize: camera.{name}: {value!r:.40}, wanted something like {like}")
        given[name] = kind(value) if is_number else value
    return dataclasses.replace(response, **given)


def _number(name: str, value: Drawn) -> float | int:
    if isinstance(value, bool | str | tuple):
        raise UsageError(f"randomize: environment.{name}: {value!r:.40} is no number")
    return float(value) if name in RANGES else int(value)


def _scalar(value: Drawn) -> Scalar:
    return " ".join(map(str, value)) if isinstance(value, tuple) else value
