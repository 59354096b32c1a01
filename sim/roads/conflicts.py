"""Lanes of a junction -> where they overlap: the areas that two vehicles must not be in at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sim.roads.network import RoadNetwork

__all__ = ["ConflictArea", "conflict_areas", "lane_polygon", "lane_polygons"]


_STEP_M = 0.5
_SMALLEST_M2, _CLEARANCE_M = 0.05, 3.0


@dataclass(frozen=True)
class ConflictArea:
    """Where two lanes of a junction overlap.

    Attributes:
        lanes: numbers of the two lanes, ascending.
        kind: ``diverge`` if both continue one lane, ``merge`` if one lane continues both, else ``cross``.
        outline_m: rings of (x, y) of the common area, counter-clockwise, not closed.
        ranges_m: for each lane, from where to where along its driving direction it lies in the area.
    """

    lanes: tuple[int, int]
    kind: str
    outline_m: tuple[tuple[tuple[float, float], ...], ...]
    ranges_m: tuple[tuple[float, float], tuple[float, float]]


def conflict_areas(network: RoadNetwork, junction_id: str) -> tuple[ConflictArea, ...]:
    """The conflict areas between lanes for motor vehicles on the roads of a junction.

    Lanes of one section lie beside each other and have none; nor have lanes that lie more than 3 m above each
    other.

    Args:
        network: the map.
        junction_id: id of the junction; KeyError if there is none.
    """
    junction = network.junctions[network.junction_number[junction_id]]
    table = network.lanes
    inside = np.array([network.roads[r].junction == junction.id for r in table.road], bool)
    strips = [_Strip(network, int(row)) for row in np.flatnonzero(inside & table.is_driving)]
    out = []
    for i, j in _meeting([strip.polygon for strip in strips]):
        a, b = strips[i], strips[j]
        if table.keys[a.lane][:2] == table.keys[b.lane][:2]:
            continue
        area = shapely.intersection(a.polygon, b.polygon)
        rings = tuple(_rings(area))
        on_a, on_b = a.touched(area), b.touched(area)
        if rings and abs(a.height_m(on_a) - b.height_m(on_b)) <= _CLEARANCE_M:
            kind = _kind(network, a.lane, b.lane)
            out.append(ConflictArea((a.lane, b.lane), kind, rings, (a.range_m(on_a), b.range_m(on_b))))
    return tuple(out)


def lane_polygon(network: RoadNetwork, lane: int) -> shapely.Geometry:
    """A lane's area in the plane, from stations every half meter; valid, if need be of several parts."""
    return _Strip(network, lane).polygon


def lane_polygons(network: RoadNetwork, lanes: Sequence[int]) -> list[shapely.Geometry]:
    """`lane_polygon` of many lanes at once."""
    if not len(lanes):
        return []
    table, rows = network.lanes, np.asarray(lanes, np.intp)
    low, high = table.from_s_m[rows], table.to_s_m[rows]
    counts = np.maximum(np.ceil((high - low) / _STEP_M).astype(np.intp), 1) + 1
    s = np.concatenate([np.linspace(*ends) for ends in zip(low, high, counts.tolist(), strict=True)])
    of = np.repeat(rows, counts)
    sides = [network.surface.points(table.road[of], s, t)[:, :2] for t in table.borders_m(of, s)]
    own = [slice(b - n, b) for b, n in zip(np.cumsum(counts).tolist(), counts.tolist(), strict=True)]
    rings = [shapely.Polygon(np.concatenate([sides[0][part], sides[1][part][::-1]])) for part in own]
    return list(shapely.make_valid(rings))


class _Strip:
    """A lane cut across at equal steps.

    Attributes:
        lane: its number.
        polygon: its area in the plane.
    """

    def __init__(self, network: RoadNetwork, lane: int) -> None:
        table, self.lane = network.lanes, lane
        low, high = table.from_s_m[lane], table.to_s_m[lane]
        s = np.linspace(low, high, max(int(np.ceil((high - low) / _STEP_M)), 1) + 1)
        rows = np.full(len(s), lane, np.intp)
        left, right = (network.surface.points(table.road[rows], s, t) for t in table.borders_m(rows, s))
        self.polygon = shapely.make_valid(shapely.Polygon(np.concatenate([left, right[::-1]])[:, :2]))
        self._slices = shapely.linestrings(np.stack([left[:, :2], right[:, :2]], 1))
        self._z = (left[:, 2] + right[:, 2]) / 2
        self._driven_m = s - low if table.along[lane] > 0 else high - s

    def touched(self, area: shapely.Geometry) -> tuple[int, int]:
        """First and last station between which the lane can lie in an area, at most a step too far out."""
        shapely.prepare(area)
        found = np.flatnonzero(shapely.intersects(area, self._slices))
        last = len(self._slices) - 1
        if not len(found):
            return 0, last
        return max(int(found[0]) - 1, 0), min(int(found[-1]) + 1, last)

    def height_m(self, stations: tuple[int, int]) -> float:
        """Height of the lane in the middle between two stations."""
        return float(self._z[sum(stations) // 2])

    def range_m(self, stations: tuple[int, int]) -> tuple[float, float]:
        """Where two stations lie along the driving direction, ascending."""
        a, b = (float(self._driven_m[k]) for k in stations)
        return min(a, b), max(a, b)


def _meeting(polygons: Sequence[shapely.Geometry]) -> list[tuple[int, int]]:
    if not polygons:
        return []
    a, b = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    return sorted((int(i), int(j)) for i, j in zip(a, b, strict=True) if i < j)


def _rings(area: shapely.Geometry) -> Iterator[tuple[tuple[float, float], ...]]:
    for part in shapely.get_parts(area):
        if part.geom_type == "Polygon" and part.area >= _SMALLEST_M2:
            ring = shapely.get_coordinates(shapely.orient_polygons(part).exterior)[:-1]
            yield tuple((float(x), float(y)) for x, y in ring)


def _kind(network: RoadNetwork, a: int, b: int) -> str:
    graph = network.graph
    if set(graph.predecessors[a]) & set(graph.predecessors[b]):
        return "diverge"
    return "merge" if set(graph.successors[a]) & set(graph.successors[b]) else "cross"
