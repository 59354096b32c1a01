"""Scenarios as values: agents, sensors, duration, seed; their files; and default populations."""

from sim.scenario.scenario import Agent, Pedestrian, Scenario, Vehicle
from sim.scenario.sensors import CAMERA_CHANNELS, DEFAULT_CHANNELS, Camera, body_from_camera, intrinsics

__all__ = [
    "CAMERA_CHANNELS",
    "DEFAULT_CHANNELS",
    "Agent",
    "Camera",
    "Pedestrian",
    "Scenario",
    "Vehicle",
    "body_from_camera",
    "intrinsics",
]
