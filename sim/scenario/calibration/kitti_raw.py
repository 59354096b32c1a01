"""KITTI's calib_cam_to_cam.txt of the raw recordings: cameras as they are, before rectification.

S is the image size, K the camera matrix, D five coefficients of the lens; R and T map points of camera 0 to
the camera. Where camera 0 sits in the car another file tells, so poses are in its frame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from sim.errors import UsageError
from sim.geometry import KannalaBrandt, Pose
from sim.scenario.calibration.fields import lens_of, matrix, rotation, whole_number
from sim.scenario.calibration.kitti import numbers
from sim.scenario.calibration.sheet import Entry, Sheet

__all__ = ["is_mine", "read", "write"]


def is_mine(fields: Mapping[str, list[float]]) -> bool:
    """Whether the lines of a file begin with K_00 or its like."""
    return bool(_numbers_of(fields))


def read(fields: Mapping[str, list[float]], source: str) -> Sheet:
    """The unrectified cameras of a file.

    Args:
        fields: name of a line -> its numbers.
        source: the file's name, for messages.
    """
    entries = []
    for number in _numbers_of(fields):
        for key in ("S", "D", "R", "T"):
            if f"{key}_{number}" not in fields:
                raise UsageError(f"{source}: {key}_{number}: missing")
        where = {key: f"{source}: {key}_{number}" for key in "SKDRT"}
        width, height = matrix(fields[f"S_{number}"], 2, 1, where["S"])[:, 0].tolist()
        size = (whole_number(width, where["S"]), whole_number(height, where["S"]))
        k = matrix(fields[f"K_{number}"], 3, 3, where["K"])
        lens = lens_of(fields[f"D_{number}"], (5,), where["D"], is_fisheye=False)
        turn = rotation(matrix(fields[f"R_{number}"], 3, 3, where["R"]), where["R"])
        camera_from_0 = Pose(turn, matrix(fields[f"T_{number}"], 3, 1, where["T"])[:, 0])
        entries.append(Entry(f"cam{int(number)}", size, k, lens, camera_from_0.inverse()))
    rectified = sorted(key for key in fields if key.startswith("P_rect"))
    notes = (f"{', '.join(rectified)}: cameras are those before rectification",) if rectified else ()
    return Sheet(tuple(entries), is_in_body=False, notes=notes)


def write(sheet: Sheet) -> str:
    """Cameras with up to five coefficients of a Brown-Conrady lens.

    Raises:
        UsageError: another lens.
    """
    lines = []
    for number, entry in enumerate(sheet.entries):
        coefficients = entry.lens.coefficients if entry.lens else (0.0,) * 8
        if isinstance(entry.lens, KannalaBrandt) or any(coefficients[5:]):
            raise UsageError(
                f"kitti_raw: camera {entry.name!r}: a lens has k1, k2, p1, p2 and k3 there, "
                f"this one is {entry.lens}"
            )
        camera_from_0 = entry.rig_from_camera.inverse() @ sheet.entries[0].rig_from_camera
        values = {
            "S": np.array(entry.size_px, float),
            "K": entry.k,
            "D": np.array(coefficients[:5]),
            "R": camera_from_0.rotation,
            "T": camera_from_0.translation_m,
        }
        for key, array in values.items():
            lines.append(f"{key}_{number:02d}: {numbers(array)}")
    return "\n".join(lines) + "\n"


def _numbers_of(fields: Mapping[str, list[float]]) -> list[str]:
    """The two digits of every camera."""
    return sorted(key[2:] for key in fields if re.fullmatch(r"K_\d\d", key))
