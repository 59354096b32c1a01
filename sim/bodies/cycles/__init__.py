"""Two-wheelers: bicycles, cargo bikes, kick scooters, motorcycles, motor scooters; places for riders."""

from sim.bodies.cycles.build import build_cycle
from sim.bodies.cycles.models import CYCLE_CATEGORIES, CYCLE_SHAPES, CYCLE_VARIANTS, measures
from sim.bodies.cycles.rig import CycleSkeleton, cycle_bones
from sim.bodies.cycles.sampling import sample_cycle

__all__ = [
    "CYCLE_CATEGORIES",
    "CYCLE_SHAPES",
    "CYCLE_VARIANTS",
    "CycleSkeleton",
    "build_cycle",
    "cycle_bones",
    "measures",
    "sample_cycle",
]
