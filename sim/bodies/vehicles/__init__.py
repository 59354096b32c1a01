"""Motor vehicles: VehicleSpec in, skinned bodies and their bone matrices out."""

from sim.bodies.vehicles.build import build_vehicle, check_vehicle
from sim.bodies.vehicles.cabin import seated
from sim.bodies.vehicles.categories import vehicle_category
from sim.bodies.vehicles.heavy import HEAVY_SHAPES
from sim.bodies.vehicles.heavy.models import TRACTOR_HITCH_X_M
from sim.bodies.vehicles.models import SHAPES, VARIANTS
from sim.bodies.vehicles.plates import draw_plate
from sim.bodies.vehicles.rig import MAX_STEER_RAD, VehicleSkeleton, vehicle_bones, wheelbase_m
from sim.bodies.vehicles.sampling import sample_articulated, sample_heavy, sample_vehicle

__all__ = [
    "HEAVY_SHAPES",
    "MAX_STEER_RAD",
    "SHAPES",
    "TRACTOR_HITCH_X_M",
    "VARIANTS",
    "VehicleSkeleton",
    "build_vehicle",
    "check_vehicle",
    "draw_plate",
    "sample_articulated",
    "sample_heavy",
    "sample_vehicle",
    "seated",
    "vehicle_bones",
    "vehicle_category",
    "wheelbase_m",
]
