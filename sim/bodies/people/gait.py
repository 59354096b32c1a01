"""How people step: body motion in, feet that do not slide out. Pure functions on columns, one row per person.

One foot at a time swings; a foot that bears keeps its exact place and heading and only rolls over its ball. A
*step* is a short time on both feet, then the swing. Cadence follows the walk ratio of human walking (step length
over cadence is constant, about 0.0065 m per step/min in adults: Sekiya and Nagasaki 1998, Gait & Posture 7:225),
so cadence grows with the square root of speed; it is scaled to leg length as pendulums are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["GaitColumns", "advance_gait", "start_gait", "steady_stride"]

Array = NDArray[np.float64]
Ground = Callable[[Array], Array]

_SIDES = np.array([1.0, -1.0])
_ADULT_LEG_M = 0.87
_WALK_RATIO_M_PER_STEP_MIN = 0.0065
_STEP_OUT_M, _STEP_OUT_RAD = 0.13, 0.5
_SETTLE_M, _SETTLE_RAD = 0.045, 0.16
_MOVING_MPS = 0.12
_FROZEN = 0.82
_TOES_OUT_RAD = 0.09
_REAR_REACH, _FASTEST_HZ = 0.60, 4.5
_BEHIND = 0.035
"""Ankles stand behind the hips, so that the weight is over the middle of the feet; share of the leg."""


@dataclass(frozen=True, eq=False)
class GaitColumns:
    """Feet and the planner's memory. Left is 0, right is 1.

    Attributes:
        phase: (N,) cycles done; left heel strikes at whole numbers, right heel at halves.
        weight: (N,) 0 standing .. 1 walking.
        foot_m: (N, 2, 3) world position of the sole below each ankle, the foot laid flat.
        foot_yaw_rad: (N, 2) heading of each foot.
        foot_pitch_rad: (N, 2) pitch about the ball, positive: heel up; about the heel if negative.
        stepping: (N,) bool, a step is under way.
        target_m: (N, 3) where the swinging foot will land.
        target_yaw_rad: (N,) heading it will have.
        from_z_m: (N,) height it left.
        stride_m: (N,) smoothed length of a step, which sets how much feet roll and rise.
    """

    phase: Array
    weight: Array
    foot_m: Array
    foot_yaw_rad: Array
    foot_pitch_rad: Array
    stepping: NDArray[np.bool_]
    target_m: Array
    target_yaw_rad: Array
    from_z_m: Array
    stride_m: Array

    @property
    def swinging(self) -> NDArray[np.int64]:
        """(N,) the foot in the air: 0 left, 1 right, -1 none."""
        u = (self.phase * 2) % 1
        side = np.where(np.floor(self.phase * 2) % 2 == 0, 1, 0)
        return np.where(self.stepping & (u >= _both_share(self.stride_m)), side, -1)


def _both_share(stride_m: Array) -> Array:
    """Share of a step spent on both feet: about a fifth when walking, little when hurrying."""
    return np.asarray(np.clip(0.27 - 0.1 * stride_m, 0.12, 0.25))


def _rotated(xy: Array, yaw: Array) -> Array:
    c, s = np.cos(yaw), np.sin(yaw)
    return np.stack([c * xy[..., 0] - s * xy[..., 1], s * xy[..., 0] + c * xy[..., 1]], -1)


def _wrapped(angle: Array) -> Array:
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)


def _height(ground: Ground, xy: Array, yaw: Array, leg_m: Array) -> Array:
    """Ground below a foot: the higher of ankle and ball, so that no foot stands inside a kerb."""
    ball = xy + _rotated(np.stack([0.15 * leg_m, np.zeros_like(leg_m)], -1), yaw)
    both = ground(np.concatenate([xy, ball]).reshape(-1, 2))
    return np.asarray(np.maximum(both[: len(xy)], both[len(xy) :]), float)


def _cadence_hz(speed_mps: Array, leg_m: Array) -> Array:
    """Steps a second at a speed."""
    ratio = _WALK_RATIO_M_PER_STEP_MIN * (leg_m / _ADULT_LEG_M) ** 1.5
    natural = np.sqrt(60 * speed_mps / ratio) / 60
    slowest = 1.35 * np.sqrt(_ADULT_LEG_M / leg_m)
    # Hurrying people cannot step further than their legs part.
    return np.asarray(np.maximum(np.maximum(natural, slowest), speed_mps / (1.0 * leg_m)))


def _half_width_m(leg_m: Array, walking: Array) -> Array:
    return np.asarray(leg_m * (0.108 - 0.038 * walking))


def start_gait(leg_m: Array, position_m: Array, yaw_rad: Array, ground_height: Ground) -> GaitColumns:
    """People standing on both feet.

    Args:
        leg_m: (N,) leg lengths, see `leg_length_m`.
        position_m: (N, 3) body origins in the world.
        yaw_rad: (N,) headings.
        ground_height: world xy (M, 2) -> heights (M,).

    Returns:
        Columns with both feet planted beside the body.
    """
    n = len(leg_m)
    leg_m, yaw_rad = np.asarray(leg_m, float), np.asarray(yaw_rad, float)
    foot, heading = np.zeros((n, 2, 3)), np.zeros((n, 2))
    for k in (0, 1):
        aside = np.stack([-_BEHIND * leg_m, _SIDES[k] * _half_width_m(leg_m, np.zeros(n))], -1)
        heading[:, k] = yaw_rad + _SIDES[k] * _TOES_OUT_RAD
        foot[:, k, :2] = position_m[:, :2] + _rotated(aside, yaw_rad)
        foot[:, k, 2] = _height(ground_height, foot[:, k, :2], heading[:, k], leg_m)
    z = np.zeros(n)
    return GaitColumns(
        z.copy(),
        z.copy(),
        foot,
        heading,
        np.zeros((n, 2)),
        np.zeros(n, bool),
        foot[:, 1].copy(),
        heading[:, 1].copy(),
        foot[:, 1, 2].copy(),
        z.copy(),
    )


def advance_gait(
    gait: GaitColumns,
    leg_m: Array,
    position_m: Array,
    yaw_rad: Array,
    velocity_mps: Array,
    yaw_rate_radps: Array,
    dt_s: float,
    ground_height: Ground,
) -> GaitColumns:
    """Feet one tick later.

    Args:
        gait: columns before.
        leg_m: (N,) leg lengths.
        position_m: (N, 3) body origins now.
        yaw_rad: (N,) headings now.
        velocity_mps: (N, 2) world velocities now.
        yaw_rate_radps: (N,) turning rates now.
        dt_s: length of the tick, seconds; sensible up to 0.1.
        ground_height: world xy (M, 2) -> heights (M,).

    Returns:
        Columns after.
    """
    gait = _replanted(gait, leg_m, position_m, yaw_rad, ground_height)
    speed = np.hypot(velocity_mps[:, 0], velocity_mps[:, 1])
    moving = np.clip(speed / 0.7, 0, 1)
    home, home_yaw = _home(leg_m, position_m, yaw_rad, moving)
    off = np.linalg.norm(gait.foot_m[..., :2] - home, axis=-1)
    off_yaw = np.abs(_wrapped(gait.foot_yaw_rad - home_yaw))
    phase, stepping = _begun(gait, off, off_yaw, speed)

    cadence = _cadence_hz(speed, leg_m)
    stride = gait.stride_m + (speed / cadence - gait.stride_m) * min(1.0, 6 * dt_s)
    both = _both_share(stride)
    cadence = np.maximum(cadence, _hurry_hz(gait, phase, both, leg_m, position_m, velocity_mps, speed))
    count, before = np.floor(phase * 2), (phase * 2) % 1
    after = np.where(stepping, np.minimum(before + cadence * dt_s, 1.0), before)
    side = np.where(count % 2 == 0, 1, 0)
    row = np.arange(len(leg_m))

    airborne = stepping & (after > both)
    t0, t1 = (np.clip((u - both) / (1 - both), 0, 1) for u in (before, after))
    lifted = airborne & (t0 <= 0)
    from_z = np.where(lifted, gait.foot_m[row, side, 2], gait.from_z_m)
    target, target_yaw = _landing(
        gait, side, leg_m, position_m, yaw_rad, velocity_mps, yaw_rate_radps, cadence, after, both, moving
    )
    keep = (t0 > _FROZEN) | ~airborne
    target = np.where(keep[:, None], gait.target_m[:, :2], target)
    target_yaw = np.where(keep, gait.target_yaw_rad, target_yaw)
    landing_z = np.where(keep, gait.target_m[:, 2], _height(ground_height, target, target_yaw, leg_m))

    foot, heading = gait.foot_m.copy(), gait.foot_yaw_rad.copy()
    e0, e1 = (t * t * (3 - 2 * t) for t in (t0, t1))
    share = np.where(airborne, (e1 - e0) / np.maximum(1 - e0, 1e-9), 0.0)
    share = np.where(airborne & (t1 >= 1), 1.0, share)
    old = foot[row, side]
    foot[row, side, :2] = old[:, :2] + (target - old[:, :2]) * share[:, None]
    heading[row, side] += _wrapped(target_yaw - heading[row, side]) * share
    flight = _flight_z(from_z, landing_z, t1, np.clip(stride / leg_m, 0, 1) * leg_m)
    foot[row, side, 2] = np.where(airborne, flight, old[:, 2])

    landed = stepping & (after >= 1)
    phase = np.where(landed, (count + 1) / 2, (count + after) / 2)
    done = landed & _settled(foot, heading, home, home_yaw, speed)
    weight_goal = np.where(stepping & ~done, np.clip(speed / 0.9, 0, 1), 0)
    pitch = _pitched(gait, side, after, both, t1, airborne, stride / leg_m, stepping, dt_s)
    return replace(
        gait,
        phase=phase,
        weight=gait.weight + (weight_goal - gait.weight) * min(1.0, 5 * dt_s),
        foot_m=foot,
        foot_yaw_rad=heading,
        foot_pitch_rad=pitch,
        stepping=stepping & ~done,
        target_m=np.concatenate([target, landing_z[:, None]], 1),
        target_yaw_rad=target_yaw,
        from_z_m=from_z,
        stride_m=stride,
    )


def _hurry_hz(
    gait: GaitColumns,
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
    rear = position_m[:, :2] - gait.foot_m[np.arange(len(side)), next_up, :2]
    behind = (rear * velocity_mps).sum(1) / np.maximum(speed_mps, 1e-6)
    room = np.maximum(_REAR_REACH * leg_m - behind, 0.04 * leg_m)
    far = np.clip(np.linalg.norm(rear, axis=1) / leg_m - 0.6, 0, 0.5)
    return np.asarray(np.minimum(left * speed_mps / room, _FASTEST_HZ) + 4 * far)


def _home(leg_m: Array, position_m: Array, yaw_rad: Array, moving: Array) -> tuple[Array, Array]:
    """Where feet would stand below the body: (N, 2, 2) and headings (N, 2)."""
    aside = np.stack(
        [np.tile(-_BEHIND * leg_m[:, None], (1, 2)), _half_width_m(leg_m, moving)[:, None] * _SIDES], -1
    )
    return position_m[:, None, :2] + _rotated(aside, yaw_rad[:, None]), yaw_rad[
        :, None
    ] + _SIDES * _TOES_OUT_RAD


def _replanted(
    gait: GaitColumns, leg_m: Array, position_m: Array, yaw_rad: Array, ground: Ground
) -> GaitColumns:
    """People who were put elsewhere stand there on both feet."""
    lost = np.linalg.norm(gait.foot_m[..., :2] - position_m[:, None, :2], axis=-1).max(1) > 1.5 * leg_m
    if not lost.any():
        return gait
    fresh = start_gait(leg_m, position_m, yaw_rad, ground)
    names = GaitColumns.__dataclass_fields__
    merged = {}
    for n in names:
        a, b = getattr(gait, n), getattr(fresh, n)
        merged[n] = np.where(lost.reshape(-1, *[1] * (a.ndim - 1)), b, a)
    return GaitColumns(**merged)


def _begun(gait: GaitColumns, off: Array, off_yaw: Array, speed: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Phase and stepping after idle people have decided whether to step."""
    want = (speed > _MOVING_MPS) | (off.max(1) > _STEP_OUT_M) | (off_yaw.max(1) > _STEP_OUT_RAD)
    starts = ~gait.stepping & want
    error = off + 0.25 * off_yaw
    worse = np.where(error[:, 0] > error[:, 1] + 0.01, 0, 1)
    due = np.where(np.floor(gait.phase * 2 + 1e-9) % 2 == 0, 1, 0)
    # Changing the foot shifts the arms' phase, which shows unless they hang still.
    change = starts & (worse != due) & (gait.weight < 0.05)
    phase = np.where(change, np.floor(gait.phase * 2 + 1e-9) / 2 + 0.5, gait.phase)
    return phase, gait.stepping | starts


def _landing(
    gait: GaitColumns,
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
    turn_mid = np.clip(yaw_rate * (wait + 0.4 * stance), -1.0, 1.0)
    ahead = _rotated(velocity, 0.5 * turn_then) * wait[:, None]
    lead = _rotated(velocity, turn_then + 0.25 * yaw_rate * stance) * (0.48 * stance)[:, None]
    # Pushed sideways, people take several small steps: wide ones would leave the body's box.
    across = _rotated(np.stack([np.zeros_like(leg_m), np.ones_like(leg_m)], -1), yaw_rad + turn_then)
    sideways = (lead * across).sum(1)
    lead -= across * (sideways - np.clip(sideways, -0.06 * leg_m, 0.06 * leg_m))[:, None]
    length = np.linalg.norm(lead, axis=1)
    lead *= (np.minimum(length, 0.5 * leg_m) / np.maximum(length, 1e-9))[:, None]
    sign = _SIDES[side]
    aside = np.stack([-_BEHIND * leg_m, sign * _half_width_m(leg_m, moving)], -1)
    target = position_m[:, :2] + ahead + lead + _rotated(aside, yaw_rad + turn_mid)
    # Legs do not cross: keep a foot's breadth beside the standing foot.
    row = np.arange(len(side))
    standing = gait.foot_m[row, 1 - side, :2]
    left = _rotated(np.stack([np.zeros_like(leg_m), sign], -1), yaw_rad + turn_mid)
    apart = ((target - standing) * left).sum(1)
    target = target + left * np.maximum(0.125 * leg_m - apart, 0)[:, None]
    return target, yaw_rad + turn_mid + sign * _TOES_OUT_RAD


def _flight_z(from_z: Array, to_z: Array, t: Array, stride_m: Array) -> Array:
    """Height of a swinging foot: early up and late down, clear of kerbs between."""
    step = to_z - from_z
    s = np.clip(np.where(step > 0, t / 0.7, (t - 0.3) / 0.7), 0, 1)
    base = from_z + step * s * s * (3 - 2 * s)
    return np.asarray(base + (0.03 + 0.05 * stride_m + 0.25 * np.abs(step)) * np.sin(np.pi * t) ** 2)


def _settled(foot: Array, heading: Array, home: Array, home_yaw: Array, speed: Array) -> NDArray[np.bool_]:
    off = np.linalg.norm(foot[..., :2] - home, axis=-1).max(1)
    turned = np.abs(_wrapped(heading - home_yaw)).max(1)
    return np.asarray((speed < _MOVING_MPS) & (off < _SETTLE_M) & (turned < _SETTLE_RAD))


def _pitched(
    gait: GaitColumns,
    side: NDArray[np.int64],
    after: Array,
    both: Array,
    t: Array,
    airborne: NDArray[np.bool_],
    relative_stride: Array,
    stepping: NDArray[np.bool_],
    dt_s: float,
) -> Array:
    """Pitch of both feet: heel off behind, toes up at landing, flat between."""
    size = np.clip(relative_stride / 0.8, 0, 1.15)
    goal = np.zeros_like(gait.foot_pitch_rad)
    row = np.arange(len(side))
    before_lift = 0.3 + 0.32 * np.clip(after / both, 0, 1)
    swing = np.where(t < 0.12, 0.62 + 1.6 * t, np.interp(t, [0.12, 0.6, 0.85, 1], [0.81, 0.02, -0.3, -0.3]))
    goal[row, side] = np.where(airborne, swing, before_lift) * size
    late = np.clip((after - 0.58) / 0.42, 0, 1)
    landing = -0.3 * np.clip(1 - after / both, 0, 1)
    goal[row, 1 - side] = np.where(after < both, landing, 0.3 * late**1.5) * size
    goal *= stepping[:, None]
    change = np.clip(goal - gait.foot_pitch_rad, -13 * dt_s, 13 * dt_s)
    return np.asarray(gait.foot_pitch_rad + change)


def steady_stride(leg_m: float, speed_mps: float, phases: Array) -> GaitColumns:
    """Somebody with the body at the origin, heading +x, walking straight on level ground at a steady speed.

    Args:
        leg_m: leg length.
        speed_mps: walking speed; 0 stands.
        phases: (N,) gait phases to show, one row each.

    Returns:
        Columns whose feet are relative to the body.
    """
    n = len(phases)
    leg, level = np.full(n, leg_m), lambda xy: np.zeros(len(xy))
    gait = start_gait(leg, np.zeros((n, 3)), np.zeros(n), level)
    if speed_mps <= 0:
        return replace(gait, phase=phases)
    cadence = float(_cadence_hz(np.array([speed_mps]), np.array([leg_m]))[0])
    ticks = 24
    dt = 1 / cadence / ticks
    velocity = np.tile([speed_mps, 0.0], (1, 1))
    one, steps = start_gait(leg[:1], np.zeros((1, 3)), np.zeros(1), level), []
    for k in range(1, 6 * ticks + 1):
        at = np.array([[speed_mps * dt * k, 0.0, 0.0]])
        one = advance_gait(one, leg[:1], at, np.zeros(1), velocity, np.zeros(1), dt, level)
        local = replace(one, foot_m=one.foot_m - at[:, None])
        steps.append(local)
    cycle = steps[-2 * ticks :]
    at_phase = np.array([g.phase[0] for g in cycle]) % 1
    gap = np.abs(_wrapped((np.asarray(phases)[:, None] - at_phase) * 2 * np.pi))
    chosen = [cycle[int(i)] for i in gap.argmin(1)]
    names = GaitColumns.__dataclass_fields__
    return GaitColumns(**{m: np.concatenate([getattr(g, m) for g in chosen]) for m in names})
