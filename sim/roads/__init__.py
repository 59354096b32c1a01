"""The road network in OpenDRIVE's words: roads, lanes, junctions, signals, objects; files in and out.

Values are frozen; what is computed from them (geometry, lookup, routes) `RoadNetwork` makes on first use.
"""

from sim.roads.network import Note, RoadNetwork
from sim.roads.opendrive import read_opendrive

__all__ = ["Note", "RoadNetwork", "read_opendrive"]
