"""A street and what stands in it -> places in mid-block where people may cross the road without marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.ground import GroundHeight
from sim.agents.lanes import LaneMap
from sim.agents.separation import disc_gap_m
from sim.world import World

__all__ = ["MidBlock", "midblock_places"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_STEP_M, _APART_M, _WITHIN_M = 2.0, 11.0, 200.0
"""How finely places are looked for, how far they are apart, and how far from the middle of the world."""
_PROBE_M, _TO_KERB_M, _WIDEST_M, _NARROWEST_M = 0.2, 2.4, 15.0, 4.0
_LANDING_M = 0.5
"""People wait this far behind the kerb."""
_MARKED_M, _JUNCTION_M = 14.0, 9.0
"""No place is nearer to a marked crossing or a lane of a junction."""
_STRAIGHT_M, _SQUARE = 12.0, 0.3
"""Lanes run straight so far to either side: nobody crosses where vehicles turn round."""
_THING_M, _PARKED_M = 0.4, 0.45
"""Room beside what stands on the pavement and beside parked vehicles."""


@dataclass(frozen=True)
class MidBlock:
    """A place to cross.

    Attributes:
        sides: of both kerbs the number of the pavement edge beside it, the share of its length at which one
            leaves it, that point, and where to wait.
        lanes: (lane number, s_m, along_m) of each lane crossed, along_m from the first landing.
    """

    sides: tuple[tuple[int, float, tuple[float, float], tuple[float, float]], ...]
    lanes: tuple[tuple[int, float, float], ...]


def midblock_places(
    world: World,
    lanes: LaneMap,
    in_junction: Bools,
    ground: GroundHeight,
    parked_pose: Floats,
    parked_box: Floats,
    things_m: Floats,
) -> tuple[MidBlock, ...]:
    """Places from kerb to kerb, straight over lanes, apart from junctions, marked crossings and each other.

    Args:
        world: the street.
        lanes: its lanes.
        in_junction: (L,) lanes of junctions.
        ground: heights.
        parked_pose: (K, 3) x, y, yaw of parked vehicles.
        parked_box: (K, 3) x_min, x_max and half width of each.
        things_m: (M, 3) x, y, radius of what stands on pavements.
    """
    network = world.network
    nodes = {node.id: node.xy_m for node in network.walk_nodes}
    paved = [k for k, edge in enumerate(network.walk_edges) if not edge.crosswalk]
    if not paved:
        return ()
    a, b = (np.array([nodes[getattr(network.walk_edges[k], end)] for k in paved]) for end in "ab")
    starts, number, share, normal = _samples(a, b, np.array(world.focus_m))
    if not len(starts):
        return ()
    near, far = _kerbs(world, ground, starts, normal)
    at = np.flatnonzero(np.isfinite(far))
    out: list[MidBlock] = []
    taken: list[Floats] = [np.array(c.start_m) * 0.5 + np.array(c.end_m) * 0.5 for c in network.crosswalks]
    reach = [_MARKED_M] * len(taken)
    roads = _Roads(lanes, in_junction)
    for k in at[np.lexsort((at, np.abs(share[at] - 0.5)))].tolist():
        first, last = (starts[k] + normal[k] * away for away in (near[k], far[k]))
        middle = (first + last) / 2
        if any(np.hypot(*(middle - other)) < room for other, room in zip(taken, reach, strict=True)):
            continue
        ahead = normal[k]
        ends = first - ahead * _LANDING_M, last + ahead * _LANDING_M
        other = _foot(a, b, ends[1], ahead)
        own = _foot(a, b, ends[0], ahead)
        if other is None or own is None or own[0] != number[k]:
            continue
        crossed = roads.crossed(ends[0], ahead, float(far[k] - near[k]) + 2 * _LANDING_M)
        way = np.linspace(0.0, 1.0, 40)[:, None]
        legs = own[2] + way * (ends[0] - own[2]), other[2] + way * (ends[1] - other[2])
        if crossed is None or not _is_clear(np.concatenate(legs), things_m):
            continue
        if not _beside_parked(first + way * (last - first), parked_pose, parked_box):
            continue
        sides = [
            (paved[foot[0]], round(foot[1], 6), _point(foot[2]), _point(end))
            for foot, end in zip((own, other), ends, strict=True)
        ]
        out.append(MidBlock(tuple(sides), crossed))
        taken.append(middle)
        reach.append(_APART_M)
    return tuple(out)


class _Roads:
    """Samples of all lanes, to find those that a line crosses.

    Args:
        lanes: the lanes.
        in_junction: (L,) which belong to junctions.
    """

    def __init__(self, lanes: LaneMap, in_junction: Bools) -> None:
        points = [lanes.points(k) for k in range(len(lanes.ids))]
        driving = [lane.kind == "driving" for lane in lanes.lanes]
        own = [k for k in range(len(points)) if driving[k] and not in_junction[k]]
        self._lane = np.repeat(np.array(own, np.intp), [len(points[k][0]) for k in own])
        self._s_m, self._xy, self._yaw = (np.concatenate([points[k][n] for k in own]) for n in range(3))
        inner = [points[k][1] for k in np.flatnonzero(in_junction)]
        self._inner = np.concatenate([*inner, np.zeros((0, 2))])

    def crossed(
        self, start: Floats, ahead: Floats, length_m: float
    ) -> tuple[tuple[int, float, float], ...] | None:
        """Lanes below a line; None if it is not square to them all, or near a junction, or over none."""
        middle = start + ahead * length_m / 2
        if len(self._inner) and np.hypot(*(self._inner - middle).T).min() < _JUNCTION_M + length_m / 2:
            return None
        d = self._xy - start
        along, aside = d @ ahead, np.abs(d @ np.array([-ahead[1], ahead[0]]))
        over = (along > 0) & (along < length_m)
        hit, near = np.flatnonzero(over & (aside < 0.3)), over & (aside < _STRAIGHT_M)
        if not len(hit) or np.abs(np.cos(self._yaw[near] - np.arctan2(ahead[1], ahead[0]))).max() > _SQUARE:
            return None
        best: dict[int, int] = {}
        for k in hit[np.argsort(aside[hit], kind="stable")].tolist():
            best.setdefault(int(self._lane[k]), k)
        return tuple((lane, float(self._s_m[k]), float(along[k])) for lane, k in sorted(best.items()))


def _samples(a: Floats, b: Floats, focus: Floats) -> tuple[Floats, Ints, Floats, Floats]:
    """Points on edges, to either side: (S, 2) points, (S,) edges and shares, (S, 2) unit normals."""
    span = b - a
    length = np.hypot(*span.T)
    near = (length > 2.0) & (np.hypot(*((a + b) / 2 - focus).T) < _WITHIN_M)
    counts = np.where(near, np.maximum(length / _STEP_M, 1), 0).astype(np.intp)
    edge = np.repeat(np.arange(len(a)), counts)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    share = (place + 0.5) / np.maximum(counts[edge], 1)
    points = a[edge] + share[:, None] * span[edge]
    left = np.stack([-span[edge, 1], span[edge, 0]], 1) / np.maximum(length[edge], 1e-9)[:, None]
    twice = [np.concatenate([x, x]) for x in (points, edge, share)]
    return twice[0], twice[1].astype(np.intp), twice[2], np.concatenate([left, -left])


def _kerbs(world: World, ground: GroundHeight, start: Floats, normal: Floats) -> tuple[Floats, Floats]:
    """(S,) distances to the near and to the far kerb along normals; inf where there is no road to cross."""
    paved = sorted({patch.z_m for patch in world.ground if patch.kind == "pavement"})
    road = {patch.z_m for patch in world.ground if patch.kind == "road"}
    away = np.arange(0.0, _TO_KERB_M + _WIDEST_M + 1.0, _PROBE_M)
    none = np.full(len(start), np.inf)
    if not paved or not road or set(paved) & road:
        return none, none.copy()
    points = (start[:, None] + normal[:, None] * away[:, None]).reshape(-1, 2)
    height = ground(points).reshape(len(start), -1)
    on_walk, on_road = np.isin(height, paved), np.isin(height, sorted(road))
    first = np.argmin(on_walk, 1)
    beyond = on_walk & (np.arange(len(away)) > first[:, None])
    last = np.argmax(beyond, 1)
    every = np.arange(len(start))
    between = (np.arange(len(away)) >= first[:, None]) & (np.arange(len(away)) < last[:, None])
    open_road = (on_road | ~between).all(1)
    good = on_walk[:, 0] & beyond.any(1) & open_road & (away[first] <= _TO_KERB_M)
    near, far = away[first] - _PROBE_M / 2, away[last] - _PROBE_M / 2
    # Behind the far kerb there has to be room to stand.
    settled = on_walk[every, np.minimum(last + round(1.0 / _PROBE_M), len(away) - 1)]
    wide = far - near
    good &= settled & (wide >= _NARROWEST_M) & (wide <= _WIDEST_M)
    return np.where(good, near, np.inf), np.where(good, far, np.inf)


def _foot(a: Floats, b: Floats, point: Floats, ahead: Floats) -> tuple[int, float, Floats] | None:
    """The nearest edge to a point, the share of its length there, that place; None if it is not beside."""
    span = b - a
    share = ((point - a) * span).sum(1) / np.maximum((span**2).sum(1), 1e-9)
    place = a + np.clip(share, 0, 1)[:, None] * span
    away = np.hypot(*(place - point).T)
    k = int(np.argmin(away))
    margin = 0.6 / max(float(np.hypot(*span[k])), 1e-9)
    square = abs(float(span[k] @ ahead)) < 0.25 * float(np.hypot(*span[k]))
    if away[k] > _TO_KERB_M or not margin < share[k] < 1 - margin or not square:
        return None
    return k, float(share[k]), place[k]


def _is_clear(points: Floats, things_m: Floats) -> bool:
    reach_m = things_m[:, 2].max(initial=0.0) + _THING_M
    low, high = points.min(0) - reach_m, points.max(0) + reach_m
    things_m = things_m[((things_m[:, :2] >= low) & (things_m[:, :2] <= high)).all(1)]
    away = np.hypot(*(points[:, None] - things_m[:, :2]).transpose(2, 0, 1))
    return bool((away > things_m[:, 2] + _THING_M).all())


def _beside_parked(points: Floats, pose: Floats, box: Floats) -> bool:
    count, many = len(points), len(pose)
    xy = np.repeat(points, many, 0)
    return bool((disc_gap_m(xy, np.tile(pose, (count, 1)), np.tile(box, (count, 1))) > _PARKED_M).all())


def _point(xy: Floats) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])
