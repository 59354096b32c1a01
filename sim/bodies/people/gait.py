"""How people step: body motion in, feet that do not slide out. Pure functions on columns, one row per person.

One foot at a time swings; a foot that bears keeps its exact place and heading and only rolls over its ball. A
*step* is a short time on both feet, then the swing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.footing import (
    BEHIND,
    SIDES,
    TOES_OUT_RAD,
    Ground,
    both_share,
    cadence_hz,
    flight_z,
    flown_share,
    foot_height_m,
    foot_pitches,
    half_width_m,
    home_feet,
    hurry_hz,
    landing_place,
    rotated,
    taken_along,
    wrapped,
)

__all__ = ["GaitColumns", "advance_gait", "start_gait", "steady_stride"]

Array = NDArray[np.float64]

_STEP_OUT_M, _STEP_OUT_RAD = 0.13, 0.5
_SETTLE_M, _SETTLE_RAD = 0.045, 0.16
_MOVING_MPS = 0.12
_FROZEN = 0.82
"""Share of a swing after which its landing place no longer changes."""


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
        return np.where(self.stepping & (u >= both_share(self.stride_m)), side, -1)


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
        aside = np.stack([-BEHIND * leg_m, SIDES[k] * half_width_m(leg_m, np.zeros(n))], -1)
        heading[:, k] = yaw_rad + SIDES[k] * TOES_OUT_RAD
        foot[:, k, :2] = position_m[:, :2] + rotated(aside, yaw_rad)
        foot[:, k, 2] = foot_height_m(ground_height, foot[:, k, :2], heading[:, k], leg_m)
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
    home, home_yaw = home_feet(leg_m, position_m, yaw_rad, moving)
    off = np.linalg.norm(gait.foot_m[..., :2] - home, axis=-1)
    off_yaw = np.abs(wrapped(gait.foot_yaw_rad - home_yaw))
    phase, stepping = _begun(gait, off, off_yaw, speed)

    cadence = cadence_hz(speed, leg_m)
    stride = gait.stride_m + (speed / cadence - gait.stride_m) * min(1.0, 6 * dt_s)
    both = both_share(stride)
    cadence = np.maximum(cadence, hurry_hz(gait.foot_m, phase, both, leg_m, position_m, velocity_mps, speed))
    count, before = np.floor(phase * 2), (phase * 2) % 1
    after = np.where(stepping, np.minimum(before + cadence * dt_s, 1.0), before)
    side = np.where(count % 2 == 0, 1, 0)
    row = np.arange(len(leg_m))

    airborne = stepping & (after > both)
    t0, t1 = (np.clip((u - both) / (1 - both), 0, 1) for u in (before, after))
    lifted = airborne & (t0 <= 0)
    from_z = np.where(lifted, gait.foot_m[row, side, 2], gait.from_z_m)
    target, target_yaw = landing_place(
        gait.foot_m,
        side,
        leg_m,
        position_m,
        yaw_rad,
        velocity_mps,
        yaw_rate_radps,
        cadence,
        after,
        both,
        moving,
    )
    keep = (t0 > _FROZEN) | ~airborne
    target = np.where(keep[:, None], gait.target_m[:, :2], target)
    target_yaw = np.where(keep, gait.target_yaw_rad, target_yaw)
    landing_z = np.where(keep, gait.target_m[:, 2], foot_height_m(ground_height, target, target_yaw, leg_m))

    foot, heading = gait.foot_m.copy(), gait.foot_yaw_rad.copy()
    e0, e1 = flown_share(t0), flown_share(t1)
    share = np.where(airborne, (e1 - e0) / np.maximum(1 - e0, 1e-9), 0.0)
    share = np.where(airborne & (t1 >= 1), 1.0, share)
    old = foot[row, side]
    foot[row, side, :2] = old[:, :2] + (target - old[:, :2]) * share[:, None]
    heading[row, side] += wrapped(target_yaw - heading[row, side]) * share
    flight = flight_z(from_z, landing_z, t1, np.clip(stride / leg_m, 0, 1) * leg_m)
    foot[row, side, 2] = np.where(airborne, flight, old[:, 2])

    landed = stepping & (after >= 1)
    phase = np.where(landed, (count + 1) / 2, (count + after) / 2)
    done = landed & _settled(foot, heading, home, home_yaw, speed)
    weight_goal = np.where(stepping & ~done, np.clip(speed / 0.9, 0, 1), 0)
    foot, behind = taken_along(foot, leg_m, position_m, yaw_rad)
    pitch = foot_pitches(
        gait.foot_pitch_rad, side, after, both, t1, airborne, stride / leg_m, behind, stepping, dt_s
    )
    weight = gait.weight + (weight_goal - gait.weight) * min(1.0, 5 * dt_s)
    return replace(
        gait,
        phase=phase,
        weight=np.where((weight_goal == 0) & (weight < 1e-3), 0.0, weight),
        foot_m=foot,
        foot_yaw_rad=heading,
        foot_pitch_rad=pitch,
        stepping=stepping & ~done,
        target_m=np.concatenate([target, landing_z[:, None]], 1),
        target_yaw_rad=target_yaw,
        from_z_m=from_z,
        stride_m=stride,
    )


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


def _settled(foot: Array, heading: Array, home: Array, home_yaw: Array, speed: Array) -> NDArray[np.bool_]:
    off = np.linalg.norm(foot[..., :2] - home, axis=-1).max(1)
    turned = np.abs(wrapped(heading - home_yaw)).max(1)
    return np.asarray((speed < _MOVING_MPS) & (off < _SETTLE_M) & (turned < _SETTLE_RAD))


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
    cadence = float(cadence_hz(np.array([speed_mps]), np.array([leg_m]))[0])
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
    gap = np.abs(wrapped((np.asarray(phases)[:, None] - at_phase) * 2 * np.pi))
    chosen = [cycle[int(i)] for i in gap.argmin(1)]
    names = GaitColumns.__dataclass_fields__
    return GaitColumns(**{m: np.concatenate([getattr(g, m) for g in chosen]) for m in names})
