"""Bodies and rows of pose columns in, bone matrices out: how cars stand, lean, roll and steer.

Bone 0 is the body, bones 1 to 4 are the wheels: front left, front right, rear left, rear right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns

__all__ = ["MAX_STEER_RAD", "VehicleSkeleton", "ackermann_rad", "vehicle_bones", "wheelbase_m"]

Floats = NDArray[np.float64]

MAX_STEER_RAD = 0.6
"""Steering angle that extents and footprints allow for."""


@dataclass(frozen=True, eq=False)
class VehicleSkeleton:
    """What moves on a car.

    Attributes:
        wheelbase_m: between the axles.
        track_m: between the middles of the tyres of one axle.
        wheel_radius_m: distance rolled per radian.
        wheel_centres_m: (4, 3) float64, body frame, of bones 1 to 4.
        steers: False for trailers, none of whose wheels turn to the side.
    """

    wheelbase_m: float
    track_m: float
    wheel_radius_m: float
    wheel_centres_m: Floats
    steers: bool = True


def _skeleton(body: Body) -> VehicleSkeleton:
    if not isinstance(body.skeleton, VehicleSkeleton):
        raise TypeError(f"a {body.kind} has no vehicle skeleton")
    return body.skeleton


def wheelbase_m(body: Body) -> float:
    """Distance between the axles of a vehicle. Raises TypeError for other bodies."""
    return _skeleton(body).wheelbase_m


def ackermann_rad(steer_rad: Floats, wheelbase_m: Floats, track_m: Floats) -> tuple[Floats, Floats]:
    """Angles of the front wheels (left, right) whose axes meet on the line of the rear axle.

    Args:
        steer_rad: (N,) angle of a wheel in the middle of the front axle, left positive.
        wheelbase_m: (N,) between the axles.
        track_m: (N,) between the wheels of an axle.
    """
    tangent = np.tan(steer_rad)
    lead = wheelbase_m * tangent
    shift = track_m / 2 * tangent
    return np.arctan2(lead, wheelbase_m - shift), np.arctan2(lead, wheelbase_m + shift)


def _about_z(angle_rad: Floats) -> Floats:
    out = np.zeros((*angle_rad.shape, 3, 3))
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    out[..., 0, 0], out[..., 0, 1], out[..., 1, 0], out[..., 1, 1], out[..., 2, 2] = c, -s, s, c, 1.0
    return out


def _about_y(angle_rad: Floats) -> Floats:
    out = np.zeros((*angle_rad.shape, 3, 3))
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    out[..., 0, 0], out[..., 0, 2], out[..., 2, 0], out[..., 2, 2], out[..., 1, 1] = c, s, -s, c, 1.0
    return out


def _about_x(angle_rad: Floats) -> Floats:
    out = np.zeros((*angle_rad.shape, 3, 3))
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    out[..., 1, 1], out[..., 1, 2], out[..., 2, 1], out[..., 2, 2], out[..., 0, 0] = c, -s, s, c, 1.0
    return out


def vehicle_bones(
    bodies: Sequence[Body], columns: PoseColumns, rows: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Bone matrices of vehicles.

    Args:
        bodies: the body of each row in `rows`.
        columns: poses of all agents.
        rows: (R,) indices into `columns`.

    Returns:
        (R, MAX_BONES, 3, 4) float32, world_from_bind; bones without use are the identity.

    Raises:
        ValueError: as many bodies as rows are needed.
        TypeError: a body is no vehicle.
    """
    if len(bodies) != len(rows):
        raise ValueError(f"{len(bodies)} bodies for {len(rows)} rows")
    out = np.zeros((len(rows), MAX_BONES, 3, 4), np.float32)
    out[..., :3] = np.eye(3, dtype=np.float32)
    if len(rows) == 0:
        return out
    skeletons = [_skeleton(body) for body in bodies]
    centers = np.array([s.wheel_centres_m for s in skeletons])
    base = np.array([s.wheelbase_m for s in skeletons])
    track = np.array([s.track_m for s in skeletons])

    ground = columns.position_m[rows]
    heading = _about_z(columns.yaw_rad[rows])
    out[:, 0, :, :3] = heading @ _about_y(columns.pitch_rad[rows]) @ _about_x(columns.roll_rad[rows])
    out[:, 0, :, 3] = ground

    steer = np.zeros((len(rows), 4))
    steer[:, 0], steer[:, 1] = ackermann_rad(columns.steer_rad[rows], base, track)
    # Whole turns are taken off first, so that long drives keep the precision of the angle.
    turn = np.remainder(columns.wheel_rad[rows], 2 * np.pi)
    wheel = heading[:, None] @ _about_z(steer) @ _about_y(turn)[:, None]
    hub = ground[:, None] + np.einsum("rij,rwj->rwi", heading, centers)
    out[:, 1:5, :, :3] = wheel
    out[:, 1:5, :, 3] = hub - np.einsum("rwij,rwj->rwi", wheel, centers)
    return out
