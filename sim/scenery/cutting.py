"""Polygons in, triangles out: how ground is tessellated and how patches leave room for others.

A triangle soup is (N, 3, 2) float64, counter-clockwise, in metres on the ground plane.
"""

from __future__ import annotations

import mapbox_earcut
import numpy as np
from numpy.typing import NDArray

__all__ = ["cut_grid", "inside", "split_by_line", "subtract", "triangulate"]

Triangles = NDArray[np.float64]
_TOUCH_M = 1e-7


def triangulate(ring: NDArray[np.float64]) -> Triangles:
    """Triangles of a simple polygon.

    Args:
        ring: (K, 2) counter-clockwise, not closed.

    Returns:
        (N, 3, 2) counter-clockwise.
    """
    index = mapbox_earcut.triangulate_float64(ring, np.array([len(ring)], np.uint32))
    return _counter_clockwise(ring[index.reshape(-1, 3)])


def _counter_clockwise(triangles: Triangles) -> Triangles:
    a, b = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    area = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    triangles = np.where((area < 0)[:, None, None], triangles[:, ::-1], triangles)
    return np.asarray(triangles[np.abs(area) > 1e-9])


def split_by_line(triangles: Triangles, normal: NDArray[np.float64], offset: float) -> Triangles:
    """Cut every triangle that a line crosses.

    Args:
        triangles: (N, 3, 2).
        normal: (2,) unit normal of the line.
        offset: the line is where normal . p = offset.

    Returns:
        (M, 3, 2): the same area, no triangle on both sides.
    """
    side = triangles @ normal - offset
    side[np.abs(side) < _TOUCH_M] = 0.0
    crossed = (side.min(1) < 0) & (side.max(1) > 0)
    if not crossed.any():
        return triangles
    t, d = triangles[crossed], side[crossed]
    # Turn each triangle so that its first corner is alone on its side of the line.
    signs = np.sign(d)
    lonely = np.argmax(np.abs(signs - signs.sum(1, keepdims=True)) * (signs != 0), 1)
    on_line = (signs == 0).any(1)
    lonely = np.where(on_line, np.argmax(signs > 0, 1), lonely)
    turn = (lonely[:, None] + np.arange(3)) % 3
    t = np.take_along_axis(t, turn[:, :, None], 1)
    d = np.take_along_axis(d, turn, 1)
    p, q, r = t[:, 0], t[:, 1], t[:, 2]
    pq = p + (q - p) * (d[:, 0] / (d[:, 0] - d[:, 1]))[:, None]
    pr = p + (r - p) * (d[:, 0] / (d[:, 0] - d[:, 2]))[:, None]
    pieces = np.concatenate([np.stack([p, pq, pr], 1), np.stack([pq, q, r], 1), np.stack([pq, r, pr], 1)])
    return np.concatenate([triangles[~crossed], _counter_clockwise(pieces)])


def cut_grid(ring: NDArray[np.float64], along: NDArray[np.float64], step_m: tuple[float, float]) -> Triangles:
    """Tessellate a polygon by a grid: whole cells are two triangles, cells on its rim are cut out exactly.

    Args:
        ring: (K, 2) counter-clockwise.
        along: (2,) unit direction of the grid.
        step_m: length of its cells along that direction and across it.

    Returns:
        (N, 3, 2) triangles that cover the polygon without overlap.
    """
    frame = np.stack([along, [-along[1], along[0]]])
    local, step = ring @ frame.T, np.asarray(step_m)
    first = np.floor(local.min(0) / step).astype(int)
    count = np.maximum(np.ceil(local.max(0) / step).astype(int) - first, 1)
    rim = _cells_on_rim(local, step, first, count)
    i, j = np.nonzero(~rim)
    corner = (np.stack([i, j], 1) + first) * step
    whole = inside(local, corner + step / 2)
    a = corner[whole]
    b, c, d = a + np.array([step[0], 0]), a + step, a + np.array([0, step[1]])
    full = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    triangles = triangulate(local)
    i, j = np.nonzero(rim)
    pieces = [full]
    for x, y in (np.stack([i, j], 1) + first) * step:
        pieces.append(_clip(triangles, np.array([x, y]), np.array([x, y]) + step))
    return np.asarray(np.concatenate(pieces) @ frame)


def _cells_on_rim(
    ring: NDArray[np.float64],
    step: NDArray[np.float64],
    first: NDArray[np.intp],
    count: NDArray[np.intp],
) -> NDArray[np.bool_]:
    """Grid cells that the outline may touch."""
    rim = np.zeros(count, bool)
    for a, b in zip(ring, np.roll(ring, -1, 0), strict=True):
        pieces = max(1, int(np.ceil(np.hypot(*(b - a)) / (0.5 * step.min()))))
        ends = a + (b - a) * np.linspace(0, 1, pieces + 1)[:, None]
        for shift in ([_TOUCH_M, _TOUCH_M], [-_TOUCH_M, -_TOUCH_M]):
            low = np.floor((np.minimum(ends[:-1], ends[1:]) + shift) / step).astype(int) - first
            high = np.floor((np.maximum(ends[:-1], ends[1:]) + shift) / step).astype(int) - first
            for x in (low[:, 0], high[:, 0]):
                for y in (low[:, 1], high[:, 1]):
                    rim[np.clip(x, 0, count[0] - 1), np.clip(y, 0, count[1] - 1)] = True
    return rim


def _clip(triangles: Triangles, low: NDArray[np.float64], high: NDArray[np.float64]) -> Triangles:
    """What a soup has inside an axis-aligned box."""
    work = triangles[((triangles.min(1) < high) & (triangles.max(1) > low)).all(1)]
    for normal, offset in (
        ([1.0, 0], low[0]),
        ([-1.0, 0], -high[0]),
        ([0, 1.0], low[1]),
        ([0, -1.0], -high[1]),
    ):
        n = np.array(normal)
        work = split_by_line(work, n, float(offset)) if len(work) else work
        work = work[work.mean(1) @ n > offset]
    return np.asarray(work)


def inside(ring: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Even-odd test of points (N, 2) against a ring (K, 2), (N,) bool."""
    a, b = ring, np.roll(ring, -1, 0)
    x, y = points[:, :1], points[:, 1:]
    straddles = (a[:, 1] > y) != (b[:, 1] > y)
    rise = b[:, 1] - a[:, 1]
    cut = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / np.where(rise == 0, 1.0, rise)
    return np.asarray((straddles & (x < cut)).sum(1) % 2 == 1)


def subtract(triangles: Triangles, ring: NDArray[np.float64]) -> Triangles:
    """What is left of a soup outside a counter-clockwise polygon (K, 2).

    Only triangles that an edge's bounding box touches are cut, so a cut stays local.
    """
    low, high = triangles.min(1), triangles.max(1)
    near = ((low <= ring.max(0)) & (high >= ring.min(0))).all(1)
    if not near.any():
        return triangles
    kept, work = triangles[~near], triangles[near]
    for a, b in zip(ring, np.roll(ring, -1, 0), strict=True):
        length = float(np.hypot(*(b - a)))
        if length < 1e-9:
            continue
        normal = np.array([a[1] - b[1], b[0] - a[0]]) / length
        touched = (
            (work.min(1) <= np.maximum(a, b) + _TOUCH_M) & (work.max(1) >= np.minimum(a, b) - _TOUCH_M)
        ).all(1)
        work = np.concatenate([work[~touched], split_by_line(work[touched], normal, float(normal @ a))])
    return np.concatenate([kept, work[~inside(ring, work.mean(1))]])
