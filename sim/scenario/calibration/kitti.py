"""KITTI's calib files of the object and tracking benchmarks: rectified pinholes P0 to P3, lidar and IMU.

P = K [I | t] maps points in the rectified frame of camera 0 to pixels, so that all cameras look one way and
K^-1 P[:, 3] moves camera 0 into camera i. `Tr_velo_cam`, then `R_rect`, take the lidar's points there, and
`Tr_imu_velo` the IMU's points to the lidar; the object benchmark has other names for the three.

Where the IMU sits in the body only `Tr_imu_body` tells, a line of ours. Without it the car is KITTI's own:
its IMU is 0.93 m above the road (Geiger et al. 2013, Vision meets robotics, figure 3), over the rear axle.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.geometry import Pose
from sim.scenario.calibration.fields import matrix, pose_of, rotation
from sim.scenario.calibration.sheet import Entry, Sheet

__all__ = ["CAMERA_FROM_VELO", "is_mine", "numbers", "read", "text", "write"]

CAMERA_FROM_VELO = Pose(np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]]), np.zeros(3))
"""Our lidar sits in the centre of camera 0 and looks along its axis (x forward, y left, z up)."""

_MOST = 4
_SIZE_PX = (1242, 375)
_IMU_HEIGHT_M = 0.93
_VELO = ("Tr_velo_cam", "Tr_velo_to_cam")
_RECT = ("R_rect", "R0_rect")
_IMU = ("Tr_imu_velo", "Tr_imu_to_velo")


def is_mine(fields: Mapping[str, list[float]]) -> bool:
    """Whether the lines of a file begin with P0 or its like."""
    return any(f"P{number}" in fields for number in range(_MOST))


def read(fields: Mapping[str, list[float]], source: str) -> Sheet:
    """The cameras of a file; of equal projections the first counts, as files of one camera repeat theirs.

    Args:
        fields: name of a line -> its numbers.
        source: the file's name, for messages.
    """
    body_from_camera0 = _body_from_camera0(fields, source)
    entries: list[Entry] = []
    seen: list[list[float]] = []
    for number in range(_MOST):
        key = f"P{number}"
        if key not in fields or fields[key] in seen:
            continue
        seen.append(fields[key])
        p = matrix(fields[key], 3, 4, f"{source}: {key}")
        if (p[2, :3] != [0, 0, 1]).any() or p[1, 0] != 0 or p[0, 0] <= 0 or p[1, 1] <= 0:
            raise UsageError(f"{source}: {key}: not K [I | t] with an upper triangular K")
        camera_from_camera0 = Pose(np.eye(3), np.asarray(np.linalg.solve(p[:, :3], p[:, 3]), np.float64))
        pose = (body_from_camera0 or Pose.identity()) @ camera_from_camera0.inverse()
        entries.append(Entry(f"cam{number}", None, p[:, :3], None, pose))
    return Sheet(tuple(entries), body_from_camera0 is not None, _SIZE_PX)


def write(sheet: Sheet) -> str:
    """Up to four pinholes that look one way.

    Raises:
        UsageError: more cameras, a lens, or cameras that look different ways.
    """
    entries = sheet.entries
    if len(entries) > _MOST:
        raise UsageError(f"kitti: {len(entries)} cameras, wanted at most {_MOST}")
    first = entries[0].rig_from_camera
    projections = []
    for entry in entries:
        if entry.lens is not None:
            raise UsageError(f"kitti: camera {entry.name!r} has a {entry.lens.model} lens, wanted pinholes")
        camera_from_first = entry.rig_from_camera.inverse() @ first
        if np.abs(camera_from_first.rotation - np.eye(3)).max() > 1e-9:
            raise UsageError(f"kitti: camera {entry.name!r} looks another way than the first, wanted one way")
        projections.append(entry.k @ np.column_stack([np.eye(3), camera_from_first.translation_m]))
    velo_from_body = (first @ CAMERA_FROM_VELO).inverse()
    return text(projections, velo_from_body, Pose.identity())


def text(projections: list[NDArray[np.float64]], velo_from_imu: Pose, body_from_imu: Pose | None) -> str:
    """The text of a file.

    Args:
        projections: (3, 4) each, one to four; the first is repeated up to P3.
        velo_from_imu: from the IMU to the lidar, which is camera 0 with other axes.
        body_from_imu: from the IMU to the body of the vehicle, None if there is none.
    """
    filled = [*projections, *projections[:1] * (_MOST - len(projections))]
    lines = [f"P{number}: {numbers(p)}" for number, p in enumerate(filled)]
    lines.append(f"{_RECT[0]} {numbers(np.eye(3))}")
    lines.append(f"{_VELO[0]} {numbers(CAMERA_FROM_VELO.matrix[:3])}")
    lines.append(f"{_IMU[0]} {numbers(velo_from_imu.matrix[:3])}")
    if body_from_imu is not None:
        lines.append(f"Tr_imu_body {numbers(body_from_imu.matrix[:3])}")
    return "\n".join(lines) + "\n"


def _body_from_camera0(fields: Mapping[str, list[float]], source: str) -> Pose | None:
    """Pose of the rectified camera 0, None if the file does not tell."""
    velo, rect, imu = (next((k for k in keys if k in fields), None) for keys in (_VELO, _RECT, _IMU))
    if velo is None or imu is None:
        return None
    camera_from_velo = pose_of(matrix(fields[velo], 3, 4, f"{source}: {velo}"), f"{source}: {velo}")
    velo_from_imu = pose_of(matrix(fields[imu], 3, 4, f"{source}: {imu}"), f"{source}: {imu}")
    rectified = Pose.identity()
    if rect:
        turn = rotation(matrix(fields[rect], 3, 3, f"{source}: {rect}"), f"{source}: {rect}")
        rectified = Pose(turn, np.zeros(3))
    body_from_imu = Pose(np.eye(3), np.array([0.0, 0.0, _IMU_HEIGHT_M]))
    if "Tr_imu_body" in fields:
        where = f"{source}: Tr_imu_body"
        body_from_imu = pose_of(matrix(fields["Tr_imu_body"], 3, 4, where), where)
    return body_from_imu @ (rectified @ camera_from_velo @ velo_from_imu).inverse()


def numbers(values: NDArray[np.float64]) -> str:
    """Numbers with all their digits; minus zero is zero."""
    return " ".join(repr(float(v) + 0.0) for v in values.ravel())
