"""Hand-made data sets as others write them: what is taken over, what is ignored, left out, or not known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from foreign_sets import (
    P2,
    coco_stills,
    edit_coco,
    edit_text,
    kitti_objects,
    kitti_tracking,
    mot17,
    picture,
)
from pycocotools import mask as coco_mask

from sim.audit import check
from sim.errors import UsageError
from sim.importing import ImportedAnnotation, ImportedFrame, import_dataset, read
from sim.importing.names import Names
from sim.taxonomy import TARGETS, category


def things(frame: ImportedFrame) -> tuple[ImportedAnnotation, ...]:
    [annotations] = frame.annotations.values()
    return annotations


def clean(root: Path) -> dict[str, int]:
    """The audit finds nothing; what it compared."""
    report = check(root)
    assert report.findings == ()
    return {one.check: one.compared for one in report.results}


@pytest.mark.parametrize(
    ("format_name", "too_wide"), [("coco", {"train"}), ("kitti", {"Misc"}), ("mot", set())]
)
def test_words_we_write_are_words_we_read(format_name: str, too_wide: set[str]) -> None:
    labels = [label.name for label in TARGETS[format_name].categories.values() if label is not None]
    for word in labels:
        found = Names(format_name).of(word)
        assert (found is None) == (word in too_wide)
        if found is not None:
            label = category(found).label(format_name)
            assert label is not None
            assert label.name == word


def test_coco_stills(tmp_path: Path) -> None:
    done = import_dataset("coco", coco_stills(tmp_path / "coco"), tmp_path / "out")
    assert (done.sequences, done.frames, done.annotations, done.ignored) == (1, 3, 3, 1)
    assert done.left_out == {"horse": 1}
    compared = clean(tmp_path / "out")
    assert {name: compared[name] for name in ("coco-boxes", "coco-box-mask", "coco-keypoints")} == {
        "coco-boxes": 3, "coco-box-mask": 2, "coco-keypoints": 3,
    }  # fmt: skip
    [sequence] = read(tmp_path / "out")
    assert (sequence.name, sequence.rate_hz, sequence.source["is_video"]) == ("val2017", None, False)
    first, second, third = sequence
    car, person = things(first)
    assert (car.category, person.category) == ("vehicle.car", "human.pedestrian.adult")
    assert (car.instance_id, person.instance_id) == (1, 2)
    assert car.box2d_visible == pytest.approx((5.12, 4.3, 22.4, 14.25))
    filled = coco_mask.frPyObjects([[5.12, 4.3, 20.7, 4.9, 22.4, 13.8, 6.0, 14.25]], 30, 40)[0]
    assert car.mask_rle == {"size": [30, 40], "counts": filled["counts"]}
    assert (person.box2d_amodal, person.visibility, person.box3d) == (None, None, None)
    assert person.keypoints is not None
    assert person.keypoints.pixels[[0, 1]].tolist() == [[32.5, 5.5], [0.0, 0.0]]
    assert person.keypoints.visibility[[0, 1, 5, 11]].tolist() == [2, 0, 2, 1]
    [[crowd]] = first.ignored.values()
    assert (crowd.word, crowd.category, crowd.box2d) == ("person", "human.pedestrian.adult", (3, 20, 26, 28))
    assert crowd.mask_rle is not None
    assert coco_mask.area(crowd.mask_rle) == 8 * 6 + 3 * 6
    captures = [frame.captures["camera"] for frame in sequence]
    assert [capture.size_px for capture in captures] == [(40, 30), (24, 32), (50, 20)]
    assert [next(iter(c.channels.values())).shape for c in captures] == [
        (30, 40, 3),
        (32, 24, 3),
        (20, 50, 3),
    ]
    assert [len(things(frame)) for frame in (second, third)] == [1, 0]
    stored = sorted(p.name for p in sequence.folder.glob("camera/rgb/*"))
    assert stored == ["000000.jpg", "000001.jpg", "000002.png"]


def test_coco_as_it_is_handed_out(tmp_path: Path) -> None:
    """Joints are in a file of their own, captions and panoptic segments in others."""
    source = coco_stills(tmp_path / "coco")
    path = source / "annotations/instances_val2017.json"
    data = json.loads(path.read_text())
    person = next(row for row in data["annotations"] if "keypoints" in row)
    only_people = data | {"annotations": [dict(person)]}
    path.with_name("person_keypoints_val2017.json").write_text(json.dumps(only_people))
    for name in ("keypoints", "num_keypoints"):
        del person[name]
    path.write_text(json.dumps(data))
    for name in ("captions_val2017.json", "panoptic_val2017.json", "image_info_test2017.json"):
        path.with_name(name).write_text("{}")
    done = import_dataset("coco", source, tmp_path / "out")
    assert done.not_read == ["captions_val2017.json", "image_info_test2017.json", "panoptic_val2017.json"]
    import_dataset("coco", coco_stills(tmp_path / "whole"), tmp_path / "same")
    labels = "sequences/val2017/labels.jsonl"
    assert (tmp_path / "out" / labels).read_bytes() == (tmp_path / "same" / labels).read_bytes()
    only_people["annotations"][0]["id"] = 77
    path.with_name("person_keypoints_val2017.json").write_text(json.dumps(only_people))
    with pytest.raises(
        UsageError, match=r"person_keypoints_val2017.json: annotations\[0\]: id 77 is not among"
    ):
        import_dataset("coco", source, tmp_path / "other")


def test_names_can_be_given(tmp_path: Path) -> None:
    source = coco_stills(tmp_path / "coco")
    names = {"horse": "ignore", "car": "vehicle.van"}
    done = import_dataset("coco", source, tmp_path / "out", names=names)
    assert (done.annotations, done.ignored, done.left_out) == (3, 2, {})
    [sequence] = read(tmp_path / "out")
    assert [a.category for frame in sequence for a in things(frame)] == [
        "vehicle.van", "human.pedestrian.adult", "vehicle.van",
    ]  # fmt: skip
    with pytest.raises(UsageError, match=r"unknown category 'vehicle.vann'.*did you mean 'vehicle.van'"):
        import_dataset("coco", source, tmp_path / "other", names={"car": "vehicle.vann"})


@pytest.mark.parametrize(("grouping", "names"), [
    ("folder", ["a", "b-c"]),
    ("image", ["a-000001", "a-000002", "b-c-000001"]),
    ("auto", ["val2017"]),
])  # fmt: skip
def test_coco_in_folders(tmp_path: Path, grouping: str, names: list[str]) -> None:
    source = coco_stills(tmp_path / "coco")
    files = ("a/000002.jpg", "a/000001.jpg", "b/c/000001.jpg")
    for file in files:
        picture(source / "val2017" / file, 40, 30)

    def move(data: dict) -> None:
        for image, file in zip(data["images"], files, strict=True):
            image.update(file_name=file, width=40, height=30)

    edit_coco(move)(source)
    import_dataset("coco", source, tmp_path / "out", grouping=grouping)
    found = read(tmp_path / "out")
    assert [one.name for one in found] == names
    if grouping == "folder":
        assert [frame.captures["camera"].foreign["file"] for frame in found[0]] == [files[1], files[0]]
    clean(tmp_path / "out")


def test_kitti_tracking(tmp_path: Path) -> None:
    done = import_dataset("kitti", kitti_tracking(tmp_path / "kitti"), tmp_path / "out")
    assert (done.frames, done.annotations, done.ignored) == (2, 8, 2)
    assert done.left_out == {"Misc": 2}
    compared = clean(tmp_path / "out")
    assert (compared["kitti-box3d"], compared["kitti-angles"], compared["track-size"]) == (16, 8, 4)
    [sequence] = read(tmp_path / "out")
    first, second = sequence
    # Ids count from 0 in KITTI and from 1 here.
    assert [(a.instance_id, a.category) for a in things(first)] == [
        (1, "vehicle.van"), (2, "human.rider.bicyclist"), (3, "human.pedestrian.adult"),
        (5, "human.pedestrian.adult"),
    ]  # fmt: skip
    [[region]] = first.ignored.values()
    assert (region.word, region.category) == ("DontCare", None)
    assert region.box2d == pytest.approx((219.81, 188.99, 246.0, 219.06))
    camera = first.captures["camera"].intrinsics
    assert camera is not None
    van = things(first)[0]
    assert (van.truncation, van.occlusion_level, van.visibility) == (None, 0, None)
    assert van.box3d_camera is not None
    # P2 takes the rectified camera 0 to pixels whose centers are whole numbers; ours takes camera 2's.
    rectified = np.array([-4.55, 1.86 - 1.0, 13.41, 1.0])
    u, v, w = P2 @ rectified
    center = van.box3d_camera.world_from_box.translation_m
    assert np.allclose(camera.project(center), [u / w + 0.5, v / w + 0.5], rtol=0, atol=1e-9)
    assert van.box2d_amodal is not None
    # 0.1 s to the east at 10 m/s; the car faces east, its camera looks along x.
    poses = [frame.captures["camera"].world_from_camera for frame in sequence]
    assert poses[0] is not None
    assert poses[1] is not None
    moved = poses[1].translation_m - poses[0].translation_m
    assert np.allclose(moved, [1.0, 0.0, 0.0], rtol=0, atol=1e-4)
    assert poses[0].rotation[:, 2] @ [1.0, 0.0, 0.0] > 0.999
    assert second.captures["camera"].timestamp_ns == 100_000_000


def test_kitti_without_pictures_calibration_and_gps(tmp_path: Path) -> None:
    source = kitti_tracking(tmp_path / "kitti")
    for file in [*source.rglob("*.png"), *source.rglob("calib/*"), *source.rglob("oxts/*")]:
        file.unlink()
    done = import_dataset("kitti", source, tmp_path / "out")
    assert (done.frames, done.without_picture) == (2, 2)
    compared = clean(tmp_path / "out")
    assert (compared["kitti-boxes"], compared["kitti-box3d"], compared["kitti-angles"]) == (0, 0, 8)
    [sequence] = read(tmp_path / "out")
    capture = sequence[0].captures["camera"]
    told = (capture.size_px, capture.intrinsics, capture.world_from_camera, dict(capture.channels))
    assert told == (None, None, None, {})
    assert things(sequence[0])[0].box3d is None


def test_kitti_objects(tmp_path: Path) -> None:
    import_dataset("kitti", kitti_objects(tmp_path / "kitti"), tmp_path / "out")
    compared = clean(tmp_path / "out")
    assert compared["kitti-box3d"] == 8
    [sequence] = read(tmp_path / "out")
    assert (sequence.source["is_video"], sequence.rate_hz) == (False, None)
    assert [frame.captures["camera"].tick for frame in sequence] == [0, 3]
    assert [frame.captures["camera"].size_px for frame in sequence] == [(1242, 375), (1224, 370)]
    assert [(a.instance_id, a.truncation) for frame in sequence for a in things(frame)] == [
        (1, 0.25), (2, 0.0), (3, 0.25), (4, 0.0),
    ]  # fmt: skip


def test_mot17(tmp_path: Path) -> None:
    done = import_dataset("mot", mot17(tmp_path / "mot"), tmp_path / "out")
    assert (done.frames, done.annotations, done.ignored) == (3, 7, 2)
    assert done.left_out == {"Occluder": 1}
    compared = clean(tmp_path / "out")
    assert (compared["mot-boxes"], compared["mot-images"]) == (7, 3)
    [sequence] = read(tmp_path / "out")
    assert (sequence.name, sequence.rate_hz) == ("MOT17-02-FRCNN", 30)
    first = {a.instance_id: a for a in things(sequence[0])}
    assert first[1].box2d_amodal == (90, 47, 105, 85)
    assert (first[1].visibility, first[1].is_ignored, first[1].truncation) == (1, False, 0)
    assert (first[2].box2d_amodal, first[2].truncation) == ((0, 19, 10, 59), 0.5)
    assert (first[4].category, first[4].is_ignored) == ("human.pedestrian.adult", True)
    car = next(a for a in things(sequence[1]) if a.instance_id == 3)
    assert (car.category, car.is_ignored) == ("vehicle.car", True)
    assert [region.word for frame in sequence for r in frame.ignored.values() for region in r] == [
        "Distractor", "Reflection",
    ]  # fmt: skip
    assert [frame.captures["camera"].timestamp_ns for frame in sequence] == [0, 33333333, 66666666]


def test_mot15_knows_neither_classes_nor_visibility(tmp_path: Path) -> None:
    source = mot17(tmp_path / "mot")
    edit_text("train/*/gt/gt.txt", lambda _: ["1,1,20.5,20,15,38,1,-1,-1,-1", "3,1,30,20,15,38,0,1.5,2.5,0"])(
        source
    )
    import_dataset("mot", source, tmp_path / "out")
    clean(tmp_path / "out")
    [sequence] = read(tmp_path / "out")
    assert [(a.category, a.visibility, a.is_ignored) for frame in sequence for a in things(frame)] == [
        ("human.pedestrian.adult", None, False), ("human.pedestrian.adult", None, True),
    ]  # fmt: skip


def test_the_audit_reads_mot_as_it_is(tmp_path: Path) -> None:
    source = mot17(tmp_path / "mot")
    report = check(source)
    assert (report.format, report.findings) == ("mot", ())
    assert {name: row["tracks"] for name, row in report.counts.items()} == {
        "Car": 1, "Distractor": 1, "Occluder": 1, "Pedestrian": 2, "Reflection": 1, "Static person": 1,
    }  # fmt: skip
    edit_text("train/*/gt/gt.txt", lambda lines: [*lines, "9,1,1,1,5", lines[0], "7,9,1,1,5,5,1,14,3"])(
        source
    )
    assert {finding.check for finding in check(source).findings} == {
        "mot-rows", "mot-frames", "mot-ids", "mot-ranges", "mot-images",
    }  # fmt: skip
