"""Traffic -> where its vehicles are and how their ways bend, beside their lanes' center lines or on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.setting import Setting
from sim.agents.traffic import Traffic

__all__ = ["aside", "path_curvature", "vehicle_pose"]

Floats = NDArray[np.float64]


def vehicle_pose(setting: Setting, traffic: Traffic) -> Floats:
    """(V, 3) x, y and yaw of the origins."""
    xy, yaw = setting.lanes.position(traffic.lane, traffic.s_m)
    aside_m, slope, _ = aside(setting, traffic)
    xy = xy + np.stack([-np.sin(yaw), np.cos(yaw)], 1) * aside_m[:, None]
    return np.concatenate([xy, (yaw + np.arctan(slope))[:, None]], 1)


def path_curvature(setting: Setting, traffic: Traffic) -> Floats:
    """(V,) curvature of the ways of the origins in 1/m, left positive."""
    curvature = setting.lanes.curvature(traffic.lane, traffic.s_m)
    aside_m, slope, bend = aside(setting, traffic)
    return np.asarray(curvature / (1 - curvature * aside_m) + bend / (1 + slope**2) ** 1.5)


def aside(setting: Setting, traffic: Traffic) -> tuple[Floats, Floats, Floats]:
    """(V,) how far left of the lane's center, (V,) its first and (V,) its second derivative by the way.

    Who moves over does so on the polynomial of fifth degree that begins and ends without slope and curvature.
    Long vehicles drive with their rear axle inside bends by as much as the front one is outside.
    """
    way = np.maximum(traffic.shift_way_m, 1.0)
    u = np.clip(traffic.shifted_m / way, 0.0, 1.0)
    left = 1 - u**3 * (10 - 15 * u + 6 * u**2)
    slope = -30 * u**2 * (1 - u) ** 2 / way
    bend = -60 * u * (1 - u) * (1 - 2 * u) / way**2
    base, shift, cut = setting.lateral_m[traffic.rows], traffic.shift_m, setting.cut_m2[traffic.rows]
    into, into_slope, into_bend = setting.lanes.bend(traffic.lane, traffic.s_m)
    return (
        base + shift * left + cut * into,
        shift * slope + cut * into_slope,
        shift * bend + cut * into_bend,
    )
