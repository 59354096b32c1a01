"""COCO panoptic by the format's text: segments as filmed. Its own reader, panopticapi, is not on PyPI."""

from __future__ import annotations

import json

import cv2
import numpy as np
from common import dataset, facts
from filmed import COCO_NAMES, MEMBERS, captures, check_picture, labelled
from pycocotools import mask as coco_mask


def main() -> None:
    known = facts()
    home = dataset() / "coco-panoptic"
    things, stuff = 0, 0
    for split in MEMBERS:
        data = json.loads((home / "annotations" / f"panoptic_{split}.json").read_text())
        categories = {c["id"]: c for c in data["categories"]}
        images = {(i["sequence"], i["sensor"], i["frame"]): i for i in data["images"]}
        records = {a["image_id"]: a for a in data["annotations"]}
        for sequence, camera, found in captures(known, split):
            for capture in found:
                image = images.pop((sequence, camera, capture["frame"]))
                check_picture(home / "images" / image["file_name"], capture)
                record = records.pop(image["id"])
                path = home / "annotations" / f"panoptic_{split}" / record["file_name"]
                ids = cv2.imread(str(path), cv2.IMREAD_COLOR).astype(np.int64) @ [256**2, 256, 1]
                segments = {s["id"]: s for s in record["segments_info"]}
                areas = dict(zip(*(v.tolist() for v in np.unique(ids, return_counts=True)), strict=True))
                areas.pop(0, None)
                assert areas == {number: s["area"] for number, s in segments.items()}, path
                rows = {s["instance_id"]: s for s in segments.values() if "instance_id" in s}
                expected = labelled(capture, known)
                assert rows.keys() == expected.keys(), f"{path}: other agents than filmed"
                for number, a in expected.items():
                    assert (coco_mask.decode(a["mask_rle"]) == (ids == rows[number]["id"])).all(), path
                    kind = categories[rows[number]["category_id"]]
                    assert (kind["name"], kind["isthing"]) == (COCO_NAMES[a["category"]], 1)
                things += len(rows)
                stuff += len(segments) - len(rows)
        assert not images, f"{split}: images nobody filmed"
        assert not records, f"{split}: segments of no image"
    assert things > 0, "nobody was filmed"
    assert stuff > 0, "nothing stands about"
    line = {
        "format": "coco-panoptic",
        "reader": "written from the format's text",
        "version": "-",
        "result": f"{things} agents, {stuff} segments of scenery",
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
