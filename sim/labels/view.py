"""Intrinsics and boxes -> what of them lies in the image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.geometry import Box2, Intrinsics

__all__ = ["clip", "may_be_in_view"]


def may_be_in_view(
    intrinsics: Intrinsics, centre_camera: NDArray[np.float64], reach_m: NDArray[np.float64], near_m: float
) -> NDArray[np.bool_]:
    """Which spheres may show.

    Args:
        intrinsics: of the image.
        centre_camera: (N, 3) centers in the camera frame.
        reach_m: (N,) radii.
        near_m: distance of the near plane.

    Returns:
        (N,) False where a sphere surely lies outside the view.
    """
    if not intrinsics.is_pinhole:
        return _in_cone(centre_camera, reach_m, intrinsics.half_angle_rad)
    k = intrinsics
    planes = np.array(
        [
            [k.fx_px, 0, k.cx_px],
            [-k.fx_px, 0, k.width_px - k.cx_px],
            [0, k.fy_px, k.cy_px],
            [0, -k.fy_px, k.height_px - k.cy_px],
        ]
    )
    planes /= np.linalg.norm(planes, axis=1, keepdims=True)
    inside = (centre_camera @ planes.T >= -reach_m[:, None]).all(1)
    return np.asarray(inside & (centre_camera[:, 2] >= near_m - reach_m))


def _in_cone(
    centre_camera: NDArray[np.float64], reach_m: NDArray[np.float64], half_angle_rad: float
) -> NDArray[np.bool_]:
    """(N,) whether a sphere touches the cone around everything the lens brings into the image."""
    off_axis = np.hypot(centre_camera[:, 0], centre_camera[:, 1])
    angle = np.arctan2(off_axis, centre_camera[:, 2])
    distance = np.linalg.norm(centre_camera, axis=1)
    wide = np.arcsin(np.minimum(reach_m / np.maximum(distance, 1e-9), 1.0))
    return np.asarray((distance <= reach_m) | (angle <= half_angle_rad + wide))


def clip(box: Box2 | None, intrinsics: Intrinsics) -> tuple[Box2 | None, float]:
    """The box inside the image, None if nothing of it is; and the share of its area outside, 0..1."""
    if box is None:
        return None, 1.0
    x0, y0 = max(box[0], 0.0), max(box[1], 0.0)
    x1, y1 = min(box[2], float(intrinsics.width_px)), min(box[3], float(intrinsics.height_px))
    if x1 <= x0 or y1 <= y0:
        return None, 1.0
    share = (x1 - x0) * (y1 - y0) / ((box[2] - box[0]) * (box[3] - box[1]))
    return (x0, y0, x1, y1), min(1.0, max(0.0, 1.0 - share))
