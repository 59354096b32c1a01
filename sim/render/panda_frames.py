"""Our cameras as Panda3D's clip-space matrices: the only place where the two conventions meet.

Panda3D multiplies row vectors: its LMatrix4f is the transpose of ours. Clip space is flipped in y so that
row 0 of a texture's memory is the top row of the image.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import LMatrix4, LMatrix4f

from sim.geometry import Intrinsics, Pose

__all__ = ["clip_from_camera", "clip_from_light", "panda_from_camera", "to_panda"]

panda_from_camera: NDArray[np.float64] = np.array(
    [[1.0, 0, 0, 0], [0, 0, 1.0, 0], [0, -1.0, 0, 0], [0, 0, 0, 1.0]]
)
"""Panda3D's camera looks along +y with z up; ours (x right, y down, z forward) is turned into it by this."""


def to_panda(matrix: NDArray[np.float64]) -> LMatrix4f:
    """A (4, 4) matrix for column vectors as Panda3D's matrix for row vectors."""
    return LMatrix4f(*matrix.T.ravel().tolist())


def to_panda_double(matrix: NDArray[np.float64]) -> LMatrix4:
    """The same for node transforms."""
    return LMatrix4(*matrix.T.ravel().tolist())


def clip_from_camera(intrinsics: Intrinsics, near_m: float, far_m: float) -> NDArray[np.float64]:
    """OpenGL clip coordinates of a pinhole camera, (4, 4), y flipped (see above).

    With w = z (forward), x_clip / w = 2 u / W - 1 and y_clip / w = 2 v / H - 1: image row 0 lies at
    y = -1, the first row in memory.
    """
    k, w, h = intrinsics, intrinsics.width_px, intrinsics.height_px
    depth = (far_m + near_m) / (far_m - near_m)
    return np.array(
        [
            [2 * k.fx_px / w, 0, 2 * k.cx_px / w - 1, 0],
            [0, 2 * k.fy_px / h, 2 * k.cy_px / h - 1, 0],
            [0, 0, depth, -2 * far_m * near_m / (far_m - near_m)],
            [0, 0, 1, 0],
        ]
    )


def clip_from_light(
    light_from_world: Pose, low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Orthographic clip coordinates (4, 4) of the box low..high in the light's frame, z from the sun."""
    scale = 2 / (high - low)
    out = np.eye(4)
    out[:3, :3] = np.diag(scale)
    out[:3, 3] = -(high + low) / (high - low)
    return np.asarray(out @ light_from_world.matrix)
