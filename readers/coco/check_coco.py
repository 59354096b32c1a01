"""COCO by pycocotools: pictures, boxes, masks and joints as filmed; average precision 1 against itself."""

from __future__ import annotations

import contextlib
import sys

from common import dataset, facts, report
from filmed import COCO_NAMES, MEMBERS, captures, check_picture, labelled, xywh
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def precision(truth: COCO, kind: str) -> float:
    """Average precision of the truth as its own result."""
    rows = [a for a in truth.dataset["annotations"] if kind != "keypoints" or a["num_keypoints"]]
    keys = ("image_id", "category_id", {"segm": "segmentation"}.get(kind, kind))
    results = [{key: row[key] for key in keys} | {"score": 1.0} for row in rows]
    evaluation = COCOeval(truth, truth.loadRes(results), kind)
    # In a street there may be more than the usual 20 people or 100 boxes.
    evaluation.params.maxDets = [len(rows)]
    evaluation.evaluate()
    evaluation.accumulate()
    of_all_sizes = evaluation.eval["precision"][..., 0, 0]
    return float(of_all_sizes[of_all_sizes > -1].mean())


def main() -> None:
    known = facts()
    home = dataset() / "coco"
    boxes, kinds = 0, set()
    for split in MEMBERS:
        truth = COCO(home / "annotations" / f"instances_{split}.json")
        names = {c["id"]: c["name"] for c in truth.dataset["categories"]}
        images = {(i["sequence"], i["sensor"], i["frame"]): i for i in truth.dataset["images"]}
        for sequence, camera, found in captures(known, split):
            for capture in found:
                image = images.pop((sequence, camera, capture["frame"]))
                check_picture(home / "images" / image["file_name"], capture)
                rows = {a["instance_id"]: a for a in truth.imgToAnns[image["id"]]}
                expected = labelled(capture, known)
                assert rows.keys() == expected.keys(), f"{image['file_name']}: other agents than filmed"
                for number, a in expected.items():
                    row = rows[number]
                    assert truth.annToRLE(row) == a["mask_rle"] | {"size": row["segmentation"]["size"]}
                    assert truth.annToMask(row).sum() == a["visible_px"] == row["area"]
                    assert row["bbox"] == xywh(a["box2d_visible"])
                    assert names[row["category_id"]] == COCO_NAMES[a["category"]]
                    joints = a["keypoints"]["visibility"] if a["keypoints"] else []
                    assert row["num_keypoints"] == sum(flag > 0 for flag in joints)
                    kinds.add(a["category"])
                boxes += len(rows)
        assert not images, f"{split}: images nobody filmed"
        if truth.dataset["annotations"]:
            for kind in ("bbox", "segm", "keypoints"):
                assert abs(precision(truth, kind) - 1) < 1e-9, f"{split}: {kind}"
    assert boxes > 0, "nobody was filmed"
    assert kinds == set(COCO_NAMES), f"not seen: {set(COCO_NAMES) - kinds}"
    with contextlib.redirect_stdout(sys.__stdout__):
        report("coco", "pycocotools", f"{boxes} masks and boxes, AP 1.0 of boxes, masks and joints")


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        main()
