"""Links of lanes, roads and junctions -> which lane goes on as which in driving direction, and routes."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.roads.network import RoadNetwork
from sim.roads.road import Connection, Road

__all__ = ["LaneGraph", "Route"]

Ints = NDArray[np.intp]


class Route(NamedTuple):
    """Lanes driven one after the other.

    Attributes:
        lanes: numbers of lanes; neighbors in the same section are lane changes.
        length_m: along reference lines, from the start of the first lane to the end of the last.
    """

    lanes: tuple[int, ...]
    length_m: float


class LaneGraph:
    """Every lane as a node, linked in driving direction.

    A lane against s goes on at its section's start. Lanes that are driven both ways are linked at both ends.

    Attributes:
        successors: per lane the lanes that continue it.
        predecessors: per lane the lanes it continues.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self._network, self._lanes = network, network.lanes
        count = len(self._lanes)
        links = set(self._links())
        self.successors: tuple[tuple[int, ...], ...] = _grouped(count, links)
        self.predecessors: tuple[tuple[int, ...], ...] = _grouped(count, {(b, a) for a, b in links})

    def beside(self, lane: int) -> tuple[int, ...]:
        """Neighbors of the same section and side, driven the same way, that motor vehicles may change to."""
        keys, rows = self._lanes.keys, self._lanes
        road, section, lane_id = keys[lane]
        out = []
        for step in (-1, 1):
            other = rows.find((road, section, lane_id + step))
            if other >= 0 and rows.is_driving[other] and rows.along[other] == rows.along[lane]:
                out.append(other)
        return tuple(out)

    def route(
        self, start: int, goal: int, *, lane_change_m: float = 10.0, types: Collection[str] | None = None
    ) -> Route | None:
        """The shortest way from one lane to another (Dijkstra), None if there is none.

        Args:
            start: number of the first lane.
            goal: number of the last lane.
            lane_change_m: what a lane change costs.
            types: lane types that may be used; None is all that motor vehicles drive along.
        """
        allowed = self._lanes.is_driving if types is None else [x.type in types for x in self._lanes.lanes]
        length = self._lanes.length_m()
        best, came = {start: 0.0}, {start: -1}
        queue = [(0.0, start)]
        while queue:
            cost, lane = heapq.heappop(queue)
            if lane == goal:
                return self._unwound(came, goal)
            if cost > best[lane]:
                continue
            steps = [(n, float(length[lane])) for n in self.successors[lane]]
            steps += [(n, lane_change_m) for n in self.beside(lane)]
            for other, price in steps:
                if allowed[other] and cost + price < best.get(other, np.inf):
                    best[other], came[other] = cost + price, lane
                    heapq.heappush(queue, (cost + price, other))
        return None

    def _unwound(self, came: dict[int, int], goal: int) -> Route:
        lanes = [goal]
        while came[lanes[-1]] >= 0:
            lanes.append(came[lanes[-1]])
        lanes.reverse()
        length = self._lanes.length_m()
        changed = [b in self.beside(a) and b not in self.successors[a] for a, b in itertools.pairwise(lanes)]
        driven = sum(
            float(length[a]) for a, change in zip(lanes, [*changed, False], strict=True) if not change
        )
        return Route(tuple(lanes), driven)

    def _links(self) -> Iterator[tuple[int, int]]:
        """(lane, lane that continues it), both by number."""
        for n, key in enumerate(self._lanes.keys):
            for end in self._exits(n):
                for other, contact in self._joined(key.road, key.section, key.lane, end):
                    into = 1 if contact == "start" else -1
                    if self._lanes.along[other] == into or self._lanes.both_ways[other]:
                        yield n, other

    def _exits(self, lane: int) -> tuple[str, ...]:
        if self._lanes.both_ways[lane]:
            return ("end", "start")
        return ("end",) if self._lanes.along[lane] > 0 else ("start",)

    def _joined(self, road_id: str, section: int, lane_id: int, end: str) -> Iterator[tuple[int, str]]:
        """Lanes that meet a lane at one end of its section, and which of their ends does."""
        road = self._network.road(road_id)
        lane = road.sections[section].lane(lane_id)
        assert lane is not None, "keys name lanes that exist"
        ids = lane.successors if end == "end" else lane.predecessors
        beyond = section + (1 if end == "end" else -1)
        if 0 <= beyond < len(road.sections):
            yield from self._rows(road, beyond, ids, "start" if end == "end" else "end")
            return
        link = road.successor if end == "end" else road.predecessor
        if link is None:
            return
        if link.element_type == "road" and link.element_id in self._network.road_number:
            other = self._network.road(link.element_id)
            yield from self._rows(other, _end_section(other, link.contact), ids, link.contact)
        elif link.element_type == "junction" and link.element_id in self._network.junction_number:
            junction = self._network.junctions[self._network.junction_number[link.element_id]]
            for c in junction.connections:
                if c.incoming_road == road_id and self._meets(c, road_id, end):
                    other = self._network.road(c.connecting_road)
                    to = tuple(x.to_lane for x in c.lane_links if x.from_lane == lane_id)
                    yield from self._rows(other, _end_section(other, c.contact), to, c.contact)
                if junction.type == "direct" and c.connecting_road == road_id and c.contact == end:
                    # Direct junctions join two roads without one between them, for both directions.
                    other = self._network.road(c.incoming_road)
                    contact = _end_at(other, junction.id)
                    to = tuple(x.from_lane for x in c.lane_links if x.to_lane == lane_id)
                    yield from self._rows(other, _end_section(other, contact), to, contact)

    def _meets(self, connection: Connection, road_id: str, end: str) -> bool:
        """The connecting road is joined to this end of the incoming one, as far as it says so."""
        other = self._network.road(connection.connecting_road)
        link = other.predecessor if connection.contact == "start" else other.successor
        named = link is not None and link.element_type == "road" and link.element_id == road_id
        return not named or link is None or link.contact == end

    def _rows(
        self, road: Road, section: int, ids: tuple[int, ...], contact: str
    ) -> Iterator[tuple[int, str]]:
        for lane_id in ids:
            row = self._lanes.find((road.id, section, lane_id))
            if row >= 0:
                yield row, contact


def _end_section(road: Road, contact: str) -> int:
    return 0 if contact == "start" else len(road.sections) - 1


def _end_at(road: Road, junction_id: str) -> str:
    """Which end of a road lies at a junction."""
    link = road.predecessor
    at_start = link is not None and link.element_type == "junction" and link.element_id == junction_id
    return "start" if at_start else "end"


def _grouped(count: int, links: set[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    out: list[list[int]] = [[] for _ in range(count)]
    for a, b in sorted(links):
        out[a].append(b)
    return tuple(tuple(own) for own in out)
