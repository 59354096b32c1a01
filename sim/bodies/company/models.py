"""CompanionSpec in, its measures out: wheels of prams and wheelchairs, where who sits in one is held."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.bodies.cycles.models import Axis, Measures
from sim.bodies.spec import CompanionSpec
from sim.errors import UsageError, near_matches

__all__ = [
    "CHAIRS",
    "COMPANION_CATEGORIES",
    "COMPANION_VARIANTS",
    "PUSH_RAD",
    "Wheeled",
    "chair_measures",
    "check_companion",
    "wheeled",
]

COMPANION_CATEGORIES = {
    "dog": "animal.dog",
    "powered_wheelchair": "movable.wheelchair",
    "pram": "movable.pram",
    "wheelchair": "movable.wheelchair",
}
"""Category of each shape."""

COMPANION_VARIANTS = {"dog": 5, "powered_wheelchair": 2, "pram": 2, "wheelchair": 2}
"""Models per shape."""

CHAIRS = ("wheelchair", "powered_wheelchair")
"""Shapes that carry the person they go with."""

PUSH_RAD = 1.25
"""How far wheels turn while hands push their rims, and again until the hands are back."""


@dataclass(frozen=True)
class Wheeled:
    """What rolls, body frame: origin on the ground below the rear axle.

    Attributes:
        wheelbase_m: between the axles.
        front_radius_m, rear_radius_m: of the wheels.
        front_y_m, rear_y_m: of the middles of the left wheels.
    """

    wheelbase_m: float
    front_radius_m: float
    rear_radius_m: float
    front_y_m: float
    rear_y_m: float


_WHEELED = {
    # Prams with a carrycot, then buggies; wheelchairs with 24 inch wheels; powered ones with 14 inch wheels.
    ("pram", 0): Wheeled(0.60, 0.12, 0.15, 0.25, 0.28),
    ("pram", 1): Wheeled(0.55, 0.085, 0.125, 0.21, 0.26),
    ("wheelchair", 0): Wheeled(0.42, 0.085, 0.305, 0.22, 0.275),
    ("wheelchair", 1): Wheeled(0.40, 0.065, 0.305, 0.19, 0.265),
    ("powered_wheelchair", 0): Wheeled(0.50, 0.12, 0.175, 0.23, 0.265),
    ("powered_wheelchair", 1): Wheeled(0.52, 0.13, 0.18, 0.24, 0.265),
}


def wheeled(shape: str, variant: int) -> Wheeled:
    """The wheels of a pram or wheelchair. KeyError for other shapes."""
    return _WHEELED[shape, variant]


@cache
def chair_measures(shape: str, variant: int) -> Measures:
    """A wheelchair as riders know it: where hips, hands and feet go."""
    w = wheeled(shape, variant)
    manual = shape == "wheelchair"
    fixed = Axis(0.3, 0.5, 0.0)
    return Measures(
        shape,
        variant,
        wheelbase_m=w.wheelbase_m,
        front_radius_m=w.front_radius_m,
        rear_radius_m=w.rear_radius_m,
        tyre_m=0.016 if manual else 0.04,
        head=fixed,
        bars=fixed,
        head_z_m=(0.5, 0.6),
        # Hands rest on the rims over the axle, or on armrests before the elbows.
        grip_m=(0.12, w.rear_y_m + 0.045, 0.56) if manual else (0.40, 0.255, 0.735),
        saddle_m=(0.10, 0.50) if manual else (0.12, 0.56),
        trunk_rad=float(np.deg2rad((-6.0, -2.0)[variant] if manual else -8.0)),
        gear=2 * PUSH_RAD / (2 * np.pi),
        rest_m=(0.66, 0.10, 0.13) if manual else (0.69, 0.11, 0.15),
        is_chair=True,
        rim_m=(0.0, w.rear_radius_m, w.rear_radius_m - 0.025) if manual else None,
    )


def check_companion(spec: CompanionSpec) -> None:
    """Raises UsageError for a shape, variant or color that cannot be."""
    if spec.shape not in COMPANION_VARIANTS:
        raise UsageError(f"shape: {near_matches('companion', spec.shape, COMPANION_VARIANTS)}")
    most = COMPANION_VARIANTS[spec.shape]
    if not 0 <= spec.variant < most:
        raise UsageError(f"variant: {spec.variant!r} of a {spec.shape}, wanted 0 to {most - 1}")
    if len(spec.color_srgb) != 3 or not all(0 <= c <= 255 for c in spec.color_srgb):
        raise UsageError(f"color_srgb: {spec.color_srgb!r}, wanted three numbers from 0 to 255")
