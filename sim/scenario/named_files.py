"""Files that a scenario names -> what is in them, or where they are: maps, trajectories, bodies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.gltf_files import with_own_bodies
from sim.scenario.trajectory_files import with_trajectories

__all__ = ["PATH", "placed", "with_named_files"]

PATH = "path"
"""The parameter of a world that names a file."""


def with_named_files(data: object, file: Path) -> object:
    """The document of a scenario file, with what it names; maps are looked for from its folder.

    Args:
        data: what YAML gave, of any shape; what names no file is left to whoever checks it.
        file: the scenario file.

    Raises:
        UsageError: a trajectory or body that cannot be, see `with_trajectories` and `with_own_bodies`.
        OSError: a file cannot be read.
    """
    found = with_own_bodies(with_trajectories(data, file), file)
    return placed(found, file.parent) if isinstance(found, dict) else found


def placed(record: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A scenario in which the map has the path that it has from here.

    Args:
        record: mappings and lists of any shape.
        folder: what the scenario names without a full path is in this folder.
    """
    world = record.get("world")
    parameters = world.get("parameters") if isinstance(world, Mapping) else None
    path = parameters.get(PATH) if isinstance(parameters, Mapping) else None
    if not isinstance(path, str) or not path or not isinstance(world, Mapping):
        return dict(record)
    return {**record, "world": {**world, "parameters": {**(parameters or {}), PATH: str(folder / path)}}}
