"""Lorries, buses and trams: VehicleSpec in, bodies made of blocks, wheels and lamps out."""

from sim.bodies.vehicles.heavy.build import build_heavy
from sim.bodies.vehicles.heavy.models import HEAVY_SHAPES, heavy_model

__all__ = ["HEAVY_SHAPES", "build_heavy", "heavy_model"]
