"""The road network in OpenDRIVE's words: roads, lanes, junctions, signals, objects; files in and out.

Values are frozen; what is computed from them (geometry, lookup, routes) `RoadNetwork` makes on first use.
"""

from sim.roads.conflicts import ConflictArea, conflict_areas, lane_polygon, lane_polygons
from sim.roads.curves import Arc, Geometry, Line, ParamPoly3, Poly3, Spiral
from sim.roads.furniture import (
    Control,
    Controller,
    CornerLocal,
    CornerRoad,
    Outline,
    ParkingSpace,
    Repeat,
    RoadObject,
    Signal,
    SignalReference,
    Validity,
)
from sim.roads.lane_graph import LaneGraph, Route
from sim.roads.lane_index import LaneIndex, Located
from sim.roads.lane_table import LaneKey, LaneTable
from sim.roads.lanes import (
    DRIVING_TYPES,
    LANE_TYPES,
    WALKING_TYPES,
    Lane,
    LaneHeight,
    LaneSection,
    LaneSpeed,
    MarkLine,
    RoadMark,
)
from sim.roads.network import Note, RoadNetwork
from sim.roads.opendrive import read_opendrive, write_opendrive
from sim.roads.pieces import Cubic
from sim.roads.road import (
    Connection,
    Junction,
    JunctionController,
    LaneLink,
    Priority,
    Road,
    RoadLink,
    RoadType,
    Shape,
)
from sim.roads.surface import RoadFrame, RoadSurface

__all__ = [
    "DRIVING_TYPES",
    "LANE_TYPES",
    "WALKING_TYPES",
    "Arc",
    "ConflictArea",
    "Connection",
    "Control",
    "Controller",
    "CornerLocal",
    "CornerRoad",
    "Cubic",
    "Geometry",
    "Junction",
    "JunctionController",
    "Lane",
    "LaneGraph",
    "LaneHeight",
    "LaneIndex",
    "LaneKey",
    "LaneLink",
    "LaneSection",
    "LaneSpeed",
    "LaneTable",
    "Line",
    "Located",
    "MarkLine",
    "Note",
    "Outline",
    "ParamPoly3",
    "ParkingSpace",
    "Poly3",
    "Priority",
    "Repeat",
    "Road",
    "RoadFrame",
    "RoadLink",
    "RoadMark",
    "RoadNetwork",
    "RoadObject",
    "RoadSurface",
    "RoadType",
    "Route",
    "Shape",
    "Signal",
    "SignalReference",
    "Spiral",
    "Validity",
    "conflict_areas",
    "lane_polygon",
    "lane_polygons",
    "read_opendrive",
    "write_opendrive",
]
