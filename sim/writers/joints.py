"""Joints of people -> COCO's keypoint arrays; and the lines between joints that make a skeleton."""

from __future__ import annotations

from typing import Any

from sim.bodies import KEYPOINT_NAMES
from sim.frame import Keypoints
from sim.geometry.pixel_centres import places_to_whole_centres

__all__ = ["SKELETON", "coco_category", "coco_keypoints"]

SKELETON = (
    *((15, 13), (13, 11), (16, 14), (14, 12)),  # legs
    *((11, 12), (5, 11), (6, 12), (5, 6)),  # trunk
    *((5, 7), (6, 8), (7, 9), (8, 10)),  # arms
    *((1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6)),  # head
)
"""Rows of `sim.bodies.KEYPOINT_NAMES` that are joined, as in COCO's ``person_keypoints_val2017.json``."""


def coco_category() -> dict[str, Any]:
    """What the category of people says of keypoints: names and lines, which count from one."""
    return {"keypoints": list(KEYPOINT_NAMES), "skeleton": [[a + 1, b + 1] for a, b in SKELETON]}


def coco_keypoints(keypoints: Keypoints | None) -> dict[str, Any]:
    """``keypoints``: 17 times x, y, flag, all 0 where there is nothing; and how many of them are labelled."""
    if keypoints is None:
        return {"keypoints": [0] * (3 * len(KEYPOINT_NAMES)), "num_keypoints": 0}
    numbers: list[float] = []
    indices = places_to_whole_centres(keypoints.pixels).tolist()
    for (x, y), flag in zip(indices, keypoints.visibility.tolist(), strict=True):
        numbers += [x, y, flag] if flag else [0, 0, 0]
    return {"keypoints": numbers, "num_keypoints": int((keypoints.visibility > 0).sum())}
