"""A YAML file with cameras as scenario files have them -> the cameras, checked as those of a scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from sim.errors import UsageError
from sim.scenario.checks import check_camera
from sim.scenario.document import FORMAT, read_document
from sim.scenario.models import value_of
from sim.scenario.sensors import Camera
from sim.scenario.yamltext import parse_yaml, read_text

__all__ = ["is_camera_file", "read_cameras"]

_WANTED = f"wanted 'roadreel: {FORMAT}' and the list 'sensors', as a scenario file has them"


def is_camera_file(path: str | Path) -> bool:
    """Whether a file is there that lists sensors, and no scenario, whose agents they might be carried by."""
    path = Path(path)
    if path.suffix not in (".yaml", ".yml") or not path.is_file():
        return False
    keys = set(re.findall(r"^(\w+) *:", read_text(path), re.MULTILINE))
    return "sensors" in keys and not {"world", "agents"} & keys


def read_cameras(path: str | Path) -> tuple[Camera, ...]:
    """The cameras in a file of two keys, ``roadreel`` and ``sensors``.

    Raises:
        UsageError: naming the file, the field, the value and what would be right.
        OSError: the file cannot be read.
    """
    path = Path(path)
    data = parse_yaml(read_text(path), path.name)
    if not isinstance(data, Mapping) or not data.keys() <= {"roadreel", "sensors"}:
        raise UsageError(f"{path.name}: no camera file: {_WANTED}")
    document = read_document({"world": {"name": "none"}, "seed": 0, "agents": [], **data}, path.name)
    cameras = tuple(value_of(Camera, model) for model in document.sensors)
    if not cameras:
        raise UsageError(f"{path.name}: sensors: is empty, wanted at least one camera")
    for index, camera in enumerate(cameras):
        try:
            check_camera(camera)
        except UsageError as error:
            raise UsageError(f"{path.name}: sensors[{index}]: {error}") from None
    return cameras
