"""`RiderSpec` -> `Body`: a person's body with a seat, and the extent of it all while riding."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from sim.bodies.body import Body, PoseColumns, posed_vertices
from sim.bodies.company.models import chair_measures, check_companion
from sim.bodies.cycles.models import Measures, measures
from sim.bodies.people.arms import with_arms_down
from sim.bodies.people.build import build_person
from sim.bodies.people.riding import rider_bones
from sim.bodies.people.seat import saddle_height_m, seated
from sim.bodies.people.shape import figure
from sim.bodies.people.skeleton import PersonSkeleton
from sim.bodies.spec import CompanionSpec, PersonSpec, RiderSpec, VehicleSpec

__all__ = ["build_rider", "fitted", "hip_ahead_m", "stand_roll_rad"]

_STEER_RAD = 0.35
"""Bars are turned further only at walking pace."""
_MARGIN_M = 0.02


def fitted(person: PersonSpec, vehicle: VehicleSpec) -> VehicleSpec:
    """The two-wheeler with its saddle as high as the rider wants it; a height that is given stays.

    Raises:
        UsageError: a person or vehicle that cannot be, or legs too short for the machine.
    """
    m = measures(vehicle)
    if m.crank_m is None or vehicle.saddle_m:
        return vehicle
    height = saddle_height_m(
        _skeleton(build_person(person)).leg_length_m, vehicle, m.crank_m[1], m.crank_length_m
    )
    return replace(vehicle, saddle_m=height)


@lru_cache(maxsize=256)
def build_rider(spec: RiderSpec) -> Body:
    """A rider's body.

    Args:
        spec: who rides what; equal descriptions give the same object.

    Returns:
        The person's body with a seat in its skeleton. Its box is the extent over all turns of the cranks,
        with and without a foot on the ground, upright; leaning in curves adds to it.

    Raises:
        UsageError: a person or vehicle that cannot be, or that do not fit together.
    """
    body, vehicle = build_person(spec.person), spec.vehicle
    if isinstance(vehicle, VehicleSpec):
        vehicle = fitted(spec.person, vehicle)
    skeleton, fig = _skeleton(body), with_arms_down(figure(spec.person))
    palm = float(np.linalg.norm(fig.landmarks_m["knuckle_l"] - fig.joint("hand_l")))
    seat = seated(_measures(vehicle), skeleton.rest_m, skeleton.leg_length_m, palm, vehicle)
    rider = replace(body, skeleton=replace(skeleton, seat=seat))
    size, centre = _extent(rider)
    half = size[1] / 2
    footprint = (centre[0] - size[0] / 2, centre[0] + size[0] / 2, half)
    return replace(rider, size_lwh_m=size, centre_m=centre, footprint_m=footprint)


def _measures(vehicle: VehicleSpec | CompanionSpec) -> Measures:
    if isinstance(vehicle, VehicleSpec):
        return measures(vehicle)
    check_companion(vehicle)
    return chair_measures(vehicle.shape, vehicle.variant)


def hip_ahead_m(body: Body) -> float:
    """How far a rider's hips are ahead of the rear axle of what they ride."""
    seat = _skeleton(body).seat
    assert seat is not None
    return float(seat.hip_m[0])


def stand_roll_rad(body: Body) -> float:
    """How far a rider leans the machine to the foot on the ground when it stands."""
    seat = _skeleton(body).seat
    assert seat is not None
    return seat.stand_roll_rad


def _skeleton(body: Body) -> PersonSkeleton:
    assert isinstance(body.skeleton, PersonSkeleton)
    return body.skeleton


def _extent(rider: Body) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Size and center of the box of a rider who sits upright, whatever the cranks and the bars do."""
    seat = _skeleton(rider).seat
    assert seat is not None
    m = seat.measures
    gear, steps = m.gear, 1 if m.crank_m is None and m.rim_m is None else 8
    wheel, steer, phase = (
        a.ravel()
        for a in np.meshgrid(
            2 * np.pi * gear * np.arange(steps) / steps,
            [-_STEER_RAD, 0.0, _STEER_RAD],
            [-1.0] if m.is_chair else [-1.0, 0.0, 0.5],
        )
    )
    n, mesh = len(wheel), rider.mesh if rider.coarse is None else rider.coarse
    zero = np.zeros(n)
    # Of phases, -1 stands for both feet on the machine.
    columns = PoseColumns(
        position_m=np.zeros((n, 3)),
        yaw_rad=zero,
        pitch_rad=zero,
        roll_rad=zero,
        wheel_rad=wheel,
        steer_rad=steer,
        gait_phase=np.maximum(phase, 0.0),
        gait_weight=(phase < 0).astype(float),
        foot_m=np.zeros((n, 2, 3)),
        foot_yaw_rad=np.zeros((n, 2)),
        foot_pitch_rad=np.zeros((n, 2)),
        look_yaw_rad=zero,
        lights=np.zeros(n, np.uint8),
    )
    bones = rider_bones([rider] * n, columns, np.arange(n))
    points = np.concatenate([posed_vertices(rider, b, mesh) for b in bones])
    low, high = points.min(0) - _MARGIN_M, points.max(0) + _MARGIN_M
    half = float(max(-low[1], high[1]))
    size = (float(high[0] - low[0]), 2 * half, float(high[2]))
    return size, (float(high[0] + low[0]) / 2, 0.0, float(high[2]) / 2)
