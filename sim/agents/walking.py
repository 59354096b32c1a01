"""A crowd and decisions -> the crowd one tick later: people turn steadily and their feet hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.crowd import Crowd
from sim.agents.setting import Setting
from sim.agents.snapshot import Walk
from sim.agents.state import WaitReason
from sim.bodies.people.gait import advance_gait, start_gait

__all__ = ["landed_crowd", "start_crowd", "stepped_crowd"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_ACCEL_MPS2, _BRAKE_MPS2, _HARD_MPS2 = 1.2, 2.2, 4.5
"""How people pick up speed, slow down, and stop before somebody who steps in their way."""
_BACK_MPS, _HELD_MPS = 0.45, 0.1
_TURN_RADPS, _TURN_SLOW_RADPS = 1.7, 2.6
_HEAD_RADPS = 2.5
_Z_S = 0.12


def start_crowd(setting: Setting, rows: Ints, path: Ints, chosen: Ints) -> Crowd:
    """Everybody on foot at the start, standing on both feet."""
    roles = [setting.roles[r] for r in rows]
    count = len(rows)
    xy = np.array([role.start_m for role in roles], float).reshape(-1, 2)
    yaw = np.array([role.yaw_rad for role in roles], float)
    z = setting.ground(xy) if count else np.zeros(0)
    gait = start_gait(setting.leg_m[rows], np.concatenate([xy, z[:, None]], 1), yaw, setting.ground)
    nothing = np.zeros(count)
    return Crowd(
        rows,
        xy,
        z,
        yaw,
        nothing,
        np.zeros((count, 2)),
        nothing,
        nothing,
        path,
        chosen,
        nothing,
        nothing,
        nothing,
        gait,
    )


def stepped_crowd(setting: Setting, crowd: Crowd, walk: Walk) -> Crowd:
    """The crowd where it wants to be one tick later; `walk` covers everybody, in the order of the crowd."""
    dt_s = setting.dt_s
    turn = _wrapped(walk.heading_rad - crowd.yaw_rad)
    # Nobody walks where he does not look: first turn, then go.
    facing = np.clip((np.cos(turn) - 0.2) / 0.6, 0.0, 1.0)
    brake = np.where(walk.speed_mps < 0.6 * crowd.speed_mps, _HARD_MPS2, _BRAKE_MPS2)
    brake = np.where(walk.wait == WaitReason.PEOPLE, brake, _BRAKE_MPS2)
    speed = np.clip(
        walk.speed_mps * facing, crowd.speed_mps - brake * dt_s, crowd.speed_mps + _ACCEL_MPS2 * dt_s
    )
    # Backward, people take but a step.
    speed = np.maximum(speed, np.where(walk.speed_mps < 0, -_BACK_MPS, np.minimum(crowd.speed_mps, 0.0)))
    rate = np.where(speed < 0.35, _TURN_SLOW_RADPS, _TURN_RADPS)
    change = np.clip(turn * 4.0, -rate, rate)
    # Turning takes up and dies down within a few ticks.
    change = np.clip(change, crowd.yaw_rate_radps - 12.0 * dt_s, crowd.yaw_rate_radps + 12.0 * dt_s)
    change = np.where(np.abs(turn) < np.abs(change) * dt_s, turn / dt_s, change)
    yaw = crowd.yaw_rad + change * dt_s
    xy = crowd.xy_m + np.stack([np.cos(yaw), np.sin(yaw)], 1) * (speed * dt_s)[:, None]
    look = crowd.look_rad + np.clip(walk.look_rad - crowd.look_rad, -_HEAD_RADPS * dt_s, _HEAD_RADPS * dt_s)
    return replace(
        crowd,
        xy_m=xy,
        yaw_rad=_wrapped(yaw),
        speed_mps=speed,
        yaw_rate_radps=change,
        look_rad=look,
        path=walk.path,
        chosen=walk.chosen,
        waiting_s=walk.waiting_s,
        stuck_s=walk.stuck_s,
    )


def landed_crowd(setting: Setting, before: Crowd, after: Crowd, held: NDArray[np.bool_]) -> Crowd:
    """The crowd with the places it may take, its true velocities, heights and feet.

    Args:
        setting: what stays the same.
        before: one tick ago.
        after: with permitted positions.
        held: (P,) who had to keep their place.
    """
    dt_s = setting.dt_s
    velocity = (after.xy_m - before.xy_m) / dt_s
    speed = np.where(held, np.minimum(after.speed_mps, _HELD_MPS), after.speed_mps)
    if not len(after):
        return after
    yaw, rows = after.yaw_rad, after.rows
    along = (velocity * np.stack([np.cos(yaw), np.sin(yaw)], 1)).sum(1) * dt_s
    rolled = before.rolled_m + along - setting.company.aside_m[rows] * _wrapped(yaw - before.yaw_rad)
    z = before.z_m + (setting.ground(after.xy_m) - before.z_m) * min(1.0, dt_s / _Z_S)
    place = np.concatenate([after.xy_m, z[:, None]], 1)
    gait = advance_gait(
        before.gait,
        setting.leg_m[after.rows],
        place,
        after.yaw_rad,
        velocity,
        after.yaw_rate_radps,
        dt_s,
        setting.ground,
    )
    return replace(after, velocity_mps=velocity, speed_mps=speed, z_m=z, rolled_m=rolled, gait=gait)


def _wrapped(angle: Floats) -> Floats:
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
