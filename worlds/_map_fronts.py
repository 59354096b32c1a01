"""A map's road and pavements -> straight lines along their backs, on which houses can stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from worlds._line import Line, Point, line_between
from worlds._map_ground import Areas

__all__ = ["Front", "free_stretches", "fronts"]

_BENT_M, _SHORTEST_M, _ISLAND_M2 = 0.45, 9.0, 1000.0
_SEAM_M, _STEP_M = 0.3, 0.5


@dataclass(frozen=True)
class Front:
    """A straight line beside a street, walked with the street on the right-hand side.

    Attributes:
        line: along the back of the pavement, or the edge of a road without one.
        kerb_m: (low, high) distance from the line to the road along it: the width of the pavement.
    """

    line: Line
    kerb_m: tuple[float, float]

    def part(self, low_m: float, high_m: float, left_m: float = 0.0) -> tuple[Point, Point]:
        """Both ends of a stretch of the line, moved to its left."""
        return self.line.at(low_m, left_m), self.line.at(high_m, left_m)


def fronts(areas: Areas) -> tuple[Front, ...]:
    """All lines long enough for a house, those of one ring in the order of the walk; bends become chords.

    Args:
        areas: what the map's lanes cover.
    """
    street = shapely.union_all([areas.road, *areas.paved])
    street = shapely.buffer(shapely.buffer(street, _SEAM_M), -_SEAM_M)
    out = []
    for ring in _rings(shapely.simplify(street, _BENT_M)):
        for a, b in pairwise(ring):
            line = line_between(a, b) if a != b else None
            if line is not None and line.length_m >= _SHORTEST_M:
                along = np.linspace(0.1, 0.9, 9) * line.length_m
                away = shapely.distance(shapely.points([line.at(s, 0.0) for s in along.tolist()]), areas.road)
                out.append(Front(line, (float(away.min()), float(away.max()))))
    return tuple(out)


def free_stretches(
    front: Front, depth_m: tuple[float, float], taken: Sequence[shapely.Geometry]
) -> list[tuple[float, float]]:
    """Stretches of a front, from and to, behind which nothing is taken.

    Args:
        front: the line.
        depth_m: from and to which distance behind the line it has to be free.
        taken: what is not free; large areas are prepared for it.
    """
    count = int(front.line.length_m / _STEP_M)
    along = (np.arange(count) + 0.5) * _STEP_M
    ends = [[front.line.at(s, depth_m[0]), front.line.at(s, depth_m[1])] for s in along.tolist()]
    if not count:
        return []
    across = shapely.linestrings(ends)
    free = np.ones(count, bool)
    for area in taken:
        free &= ~shapely.intersects(area, across)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(int)))
    # Between the last free place and the first that is taken anything may begin.
    runs = [((a + 1) * _STEP_M, (b - 1) * _STEP_M) for a, b in edges.reshape(-1, 2).tolist()]
    return [run for run in runs if run[1] - run[0] >= _SHORTEST_M]


def _rings(area: shapely.Geometry) -> Iterator[list[Point]]:
    """Closed rings with the area on their right."""
    for part in shapely.get_parts(shapely.orient_polygons(area)):
        for ring in (part.exterior, *(r for r in part.interiors if shapely.Polygon(r).area > _ISLAND_M2)):
            xy = shapely.get_coordinates(ring)[::-1]
            yield [(float(x), float(y)) for x, y in xy]
