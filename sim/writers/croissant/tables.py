"""Captures and annotations -> rows of the tables `CAPTURES` and `OBJECTS`, and what each column means."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pyarrow as pa

from sim.dataset import SequenceInfo
from sim.frame import Annotation, Capture
from sim.geometry import Pose
from sim.scenario import intrinsics_to_json

__all__ = ["CAPTURES", "OBJECTS", "Column", "capture_row", "object_row", "schema"]

_TEXT, _WHOLE, _REAL = pa.string(), pa.int64(), pa.float64()
_REALS = pa.list_(pa.float64())


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        kind: its Arrow type.
        meaning: for people.
        references: the field of another record set whose values these are, or "".
    """

    kind: pa.DataType
    meaning: str
    references: str = ""


_POSE = "rows of a 3 x 4 matrix, takes points of the {} into the world (x east, y north, z up), metres"

CAPTURES = {
    "capture": Column(_TEXT, "name of what one camera saw at one time"),
    "split": Column(_TEXT, "train, val or test", "splits/name"),
    "sequence": Column(_TEXT, "the sequence it belongs to"),
    "camera": Column(_TEXT, "the camera's name"),
    "frame": Column(_WHOLE, "number of the frame in the sequence"),
    "timestamp_ns": Column(_WHOLE, "time since the sequence began, nanoseconds"),
    "width": Column(_WHOLE, "of the image, pixels"),
    "height": Column(_WHOLE, "of the image, pixels"),
    "fx_px": Column(_REAL, "focal length along x"),
    "fy_px": Column(_REAL, "focal length along y"),
    "cx_px": Column(_REAL, "principal point from the image's left edge"),
    "cy_px": Column(_REAL, "principal point from the image's top edge"),
    "distortion": Column(_TEXT, "the lens as JSON, null for a pinhole"),
    "world_from_camera": Column(_REALS, _POSE.format("camera (x right, y down, z forward)")),
}
"""Columns of what cameras saw."""

OBJECTS = {
    # mlcroissant 1.1 fails to join tables that were read before: these two are told, not declared.
    "capture": Column(_TEXT, "where it was seen, a value of captures/capture"),
    "instance_id": Column(_WHOLE, "number of the agent in the sequence and in instance images"),
    "name": Column(_TEXT, "the agent's name in the scenario"),
    "category": Column(_TEXT, "what it is, a value of categories/name"),
    "bbox": Column(_REALS, "x, y, width, height of what is visible, pixels from the top left corner"),
    "area": Column(_WHOLE, "visible pixels"),
    "segmentation": Column(_TEXT, "counts of COCO's compressed run-length code, of the image's size"),
    "visibility": Column(_REAL, "visible pixels / pixels it would have if nothing hid it"),
    "truncation": Column(_REAL, "share of its box outside the image"),
    "world_from_box": Column(_REALS, _POSE.format("box's middle (x forward, y left, z up)")),
    "size_lwh_m": Column(_REALS, "length, width and height of the box in space"),
    "velocity_mps": Column(_REALS, "velocity in the world"),
    "activity": Column(_TEXT, "parked, stopped, moving, standing, walking or crossing"),
    "rider_of": Column(_WHOLE, "instance id of the vehicle this person rides, 0 for none"),
}
"""Columns of what was seen."""


def schema(columns: dict[str, Column]) -> pa.Schema:
    """The Arrow schema of a table."""
    return pa.schema([(name, column.kind) for name, column in columns.items()])


def capture_row(info: SequenceInfo, name: str, index: int, capture: Capture) -> dict[str, Any]:
    """A row of `CAPTURES`: capture `name`, of frame `index`."""
    k = capture.intrinsics
    distortion = intrinsics_to_json(k)["distortion"]
    return {
        "capture": name,
        "split": info.split,
        "sequence": info.name,
        "camera": capture.sensor,
        "frame": index,
        "timestamp_ns": capture.timestamp_ns,
        "width": k.width_px,
        "height": k.height_px,
        "fx_px": k.fx_px,
        "fy_px": k.fy_px,
        "cx_px": k.cx_px,
        "cy_px": k.cy_px,
        "distortion": None if distortion is None else json.dumps(distortion),
        "world_from_camera": _twelve(capture.world_from_camera),
    }


def object_row(name: str, a: Annotation) -> dict[str, Any]:
    """A row of `OBJECTS`: an agent that is seen in capture `name`."""
    assert a.mask_rle is not None
    assert a.box2d_visible is not None
    x0, y0, x1, y1 = a.box2d_visible
    counts = a.mask_rle["counts"]
    assert isinstance(counts, bytes)
    return {
        "capture": name,
        "instance_id": a.instance_id,
        "name": a.name,
        "category": a.category,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": a.visible_px,
        "segmentation": counts.decode("ascii"),
        "visibility": a.visibility,
        "truncation": a.truncation,
        "world_from_box": _twelve(a.box3d.world_from_box),
        "size_lwh_m": list(map(float, a.box3d.size_lwh_m)),
        "velocity_mps": list(a.velocity_mps),
        "activity": a.activity,
        "rider_of": a.rider_of or 0,
    }


def _twelve(pose: Pose) -> list[float]:
    numbers: list[float] = pose.matrix[:3].ravel().tolist()
    return numbers
