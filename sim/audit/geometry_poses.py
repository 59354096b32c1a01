"""Records of states and cameras -> (4, 4) poses. Body axes: x forward, y left, z up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["world_from_body", "world_from_mount"]

Array = NDArray[np.float64]

_BODY_FROM_CAMERA_AXES = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
# A camera's x (right), y (down) and z (forward) in body axes.
_NAMES = ("x_m", "y_m", "z_m", "yaw_rad", "pitch_rad", "roll_rad")


def world_from_body(state: Mapping[str, Any], row: int) -> Array:
    """(4, 4) pose of an agent in a row of states.parquet."""
    return _pose(*(float(state[name][row]) for name in _NAMES))


def world_from_mount(camera: Mapping[str, Any]) -> Array:
    """(4, 4) pose of a described camera (x right, y down, z forward) in its carrier or the world."""
    angles = (float(np.deg2rad(camera[name])) for name in ("yaw_deg", "pitch_deg", "roll_deg"))
    out = _pose(camera["x_m"], camera["y_m"], camera["z_m"], *angles)
    out[:3, :3] = out[:3, :3] @ _BODY_FROM_CAMERA_AXES
    return out


def _pose(x_m: float, y_m: float, z_m: float, yaw_rad: float, pitch_rad: float, roll_rad: float) -> Array:
    """ISO 8855: R = Rz(yaw) Ry(pitch) Rx(roll), positive pitch nose down."""
    out = np.eye(4)
    out[:3, :3] = _turn(yaw_rad, 0, 1) @ _turn(pitch_rad, 2, 0) @ _turn(roll_rad, 1, 2)
    out[:3, 3] = x_m, y_m, z_m
    return out


def _turn(angle_rad: float, first: int, second: int) -> Array:
    """(3, 3) rotation that turns the first axis toward the second."""
    out = np.eye(3)
    out[first, first] = out[second, second] = np.cos(angle_rad)
    out[second, first] = np.sin(angle_rad)
    out[first, second] = -out[second, first]
    return out
