"""Scenario <-> mappings, lists and scalars: what a scenario file says, exactly, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.environment import Environment
from sim.errors import UsageError
from sim.scenario.catalog import build_world
from sim.scenario.checks import check_agents, check_camera
from sim.scenario.document import FORMAT, read_document
from sim.scenario.event_checks import check_events
from sim.scenario.event_models import event_of, event_record, expectation_of, expectation_record
from sim.scenario.looks import with_look
from sim.scenario.models import plain, value_of
from sim.scenario.scenario import Agent, Pedestrian, Scenario, Vehicle
from sim.scenario.sensors import Camera
from sim.scenario.weather_files import changes_of, environment_of, look_of_file

__all__ = ["from_dict", "to_dict"]


def to_dict(scenario: Scenario) -> dict[str, Any]:
    """The scenario as mappings, lists and scalars, every field spelled out, each of its declared type."""
    recipe = scenario.world.recipe
    return {
        "roadreel": FORMAT,
        "world": {"name": recipe.name, "parameters": dict(sorted(recipe.parameters.items()))},
        "seed": int(scenario.seed),
        "duration_s": float(scenario.duration_s),
        "tick_hz": int(scenario.tick_hz),
        "warmup_s": float(scenario.warmup_s),
        "quality": scenario.quality,
        "environment": plain(scenario.environment),
        "weather_changes": [plain(change) for change in scenario.weather_changes],
        "drawn": dict(scenario.drawn),
        **({"parameters": dict(scenario.parameters)} if scenario.parameters else {}),
        "sensors": [plain(sensor) for sensor in scenario.sensors],
        "agents": [
            {"vehicle" if isinstance(agent, Vehicle) else "pedestrian": plain(agent)}
            for agent in scenario.agents
        ],
        **({"events": [event_record(one) for one in scenario.events]} if scenario.events else {}),
        **({"expect": [expectation_record(one) for one in scenario.expect]} if scenario.expect else {}),
    }


def from_dict(data: object, source: str = "scenario", *, seed: int | None = None) -> Scenario:
    """The scenario that `to_dict` wrote, or that a file says.

    Args:
        data: mappings, lists and scalars.
        source: the file's name, for messages.
        seed: instead of the document's own.

    Raises:
        UsageError: naming the source, the field, the value and what would be right.
    """
    document = read_document(data, source)
    with _located(f"{source}: world"):
        world = build_world(document.world.name, document.world.parameters)
    sensors = []
    for index, model in enumerate(document.sensors):
        with _located(f"{source}: sensors[{index}]"):
            sensors.append(value_of(Camera, model))
            check_camera(sensors[-1])
    agents: list[Agent] = []
    for model in document.agents:
        if model.vehicle is not None:
            agents.append(value_of(Vehicle, model.vehicle))
        else:
            agents.append(value_of(Pedestrian, model.pedestrian))
    optional = ("duration_s", "tick_hz", "warmup_s", "quality")
    given = {key: getattr(document, key) for key in optional if key in document.model_fields_set}
    with _located(source):
        given["environment"] = environment_of(document.environment, Environment())
        given["weather_changes"] = changes_of(document.weather_changes, given["environment"])
        given["events"] = tuple(event_of(one) for one in document.events)
        given["expect"] = tuple(expectation_of(one) for one in document.expect)
        given["drawn"], given["parameters"] = document.drawn, document.parameters
        given["seed"] = document.seed if seed is None else seed
        scenario = Scenario(world, tuple(agents), tuple(sensors), **given)
        if document.randomize is not None:
            asked = look_of_file(document.randomize, document.environment, bool(document.weather_changes))
            scenario = with_look(scenario, asked)
        check_agents(scenario)
        check_events(scenario)
    return scenario


@contextmanager
def _located(where: str) -> Iterator[None]:
    """Puts the file and field before the message of an error of the values themselves."""
    try:
        yield
    except (UsageError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from None
