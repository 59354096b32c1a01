"""Scenarios as values: agents, sensors, duration, seed; their files; and default populations."""

from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario.camera_json import camera_from_json, camera_to_json, intrinsics_to_json
from sim.scenario.response import PLAIN, CameraResponse
from sim.scenario.responses import RESPONSES
from sim.scenario.scenario import QUALITIES, Agent, Pedestrian, Scenario, Vehicle
from sim.scenario.sensors import (
    CAMERA_CHANNELS,
    DEFAULT_CHANNELS,
    Camera,
    body_from_camera,
    camera_pose,
    intrinsics,
)

__all__ = [
    "CAMERA_CHANNELS",
    "DEFAULT_CHANNELS",
    "PLAIN",
    "QUALITIES",
    "RESPONSES",
    "Agent",
    "BrownConrady",
    "Camera",
    "CameraResponse",
    "KannalaBrandt",
    "Pedestrian",
    "Scenario",
    "Vehicle",
    "body_from_camera",
    "camera_from_json",
    "camera_pose",
    "camera_to_json",
    "intrinsics",
    "intrinsics_to_json",
]
