"""Scenario <-> YAML text: what a scenario file says, exactly, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from sim.environment import Environment
from sim.errors import UsageError
from sim.scenario.catalog import build_world
from sim.scenario.checks import check_agents, check_bodies, check_camera
from sim.scenario.document import FORMAT, plain, read_document, value_of
from sim.scenario.looks import with_look
from sim.scenario.named_files import with_named_files
from sim.scenario.scenario import Agent, Pedestrian, Scenario, Vehicle
from sim.scenario.sensors import Camera
from sim.scenario.weather_files import changes_of, environment_of, look_of_file
from sim.scenario.yamltext import parse_yaml, read_text

__all__ = ["dump", "from_dict", "load", "to_dict"]


class _OnOneLine(dict[str, Any]):
    """A mapping to be written in braces, so that an agent stays a few lines."""


class _Dumper(yaml.SafeDumper):
    """SafeDumper that knows `_OnOneLine` and wraps no line."""


def _in_braces(dumper: _Dumper, data: _OnOneLine) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)


_Dumper.add_representer(_OnOneLine, _in_braces)


def load(path: str | Path, *, seed: int | None = None) -> Scenario:
    """The scenario in a YAML file.

    Args:
        path: of the file.
        seed: instead of the file's own, also of what the file leaves to be drawn.

    Raises:
        UsageError: naming the file, the field, the value and what would be right.
        OSError: the file cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(
            f"{path}: {'is a folder, no scenario file' if path.is_dir() else 'no such scenario file'}"
        )
    data = with_named_files(parse_yaml(read_text(path), path.name), path)
    scenario = from_dict(data, path.name, seed=seed)
    with _located(path.name):
        check_bodies(scenario)
    return scenario


def dump(scenario: Scenario) -> str:
    """The scenario as YAML; `load` gives an equal scenario back, to the last bit of every float.

    Raises:
        UsageError: the world was changed after `build`: no file can hold it.
    """
    recipe = scenario.world.recipe
    if build_world(recipe.name, recipe.parameters) != scenario.world:
        raise UsageError(
            f"the world is not what {recipe.name}.build gives for its recipe's parameters: it was changed "
            "after build, and no file can hold that"
        )
    record = to_dict(scenario)
    for agent in record["agents"]:
        for fields in agent.values():
            fields["body"] = _OnOneLine(fields["body"])
    for change in record["weather_changes"]:
        change["environment"] = _OnOneLine(change["environment"])
    return yaml.dump(
        record, Dumper=_Dumper, sort_keys=False, width=10_000, default_flow_style=None, allow_unicode=True
    )


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
        "sensors": [plain(sensor) for sensor in scenario.sensors],
        "agents": [
            {"vehicle" if isinstance(agent, Vehicle) else "pedestrian": plain(agent)}
            for agent in scenario.agents
        ],
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
        given["seed"] = document.seed if seed is None else seed
        scenario = Scenario(world, tuple(agents), tuple(sensors), drawn=document.drawn, **given)
        if document.randomize is not None:
            asked = look_of_file(document.randomize, document.environment, bool(document.weather_changes))
            scenario = with_look(scenario, asked)
        check_agents(scenario)
    return scenario


@contextmanager
def _located(where: str) -> Iterator[None]:
    """Puts the file and field before the message of an error of the values themselves."""
    try:
        yield
    except (UsageError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from None
