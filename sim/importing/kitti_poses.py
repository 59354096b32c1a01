"""KITTI's ``oxts`` and calibration files -> where camera 2 was at every frame.

The world is x east, y north, z up, with its origin at the first row. Latitude and longitude become metres by
the Mercator projection of the raw data's devkit (``latlonToMercator.m``), attitude is that of the IMU
(``convertOxtsToPose.m``: x forward, y left, z up, R = Rz(yaw) Ry(pitch) Rx(roll)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.geometry import Pose
from sim.scenario.calibration.fields import matrix, pose_of, rotation
from sim.world import Origin

__all__ = ["Poses", "camera_shift_m", "read_poses"]

_EARTH_RADIUS_M = 6378137.0
_COLUMNS = 30
_LATITUDE_DEG, _LONGITUDE_DEG, _ALTITUDE_M, _ROLL_RAD, _PITCH_RAD, _YAW_RAD = range(6)
_NAMES = (("Tr_velo_cam", "Tr_velo_to_cam"), ("Tr_imu_velo", "Tr_imu_to_velo"))
_RECT = ("R_rect", "R0_rect")


@dataclass(frozen=True, eq=False)
class Poses:
    """Where a camera was.

    Attributes:
        origin: of the world.
        path: of the file, for messages.
    """

    origin: Origin
    path: Path
    _rows: Sequence[Sequence[float]]
    _imu_from_camera: Pose

    def at(self, number: int) -> Pose:
        """world_from_camera at a frame. Raises UsageError if the file has no such row."""
        if number >= len(self._rows):
            raise UsageError(f"{self.path}: {len(self._rows)} rows, wanted one for frame {number} too")
        row = self._rows[number]
        scale = np.cos(np.deg2rad(self.origin.latitude_deg)) * _EARTH_RADIUS_M
        x_m = scale * np.deg2rad(row[_LONGITUDE_DEG] - self.origin.longitude_deg)
        y_m = scale * (_northing(row[_LATITUDE_DEG]) - _northing(self.origin.latitude_deg))
        z_m = row[_ALTITUDE_M] - self.origin.altitude_m
        world_from_imu = Pose.from_xyz_euler(
            float(x_m), float(y_m), float(z_m), row[_YAW_RAD], row[_PITCH_RAD], row[_ROLL_RAD]
        )
        return world_from_imu @ self._imu_from_camera


def read_poses(path: Path, calib: Mapping[str, list[float]] | None, name: str) -> Poses | None:
    """The poses of a sequence of the tracking benchmark; None without ``oxts`` or the IMU's place.

    Args:
        path: of the sequence's file in ``oxts``.
        calib: lines of its calibration file.
        name: of the sequence, for messages.

    Raises:
        UsageError: a file is broken.
    """
    if calib is None or not path.is_file():
        return None
    keys = [next((one for one in names if one in calib), None) for names in _NAMES]
    if None in keys or "P2" not in calib:
        return None
    where = f"calib/{name}.txt"
    camera_from_velo, velo_from_imu = (
        pose_of(matrix(calib[str(key)], 3, 4, f"{where}: {key}"), f"{where}: {key}") for key in keys
    )
    rectified = np.eye(3)
    if rect := next((one for one in _RECT if one in calib), None):
        rectified = rotation(matrix(calib[rect], 3, 3, f"{where}: {rect}"), f"{where}: {rect}")
    projection = matrix(calib["P2"], 3, 4, f"{where}: P2")
    camera_from_rectified = Pose(np.eye(3), camera_shift_m(projection, f"{where}: P2"))
    camera_from_imu = camera_from_rectified @ Pose(rectified, np.zeros(3)) @ camera_from_velo @ velo_from_imu
    rows = _rows(path)
    if not rows:
        return None
    first = rows[0]
    origin = Origin(first[_LATITUDE_DEG], first[_LONGITUDE_DEG], first[_ALTITUDE_M])
    return Poses(origin, path, rows, camera_from_imu.inverse())


def camera_shift_m(projection: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """What takes points of the rectified camera 0 to the camera of P = K [I | t]: t, (3,).

    Raises:
        UsageError: P is no such matrix.
    """
    k = projection[:, :3]
    if (k[2] != [0, 0, 1]).any() or k[1, 0] != 0 or k[0, 0] <= 0 or k[1, 1] <= 0:
        raise UsageError(f"{where}: {k.tolist()} is not K of K [I | t], upper triangular")
    return np.asarray(np.linalg.solve(k, projection[:, 3]), np.float64)


def _rows(path: Path) -> list[list[float]]:
    rows = []
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        try:
            row = [float(field) for field in line.split()]
        except ValueError:
            raise UsageError(f"{path} line {number}: {line!r:.80} are no numbers") from None
        if len(row) != _COLUMNS or not np.isfinite(row).all():
            raise UsageError(f"{path} line {number}: {len(row)} columns, wanted {_COLUMNS} finite numbers")
        if not abs(row[_LATITUDE_DEG]) < 90:
            raise UsageError(f"{path} line {number}: latitude {row[_LATITUDE_DEG]}, wanted -90 to 90")
        rows.append(row)
    return rows


def _northing(latitude_deg: float) -> float:
    """Mercator's northing on a globe of radius 1."""
    return float(np.log(np.tan(np.pi / 4 + np.deg2rad(latitude_deg) / 2)))
