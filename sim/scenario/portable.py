"""A scenario -> what a dataset says of it, without a path, and the files that lie beside that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.scenario.files import to_dict
from sim.scenario.named_files import PATH
from sim.scenario.scenario import Scenario

__all__ = ["MAP_FILE", "portable"]

MAP_FILE = "map.xodr"
"""Name of the map in the folder of a sequence that was recorded on one."""


def portable(scenario: Scenario) -> tuple[dict[str, Any], dict[str, Path]]:
    """The scenario as `to_dict`, in which files lie beside it, and name -> where each file is now."""
    record = to_dict(scenario)
    parameters = record["world"]["parameters"]
    if PATH not in parameters:
        return record, {}
    source = Path(parameters[PATH])
    record["world"]["parameters"] = {**parameters, PATH: MAP_FILE}
    return record, {MAP_FILE: source}
