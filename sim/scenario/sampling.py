"""World name, seed and settings -> a concrete scenario: who, where, filmed by what.

The one way from a seed to a scenario; the command line and Python share it, so both give the same bytes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from sim.errors import UsageError, near_matches
from sim.randomness import stream
from sim.scenario.catalog import Parameter, Scalar, load_world, parameters_of
from sim.scenario.population import default_scenario
from sim.scenario.scenario import Scenario

__all__ = ["sample", "scenario_parameters", "with_sensors", "with_settings"]


def sample(world: str, *, seed: int, **settings: Scalar) -> Scenario:
    """A scenario in a street drawn from `seed`.

    Args:
        world: name of a world, see `sim.scenario.catalog.world_names`.
        seed: of everything drawn, 0 or more.
        settings: what is not to be drawn or not to take its default: parameters of the world's `build`
            (``lanes=2``) and of the scenario (``vehicles=10``, ``duration_s=4.0``).

    Raises:
        UsageError: unknown world or setting, wrong type, value out of range.
    """
    if seed < 0:
        raise UsageError(f"seed is {seed}, wanted 0 or more")
    module = load_world(world)
    of_world = {p.name: p for p in parameters_of(module.build)}
    of_scenario = {p.name: p for p in scenario_parameters()}
    values: dict[str, Scalar] = {}
    for key, value in settings.items():
        known = of_world | of_scenario
        if key not in known:
            raise UsageError(near_matches(f"{world} setting", key, known))
        values[key] = known[key].accept(value, "setting")
    street = module.sample(stream(seed, "world"), **{k: v for k, v in values.items() if k in of_world})
    scenario: Callable[..., Scenario] = default_scenario
    return scenario(street, seed, **{k: v for k, v in values.items() if k in of_scenario})


def scenario_parameters() -> tuple[Parameter, ...]:
    """Settings every world shares: numbers of agents, duration, tick rate."""
    own_options = ("width_px", "height_px", "rate_hz")
    return tuple(p for p in parameters_of(default_scenario) if p.name not in own_options)


def with_settings(scenario: Scenario, settings: Mapping[str, Scalar], seed: int | None = None) -> Scenario:
    """The scenario with another duration, tick rate or seed; streets and agents of a file stay as they are.

    Raises:
        UsageError: any other setting.
    """
    known = {
        "duration_s": Parameter("duration_s", float, scenario.duration_s, ""),
        "tick_hz": Parameter("tick_hz", int, scenario.tick_hz, ""),
    }
    for key in settings:
        if key not in known:
            raise UsageError(near_matches("scenario file setting", key, known))
    values = {key: known[key].accept(value, "setting") for key, value in settings.items()}
    return dataclasses.replace(scenario, **values, seed=scenario.seed if seed is None else seed)  # type: ignore[arg-type]


def with_sensors(
    scenario: Scenario,
    *,
    width_px: int | None = None,
    height_px: int | None = None,
    rate_hz: int | None = None,
    channels: Sequence[str] | None = None,
) -> Scenario:
    """The scenario with these values in every camera; None leaves a value alone."""
    given = {"width_px": width_px, "height_px": height_px, "rate_hz": rate_hz}
    changes: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    if channels is not None:
        changes["channels"] = tuple(channels)
    sensors = tuple(dataclasses.replace(s, **changes) for s in scenario.sensors)  # type: ignore[arg-type]
    return dataclasses.replace(scenario, sensors=sensors)
