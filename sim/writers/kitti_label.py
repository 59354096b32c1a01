"""Annotations -> rows of KITTI label files: 17 columns, boxes in camera axes, turned about the y axis."""

from __future__ import annotations

import numpy as np

from sim.frame import Annotation, Capture
from sim.geometry import Intrinsics
from sim.geometry.pixel_centres import places_to_whole_centres
from sim.taxonomy import category

__all__ = ["dont_care_row", "label_row", "truncation_level"]


def label_row(number: int, a: Annotation, capture: Capture) -> str:
    """frame, id, type, truncated, occluded, alpha, box, height width length, bottom centre, rotation_y."""
    camera_from_world = capture.world_from_camera.inverse()
    pose = a.box3d.world_from_box
    length, width, height = a.box3d.size_lwh_m
    x, y, z = camera_from_world.apply(pose.apply(np.array([0.0, 0.0, -height / 2])))
    ahead = camera_from_world.rotation @ pose.rotation[:, 0]
    rotation_y = float(np.arctan2(-ahead[2], ahead[0]))
    alpha = _wrapped(rotation_y - float(np.arctan2(x, z)))
    word = category(a.category).label("kitti")
    assert word is not None
    values = (
        f"{number} {a.instance_id} {word.name} {truncation_level(a.truncation)} "
        f"{a.occlusion_level} {alpha:.6f} {_box(a, capture.intrinsics)} "
        f"{height:.6f} {width:.6f} {length:.6f} {x:.6f} {y:.6f} {z:.6f} {rotation_y:.6f}"
    )
    return values + "\n"


def dont_care_row(number: int, a: Annotation, capture: Capture) -> str:
    """A region in which nothing is scored."""
    box = _box(a, capture.intrinsics)
    return f"{number} -1 DontCare -1 -1 -10 {box} -1000 -1000 -1000 -10 -1 -1 -1\n"


def truncation_level(truncation: float) -> int:
    """0 below 5 % outside the image, 1 below 50 %, else 2."""
    return 0 if truncation < 0.05 else 1 if truncation < 0.5 else 2


def _box(a: Annotation, k: Intrinsics) -> str:
    x0, y0, x1, y1 = places_to_whole_centres(np.array(a.box2d_amodal))
    right, bottom = k.width_px - 1, k.height_px - 1
    return f"{max(x0, 0):.6f} {max(y0, 0):.6f} {min(x1, right):.6f} {min(y1, bottom):.6f}"


def _wrapped(angle_rad: float) -> float:
    return float(np.arctan2(np.sin(angle_rad), np.cos(angle_rad)))
