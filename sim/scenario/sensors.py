"""Cameras as descriptions: where they are mounted, what they see, how often. No GPU in sight."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from sim.agents.state import WorldState
from sim.errors import UsageError
from sim.geometry import BrownConrady, Intrinsics, KannalaBrandt, Pose
from sim.geometry.pose import euler_from_rotation
from sim.scenario.response import PLAIN, CameraResponse

__all__ = [
    "CAMERA_CHANNELS",
    "DEFAULT_CHANNELS",
    "Camera",
    "body_from_camera",
    "intrinsics",
    "resized",
    "with_pose",
]

DEFAULT_CHANNELS = ("rgb", "depth", "instance", "semantic")
"""What a camera records unless told otherwise."""

CAMERA_CHANNELS = (
    *DEFAULT_CHANNELS,
    "rgb_clean",
    "weather_mask",
    "semantic_envelope",
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

_DEFAULT_HFOV_DEG = 70.0
_WIDEST_DEG, _WIDEST_FISHEYE_DEG = 150.0, 220.0


@dataclass(frozen=True)
class Camera:
    """A camera. Its focal lengths follow from `hfov_deg`, or are given as `fx_px` and its like.

    Attributes:
        name: folder-safe, unique in the scenario.
        mount: name of the agent that carries it, or "" if it is fixed in the world.
        x_m, y_m, z_m: position in the carrier's body frame, or in the world if fixed.
        yaw_deg, pitch_deg, roll_deg: attitude there, ISO 8855; positive pitch looks down.
        width_px, height_px: image size.
        hfov_deg: horizontal field of view, from the left to the right edge in the middle row; 70 degrees if
            neither it nor `fx_px` is given, None if `fx_px` is. Tangential terms of a lens do not count.
        rate_hz: frames a second; divides the scenario's tick rate.
        channels: what to record.
        near_m, far_m: nothing nearer or farther is drawn.
        fx_px, fy_px: focal lengths; fy_px is fx_px if left out.
        cx_px, cy_px: principal point from the image's top left corner, the middle if left out.
        distortion: the lens, None for a pinhole.
        response: what it does to the light; one of `RESPONSES` or of its own.

    Raises:
        UsageError: the camera, the field, its value, what would be right.
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
    hfov_deg: float | None = None
    rate_hz: int = 10
    channels: tuple[str, ...] = DEFAULT_CHANNELS
    near_m: float = 0.3
    far_m: float = 600.0
    fx_px: float | None = None
    fy_px: float | None = None
    cx_px: float | None = None
    cy_px: float | None = None
    distortion: BrownConrady | KannalaBrandt | None = None
    response: CameraResponse = PLAIN

    def __post_init__(self) -> None:
        if not self.name or not all(c.isalnum() or c in "_-" for c in self.name):
            raise UsageError(f"camera name {self.name!r}: wanted letters, digits, '_' and '-'")
        if self.fx_px is None and self.hfov_deg is None:
            object.__setattr__(self, "hfov_deg", _DEFAULT_HFOV_DEG)
        widest = _WIDEST_FISHEYE_DEG if isinstance(self.distortion, KannalaBrandt) else _WIDEST_DEG
        for field, low, high in (
            ("width_px", 16, 8192),
            ("height_px", 16, 8192),
            ("hfov_deg", 1, widest),
            ("rate_hz", 1, 1000),
            ("near_m", 0.05, 10.0),
            ("far_m", 20.0, 5000.0),
            ("fx_px", 1.0, 1e6),
            ("fy_px", 1.0, 1e6),
            ("cx_px", -1e5, 1e5),
            ("cy_px", -1e5, 1e5),
        ):
            value = getattr(self, field)
            if value is not None and not low <= value <= high:
                raise UsageError(f"camera {self.name!r}: {field} is {value}, wanted {low} to {high}")
        self._check_optics(widest)
        for channel in self.channels:
            if channel not in CAMERA_CHANNELS:
                raise UsageError(
                    f"camera {self.name!r}: unknown channel {channel!r}, known: {', '.join(CAMERA_CHANNELS)}"
                )

    def _check_optics(self, widest_deg: float) -> None:
        if self.fx_px is None:
            for field in ("fy_px", "cx_px", "cy_px"):
                if getattr(self, field) is not None:
                    raise UsageError(
                        f"camera {self.name!r}: {field} is {getattr(self, field)} without fx_px; wanted both"
                    )
        elif self.hfov_deg is not None:
            raise UsageError(
                f"camera {self.name!r}: hfov_deg is {self.hfov_deg} and fx_px {self.fx_px}, wanted one"
            )
        try:
            k = intrinsics(self)
        except ValueError as error:
            raise UsageError(f"camera {self.name!r}: distortion: {error}") from None
        if self.fx_px is None:
            return
        left, right = k.rays(np.array([[0.0, k.cy_px], [k.width_px, k.cy_px]]))
        angle_deg = float(np.rad2deg(np.arctan2(right[0], right[2]) - np.arctan2(left[0], left[2])))
        if not angle_deg <= widest_deg + 1e-6:
            raise UsageError(
                f"camera {self.name!r}: fx_px is {self.fx_px}, a horizontal field of view of {angle_deg:.1f} "
                f"degrees, wanted at most {widest_deg}"
            )


def intrinsics(camera: Camera) -> Intrinsics:
    """Intrinsics of a camera, pixel centres at half-integers.

    Raises:
        ValueError: the lens folds inside the image.
    """
    size = camera.width_px, camera.height_px
    if camera.fx_px is None:
        return Intrinsics.from_hfov(*size, float(np.deg2rad(camera.hfov_deg or 0.0)), camera.distortion)
    fy_px = camera.fx_px if camera.fy_px is None else camera.fy_px
    cx_px = size[0] / 2 if camera.cx_px is None else camera.cx_px
    cy_px = size[1] / 2 if camera.cy_px is None else camera.cy_px
    return Intrinsics(*size, camera.fx_px, fy_px, cx_px, cy_px, camera.distortion)


def resized(camera: Camera, width_px: int | None = None, height_px: int | None = None) -> Camera:
    """The camera with another image size and the same horizontal field of view.

    Focal lengths and principal point scale with the width; what the height then lacks or has too much is
    added or cut half above and half below, as it is where a camera is described by its field of view.

    Args:
        camera: what to change.
        width_px: new width, None to keep it.
        height_px: new height, None to keep it.
    """
    width, height = width_px or camera.width_px, height_px or camera.height_px
    scale = width / camera.width_px
    changes: dict[str, float] = {
        field: getattr(camera, field) * scale
        for field in ("fx_px", "fy_px", "cx_px")
        if getattr(camera, field) is not None
    }
    if camera.cy_px is not None:
        changes["cy_px"] = height / 2 + (camera.cy_px - camera.height_px / 2) * scale
    return dataclasses.replace(camera, width_px=width, height_px=height, **changes)  # type: ignore[arg-type]


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


def camera_pose(camera: Camera, state: WorldState) -> tuple[Pose, Pose | None]:
    """(world_from_camera, world_from_carrier or None if it is fixed) of a camera at a state."""
    mounted = body_from_camera(camera)
    if not camera.mount:
        return mounted, None
    carrier = state.world_from_body(state.roster.row(camera.mount))
    return carrier @ mounted, carrier


def with_pose(camera: Camera, body_from_camera: Pose) -> Camera:
    """The camera where `body_from_camera` says, the camera's frame in that of its mount or of the world.

    The attitude comes back from the degrees within 1e-12 rad, looking straight up or down included.
    """
    rotation = body_from_camera.rotation @ _AXES_CAMERA.T
    x_m, y_m, z_m = (float(v) for v in body_from_camera.translation_m)
    yaw_deg, pitch_deg, roll_deg = (float(np.rad2deg(a)) for a in euler_from_rotation(rotation))
    return dataclasses.replace(
        camera, x_m=x_m, y_m=y_m, z_m=z_m, yaw_deg=yaw_deg, pitch_deg=pitch_deg, roll_deg=roll_deg
    )
