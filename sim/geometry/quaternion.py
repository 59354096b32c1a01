"""Rotation matrices -> unit quaternions, for formats that store attitudes so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["quaternion_wxyz"]


def quaternion_wxyz(rotation: NDArray[np.float64]) -> list[float]:
    """The quaternion w, x, y, z with w >= 0 of a proper rotation (3, 3).

    It is an eigenvector: Bar-Itzhack (2000), New method for extracting the quaternion from a rotation matrix,
    J. of Guidance, Control, and Dynamics.
    """
    r = rotation
    k = np.array(
        [
            [r[0, 0] + r[1, 1] + r[2, 2], r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]],
            [r[2, 1] - r[1, 2], r[0, 0] - r[1, 1] - r[2, 2], r[0, 1] + r[1, 0], r[0, 2] + r[2, 0]],
            [r[0, 2] - r[2, 0], r[0, 1] + r[1, 0], r[1, 1] - r[0, 0] - r[2, 2], r[1, 2] + r[2, 1]],
            [r[1, 0] - r[0, 1], r[0, 2] + r[2, 0], r[1, 2] + r[2, 1], r[2, 2] - r[0, 0] - r[1, 1]],
        ]
    )
    q = np.linalg.eigh(k)[1][:, -1]
    return [float(v) + 0.0 for v in (q if q[0] >= 0 else -q)]
