"""Bodies and rows of pose columns in, bone matrices out: how two-wheelers lean, roll, steer and are pedalled.

Bone 0 is the frame, 1 the front wheel, 2 the rear wheel, 3 the fork, 4 the bars, 5 the cranks, 6 and 7 the
pedals (left, right). Machines without pedals have no bones 5 to 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns
from sim.bodies.cycles.models import Axis, Measures

__all__ = [
    "BARS",
    "CRANKS",
    "FORK",
    "FRAME",
    "FRONT_WHEEL",
    "PEDALS",
    "PEDAL_Y_M",
    "REAR_WHEEL",
    "CycleSkeleton",
    "attitude",
    "chained",
    "crank_rad",
    "cycle_bones",
    "local_bones",
    "spun",
    "steered",
    "turned",
]

Floats = NDArray[np.float64]

FRAME, FRONT_WHEEL, REAR_WHEEL, FORK, BARS, CRANKS = range(6)
_X, _Y, _Z = np.eye(3)
PEDALS = (6, 7)
PEDAL_Y_M = 0.125
"""How far the middle of the left pedal is from the middle plane."""


@dataclass(frozen=True, eq=False)
class CycleSkeleton:
    """What moves on a two-wheeler.

    Attributes:
        measures: of the machine.
    """

    measures: Measures

    @property
    def wheelbase_m(self) -> float:
        """Between the axles."""
        return self.measures.wheelbase_m

    @property
    def wheel_radius_m(self) -> float:
        """Distance rolled per radian of `wheel_rad`: that of the rear wheel."""
        return self.measures.rear_radius_m


def crank_rad(measures: Measures, wheel_rad: Floats) -> Floats:
    """Angle of the cranks, 0 with the left one upright, forward positive; of the wheel's in a fixed gear."""
    return np.remainder(np.asarray(wheel_rad) / measures.gear, 2 * np.pi)


def attitude(columns: PoseColumns, rows: NDArray[np.integer]) -> Floats:
    """(R, 3, 4) world_from_body of rows; leaning turns the machine about the line its tyres touch."""
    out = np.empty((len(rows), 3, 4))
    out[..., :3] = (
        turned(_Z, columns.yaw_rad[rows])
        @ turned(_Y, columns.pitch_rad[rows])
        @ turned(_X, columns.roll_rad[rows])
    )
    out[..., 3] = columns.position_m[rows]
    return out


def steered(axis: Axis, steer_rad: Floats) -> Floats:
    """(R, 3, 4) body_from_body turns about a steering axis, left positive."""
    turn = turned(axis.direction, steer_rad)
    at = np.array([axis.x_m, 0.0, axis.z_m])
    return np.concatenate([turn, (at - turn @ at)[..., None]], -1)


def turned(axis: Floats, angle_rad: Floats) -> Floats:
    """(R, 3, 3) turns about a unit vector (3,) by angles (R,), after Rodrigues."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.asarray(angle_rad, float)[:, None, None]
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross))


def cycle_bones(
    bodies: Sequence[Body], columns: PoseColumns, rows: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Bone matrices of two-wheelers.

    Args:
        bodies: the body of each row in `rows`, made by `build_cycle`.
        columns: poses of all agents.
        rows: (R,) indices into `columns`.

    Returns:
        (R, MAX_BONES, 3, 4) float32, world_from_bind; bones without use are the identity.
    """
    out = np.zeros((len(rows), MAX_BONES, 3, 4), np.float32)
    out[..., :3] = np.eye(3, dtype=np.float32)
    frame = attitude(columns, rows)
    for k, body in enumerate(bodies):
        assert isinstance(body.skeleton, CycleSkeleton)
        row = rows[k : k + 1]
        local = local_bones(body.skeleton.measures, columns.wheel_rad[row], columns.steer_rad[row])
        out[k, : len(local)] = chained(frame[k], local)
    return out


def chained(outer: Floats, inner: Floats) -> Floats:
    """(..., 3, 4) rigid motions, the outer after the inner."""
    turn = outer[..., :3] @ inner[..., :3]
    shift = outer[..., :3] @ inner[..., 3:] + outer[..., 3:]
    return np.concatenate([turn, shift], -1)


def local_bones(m: Measures, wheel_rad: Floats, steer_rad: Floats) -> Floats:
    """(B, 3, 4) body_from_bind of every bone of one machine."""
    fork, bars = steered(m.head, steer_rad)[0], steered(m.bars, steer_rad)[0]
    # The front wheel rolls as far as the rear one, whatever its size.
    front = wheel_rad * m.rear_radius_m / m.front_radius_m
    bones = [
        np.eye(3, 4),
        chained(fork, spun((m.wheelbase_m, m.front_radius_m), front)),
        spun((0.0, m.rear_radius_m), wheel_rad),
        fork,
        bars,
    ]
    if m.crank_m is not None:
        angle = crank_rad(m, wheel_rad)
        cranks = spun(m.crank_m, angle)
        bones.append(cranks)
        for side in (1.0, -1.0):
            axle = np.array([m.crank_m[0], side * PEDAL_Y_M, m.crank_m[1] + side * m.crank_length_m])
            # Pedals keep their heads up.
            level = np.eye(3, 4)
            level[:, 3] = cranks[:, :3] @ axle + cranks[:, 3] - axle
            bones.append(level)
    return np.stack(bones)


def spun(axle_m: tuple[float, float], angle_rad: Floats) -> Floats:
    """(3, 4) turn about an axle that lies across the machine."""
    # Whole turns are taken off first, so that long rides keep the precision of the angle.
    turn = turned(_Y, np.remainder(angle_rad, 2 * np.pi))[0]
    at = np.array([axle_m[0], 0.0, axle_m[1]])
    return np.concatenate([turn, (at - turn @ at)[:, None]], 1)
