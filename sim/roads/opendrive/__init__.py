"""OpenDRIVE files: read them as `RoadNetwork`, write them from it."""

from sim.roads.opendrive.reader import read_opendrive
from sim.roads.opendrive.writer import write_opendrive

__all__ = ["read_opendrive", "write_opendrive"]
