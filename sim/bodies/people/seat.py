"""A person and the measures of a two-wheeler -> where hips and hands go, and how far the trunk leans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.cycles.models import Measures
from sim.bodies.spec import CompanionSpec, VehicleSpec
from sim.errors import UsageError

__all__ = ["Seat", "saddle_height_m", "seated"]

Array = NDArray[np.float64]

_REACH = 0.985
"""Share of the straight leg that pedalling uses."""
_ARM_REACH = 0.94
_ADULT_LEG_M = 0.87
_HIP_OVER_SADDLE = 0.105
"""Height of the hip joints above what a person sits on, share of the leg."""
_STEEPEST_RAD = 1.15
_STEP_RAD = 0.01


@dataclass(frozen=True, eq=False)
class Seat:
    """A person's place on a two-wheeler, in the body frame of the machine.

    Attributes:
        measures: of the machine.
        hip_m: (2,) x and z of the middle between the hip joints.
        trunk_rad: forward lean of the trunk at which the hands reach the bars.
        palm_m: distance from the wrist to the middle of the palm.
        ankle_m: height of the ankle above the sole.
        stand_roll_rad: how far the machine leans to the foot on the ground when it stands.
    """

    measures: Measures
    hip_m: Array
    trunk_rad: float
    palm_m: float
    ankle_m: float
    stand_roll_rad: float


def saddle_height_m(leg_m: float, vehicle: VehicleSpec, crank_z_m: float, crank_m: float) -> float:
    """Height of the saddle at which a leg is all but straight on the lower pedal, whole centimetres.

    Args:
        leg_m: hip to ankle.
        vehicle: what is ridden, for messages.
        crank_z_m: height of the bottom bracket.
        crank_m: length of a crank.

    Raises:
        UsageError: the legs are too short for the machine.
    """
    scale = leg_m / _ADULT_LEG_M
    # The ankle over the lower pedal: sole, foot with its heel up; the hip a little behind it.
    ankle_z = crank_z_m - crank_m + 0.012 + 0.125 * scale
    height = ankle_z + _REACH * leg_m * 0.975 - _HIP_OVER_SADDLE * leg_m
    if height < 0.74:
        raise UsageError(
            f"rider of a {vehicle.shape}: legs of {leg_m:.2f} m are too short for it, wanted an adult"
        )
    return round(min(height, 1.04), 2)


def seated(
    measures: Measures, rest_m: Array, leg_m: float, palm_m: float, vehicle: VehicleSpec | CompanionSpec
) -> Seat:
    """The seat of a person.

    Args:
        measures: of the machine, with its saddle as high as it is.
        rest_m: (22, 3) where the person's bones begin, in the order of `BONES`.
        leg_m: length of the leg.
        palm_m: from the wrist to the knuckles.
        vehicle: what is ridden, for messages.

    Raises:
        UsageError: the person is too small to reach the bars.
    """
    m = measures
    x, z = m.saddle_m
    if m.stands:
        middle = 0.5 * (2 * m.rest_m[0] - m.feet_staggered)
        hip = np.array([middle, z + rest_m[18, 2] + 0.965 * leg_m])
    else:
        hip = np.array([x - 0.055, z + _HIP_OVER_SADDLE * leg_m])
    arm_m = float(np.linalg.norm(rest_m[10] - rest_m[8]) + np.linalg.norm(rest_m[12] - rest_m[10]))
    hips = rest_m[14:16].mean(0)
    trunk = m.trunk_rad
    if m.is_chair and np.hypot(m.rest_m[0] - 0.12 - hip[0], m.rest_m[2] + 0.09 - hip[1]) > leg_m:
        raise UsageError(
            f"rider of a {vehicle.shape}: legs of {leg_m:.2f} m do not reach its footrest, wanted an adult"
        )
    # Who sits in a wheelchair leans on its back, and reaches as far down to the rims as arms reach.
    while not m.is_chair:
        shoulder = np.array([hip[0], 0.0, hip[1]]) + _leant(rest_m[8] - hips, trunk)
        wrist = np.array(m.grip_m) + np.array([-0.6, 0.0, 0.5]) * palm_m
        if float(np.linalg.norm(wrist - shoulder)) <= _ARM_REACH * arm_m:
            break
        trunk += _STEP_RAD
        if trunk > _STEEPEST_RAD:
            raise UsageError(
                f"rider of a {vehicle.shape}: arms of {arm_m:.2f} m do not reach the bars, wanted an adult"
            )
    stand = 0.0 if m.stands or m.is_chair else 0.07 if m.is_heavy else 0.17
    return Seat(m, hip, trunk, palm_m, float(rest_m[18, 2]), stand)


TRUNK_SHARES = (0.5, 0.8, 1.0, 1.1)
"""Lean of pelvis, lower, middle and upper spine as shares of the trunk's."""


def _leant(arm_m: Array, lean_rad: float) -> Array:
    """About where a shoulder is from the hips when the trunk leans forward."""
    angle = 0.86 * lean_rad
    c, s = np.cos(angle), np.sin(angle)
    return np.array([c * arm_m[0] + s * arm_m[2], arm_m[1], c * arm_m[2] - s * arm_m[0]])
