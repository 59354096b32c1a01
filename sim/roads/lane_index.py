"""World positions -> roads, s, t and lanes."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.roads.lane_table import LaneTable
from sim.roads.surface import RoadSurface

__all__ = ["LaneIndex", "Located"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_STEP_M, _ACROSS_M, _CLOSE_M = 2.0, 3.0, 3.5
"""Samples lie so far apart along and across lanes; every point of a lane is this close to one of its own."""
_MOST_ACROSS, _NEAREST = 16, 24
_ITERATIONS, _ENOUGH_M, _MISSED_M = 25, 1e-9, 1e-6


_BESIDE, _ASTRAY_M = 1e3, 1e2
"""What it costs to lie a meter beside a lane, and to head another way than it, in meters off its center."""


class Located(NamedTuple):
    """Where points lie in the network.

    Attributes:
        lane: (N,) number of the lane, -1 where no lane is within reach.
        road: (N,) number of its road, -1 likewise.
        s_m, t_m: (N,) road coordinates; NaN where there is no lane.
        beyond_m: (N,) distance from the lane's nearer border, 0 inside; inf where there is no lane.
    """

    lane: Ints
    road: Ints
    s_m: Floats
    t_m: Floats
    beyond_m: Floats


class LaneIndex:
    """Finds lanes by position.

    Samples of all lanes in k-d trees give candidates; each is then solved for s and t by Newton's method on
    the surface itself, banked and shaped as it is.

    Args:
        lanes: the lanes.
        surface: the roads' geometry.
    """

    def __init__(self, lanes: LaneTable, surface: RoadSurface) -> None:
        self._lanes, self._surface = lanes, surface
        self._lane, self._s, self._t = _samples(lanes)
        self._xy = surface.points(lanes.road[self._lane], self._s, self._t)[:, :2].reshape(-1, 2)
        self._trees: dict[frozenset[str] | None, tuple[cKDTree, Ints]] = {}

    def locate(
        self,
        xy_m: Floats,
        *,
        heading_rad: Floats | None = None,
        types: Collection[str] | None = None,
        reach_m: float = 10.0,
    ) -> Located:
        """The best lane for each point: inside before beside, then along `heading_rad` before across.

        Where lanes overlap, as in junctions, the one whose center is nearest wins, or with headings the
        one whose driving direction is within 60 degrees and then nearest.

        Args:
            xy_m: (N, 2) world positions.
            heading_rad: (N,) headings, if they matter.
            types: lane types that count; None is all but ``none``.
            reach_m: how far beside a lane a point may lie.
        """
        xy_m = np.asarray(xy_m, np.float64).reshape(-1, 2)
        point, at = self.candidates(xy_m, types=types, reach_m=reach_m)
        count = len(xy_m)
        off = np.abs(at.t_m - self._lanes.center_m(at.lane, at.s_m))
        cost = at.beyond_m * _BESIDE + off
        if heading_rad is not None and len(point):
            own = self._surface.frame(at.road, at.s_m).heading_rad + np.where(
                self._lanes.along[at.lane] < 0, np.pi, 0
            )
            astray = np.cos(own - np.asarray(heading_rad)[point]) < 0.5
            cost = cost + np.where(astray & ~self._lanes.both_ways[at.lane], _ASTRAY_M, 0.0)
        order = np.lexsort((at.lane, cost, point))
        winners, first = np.unique(point[order], return_index=True)
        best = order[first]
        lane, road = np.full(count, -1, np.intp), np.full(count, -1, np.intp)
        s, t, beyond = np.full(count, np.nan), np.full(count, np.nan), np.full(count, np.inf)
        lane[winners], road[winners] = at.lane[best], at.road[best]
        s[winners], t[winners], beyond[winners] = at.s_m[best], at.t_m[best], at.beyond_m[best]
        return Located(lane, road, s, t, beyond)

    def candidates(
        self, xy_m: Floats, *, types: Collection[str] | None = None, reach_m: float = 10.0
    ) -> tuple[Ints, Located]:
        """Every lane within reach of points: numbers of points (K,), lanes and coordinates (K,)."""
        tree, samples = self._tree(None if types is None else frozenset(types))
        point, row = _near(tree, xy_m, reach_m)
        row = samples[row]
        # The nearest sample of each lane starts its search.
        away = np.hypot(*(self._xy[row] - xy_m[point]).T)
        order = np.lexsort((away, self._lane[row], point))
        pair = (point * max(len(self._lanes), 1) + self._lane[row])[order]
        best = order[np.flatnonzero(np.diff(pair, prepend=-1))]
        point, row = point[best], row[best]
        lane = self._lane[row]
        road = self._lanes.road[lane]
        s, t = self._solve(xy_m[point], road, self._s[row], self._t[row])
        s = np.clip(s, self._lanes.from_s_m[lane], self._lanes.to_s_m[lane])
        inner, outer = self._lanes.borders_m(lane, s)
        aside = np.maximum(np.maximum(np.minimum(inner, outer) - t, t - np.maximum(inner, outer)), 0.0)
        missed = np.hypot(*(self._surface.points(road, s, t)[:, :2] - xy_m[point]).T)
        beyond = np.hypot(aside, np.where(missed > _MISSED_M, missed, 0.0))
        near = beyond <= reach_m
        return point[near], Located(lane[near], road[near], s[near], t[near], beyond[near])

    def _tree(self, types: frozenset[str] | None) -> tuple[cKDTree, Ints]:
        """The samples of all lanes of these types, and their numbers."""
        if types not in self._trees:
            wanted = np.array(
                [lane.type != "none" if types is None else lane.type in types for lane in self._lanes.lanes],
                bool,
            )
            rows = np.flatnonzero(wanted[self._lane]) if len(wanted) else np.zeros(0, np.intp)
            self._trees[types] = cKDTree(self._xy[rows]), rows
        return self._trees[types]

    def _solve(self, xy: Floats, road: Ints, s: Floats, t: Floats) -> tuple[Floats, Floats]:
        """s, t whose surface point lies at xy, from a start nearby."""
        for _ in range(_ITERATIONS):
            frame = self._surface.frame(road, s)
            gap = xy - self._surface.points(road, s, t)[:, :2]
            if not (np.hypot(gap[:, 0], gap[:, 1]) > _ENOUGH_M).any():
                break
            c, sn = np.cos(frame.heading_rad), np.sin(frame.heading_rad)
            ahead, aside = c * gap[:, 0] + sn * gap[:, 1], c * gap[:, 1] - sn * gap[:, 0]
            flat = np.cos(frame.roll_rad)
            swing = 1 - frame.curvature * t * flat
            move = ahead / np.where(np.abs(swing) < 0.1, np.copysign(0.1, swing), swing)
            s = np.clip(s + np.clip(move, -_STEP_M * 2, _STEP_M * 2), 0.0, self._surface.length_m[road])
            t = t + aside / np.where(np.abs(flat) < 0.1, 1.0, flat)
        return s, t


def _samples(lanes: LaneTable) -> tuple[Ints, Floats, Floats]:
    """Lane, s and t of points that cover every lane."""
    counts = np.maximum(np.ceil(lanes.length_m() / _STEP_M).astype(np.intp), 1) + 1
    lane = np.repeat(np.arange(len(lanes)), counts)
    step = np.arange(len(lane)) - np.repeat(np.cumsum(counts) - counts, counts)
    s = lanes.from_s_m[lane] + step / np.repeat(counts - 1, counts) * lanes.length_m()[lane]
    inner, outer = lanes.borders_m(lane, s)
    across = np.clip(np.ceil(np.abs(outer - inner) / _ACROSS_M).astype(np.intp), 1, _MOST_ACROSS)
    place = np.arange(int(across.sum())) - np.repeat(np.cumsum(across) - across, across)
    share = (place + 0.5) / np.repeat(across, across)
    t = np.repeat(inner, across) + share * np.repeat(outer - inner, across)
    return np.repeat(lane, across), np.repeat(s, across), t


def _near(tree: cKDTree, xy: Floats, reach_m: float) -> tuple[Ints, Ints]:
    """Pairs (point, sample): all samples close by; for points without any the nearest ones within reach."""
    if not tree.n:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    close = tree.query_ball_point(xy, _CLOSE_M)
    counts = np.array([len(rows) for rows in close], np.intp)
    point = np.repeat(np.arange(len(xy)), counts)
    row = np.concatenate([np.asarray(rows, np.intp) for rows in close]) if len(xy) else point
    lonely = np.flatnonzero(counts == 0)
    away, nearest = tree.query(xy[lonely], k=np.arange(1, min(_NEAREST, tree.n) + 1))
    within = np.nonzero(away <= reach_m + _CLOSE_M)
    return np.concatenate([point, lonely[within[0]]]), np.concatenate([row, nearest[within]])
