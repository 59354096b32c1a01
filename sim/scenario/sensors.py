"""Cameras as descriptions: where they are mounted, what they see, how often. No GPU in sight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.errors import UsageError
from sim.geometry import Intrinsics, Pose

__all__ = ["CAMERA_CHANNELS", "DEFAULT_CHANNELS", "Camera", "body_from_camera", "intrinsics"]

DEFAULT_CHANNELS = ("rgb", "depth", "instance", "semantic")
"""What a camera records unless told otherwise."""

CAMERA_CHANNELS = (
    *DEFAULT_CHANNELS,
    "panoptic",
    "normal",
    "flow_forward",
    "flow_backward",
    "occlusion_forward",
    "occlusion_backward",
    "scene_flow",
    "amodal",
)
"""What a camera can record, see `sim.frame.CHANNELS`."""

_AXES_CAMERA = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
# Columns are the camera's x (right), y (down), z (forward) in a frame with x forward, y left, z up.


@dataclass(frozen=True)
class Camera:
    """A pinhole camera.

    Attributes:
        name: folder-safe, unique in the scenario.
        mount: name of the agent that carries it, or "" if it is fixed in the world.
        x_m, y_m, z_m: position in the carrier's body frame, or in the world if fixed.
        yaw_deg, pitch_deg, roll_deg: attitude there, ISO 8855; positive pitch looks down.
        width_px, height_px: image size.
        hfov_deg: horizontal field of view.
        rate_hz: frames a second; divides the scenario's tick rate.
        channels: what to record.
        near_m, far_m: nothing nearer or farther is drawn.
    """

    name: str
    mount: str = ""
    x_m: float = 0.0
    y_m: float = 0.0
    z_m: float = 1.5
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    width_px: int = 1280
    height_px: int = 720
    hfov_deg: float = 70.0
    rate_hz: int = 10
    channels: tuple[str, ...] = DEFAULT_CHANNELS
    near_m: float = 0.3
    far_m: float = 600.0

    def __post_init__(self) -> None:
        if not self.name or not all(c.isalnum() or c in "_-" for c in self.name):
            raise UsageError(f"camera name {self.name!r}: wanted letters, digits, '_' and '-'")
        for field, low, high in (
            ("width_px", 16, 8192),
            ("height_px", 16, 8192),
            ("hfov_deg", 1, 150),
            ("rate_hz", 1, 1000),
            ("near_m", 0.05, 10.0),
            ("far_m", 20.0, 5000.0),
        ):
            value = getattr(self, field)
            if not low <= value <= high:
                raise UsageError(f"camera {self.name!r}: {field} is {value}, wanted {low} to {high}")
        for channel in self.channels:
            if channel not in CAMERA_CHANNELS:
                raise UsageError(
                    f"camera {self.name!r}: unknown channel {channel!r}, known: {', '.join(CAMERA_CHANNELS)}"
                )


def intrinsics(camera: Camera) -> Intrinsics:
    """Pinhole intrinsics of a camera, pixel centres at half-integers."""
    return Intrinsics.from_hfov(camera.width_px, camera.height_px, float(np.deg2rad(camera.hfov_deg)))


def body_from_camera(camera: Camera) -> Pose:
    """Camera frame (x right, y down, z forward) in the frame of its mount, or in the world if fixed."""
    mount = Pose.from_xyz_euler(
        camera.x_m,
        camera.y_m,
        camera.z_m,
        float(np.deg2rad(camera.yaw_deg)),
        float(np.deg2rad(camera.pitch_deg)),
        float(np.deg2rad(camera.roll_deg)),
    )
    return Pose(mount.rotation @ _AXES_CAMERA, mount.translation_m)
