"""Traffic and decisions -> traffic one tick later, and the poses of vehicles that roll without slipping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.behaviors.follow_lane import replan
from sim.agents.lane_change import moved_over
from sim.agents.lane_pose import aside, path_curvature, vehicle_pose
from sim.agents.setting import Setting
from sim.agents.snapshot import Drive
from sim.agents.traffic import Traffic

__all__ = ["advance_traffic", "lean", "path_curvature", "vehicle_pose"]

Floats = NDArray[np.float64]


def advance_traffic(setting: Setting, traffic: Traffic, drive: Drive) -> Traffic:
    """Traffic one tick later, along the lanes."""
    dt_s, before = setting.dt_s, traffic
    traffic = moved_over(traffic, drive.moves)
    speed = np.maximum(traffic.speed_mps + drive.accel_mps2 * dt_s, 0.0)
    # Beside the center line of a bend the way is longer or shorter than the lane.
    aside_m, slope, _ = aside(setting, traffic)
    stretch = 1 - setting.lanes.curvature(traffic.lane, traffic.s_m) * aside_m
    along_m = (traffic.speed_mps + speed) / 2 * dt_s / np.hypot(1, slope)
    s_m = traffic.s_m + along_m / stretch
    shifted_m = traffic.shifted_m + along_m
    done = shifted_m >= traffic.shift_way_m
    accel = (speed - traffic.speed_mps) / dt_s
    moved = replace(
        traffic,
        s_m=s_m,
        speed_mps=speed,
        accel_mps2=accel,
        granted=drive.granted,
        cleared=drive.cleared,
        free_s=drive.free_s,
        shifted_m=shifted_m,
        leaving=np.where(done, -1, traffic.leaving),
        shift_m=np.where(done, 0.0, traffic.shift_m),
    )
    opened = np.flatnonzero(moved.lane != before.lane)
    return _onto_next_lanes(setting, replan(setting, moved, opened) if len(opened) else moved)


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
