"""Scenario <-> YAML text: what a scenario file says, exactly, in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sim.errors import UsageError
from sim.scenario.catalog import build_world
from sim.scenario.declared import Scalar
from sim.scenario.records import from_dict, to_dict
from sim.scenario.scenario import Scenario
from sim.scenario.template import load_template

__all__ = ["dump", "from_dict", "load", "to_dict"]


class _OnOneLine(dict[str, Any]):
    """A mapping to be written in braces, so that an agent stays a few lines."""


class _Dumper(yaml.SafeDumper):
    """SafeDumper that knows `_OnOneLine` and wraps no line."""


def _in_braces(dumper: _Dumper, data: _OnOneLine) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)


_Dumper.add_representer(_OnOneLine, _in_braces)


def load(
    path: str | Path, *, seed: int | None = None, parameters: Mapping[str, Scalar] | None = None
) -> Scenario:
    """The scenario in a YAML file.

    Args:
        path: of the file.
        seed: instead of the file's own, also of what the file leaves to be drawn.
        parameters: values of the file's parameters instead of those it declares.

    Raises:
        UsageError: naming the file, the line, the field, the value and what would be right.
        OSError: the file cannot be read.
    """
    return load_template(path).scenario(parameters, seed=seed)


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
