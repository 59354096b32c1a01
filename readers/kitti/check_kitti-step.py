"""KITTI-STEP by the format's text (DeepLab2's ``kitti_step.md``): no package on PyPI reads it."""

from __future__ import annotations

import json

import cv2
import numpy as np
from coco.filmed import check_picture
from common import dataset, facts
from numbered import sequences
from pycocotools import mask as mask_tools

# The class of every category, and if its agents have ids.
WORDS = {
    "animal.dog": (255, False),
    "human.pedestrian.adult": (11, True),
    "human.pedestrian.child": (11, True),
    "human.pedestrian.wheelchair": (12, False),
    "human.rider.bicyclist": (12, False),
    "human.rider.motorcyclist": (12, False),
    "movable.pram": (255, False),
    "movable.wheelchair": (255, False),
    "vehicle.bicycle": (18, False),
    "vehicle.bus": (15, False),
    "vehicle.car": (13, True),
    "vehicle.motorcycle": (17, False),
    "vehicle.trailer": (14, False),
    "vehicle.tram": (16, False),
    "vehicle.truck": (14, False),
    "vehicle.van": (13, True),
}


def main() -> None:
    known = facts()
    home = dataset() / "kitti-step"
    masks, seen = 0, set()
    for number, split, captures, _ in sequences(known, "kitti-step"):
        for frame, capture in enumerate(captures):
            name = f"{split}/{number}/{frame:06d}.png"
            check_picture(home / "images" / name, capture)
            blue, green, red = np.moveaxis(cv2.imread(str(home / "panoptic_maps" / name)).astype(int), 2, 0)
            ids = 256 * green + blue
            expected = np.zeros(ids.shape, int)
            for a in capture["annotations"]:
                if not a["visible_px"]:
                    continue
                mask = mask_tools.decode(a["mask_rle"]) > 0
                kind, tracked = WORDS[a["category"]]
                assert (red[mask] == kind).all(), f"{name}: {a['name']}"
                if tracked and a["visible_px"] >= known["min_visible_px"]:
                    expected[mask] = a["instance_id"]
                    masks += 1
            assert (ids == expected).all(), f"{name}: other tracks than filmed"
            seen |= set(np.unique(red).tolist())
    assert masks > 0
    assert seen <= {*range(19), 255}
    line = {
        "format": "kitti-step",
        "reader": "written from the format's text",
        "version": "-",
        "result": f"{masks} masks of tracks, {len(seen - {255})} of 19 classes",
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
