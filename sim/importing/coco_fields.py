"""An annotation of COCO, ours or another's -> fields of SCHEMA.md, each looked at before it is taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from sim.audit.rle import checked_rle
from sim.bodies import KEYPOINT_NAMES
from sim.errors import UsageError
from sim.geometry.pixel_centres import places_from_whole_centres

__all__ = ["known_fields", "number_of", "whole_of"]

_LIGHTS = {"brake_light": 1, "left_indicator": 2, "right_indicator": 4, "head_lamps": 8}
_BEYOND = 1e12
_OCCLUDER = ("instance_id", "semantic", "hidden_px", "share")

Record = Mapping[str, Any]


def known_fields(thing: Record, size_px: tuple[int, int], where: str) -> dict[str, Any]:
    """Fields of an annotation in SCHEMA.md.

    Args:
        thing: an object of `sim.audit.coco`, whose ``row`` is the annotation.
        size_px: width and height of the image.
        where: for messages.

    Raises:
        UsageError: a field is none; the message names it and its value.
    """
    row = thing["row"]
    mask = _rle(thing["mask_rle"], size_px, f"{where}: segmentation")
    box = _corners(row.get("bbox"), f"{where}: bbox")
    if box is None and mask is None:
        raise UsageError(f"{where}: neither bbox nor segmentation")
    if box is None:
        x, y, width, height = (float(v) for v in coco_mask.toBbox(_packed(mask)))
        box = [x, y, x + width, y + height]
    attributes = row.get("attributes")
    ours = isinstance(attributes, Mapping) and set(attributes) == set(_LIGHTS)
    return {
        **({"name": row["name"]} if isinstance(row.get("name"), str) else {}),
        "box2d_visible": box,
        "box2d_amodal": _corners(row.get("amodal_bbox"), f"{where}: amodal_bbox"),
        "visible_px": None if mask is None else int(coco_mask.area(_packed(mask))),
        "unoccluded_px": whole_of(row, ("amodal_area",), where),
        "visibility": number_of(row, ("visible_fraction",), where),
        "occlusion_level": whole_of(row, ("occlusion_level",), where),
        "truncation": number_of(row, ("truncation",), where),
        "mask_rle": mask,
        "amodal_rle": _rle(row.get("amodal_segmentation"), size_px, f"{where}: amodal_segmentation"),
        "occluders": _occluders(row.get("occluders"), where),
        "distance_m": number_of(row, ("distance_m",), where),
        "activity": str(row.get("activity", "")),
        "rider_of": whole_of(row, ("rider_of",), where),
        "lights": sum(flag for name, flag in _LIGHTS.items() if attributes[name]) if ours else None,
        "attributes": dict(attributes) if ours else None,
        "keypoints": _keypoints(row, where),
    }


def number_of(record: Record, names: Sequence[str], where: object) -> float | None:
    """The first of some fields that is there. Raises UsageError if it is no finite number."""
    for name in names:
        value: Any = record.get(name)
        if value is None:
            continue
        if not _is_number(value):
            raise UsageError(f"{where}: {name} is {value!r:.60}, wanted a number")
        return float(value) if isinstance(value, float) else int(value)
    return None


def whole_of(record: Record, names: Sequence[str], where: object) -> int | None:
    """The first of some fields that is there. Raises UsageError if it is no whole number from 0."""
    value = number_of(record, names, where)
    if value is not None and (value != round(value) or value < 0):
        name = next(name for name in names if record.get(name) is not None)
        raise UsageError(f"{where}: {name} is {value!r:.60}, wanted a whole number")
    return None if value is None else int(value)


def _is_number(value: object) -> bool:
    """Whether it is a number that one can go on with: neither infinite nor beyond all measure."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _BEYOND


def _corners(box: object, where: str) -> list[float] | None:
    """Half-open corners of x, y, width, height."""
    if box is None:
        return None
    x, y, width, height = _numbers(box, 4, where)
    return [x, y, x + width, y + height]


def _numbers(values: object, count: int, where: str) -> list[float]:
    if not isinstance(values, list) or len(values) != count:
        raise UsageError(f"{where}: {values!r:.80}, wanted {count} numbers")
    for value in values:
        if not _is_number(value):
            raise UsageError(f"{where}: {value!r:.60} is no number")
    return values


def _rle(segmentation: object, size_px: tuple[int, int], where: str) -> dict[str, Any] | None:
    """A compressed RLE with its counts as text."""
    if segmentation is None:
        return None
    width, height = size_px
    size = segmentation.get("size") if isinstance(segmentation, Mapping) else None
    if size != [height, width]:
        raise UsageError(f"{where}: size is {size!r:.60}, wanted {[height, width]} as the image")
    rle = checked_rle(segmentation, where)
    return {"size": [height, width], "counts": rle["counts"].decode("ascii")}


def _packed(rle: Mapping[str, Any] | None) -> dict[str, Any]:
    assert rle is not None
    return {"size": rle["size"], "counts": rle["counts"].encode("ascii")}


def _occluders(listed: object, where: str) -> list[dict[str, Any]] | None:
    if listed is None:
        return None
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise UsageError(f"{where}: occluders is {listed!r:.80}, wanted a list of records")
    out = []
    for one in listed:
        record = {name: number_of(one, (name,), f"{where}: occluders") for name in _OCCLUDER}
        if None in record.values():
            raise UsageError(f"{where}: occluders: {dict(one)!r:.80}, wanted {', '.join(_OCCLUDER)}")
        out.append(record)
    return out


def _keypoints(row: Record, where: str) -> dict[str, Any] | None:
    """A person's 17 joints; None if none is labelled, or if they are those of something else."""
    values = row.get("keypoints")
    if values is None or not row.get("num_keypoints"):
        return None
    if not isinstance(values, list) or len(values) != 3 * len(KEYPOINT_NAMES):
        return None
    x, y, flag = np.array(_numbers(values, len(values), f"{where}: keypoints")).reshape(-1, 3).T
    if not np.isin(flag, (0, 1, 2)).all():
        raise UsageError(f"{where}: keypoints: flags are {flag.tolist()}, wanted 0, 1 or 2")
    places = places_from_whole_centres(np.stack([x, y], 1))
    return {
        "pixels": np.where(flag[:, None] > 0, places, 0.0).tolist(),
        "visibility": flag.astype(int).tolist(),
        "world_m": None,
    }
