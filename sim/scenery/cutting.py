"""Polygons in, triangles out: how ground is tessellated and how patches leave room for others.

A triangle soup is (N, 3, 2) float64, counter-clockwise, in metres on the ground plane.
"""

from __future__ import annotations

import mapbox_earcut
import numpy as np
from numpy.typing import NDArray

__all__ = ["cut_grid", "inside", "overlap", "split_by_line", "subtract", "triangulate"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
_TOUCH_M = 1e-7
_NUDGE_M = 0.01


def triangulate(ring: Floats) -> Floats:
    """Triangles of a simple polygon.

    Args:
        ring: (K, 2) counter-clockwise, not closed.

    Returns:
        (N, 3, 2) counter-clockwise.
    """
    index = mapbox_earcut.triangulate_float64(ring, np.array([len(ring)], np.uint32))
    corners = ring[index.reshape(-1, 3)]
    area = _double_area(corners)
    corners = np.where((area < 0)[:, None, None], corners[:, ::-1], corners)
    return np.asarray(corners[np.abs(area) > 1e-9])


def _double_area(triangles: Floats) -> Floats:
    a, b = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _halve(triangles: Floats, side: Floats) -> tuple[Floats, Indices]:
    """Cut triangles along the zero line of a signed distance at their corners.

    Args:
        triangles: (N, 3, 2), each crossed by its line.
        side: (N, 3) signed distances.

    Returns:
        (M, 3, 2) pieces and (M,) the triangle each comes from.
    """
    # Turn each triangle so that its first corner is alone on its side of the line.
    signs = np.sign(side)
    alone = np.argmax((signs != 0) & (signs * signs.sum(1, keepdims=True) <= 0), 1)
    turn = (alone[:, None] + np.arange(3)) % 3
    corners = np.take_along_axis(triangles, turn[:, :, None], 1)
    d = np.take_along_axis(side, turn, 1)
    p, q, r = corners[:, 0], corners[:, 1], corners[:, 2]
    pq = p + (q - p) * (d[:, 0] / (d[:, 0] - d[:, 1]))[:, None]
    pr = p + (r - p) * (d[:, 0] / (d[:, 0] - d[:, 2]))[:, None]
    pieces = np.concatenate([np.stack([p, pq, pr], 1), np.stack([pq, q, r], 1), np.stack([pq, r, pr], 1)])
    parent = np.tile(np.arange(len(triangles)), 3)
    real = _double_area(pieces) > 1e-10
    return pieces[real], parent[real]


def _distance(triangles: Floats, normal: Floats, offset: Floats | float) -> Floats:
    """Signed distance of every corner from a line, rounded to 0 where it all but touches."""
    side = triangles @ normal - offset
    side[np.abs(side) < _TOUCH_M] = 0.0
    return np.asarray(side)


def split_by_line(triangles: Floats, normal: Floats, offset: float) -> Floats:
    """Cut every triangle that a line crosses.

    Args:
        triangles: (N, 3, 2).
        normal: (2,) unit normal of the line.
        offset: the line is where normal . p = offset.

    Returns:
        (M, 3, 2): the same area, no triangle on both sides.
    """
    side = _distance(triangles, normal, offset)
    crossed = (side.min(1) < 0) & (side.max(1) > 0)
    return np.concatenate([triangles[~crossed], _halve(triangles[crossed], side[crossed])[0]])


def cut_grid(ring: Floats, along: Floats, step_m: tuple[float, float]) -> Floats:
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
    low = (np.argwhere(~rim) + first) * step
    a = low[inside(local, low + step / 2)]
    b, c, d = a + np.array([step[0], 0]), a + step, a + np.array([0, step[1]])
    whole = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    rest = _clip_to_cells(triangulate(local), (np.argwhere(rim) + first) * step, step)
    return np.asarray(np.concatenate([whole, rest]) @ frame)


def _cells_on_rim(ring: Floats, step: Floats, first: Indices, count: Indices) -> NDArray[np.bool_]:
    """Grid cells that the outline may touch."""
    rim = np.zeros(count, bool)
    edges = np.roll(ring, -1, 0) - ring
    pieces = np.maximum(np.ceil(np.hypot(edges[:, 0], edges[:, 1]) / (0.5 * step.min())), 1).astype(int)
    edge, nth = _numbered(pieces)
    begin, end = (ring[edge] + edges[edge] * (k / pieces[edge])[:, None] for k in (nth, nth + 1))
    low, high = np.minimum(begin, end) - _TOUCH_M, np.maximum(begin, end) + _TOUCH_M
    i, j = (np.clip(np.floor(e / step).astype(int) - first, 0, count - 1) for e in (low, high))
    for x in (i[:, 0], j[:, 0]):
        for y in (i[:, 1], j[:, 1]):
            rim[x, y] = True
    return rim


def _clip_to_cells(triangles: Floats, low: Floats, step: Floats) -> Floats:
    """What a soup has inside each of some cells (their lower corners are (C, 2)), all at once."""
    soup_low, soup_high = triangles.min(1), triangles.max(1)
    touch = (soup_low < (low + step)[:, None]).all(-1) & (soup_high > low[:, None]).all(-1)
    cell, index = np.nonzero(touch)
    work = triangles[index]
    for normal in ([1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]):
        n = np.array(normal)
        edge = np.minimum(low @ n, (low + step) @ n)
        side = _distance(work, n, edge[cell][:, None])
        crossed = (side.min(1) < 0) & (side.max(1) > 0)
        within = side.min(1) >= 0
        pieces, parent = _halve(work[crossed], side[crossed])
        owner = cell[crossed][parent]
        keep = pieces.mean(1) @ n > edge[owner]
        work = np.concatenate([work[within], pieces[keep]])
        cell = np.concatenate([cell[within], owner[keep]])
    return work


def inside(ring: Floats, points: Floats) -> NDArray[np.bool_]:
    """Even-odd test of points (N, 2) against a ring (K, 2), (N,) bool."""
    a, b = ring, np.roll(ring, -1, 0)
    order = np.argsort(points[:, 1], kind="stable")
    y = points[order, 1]
    # Of the points by height, those that each edge may pass: a few, while rings and grids have thousands.
    first, last = (np.searchsorted(y, f(a[:, 1], b[:, 1])) for f in (np.minimum, np.maximum))
    edge, nth = _numbered(last - first)
    point = order[first[edge] + nth]
    rise = (b[:, 1] - a[:, 1])[edge]
    cut = a[edge, 0] + (points[point, 1] - a[edge, 1]) * (b[edge, 0] - a[edge, 0]) / rise
    passed = np.bincount(point[points[point, 0] < cut], minlength=len(points))
    return np.asarray(passed % 2 == 1)


def overlap(first: Floats, second: Floats) -> bool:
    """True if two counter-clockwise rings share more than a centimetre's width, not only an edge."""
    if (first.max(0) <= second.min(0)).any() or (second.max(0) <= first.min(0)).any():
        return False
    return bool(inside(first, _just_inside(second)).any() or inside(second, _just_inside(first)).any())


def _just_inside(ring: Floats) -> Floats:
    """Points every metre or so along a ring, a little inward."""
    edges = np.roll(ring, -1, 0) - ring
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    long = lengths >= 4 * _NUDGE_M
    if not long.any():
        return ring
    edges, lengths = edges[long], lengths[long]
    inward = np.stack([-edges[:, 1], edges[:, 0]], 1) / lengths[:, None]
    count = np.maximum(np.rint(lengths), 1).astype(int)
    edge, nth = _numbered(count)
    share = ((nth + 0.5) / count[edge])[:, None]
    return np.asarray(ring[long][edge] + edges[edge] * share + inward[edge] * _NUDGE_M)


def _numbered(count: Indices) -> tuple[Indices, Indices]:
    """Of `count` (N,) things each: whose each is, and the how manieth of them."""
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)


def subtract(triangles: Floats, ring: Floats) -> Floats:
    """What is left of a soup outside a counter-clockwise polygon (K, 2).

    Only triangles that an edge really runs through are cut, so a cut stays local.
    """
    if not len(triangles):
        return triangles
    low, high = triangles.min(1), triangles.max(1)
    near = ((low <= ring.max(0)) & (high >= ring.min(0))).all(1)
    kept, work = triangles[~near], triangles[near]
    for a, b in zip(ring, np.roll(ring, -1, 0), strict=True):
        length = float(np.hypot(*(b - a)))
        if length < 1e-9 or not len(work):
            continue
        along = (b - a) / length
        normal = np.array([-along[1], along[0]])
        side = _distance(work, normal, float(normal @ a))
        crossed = np.flatnonzero((side.min(1) < 0) & (side.max(1) > 0))
        if not len(crossed):
            continue
        s, t = side[crossed], (work[crossed] - a) @ along
        cuts = (s < 0) != (np.roll(s, -1, 1) < 0)
        rise = s - np.roll(s, -1, 1)
        at = t + (np.roll(t, -1, 1) - t) * s / np.where(rise == 0, 1.0, rise)
        enter, leave = np.where(cuts, at, np.inf).min(1), np.where(cuts, at, -np.inf).max(1)
        crossed = crossed[(leave > _TOUCH_M) & (enter < length - _TOUCH_M)]
        if len(crossed):
            rest = np.delete(np.arange(len(work)), crossed)
            work = np.concatenate([work[rest], _halve(work[crossed], side[crossed])[0]])
    return np.concatenate([kept, work[~inside(ring, work.mean(1))]])
