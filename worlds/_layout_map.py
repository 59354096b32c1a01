"""A layout -> the road network it describes, in OpenDRIVE's words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.errors import UsageError
from sim.roads import Junction, Road, RoadLink, RoadNetwork
from worlds._layout import Layout, Place
from worlds._layout_corners import bend, corners, cut_back_m, ways_through
from worlds._layout_rings import ring_cut_back_m, roundabout, turning_circle
from worlds._layout_streets import Arm, outward_rad, street_arms, street_road

__all__ = ["network_of"]

_OPPOSED_RAD = 2.6
_YIELD, _PRIORITY = "205", "306"


def network_of(layout: Layout) -> RoadNetwork:
    """The roads and junctions of a layout.

    A place with a radius becomes a roundabout, or a turning circle where one street ends; others a bend where
    two streets meet and a junction where more do.

    Raises:
        UsageError: a street is too short for what lies at its ends, or ends at a place without radius.
    """
    places = {place.id: place for place in layout.places}
    ends = {name: _around(layout, name) for name in places}
    back_m = [[0.0, 0.0] for _ in layout.streets]
    for name, around in ends.items():
        place = places[name]
        headings = [heading for heading, _, _ in around]
        profiles = [layout.streets[n].profile for _, n, _ in around]
        cut = [0.0] * len(around)
        if not place.is_open:
            ring = place.radius_m > 0.0
            cut = [ring_cut_back_m(place)] * len(around) if ring else cut_back_m(place, headings, profiles)
        for (_, n, end), back in zip(around, cut, strict=True):
            back_m[n][end] = back
    arms = [
        street_arms(n, street, places, (back_m[n][0], back_m[n][1]))
        for n, street in enumerate(layout.streets)
    ]
    links: list[list[tuple[RoadLink, int]]] = [[(RoadLink("road", ""), 0)] * 2 for _ in layout.streets]
    signs = [["", ""] for _ in layout.streets]
    roads: list[Road] = []
    junctions: list[Junction] = []
    for name, around in ends.items():
        own = [arms[n][end] for _, n, end in around]
        more, crossings, joins, boards = _place(places[name], own)
        roads += more
        junctions += crossings
        for (_, n, end), link, board in zip(around, joins, boards, strict=True):
            links[n][end], signs[n][end] = link, board
    streets = [
        street_road(pair, places, (links[n][0], links[n][1]), (signs[n][0], signs[n][1]))
        for n, pair in enumerate(arms)
    ]
    return RoadNetwork((*streets, *roads), tuple(junctions))


def _around(layout: Layout, name: str) -> list[tuple[float, int, int]]:
    """(heading outward, number of the street, which of its ends) at a place, counter-clockwise."""
    places = {place.id: place for place in layout.places}
    out = []
    for n, street in enumerate(layout.streets):
        for end, other in enumerate((street.a, street.b)):
            if other == name:
                out.append((outward_rad(street, name, places) % math.tau, n, end))
    return sorted(out)


def _place(
    place: Place, arms: Sequence[Arm]
) -> tuple[list[Road], list[Junction], list[tuple[RoadLink, int]], list[str]]:
    """Roads and junctions of a place; how each arm is joined, and the sign before each."""
    count = len(arms)
    if place.is_open:
        return [], [], [(RoadLink("road", ""), 0)] * count, [""] * count
    if place.radius_m and count == 1:
        roads, junction = turning_circle(place, arms[0])
        return roads, [junction], [(RoadLink("junction", place.id), 0)], [""]
    if place.radius_m:
        roads, junctions = roundabout(place, arms)
        joins = [(RoadLink("junction", junction.id), 0) for junction in junctions]
        return roads, junctions, joins, [_YIELD] * count
    if count == 2:
        come, go = arms
        road = bend(f"{place.id}:bend", (come, go))
        before = (RoadLink("road", road.id, "start"), 1 if come.contact == "end" else -1)
        after = (RoadLink("road", road.id, "end"), 1 if go.contact == "start" else -1)
        return [road], [], [before, after], ["", ""]
    if count < 2:
        raise UsageError(f"{count} streets at place {place.id}, which has no radius to turn in")
    ways = list(ways_through(place.id, arms))
    junction = Junction(place.id, connections=tuple(connection for _, connection in ways))
    roads = [road for road, _ in ways] + list(corners(place.id, arms))
    return roads, [junction], [(RoadLink("junction", place.id), 0)] * count, _boards(arms)


def _boards(arms: Sequence[Arm]) -> list[str]:
    """Signs before a junction: where priority to the right leaves no doubt there are none."""
    main = [arm.street.is_main for arm in arms]
    if all(main) or not any(main):
        i, j = _most_opposed(arms)
        if len(arms) == 3 and _apart_rad(arms[i], arms[j]) > _OPPOSED_RAD:
            return [""] * 3
        main = [k in (i, j) for k in range(len(arms))]
    return [_PRIORITY if one else _YIELD for one in main]


def _most_opposed(arms: Sequence[Arm]) -> tuple[int, int]:
    pairs = [(i, j) for i in range(len(arms)) for j in range(i + 1, len(arms))]
    return max(pairs, key=lambda pair: _apart_rad(arms[pair[0]], arms[pair[1]]))


def _apart_rad(a: Arm, b: Arm) -> float:
    return abs(math.remainder(a.pose.heading_rad - b.pose.heading_rad, math.tau))
