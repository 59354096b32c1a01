"""Captures and annotations -> frames and labels of Scalabel's JSON, with BDD100K's names beside Scalabel's.

Pixels count from the centre of the first one, and the last one of a box belongs to it. Boxes in space are in
the camera's axes (x right, y down, z forward), turned as KITTI's are where the camera is level. Sources:
scalabel 0.3.1, ``label/typing.py``, ``label/utils.py``, ``vis/geometry.py``; TrackEval's ``bdd100k.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.bodies import KEYPOINT_NAMES
from sim.dataset.records import rle_to_json
from sim.frame import Annotation, Capture, Keypoints
from sim.geometry import BrownConrady, Intrinsics, Lens
from sim.geometry.pixel_centres import places_to_whole_centres, principal_to_whole_centres
from sim.geometry.pose import euler_from_rotation
from sim.taxonomy import category
from sim.writers.joints import SKELETON

__all__ = ["frame_to_json", "is_held", "label_to_json"]

_NS_PER_MS = 1_000_000

_BODY_FROM_BOX = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
# A box at rest: x forward, y down, z left.

_CYCLED = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
# R = Rx(a) Rz(b) Ry(c) with the axes renamed so that it reads Rz(a) Ry(b) Rx(c).


def is_held(lens: Lens | None) -> bool:
    """Whether intrinsics say all of a lens: three radial terms and two tangential ones."""
    return lens is None or (isinstance(lens, BrownConrady) and not any((lens.k4, lens.k5, lens.k6)))


def frame_to_json(capture: Capture, video: str, number: int, labels: list[dict[str, Any]]) -> dict[str, Any]:
    """A frame.

    Args:
        capture: what was seen.
        video: its name.
        number: of the frame in the video, from 0.
        labels: made by `label_to_json`.
    """
    k, pose = capture.intrinsics, capture.world_from_camera
    yaw, pitch, roll = euler_from_rotation(pose.rotation)
    return {
        "name": f"{video}-{number + 1:07d}.png",
        "videoName": video,
        "frameIndex": number,
        "index": number,
        "timestamp": capture.timestamp_ns // _NS_PER_MS,
        "size": {"width": k.width_px, "height": k.height_px},
        "intrinsics": _intrinsics(k),
        "extrinsics": {"location": pose.translation_m.tolist(), "rotation": [roll, pitch, yaw]},
        "labels": labels,
    }


def label_to_json(a: Annotation, capture: Capture, is_ignored: bool) -> dict[str, Any]:
    """A label.

    Args:
        a: an agent of which something is seen, of a category that BDD100K has a word for.
        capture: in which.
        is_ignored: whether evaluation takes it for a region in which nothing counts.
    """
    assert a.box2d_visible is not None
    word = category(a.category).label("bdd100k")
    assert word is not None
    x0, y0, x1, y1 = a.box2d_visible
    occluded = a.visibility is not None and a.visibility < 1
    return {
        "id": str(a.instance_id),
        "category": word.name,
        "attributes": {
            "Crowd": is_ignored,
            "Occluded": occluded,
            "Truncated": a.truncation > 0,
            "crowd": is_ignored,
            "ignored": is_ignored,
            "occluded": occluded,
            "truncated": a.truncation > 0,
            "category": a.category,
            "activity": a.activity,
            **({} if a.visibility is None else {"visibility": a.visibility}),
            "truncation": a.truncation,
        },
        "box2d": {"x1": x0, "y1": y0, "x2": x1 - 1, "y2": y1 - 1},
        "box3d": _box3d(a, capture),
        "rle": rle_to_json(a.mask_rle),
        **({} if a.keypoints is None else {"graph": _graph(a.keypoints)}),
    }


def _intrinsics(k: Intrinsics) -> dict[str, Any]:
    lens = k.distortion
    terms: dict[str, Any] = {}
    if isinstance(lens, BrownConrady) and is_held(lens):
        terms = {"radial": [lens.k1, lens.k2, lens.k3], "tangential": [lens.p1, lens.p2]}
    center = principal_to_whole_centres(k.cx_px, k.cy_px)
    return {"focal": [k.fx_px, k.fy_px], "center": list(center), "skew": 0.0, **terms}


def _box3d(a: Annotation, capture: Capture) -> dict[str, Any]:
    """Centre, height width length, and turns about the camera's axes: first y, then z, then x."""
    camera_from_body = capture.world_from_camera.inverse() @ a.box3d.world_from_box
    turn = camera_from_body.rotation @ _BODY_FROM_BOX
    about_x, about_z, about_y = euler_from_rotation(_CYCLED @ turn @ _CYCLED.T)
    x, y, z = (float(v) for v in camera_from_body.translation_m)
    alpha = about_y - float(np.arctan2(x, z))
    length, width, height = a.box3d.size_lwh_m
    return {
        "alpha": float(np.arctan2(np.sin(alpha), np.cos(alpha))),
        "orientation": [about_x, about_y, about_z],
        "location": [x, y, z],
        "dimension": [height, width, length],
    }


def _graph(joints: Keypoints) -> dict[str, Any]:
    """Joints as nodes: V where seen, N where hidden, neither where outside the image."""
    places = places_to_whole_centres(joints.pixels)
    nodes = []
    for name, (x, y), flag in zip(KEYPOINT_NAMES, places.tolist(), joints.visibility.tolist(), strict=True):
        place = (
            {"location": [x, y], "visibility": "V" if flag == 2 else "N"} if flag else {"location": [0, 0]}
        )
        nodes.append({"id": name, "category": name, **place})
    edges = [{"source": KEYPOINT_NAMES[a], "target": KEYPOINT_NAMES[b]} for a, b in SKELETON]
    return {"nodes": nodes, "edges": edges, "type": "Pose2D"}
