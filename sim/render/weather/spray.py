"""State of a wet street -> the spray behind wheels, as capsules in a camera's axes. NumPy only.

A wheel throws up puffs at fixed times. Each was where the wheel was then, is dragged along, rises, widens and
thins; the vehicle's speed is taken for that of the last second. So nothing is kept from frame to frame.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.geometry import Pose
from sim.render.weather.hashing import dice, keyed
from sim.render.weather.particles import Capsules, Exposure, joined

__all__ = ["spray"]

Floats = NDArray[np.float64]

_EVERY_S = 0.045
_LASTS_S = 0.65
_SLOWEST_MPS, _FULL_MPS = 4.0, 18.0
_FARTHEST_M = 70.0
_DRAG_S = 0.3  # in this time the air takes two thirds of a puff's speed
_LEAST_WET = 0.4


def spray(state: WorldState, exposure: Exposure, world_from_camera: Pose, seed: int) -> Capsules:
    """Spray of every vehicle with two tracks that drives over wet ground.

    Args:
        state: who is where, and how wet it is.
        exposure: of the picture.
        world_from_camera: pose of the camera.
        seed: of the sequence.
    """
    wet = np.clip((state.environment.wetness - _LEAST_WET) / (1 - _LEAST_WET), 0.0, 1.0)
    if wet == 0.0:
        return joined([])
    speed = np.hypot(*state.velocity_mps.T)
    seen = world_from_camera.inverse().apply(state.poses.position_m)
    near = (seen[:, 2] > -_LASTS_S * speed) & (np.linalg.norm(seen, axis=1) < _FARTHEST_M)
    parts = []
    for row in np.flatnonzero((speed > _SLOWEST_MPS) & near):
        body = state.roster.bodies[row]
        if body.kind == "vehicle" and body.size_lwh_m[1] > 1.2:
            full = min((speed[row] - _SLOWEST_MPS) / (_FULL_MPS - _SLOWEST_MPS), 1.0)
            parts.append(_behind(state, int(row), float(wet * full), exposure, world_from_camera, seed))
    return joined(parts)


def _behind(
    state: WorldState, row: int, strength: float, exposure: Exposure, world_from_camera: Pose, seed: int
) -> Capsules:
    last = int(np.floor(exposure.time_s / _EVERY_S))
    thrown = np.arange(last - int(_LASTS_S / _EVERY_S), last + 1)
    age_s = np.tile(exposure.time_s - thrown * _EVERY_S, 2)
    rolled = dice(keyed(seed, row, np.repeat([0, 1], len(thrown)), np.tile(thrown, 2)), 4)
    yaw = float(state.poses.yaw_rad[row])
    ahead = np.array([np.cos(yaw), np.sin(yaw), 0.0])
    left = np.array([-ahead[1], ahead[0], 0.0])
    velocity = np.append(state.velocity_mps[row], 0.0)
    side = np.repeat([1.0, -1.0], len(thrown)) * (0.42 * state.roster.bodies[row].size_lwh_m[1])
    environment = state.environment
    azimuth = np.deg2rad(environment.wind_azimuth_deg)
    wind = environment.wind_mps * 0.5 * np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    dragged = _DRAG_S * (1 - np.exp(-age_s / _DRAG_S))
    at = (
        state.poses.position_m[row]
        - age_s[:, None] * velocity
        + dragged[:, None] * (0.45 * velocity)
        + (age_s - dragged)[:, None] * wind
        + (side + (rolled[:, 0] - 0.5) * (0.3 + 1.2 * age_s))[:, None] * left
        - 0.35 * ahead
    )
    at[:, 2] += 0.12 + (0.35 + 0.8 * rolled[:, 1]) * age_s * (0.4 + 0.6 * strength)
    radius = (0.13 + 0.75 * age_s) * (0.7 + 0.5 * rolled[:, 2]) * (0.5 + 0.5 * strength)
    life = age_s / _LASTS_S
    opacity = 0.34 * strength * np.clip(life * 8, 0, 1) * np.clip(1 - life, 0, 1) * (0.6 + 0.4 * rolled[:, 3])
    seen = world_from_camera.inverse().apply(at)
    kept = (seen[:, 2] > 0.6) & (opacity > 0.004)
    seen, radius, opacity = seen[kept], radius[kept], opacity[kept]
    ones = np.ones(len(radius))
    return Capsules(seen, seen, radius, opacity, 0.5 * radius, 0.85 * ones)
