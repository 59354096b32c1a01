"""A capture, its annotations and the state -> the invariants they break, in words.

Images, labels and states are three accounts of one scene. Each function compares two of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.dataset.info import SequenceInfo
from sim.frame import CHANNELS, Annotation, Capture
from sim.geometry import Pose, rotation_from_euler
from sim.labels.extents import image_extent
from sim.labels.masks import InstanceMasks, instance_masks
from sim.scenario import Camera, body_from_camera
from sim.taxonomy import Semantic

__all__ = ["frame_problems"]

_POSE_M = 1e-6  # two ways to multiply the same matrices
_BOX_M, _BOX_SHARE = 0.02, 1e-3  # depth is rasterized in single precision
_BOX_PX = 1.0
_BOX_EDGES = np.array(
    [[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4], [0, 4], [1, 5], [2, 6], [3, 7]], np.int64
)

Annotations = tuple[Annotation, ...]


def frame_problems(
    info: SequenceInfo, state: WorldState, capture: Capture, annotations: Annotations | None
) -> Iterator[str]:
    """What is wrong with one capture.

    Args:
        info: of the sequence.
        state: at the capture's tick.
        capture: what was seen; its images are decoded here.
        annotations: of the capture, or None if it was not labelled.

    Yields:
        One sentence per broken invariant.

    Raises:
        UsageError: an image is missing or broken.
    """
    camera = info.camera(capture.sensor)
    yield from _time(state, capture)
    yield from _camera_pose(camera, state, capture)
    shapes = list(_shapes(camera, capture))
    yield from shapes
    if annotations is None or shapes:
        return
    yield from _agents(info, state, annotations)
    yield from _numbers(capture, annotations)
    if "instance" not in capture.channels:
        yield "has annotations but no instance image"
        return
    masks = instance_masks(capture.instance)
    yield from _masks(masks, annotations)
    if len(masks.ids) and masks.ids[-1] > len(info.roster):
        return
    if "semantic" in capture.channels:
        yield from _semantics(info, capture)
    yield from _projections(camera, capture, annotations)
    if "depth" in capture.channels:
        yield from _depths(capture, annotations)


def _time(state: WorldState, capture: Capture) -> Iterator[str]:
    if capture.timestamp_ns != state.timestamp_ns:
        yield f"timestamp is {capture.timestamp_ns} ns, tick {capture.tick} is at {state.timestamp_ns} ns"


def _camera_pose(camera: Camera, state: WorldState, capture: Capture) -> Iterator[str]:
    """The camera stands where its mount carries it."""
    expected = body_from_camera(camera)
    if camera.mount:
        row, poses = state.roster.row(camera.mount), state.poses
        angles = (float(poses.yaw_rad[row]), float(poses.pitch_rad[row]), float(poses.roll_rad[row]))
        carrier = Pose(rotation_from_euler(*angles), poses.position_m[row])
        if capture.world_from_carrier is None or _differ(capture.world_from_carrier, carrier):
            yield f"world_from_carrier is not the pose of {camera.mount!r} in the states"
        expected = carrier @ expected
    elif capture.world_from_carrier is not None:
        yield "world_from_carrier is given for a fixed camera"
    if _differ(capture.world_from_camera, expected):
        yield "world_from_camera is not the pose of its mount times the camera's place on it"


def _shapes(camera: Camera, capture: Capture) -> Iterator[str]:
    if set(capture.channels) != set(camera.channels):
        yield f"channels are {sorted(capture.channels)}, the camera records {sorted(camera.channels)}"
    for name in capture.channels:
        if name == "rgb":
            continue  # the manifest's hash vouches for it; decoding would double the time
        shape = capture.channels[name].shape
        wanted = (camera.height_px, camera.width_px) + ((3,) if CHANNELS[name].bands == 3 else ())
        if shape != wanted:
            yield f"{name} image is {shape}, the camera's are {wanted}"


def _agents(info: SequenceInfo, state: WorldState, annotations: Annotations) -> Iterator[str]:
    """Annotations against roster and states."""
    roster, poses = info.roster, state.poses
    ids = [a.instance_id for a in annotations]
    if ids != sorted(set(ids)):
        yield f"instance ids are not ascending: {ids}"
    for a in annotations:
        row = a.instance_id - 1
        if not 0 <= row < len(roster):
            yield f"instance {a.instance_id} is not in the roster of {len(roster)}"
            continue
        who = f"instance {a.instance_id}"
        if a.name != roster.names[row] or a.category != roster.categories[row].name:
            yield f"{who} is {a.name} ({a.category}), in the roster {roster.names[row]}"
        if a.box3d.size_lwh_m != info.sizes_lwh_m[row]:
            yield f"{who}: box3d measures {a.box3d.size_lwh_m}, the track's are {info.sizes_lwh_m[row]}"
        turn = rotation_from_euler(float(poses.yaw_rad[row]))
        placed = Pose(turn, poses.position_m[row] + turn @ np.array(info.centres_m[row]))
        if _differ(a.box3d.world_from_box, placed):
            yield f"{who}: box3d does not lie where the states have the agent"
        if _turned(a.box3d_posed.world_from_box.rotation, turn):
            yield f"{who}: box3d_posed is not turned as the agent"
        vx, vy = state.velocity_mps[row]
        if a.velocity_mps != (float(vx), float(vy), 0.0):
            yield f"{who}: velocity {a.velocity_mps}, in the states ({vx}, {vy})"


def _numbers(capture: Capture, annotations: Annotations) -> Iterator[str]:
    """Relations between the numbers of one annotation."""
    k = capture.intrinsics
    for a in annotations:
        who = f"instance {a.instance_id}"
        if capture.unoccluded_px is not None and a.unoccluded_px != capture.unoccluded_px[a.instance_id - 1]:
            yield f"{who}: unoccluded_px {a.unoccluded_px} is not the capture's"
        if a.unoccluded_px is not None and a.visible_px > a.unoccluded_px:
            yield f"{who}: {a.visible_px} pixels visible, but only {a.unoccluded_px} unoccluded"
        if a.visible_px and a.unoccluded_px and a.visibility != min(1.0, a.visible_px / a.unoccluded_px):
            yield f"{who}: visibility {a.visibility} is not {a.visible_px} / {a.unoccluded_px}"
        if not a.visible_px and a.visibility != 0.0:
            yield f"{who}: hidden, but visibility is {a.visibility}"
        if not 0.0 <= a.truncation <= 1.0:
            yield f"{who}: truncation is {a.truncation}"
        x0, y0, x1, y1 = a.box2d_amodal
        if not (0 <= x0 < x1 <= k.width_px and 0 <= y0 < y1 <= k.height_px):
            yield f"{who}: amodal box {a.box2d_amodal} is empty or leaves the image"
        if a.box2d_visible is not None and not _encloses(a.box2d_amodal, a.box2d_visible):
            yield f"{who}: visible box {a.box2d_visible} leaves the amodal box {a.box2d_amodal}"


def _masks(masks: InstanceMasks, annotations: Annotations) -> Iterator[str]:
    """Labels against the instance image: ids, areas, boxes, RLEs."""
    seen = {int(number): row for row, number in enumerate(masks.ids)}
    labelled = {a.instance_id for a in annotations if a.visible_px}
    if labelled != set(seen):
        yield f"ids in the mask and in the labels differ: {sorted(labelled ^ set(seen))}"
    for a in annotations:
        who = f"instance {a.instance_id}"
        if not a.visible_px and (a.mask_rle is not None or a.box2d_visible is not None):
            yield f"{who}: hidden, but has a mask or a visible box"
        row = seen.get(a.instance_id)
        if row is None:
            continue
        if a.visible_px != masks.area_px[row]:
            yield f"{who}: visible_px is {a.visible_px}, the mask has {masks.area_px[row]}"
        if a.box2d_visible != tuple(masks.box2d[row]):
            yield f"{who}: visible box {a.box2d_visible} is not the mask's {tuple(masks.box2d[row].tolist())}"
        rle = a.mask_rle or {}
        if rle.get("counts") != masks.counts[row] or tuple(rle["size"]) != masks.size_hw:  # type: ignore[arg-type]
            yield f"{who}: mask_rle is not the mask in the instance image"


def _semantics(info: SequenceInfo, capture: Capture) -> Iterator[str]:
    """Every pixel of an agent has the class of its category, and no other pixel has such a class."""
    classes = np.zeros(len(info.roster) + 1, np.uint8)
    classes[1:] = [c.semantic for c in info.roster.categories]
    expected = classes[capture.instance]
    wrong = np.where(expected > 0, capture.semantic != expected, capture.semantic >= Semantic.PERSON)
    if wrong.any():
        y, x = np.argwhere(wrong)[0]
        yield (
            f"semantic class of {int(wrong.sum())} pixels is not that of their instance, first at "
            f"({x}, {y}): class {capture.semantic[y, x]}, instance {capture.instance[y, x]}"
        )


def _projections(camera: Camera, capture: Capture, annotations: Annotations) -> Iterator[str]:
    """The projected posed box encloses the visible mask."""
    camera_from_world = capture.world_from_camera.inverse()
    for a in annotations:
        if a.box2d_visible is None:
            continue
        corners = camera_from_world.apply(a.box3d_posed.corners_world)
        box = image_extent(capture.intrinsics, corners, _BOX_EDGES, camera.near_m)
        if box is None or not _encloses(box, a.box2d_visible):
            yield f"instance {a.instance_id}: projected box3d_posed does not enclose the mask"


def _depths(capture: Capture, annotations: Annotations) -> Iterator[str]:
    """Every pixel of a mask, put back into the world, lies in its posed box."""
    depth, k = capture.depth_m, capture.intrinsics
    if not (depth > 0).all():
        yield "depth has values that are not above zero"
    for a in annotations:
        if a.box2d_visible is None:
            continue
        x0, y0, x1, y1 = (int(v) for v in a.box2d_visible)
        rows, columns = np.nonzero(capture.instance[y0:y1, x0:x1] == a.instance_id)
        rows, columns = rows + y0, columns + x0
        z = depth[rows, columns].astype(np.float64)
        if not np.isfinite(z).all():
            yield f"instance {a.instance_id}: depth is not finite on its mask"
            continue
        points = k.back_project(np.stack([columns, rows], -1) + 0.5, z)
        box_from_camera = a.box3d_posed.world_from_box.inverse() @ capture.world_from_camera
        beyond = np.abs(box_from_camera.apply(points)) - np.array(a.box3d_posed.size_lwh_m) / 2
        outside = beyond.max(1, initial=-np.inf) > _BOX_M + _BOX_SHARE * z
        if outside.any():
            yield (
                f"instance {a.instance_id}: {int(outside.sum())} of {len(z)} mask pixels lie up to "
                f"{beyond[outside].max():.3f} m outside its posed box"
            )


def _encloses(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    low = inner[0] >= outer[0] - _BOX_PX and inner[1] >= outer[1] - _BOX_PX
    return low and inner[2] <= outer[2] + _BOX_PX and inner[3] <= outer[3] + _BOX_PX


def _differ(a: Pose, b: Pose) -> bool:
    apart = np.abs(a.translation_m - b.translation_m).max()
    return bool(apart > _POSE_M) or _turned(a.rotation, b.rotation)


def _turned(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    return bool(np.abs(a - b).max() > _POSE_M)
