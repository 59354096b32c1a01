"""Vehicles on rails: VehicleSpec of a tram in, its body and bone matrices out."""

from sim.bodies.rail.build import build_tram
from sim.bodies.rail.models import RAIL_SHAPES, check_tram
from sim.bodies.rail.rig import TramSkeleton, tram_bones

__all__ = ["RAIL_SHAPES", "TramSkeleton", "build_tram", "check_tram", "tram_bones"]
