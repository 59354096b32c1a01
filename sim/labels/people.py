"""Joints of people, instance and depth image -> where each joint shows, and whether."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.frame import Keypoints
from sim.geometry import Intrinsics, Pose

__all__ = ["seen_keypoints"]

_INSIDE_M = 0.15  # a joint lies at most this deep in the limb whose skin and clothes show it


def seen_keypoints(
    joints_world: NDArray[np.float64],
    instance_id: NDArray[np.integer],
    intrinsics: Intrinsics,
    camera_from_world: Pose,
    instance: NDArray[np.int32],
    depth_m: NDArray[np.float32],
) -> list[Keypoints]:
    """What one image shows of people's joints.

    Args:
        joints_world: (P, K, 3) joints.
        instance_id: (P,) ids of the people.
        intrinsics: of the image.
        camera_from_world: pose.
        instance: (H, W) ids.
        depth_m: (H, W) distance along the optical axis.

    Returns:
        P records; visibility as in `sim.frame.Keypoints`, measured along the joint's own ray, at the pixel
        that holds its projection.
    """
    joints = camera_from_world.apply(joints_world)
    before = intrinsics.sees(joints)
    pixels = intrinsics.project(np.where(before[..., None], joints, [0.0, 0.0, 1.0]))
    size = (intrinsics.width_px, intrinsics.height_px)
    inside = before & (pixels >= 0).all(-1) & (pixels < size).all(-1)
    pixels = np.where(inside[..., None], pixels, 0.0)
    column, row = np.moveaxis(pixels.astype(np.intp), -1, 0)  # floor, as nothing is negative
    own = inside & (instance[row, column] == instance_id[:, None])
    # On one ray, distances are to each other as depths.
    surface = np.where(own, depth_m[row, column], 0.0)
    z = np.where(own, joints[..., 2], 1.0)
    deep = np.linalg.norm(joints, axis=-1) * (1 - surface / z)
    visibility = inside.astype(np.uint8) + (own & (deep <= _INSIDE_M))
    return [
        Keypoints(p, v, w) for p, v, w in zip(pixels, visibility.astype(np.uint8), joints_world, strict=True)
    ]
