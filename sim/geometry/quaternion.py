"""Rotation matrices -> unit quaternions, for formats that store attitudes so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["quaternion_wxyz", "quaternions_xyzw"]


def quaternions_xyzw(rotations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quaternions x, y, z, w, w >= 0, no zero negative: (4,) of a rotation (3, 3), (N, 4) of (N, 3, 3)."""
    from scipy.spatial.transform import Rotation  # slow to import

    found = Rotation.from_matrix(rotations).as_quat(canonical=True)
    return np.asarray(found + 0.0, np.float64)


def quaternion_wxyz(rotation: NDArray[np.float64]) -> list[float]:
    """The quaternion w, x, y, z with w >= 0 of a proper rotation (3, 3)."""
    x, y, z, w = quaternions_xyzw(rotation).tolist()
    return [w, x, y, z]
