"""A camera -> a stereo pair, or the camera on a pole; a vehicle -> six cameras around it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.bodies import VehicleSpec, build_body
from sim.errors import UsageError
from sim.geometry import Pose, rotation_from_euler
from sim.scenario.calibration import read_rig
from sim.scenario.camera_files import is_camera_file, read_cameras
from sim.scenario.scenario import Scenario, Vehicle
from sim.scenario.sensors import DEFAULT_CHANNELS, Camera, body_from_camera, resized, with_pose
from sim.scenario.windscreen import windscreen_pose

__all__ = ["pole", "stereo", "surround", "with_rig"]

BASELINE_M = 0.54
"""Distance between KITTI's color cameras (Geiger et al. 2013, Vision meets robotics)."""

_SURROUND = (
    ("front", 0.59, 0.0, 0.0, 70.0),
    ("front_right", 0.55, -0.57, -55.0, 70.0),
    ("back_right", 0.42, -0.57, -110.0, 70.0),
    ("back", 0.18, 0.0, 180.0, 110.0),
    ("back_left", 0.42, 0.57, 110.0, 70.0),
    ("front_left", 0.55, 0.57, 55.0, 70.0),
)
# Name, place along the body as a share of its length, across as a share of its half width, yaw and field
# of view in degrees, clockwise: nuScenes' cameras on its Renault Zoe (Caesar et al. 2020, nuScenes).

_ABOVE_ROOF_M = 0.12
_ROOF_REACH_M = 0.35
_MAX_BASELINE_M = 10.0


def stereo(camera: Camera, baseline_m: float = BASELINE_M) -> tuple[Camera, Camera]:
    """A pair that looks one way: the camera as it is, and the same moved to its right.

    Args:
        camera: the left one; its name is the beginning of both names.
        baseline_m: distance between the two, up to 10.

    Returns:
        Cameras `NAME_left` and `NAME_right`. Disparity in pixels is fx_px * baseline_m / depth.

    Raises:
        UsageError: a baseline out of range.
    """
    if not 0 < baseline_m <= _MAX_BASELINE_M:
        raise UsageError(f"baseline_m is {baseline_m}, wanted above 0, at most {_MAX_BASELINE_M}")
    x_m, y_m, z_m = (float(v) for v in body_from_camera(camera).apply(np.array([baseline_m, 0.0, 0.0])))
    left = dataclasses.replace(camera, name=f"{camera.name}_left")
    return left, dataclasses.replace(camera, name=f"{camera.name}_right", x_m=x_m, y_m=y_m, z_m=z_m)


def surround(
    ego: VehicleSpec | None = None,
    *,
    mount: str = "ego",
    width_px: int = 1600,
    height_px: int = 900,
    rate_hz: int = 10,
    channels: tuple[str, ...] = DEFAULT_CHANNELS,
) -> tuple[Camera, ...]:
    """Six cameras over the roof that see all around, as nuScenes has them: 70 degrees, to the back 110.

    Args:
        ego: body of the vehicle that carries them, a hatchback by default; places scale with its size.
        mount: name of that vehicle.
        width_px: image width.
        height_px: image height.
        rate_hz: frames a second.
        channels: what to record.
    """
    body = build_body(ego or VehicleSpec())
    points = body.mesh.positions_m
    rear_m, nose_m, half_width_m = body.footprint_m
    out = []
    for name, along, across, yaw_deg, hfov_deg in _SURROUND:
        x_m, y_m = rear_m + along * (nose_m - rear_m), across * half_width_m
        near = np.hypot(points[:, 0] - x_m, points[:, 1] - y_m) < _ROOF_REACH_M
        z_m = float(points[near, 2].max()) + _ABOVE_ROOF_M
        x_m, y_m, z_m = (round(float(v), 3) for v in (x_m, y_m, z_m))
        out.append(
            Camera(
                name, mount, x_m, y_m, z_m, yaw_deg, width_px=width_px, height_px=height_px,
                hfov_deg=hfov_deg, rate_hz=rate_hz, channels=channels,
            )
        )  # fmt: skip
    return tuple(out)


def pole(camera: Camera, position_m: Sequence[float], look_at_m: Sequence[float]) -> Camera:
    """The camera fixed in the world, level, looking at a point.

    Args:
        camera: size, lens, rate and channels; its mount and pose do not count.
        position_m: x, y, z of its centre in the world, such as 6 m above a kerb.
        look_at_m: x, y, z of the point in the middle of its image.

    Raises:
        UsageError: the two are one point.
    """
    x, y, z = (float(b) - float(a) for a, b in zip(position_m, look_at_m, strict=True))
    if x == y == z == 0:
        raise UsageError(f"look_at_m is {tuple(look_at_m)}, where the camera stands; wanted another point")
    attitude = rotation_from_euler(float(np.arctan2(y, x)), float(np.arctan2(-z, np.hypot(x, y))))
    world_from_body = Pose(attitude, np.array(position_m, float))
    level = body_from_camera(Camera("level", z_m=0.0))
    return with_pose(dataclasses.replace(camera, mount=""), world_from_body @ level)


def with_rig(
    scenario: Scenario,
    rig: str,
    *,
    width_px: int | None = None,
    height_px: int | None = None,
    rate_hz: int | None = None,
) -> Scenario:
    """The scenario filmed by a rig on its vehicle "ego" instead of its own cameras.

    Args:
        scenario: who and where.
        rig: ``stereo``, ``surround`` or a calibration file; or a camera file, whose cameras may be carried
            by anybody.
        width_px: image width; focal lengths scale with it. None for the rig's own.
        height_px: image height, cut or added above and below. None for the rig's own.
        rate_hz: frames a second, 10 if None.

    Raises:
        UsageError: no vehicle "ego", no such rig, or a calibration file that cannot be read.
    """
    cameras: tuple[Camera, ...]
    ego = next((a.body for a in scenario.agents if isinstance(a, Vehicle) and a.name == "ego"), None)
    if is_camera_file(rig):
        cameras = read_cameras(rig)
    elif ego is None:
        raise UsageError(f"rig {rig!r}: the scenario has no vehicle 'ego' to carry it")
    elif rig == "stereo":
        middle = with_pose(Camera("front", "ego", hfov_deg=72.0), windscreen_pose(ego))
        half = Pose(np.eye(3), np.array([-BASELINE_M / 2, 0.0, 0.0]))
        cameras = stereo(with_pose(middle, body_from_camera(middle) @ half))
    elif rig == "surround":
        cameras = surround(ego)
    elif Path(rig).exists():
        cameras = read_rig(rig, behind_windscreen_of=ego)
    else:
        raise UsageError(
            f"rig {rig!r}: wanted stereo, surround or a calibration file or one of cameras: none is there"
        )
    cameras = tuple(resized(camera, width_px, height_px) for camera in cameras)
    if rate_hz is not None:
        cameras = tuple(dataclasses.replace(camera, rate_hz=rate_hz) for camera in cameras)
    return dataclasses.replace(scenario, sensors=cameras)
