"""People: descriptions -> bodies, poses and steps that do not slide."""

from sim.bodies.people.build import build_person, pose_columns
from sim.bodies.people.fabric import fabric_textures
from sim.bodies.people.gait import GaitColumns, advance_gait, start_gait, steady_stride
from sim.bodies.people.holding import BAR_AHEAD_M
from sim.bodies.people.pose import person_bones
from sim.bodies.people.rider import build_rider, fitted, hip_ahead_m, stand_roll_rad
from sim.bodies.people.rider_sampling import sample_rider
from sim.bodies.people.riding import rider_bones
from sim.bodies.people.sample import sample_person
from sim.bodies.people.shares import PersonShares
from sim.bodies.people.skeleton import BONES, PersonSkeleton, leg_length_m

__all__ = [
    "BAR_AHEAD_M",
    "BONES",
    "GaitColumns",
    "PersonShares",
    "PersonSkeleton",
    "advance_gait",
    "build_person",
    "build_rider",
    "fabric_textures",
    "fitted",
    "hip_ahead_m",
    "leg_length_m",
    "person_bones",
    "pose_columns",
    "rider_bones",
    "sample_person",
    "sample_rider",
    "stand_roll_rad",
    "start_gait",
    "steady_stride",
]
