"""What goes with people on foot: prams, dogs, and the wheelchairs that carry them."""

from sim.bodies.company.build import build_companion
from sim.bodies.company.dog_rig import DogSkeleton, dog_bones
from sim.bodies.company.models import (
    CHAIRS,
    COMPANION_CATEGORIES,
    COMPANION_VARIANTS,
    chair_measures,
    check_companion,
)
from sim.bodies.company.pram import PRAM_BAR_M
from sim.bodies.company.rig import WheeledSkeleton, wheeled_bones
from sim.bodies.company.sampling import sample_companion

__all__ = [
    "CHAIRS",
    "COMPANION_CATEGORIES",
    "COMPANION_VARIANTS",
    "PRAM_BAR_M",
    "DogSkeleton",
    "WheeledSkeleton",
    "build_companion",
    "chair_measures",
    "check_companion",
    "dog_bones",
    "sample_companion",
    "wheeled_bones",
]
