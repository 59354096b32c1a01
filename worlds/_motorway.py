"""A motorway's cross-section and measures -> a closed ring of roads in OpenDRIVE's words, with rest areas.

Nobody enters or leaves such a world: who drives on meets the same place again after some kilometers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.roads import (
    Connection,
    Cubic,
    Junction,
    Lane,
    LaneLink,
    LaneSection,
    MarkLine,
    Road,
    RoadLink,
    RoadMark,
    RoadNetwork,
    RoadType,
)
from worlds._layout_corners import one_lane
from worlds._motorway_ring import ring_of
from worlds._pen import Pen, Pose2

__all__ = ["REST_M", "SERVICE_M", "Motorway", "motorway_network"]

REST_M, SERVICE_M = 430.0, 25.0
"""Length of a rest area along the motorway; how far its service road lies off the lane that leads there."""
_MARGIN_M, _RAMP_M, _SHORTEST_M, _BEFORE_REST_M = 0.75, 130.0, 150.0, 60.0
_LATERAL_MPS2, _NARROWEST_M = 2.1, 230.0
"""Bends are as wide as the limit wants: drivers like up to 2.2 m/s^2 to the side."""
_RAMP_MPS, _SERVICE_MPS = 60 / 3.6, 30 / 3.6
_SERVICE_LANE_M, _BAY_M, _WALK_M, _BESIDE_M = 4.2, 2.6, 2.6, 0.6
_EDGE = RoadMark(0.0, "solid", weight="bold")
_DASHES = RoadMark(0.0, "broken", lines=(MarkLine(6.0, 12.0, width_m=0.15),))
_BLOCKS = RoadMark(0.0, "broken", lines=(MarkLine(6.0, 6.0, width_m=0.3),))
_BEFORE, _AFTER = "before rest", "after rest"


@dataclass(frozen=True)
class Motorway:
    """The cross-section, the same on both sides and everywhere but at rest areas.

    Attributes:
        lanes: per direction, without the one that joins entries and exits.
        lane_width_m: of each.
        shoulder_m: of the hard shoulders.
        median_m: between the two carriageways.
        is_median_paved: True for asphalt, False for grass.
        speed_mps: limit.
        has_rest_areas: True for a rest area on each side.
    """

    lanes: int
    lane_width_m: float
    shoulder_m: float
    median_m: float
    is_median_paved: bool
    speed_mps: float
    has_rest_areas: bool

    @property
    def aside_m(self) -> float:
        """From the middle to the center of the lane that leads to rest areas."""
        return self.median_m / 2 + _MARGIN_M + (self.lanes + 0.5) * self.lane_width_m

    def lane_count(self, road: str) -> int:
        """Driving lanes per direction of one of the motorway's roads."""
        return self.lanes + (1 if self.has_rest_areas and road != "rest" else 0)

    def edge_m(self, road: str) -> float:
        """From the middle to the outer edge of the asphalt of one of the motorway's roads."""
        inner = self.median_m / 2 + _MARGIN_M
        return inner + self.lane_count(road) * self.lane_width_m + self.shoulder_m


def motorway_network(way: Motorway, rng: np.random.Generator) -> RoadNetwork:
    """The ring, driven on the right; where there are rest areas they lie at the origin.

    Its roads are ``rest`` between the rest areas and ``way 0``, ``way 1`` and so on counter-clockwise from
    there; the rest areas' are ``right off``, ``right service``, ``right on``, and the same with ``left``.
    """
    has_rest = way.has_rest_areas
    radius = max(way.speed_mps**2 / _LATERAL_MPS2, _NARROWEST_M)
    ring = ring_of(rng, radius, REST_M + 2 * _BEFORE_REST_M if has_rest else _SHORTEST_M)
    start = Pose2(-REST_M / 2, 0.0, 0.0)
    pens, pen = [], Pen(start)
    if has_rest:
        pens.append(pen.line(REST_M))
        pen = Pen(pen.at)
    for k, stretch in enumerate(ring):
        straight = stretch.straight_m - (REST_M + _BEFORE_REST_M if has_rest and k == 0 else 0.0)
        stretch.bend(pen.line(straight))
        if has_rest and k == len(ring) - 1:
            pen.line(_BEFORE_REST_M)
        pens.append(pen)
        pen = Pen(pen.at)
    names = (["rest"] if has_rest else []) + [f"way {k}" for k in range(len(ring))]
    links = {
        name: [RoadLink("road", names[k - 1], "end"), RoadLink("road", names[(k + 1) % len(names)], "start")]
        for k, name in enumerate(names)
    }
    first, last = links[names[1]], links[names[-1]]
    if not has_rest:
        return RoadNetwork(
            tuple(_carriageways(way, n, p, links[n]) for n, p in zip(names, pens, strict=True))
        )
    links["rest"] = [RoadLink("junction", _BEFORE), RoadLink("junction", _AFTER)]
    first[0], last[1] = RoadLink("junction", _AFTER), RoadLink("junction", _BEFORE)
    roads = [_carriageways(way, n, p, links[n]) for n, p in zip(names, pens, strict=True)]
    roads += _rest_area(way, "right", start, (_BEFORE, _AFTER))
    roads += _rest_area(way, "left", start.moved(REST_M).turned(np.pi), (_AFTER, _BEFORE))
    return RoadNetwork(tuple(roads), tuple(_joints(way, names[-1], names[1])))


def _carriageways(way: Motorway, name: str, pen: Pen, links: Sequence[RoadLink]) -> Road:
    sides = [tuple(_lanes(way, name, side)) for side in (1, -1)]
    return Road(
        id=name,
        length_m=pen.length_m,
        plan_view=tuple(pen.strokes),
        sections=(LaneSection(0.0, sides[0], Lane(0, "none"), sides[1]),),
        predecessor=links[0],
        successor=links[1],
        types=(RoadType(0.0, "motorway", way.speed_mps),),
    )


def _lanes(way: Motorway, road: str, side: int) -> list[Lane]:
    """One carriageway from the middle outward."""
    count = way.lane_count(road)
    marks = [_DASHES] * (count - 1) + [_EDGE]
    if count > way.lanes:
        marks[way.lanes - 1] = _BLOCKS
    kinds = [
        ("restricted" if way.is_median_paved else "median", way.median_m / 2, ()),
        ("border", _MARGIN_M, (_EDGE,)),
        *(("driving", way.lane_width_m, (mark,)) for mark in marks),
        ("shoulder", way.shoulder_m, ()),
    ]
    return [
        Lane(
            side * k,
            kind,
            predecessors=(side * k,),
            successors=(side * k,),
            widths=(Cubic(0.0, width),),
            marks=own,
        )
        for k, (kind, width, own) in enumerate(kinds, 1)
    ]


def _rest_area(way: Motorway, name: str, entry: Pose2, junctions: tuple[str, str]) -> list[Road]:
    """The roads of a rest area on the right-hand side of who comes from a pose in the motorway's middle."""
    aside, beside = -way.aside_m, -way.aside_m - SERVICE_M
    stops = [(0.0, aside), (_RAMP_M, beside), (REST_M - _RAMP_M, beside), (REST_M, aside)]
    widths = [way.lane_width_m, _SERVICE_LANE_M, _SERVICE_LANE_M, way.lane_width_m]
    names = [f"{name} {part}" for part in ("off", "service", "on")]
    limits = (_RAMP_MPS, _SERVICE_MPS, _RAMP_MPS)
    out = []
    for k, (own, limit) in enumerate(zip(names, limits, strict=True)):
        pen = Pen(entry.moved(*stops[k])).to(entry.moved(*stops[k + 1]))
        road = one_lane(own, pen, (widths[k], widths[k + 1]), limit, apron_m=_BESIDE_M)
        beyond = [("parking", _BAY_M), ("sidewalk", _WALK_M)] if k == 1 else [("shoulder", _BESIDE_M)]
        section = road.sections[0]
        lane = replace(section.right[0], predecessors=(-1,), successors=(-1,))
        more = (Lane(-2 - n, kind, widths=(Cubic(0.0, m),)) for n, (kind, m) in enumerate(beyond))
        links = [
            RoadLink("road", names[k - 1], "end") if k else RoadLink("junction", junctions[0]),
            RoadLink("road", names[k + 1], "start") if k < 2 else RoadLink("junction", junctions[1]),
        ]
        section = replace(section, right=(lane, *more))
        out.append(replace(road, sections=(section,), predecessor=links[0], successor=links[1]))
    return out


def _joints(way: Motorway, last: str, first: str) -> list[Junction]:
    """How lanes go on where rest areas begin and end; direct junctions hold for both directions."""
    through = [side * (2 + k) for side in (1, -1) for k in range(1, way.lanes + 1)]
    aux = 3 + way.lanes
    out = []
    for name, road, contact, ramps in (
        (_BEFORE, last, "start", (("right off", "start", -aux), ("left on", "end", aux))),
        (_AFTER, first, "end", (("right on", "end", -aux), ("left off", "start", aux))),
    ):
        straight = Connection("0", road, "rest", contact, tuple(LaneLink(lane, lane) for lane in through))
        aside = [
            Connection(str(k), road, ramp, end, (LaneLink(lane, -1),))
            for k, (ramp, end, lane) in enumerate(ramps, 1)
        ]
        out.append(Junction(name, type="direct", connections=(straight, *aside)))
    return out
