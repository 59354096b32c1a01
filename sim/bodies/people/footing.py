"""Body motion and feet -> cadence, landing places, flight and roll of feet: the parts of a step, vectorised.

Cadence follows the walk ratio of human walking: step length over cadence is constant, about 0.0065 m per
step/min in adults (Sekiya and Nagasaki 1998, Gait & Posture 7:225), so cadence grows with the square root of
speed. It is scaled to leg length as pendulums are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BEHIND",
    "SIDES",
    "TOES_OUT_RAD",
    "Ground",
    "both_share",
    "cadence_hz",
    "flight_z",
    "flown_share",
    "foot_height_m",
    "foot_pitches",
    "half_width_m",
    "home_feet",
    "hurry_hz",
    "landing_place",
    "rotated",
    "taken_along",
    "wrapped",
]

Array = NDArray[np.float64]
Ground = Callable[[Array], Array]

SIDES = np.array([1.0, -1.0])
TOES_OUT_RAD = 0.09
BEHIND = 0.035
"""Ankles stand behind the hips, so that the weight is over the middle of the feet; share of the leg."""
_ADULT_LEG_M = 0.87
_WALK_RATIO_M_PER_STEP_MIN = 0.0065
_REAR_REACH, _FASTEST_HZ = 0.60, 4.5
_UPRIGHT, _BALL = 0.97, 0.15
"""Height of the hip and length from ankle to ball, in legs."""


def both_share(stride_m: Array) -> Array:
    """Share of a step spent on both feet: about a fifth when walking, little when hurrying."""
    return np.asarray(np.clip(0.27 - 0.1 * stride_m, 0.12, 0.25))


def rotated(xy: Array, yaw: Array) -> Array:
    """Vectors (..., 2) turned counter-clockwise by angles (...)."""
    c, s = np.cos(yaw), np.sin(yaw)
    return np.stack([c * xy[..., 0] - s * xy[..., 1], s * xy[..., 0] + c * xy[..., 1]], -1)


def wrapped(angle: Array) -> Array:
    """Angles in -pi .. pi."""
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)


def foot_height_m(ground: Ground, xy: Array, yaw: Array, leg_m: Array) -> Array:
    """Ground below a foot: the higher of ankle and ball, so that no foot stands inside a kerb."""
    ball = xy + rotated(np.stack([0.15 * leg_m, np.zeros_like(leg_m)], -1), yaw)
    both = ground(np.concatenate([xy, ball]).reshape(-1, 2))
    return np.asarray(np.maximum(both[: len(xy)], both[len(xy) :]), float)


def cadence_hz(speed_mps: Array, leg_m: Array) -> Array:
    """Steps a second at a speed."""
    ratio = _WALK_RATIO_M_PER_STEP_MIN * (leg_m / _ADULT_LEG_M) ** 1.5
    natural = np.sqrt(60 * speed_mps / ratio) / 60
    slowest = 1.35 * np.sqrt(_ADULT_LEG_M / leg_m)
    # Hurrying people cannot step further than their legs part.
    return np.asarray(np.maximum(np.maximum(natural, slowest), speed_mps / (1.0 * leg_m)))


def half_width_m(leg_m: Array, walking: Array) -> Array:
    """Distance of each foot from the middle: hip wide when standing, closer when walking (0 .. 1)."""
    return np.asarray(leg_m * (0.108 - 0.038 * walking))


def home_feet(leg_m: Array, position_m: Array, yaw_rad: Array, moving: Array) -> tuple[Array, Array]:
    """Where feet would stand below the body: (N, 2, 2) and headings (N, 2)."""
    aside = np.stack(
        [np.tile(-BEHIND * leg_m[:, None], (1, 2)), half_width_m(leg_m, moving)[:, None] * SIDES], -1
    )
    return position_m[:, None, :2] + rotated(aside, yaw_rad[:, None]), yaw_rad[:, None] + SIDES * TOES_OUT_RAD


def hurry_hz(
    foot_m: Array,
    phase: Array,
    both: Array,
    leg_m: Array,
    position_m: Array,
    velocity_mps: Array,
    speed_mps: Array,
) -> Array:
    """Steps a second that lift the rear foot before the body has gone too far ahead of it."""
    u, side = (phase * 2) % 1, np.where(np.floor(phase * 2) % 2 == 0, 1, 0)
    own = u < both
    next_up = np.where(own, side, 1 - side)
    left = np.where(own, both - u, 1 - u + both)
    rear = position_m[:, :2] - foot_m[np.arange(len(side)), next_up, :2]
    behind = (rear * velocity_mps).sum(1) / np.maximum(speed_mps, 1e-6)
    room = np.maximum(_REAR_REACH * leg_m - behind, 0.04 * leg_m)
    far = np.clip(np.linalg.norm(rear, axis=1) / leg_m - 0.6, 0, 0.5)
    return np.asarray(np.minimum(left * speed_mps / room, _FASTEST_HZ) + 4 * far)


def landing_place(
    foot_m: Array,
    side: NDArray[np.int64],
    leg_m: Array,
    position_m: Array,
    yaw_rad: Array,
    velocity: Array,
    yaw_rate: Array,
    cadence: Array,
    after: Array,
    both: Array,
    moving: Array,
) -> tuple[Array, Array]:
    """Where and how the swinging foot should land: half its stance ahead of the body, beside the path."""
    wait = (1 - after) / cadence
    stance = (1 + both) / cadence
    turn_then = yaw_rate * wait
    # Feet that turned further in than this would land outside the body's box.
    turn_mid = np.clip(yaw_rate * (wait + 0.4 * stance), -0.4, 0.4)
    ahead = rotated(velocity, 0.5 * turn_then) * wait[:, None]
    lead = rotated(velocity, turn_then + 0.25 * yaw_rate * stance) * (0.48 * stance)[:, None]
    # Pushed sideways, people take several small steps: wide ones would leave the body's box.
    across = rotated(np.stack([np.zeros_like(leg_m), np.ones_like(leg_m)], -1), yaw_rad + turn_then)
    sideways = (lead * across).sum(1)
    lead -= across * (sideways - np.clip(sideways, -0.06 * leg_m, 0.06 * leg_m))[:, None]
    length = np.linalg.norm(lead, axis=1)
    lead *= (np.minimum(length, 0.5 * leg_m) / np.maximum(length, 1e-9))[:, None]
    sign = SIDES[side]
    aside = np.stack([-BEHIND * leg_m, sign * half_width_m(leg_m, moving)], -1)
    target = position_m[:, :2] + ahead + lead + rotated(aside, yaw_rad + turn_mid)
    # Legs do not cross: keep a foot's breadth beside the standing foot.
    row = np.arange(len(side))
    standing = foot_m[row, 1 - side, :2]
    left = rotated(np.stack([np.zeros_like(leg_m), sign], -1), yaw_rad + turn_mid)
    apart = ((target - standing) * left).sum(1)
    target = target + left * np.maximum(0.125 * leg_m - apart, 0)[:, None]
    return target, yaw_rad + turn_mid + sign * TOES_OUT_RAD


def taken_along(foot_m: Array, leg_m: Array, position_m: Array, yaw_rad: Array) -> tuple[Array, Array]:
    """Feet (N, 2, 3), and how far behind each is, in legs.

    Who runs leaves the ground before a foot is out of reach: from there on it comes along.
    """
    ahead = np.stack([np.cos(yaw_rad), np.sin(yaw_rad)], -1)[:, None]
    behind = ((position_m[:, None, :2] - foot_m[..., :2]) * ahead).sum(-1) / leg_m[:, None]
    over = np.maximum(behind - _REAR_REACH - 0.02, 0)
    moved = foot_m.copy()
    moved[..., :2] += (over * leg_m[:, None])[..., None] * ahead
    moved[..., 2] += 0.2 * over * leg_m[:, None]
    return moved, behind - over


def flown_share(t: Array) -> Array:
    """Share of the way a swinging foot has flown at t = 0 .. 1; it lands with 0.3 of its mean speed.

    A foot that came to rest over its landing place would be there before the body is, out of the leg's reach.
    """
    return np.asarray(t * t * (2.7 - 1.7 * t))


def flight_z(from_z: Array, to_z: Array, t: Array, stride_m: Array) -> Array:
    """Height of a swinging foot: early up and late down, clear of kerbs between."""
    step = to_z - from_z
    s = np.clip(np.where(step > 0, t / 0.7, (t - 0.3) / 0.7), 0, 1)
    base = from_z + step * s * s * (3 - 2 * s)
    return np.asarray(base + (0.03 + 0.05 * stride_m + 0.25 * np.abs(step)) * np.sin(np.pi * t) ** 2)


def foot_pitches(
    pitch_rad: Array,
    side: NDArray[np.int64],
    after: Array,
    both: Array,
    t: Array,
    airborne: NDArray[np.bool_],
    relative_stride: Array,
    behind: Array,
    stepping: NDArray[np.bool_],
    dt_s: float,
) -> Array:
    """Pitch of both feet: heel off behind, toes up at landing, flat between.

    A heel also rises wherever its leg would else be too short for where the foot was left, (N, 2) in legs
    `behind`: who halts in mid-stride or starts with a long step does not sink to a flat foot.
    """
    size = np.clip(relative_stride / 0.8, 0, 1.15)[:, None]
    short = _UPRIGHT - np.sqrt(np.maximum(1 - np.maximum(behind, 0) ** 2, 0))
    needed = np.where(behind > 0, np.arcsin(np.clip(short / _BALL, 0, 0.68)), 0.0)
    goal = np.zeros_like(pitch_rad)
    row = np.arange(len(side))
    before_lift = 0.3 + 0.32 * np.clip(after / both, 0, 1)
    swing = np.where(t < 0.12, 0.62 + 1.6 * t, np.interp(t, [0.12, 0.6, 0.85, 1], [0.81, 0.02, -0.3, -0.3]))
    goal[row, side] = np.where(airborne, swing, before_lift)
    late = np.clip((after - 0.58) / 0.42, 0, 1)
    landing = -0.3 * np.clip(1 - after / both, 0, 1)
    goal[row, 1 - side] = np.where(after < both, landing, 0.3 * late**1.5)
    goal = np.where(needed > 0, np.maximum(goal * size, needed), goal * size) * stepping[:, None]
    change = np.clip(goal - pitch_rad, -13 * dt_s, 13 * dt_s)
    return np.asarray(pitch_rad + change)
