"""World name, seed and settings -> a concrete scenario: who, where, filmed by what.

The one way from a seed to a scenario; the command line and Python share it, so both give the same bytes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.errors import UsageError, near_matches
from sim.randomness import stream
from sim.scenario.catalog import Parameter, Scalar, load_world, parameters_of
from sim.scenario.looks import drawn_environment, drawn_world, with_look
from sim.scenario.population import default_scenario
from sim.scenario.responses import RESPONSES
from sim.scenario.rigs import with_rig
from sim.scenario.room import with_room
from sim.scenario.scenario import Scenario
from sim.scenario.sensors import resized
from sim.scenario.weather_settings import LookSettings, environment_with, look_settings

__all__ = ["sample", "scenario_parameters", "with_settings"]

_OF_THE_WHOLE = ("duration_s", "tick_hz", "warmup_s", "quality")
_CAMERAS = ("width_px", "height_px", "rate_hz")


def sample(
    world: str, *, seed: int, rig: str | None = None, response: str | None = None, **settings: Scalar
) -> Scenario:
    """A scenario in a street drawn from `seed`.

    Args:
        world: name of a world, see `sim.scenario.catalog.world_names`.
        seed: of everything drawn, 0 or more.
        rig: ``stereo``, ``surround`` or a calibration file, to film from the vehicle "ego" with instead of
            the default cameras.
        response: preset of what every camera does to the light, one of `RESPONSES`; None leaves each its own.
        settings: what is not to be drawn or not to take its default: parameters of the world's `build`
            (``lanes=2``), of the scenario (``vehicles=10``, ``duration_s=4.0``, ``width_px=640``), of light
            and weather (``rain_mm_per_h=5.0``, ``weather="rain"``, ``time="2026-06-21T22:30"`` with
            ``latitude_deg``), and how to draw (``randomize="wide"``), see `look_settings`.

    Raises:
        UsageError: unknown world or setting, wrong type, value out of range.
    """
    if seed < 0:
        raise UsageError(f"seed is {seed}, wanted 0 or more")
    module = load_world(world)
    of_world = {p.name: p for p in parameters_of(module.build)}
    of_scenario = {p.name: p for p in scenario_parameters()}
    known, values = of_world | of_scenario, dict[str, Scalar]()
    light, others = look_settings(settings)
    for key, value in others.items():
        if key not in known:
            raise UsageError(near_matches(f"{world} setting", key, known))
        values[key] = known[key].accept(value, "setting")
    of_look = drawn_world(light.look, seed, of_world, world)
    fixed = of_look | {k: v for k, v in values.items() if k in of_world}
    street = module.sample(stream(seed, "world"), **fixed)
    scenario: Callable[..., Scenario] = default_scenario
    of_scene = with_room(street, {k: v for k, v in values.items() if k in of_scenario})
    drawn = scenario(street, seed, **of_scene, environment=drawn_environment(light, seed)[1], look=light.look)
    if rig is not None:
        cameras: dict[str, Any] = {key: values[key] for key in _CAMERAS if key in values}
        drawn = with_rig(drawn, rig, **cameras)
    drawn = _with_response(drawn, response)
    return with_look(drawn, light, {k: v for k, v in of_look.items() if k not in values})


def scenario_parameters() -> tuple[Parameter, ...]:
    """Settings every world shares: numbers of agents, times, size and rate of the cameras, quality."""
    return parameters_of(default_scenario)


def with_settings(
    scenario: Scenario,
    settings: Mapping[str, Scalar],
    *,
    seed: int | None = None,
    channels: Sequence[str] | None = None,
    rig: str | None = None,
    response: str | None = None,
) -> Scenario:
    """The scenario with other times, cameras, quality or seed; its street and agents stay as they are.

    Args:
        scenario: what to change.
        settings: any of duration_s, tick_hz, warmup_s, quality, of every camera width_px, height_px,
            rate_hz, and of light and weather as in `sample`: fields then hold at every time of the run; a
            kind of weather or a way to draw gives drawn light and weather instead of the scenario's.
        seed: of what the agents draw while they move, or None to keep it.
        channels: what every camera records, or None to keep it.
        rig: as in `sample`; None keeps the cameras.
        response: as in `sample`; None keeps it.

    Raises:
        UsageError: any other setting, wrong type, value out of range.
    """
    known = {p.name: p for p in scenario_parameters() if p.name in (*_OF_THE_WHOLE, *_CAMERAS)}
    light, others = look_settings(settings)
    for key in others:
        if key not in known:
            raise UsageError(near_matches("scenario file setting", key, known))
    values: dict[str, Any] = {key: known[key].accept(value, "setting") for key, value in others.items()}
    cameras = {key: values.pop(key) for key in _CAMERAS if key in values}
    if rig is None:
        rate = {"rate_hz": cameras["rate_hz"]} if "rate_hz" in cameras else {}
        size = cameras.get("width_px"), cameras.get("height_px")
        sensors = tuple(dataclasses.replace(resized(s, *size), **rate) for s in scenario.sensors)
    else:
        sensors = with_rig(scenario, rig, **cameras).sensors
    if channels is not None:
        sensors = tuple(dataclasses.replace(sensor, channels=tuple(channels)) for sensor in sensors)
    if seed is not None:
        values["seed"] = seed
    changed = _with_response(dataclasses.replace(scenario, sensors=sensors, **values), response)
    return with_look(changed, light) if light.draws else _with_fields(changed, light)


def _with_response(scenario: Scenario, name: str | None) -> Scenario:
    if name is None:
        return scenario
    if name not in RESPONSES:
        raise UsageError(near_matches("response", name, RESPONSES))
    sensors = tuple(dataclasses.replace(s, response=RESPONSES[name]) for s in scenario.sensors)
    return dataclasses.replace(scenario, sensors=sensors)


def _with_fields(scenario: Scenario, light: LookSettings) -> Scenario:
    """The scenario with some fields of light and weather set, at every time of the run."""
    if not light.fields:
        return scenario
    changes = tuple(
        dataclasses.replace(change, environment=environment_with(change.environment, light.fields))
        for change in scenario.weather_changes
    )
    start = environment_with(scenario.environment, light.fields)
    return dataclasses.replace(scenario, environment=start, weather_changes=changes)
