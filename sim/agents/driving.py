"""Traffic and decisions -> traffic one tick later, and the poses of vehicles that roll without slipping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.behaviors.follow_lane import replan
from sim.agents.setting import Setting
from sim.agents.snapshot import Drive
from sim.agents.traffic import Traffic

__all__ = ["advance_traffic", "lean", "path_curvature", "vehicle_pose"]

Floats = NDArray[np.float64]


def advance_traffic(setting: Setting, traffic: Traffic, drive: Drive) -> Traffic:
    """Traffic one tick later, along the lanes."""
    dt_s = setting.dt_s
    speed = np.maximum(traffic.speed_mps + drive.accel_mps2 * dt_s, 0.0)
    # Beside the center line of a bend the way is longer or shorter than the lane.
    stretch = 1 - setting.lanes.curvature(traffic.lane, traffic.s_m) * setting.lateral_m[traffic.rows]
    s_m = traffic.s_m + (traffic.speed_mps + speed) / 2 * dt_s / stretch
    accel = (speed - traffic.speed_mps) / dt_s
    moved = replace(
        traffic,
        s_m=s_m,
        speed_mps=speed,
        accel_mps2=accel,
        granted=drive.granted,
        cleared=drive.cleared,
        free_s=drive.free_s,
    )
    return _onto_next_lanes(setting, moved)


def vehicle_pose(setting: Setting, traffic: Traffic) -> Floats:
    """(V, 3) x, y and yaw of the origins."""
    xy, yaw = setting.lanes.position(traffic.lane, traffic.s_m)
    xy = xy + np.stack([-np.sin(yaw), np.cos(yaw)], 1) * setting.lateral_m[traffic.rows, None]
    return np.concatenate([xy, yaw[:, None]], 1)


def path_curvature(setting: Setting, traffic: Traffic) -> Floats:
    """(V,) curvature of the ways of the origins in 1/m, left positive."""
    curvature = setting.lanes.curvature(traffic.lane, traffic.s_m)
    return np.asarray(curvature / (1 - curvature * setting.lateral_m[traffic.rows]))


def lean(
    pitch_rad: Floats, roll_rad: Floats, accel_mps2: Floats, lateral_mps2: Floats, dt_s: float
) -> tuple[Floats, Floats]:
    """Pitch (positive: nose down) and roll of bodies on their springs, one tick later."""
    share = min(1.0, dt_s / 0.25)
    goal_pitch = np.clip(-0.0055 * accel_mps2, -0.03, 0.03)
    goal_roll = np.clip(0.008 * lateral_mps2, -0.035, 0.035)
    return pitch_rad + (goal_pitch - pitch_rad) * share, roll_rad + (goal_roll - roll_rad) * share


def _onto_next_lanes(setting: Setting, traffic: Traffic) -> Traffic:
    over = np.flatnonzero((traffic.s_m >= setting.lanes.length_m[traffic.lane]) & (traffic.plan[:, 0] >= 0))
    if not len(over):
        return traffic
    s_m, lane, previous, plan = (
        traffic.s_m.copy(),
        traffic.lane.copy(),
        traffic.previous.copy(),
        traffic.plan.copy(),
    )
    s_m[over] -= setting.lanes.length_m[lane[over]]
    previous[over] = lane[over]
    lane[over] = plan[over, 0]
    plan[over, :-1], plan[over, -1] = plan[over, 1:], -1
    return replan(setting, replace(traffic, s_m=s_m, lane=lane, previous=previous, plan=plan), over)
