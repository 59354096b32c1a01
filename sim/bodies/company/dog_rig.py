"""Bodies and rows of pose columns in, bone matrices out: how dogs step.

Bone 0 is the trunk, 1 the neck, 2 the head, 3 the tail; each leg has three: 4 + 3 k the upper, then the lower
one, then the paw, in the order of `LEGS`. Legs move in planes beside the trunk; a paw on the ground stays
where it is as long as the dog walks straight on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES, Body, PoseColumns
from sim.bodies.company.breeds import FORE_LEGS, Breed, legs_at_rest, two_bones
from sim.bodies.cycles.rig import attitude, chained

__all__ = ["BONE_COUNT", "HEAD", "NECK", "TAIL", "TRUNK", "DogSkeleton", "dog_bones", "leg_bone"]

Floats = NDArray[np.float64]

TRUNK, NECK, HEAD, TAIL = range(4)
BONE_COUNT = 16
_STANCE = 0.62
"""Share of a cycle that a paw is on the ground."""
_OFFSETS = (0.25, 0.75, 0.0, 0.5)
"""When each paw lands: a walk, hind before fore of the same side."""


def leg_bone(leg: int, part: int) -> int:
    """Bone of a leg's upper (0), lower (1) or paw's part (2)."""
    return 4 + 3 * leg + part


@dataclass(frozen=True, eq=False)
class DogSkeleton:
    """What moves on a dog.

    Attributes:
        variant: of its breed.
        breed: its measures.
        pivots_m: (4, 3) where trunk, neck, head and tail turn.
    """

    variant: int
    breed: Breed
    pivots_m: Floats

    @property
    def stride_m(self) -> float:
        """Way of one cycle of `gait_phase`."""
        return self.breed.stride_m


def dog_bones(bodies: Sequence[Body], columns: PoseColumns, rows: NDArray[np.integer]) -> NDArray[np.float32]:
    """Bone matrices of dogs.

    Args:
        bodies: the body of each row in `rows`.
        columns: poses of all agents; `gait_phase` counts strides, `gait_weight` is 0 for who stands.
        rows: (R,) indices into `columns`.

    Returns:
        (R, MAX_BONES, 3, 4) float32, world_from_bind; bones without use are the identity.
    """
    out = np.zeros((len(rows), MAX_BONES, 3, 4), np.float32)
    out[..., :3] = np.eye(3, dtype=np.float32)
    frame = attitude(columns, rows)
    for k, body in enumerate(bodies):
        assert isinstance(body.skeleton, DogSkeleton)
        phase, weight = float(columns.gait_phase[rows[k]]), float(columns.gait_weight[rows[k]])
        local = _local(body.skeleton, phase % 2.0, weight, float(columns.look_yaw_rad[rows[k]]))
        out[k, :BONE_COUNT] = chained(frame[k], local)
    return out


def _local(dog: DogSkeleton, phase: float, weight: float, look_rad: float) -> Floats:
    """(BONE_COUNT, 3, 4) body_from_bind of one dog; `phase` in two cycles, after which all repeats."""
    b, out = dog.breed, np.tile(np.eye(3, 4), (BONE_COUNT, 1, 1))
    turn = 2 * np.pi * phase
    rise = np.array([0.0, 0.0, 0.012 * b.height_m * weight * np.cos(2 * turn)])
    out[TRUNK, :, 3] = rise
    nod = 0.05 * weight * np.sin(2 * turn)
    out[NECK] = _about(dog.pivots_m[NECK], 0.35 * look_rad, nod, rise)
    out[HEAD] = chained(out[NECK], _about(dog.pivots_m[HEAD], 0.5 * look_rad, -1.2 * nod, np.zeros(3)))
    out[TAIL] = _about(dog.pivots_m[TAIL], 0.25 * np.sin(turn), 0.0, rise)
    rest = legs_at_rest(dog.variant)
    for leg, fore in enumerate(FORE_LEGS):
        hip, knee, ankle, paw = rest[leg][:, ::2]
        u = (phase + _OFFSETS[leg]) % 1.0
        reach = 0.5 * _STANCE * b.stride_m
        swing = max(u - _STANCE, 0.0) / (1 - _STANCE)
        step = reach - u * b.stride_m if u < _STANCE else reach * (2 * swing * swing * (3 - 2 * swing) - 1)
        lift = 0.13 * b.height_m * np.sin(np.pi * swing) if u >= _STANCE else 0.0
        paw_now = paw + weight * np.array([step, lift])
        # In the air the paw hangs back below its ankle.
        tilt = weight * (0.9 * np.sin(np.pi * swing) + 0.35 * step / b.height_m)
        c, s = np.cos(tilt), np.sin(tilt)
        up = ankle - paw
        ankle_now = paw_now + np.array([c * up[0] + s * up[1], c * up[1] - s * up[0]])
        hip_now = hip + rise[::2]
        sizes = float(np.hypot(*(knee - hip))), float(np.hypot(*(ankle - knee)))
        knee_now = two_bones(hip_now, ankle_now, *sizes, -1.0 if fore else 1.0)
        ankle_now = knee_now + (ankle_now - knee_now) * (sizes[1] / float(np.hypot(*(ankle_now - knee_now))))
        joints = ((hip, knee, hip_now, knee_now), (knee, ankle, knee_now, ankle_now))
        for part, (a, z, a_now, z_now) in enumerate(joints):
            out[leg_bone(leg, part)] = _moved(a, z, a_now, z_now)
        paw_turn = _turn_y(tilt)
        shift = np.array([ankle_now[0], 0.0, ankle_now[1]]) - paw_turn @ np.array([ankle[0], 0.0, ankle[1]])
        out[leg_bone(leg, 2)] = np.concatenate([paw_turn, shift[:, None]], 1)
    return out


def _moved(a: Floats, z: Floats, a_now: Floats, z_now: Floats) -> Floats:
    """(3, 4) the motion in the plane of x and z that brings a bone from (a, z) to (a_now, z_now)."""
    before, after = z - a, z_now - a_now
    angle = np.arctan2(before[1], before[0]) - np.arctan2(after[1], after[0])
    turn = _turn_y(float(angle))
    shift = np.array([a_now[0], 0.0, a_now[1]]) - turn @ np.array([a[0], 0.0, a[1]])
    return np.concatenate([turn, shift[:, None]], 1)


def _turn_y(angle_rad: float) -> Floats:
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def _about(pivot: Floats, yaw_rad: float, pitch_rad: float, rise: Floats) -> Floats:
    """(3, 4) a turn about a point, and a rise."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]) @ _turn_y(pitch_rad)
    return np.concatenate([turn, (pivot - turn @ pivot + rise)[:, None]], 1)
