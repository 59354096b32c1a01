"""What was filmed, as the COCO family of formats should say it: for the checks beside it."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import cv2

__all__ = ["COCO_NAMES", "MEMBERS", "captures", "check_picture", "labelled", "xywh"]

COCO_NAMES = {
    "animal.dog": "dog",
    "human.pedestrian.adult": "person",
    "human.pedestrian.child": "person",
    "human.pedestrian.wheelchair": "person",
    "human.rider.bicyclist": "person",
    "human.rider.motorcyclist": "person",
    "vehicle.bicycle": "bicycle",
    "vehicle.bus": "bus",
    "vehicle.car": "car",
    "vehicle.motorcycle": "motorcycle",
    "vehicle.trailer": "truck",
    "vehicle.tram": "train",
    "vehicle.truck": "truck",
    "vehicle.van": "car",
}
"""What COCO calls our categories; it has no word for prams and wheelchairs."""

MEMBERS = ("train", "val", "test")
"""Splits; every one has a file."""


def captures(known: dict[str, Any], split: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Sequence, camera and its captures, of a split."""
    for name, sequence in known["sequences"].items():
        if sequence["split"] == split:
            for camera in (sensor["camera"]["name"] for sensor in sequence["sensors"]):
                yield name, camera, [c for c in sequence["captures"] if c["sensor"] == camera]


def labelled(
    capture: dict[str, Any], known: dict[str, Any], words: Collection[str] = COCO_NAMES
) -> dict[int, dict[str, Any]]:
    """Instance id -> annotation, of all agents that show enough and whose category is among `words`."""
    return {
        a["instance_id"]: a
        for a in capture["annotations"]
        if a["visible_px"] >= known["min_visible_px"] and a["category"] in words
    }


def xywh(box: list[float]) -> list[float]:
    """COCO's box of ours."""
    x0, y0, x1, y1 = box
    return [x0, y0, x1 - x0, y1 - y0]


def check_picture(path: Path, capture: dict[str, Any]) -> None:
    """Raise AssertionError if a picture is not the one that was filmed."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert image is not None, f"{path} cannot be read"
    assert zlib.crc32(image[..., ::-1].tobytes()) == capture["rgb_crc32"], f"{path} shows something else"
