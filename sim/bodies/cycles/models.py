"""(shape, variant, saddle) in, the measures of that two-wheeler out: where it stands, turns and is sat on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.spec import VehicleSpec
from sim.errors import UsageError

__all__ = ["CYCLE_CATEGORIES", "CYCLE_SHAPES", "CYCLE_VARIANTS", "Axis", "Measures", "measures"]

CYCLE_CATEGORIES = {
    "bicycle": "vehicle.bicycle",
    "cargo_bike": "vehicle.bicycle",
    "kick_scooter": "vehicle.bicycle",
    "motorcycle": "vehicle.motorcycle",
    "motor_scooter": "vehicle.motorcycle",
}
"""Category of each shape. No target has a word for kick scooters; with engines they use the road."""

CYCLE_SHAPES = tuple(CYCLE_CATEGORIES)

CYCLE_VARIANTS = {"bicycle": 3, "cargo_bike": 2, "kick_scooter": 2, "motorcycle": 2, "motor_scooter": 2}
"""Models per shape."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """A line that something turns about, in the middle plane.

    Attributes:
        x_m, z_m: a point on it.
        rake_rad: how far it leans back from the vertical.
    """

    x_m: float
    z_m: float
    rake_rad: float

    @property
    def direction(self) -> Floats:
        """(3,) unit vector, upward."""
        return np.array([-np.sin(self.rake_rad), 0.0, np.cos(self.rake_rad)])

    def at(self, z_m: float) -> Floats:
        """(3,) the point at a height."""
        return np.array([self.x_m - (z_m - self.z_m) * np.tan(self.rake_rad), 0.0, z_m])


@dataclass(frozen=True)
class Measures:
    """A two-wheeler in its bind pose, body frame: origin on the ground below the rear axle.

    Attributes:
        shape, variant: what it is.
        wheelbase_m: between the axles.
        front_radius_m, rear_radius_m: of the wheels with their tyres.
        tyre_m: half the width of a tyre.
        head: what fork and front wheel turn about.
        bars: what the bars turn about; the same but for cargo bikes.
        head_z_m: lower and upper end of the head tube.
        grip_m: (x, y, z) where the left hand holds the bars.
        hoods: True where hands hold upright hoods, not a bar that lies across.
        saddle_m: (x, z) of the top of the saddle where the hips are; of where a scooter's rider stands.
        crank_m: (x, z) of the bottom bracket; None without pedals.
        crank_length_m: of a crank.
        gear: turns of the wheels for a turn of the cranks.
        rest_m: (x, y, z) below the ball of the left foot where there are no pedals.
        feet_staggered: how far the left foot stands ahead of the right one.
        trunk_rad: how far riders lean forward at least.
        stands: True for what is ridden standing.
        is_heavy: True for what has a motor between its wheels.
        is_chair: True for wheelchairs, whose riders have both feet up whether they move or not.
        rim_m: (x, z, radius) of the rims that hands push where there are no bars.
    """

    shape: str
    variant: int
    wheelbase_m: float
    front_radius_m: float
    rear_radius_m: float
    tyre_m: float
    head: Axis
    bars: Axis
    head_z_m: tuple[float, float]
    grip_m: tuple[float, float, float]
    saddle_m: tuple[float, float]
    trunk_rad: float
    hoods: bool = False
    crank_m: tuple[float, float] | None = None
    crank_length_m: float = 0.17
    gear: float = 2.6
    rest_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    feet_staggered: float = 0.0
    stands: bool = False
    is_heavy: bool = False
    is_chair: bool = False
    rim_m: tuple[float, float, float] | None = None


_SEAT_RAKE_RAD = float(np.deg2rad(17.5))
"""How far seat tubes lean back from the vertical."""
_LOWEST_M, _HIGHEST_M = 0.74, 1.04
"""How high saddles can be set."""


def _bicycle(variant: int) -> Measures:
    head = Axis(1.03, 0.345, float(np.deg2rad((21.0, 19.0, 17.5)[variant])))
    grip = ((0.62, 0.29, 1.10), (0.80, 0.30, 1.02), (0.93, 0.205, 0.965))[variant]
    return Measures(
        "bicycle",
        variant,
        wheelbase_m=(1.11, 1.07, 1.0)[variant],
        front_radius_m=0.345,
        rear_radius_m=0.345,
        tyre_m=(0.021, 0.02, 0.014)[variant],
        head=replace(head, x_m=(1.05, 1.02, 0.955)[variant]),
        bars=replace(head, x_m=(1.05, 1.02, 0.955)[variant]),
        head_z_m=(0.74, 0.90),
        grip_m=grip,
        saddle_m=(0.0, 0.93),
        trunk_rad=float(np.deg2rad((10.0, 22.0, 40.0)[variant])),
        hoods=variant == 2,
        crank_m=(0.45, 0.28),
        gear=(2.4, 2.6, 2.9)[variant],
    )


def _cargo_bike(variant: int) -> Measures:
    head = Axis(1.93, 0.25, float(np.deg2rad(20.0)))
    return Measures(
        "cargo_bike",
        variant,
        wheelbase_m=1.98,
        front_radius_m=0.25,
        rear_radius_m=0.33,
        tyre_m=0.024,
        head=head,
        bars=Axis(0.99, 0.45, float(np.deg2rad(20.0))),
        head_z_m=(0.50, 0.66),
        grip_m=(0.66, 0.30, 1.08),
        saddle_m=(0.0, 0.92),
        trunk_rad=float(np.deg2rad(10.0)),
        crank_m=(0.45, 0.29),
        gear=2.3,
    )


def _kick_scooter(variant: int) -> Measures:
    head = Axis(0.90, 0.11, float(np.deg2rad(12.0)))
    return Measures(
        "kick_scooter",
        variant,
        wheelbase_m=0.90,
        front_radius_m=0.115,
        rear_radius_m=0.105,
        tyre_m=0.024,
        head=head,
        bars=head,
        head_z_m=(0.27, 0.36),
        grip_m=(0.675, 0.21, 1.10),
        saddle_m=(0.39, 0.155),
        trunk_rad=0.03,
        rest_m=(0.52, 0.035, 0.155),
        feet_staggered=0.26,
        stands=True,
    )


def _motorcycle(variant: int) -> Measures:
    head = Axis((1.28, 1.33)[variant], 0.31, float(np.deg2rad((25.0, 28.0)[variant])))
    return Measures(
        "motorcycle",
        variant,
        wheelbase_m=(1.41, 1.50)[variant],
        front_radius_m=0.305,
        rear_radius_m=0.31,
        tyre_m=(0.07, 0.065)[variant],
        head=head,
        bars=head,
        head_z_m=(0.74, 0.90),
        grip_m=((0.80, 0.345, 1.03), (0.74, 0.36, 1.07))[variant],
        saddle_m=((0.33, 0.80), (0.36, 0.74))[variant],
        trunk_rad=float(np.deg2rad((16.0, 6.0)[variant])),
        rest_m=((0.44, 0.23, 0.34), (0.66, 0.25, 0.32))[variant],
        is_heavy=True,
    )


def _motor_scooter(variant: int) -> Measures:
    head = Axis(1.24, 0.22, float(np.deg2rad(25.0)))
    return Measures(
        "motor_scooter",
        variant,
        wheelbase_m=1.31,
        front_radius_m=0.225,
        rear_radius_m=0.22,
        tyre_m=0.05,
        head=head,
        bars=head,
        head_z_m=(0.50, 0.62),
        grip_m=(0.80, 0.30, 1.02),
        saddle_m=(0.27, 0.79),
        trunk_rad=float(np.deg2rad(3.0)),
        rest_m=(0.76, 0.13, 0.31),
        is_heavy=True,
    )


_MAKERS = {
    "bicycle": _bicycle,
    "cargo_bike": _cargo_bike,
    "kick_scooter": _kick_scooter,
    "motorcycle": _motorcycle,
    "motor_scooter": _motor_scooter,
}


def measures(spec: VehicleSpec) -> Measures:
    """The measures of a two-wheeler.

    Args:
        spec: its shape is one of `CYCLE_SHAPES`.

    Raises:
        UsageError: no such variant, or a saddle that cannot be set so high.
    """
    most = CYCLE_VARIANTS[spec.shape]
    if not 0 <= spec.variant < most:
        raise UsageError(f"{spec.shape} variant {spec.variant!r}: wanted 0 to {most - 1}")
    model = _model(spec.shape, spec.variant)
    if model.crank_m is None:
        if spec.saddle_m:
            raise UsageError(f"saddle_m is {spec.saddle_m}, wanted 0: the seat of a {spec.shape} is fixed")
        return model
    height = spec.saddle_m or model.saddle_m[1]
    if not _LOWEST_M <= height <= _HIGHEST_M:
        raise UsageError(f"saddle_m is {spec.saddle_m}, wanted 0 or {_LOWEST_M} to {_HIGHEST_M}")
    x, z = model.crank_m
    return replace(model, saddle_m=(x - (height - z) * float(np.tan(_SEAT_RAKE_RAD)), height))


@cache
def _model(shape: str, variant: int) -> Measures:
    return _MAKERS[shape](variant)
