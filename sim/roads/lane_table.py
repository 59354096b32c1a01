"""Every lane of every road in one table: ranges, driving directions, borders, centers, limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.roads.lanes import DRIVING_TYPES, Lane
from sim.roads.pieces import Cubic, Pieces, Starts
from sim.roads.road import Road
from sim.roads.surface import RoadSurface

__all__ = ["LaneKey", "LaneTable"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


class LaneKey(NamedTuple):
    """A lane's name in the network: road id, number of the section, lane id."""

    road: str
    section: int
    lane: int


class LaneTable:
    """The lanes of all roads but the center lanes, each side counted outward.

    Args:
        roads: the roads.
        surface: their geometry, numbered alike.

    Attributes:
        lanes: (L,) the lanes themselves.
        keys: (L,) their names.
        road, section: (L,) numbers of their roads and, within these, sections.
        side: (L,) +1 left of the center lane, -1 right.
        from_s_m, to_s_m: (L,) ranges of their sections.
        along: (L,) +1 if driven along s, -1 if against.
        both_ways: (L,) True if driven in both directions.
        is_driving: (L,) True for what motor vehicles drive along.
    """

    def __init__(self, roads: Sequence[Road], surface: RoadSurface) -> None:
        rows = list(_rows(roads))
        self._surface = surface
        self.lanes: tuple[Lane, ...] = tuple(lane for *_, lane in rows)
        self.keys = tuple(LaneKey(roads[r].id, k, lane.id) for r, k, *_, lane in rows)
        self._row = {key: n for n, key in enumerate(self.keys)}
        self.road = np.array([r for r, *_ in rows], np.intp)
        self.section = np.array([k for _, k, *_ in rows], np.intp)
        self.from_s_m = np.array([begin for _, _, begin, _, _ in rows], np.float64)
        self.to_s_m = np.array([end for *_, end, _ in rows], np.float64)
        self.side = np.array([1 if lane.id > 0 else -1 for lane in self.lanes], np.intp)
        self._depth = _depths(self.keys)
        against = np.array([roads[r].left_hand == (lane.id < 0) for r, *_, lane in rows], bool)
        against ^= np.array([lane.direction == "reversed" for lane in self.lanes], bool)
        self.along = np.where(against, -1, 1).astype(np.intp)
        self.both_ways = np.array(
            [lane.direction == "both" or lane.type == "bidirectional" for lane in self.lanes], bool
        )
        self.is_driving = np.array([lane.type in DRIVING_TYPES for lane in self.lanes], bool)
        self._width = Pieces([lane.widths for lane in self.lanes])
        self._border = Pieces([lane.borders for lane in self.lanes])
        self._inner_height = Pieces([[Cubic(h.s_offset_m, h.inner_m) for h in x.heights] for x in self.lanes])
        self._outer_height = Pieces([[Cubic(h.s_offset_m, h.outer_m) for h in x.heights] for x in self.lanes])
        self._speed = Pieces([[Cubic(v.s_offset_m, v.max_mps) for v in x.speeds] for x in self.lanes])
        limits = [[t for t in road.types if t.max_mps is not None] for road in roads]
        self._road_speed = Pieces([[Cubic(t.s_m, t.max_mps or 0.0) for t in own] for own in limits])
        self._sections = Starts([[section.s_m for section in road.sections] for road in roads])

    def __len__(self) -> int:
        return len(self.lanes)

    def row(self, key: LaneKey | tuple[str, int, int]) -> int:
        """Number of a lane; KeyError if there is none of this name."""
        return self._row[LaneKey(*key)]

    def find(self, key: tuple[str, int, int]) -> int:
        """Number of a lane; -1 if there is none of this name."""
        return self._row.get(LaneKey(*key), -1)

    def section_at(self, road: Ints, s_m: Floats) -> Ints:
        """(N,) numbers of the sections that hold at distances along roads."""
        return np.asarray(np.maximum(self._sections.find(road, s_m) - self._sections.first[road], 0))

    def length_m(self) -> Floats:
        """(L,) lengths along their roads' reference lines."""
        return np.asarray(self.to_s_m - self.from_s_m)

    def borders_m(self, lane: Ints, s_m: Floats) -> tuple[Floats, Floats]:
        """(N,) t of the inner and of the outer border of lanes (N,) at s of their roads (N,)."""
        ds = s_m - self.from_s_m[lane]
        depth = self._depth[lane]
        inner, outer = np.zeros(len(lane)), np.zeros(len(lane))
        for k in range(int(depth.max(initial=-1)) + 1):
            own = np.flatnonzero(depth >= k)
            row = lane[own] - depth[own] + k
            width = np.maximum(self._width.value(row, ds[own]), 0.0)
            border = np.abs(self._border.value(row, ds[own]))
            inner[own] = outer[own]
            outer[own] = np.where(self._border.has(row), border, inner[own] + width)
        center = self._surface.lane_offset.value(self.road[lane], s_m)
        return center + self.side[lane] * inner, center + self.side[lane] * outer

    def center_m(self, lane: Ints, s_m: Floats) -> Floats:
        """(N,) t of lanes' centers."""
        inner, outer = self.borders_m(lane, s_m)
        return np.asarray((inner + outer) / 2)

    def width_m(self, lane: Ints, s_m: Floats) -> Floats:
        """(N,) widths of lanes."""
        inner, outer = self.borders_m(lane, s_m)
        return np.asarray(np.abs(outer - inner))

    def points(self, lane: Ints, s_m: Floats, offset_m: Floats | float = 0.0) -> Floats:
        """(N, 3) points of lanes' surfaces, `offset_m` left (along s) of their centers."""
        inner, outer = self.borders_m(lane, s_m)
        t = (inner + outer) / 2 + offset_m
        span = outer - inner
        share = np.clip((t - inner) / np.where(span == 0, 1.0, span), 0.0, 1.0)
        ds = s_m - self.from_s_m[lane]
        low, high = self._inner_height.value(lane, ds), self._outer_height.value(lane, ds)
        return self._surface.points(self.road[lane], s_m, t, low + share * (high - low))

    def speed_limit_mps(self, lane: Ints, s_m: Floats) -> Floats:
        """(N,) speed limits: the lane's own, else the road's; inf for none, NaN where nothing is said."""
        road = self.road[lane]
        ds = s_m - self.from_s_m[lane]
        own = self._speed.starts.find(lane, ds) >= 0
        theirs = self._road_speed.starts.find(road, s_m) >= 0
        limit = np.where(theirs, self._road_speed.value(road, s_m), np.nan)
        return np.where(own, self._speed.value(lane, ds), limit)


def _depths(keys: Sequence[LaneKey]) -> Ints:
    """(L,) how many lanes lie between each and the center lane."""
    out = np.zeros(len(keys), np.intp)
    for n in range(1, len(keys)):
        a, b = keys[n - 1], keys[n]
        if a[:2] == b[:2] and (a.lane > 0) == (b.lane > 0):
            out[n] = out[n - 1] + 1
    return out


def _rows(roads: Sequence[Road]) -> list[tuple[int, int, float, float, Lane]]:
    """Road, section, where it begins, where it ends, lane; a lane's inner neighbors precede it."""
    out: list[tuple[int, int, float, float, Lane]] = []
    for r, road in enumerate(roads):
        ends = [*(section.s_m for section in road.sections[1:]), road.length_m]
        for k, (section, end) in enumerate(zip(road.sections, ends, strict=True)):
            for side in (section.left, section.right):
                ordered = sorted(side, key=lambda lane: abs(lane.id))
                out += [(r, k, section.s_m, max(end, section.s_m), lane) for lane in ordered]
    return out
