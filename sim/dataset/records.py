"""Captures and annotations <-> JSON objects, exactly: numbers are written with their full shortest form."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.bodies import Lights
from sim.frame import Annotation, Capture, Exposure, Keypoints, Occluder
from sim.geometry import Box2, Box3D, Pose

__all__ = [
    "annotation_from_json",
    "attributes",
    "exposure_from_json",
    "line_of",
    "occluders_to_json",
    "pose_from_json",
    "pose_to_json",
    "record_of",
    "rle_to_json",
]

_DERIVED = ("occlusion_level", "attributes")
_ATTRIBUTES = {
    "brake_light": Lights.BRAKE,
    "left_indicator": Lights.LEFT,
    "right_indicator": Lights.RIGHT,
    "head_lamps": Lights.HEAD,
}


def line_of(index: int, capture: Capture, annotations: tuple[Annotation, ...] | None) -> str:
    """One line of ``labels.jsonl``: a capture without its images, and its annotations; ends in a newline.

    Args:
        index: number of the frame.
        capture: what the sensor saw.
        annotations: None if the capture was not labelled.
    """
    return json.dumps(record_of(index, capture, annotations), separators=(",", ":"), allow_nan=False) + "\n"


def record_of(index: int, capture: Capture, annotations: tuple[Annotation, ...] | None) -> dict[str, Any]:
    """What `line_of` writes, as plain mappings, lists, numbers and texts."""
    carrier, unoccluded = capture.world_from_carrier, capture.unoccluded_px
    return {
        "frame": index,
        "sensor": capture.sensor,
        "tick": capture.tick,
        "timestamp_ns": capture.timestamp_ns,
        "channels": list(capture.channels),
        "world_from_camera": pose_to_json(capture.world_from_camera),
        "world_from_carrier": None if carrier is None else pose_to_json(carrier),
        "exposure": None if capture.exposure is None else dataclasses.asdict(capture.exposure),
        "unoccluded_px": None if unoccluded is None else unoccluded.tolist(),
        "annotations": None if annotations is None else [_annotation_to_json(a) for a in annotations],
    }


def attributes(lights: int) -> dict[str, bool]:
    """Which lamps burn, by name: `sim.bodies.Lights` for people to read."""
    return {name: bool(lights & flag) for name, flag in _ATTRIBUTES.items()}


def _annotation_to_json(a: Annotation) -> dict[str, Any]:
    """A plain copy of an annotation, field by field, and what is derived from it."""
    return {
        "instance_id": a.instance_id,
        "name": a.name,
        "category": a.category,
        "box2d_visible": None if a.box2d_visible is None else list(a.box2d_visible),
        "box2d_amodal": list(a.box2d_amodal),
        "visible_px": a.visible_px,
        "unoccluded_px": a.unoccluded_px,
        "visibility": a.visibility,
        "occlusion_level": a.occlusion_level,
        "truncation": a.truncation,
        "mask_rle": rle_to_json(a.mask_rle),
        "amodal_rle": rle_to_json(a.amodal_rle),
        "occluders": occluders_to_json(a.occluders),
        "box3d": _box_to_json(a.box3d),
        "box3d_posed": _box_to_json(a.box3d_posed),
        "velocity_mps": list(a.velocity_mps),
        "yaw_rate_radps": a.yaw_rate_radps,
        "distance_m": a.distance_m,
        "is_parked": a.is_parked,
        "activity": a.activity,
        "rider_of": a.rider_of,
        "lights": a.lights,
        "attributes": attributes(a.lights),
        "keypoints": _keypoints_to_json(a.keypoints),
    }


def annotation_from_json(data: Mapping[str, Any]) -> Annotation:
    """The annotation in a line of ``labels.jsonl``. Raises KeyError, TypeError or ValueError."""
    fields = {name: value for name, value in data.items() if name not in _DERIVED}
    visible = fields["box2d_visible"]
    fields["box2d_visible"] = None if visible is None else _box2(visible)
    fields["box2d_amodal"] = _box2(fields["box2d_amodal"])
    for name in ("mask_rle", "amodal_rle"):
        fields[name] = _rle_from_json(fields[name])
    occluders = fields["occluders"]
    fields["occluders"] = None if occluders is None else tuple(Occluder(**o) for o in occluders)
    fields["keypoints"] = _keypoints_from_json(fields["keypoints"])
    fields["box3d"] = _box_from_json(fields["box3d"])
    fields["box3d_posed"] = _box_from_json(fields["box3d_posed"])
    fields["velocity_mps"] = tuple(fields["velocity_mps"])
    return Annotation(**fields)


def pose_to_json(pose: Pose) -> list[list[float]]:
    """The three rows [r r r t] of the matrix that multiplies column vectors."""
    rows: list[list[float]] = pose.matrix[:3].tolist()
    return rows


def pose_from_json(rows: list[list[float]]) -> Pose:
    """The pose of three rows [r r r t]. Raises ValueError if they are not three by four."""
    matrix = np.array(rows, float)
    if matrix.shape != (3, 4):
        raise ValueError(f"a pose has 3 rows of 4 numbers, not {matrix.shape}")
    return Pose(np.ascontiguousarray(matrix[:, :3]), np.ascontiguousarray(matrix[:, 3]))


def exposure_from_json(data: Mapping[str, Any] | None) -> Exposure | None:
    """The exposure in a line of ``labels.jsonl``; data sets from before there was one have none."""
    if data is None:
        return None
    red, green, blue = data["white_balance"]
    return Exposure(data["ev100"], data["exposure_s"], data["iso"], (red, green, blue))


def occluders_to_json(occluders: tuple[Occluder, ...] | None) -> list[dict[str, Any]] | None:
    """Who hides an agent, as plain records; None if it was not measured."""
    return None if occluders is None else [dataclasses.asdict(o) for o in occluders]


def rle_to_json(rle: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """COCO's compressed RLE with its counts as text."""
    return None if rle is None else {"size": list(rle["size"]), "counts": rle["counts"].decode("ascii")}


def _rle_from_json(rle: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if rle is None else {"size": rle["size"], "counts": rle["counts"].encode("ascii")}


def _keypoints_to_json(keypoints: Keypoints | None) -> dict[str, Any] | None:
    if keypoints is None:
        return None
    return {
        "pixels": keypoints.pixels.tolist(),
        "visibility": keypoints.visibility.tolist(),
        "world_m": keypoints.world_m.tolist(),
    }


def _keypoints_from_json(data: Mapping[str, Any] | None) -> Keypoints | None:
    if data is None:
        return None
    pixels, world_m = np.array(data["pixels"], float), np.array(data["world_m"], float)
    visibility = np.array(data["visibility"], np.uint8)
    if not len(pixels) == len(visibility) == len(world_m):
        raise ValueError(f"keypoints: {len(pixels)} pixels, {len(visibility)} flags, {len(world_m)} places")
    return Keypoints(pixels, visibility, world_m)


def _box_to_json(box: Box3D) -> dict[str, Any]:
    return {
        "world_from_box": pose_to_json(box.world_from_box),
        "size_lwh_m": list(map(float, box.size_lwh_m)),
    }


def _box_from_json(data: Mapping[str, Any]) -> Box3D:
    length, width, height = data["size_lwh_m"]
    return Box3D(pose_from_json(data["world_from_box"]), (length, width, height))


def _box2(values: list[float]) -> Box2:
    x0, y0, x1, y1 = values
    return x0, y0, x1, y1
