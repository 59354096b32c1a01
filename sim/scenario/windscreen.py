"""A vehicle's body -> where a camera sits behind its windscreen."""

from __future__ import annotations

import numpy as np

from sim.bodies import VehicleSpec, build_body
from sim.geometry import Pose
from sim.scenario.sensors import Camera, body_from_camera

__all__ = ["PITCH_DEG", "behind_windscreen", "windscreen_pose"]

PITCH_DEG = 1.5
"""Cameras behind a windscreen look down a little."""


def behind_windscreen(ego: VehicleSpec) -> tuple[float, float]:
    """X and z, metres in the body frame: no more than a rim of the bonnet is seen from there."""
    body = build_body(ego)
    points = body.mesh.positions_m
    nose_m = body.footprint_m[1]
    x_m = nose_m - 1.35
    ahead = points[(points[:, 0] > x_m - 0.1) & (np.abs(points[:, 1]) < 0.5)]
    return round(float(x_m), 3), round(max(1.25, float(ahead[:, 2].max()) + 0.2), 3)


def windscreen_pose(ego: VehicleSpec | None = None) -> Pose:
    """`body_from_camera` of a camera there, in a hatchback unless another body is given."""
    x_m, z_m = behind_windscreen(ego or VehicleSpec())
    return body_from_camera(Camera("front", x_m=x_m, z_m=z_m, pitch_deg=PITCH_DEG))
