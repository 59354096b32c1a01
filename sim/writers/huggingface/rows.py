"""Captures and annotations -> rows of a table, its Arrow schema, and the same as `datasets` features.

`datasets` reads its features from the schema's metadata, under ``huggingface``: JSON as `Features.to_dict`
makes it, wrapped in ``{"info": {"features": ...}}``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sim.dataset import SequenceInfo
from sim.dataset.layout import IMAGE_SUFFIX
from sim.dataset.records import pose_to_json
from sim.frame import CHANNELS, Annotation, Capture
from sim.scenario import intrinsics_to_json
from sim.taxonomy import CATEGORIES
from sim.writers.seen import is_seen

__all__ = ["CATEGORY_NAMES", "SCHEMA", "capture_row", "image_cells", "shown"]

CATEGORY_NAMES = tuple(CATEGORIES)
"""Names of the class labels, by number."""

_POSE = pa.list_(pa.list_(pa.float64(), 4), 3)
_BOX = pa.list_(pa.float64(), 4)
_VECTOR = pa.list_(pa.float64(), 3)
_FILE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])

_OBJECTS = {
    "instance_id": pa.int64(),
    "name": pa.string(),
    "category": pa.int64(),
    "bbox": _BOX,
    "area": pa.int64(),
    "segmentation": pa.string(),
    "amodal_bbox": _BOX,
    "amodal_area": pa.int64(),
    "amodal_segmentation": pa.string(),
    "visibility": pa.float64(),
    "truncation": pa.float64(),
    "world_from_box": _POSE,
    "size_lwh_m": _VECTOR,
    "velocity_mps": _VECTOR,
    "yaw_rate_radps": pa.float64(),
    "distance_m": pa.float64(),
    "activity": pa.string(),
    "rider_of": pa.int64(),
    "lights": pa.int64(),
    "keypoints": pa.list_(_VECTOR),
}

_COLUMNS = {
    "sequence": pa.string(),
    "camera": pa.string(),
    "frame": pa.int64(),
    "timestamp_ns": pa.int64(),
    "width": pa.int64(),
    "height": pa.int64(),
    "camera_matrix": pa.list_(_VECTOR, 3),
    "distortion": pa.string(),
    "world_from_camera": _POSE,
    "objects": pa.struct([(name, pa.list_(kind)) for name, kind in _OBJECTS.items()]),
}

# What Pillow, which `datasets` decodes with, cannot open: more than one band of floats.
_PICTURES = tuple(name for name, c in CHANNELS.items() if c.dtype != "float32" or c.bands == 1)

_NAMES = {"double": "float64"}


def _columns() -> dict[str, pa.DataType]:
    """Images first, as viewers show them; every channel has a column, whether or not a camera records it."""
    images = {_column(name): _FILE if name in _PICTURES else pa.binary() for name in CHANNELS}
    return {**images, **_COLUMNS}


def _column(channel: str) -> str:
    return "image" if channel == "rgb" else channel


def _feature(name: str, kind: pa.DataType) -> dict[str, Any]:
    """A type as `datasets` writes it."""
    if kind == _FILE:
        return {"_type": "Image"}
    if name == "category" and pa.types.is_integer(kind):
        return {"names": list(CATEGORY_NAMES), "_type": "ClassLabel"}
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.name, field.type) for field in kind}
    if pa.types.is_fixed_size_list(kind):
        return {"feature": _feature(name, kind.value_type), "length": kind.list_size, "_type": "List"}
    if pa.types.is_list(kind):
        return {"feature": _feature(name, kind.value_type), "_type": "List"}
    return {"dtype": _NAMES.get(str(kind), str(kind)), "_type": "Value"}


def _schema() -> pa.Schema:
    columns = _columns()
    features = {name: _feature(name, kind) for name, kind in columns.items()}
    return pa.schema(columns, {"huggingface": json.dumps({"info": {"features": features}})})


SCHEMA: pa.Schema = _schema()
"""Columns of the Parquet files."""


def shown(info: SequenceInfo, annotations: Sequence[Annotation]) -> list[Annotation]:
    """Those that show enough pixels to be written."""
    return [a for a in annotations if is_seen(a, info)]


def capture_row(
    info: SequenceInfo, index: int, capture: Capture, annotations: Sequence[Annotation]
) -> dict[str, Any]:
    """A row of the table but for its images; JSON can say it.

    Args:
        info: of the sequence.
        index: number of the frame.
        capture: what the camera saw.
        annotations: what is written of it.
    """
    k = capture.intrinsics
    distortion = intrinsics_to_json(k)["distortion"]
    every = [_object(a) for a in annotations]
    return {
        "sequence": info.name,
        "camera": capture.sensor,
        "frame": index,
        "timestamp_ns": capture.timestamp_ns,
        "width": k.width_px,
        "height": k.height_px,
        "camera_matrix": k.matrix.tolist(),
        "distortion": None if distortion is None else json.dumps(distortion),
        "world_from_camera": pose_to_json(capture.world_from_camera),
        "objects": {name: [entry[name] for entry in every] for name in _OBJECTS},
    }


def image_cells(name: str, images: Mapping[str, bytes]) -> dict[str, Any]:
    """Cells of a row for images, channel -> bytes of its file; `name` is that of the capture."""
    return {
        _column(channel): (
            {"bytes": data, "path": f"{name}.{channel}{IMAGE_SUFFIX[channel]}"}
            if channel in _PICTURES
            else data
        )
        for channel, data in images.items()
    }


def _object(a: Annotation) -> dict[str, Any]:
    assert a.mask_rle is not None
    assert a.box2d_visible is not None
    x0, y0, x1, y1 = a.box2d_visible
    ax0, ay0, ax1, ay1 = a.box2d_amodal
    joints = a.keypoints
    return {
        "instance_id": a.instance_id,
        "name": a.name,
        "category": CATEGORY_NAMES.index(a.category),
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": a.visible_px,
        "segmentation": _counts(a.mask_rle),
        "amodal_bbox": [ax0, ay0, ax1 - ax0, ay1 - ay0],
        "amodal_area": a.unoccluded_px,
        "amodal_segmentation": None if a.amodal_rle is None else _counts(a.amodal_rle),
        "visibility": a.visibility,
        "truncation": a.truncation,
        "world_from_box": pose_to_json(a.box3d.world_from_box),
        "size_lwh_m": list(map(float, a.box3d.size_lwh_m)),
        "velocity_mps": list(a.velocity_mps),
        "yaw_rate_radps": a.yaw_rate_radps,
        "distance_m": a.distance_m,
        "activity": a.activity,
        "rider_of": a.rider_of,
        "lights": a.lights,
        "keypoints": joints and np.column_stack([joints.pixels, joints.visibility]).tolist(),
    }


def _counts(rle: Mapping[str, Any]) -> str:
    """The counts of a COCO RLE; its size is that of the image."""
    counts: bytes = rle["counts"]
    return counts.decode("ascii")
