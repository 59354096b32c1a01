"""Columns of a state -> bones of riders: feet on pedals or the ground, hands on the bars, hips on the saddle.

Everything is computed in the body frame of the machine, which a rider's row carries as its own attitude, and
turned into the world at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns
from sim.bodies.company.models import PUSH_RAD
from sim.bodies.cycles.rig import PEDAL_Y_M, attitude, chained, crank_rad, steered
from sim.bodies.cycles.shapes import off
from sim.bodies.people.limbs import SIDES, bent_arm, carried, euler, set_frame, set_legs, smooth_min, unit
from sim.bodies.people.seat import TRUNK_SHARES, Seat
from sim.bodies.people.skeleton import PersonSkeleton, Stacked, stacked

__all__ = ["rider_bones"]

Array = NDArray[np.float64]

_PEDAL_TOP_M = 0.011
_GRIP_M = 0.022
"""The palm lies this far above the middle of a grip."""


def rider_bones(
    bodies: Sequence[Body], columns: PoseColumns, rows: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Bones of riders.

    A rider's row has the attitude, `wheel_rad` and `steer_rad` of the machine; its position is that of the
    machine moved forward to below the hips. `gait_weight` is 1 with both feet on the machine and 0 with one
    on the ground: the left one if `gait_phase` is 0, the right one if it is 0.5.

    Args:
        bodies: (M) the bodies to pose; `bodies[i]` belongs to `rows[i]`.
        columns: the state's pose columns (N rows).
        rows: (M,) which rows to pose.

    Returns:
        (M, MAX_BONES, 3, 4) float32 world_from_bind; unused bones are the identity.
    """
    out = np.zeros((len(rows), MAX_BONES, 3, 4), np.float32)
    out[..., :3] = np.eye(3, dtype=np.float32)
    s, seats = stacked(list(bodies)), [_seat(body) for body in bodies]
    rotation, origin = np.empty((len(rows), 22, 3, 3)), np.empty((len(rows), 22, 3))
    ride, roll = columns.gait_weight[rows], columns.roll_rad[rows]
    wheel = columns.wheel_rad[rows]
    turn = np.array([float(crank_rad(seat.measures, w)) for seat, w in zip(seats, wheel, strict=True)])

    ankle = _feet(s, seats, turn, ride, columns.gait_phase[rows], roll, rotation, origin)
    _trunk(seats, turn, ride, roll, columns.look_yaw_rad[rows], rotation)
    hips = (s.rest_m[:, 14:15] + s.rest_m[:, 15:16]) / 2
    offset = np.einsum("nij,nkj->nki", rotation[:, 0], s.rest_m[:, 14:16] - hips)
    place = _hips(s, seats, ankle, offset)
    origin[:, 0] = place + np.einsum("nij,nj->ni", rotation[:, 0], s.rest_m[:, 0] - hips[:, 0])
    frames = np.empty((len(rows), 5, 2, 3, 3))
    set_legs(s, place[:, None] + offset, ankle, np.zeros((len(rows), 2)), frames, origin)
    for child, parent in ((1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 3), (7, 3)):
        origin[:, child] = carried(s, rotation, origin, parent, child)
    for k in (0, 1):
        origin[:, 8 + k] = carried(s, rotation, origin, 6 + k, 8 + k)
    _arms(s, seats, columns.steer_rad[rows], wheel, origin[:, 8:10], frames)
    limbs = frames.reshape(-1, 10, 3, 3) @ s.limb_rest
    rotation[:, 14:18] = limbs[:, :4]
    rotation[:, 8:14] = limbs[:, 4:]
    for child in (10, 11, 12, 13):
        origin[:, child] = carried(s, rotation, origin, child - 2, child)

    shift = origin - (rotation @ s.rest_m[..., None])[..., 0]
    shift[..., 0] -= np.array([seat.hip_m[0] for seat in seats])[:, None]
    local = np.concatenate([rotation, shift[..., None]], -1)
    out[:, :22] = chained(attitude(columns, rows)[:, None], local)
    return out


def _seat(body: Body) -> Seat:
    assert isinstance(body.skeleton, PersonSkeleton)
    assert body.skeleton.seat is not None
    return body.skeleton.seat


def _feet(
    s: Stacked,
    seats: Sequence[Seat],
    turn: Array,
    ride: Array,
    phase: Array,
    roll: Array,
    rotation: Array,
    origin: Array,
) -> Array:
    """Fill the bones of feet and toes; (M, 2, 3) ankles."""
    down = np.stack([phase % 1 < 0.25, phase % 1 >= 0.25], 1) * (1 - ride)[:, None]
    ball, pitch = np.empty((len(seats), 2, 3)), np.empty((len(seats), 2))
    for n, seat in enumerate(seats):
        for k, side in enumerate(SIDES):
            held, held_pitch = _on_machine(seat, k, float(side), float(turn[n]))
            ground, ground_pitch = _on_ground(seat, float(side), float(roll[n]))
            share = float(down[n, k])
            ball[n, k] = held + share * (ground - held)
            # On its way the foot goes round pedal and crank.
            ball[n, k, 1] += side * 0.32 * share * (1 - share)
            pitch[n, k] = held_pitch + share * (ground_pitch - held_pitch)
    # What lies flat on the road is tilted against a machine that leans.
    tilt = -down * roll[:, None]
    ankle = np.empty((len(seats), 2, 3))
    for k in (0, 1):
        turned = euler(np.zeros(len(seats)), pitch[:, k], np.zeros(len(seats)))
        flat = euler(np.zeros(len(seats)), np.zeros(len(seats)), tilt[:, k])
        r = flat @ turned
        # On the ground toes lie flat, however high the heel.
        toes = flat @ euler(np.zeros(len(seats)), pitch[:, k] * (1 - down[:, k]), np.zeros(len(seats)))
        sole = s.rest_m[:, 20 + k] * [0, 0, 1]
        toe = ball[:, k] + (toes @ sole[..., None])[..., 0]
        ankle[:, k] = toe + (r @ (s.rest_m[:, 18 + k] - s.rest_m[:, 20 + k])[..., None])[..., 0]
        rotation[:, 18 + k], rotation[:, 20 + k] = r, toes
        origin[:, 18 + k], origin[:, 20 + k] = ankle[:, k], toe
    return ankle


def _on_machine(seat: Seat, k: int, side: float, turn: float) -> tuple[Array, float]:
    """(3,) below the ball of a foot on its pedal or rest, and the foot's pitch."""
    m = seat.measures
    if m.crank_m is None:
        x, y, z = m.rest_m
        back = m.feet_staggered * k
        level = 0.0 if m.stands or m.shape == "motor_scooter" else 0.06
        return np.array([x - back, side * y, z]), level
    angle = turn + np.pi * k
    x, z = m.crank_m
    pedal = np.array([x + np.sin(angle) * m.crank_length_m, 0.0, z + np.cos(angle) * m.crank_length_m])
    # The heel is highest behind and after the lower dead point.
    return pedal + off(0.0, side * PEDAL_Y_M, _PEDAL_TOP_M), 0.33 - 0.14 * float(np.cos(angle - 0.5))


def _on_ground(seat: Seat, side: float, roll: float) -> tuple[Array, float]:
    """(3,) below the ball of a foot on the ground, in the frame of a machine that leans, and its pitch."""
    m = seat.measures
    low = m.stands or m.is_heavy
    ahead = 0.06 if not m.stands else 0.10
    flat = np.array([seat.hip_m[0] + ahead + 0.08, side * (0.24 if m.stands else 0.27 if low else 0.30), 0.0])
    c, sn = np.cos(roll), np.sin(roll)
    return np.array([flat[0], c * flat[1], -sn * flat[1]]), 0.05 if low else 0.62


def _trunk(
    seats: Sequence[Seat], turn: Array, ride: Array, roll: Array, look: Array, rotation: Array
) -> None:
    """Fill the rotations of pelvis, spine, neck, head and collar bones."""
    lean = np.array([seat.trunk_rad for seat in seats])
    pedals = np.array([seat.measures.crank_m is not None for seat in seats])
    # Hips sink with the leg that is down; the trunk answers a little.
    sway = -0.03 * np.cos(turn) * ride * pedals
    none = np.zeros(len(seats))
    for bone, (share, rock) in enumerate(zip(TRUNK_SHARES, (1.0, 0.5, 0.1, -0.2), strict=True)):
        rotation[:, bone] = euler(none, share * lean, rock * sway)
    # The head stays upright and looks where it goes.
    rotation[:, 4] = euler(0.35 * look, 0.7 * lean, -0.35 * roll)
    rotation[:, 5] = euler(look, 0.22 * lean + 0.02, -0.8 * roll)
    rotation[:, 6:8] = rotation[:, 3:4]


def _hips(s: Stacked, seats: Sequence[Seat], ankle: Array, offset: Array) -> Array:
    """(M, 3) middle between the hip joints: over the saddle, no higher than both legs can reach."""
    place = np.array([[seat.hip_m[0], 0.0, seat.hip_m[1]] for seat in seats])
    z = place[:, 2]
    for k in (0, 1):
        d = ankle[:, k] - place - offset[:, k]
        flat = d[:, 0] ** 2 + d[:, 1] ** 2
        rise = np.sqrt(np.maximum((0.998 * s.leg_m) ** 2 - flat, (0.3 * s.leg_m) ** 2))
        z = smooth_min(z, ankle[:, k, 2] + rise - offset[:, k, 2], 0.01 * s.leg_m)
    place[:, 2] = z
    return place


def _on_rim(rim_m: tuple[float, float, float], y_m: float, wheel_rad: float) -> tuple[float, float, float]:
    """Where the left hand holds a rim: with the rim from behind the top forward, then back in the air."""
    x, z, radius = rim_m
    turn = wheel_rad % (2 * PUSH_RAD)
    back = turn > PUSH_RAD
    angle = (2 * PUSH_RAD - turn if back else turn) - 0.3
    off_m = 0.035 * float(np.sin(np.pi * (turn / PUSH_RAD - 1))) if back else 0.0
    return (
        x + (radius + off_m) * float(np.sin(angle)),
        y_m + off_m,
        z + (radius + off_m) * float(np.cos(angle)),
    )


def _arms(
    s: Stacked, seats: Sequence[Seat], steer: Array, wheel: Array, shoulder: Array, frames: Array
) -> None:
    """Two-bone inverse kinematics: fill frames of upper arms, forearms and hands on the bars."""
    grip, along, toward = (np.empty((len(seats), 2, 3)) for _ in range(3))
    for n, seat in enumerate(seats):
        m = seat.measures
        bars = steered(m.bars, steer[n : n + 1])[0]
        for k, side in enumerate(SIDES):
            x, y, z = m.grip_m if m.rim_m is None else _on_rim(m.rim_m, m.grip_m[1], float(wheel[n]))
            if m.hoods:
                fingers, thumb, lift = (
                    (0.93, -0.12 * side, -0.30),
                    (0.25, -0.5 * side, 1.0),
                    (0.02, 0.0, 0.02),
                )
            else:
                fingers, thumb, lift = (0.86, -0.06 * side, -0.42), (0.0, -side, -0.1), (0.0, 0.0, _GRIP_M)
            grip[n, k] = bars[:, :3] @ (np.array([x, y * side, z]) + lift) + bars[:, 3]
            along[n, k], toward[n, k] = bars[:, :3] @ np.array(fingers), bars[:, :3] @ np.array(thumb)
    along = unit(along)
    toward = unit(toward - along * (along * toward).sum(-1, keepdims=True))
    palm = np.array([seat.palm_m for seat in seats])[:, None, None]
    wrist = grip - along * palm * 0.8
    rest = s.rest_m
    upper_m = np.sqrt(((rest[:, 10:12] - rest[:, 8:10]) ** 2).sum(-1))
    fore_m = np.sqrt(((rest[:, 12:14] - rest[:, 10:12]) ** 2).sum(-1))
    # Elbows point down and out.
    hint = np.stack(
        [
            np.full(upper_m.shape, -0.25),
            np.broadcast_to(0.55 * SIDES, upper_m.shape),
            np.full(upper_m.shape, -0.8),
        ],
        -1,
    )
    bent_arm(upper_m, fore_m, shoulder, wrist, hint, frames[:, 2:4].swapaxes(1, 2))
    set_frame(frames[:, 4], along, toward)
