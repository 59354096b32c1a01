"""Two-wheelers and who rides them: how fast, how far they lean, when a foot is on the ground."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.setting import Setting
from sim.agents.traffic import Traffic
from sim.bodies import PoseColumns

__all__ = [
    "balanced",
    "feet_down",
    "feet_down_at_start",
    "riding_limits",
    "with_riders",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_GRAVITY_MPS2 = 9.81
_SLOWEST_MPS, _FASTEST_MPS = 12 / 3.6, 25 / 3.6
"""What cyclists like to ride at in a town."""
_CYCLIST_MPS2 = 0.9
_STILL_MPS = 0.05
_DOWN_S, _UP_S = 0.6, 0.35
_LEAN_S = 0.3
_LOOK_S = 0.9
"""Riders look where they will be so much later."""


def riding_limits(setting: Setting, rows: Ints) -> tuple[Floats, Floats]:
    """(V,) highest speed and (V,) highest acceleration of drivers; infinite where a motor sets none."""
    top, most = np.full(len(rows), np.inf), np.full(len(rows), np.inf)
    for k in np.flatnonzero(setting.is_slow[rows]):
        top[k] = setting.draws(int(rows[k]), "cyclist").uniform(_SLOWEST_MPS, _FASTEST_MPS)
        most[k] = _CYCLIST_MPS2
    return top, most


def feet_down_at_start(setting: Setting, traffic: Traffic) -> Floats:
    """(V,) 1 for riders who stand, else 0."""
    return np.where(setting.is_cycle[traffic.rows] & (traffic.speed_mps < _STILL_MPS), 1.0, 0.0)


def feet_down(setting: Setting, rows: Ints, speed_mps: Floats, before: Floats) -> Floats:
    """(V,) how far riders of vehicles (V,) have a foot on the ground, one tick after `before`."""
    still = speed_mps < _STILL_MPS
    change = np.where(still, setting.dt_s / _DOWN_S, -setting.dt_s / _UP_S)
    return np.where(setting.is_cycle[rows], np.clip(before + change, 0.0, 1.0), 0.0)


def balanced(
    setting: Setting, rows: Ints, before_rad: Floats | None, lateral_mps2: Floats, foot_down: Floats
) -> Floats:
    """(V,) roll of two-wheelers: into the curve, so that they do not fall, and to the foot on the ground.

    Args:
        setting: the street and its cast.
        rows: (V,) roster rows.
        before_rad: (V,) roll a tick ago, None to be there at once.
        lateral_mps2: (V,) acceleration to the left.
        foot_down: (V,) 0 .. 1.
    """
    goal = -np.arctan(lateral_mps2 / _GRAVITY_MPS2) + foot_down * setting.standing_roll_rad[rows]
    if before_rad is None:
        return np.asarray(goal)
    return np.asarray(before_rad + (goal - before_rad) * min(1.0, setting.dt_s / _LEAN_S))


def with_riders(setting: Setting, columns: PoseColumns, foot_down: Floats) -> PoseColumns:
    """The columns with the rows of riders filled in.

    Args:
        setting: the street and its cast.
        columns: of everybody; those of vehicles are ready.
        foot_down: (N,) by row of the vehicle, 0 .. 1.
    """
    riders, carriers = setting.riders, setting.carriers
    if not len(riders):
        return columns
    out = {
        name: getattr(columns, name).copy()
        for name in ("position_m", "yaw_rad", "pitch_rad", "roll_rad", "wheel_rad", "steer_rad")
    }
    for column in out.values():
        column[riders] = column[carriers]
    yaw = columns.yaw_rad[carriers]
    pitch = columns.pitch_rad[carriers]
    level_m = setting.hip_ahead_m * np.cos(pitch)
    out["position_m"][riders, :2] += level_m[:, None] * np.stack([np.cos(yaw), np.sin(yaw)], 1)
    out["position_m"][riders, 2] -= setting.hip_ahead_m * np.sin(pitch)
    phase, weight, look = (getattr(columns, n).copy() for n in ("gait_phase", "gait_weight", "look_yaw_rad"))
    phase[riders] = setting.foot_phase
    weight[riders] = 1 - foot_down[carriers]
    bend = np.tan(columns.steer_rad[carriers]) / np.maximum(setting.wheelbase_m[carriers], 0.5)
    look[riders] = np.clip(bend * 5.0 * _LOOK_S, -0.6, 0.6)
    foot, foot_yaw = columns.foot_m.copy(), columns.foot_yaw_rad.copy()
    foot[riders] = out["position_m"][riders, None]
    foot_yaw[riders] = yaw[:, None]
    return replace(
        columns,
        **out,
        gait_phase=phase,
        gait_weight=weight,
        look_yaw_rad=look,
        foot_m=foot,
        foot_yaw_rad=foot_yaw,
    )
