"""COCO files load in pycocotools, decode to the instance images and score 1.0 against themselves."""

import json

import cv2
import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from sim.dataset import read
from sim.taxonomy import CATEGORIES
from sim.testing.toys import ToyStreet

# pycocotools has not learnt NumPy 2's copy keyword yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MIN_VISIBLE_PX = 4


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("coco")
    for seed, last in ((3, False), (7, True)):
        ToyStreet(seed=seed, ticks=4).write(root, f"s{seed}", ("native", "coco"), last=last)
    return root


@pytest.fixture(scope="module")
def coco(root):
    return COCO(root / "coco/annotations/instances.json")


def test_ids_are_dense_and_refer_to_each_other(coco):
    data = coco.dataset
    for part in ("videos", "images", "annotations"):
        assert [r["id"] for r in data[part]] == list(range(1, len(data[part]) + 1))
    images = {image["id"]: image for image in data["images"]}
    names = {video["id"]: video["name"] for video in data["videos"]}
    assert len({image["file_name"] for image in data["images"]}) == len(images)
    for image in data["images"]:
        assert names[image["video_id"]] == f"{image['sequence']}/{image['sensor']}"
    for a in data["annotations"]:
        assert a["video_id"] == images[a["image_id"]]["video_id"]
    for video in names:
        numbers = [i["frame_id"] for i in data["images"] if i["video_id"] == video]
        assert numbers == list(range(len(numbers)))
    assert {c["id"]: c["name"] for c in data["categories"]} == {
        c.label("coco").id: c.label("coco").name for c in CATEGORIES.values()
    }


def test_masks_boxes_and_images_are_the_frames(root, coco):
    images = {(i["sequence"], i["sensor"], i["frame"]): i for i in coco.dataset["images"]}
    dropped = 0
    for sequence in read(root):
        for frame in sequence:
            for sensor, capture in frame.captures.items():
                image = images.pop((sequence.name, sensor, frame.index))
                assert image["timestamp_ns"] == capture.timestamp_ns
                pixels = cv2.imread(str(root / "coco/images" / image["file_name"]))[..., ::-1]
                assert (pixels == capture.rgb).all()
                rows = {a["instance_id"]: a for a in coco.imgToAnns[image["id"]]}
                for a in frame.annotations[sensor]:
                    row = rows.pop(a.instance_id, None)
                    if a.visible_px < MIN_VISIBLE_PX:
                        assert row is None
                        dropped += 1
                        continue
                    mask = coco.annToMask(row).astype(bool)
                    assert (mask == (capture.instance == a.instance_id)).all()
                    assert row["area"] == mask.sum()
                    x, y, w, h = (int(v) for v in row["bbox"])
                    ys, xs = np.nonzero(mask)
                    assert (x, y, x + w, y + h) == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
                    assert row["category_id"] == CATEGORIES[a.category].label("coco").id
                    assert (row["track_id"], row["iscrowd"]) == (a.instance_id, 0)
                assert not rows
    assert not images
    assert dropped


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_ground_truth_scores_one_against_itself(coco, kind, capsys):
    keys = ("image_id", "category_id", "bbox", "segmentation")
    results = [{k: a[k] for k in keys} | {"score": 0.9} for a in coco.dataset["annotations"]]
    evaluation = COCOeval(coco, coco.loadRes(results), kind)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    assert evaluation.stats[0] == pytest.approx(1.0)
    half = results[: len(results) // 2]
    evaluation = COCOeval(coco, coco.loadRes(half), kind)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    assert evaluation.stats[0] < 0.9


def test_what_is_dropped_is_counted(tmp_path):
    street = ToyStreet(seed=3, ticks=4)
    summary = street.write(tmp_path, formats=("coco",))["coco"]
    rows = [a for _, f in street.frames() for v in f.annotations.values() for a in v]
    kept = sum(a.visible_px >= MIN_VISIBLE_PX for a in rows)
    assert summary == {"images": 6, "annotations": kept, "dropped": len(rows) - kept}
    data = json.loads((tmp_path / "coco/annotations/instances.json").read_text())
    assert len(data["annotations"]) == kept
