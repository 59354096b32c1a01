"""People's joints in views -> how far they are from lens, masks, depth, boxes and their own bones.

Joints are COCO's 17: nose, then left and right eye, ear, shoulder, elbow, wrist, hip, knee, ankle.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.audit.geometry_pixels import lens_and_pose
from sim.audit.optics import project
from sim.audit.solids import to_box
from sim.audit.view import Measure, Record, View

__all__ = ["bone_lengths", "joint_sides", "joints_in_boxes", "joints_projected", "joints_visibility"]

Array = NDArray[np.float64]

_PIXEL_PX = 0.1
_BEFORE_M = 0.15  # what may lie before a visible joint
_UNSURE_SHARE = 1e-5  # of the distance: depth is stored in single precision
_BOX_M = 0.05
_BONE_M = 0.005
_LEFT_HIP, _RIGHT_HIP, _LEFT_SHOULDER, _RIGHT_SHOULDER = 11, 12, 5, 6
_BONES = np.array([[5, 7], [7, 9], [6, 8], [8, 10], [11, 13], [13, 15], [12, 14], [14, 16], [11, 12]])
"""Pairs of joints that one rigid bone holds apart: arms, legs, pelvis."""


def joints_projected(view: View) -> Iterator[Measure]:
    """Joints are labelled where the lens has their place in the world, and only inside the image.

    Yields:
        Per person the largest distance in pixels.
    """
    lens, world_from_camera = lens_and_pose(view)
    from_world = np.linalg.inv(world_from_camera)
    for who, pixels, visibility, world in _people(view):
        expected = project(lens, from_world[:3, :3] @ world + from_world[:3, 3:])
        labelled = visibility > 0
        off_px = np.where(labelled, np.hypot(*(pixels - expected)), 0.0)
        off_px = np.nan_to_num(off_px, nan=np.inf)
        u, v = expected
        # Distance to the border from inside: what is labelled must be in, what is not must be out.
        within_px = np.minimum(np.minimum(u, lens.width_px - u), np.minimum(v, lens.height_px - v))
        within_px = np.nan_to_num(within_px, nan=-np.inf)
        off_px = np.maximum(off_px, np.where(labelled, -within_px, within_px))
        yield _worst(view, who, "the joints' pixels", off_px, _PIXEL_PX, "px")


def joints_visibility(view: View) -> Iterator[Measure]:
    """2: the pixel is the person's and its surface at most 15 cm before the joint; 1: otherwise.

    The format measures along the ray of the joint, with the depth of the pixel that holds it.

    Yields:
        Per person the number of joints said to be visible that are not, or the reverse.
    """
    lens, world_from_camera = lens_and_pose(view)
    from_world = np.linalg.inv(world_from_camera)
    for who, pixels, visibility, world in _people(view):
        in_image = visibility > 0
        column = np.clip(pixels[0], 0, lens.width_px - 1).astype(np.intp)
        row = np.clip(pixels[1], 0, lens.height_px - 1).astype(np.intp)
        own = view.images["instance"][row, column] == who
        local = from_world[:3, :3] @ world + from_world[:3, 3:]
        distance = np.linalg.norm(local, axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            covered_m = distance * (1 - view.images["depth"][row, column] / local[2])
        unsure_m = _UNSURE_SHARE * distance
        surely = own & (covered_m < _BEFORE_M - unsure_m)
        hardly = ~own | (covered_m > _BEFORE_M + unsure_m)
        wrong = in_image & np.where(visibility == 2, hardly, surely)
        count = int(wrong.sum())
        said = f"instance {who}: images show visibility of joints {np.flatnonzero(wrong).tolist()} otherwise"
        yield Measure(int(in_image.sum()), count, 0.0, "joints", view.where, (said,) if count else ())


def joints_in_boxes(view: View) -> Iterator[Measure]:
    """Joints lie in the person's posed box.

    Yields:
        Per person how far the farthest joint lies outside.
    """
    for thing, (who, _, _, world) in zip(_labelled(view), _people(view), strict=True):
        box = thing["box3d_posed"]
        half_m = np.array(box["size_lwh_m"], np.float64)[:, None] / 2
        outside_m = (np.abs(to_box(box, world)) - half_m).max(0)
        yield _worst(view, who, "joints outside box3d_posed", outside_m, _BOX_M, "m")


def joint_sides(view: View) -> Iterator[Measure]:
    """Left hips and shoulders lie left of the right ones as the body faces.

    Yields:
        Per person by how much they do not.
    """
    for thing, (who, _, _, world) in zip(_labelled(view), _people(view), strict=True):
        local = to_box(thing["box3d"], world)
        to_the_right_m = np.array(
            [
                local[1, _RIGHT_HIP] - local[1, _LEFT_HIP],
                local[1, _RIGHT_SHOULDER] - local[1, _LEFT_SHOULDER],
            ]
        )
        yield _worst(view, who, "left hip or shoulder right of the other", to_the_right_m, 0.0, "m")


def bone_lengths(before: View, view: View) -> Iterator[Measure]:
    """Bones keep their length from frame to frame.

    Yields:
        Per person the largest change.
    """
    earlier = {who: world for who, _, _, world in _people(before)}
    for who, _, _, world in _people(view):
        if who in earlier:
            now, then = (_lengths(joints) for joints in (world, earlier[who]))
            yield _worst(
                view, who, "length of a bone against the frame before", np.abs(now - then), _BONE_M, "m"
            )


def _lengths(world: Array) -> Array:
    return np.asarray(np.linalg.norm(world[:, _BONES[:, 0]] - world[:, _BONES[:, 1]], axis=0))


def _labelled(view: View) -> list[Record]:
    """Objects with joints."""
    return [thing for thing in view.objects if thing.get("keypoints") is not None]


def _people(view: View) -> Iterator[tuple[int, Array, NDArray[np.int64], Array]]:
    """Per object with joints: id, (2, 17) pixels, (17,) visibility, (3, 17) world."""
    for thing in _labelled(view):
        joints = thing["keypoints"]
        pixels, world = (np.array(joints[name], np.float64).T for name in ("pixels", "world_m"))
        yield thing["instance_id"], pixels, np.array(joints["visibility"], np.int64), world


def _worst(view: View, who: int, what: str, values: Array, limit: float, unit: str) -> Measure:
    worst = float(values.max())
    said = f"instance {who}: {what}: {worst:.3g} {unit}, {limit:g} allowed"
    return Measure(len(values), worst, limit, unit, view.where, (said,) if worst > limit else ())
