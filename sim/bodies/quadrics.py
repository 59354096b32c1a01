"""Triangles in, what it costs to move their vertices out: quadrics, sums of squared distances from planes.

After Garland and Heckbert, "Surface simplification using quadric error metrics" (1997). A quadric is the
upper triangle of a symmetric 4 x 4 matrix, ten numbers row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vectors import cross

__all__ = ["price", "surface_quadrics", "wall_quadrics"]

Floats = NDArray[np.float64]
Faces = NDArray[np.int64]
Number = TypeVar("Number", float, Floats)

_BORDER_WEIGHT = 3.0
"""Borders bound silhouettes and colors: leaving them counts more than leaving the surface."""
_LENGTH_COST = 1e-5
"""Prefers short merges where the surface is flat, which keeps long thin triangles away."""


def surface_quadrics(positions_m: Floats, faces: Faces, weight: Floats) -> Floats:
    """The planes around each vertex.

    Args:
        positions_m: (V, 3).
        faces: (F, 3).
        weight: (F,) how much leaving each face counts, beside its area.

    Returns:
        (V, 10).
    """
    out = np.zeros((len(positions_m), 10))
    area = _areas(positions_m, faces)
    size = np.linalg.norm(area, axis=1)
    unit = area / size[:, None]
    planes = np.concatenate([unit, -np.einsum("ij,ij->i", unit, positions_m[faces[:, 0]])[:, None]], 1)
    products = _products(planes) * (size * weight)[:, None]
    for corner in range(3):
        np.add.at(out, faces[:, corner], products)
    return out


def wall_quadrics(
    positions_m: Floats, begin: NDArray[np.int64], end: NDArray[np.int64], faces: Faces, weight: Floats
) -> Floats:
    """Planes that stand on borders, upright on the surface.

    Args:
        positions_m: (V, 3).
        begin: (B,) the first vertex of each border.
        end: (B,) the other one.
        faces: (B, 3) a face that has it.
        weight: (B,) how much leaving it counts, beside the square of its length.

    Returns:
        (B, 10).
    """
    along = positions_m[end] - positions_m[begin]
    area = _areas(positions_m, faces)
    normal = cross(area / np.linalg.norm(area, axis=1)[:, None], along)
    normal /= np.sqrt(np.vecdot(normal, normal))[:, None]
    planes = np.concatenate([normal, np.vecdot(-normal, positions_m[begin])[:, None]], 1)
    return np.asarray(_products(planes) * np.vecdot(along, along)[:, None] * _BORDER_WEIGHT * weight[:, None])


def price(quadric: Sequence[Number], at: Sequence[Number], squared_way: Number) -> Number:
    """Weighted squared distance (m^4) of a place from planes, and a little for the way there (m^2).

    Works on plain numbers and on columns of many.
    """
    q0, q1, q2, q3, q4, q5, q6, q7, q8, q9 = quadric
    x, y, z = at
    planes = x * (q0 * x + 2 * (q1 * y + q2 * z + q3))
    planes += y * (q4 * y + 2 * (q5 * z + q6))
    planes += z * (q7 * z + 2 * q8) + q9
    return planes + _LENGTH_COST * squared_way


def _areas(points: Floats, faces: Faces) -> Floats:
    """(F, 3) normals as long as the faces are large (m^2)."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    return cross(b - a, c - a) / 2


def _products(planes: Floats) -> Floats:
    """(N, 10) upper triangles of the products of planes (N, 4) with themselves."""
    i, j = np.triu_indices(4)
    return np.asarray(planes[:, i] * planes[:, j])
