"""Proportions in, the closed skin of the body out: equal columns of successive rings are joined."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.loft import ARC, Rings, loft_rings
from sim.bodies.vehicles.proportions import Proportions

__all__ = ["Hull", "Region", "build_hull", "mirror_columns"]

Floats = NDArray[np.float64]


class Region(IntEnum):
    """What a face of the hull is; decides its texture chart."""

    BELLY = 0
    SIDE = 1
    FRONT = 2
    REAR = 3
    TOP = 4


@dataclass(frozen=True, eq=False)
class Hull:
    """The skin.

    Attributes:
        rings: (K, N, 3) float64 positions, body frame, floor to roof.
        faces: (F, 3) indices into the flattened rings, counter-clockwise from outside; no face is empty.
        region: (F,) `Region`.
        level: (F,) lower ring of each face.
        girth_m: (N,) distance along the waist from the middle of the front; falls again on the right side.
        base, top: rings at the foot of the windows and at the roof's edge.
    """

    rings: Floats
    faces: NDArray[np.int64]
    region: NDArray[np.int64]
    level: NDArray[np.int64]
    girth_m: Floats
    base: int
    top: int

    @property
    def positions_m(self) -> Floats:
        """(K*N, 3)."""
        return self.rings.reshape(-1, 3)

    @property
    def side(self) -> slice:
        """Columns of the left side, front to rear."""
        return slice(ARC, self.rings.shape[1] // 2)

    def outermost(self, axis: int, first: float, second: float, sign: int = 1) -> float:
        """Coordinate along `axis` where a line along it, at the two other coordinates, leaves the hull.

        Raises:
            ValueError: the line misses the hull.
        """
        p = self.positions_m[self.faces]
        others = [a for a in range(3) if a != axis]
        a, b, c = (p[:, k][:, others] for k in range(3))
        q = np.array([first, second])

        def cross(u: Floats, v: Floats) -> Floats:
            return np.asarray(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])

        area = cross(b - a, c - a)
        safe = np.where(np.abs(area) < 1e-12, np.inf, area)
        wb, wc = cross(q - a, c - a) / safe, cross(b - a, q - a) / safe
        hit = (wb >= -1e-9) & (wc >= -1e-9) & (wb + wc <= 1 + 1e-9) & (np.abs(area) >= 1e-12)
        if not hit.any():
            raise ValueError(f"no hull along axis {axis} at {q}")
        x = p[..., axis]
        along = x[:, 0] + wb * (x[:, 1] - x[:, 0]) + wc * (x[:, 2] - x[:, 0])
        return float((along[hit] * sign).max() * sign)


def _regions(stack: Rings, level: int) -> NDArray[np.int64]:
    """Region of each column's faces between a ring and the next."""
    n = stack.rings.shape[1]
    out = np.full(n, int(Region.SIDE))
    if level < stack.sill:
        out[:] = Region.BELLY
    elif level < stack.shoulder:
        # The outermost columns of the arcs already look sideways.
        out[1 : ARC - 2] = Region.FRONT
        out[n // 2 + 1 : n // 2 + ARC - 2] = Region.REAR
    elif stack.base <= level < stack.top:
        out[: ARC - 1] = Region.FRONT
        out[n // 2 : n // 2 + ARC - 1] = Region.REAR
    else:
        out[:] = Region.TOP
    return out


def _girth(waist: Floats) -> Floats:
    """(N,) distance along a ring from the middle of the front, the same on both sides."""
    n = len(waist)
    middle, half = ARC // 2, np.arange(n // 2 + 1)
    step = np.linalg.norm(np.diff(waist[middle : middle + n // 2 + 1, :2], axis=0), axis=1)
    run = np.concatenate([[0.0], np.cumsum(step)])
    out = np.empty(n)
    out[(middle + half) % n] = run
    out[(middle - half) % n] = run
    return out


def _welded(rings: Floats) -> NDArray[np.intp]:
    """(K*N,) the first vertex at the place of each."""
    rounded = np.round(rings.reshape(-1, 3), 6) + 0.0
    _, first, inverse = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    return np.asarray(first[inverse.reshape(-1)], np.intp)


def mirror_columns(hull: Hull) -> NDArray[np.int64]:
    """(K*N,) the vertex on the other side of the middle plane for each vertex."""
    count, n = hull.rings.shape[:2]
    across = (2 * (ARC // 2) - np.arange(n)) % n
    return np.asarray(_welded(hull.rings)[(n * np.arange(count)[:, None] + across).reshape(-1)], np.int64)


def build_hull(p: Proportions) -> Hull:
    """The closed skin of a model, without wheels and fittings.

    Coinciding columns are welded and the faces that collapse are dropped, which leaves the skin closed.
    """
    stack = loft_rings(p)
    rings = stack.rings
    count, n = rings.shape[:2]
    column = np.arange(n)
    after = (column + 1) % n
    faces, regions, levels = [], [], []
    for k in range(count - 1):
        a, b = k * n + column, k * n + after
        faces.append(np.stack([a, b, b + n, a, b + n, a + n], 1).reshape(-1, 3))
        regions.append(np.repeat(_regions(stack, k), 2))
        levels.append(np.full(2 * n, k))
    welded = _welded(rings)[np.concatenate(faces)]
    a, b, c = welded.T
    solid = (a != b) & (b != c) & (c != a)
    return Hull(
        rings,
        welded[solid],
        np.concatenate(regions)[solid],
        np.concatenate(levels)[solid],
        _girth(rings[stack.sill + 3]),
        stack.base,
        stack.top,
    )
