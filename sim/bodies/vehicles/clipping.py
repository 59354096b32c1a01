"""A polygon and a convex window in, the part of the polygon inside the window out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["clipped"]

Floats = NDArray[np.float64]


def clipped(polygon: Floats, window: Floats) -> Floats:
    """Cuts a polygon by Sutherland and Hodgman.

    Args:
        polygon: (N, C); the last two columns are the coordinates, the others are carried along linearly.
        window: (M, 2) convex, in either sense of rotation.

    Returns:
        (K, C), K = 0 if nothing is left. A concave polygon may keep edges along the window's border.
    """
    after = np.roll(window, -1, axis=0)
    turn = np.sign((window[:, 0] * after[:, 1] - after[:, 0] * window[:, 1]).sum())
    corners = list(polygon)
    for a, b in zip(window, after, strict=True):
        normal = np.array([a[1] - b[1], b[0] - a[0]]) * turn
        inside = np.vecdot(np.array(corners)[:, -2:] - a, normal).tolist()
        if min(inside) >= 0:
            continue
        if max(inside) < 0:
            return np.zeros((0, polygon.shape[1]))
        out = []
        for k, (here, d0) in enumerate(zip(corners, inside, strict=True)):
            there, d1 = corners[(k + 1) % len(corners)], inside[(k + 1) % len(corners)]
            if d0 >= 0:
                out.append(here)
            if (d0 >= 0) != (d1 >= 0):
                out.append(here + (there - here) * (d0 / (d0 - d1)))
        corners = out
    return np.array(corners)
