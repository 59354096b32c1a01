"""Cameras and poses -> KITTI calibration files and rows of GPS/IMU ("oxts") files.

The "velodyne" of a camera sits in the camera's centre and looks along its axis (x forward, y left, z up). The
"IMU" is the body frame of the agent that carries the camera; a fixed camera carries its own, in its centre.
"""

from __future__ import annotations

import numpy as np

from sim.agents.state import WorldState
from sim.frame import Capture
from sim.geometry import Pose
from sim.geometry.pixel_centres import principal_to_whole_centres
from sim.scenario import Camera, body_from_camera, intrinsics
from sim.scenario.calibration.kitti import CAMERA_FROM_VELO, numbers, text
from sim.world import Origin

__all__ = ["EARTH_RADIUS_M", "calibration", "oxts_row"]

EARTH_RADIUS_M = 6378137.0
"""Radius in KITTI's mercator projection."""


def calibration(camera: Camera) -> str:
    """The text of a calibration file: P0 to P3 are equal, for there is one camera and no baseline."""
    k = intrinsics(camera)
    projection = np.zeros((3, 4))
    projection[:, :3] = k.matrix
    projection[:2, 2] = principal_to_whole_centres(k.cx_px, k.cy_px)
    return text([projection], _velo_from_imu(camera), Pose.identity() if camera.mount else None)


def oxts_row(camera: Camera, state: WorldState, capture: Capture, origin: Origin) -> str:
    """30 columns: position, attitude, velocities, accelerations, turning rates, accuracies, modes.

    Args:
        camera: the camera.
        state: the state at its tick.
        capture: what it saw.
        origin: where the world's (0, 0, 0) lies.
    """
    world_from_imu = capture.world_from_carrier or capture.world_from_camera @ CAMERA_FROM_VELO
    rotation = world_from_imu.rotation
    x, y, z = world_from_imu.translation_m
    latitude, longitude = _geographic(float(x), float(y), origin)
    roll = np.arctan2(rotation[2, 1], rotation[2, 2])
    pitch = -np.arcsin(np.clip(rotation[2, 0], -1, 1))
    yaw = np.arctan2(rotation[1, 0], rotation[0, 0])
    east, north, ahead_mps2, rate = 0.0, 0.0, 0.0, 0.0
    if camera.mount:
        row = state.roster.row(camera.mount)
        east, north = (float(v) for v in state.velocity_mps[row])
        ahead_mps2, rate = float(state.accel_mps2[row]), float(state.yaw_rate_radps[row])
    forward = east * np.cos(yaw) + north * np.sin(yaw)
    left = north * np.cos(yaw) - east * np.sin(yaw)
    acceleration = (ahead_mps2, forward * rate, 0.0)
    rates = (0.0, 0.0, rate)
    place = (latitude, longitude, origin.altitude_m + z, roll, pitch, yaw)
    speeds = (north, east, forward, left, 0.0)
    values = (*place, *speeds, *acceleration, *acceleration, *rates, *rates, 0.0, 0.0)
    modes = "4 10 4 4 0"  # a fixed position with all satellites, as real recordings have it
    return f"{numbers(np.array(values))} {modes}\n"


def _velo_from_imu(camera: Camera) -> Pose:
    if not camera.mount:
        return Pose.identity()
    return (body_from_camera(camera) @ CAMERA_FROM_VELO).inverse()


def _geographic(x_m: float, y_m: float, origin: Origin) -> tuple[float, float]:
    """World coordinates to latitude and longitude, degrees: the inverse of KITTI's mercator projection."""
    scale = np.cos(np.deg2rad(origin.latitude_deg)) * EARTH_RADIUS_M
    northing = np.log(np.tan(np.pi / 4 + np.deg2rad(origin.latitude_deg) / 2)) + y_m / scale
    latitude = 2 * np.arctan(np.exp(northing)) - np.pi / 2
    return float(np.rad2deg(latitude)), origin.longitude_deg + float(np.rad2deg(x_m / scale))
