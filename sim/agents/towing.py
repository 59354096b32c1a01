"""Tractors that move -> where their trailers are: pulled at the kingpin, their axles never slip sideways.

A trailer's axle follows the kingpin's way as a tractrix: at each tick it lies on the line from the kingpin to
where it was, so far behind as trailers are long between kingpin and axle.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.setting import Setting
from sim.bodies.vehicles import TRACTOR_HITCH_X_M

__all__ = ["hitched", "pulled", "trailer_motion"]

Floats = NDArray[np.float64]


def hitched(setting: Setting, tractor_pose: Floats) -> Floats:
    """(T, 3) x, y and yaw of trailers straight behind their tractors at (T, 3)."""
    behind = setting.wheelbase_m[setting.trailers] - TRACTOR_HITCH_X_M
    yaw = tractor_pose[:, 2]
    xy = tractor_pose[:, :2] - behind[:, None] * np.stack([np.cos(yaw), np.sin(yaw)], 1)
    return np.concatenate([xy, yaw[:, None]], 1)


def pulled(setting: Setting, trailer_pose: Floats, tractor_pose: Floats) -> Floats:
    """(T, 3) trailers one tick later, from their poses and their tractors' next poses (T, 3)."""
    yaw = tractor_pose[:, 2]
    kingpin = tractor_pose[:, :2] + TRACTOR_HITCH_X_M * np.stack([np.cos(yaw), np.sin(yaw)], 1)
    ahead = kingpin - trailer_pose[:, :2]
    turn = np.arctan2(ahead[:, 1], ahead[:, 0]) - trailer_pose[:, 2]
    heading = trailer_pose[:, 2] + (turn + np.pi) % (2 * np.pi) - np.pi
    length = setting.wheelbase_m[setting.trailers]
    xy = kingpin - length[:, None] * np.stack([np.cos(heading), np.sin(heading)], 1)
    return np.concatenate([xy, heading[:, None]], 1)


def trailer_motion(
    setting: Setting, trailer_yaw_rad: Floats, tractor_yaw_rad: Floats, speed_mps: Floats, rate_radps: Floats
) -> tuple[Floats, Floats]:
    """(T,) speed along their headings and (T,) yaw rates of trailers.

    Args:
        setting: what stays the same.
        trailer_yaw_rad: (T,) headings.
        tractor_yaw_rad: (T,) headings of their tractors.
        speed_mps: (T,) speeds of the tractors' rear axles.
        rate_radps: (T,) yaw rates of the tractors.
    """
    bend = tractor_yaw_rad - trailer_yaw_rad
    aside = rate_radps * TRACTOR_HITCH_X_M
    speed = speed_mps * np.cos(bend) - aside * np.sin(bend)
    across = speed_mps * np.sin(bend) + aside * np.cos(bend)
    return speed, across / setting.wheelbase_m[setting.trailers]
