"""Columns of a state -> bones of people: feet where the gait put them, the rest of the body above them.

Everything is computed in each person's heading frame (x ahead, y left, z world height) for all people at
once, and turned into the world at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns
from sim.bodies.people.holding import HELD_BONE, hold
from sim.bodies.people.limbs import SIDES, carried, euler, set_frame, set_legs, smooth_min, unit
from sim.bodies.people.skeleton import BONES, Stacked, stacked

__all__ = ["person_bones"]

Array = NDArray[np.float64]

_REACH = 0.996
"""Share of the straight leg that may be used: a locked knee would snap."""
_TOE_FLEX_RAD = 0.75


def person_bones(
    bodies: Sequence[Body], columns: PoseColumns, rows: NDArray[np.integer]
) -> NDArray[np.float32]:
    """Bones of people.

    Args:
        bodies: (M) the bodies to pose, made by `build_person`; `bodies[i]` belongs to `rows[i]`.
        columns: the state's pose columns (N rows).
        rows: (M,) which rows to pose.

    Returns:
        (M, MAX_BONES, 3, 4) float32 world_from_bind; unused bones are the identity.

    Raises:
        UsageError: a row's body is not a person's.
    """
    rows = np.asarray(rows)
    out = np.zeros((len(rows), MAX_BONES, 3, 4), np.float32)
    out[..., :3] = np.eye(3, dtype=np.float32)
    if not len(rows):
        return out
    s = stacked(list(bodies))
    yaw, position = columns.yaw_rad[rows], columns.position_m[rows]
    weight, phase = columns.gait_weight[rows], columns.gait_phase[rows] * (2 * np.pi)
    swing, cosine = np.sin(phase) * weight, np.cos(phase) * weight
    bounce = np.cos(2 * phase) * weight

    rotation = np.empty((len(rows), 22, 3, 3))
    origin = np.empty((len(rows), 22, 3))
    ankle, foot_heading, sole = _feet(s, columns, rows, yaw, position, rotation, origin)
    _trunk_rotations(s, swing, cosine, weight, columns.look_yaw_rad[rows], rotation)
    offset = np.einsum("nij,nkj->nki", rotation[:, 0], s.rest_m[:, 14:16] - s.rest_m[:, :1])
    pelvis = _pelvis(s, ankle, offset, sole[..., 2], swing, bounce, weight)
    origin[:, 0] = pelvis
    frames = np.empty((len(rows), 5, 2, 3, 3))
    set_legs(s, pelvis[:, None] + offset, ankle, foot_heading, frames, origin)
    for child, parent in ((1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 3), (7, 3)):
        origin[:, child] = carried(s, rotation, origin, parent, child)
    for k in (0, 1):
        origin[:, 8 + k] = carried(s, rotation, origin, 6 + k, 8 + k)
    _arms(s, swing, cosine, weight, rotation, frames)
    held = hold(s, sole, position[:, 2], origin, frames) if s.held.any() else None
    limbs = frames.reshape(-1, 10, 3, 3) @ s.limb_rest
    rotation[:, 14:18] = limbs[:, :4]
    rotation[:, 8:14] = limbs[:, 4:]
    for child in (10, 11, 12, 13):
        origin[:, child] = carried(s, rotation, origin, child - 2, child)

    c, sn = np.cos(yaw), np.sin(yaw)
    heading = np.zeros((len(rows), 1, 3, 3))
    heading[:, 0, 0, 0] = heading[:, 0, 1, 1] = c
    heading[:, 0, 1, 0], heading[:, 0, 0, 1] = sn, -sn
    heading[:, 0, 2, 2] = 1
    shift = origin - (rotation @ s.rest_m[..., None])[..., 0]
    moved = heading @ np.concatenate([rotation, shift[..., None]], -1)
    moved[..., :2, 3] += position[:, None, :2]
    out[:, :22] = moved
    if held is not None:
        of_thing = heading[:, 0] @ held
        of_thing[:, :2, 3] += position[:, :2]
        out[:, HELD_BONE] = np.where(s.held[:, None, None] > 0, of_thing, out[:, HELD_BONE])
    return out


def _feet(
    s: Stacked,
    columns: PoseColumns,
    rows: NDArray[np.integer],
    yaw: Array,
    position: Array,
    rotation: Array,
    origin: Array,
) -> tuple[Array, Array, Array]:
    """Fill the bones of feet and toes; ankles (M, 2, 3), headings (M, 2) and soles (M, 2, 3)."""
    c, sn = np.cos(yaw)[:, None], np.sin(yaw)[:, None]
    foot = columns.foot_m[rows]
    dx, dy = foot[..., 0] - position[:, None, 0], foot[..., 1] - position[:, None, 1]
    sole = np.stack([c * dx + sn * dy, c * dy - sn * dx, foot[..., 2]], -1)
    heading = columns.foot_yaw_rad[rows] - yaw[:, None]
    heading = (heading + np.pi) % (2 * np.pi) - np.pi
    pitch = columns.foot_pitch_rad[rows]
    # The foot rolls over its ball when the heel rises and over the heel's edge when the toes do.
    pivot = np.where(pitch > 0, s.ball_m[:, None], -s.heel_m[:, None])
    flex = np.clip(pitch, 0, _TOE_FLEX_RAD)
    ankle_rest = s.rest_m[:, 18:20]
    ch, sh = np.cos(heading), np.sin(heading)
    ankle = np.empty_like(sole)
    for bones, angle in ((slice(18, 20), pitch), (slice(20, 22), pitch - flex)):
        cp, sp = np.cos(angle), np.sin(angle)
        r = np.zeros((*heading.shape, 3, 3))
        r[..., 0, 0], r[..., 0, 1], r[..., 0, 2] = ch * cp, -sh, ch * sp
        r[..., 1, 0], r[..., 1, 1], r[..., 1, 2] = sh * cp, ch, sh * sp
        r[..., 2, 0], r[..., 2, 2] = -sp, cp
        arm = s.rest_m[:, bones] - ankle_rest * [1, 1, 0]
        arm[..., 0] -= pivot
        place = sole + (r @ arm[..., None])[..., 0]
        place[..., 0] += ch * pivot
        place[..., 1] += sh * pivot
        rotation[:, bones], origin[:, bones] = r, place
        if bones.start == 18:
            ankle = place
    return ankle, heading, sole


def _trunk_rotations(
    s: Stacked, swing: Array, cosine: Array, weight: Array, look: Array, rotation: Array
) -> None:
    """Fill the rotations of pelvis, spine, neck, head and collar bones."""
    idle = (1 - weight) * s.lean[:, 0]
    lean = s.stoop_rad + 0.035 * weight
    # The hip goes with the leg that swings ahead, the shoulders go the other way.
    table = (
        (0, -0.075 * cosine + 0.03 * idle, 0.3 * lean, 0.04 * swing + 0.025 * idle),
        (1, -0.03 * cosine + 0.02 * idle, 0.5 * lean, 0.02 * swing + 0.01 * idle),
        (2, 0.02 * cosine, 0.8 * lean, -0.005 * swing - 0.01 * idle),
        (3, 0.07 * cosine - 0.02 * idle, lean, -0.015 * swing - 0.02 * idle),
        (4, 0.03 * cosine + 0.35 * look, 0.7 * lean, -0.01 * idle),
        (5, 0.008 * cosine + look, 0.25 * lean + 0.03, 0.02 * idle),
    )
    for bone, yaw, pitch, roll in table:
        rotation[:, bone] = euler(yaw, pitch, roll)
    rotation[:, 6:8] = rotation[:, 3:4]


def _pelvis(
    s: Stacked, ankle: Array, offset: Array, foot_z: Array, swing: Array, bounce: Array, weight: Array
) -> Array:
    """(M, 3) place of the pelvis: over the body's origin, no higher than both legs can reach."""
    scale = s.leg_m
    x = s.rest_m[:, 0, 0] + 0.0 * weight
    y = 0.022 * scale * swing + 0.012 * (1 - weight) * s.lean[:, 1]
    base = smooth_min(foot_z[:, 0], foot_z[:, 1], 0.05 * scale) + 0.0125 * scale
    upright = s.rest_m[:, 18, 2] + s.rest_m[:, 0, 2] - s.rest_m[:, 14, 2] + _REACH * scale
    # Walking people's knees give before the leg is straight, or the pelvis would fall with each step.
    soft = (0.015 + 0.03 * weight) * scale
    z = base + upright - scale * (0.004 + 0.010 * weight + 0.008 * bounce)
    for k in (0, 1):
        dx = ankle[:, k, 0] - x - offset[:, k, 0]
        dy = ankle[:, k, 1] - y - offset[:, k, 1]
        rise = np.sqrt(np.maximum((_REACH * scale) ** 2 - dx * dx - dy * dy, (0.3 * scale) ** 2))
        z = smooth_min(z, ankle[:, k, 2] + rise - offset[:, k, 2], soft)
    return np.stack([x, y, z], -1)


def _arms(s: Stacked, swing: Array, cosine: Array, weight: Array, rotation: Array, frames: Array) -> None:
    """Fill frames of upper arms, forearms and hands: swinging opposite to the legs, elbows bending."""
    leans = s.lean[:, 2:4]
    reach = -cosine[:, None] * SIDES
    lift = 0.36 * reach + 0.03 * weight[:, None] + 0.05 * leans - 0.6 * s.stoop_rad[:, None]
    bend = 0.20 + 0.06 * leans[:, ::-1] + 0.16 * weight[:, None] + 0.16 * reach
    out = s.arm_out_rad[:, None] * (1 + 0.2 * leans) * (1 - 0.1 * weight[:, None])
    inward = 0.10 * SIDES
    cl, sl, co, so = np.cos(lift), np.sin(lift), np.cos(out), np.sin(out) * SIDES
    along = np.stack([sl * co, so, -cl * co], -1)
    toward = np.stack([cl, -inward * np.ones_like(cl), sl], -1)
    toward = unit(toward - along * (along * toward).sum(-1, keepdims=True))
    cb, sb = np.cos(bend)[..., None], np.sin(bend)[..., None]
    local = np.empty((len(swing), 2, 2, 3, 3))
    set_frame(local[:, 0], along, toward)
    set_frame(local[:, 1], along * cb + toward * sb, toward * cb - along * sb)
    chest = rotation[:, 3]
    frames[:, 2:4] = chest[:, None, None] @ local
    frames[:, 4] = frames[:, 3] @ s.hand_in_forearm


assert len(BONES) == 22
