"""COCO files load in pycocotools, decode to the instance images and score 1.0 against themselves."""

import json

import cv2
import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from sim.bodies import KEYPOINT_NAMES
from sim.dataset import read
from sim.frame import AMODAL, Keypoints
from sim.scenario import DEFAULT_CHANNELS
from sim.taxonomy import CATEGORIES
from sim.testing.toys import ToyStreet
from sim.writers.joints import coco_keypoints

# pycocotools has not learnt NumPy 2's copy keyword yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MIN_VISIBLE_PX = 4
RECORDED = (*DEFAULT_CHANNELS, AMODAL)

# From person_keypoints_val2017.json; counts from one.
SKELETON_OF_2017 = [
    [16, 14], [14, 12], [17, 15], [15, 13], [12, 13], [6, 12], [7, 13], [6, 7], [6, 8], [7, 9],
    [8, 10], [9, 11], [2, 3], [1, 2], [1, 3], [2, 4], [3, 5], [4, 6], [5, 7],
]  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("coco")
    for seed, last in ((3, False), (7, True)):
        ToyStreet(seed=seed, ticks=4, channels=RECORDED).write(
            root, f"s{seed}", ("native", "coco"), last=last
        )
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
        label.id: label.name for c in CATEGORIES.values() if (label := c.label("coco")) is not None
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
                    check_extras(coco, row, a)
                assert not rows
    assert not images
    assert dropped


def check_extras(coco, row, a):
    """Keys that COCO has no rule for say what the native labels say."""
    assert row["occlusion_level"] == a.occlusion_level
    assert (row["visible_fraction"], row["amodal_area"]) == (a.visibility, a.unoccluded_px)
    x, y, w, h = row["amodal_bbox"]
    assert (x, y, x + w, y + h) == pytest.approx(a.box2d_amodal)
    assert (row["activity"], row["rider_of"], row["category"]) == (a.activity, a.rider_of, a.category)
    assert row["attributes"]["brake_light"] == bool(a.lights & 1)
    whole = coco.annToMask({**row, "segmentation": row["amodal_segmentation"]})
    assert whole.sum() == a.unoccluded_px
    assert (whole >= coco.annToMask(row)).all()
    assert [tuple(o.values()) for o in row["occluders"]] == [
        (o.instance_id, o.semantic, o.hidden_px, o.share) for o in a.occluders
    ]


def test_keypoints_are_the_joints_counted_from_the_centre_of_the_first_pixel(root, coco):
    (person,) = (c for c in coco.dataset["categories"] if c["name"] == "person")
    assert person["keypoints"] == list(KEYPOINT_NAMES)
    assert person["skeleton"] == SKELETON_OF_2017
    rows = {(a["image_id"], a["instance_id"]): a for a in coco.dataset["annotations"]}
    flags = set()
    for image in coco.dataset["images"]:
        frame = read(root)[image["sequence"]][image["frame"]]
        for a in frame.annotations[image["sensor"]]:
            row = rows.get((image["id"], a.instance_id))
            if row is None:
                continue
            if a.category.startswith("vehicle"):
                assert "keypoints" not in row
                assert row["num_keypoints"] == 0
                continue
            x, y, v = np.array(row["keypoints"], float).reshape(17, 3).T
            assert (v == a.keypoints.visibility).all()
            flags |= set(v)
            shown = v > 0
            assert row["num_keypoints"] == shown.sum()
            assert (x[shown] == a.keypoints.pixels[shown, 0] - 0.5).all()
            assert (y[shown] == a.keypoints.pixels[shown, 1] - 0.5).all()
            assert not x[~shown].any()
            assert not y[~shown].any()
    assert flags == {1, 2}


def test_joints_outside_or_not_labelled_are_zero():
    joints = Keypoints(
        np.arange(34.0).reshape(17, 2) + 0.25, np.arange(17, dtype=np.uint8) % 3, np.ones((17, 3))
    )
    found = coco_keypoints(joints)
    assert found["num_keypoints"] == 11
    assert found["keypoints"][:9] == [0, 0, 0, 1.75, 2.75, 1, 3.75, 4.75, 2]
    assert found["keypoints"][2::3] == [0, 1, 2] * 5 + [0, 1]
    assert coco_keypoints(None) == {"keypoints": [0] * 51, "num_keypoints": 0}


@pytest.mark.parametrize("kind", ["bbox", "segm", "keypoints"])
def test_ground_truth_scores_one_against_itself(coco, kind, capsys):
    keys = ("image_id", "category_id", "keypoints" if kind == "keypoints" else "bbox")
    keys += ("segmentation",) if kind == "segm" else ()
    rows = [a for a in coco.dataset["annotations"] if kind != "keypoints" or a["num_keypoints"]]
    results = [{k: a[k] for k in keys} | {"score": 0.9} for a in rows]
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
