"""The road network of a map: a frozen value in OpenDRIVE's words, and what can be looked up in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.roads.furniture import Controller, Signal
from sim.roads.lane_index import LaneIndex
from sim.roads.lane_table import LaneTable
from sim.roads.road import Junction, Road
from sim.roads.surface import RoadFrame, RoadSurface

if TYPE_CHECKING:
    from sim.roads.lane_graph import LaneGraph

__all__ = ["Note", "RoadNetwork"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, order=True)
class Note:
    """Something in a file that was not taken over, or not as it stands.

    Attributes:
        line: line of the file, of the first of them.
        text: what and, where it helps, what became of it.
        count: how many like it there are.
    """

    line: int
    text: str
    count: int = 1

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" + (f" ({self.count} times)" if self.count > 1 else "")


@dataclass(frozen=True)
class RoadNetwork:
    """Roads, junctions, signals and objects of a map.

    Roads, lanes and junctions are numbered in their order here wherever arrays are used.

    Attributes:
        roads: every road.
        junctions: every junction.
        controllers: groups of signals.
        name: of the map.
        geo_reference: the map's projection as a PROJ string, or "".
        offset_m: (x, y, z, heading_rad) of the map's origin in that projection.
        version: OpenDRIVE version it was read from.
        notes: what its file has that is not in here; not part of the value.
    """

    roads: tuple[Road, ...]
    junctions: tuple[Junction, ...] = ()
    controllers: tuple[Controller, ...] = ()
    name: str = ""
    geo_reference: str = ""
    offset_m: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    version: tuple[int, int] = field(default=(1, 8), compare=False)
    notes: tuple[Note, ...] = field(default=(), compare=False)

    @cached_property
    def road_number(self) -> Mapping[str, int]:
        """Road id -> number."""
        return {road.id: k for k, road in enumerate(self.roads)}

    @cached_property
    def junction_number(self) -> Mapping[str, int]:
        """Junction id -> number."""
        return {junction.id: k for k, junction in enumerate(self.junctions)}

    @cached_property
    def signals(self) -> Mapping[str, tuple[int, Signal]]:
        """Signal id -> number of the road it stands on, and the signal."""
        return {signal.id: (k, signal) for k, road in enumerate(self.roads) for signal in road.signals}

    @cached_property
    def surface(self) -> RoadSurface:
        """Where points of roads lie in the world."""
        return RoadSurface(self.roads)

    @cached_property
    def lanes(self) -> LaneTable:
        """Every lane in one table."""
        return LaneTable(self.roads, self.surface)

    @cached_property
    def index(self) -> LaneIndex:
        """Lookup of roads and lanes by position."""
        return LaneIndex(self.lanes, self.surface)

    @cached_property
    def graph(self) -> LaneGraph:
        """Which lane goes on as which, and routes."""
        from sim.roads.lane_graph import LaneGraph  # it takes a network

        return LaneGraph(self)

    def road(self, road_id: str) -> Road:
        """The road of this id; KeyError if there is none."""
        return self.roads[self.road_number[road_id]]

    def frame(self, road_id: str, s_m: Floats) -> RoadFrame:
        """A road's frames at distances (N,)."""
        return self.surface.frame(np.full(len(s_m), self.road_number[road_id]), np.asarray(s_m, float))

    def points(self, road_id: str, s_m: Floats, t_m: Floats, h_m: Floats | float = 0.0) -> Floats:
        """(N, 3) world points of a road at s, t (N,) and h above its surface."""
        road = np.full(len(s_m), self.road_number[road_id])
        return self.surface.points(road, np.asarray(s_m, float), np.asarray(t_m, float), h_m)
