"""The road network in OpenDRIVE's words: roads, lanes, junctions, signals, objects; files in and out.

Values are frozen; what is computed from them (geometry, lookup, routes) `RoadNetwork` makes on first use.
"""

from sim.roads.conflicts import ConflictArea, conflict_areas, lane_polygon
from sim.roads.lane_graph import LaneGraph, Route
from sim.roads.lane_index import LaneIndex, Located
from sim.roads.lane_table import LaneKey, LaneTable
from sim.roads.network import Note, RoadNetwork
from sim.roads.opendrive import read_opendrive, write_opendrive
from sim.roads.surface import RoadFrame, RoadSurface

__all__ = [
    "ConflictArea",
    "LaneGraph",
    "LaneIndex",
    "LaneKey",
    "LaneTable",
    "Located",
    "Note",
    "RoadFrame",
    "RoadNetwork",
    "RoadSurface",
    "Route",
    "conflict_areas",
    "lane_polygon",
    "read_opendrive",
    "write_opendrive",
]
