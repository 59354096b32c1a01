"""The audit of COCO folders: silent on ours and on sound ones in others' style, loud on broken ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from damage import rle_of

from sim.audit import check
from sim.audit.coco_checks import COCO_CHECKS
from sim.errors import UsageError
from sim.scenario import CAMERA_CHANNELS
from sim.testing import ToyStreet

Data = dict[str, Any]
Fault = Callable[[Data], object]

WIDTH, HEIGHT = 40, 30


def found(root: Path) -> set[str]:
    return {finding.check for finding in check(root).findings}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ours")
    for seed, last in ((5, False), (4, True)):
        ToyStreet(seed=seed, ticks=4, agents=8, channels=CAMERA_CHANNELS).write(
            root, f"s{seed}", ("native", "coco"), last=last
        )
    return root / "coco"


def test_ours_is_sound_and_every_check_applies(ours: Path) -> None:
    report = check(ours)
    assert report.format == "coco"
    assert report.findings == ()
    assert [one.check for one in report.results] == ["readable", *(one.name for one in COCO_CHECKS)]
    assert all(one.compared for one in report.results)
    rows = json.loads((ours / "annotations/instances.json").read_text())["annotations"]
    assert sum(row["annotations"] for row in report.counts.values()) == len(rows)
    tracks = {(row["video_id"], row["track_id"]) for row in rows}
    assert sum(row["tracks"] for row in report.counts.values()) == len(tracks)


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """Three annotations as other tools write them: a polygon, an uncompressed RLE of a crowd, a person."""
    (tmp_path / "val2017").mkdir()
    (tmp_path / "annotations").mkdir()
    cv2.imwrite(str(tmp_path / "val2017/000000000139.jpg"), np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    crowd = np.zeros((HEIGHT, WIDTH), np.uint8)
    crowd[20:28, 3:9] = crowd[22:25, 20:26] = 1
    person = np.zeros((HEIGHT, WIDTH), np.uint8)
    person[4:16, 30:36] = 1
    turns = np.flatnonzero(np.diff(crowd.T.ravel(), prepend=0))
    runs = np.diff([0, *turns, crowd.size]).tolist()
    joints = np.zeros((17, 3))
    joints[[0, 5, 11]] = [[32.0, 5.0, 2], [31.0, 8.0, 2], [29.0, 12.0, 1]]
    data = {
        "info": {"year": 2017},
        "images": [{"id": 139, "file_name": "000000000139.jpg", "width": WIDTH, "height": HEIGHT}],
        "categories": [
            {"id": 1, "name": "person", "supercategory": "person"},
            {"id": 3, "name": "car", "supercategory": "vehicle"},
        ],
        "annotations": [
            {
                "id": 1768, "image_id": 139, "category_id": 3, "iscrowd": 0,
                "segmentation": [[5.12, 4.3, 20.7, 4.9, 22.4, 13.8, 6.0, 14.25]],
                "bbox": [5.12, 4.3, 17.28, 9.95], "area": 150.7,
            },
            {
                "id": 900100000139, "image_id": 139, "category_id": 1, "iscrowd": 1,
                "segmentation": {"size": [HEIGHT, WIDTH], "counts": runs},
                "bbox": [3, 20, 23, 8], "area": int(crowd.sum()),
            },
            {
                "id": 1769, "image_id": 139, "category_id": 1, "iscrowd": 0,
                "segmentation": rle_of(person), "bbox": [30.0, 4.0, 6.0, 12.0], "area": 72.0,
                "keypoints": joints.ravel().tolist(), "num_keypoints": 3,
            },
        ],
    }  # fmt: skip
    (tmp_path / "annotations/instances_val2017.json").write_text(json.dumps(data))
    (tmp_path / "annotations/captions_val2017.json").write_text('{"images": [], "annotations": []}')
    return tmp_path


def test_a_folder_in_others_style_is_sound(others: Path) -> None:
    report = check(others)
    assert report.findings == ()
    compared = {one.check: one.compared for one in report.results}
    assert (compared["coco-box-mask"], compared["coco-area"], compared["coco-images"]) == (3, 3, 1)
    skipped = {one.check: one.not_applicable for one in report.results}
    assert skipped["coco-tracks"] == "no has_tracks"
    assert skipped["captions_val2017.json"] == "no boxes or masks in it"
    assert skipped["amodal-mask"] == "no amodal_rle"
    assert {name: row["annotations"] for name, row in report.counts.items()} == {"car": 1, "person": 2}


def put(place: int, **fields: Any) -> Fault:
    return lambda data: data["annotations"][place].update(fields)


def joint(place: int, number: int, value: float) -> Fault:
    return lambda data: data["annotations"][place]["keypoints"].__setitem__(number, value)


SWAPPED = put(2, keypoints=[5.0, 32.0, 2] + [0] * 48, num_keypoints=1)

FAULTS: list[tuple[str, Fault, str]] = [
    ("an id twice", put(2, id=1768), "coco-ids"),
    ("an id of 0", put(2, id=0), "coco-ids"),
    ("an image there is not", put(2, image_id=140), "coco-ids"),
    ("a category there is not", put(2, category_id=2), "coco-ids"),
    ("an iscrowd of 2", put(2, iscrowd=2), "coco-ids"),
    ("an image id twice", lambda d: d["images"].append(dict(d["images"][0])), "coco-ids"),
    ("an image that is not there", lambda d: d["images"][0].update(file_name="140.jpg"), "coco-images"),
    ("a size that is not the image's", lambda d: d["images"][0].update(height=31), "coco-images"),
    ("a box beyond the image", put(2, bbox=[30, 4, 12, 12]), "coco-boxes"),
    ("a box without size", put(2, bbox=[30, 4, 0, 12]), "coco-boxes"),
    ("corners instead of a size", put(0, bbox=[5.12, 4.3, 22.4, 14.25]), "coco-box-mask"),
    ("a box off by one", put(2, bbox=[31, 4, 6, 12]), "coco-box-mask"),
    ("a box that ends on its last pixel", put(2, bbox=[30, 4, 5, 11]), "coco-box-mask"),
    ("a polygon's box off by two", put(0, bbox=[7.12, 4.3, 17.28, 9.95]), "coco-box-mask"),
    ("an area of the box", put(1, area=23 * 8), "coco-area"),
    ("a polygon's area of the box", put(0, area=17.28 * 9.95 + 40), "coco-area"),
    ("a flag of 3", joint(2, 2, 3), "coco-keypoints"),
    ("keypoints that are no triples", put(2, keypoints=[1, 2]), "coco-keypoints"),
    ("another number of keypoints", put(2, num_keypoints=4), "coco-keypoints"),
    ("a keypoint outside the image", joint(2, 0, 44.0), "coco-keypoints"),
    ("a keypoint in sight off the mask", joint(2, 0, 12.0), "coco-keypoints"),
    ("x and y swapped in keypoints", SWAPPED, "coco-keypoints"),
    ("a polygon of two corners", put(0, segmentation=[[1, 1, 2, 2]]), "readable"),
    ("an RLE of another size", put(1, segmentation={"size": [3, 3], "counts": [1, 2]}), "readable"),
    ("no list of categories", lambda d: d.pop("categories"), "readable"),
    ("a row without an image", lambda d: d["annotations"][0].pop("image_id"), "readable"),
    ("a track twice in an image", lambda d: [a.update(track_id=7) for a in d["annotations"]], "coco-tracks"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "name"), [pytest.param(c, n, id=f) for f, c, n in FAULTS])
def test_a_planted_fault_is_found(others: Path, change: Fault, name: str) -> None:
    path = others / "annotations/instances_val2017.json"
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    assert name in found(others)


def test_a_track_of_two_categories_is_found_once_per_video(ours: Path, tmp_path: Path) -> None:
    root = shutil.copytree(ours, tmp_path / "coco")
    path = root / "annotations/instances.json"
    data = json.loads(path.read_text())
    videos = {row["video_id"] for row in data["annotations"]}
    assert len(videos) == 4
    for row in data["annotations"]:  # another category in the second video only: nothing flips
        if row["video_id"] == 2:
            row["category"] = "vehicle.van"
    path.write_text(json.dumps(data))
    assert "track-category" not in found(root)
    data["annotations"][0]["category"] = "vehicle.bus"
    path.write_text(json.dumps(data))
    assert "track-category" in found(root)


def test_ours_with_a_shrunken_amodal_mask(ours: Path, tmp_path: Path) -> None:
    root = shutil.copytree(ours, tmp_path / "coco")
    path = root / "annotations/instances.json"
    data = json.loads(path.read_text())
    row = max(data["annotations"], key=lambda row: row["area"])
    row["amodal_segmentation"] = next(r for r in data["annotations"] if r is not row)["segmentation"]
    path.write_text(json.dumps(data))
    assert {"amodal-mask", "amodal-area"} <= found(root)


def test_no_json_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "annotations").mkdir()
    with pytest.raises(
        UsageError, match=r"no annotations/\*\.json as COCO and no label_02 or label_2 as KITTI"
    ):
        check(tmp_path)
