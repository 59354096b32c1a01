"""Cars and vans: VehicleSpec in, skinned bodies and their bone matrices out."""

from sim.bodies.vehicles.build import build_vehicle
from sim.bodies.vehicles.models import SHAPES, VARIANTS
from sim.bodies.vehicles.plates import draw_plate
from sim.bodies.vehicles.rig import MAX_STEER_RAD, VehicleSkeleton, vehicle_bones, wheelbase_m
from sim.bodies.vehicles.sampling import sample_vehicle

__all__ = [
    "MAX_STEER_RAD",
    "SHAPES",
    "VARIANTS",
    "VehicleSkeleton",
    "build_vehicle",
    "draw_plate",
    "sample_vehicle",
    "vehicle_bones",
    "wheelbase_m",
]
