"""A map's surfaces and road marks -> ground patches with kerbs, and painted lines. Heights are left flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sim.roads import RoadMark, RoadNetwork, lane_polygons
from sim.world import GroundPatch, Marking

__all__ = ["GREEN_M", "PAVEMENT_M", "Areas", "areas_of", "ground_patches", "lane_marks"]

_ROAD_TYPES = frozenset(
    {"shoulder", "border", "stop", "parking", "biking", "restricted", "shared", "rail", "tram"}
)
_WALK_TYPES = frozenset({"sidewalk", "walking", "curb"})
PAVEMENT_M, GREEN_M = 0.12, 0.1
"""Heights of pavements and of the ground behind."""
_SEAM_M, _FINE_M, _SMALL_M2 = 0.02, 0.03, 0.5
_SLIVER_M, _SLIVER_M2, _GAP_CLOSED_M, _SPECK_M2 = 1.0, 20.0, 0.4, 1e-3
_LINE_M, _BOLD_M, _DASH_M, _GAP_M, _APART_M = 0.12, 0.25, 3.0, 6.0, 0.12
_PIECE_M, _STEP_M = 6.0, 1.0
_LAID_OVER_M = 0.02
_LARGE_M, _TILE_M = 700.0, 96.0
"""Ground wider than the first is laid in squares of about the second."""


@dataclass(frozen=True)
class Areas:
    """What the lanes of a map cover.

    Attributes:
        road: the carriageways.
        paved: the pavements, narrow gaps between them and the road included.
    """

    road: shapely.Geometry
    paved: tuple[shapely.Polygon, ...]


def areas_of(network: RoadNetwork) -> Areas:
    """The areas of a map's lanes."""
    lanes = network.lanes
    kinds = [lane.type for lane in lanes.lanes]
    road = _filled(
        _union(network, [k for k, kind in enumerate(kinds) if lanes.is_driving[k] or kind in _ROAD_TYPES])
    )
    walk = _union(network, [k for k, kind in enumerate(kinds) if kind in _WALK_TYPES])
    # Narrow gaps between road and pavement are paved.
    both = shapely.buffer(shapely.buffer(shapely.union(road, walk), _GAP_CLOSED_M), -_GAP_CLOSED_M)
    paved = [part for part in _parts(shapely.difference(both, road)) if part.intersection(walk).area > 0]
    return Areas(road, tuple(paved))


def ground_patches(
    areas: Areas, bounds_m: tuple[float, float, float, float], behind: str, *, in_squares: bool = False
) -> tuple[GroundPatch, ...]:
    """Road, what lies in its rings, pavements with kerbs, the ground behind; later ones lie on earlier ones.

    Args:
        areas: of the map.
        bounds_m: outer rectangle.
        behind: kind of the ground that no lane covers.
        in_squares: True lays it in squares even if it is not large.
    """
    (x0, y0, x1, y1), edge = bounds_m, shapely.boundary(areas.road)
    if in_squares or max(x1 - x0, y1 - y0) > _LARGE_M:
        return tuple(_tiled(areas, bounds_m, behind))
    road = areas.road
    out = [GroundPatch(behind, _ring(shapely.box(*bounds_m).exterior), GREEN_M)]
    # Larger rings first: what lies in a hole is smaller than the hole.
    rings = [
        (ring, k > 0) for part in _parts(road) for k, ring in enumerate((part.exterior, *part.interiors))
    ]
    for ring, is_hole in sorted(rings, key=lambda one: -shapely.Polygon(one[0]).area):
        out.append(GroundPatch(behind, _ring(ring), GREEN_M) if is_hole else GroundPatch("road", _ring(ring)))
    return (*out, *_pavements(areas.paved, edge))


def _pavements(paved: Sequence[shapely.Polygon], edge: shapely.Geometry) -> Iterator[GroundPatch]:
    for part in _without_holes(paved):
        # Laid over the road's edge, or slivers of the ground behind would show between the two.
        ring = _ring(shapely.buffer(part, _LAID_OVER_M, join_style="mitre").exterior)
        yield GroundPatch("pavement", ring, PAVEMENT_M, _edges_at(ring, edge))


def _tiled(areas: Areas, bounds_m: tuple[float, float, float, float], behind: str) -> Iterator[GroundPatch]:
    """The same ground in squares that do not lie on each other but for the pavements' edges."""
    x0, y0, x1, y1 = bounds_m
    paved = shapely.union_all(list(areas.paved))
    shapely.prepare([areas.road, paved])
    across, up = (max(1, round(span / _TILE_M)) for span in (x1 - x0, y1 - y0))
    for i in range(across):
        for j in range(up):
            low = x0 + (x1 - x0) * i / across, y0 + (y1 - y0) * j / up
            high = x0 + (x1 - x0) * (i + 1) / across, y0 + (y1 - y0) * (j + 1) / up
            square = shapely.box(*low, *high)
            road, walks = (shapely.intersection(area, square) for area in (areas.road, paved))
            green = (
                shapely.difference(square, shapely.union(road, walks)) if road.area + walks.area else square
            )
            for kind, area, z_m in ((behind, green, GREEN_M), ("road", road, 0.0)):
                for part in _without_holes(_parts(area)):
                    yield GroundPatch(kind, _ring(part.exterior), z_m, (), 0.0)
            edge = shapely.boundary(areas.road) if walks.area else None
            if edge is not None:
                yield from _pavements(_parts(walks), shapely.intersection(edge, shapely.buffer(square, 1.0)))


def lane_marks(network: RoadNetwork) -> tuple[Marking, ...]:
    """The paint on lanes' borders as the map describes it; curbs and marks without paint have none."""
    out: list[Marking] = []
    for number, road in enumerate(network.roads):
        for k, section in enumerate(road.sections):
            end_m = road.sections[k + 1].s_m if k + 1 < len(road.sections) else road.length_m
            for lane in (*section.left, section.center, *section.right):
                row = network.lanes.find((road.id, k, lane.id))
                ends = [min(section.s_m + after.s_offset_m, end_m) for after in lane.marks[1:]] + [end_m]
                for mark, high in zip(lane.marks, ends, strict=False):
                    low = section.s_m + mark.s_offset_m
                    # Where a road ends beside a mark, the paint lies on the road.
                    beyond = lane.id + (1 if lane.id > 0 else -1)
                    is_edge = lane.id != 0 and section.lane(beyond) is None
                    for paint, gap, aside, first, width in _lines(mark):
                        inward = -np.sign(lane.id) * width / 2 if is_edge else 0.0
                        line = (paint, gap, aside + inward, first, width)
                        out += _paint(network, number, row, (low, high), line)
    return tuple(out)


def _lines(mark: RoadMark) -> list[tuple[float, float, float, float, float]]:
    """(paint, gap, offset, first, width) of each line of a mark, meters."""
    if mark.lines:
        width = mark.width_m or _LINE_M
        return [(x.length_m, x.space_m, x.t_offset_m, x.s_offset_m, x.width_m or width) for x in mark.lines]
    width = mark.width_m or (_BOLD_M if mark.weight == "bold" else _LINE_M)
    solid, broken = (_PIECE_M, 0.0), (_DASH_M, _GAP_M)
    known = {"solid": solid, "edge": solid, "broken": broken}
    words = [word for word in mark.type.split(" ") if word in known]
    if len(words) != len(mark.type.split(" ")):
        return []
    aside = [0.0] if len(words) == 1 else [(_APART_M + width) / 2, -(_APART_M + width) / 2]
    return [(*known[word], t, 0.0, width) for word, t in zip(words, aside, strict=True)]


def _paint(
    network: RoadNetwork,
    road: int,
    row: int,
    range_m: tuple[float, float],
    line: tuple[float, float, float, float, float],
) -> Iterator[Marking]:
    """The painted pieces of one line along a lane's outer border, or along the center lane (row -1)."""
    paint, gap, aside, first, width = line
    low, high = range_m
    if paint <= 0 or width <= 0:
        return
    starts = np.arange(low + first, high - 0.05, max(paint, 0.5) + gap)
    if not gap and paint <= _PIECE_M:
        starts = np.arange(low, high - 0.05, _PIECE_M)
    ends = np.minimum(starts + (paint if gap else _PIECE_M), high)
    counts = np.maximum(np.ceil((ends - starts) / _STEP_M), 1).astype(np.intp) + 1
    if not len(starts):
        return
    stations = [np.linspace(a, b, n) for a, b, n in zip(starts, ends, counts.tolist(), strict=True)]
    s = np.concatenate(stations)
    roads = np.full(len(s), road)
    if row < 0:
        t = network.surface.lane_offset.value(roads, s)
    else:
        t = network.lanes.borders_m(np.full(len(s), row), s)[1]
    sides = [network.surface.points(roads, s, t + aside + x)[:, :2] for x in (-width / 2, width / 2)]
    last = np.cumsum(counts)
    own = [slice(b - n, b) for b, n in zip(last.tolist(), counts.tolist(), strict=True)]
    rings = [np.concatenate([sides[0][part], sides[1][part][::-1]]) for part in own]
    # In bends tighter than its offset a line folds over.
    for area in shapely.make_valid([shapely.Polygon(ring) for ring in rings]):
        for part in shapely.get_parts(area):
            if part.geom_type == "Polygon" and part.area > _SPECK_M2:
                yield Marking("dash" if gap else "line", _ring(part.exterior))


def _union(network: RoadNetwork, rows: Sequence[int]) -> shapely.Geometry:
    """The area of lanes, seams between neighbors closed, with no more corners than it needs."""
    area = shapely.union_all(lane_polygons(network, rows))
    closed = shapely.buffer(area, _SEAM_M, join_style="mitre")
    return shapely.simplify(shapely.buffer(closed, -_SEAM_M, join_style="mitre"), _FINE_M)


def _filled(area: shapely.Geometry) -> shapely.Geometry:
    """Without the slivers that lanes of junctions leave between them."""
    slivers = [
        hole
        for part in _parts(area)
        for hole in map(shapely.Polygon, part.interiors)
        if hole.area < _SLIVER_M2 and hole.buffer(-_SLIVER_M).is_empty
    ]
    return shapely.union_all([area, *(hole.buffer(_SEAM_M) for hole in slivers)])


def _parts(area: shapely.Geometry) -> list[shapely.Polygon]:
    return [p for p in shapely.get_parts(area) if p.geom_type == "Polygon" and p.area > _SMALL_M2]


def _without_holes(parts: Sequence[shapely.Polygon]) -> Iterator[shapely.Polygon]:
    """Polygons cut in two, again and again, until none has a hole."""
    waiting = list(parts)
    while waiting:
        part = waiting.pop(0)
        if not part.interiors:
            yield part
            continue
        x0, y0, x1, y1 = part.bounds
        middle = shapely.centroid(shapely.Polygon(part.interiors[0]))
        for half in ((x0, y0, middle.x, y1), (middle.x, y0, x1, y1)):
            waiting += _parts(shapely.intersection(part, shapely.box(*half)))


def _ring(ring: shapely.LinearRing) -> tuple[tuple[float, float], ...]:
    """Counter-clockwise, not closed, in tenths of millimeters."""
    xy = shapely.get_coordinates(ring)[:-1].round(4)
    xy = xy[(xy != np.roll(xy, -1, 0)).any(1)]
    return tuple((float(x), float(y)) for x, y in (xy if shapely.is_ccw(ring) else xy[::-1]))


def _edges_at(ring: Sequence[tuple[float, float]], edge: shapely.Geometry) -> tuple[int, ...]:
    """Indices of the edges whose middle lies on the road's boundary."""
    xy = np.array(ring)
    middle = shapely.points((xy + np.roll(xy, -1, 0)) / 2)
    return tuple(np.flatnonzero(shapely.distance(middle, edge) < 2 * _FINE_M + _SEAM_M).tolist())
