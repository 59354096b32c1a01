"""What moved -> pose columns of every agent; two states and a time between -> the columns at that time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.driving import path_curvature, vehicle_pose
from sim.agents.motion import Movers
from sim.agents.riding import with_riders
from sim.agents.setting import Setting
from sim.agents.state import WorldState
from sim.bodies import Lights, PoseColumns
from sim.errors import UsageError

__all__ = ["pose_at", "pose_columns"]

Floats = NDArray[np.float64]

_ANGLES = ("yaw_rad", "pitch_rad", "roll_rad", "steer_rad", "foot_yaw_rad", "foot_pitch_rad", "look_yaw_rad")
_NUMBERS = ("position_m", "wheel_rad", "gait_phase", "gait_weight", "foot_m")


def pose_columns(
    setting: Setting, movers: Movers, parked_rows: NDArray[np.intp], lights: NDArray[np.uint8]
) -> PoseColumns:
    """Columns of every agent, in the order of the roster.

    Args:
        setting: what stays the same.
        movers: who is where.
        parked_rows: (K,) rows of parked vehicles.
        lights: (V,) of who drives.
    """
    count, t, c = len(setting.roster), movers.traffic, movers.crowd
    position, yaw = np.zeros((count, 3)), np.zeros(count)
    pitch, roll, wheel, steer = (np.zeros(count) for _ in range(4))
    phase, weight, look = (np.zeros(count) for _ in range(3))
    foot, foot_yaw, foot_pitch = np.zeros((count, 2, 3)), np.zeros((count, 2)), np.zeros((count, 2))
    lamps = np.full(count, Lights.NONE, np.uint8)
    for rows, pose in ((t.rows, vehicle_pose(setting, t)), (parked_rows, movers.parked_pose)):
        position[rows, :2], yaw[rows] = pose[:, :2], _wrapped(pose[:, 2])
    curvature = path_curvature(setting, t)
    pitch[t.rows], roll[t.rows], wheel[t.rows], lamps[t.rows] = (
        movers.pitch_rad,
        movers.roll_rad,
        movers.wheel_rad,
        lights,
    )
    g = movers.guided
    position[g.rows, :2], position[g.rows, 2], yaw[g.rows] = g.pose[:, :2], g.z_m, _wrapped(g.motion.yaw_rad)
    pitch[g.rows], roll[g.rows], wheel[g.rows], lamps[g.rows] = g.pitch_rad, g.roll_rad, g.wheel_rad, g.lights
    steer[g.rows] = g.steer_rad
    steer[t.rows] = np.arctan(setting.wheelbase_m[t.rows] * curvature)
    position[c.rows, :2], position[c.rows, 2], yaw[c.rows] = c.xy_m, c.z_m, c.yaw_rad
    phase[c.rows], weight[c.rows], look[c.rows] = c.gait.phase, c.gait.weight, c.look_rad
    foot[c.rows], foot_yaw[c.rows], foot_pitch[c.rows] = (
        c.gait.foot_m,
        c.gait.foot_yaw_rad,
        c.gait.foot_pitch_rad,
    )
    towed = setting.trailers
    position[towed, :2], yaw[towed] = movers.trailer_pose[:, :2], _wrapped(movers.trailer_pose[:, 2])
    wheel[towed], lamps[towed] = movers.trailer_wheel_rad, lamps[setting.tractors]
    roll[towed] = roll[setting.tractors]
    roll[parked_rows] = setting.standing_roll_rad[parked_rows]
    columns = PoseColumns(
        position, yaw, pitch, roll, wheel, steer, phase, weight, foot, foot_yaw, foot_pitch, look, lamps
    )
    columns = setting.company.posed(columns, c, setting.ground)
    down = np.ones(count)
    down[c.rows] = 0.0
    down[t.rows], down[g.rows] = movers.foot_down, g.foot_down
    return with_riders(setting, columns, down)


def pose_at(before: WorldState, after: WorldState, t_s: float) -> PoseColumns:
    """Everybody's pose at a time between two states of one run.

    Args:
        before: the earlier state.
        after: the later state.
        t_s: a time from `before.time_s` to `after.time_s`; at both ends the state's own columns come back.

    Returns:
        Columns interpolated linearly, angles on the short way; lights are those of the earlier state.

    Raises:
        UsageError: a time outside the two states.
    """
    if not before.time_s <= t_s <= after.time_s:
        raise UsageError(f"t_s is {t_s}, wanted a time from {before.time_s} to {after.time_s}")
    if t_s == before.time_s:
        return before.poses
    if t_s == after.time_s:
        return after.poses
    share = (t_s - before.time_s) / (after.time_s - before.time_s)
    columns = {}
    for name in _NUMBERS + _ANGLES:
        a, b = getattr(before.poses, name), getattr(after.poses, name)
        change = _wrapped(b - a) if name in _ANGLES else b - a
        columns[name] = _wrapped(a + share * change) if name == "yaw_rad" else a + share * change
    return PoseColumns(**columns, lights=before.poses.lights)


def _wrapped(angle: Floats) -> Floats:
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
