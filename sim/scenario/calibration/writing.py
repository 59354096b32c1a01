"""Cameras of a rig -> a calibration file, and what such a file cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sim.errors import UsageError, near_matches
from sim.scenario.calibration import kalibr, kitti, kitti_raw, nuscenes, opencv
from sim.scenario.calibration.sheet import Sheet, sheet_of
from sim.scenario.sensors import Camera

__all__ = ["FORMATS", "write_rig"]

FORMATS = ("opencv", "kalibr", "kitti", "kitti_raw", "nuscenes")
"""What `write_rig` writes and `read_rig` reads."""

_IN_BODY = ("kitti", "nuscenes")
_WITHOUT_SIZE = ("kitti", "nuscenes")
_WITHOUT_NAMES = ("kitti", "kitti_raw")
_TEXTS: dict[str, Callable[[Sheet], str]] = {
    "opencv": opencv.write,
    "kalibr": kalibr.write,
    "kitti": kitti.write,
    "kitti_raw": kitti_raw.write,
}


def write_rig(cameras: Sequence[Camera], path: str | Path, format: str) -> tuple[str, ...]:
    """Write cameras on one mount as a calibration file.

    Args:
        cameras: one or more.
        path: the file; for nuscenes the folder of its two tables. What is there is replaced.
        format: one of `FORMATS`.

    Returns:
        What the file does not tell, one sentence each.

    Raises:
        UsageError: no such format, cameras on different mounts, or a number of cameras, a lens or a size
            that the format cannot hold.
        OSError: the file cannot be written.
    """
    if format not in FORMATS:
        raise UsageError(near_matches("calibration format", format, FORMATS))
    if not cameras:
        raise UsageError(f"{format}: no camera to write")
    mounts = sorted({camera.mount for camera in cameras})
    if len(mounts) > 1:
        raise UsageError(f"{format}: cameras on different mounts {', '.join(map(repr, mounts))}, wanted one")
    path = Path(path)
    sheet = sheet_of(cameras, is_in_body=format in _IN_BODY)
    if format == "nuscenes":
        files = {path / name: text for name, text in nuscenes.write(sheet).items()}
    else:
        files = {path: _TEXTS[format](sheet)}
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    return _not_held(format)


def _not_held(format: str) -> tuple[str, ...]:
    out = ["mount, frame rate, channels, near_m and far_m of the cameras"]
    if format not in _IN_BODY:
        out.append("pose of the first camera on its mount")
    if format in _WITHOUT_SIZE:
        out.append("image size")
    if format in _WITHOUT_NAMES:
        out.append("names of the cameras")
    return tuple(f"{format} does not hold: {what}" for what in out)
