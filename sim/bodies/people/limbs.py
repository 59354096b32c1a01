"""Ends of limbs -> rotations and frames of their bones: what every pose of a person is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.skeleton import Stacked

__all__ = ["SIDES", "bent_arm", "carried", "euler", "set_frame", "set_legs", "smooth_min", "unit"]

Array = NDArray[np.float64]

SIDES = np.array([1.0, -1.0])
_HEADING_SHARE = 0.6


def carried(s: Stacked, rotation: Array, origin: Array, parent: int, child: int) -> Array:
    """(M, 3) where a bone begins, given its parent's rotation and place."""
    arm = s.rest_m[:, child] - s.rest_m[:, parent]
    return np.asarray(origin[:, parent] + (rotation[:, parent] @ arm[..., None])[..., 0])


def euler(yaw: Array, pitch: Array, roll: Array) -> Array:
    """(M, 3, 3) rotations Rz Ry Rx."""
    cy, sy, cp, sp, cr, sr = (
        np.cos(yaw),
        np.sin(yaw),
        np.cos(pitch),
        np.sin(pitch),
        np.cos(roll),
        np.sin(roll),
    )
    out = np.empty((len(yaw), 3, 3))
    out[:, 0, 0], out[:, 0, 1], out[:, 0, 2] = cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr
    out[:, 1, 0], out[:, 1, 1], out[:, 1, 2] = sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr
    out[:, 2, 0], out[:, 2, 1], out[:, 2, 2] = -sp, cp * sr, cp * cr
    return out


def smooth_min(a: Array, b: Array, width: Array) -> Array:
    """At most min(a, b), with a rounded corner."""
    return np.asarray(np.minimum(a, b) - np.maximum(width - np.abs(a - b), 0) ** 2 / (4 * width))


def unit(v: Array) -> Array:
    """(..., 3) vectors of length 1."""
    return np.asarray(v / np.sqrt(np.maximum((v * v).sum(-1, keepdims=True), 1e-18)))


def set_frame(out: Array, along: Array, toward: Array) -> None:
    """Write frames: columns along, toward, cross; both are unit and at right angles."""
    out[..., 0], out[..., 1] = along, toward
    out[..., 0, 2] = along[..., 1] * toward[..., 2] - along[..., 2] * toward[..., 1]
    out[..., 1, 2] = along[..., 2] * toward[..., 0] - along[..., 0] * toward[..., 2]
    out[..., 2, 2] = along[..., 0] * toward[..., 1] - along[..., 1] * toward[..., 0]


def bent_arm(
    upper_m: Array, fore_m: Array, shoulder: Array, wrist: Array, hint: Array, frames: Array
) -> None:
    """Two-bone inverse kinematics of arms.

    Args:
        upper_m: (...) length of the upper arm.
        fore_m: (...) length of the forearm.
        shoulder: (..., 3).
        wrist: (..., 3); one out of reach is reached for.
        hint: (..., 3) where the elbow points.
        frames: (..., 2, 3, 3) of upper arm and forearm, filled.
    """
    d = wrist - shoulder
    far = np.clip(np.sqrt((d * d).sum(-1)), np.abs(upper_m - fore_m) + 1e-3, upper_m + fore_m - 1e-4)
    u = unit(d)
    q = unit(hint - u * (hint * u).sum(-1, keepdims=True))
    cosine = np.clip((upper_m**2 + far**2 - fore_m**2) / (2 * upper_m * far), -1, 1)
    upper = u * cosine[..., None] + q * np.sqrt(1 - cosine**2)[..., None]
    fore = unit(u * far[..., None] - upper * upper_m[..., None])
    set_frame(frames[..., 0, :, :], upper, unit(fore - upper * (fore * upper).sum(-1, keepdims=True)))
    bend = fore - upper
    set_frame(frames[..., 1, :, :], fore, unit(bend - fore * (bend * fore).sum(-1, keepdims=True)))


def set_legs(s: Stacked, hip: Array, ankle: Array, foot_heading: Array, frames: Array, origin: Array) -> None:
    """Two-bone inverse kinematics: fill frames of thighs and calves and where they begin."""
    rest = s.rest_m
    thigh_m = np.sqrt(((rest[:, 16:18] - rest[:, 14:16]) ** 2).sum(-1))
    calf_m = np.sqrt(((rest[:, 18:20] - rest[:, 16:18]) ** 2).sum(-1))
    d = ankle - hip
    far = np.sqrt((d * d).sum(-1))
    far = np.clip(far, np.abs(thigh_m - calf_m) + 1e-3, thigh_m + calf_m - 1e-6)
    u = unit(d)
    toes = _HEADING_SHARE * foot_heading + 0.06 * SIDES
    ahead = np.stack([np.cos(toes), np.sin(toes), np.zeros_like(toes)], -1)
    q = unit(ahead - u * (ahead * u).sum(-1, keepdims=True))
    cosine = np.clip((thigh_m**2 + far**2 - calf_m**2) / (2 * thigh_m * far), -1, 1)
    sine = np.sqrt(1 - cosine**2)
    along = u * cosine[..., None] + q * sine[..., None]
    set_frame(frames[:, 0], along, q * cosine[..., None] - u * sine[..., None])
    knee = hip + along * thigh_m[..., None]
    shin = unit(hip + u * far[..., None] - knee)
    q2 = unit(ahead - shin * (ahead * shin).sum(-1, keepdims=True))
    set_frame(frames[:, 1], shin, q2)
    origin[:, 14:16], origin[:, 16:18] = hip, knee
