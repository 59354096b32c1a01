"""A calibration file -> the cameras it describes; its format is known by its content."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from sim.bodies import VehicleSpec
from sim.errors import UsageError
from sim.geometry import Pose
from sim.scenario.calibration import kalibr, kitti, kitti_raw, nuscenes, opencv
from sim.scenario.calibration.sheet import Sheet, cameras_of
from sim.scenario.sensors import DEFAULT_CHANNELS, Camera
from sim.scenario.windscreen import windscreen_pose
from sim.scenario.yamltext import parse_yaml, read_text

__all__ = ["read_rig", "rig_notes"]

_MAX_BYTES = 1_000_000
_MAX_TABLE_BYTES = 64_000_000  # nuScenes' table of all its drives has 4 MB
_KNOWN = "an OpenCV or ROS YAML file, a Kalibr camchain, KITTI's calib or calib_cam_to_cam, nuScenes' tables"


def read_rig(
    path: str | Path,
    *,
    mount: str = "ego",
    body_from_first: Pose | None = None,
    behind_windscreen_of: VehicleSpec | None = None,
    width_px: int | None = None,
    height_px: int | None = None,
    rate_hz: int = 10,
    channels: tuple[str, ...] = DEFAULT_CHANNELS,
) -> tuple[Camera, ...]:
    """The cameras of a calibration file.

    Those that see more than 60 degrees off their axis draw what is nearer than others do (`near_m` 0.1): they
    look down on the vehicle that carries them.

    Args:
        path: a file, or the folder of nuScenes' tables or of KITTI's calib_cam_to_cam.txt.
        mount: name of the agent that carries the rig, or "" if it is fixed in the world.
        body_from_first: pose of the first camera's frame (x right, y down, z forward) in the body of that
            agent, or in the world. The other cameras keep their places to it. Left out, it is what the file
            says, or behind the windscreen where a format does not tell.
        behind_windscreen_of: body of the vehicle with that windscreen, a hatchback by default.
        width_px: width of the calibrated images where the file does not tell; left out, KITTI's 1242 and
            nuScenes' 1600.
        height_px: their height likewise, 375 and 900.
        rate_hz: frames a second of every camera.
        channels: what every camera records.

    Raises:
        UsageError: with file, field, value and what would be right: an unknown format, a broken file, a lens
            that is not modelled.
        OSError: the file cannot be read.
    """
    sheet, source = _sheet(Path(path))
    if body_from_first is None and not mount and not sheet.is_in_body:
        raise UsageError(f"{source}: wanted body_from_first, for it tells no place in the world")
    return cameras_of(
        sheet,
        source,
        mount=mount,
        body_from_first=body_from_first or windscreen_pose(behind_windscreen_of),
        replace_first=body_from_first is not None,
        size_px=(width_px, height_px),
        rate_hz=rate_hz,
        channels=channels,
    )


def rig_notes(path: str | Path) -> tuple[str, ...]:
    """What `read_rig` leaves out of a file, one sentence each. Raises as it does."""
    return _sheet(Path(path))[0].notes


def _sheet(path: Path) -> tuple[Sheet, str]:
    """What a file says, and its name for messages."""
    if path.is_dir():
        names = (nuscenes.CALIBRATED, "calib_cam_to_cam.txt")
        inside = next((path / name for name in names if (path / name).is_file()), None)
        if inside is None:
            raise UsageError(f"{path}: neither {names[0]} nor {names[1]} in this folder")
        path = inside
    if not path.is_file():
        raise UsageError(f"{path}: no such calibration file")
    source = path.name
    text = _text(path)
    if text.lstrip()[:1] in ("[", "{") and path.suffix == ".json":
        return _tables(path, text), source
    fields = _lines(text)
    for module in (kitti, kitti_raw):
        if module.is_mine(fields):
            return module.read(fields, source), source
    data = parse_yaml(_plain_yaml(text), source)
    if isinstance(data, Mapping):
        if kalibr.is_mine(data):
            return kalibr.read(data, source), source
        if opencv.is_mine(data):
            return opencv.read({**_extrinsics(path), **data}, source), source
    raise UsageError(f"{source}: no calibration this program knows; wanted {_KNOWN}")


def _extrinsics(path: Path) -> Mapping[str, object]:
    """R and T of the file that OpenCV's stereo_calib writes beside intrinsics.yml; empty for other files."""
    beside = path.with_name(f"extrinsics{path.suffix}")
    if path.stem != "intrinsics" or not beside.is_file():
        return {}
    data = parse_yaml(_plain_yaml(_text(beside)), beside.name)
    return {key: data[key] for key in ("R", "T") if key in data} if isinstance(data, Mapping) else {}


def _text(path: Path) -> str:
    return read_text(path, _MAX_TABLE_BYTES if path.suffix == ".json" else _MAX_BYTES)


def _tables(path: Path, text: str) -> Sheet:
    beside = path.parent / nuscenes.SENSOR
    if not beside.is_file():
        raise UsageError(f"{path.name}: {nuscenes.SENSOR} is not beside it")
    return nuscenes.read(_json(text, path.name), _json(_text(beside), beside.name), path.name)


def _json(text: str, source: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{source}: no JSON: {error}") from None


def _lines(text: str) -> dict[str, list[float]]:
    """Lines `name: number number ...`, the colon optional as in KITTI's files; other lines are left out."""
    fields: dict[str, list[float]] = {}
    for line in text.splitlines():
        name, *values = line.split()[:100] or [""]
        try:
            fields.setdefault(name.rstrip(":"), [float(value) for value in values])
        except ValueError:
            continue
    return fields


def _plain_yaml(text: str) -> str:
    """OpenCV's YAML without what YAML does not know: its directive and the tag of its matrices."""
    text = re.sub(r"\A%YAML[: ]1\.0[^\n]*\n", "", text)
    text = re.sub(r"\n---\s*\Z", "\n", text)  # `rostopic echo` ends with it
    text = re.sub(r"^(\s*data:)\[", r"\1 [", text, flags=re.MULTILINE)  # OpenCV needs no space there
    return re.sub(r"!!opencv-(matrix|nd-matrix)\b", "", text)
