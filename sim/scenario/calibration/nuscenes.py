"""nuScenes' calibrated_sensor.json and sensor.json: pinholes by translation and quaternion in the ego frame.

The ego frame is our body frame: x forward, y left, z up, on the ground below the middle of the rear axle.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.geometry import Pose
from sim.geometry.quaternion import quaternion_wxyz
from sim.scenario.calibration.fields import flat_numbers, matrix
from sim.scenario.calibration.sheet import Entry, Sheet

__all__ = ["CALIBRATED", "SENSOR", "read", "write"]

CALIBRATED, SENSOR = "calibrated_sensor.json", "sensor.json"
_SIZE_PX = (1600, 900)


def read(calibrated: object, sensors: object, source: str) -> Sheet:
    """The cameras of the two tables; a table of many drives has each camera many times: the first counts."""
    channels = {}
    for index, record in enumerate(_records(sensors, SENSOR)):
        where = f"{SENSOR}[{index}]"
        if _text(record, "modality", where) == "camera":
            channels[_text(record, "token", where)] = _text(record, "channel", where)
    entries: dict[str, Entry] = {}
    repeats = 0
    for index, record in enumerate(_records(calibrated, source)):
        where = f"{source}[{index}]"
        channel = channels.get(_text(record, "sensor_token", where))
        if channel is None:
            continue
        if channel in entries:
            repeats += 1
            continue
        k = matrix(_field(record, "camera_intrinsic", where), 3, 3, f"{where}.camera_intrinsic")
        translation = matrix(_field(record, "translation", where), 3, 1, f"{where}.translation")[:, 0]
        turn = _rotation(_field(record, "rotation", where), f"{where}.rotation")
        entries[channel] = Entry(channel, None, k, None, Pose(turn, translation))
    if not entries:
        raise UsageError(f"{source}: no camera of {SENSOR} in it")
    notes = (f"{repeats} more calibrations of the same cameras, of other drives",) if repeats else ()
    return Sheet(tuple(entries.values()), True, _SIZE_PX, notes)


def write(sheet: Sheet) -> dict[str, str]:
    """File name -> text of the two tables.

    Raises:
        UsageError: a camera with a lens.
    """
    sensors, calibrated = [], []
    for number, entry in enumerate(sheet.entries):
        if entry.lens is not None:
            raise UsageError(
                f"nuscenes: camera {entry.name!r} has a {entry.lens.model} lens, wanted pinholes"
            )
        token = f"{number:032x}"
        sensors.append({"token": token, "channel": entry.name, "modality": "camera"})
        calibrated.append(
            {
                "token": token,
                "sensor_token": token,
                "translation": entry.rig_from_camera.translation_m.tolist(),
                "rotation": quaternion_wxyz(entry.rig_from_camera.rotation),
                "camera_intrinsic": entry.k.tolist(),
            }
        )
    return {
        name: json.dumps(table, indent=1) + "\n"
        for name, table in ((CALIBRATED, calibrated), (SENSOR, sensors))
    }


def _records(table: object, source: str) -> Sequence[Mapping[str, Any]]:
    if not isinstance(table, list) or not all(isinstance(record, Mapping) for record in table):
        raise UsageError(f"{source}: wanted a list of records")
    return table


def _field(record: Mapping[str, Any], key: str, where: str) -> object:
    if key not in record:
        raise UsageError(f"{where}.{key}: missing")
    return record[key]


def _text(record: Mapping[str, Any], key: str, where: str) -> str:
    value = _field(record, key, where)
    if not isinstance(value, str):
        raise UsageError(f"{where}.{key}: {value!r:.60} is not a text")
    return value


def _rotation(value: object, where: str) -> NDArray[np.float64]:
    """Quaternion w, x, y, z to a rotation matrix."""
    q = flat_numbers(value, where)
    length = float(np.linalg.norm(q))
    if q.size != 4 or abs(length - 1) > 1e-3:
        raise UsageError(f"{where}: {value!r:.60} is not a unit quaternion w, x, y, z")
    w, x, y, z = q / length
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
