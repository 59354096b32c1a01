"""Depth images and masks -> the points of ``LIDAR_TOP`` and how many of them lie on an agent.

nuScenes' evaluation asks how many lidar points a box holds and ignores boxes without any, and it measures
distances from the lidar. There is none here: every fourth pixel of every fourth row is a point instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.geometry import Box2, Pose
from sim.scenario import Camera, intrinsics
from sim.writers.outlines import rle_runs

__all__ = ["EGO_FROM_LIDAR", "DepthPoints", "point_file"]

EGO_FROM_LIDAR = Pose(np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), np.zeros(3))
"""The lidar (x right, y forward, z up) sits in the origin of the ego frame (x forward, y left, z up)."""

_STEP_PX = 4
_FIRST_PX = 2
_LEAST_COSINE = 0.05  # so near to 90 degrees off the axis depth along it tells nothing
_COLUMNS = 5  # x, y, z, intensity, ring


class DepthPoints:
    """The points that one camera adds.

    Args:
        camera: it records depth.
        ego_from_camera: where it is.
    """

    def __init__(self, camera: Camera, ego_from_camera: Pose) -> None:
        self._columns = np.arange(_FIRST_PX, camera.width_px, _STEP_PX)
        self._rows = np.arange(_FIRST_PX, camera.height_px, _STEP_PX)
        centers = np.stack(np.meshgrid(self._columns, self._rows), -1) + 0.5
        rays = intrinsics(camera).rays(centers)
        self._usable = np.abs(rays[..., 2]) >= _LEAST_COSINE
        lidar_from_camera = EGO_FROM_LIDAR.inverse() @ ego_from_camera
        # Depth is a factor of these: everything else is done once.
        per_depth = rays[self._usable] / rays[self._usable][:, 2:]
        self._per_depth = per_depth @ lidar_from_camera.rotation.T
        self._origin_m = lidar_from_camera.translation_m

    def of(self, depth_m: NDArray[np.generic]) -> NDArray[np.float32]:
        """(P, 3) float32 metres in the lidar's frame, of what the pixels of the grid show, sky apart.

        Args:
            depth_m: (H, W) along the optical axis, inf where there is nothing.
        """
        depth = depth_m[_FIRST_PX::_STEP_PX, _FIRST_PX::_STEP_PX][self._usable].astype(np.float64)
        hit = np.isfinite(depth)
        return (self._per_depth[hit] * depth[hit, None] + self._origin_m).astype(np.float32)

    def count(self, mask_rle: Mapping[str, Any], box_px: Box2) -> int:
        """Number of points in a mask.

        Args:
            mask_rle: COCO's compressed RLE.
            box_px: half-open box x0, y0, x1, y1 that holds it.
        """
        x0, y0, x1, y1 = box_px
        across = slice(*np.searchsorted(self._columns, (x0, x1)))
        down = slice(*np.searchsorted(self._rows, (y0, y1)))
        # Pixels of a mask are numbered column by column; every second run is of ones.
        pixels = self._columns[across] * mask_rle["size"][0] + self._rows[down, None]
        run = np.searchsorted(np.cumsum(rle_runs(mask_rle)), pixels, side="right")
        return int(((run % 2 == 1) & self._usable[down, across]).sum())


def point_file(points_m: list[NDArray[np.float32]]) -> bytes:
    """The bytes of a ``.pcd.bin`` file: x, y, z as float32; intensity and ring are 0."""
    every = np.concatenate([np.zeros((0, 3), np.float32), *points_m])
    out = np.zeros((len(every), _COLUMNS), "<f4")
    out[:, :3] = every
    return out.tobytes()
