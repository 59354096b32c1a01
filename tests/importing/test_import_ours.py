"""Our own data sets, exported and imported again: equal in everything the formats hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.audit import check
from sim.dataset import RecordedSequence
from sim.dataset import read as read_recorded
from sim.frame import Annotation, Capture
from sim.importing import (
    FORMATS,
    ImportedAnnotation,
    ImportedFrame,
    ImportedSequence,
    Region,
    import_dataset,
    read,
)
from sim.taxonomy import category

MIN_PX = 4
DIGITS = 1.1e-6  # of six decimals, added once

Pair = tuple[Capture, tuple[Annotation, ...], ImportedFrame]


@pytest.fixture(scope="module")
def home(ours: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what was exported as ``data`` and what was imported by format."""
    root = tmp_path_factory.mktemp("imported")
    (root / "data").symlink_to(ours)
    for name in FORMATS:
        import_dataset(name, ours / name, root / name)
    return root


def pairs(home: Path, format_name: str) -> Iterator[tuple[RecordedSequence, ImportedSequence, list[Pair]]]:
    """Each camera's captures beside the imported frames."""
    recorded = read_recorded(home / "data")
    imported = {one.name: one for one in read(home / format_name)}
    numbers = {
        tuple(line.split()[1:3]): line.split()[0]
        for line in (home / "data/kitti/sequences.txt").read_text().splitlines()
    }
    for sequence in recorded:
        for camera in sequence.info.sensors:
            name = f"{sequence.name}-{camera.name}"
            found = imported[numbers[sequence.name, camera.name] if format_name == "kitti" else name]
            frames = [frame for frame in sequence if camera.name in frame.captures]
            assert len(frames) == len(found) > 1
            yield (
                sequence,
                found,
                [
                    (frame[camera.name], frame.annotations[camera.name], other)
                    for frame, other in zip(frames, found, strict=True)
                ],
            )


def of(frame: ImportedFrame) -> tuple[tuple[ImportedAnnotation, ...], tuple[Region, ...]]:
    [annotations], [ignored] = frame.annotations.values(), frame.ignored.values()
    return annotations, ignored


def read_as(target: str, name: str) -> str:
    """The category that stands for all that are written as the one called `name`."""
    merged = {"human.pedestrian.child": "human.pedestrian.adult"}
    if target == "mot":
        merged |= {"human.rider.motorcyclist": "human.rider.bicyclist", "vehicle.van": "vehicle.car"}
    return merged.get(name, name)


@pytest.mark.parametrize("format_name", FORMATS)
def test_check_finds_nothing_and_says_what_it_could_not_do(home: Path, format_name: str) -> None:
    report = check(home / format_name)
    assert report.format == "native"
    assert report.findings == ()
    results = {one.check: one for one in report.results}
    assert results["unique-ids"].compared == results["imported-fields"].compared // {"coco": 5}.get(
        format_name, 4
    )
    assert results["depth-range"].not_applicable == (
        "no depth" if format_name == "kitti" else "no lens, depth"
    )
    assert results["motion-state"].not_applicable == "no state, velocity_mps"
    assert all(one.compared or one.not_applicable.startswith("no") for one in report.results)


@pytest.mark.parametrize("format_name", FORMATS)
def test_pictures_are_the_same_files_byte_for_byte(home: Path, format_name: str) -> None:
    for sequence, found, frames in pairs(home, format_name):
        for capture, _, frame in frames:
            [other] = frame.captures.values()
            assert np.array_equal(capture.rgb, other.channels["rgb"])
            own = (
                sequence.folder / f"{capture.sensor}/rgb/{capture.tick:06d}.png"
            )  # the first camera films at every tick
            stored = found.folder / f"camera/rgb/{frame.index:06d}.png"
            assert own.read_bytes() == stored.read_bytes()
            assert other.size_px == (capture.intrinsics.width_px, capture.intrinsics.height_px)


def test_coco_gives_back_all_it_was_given(home: Path) -> None:
    compared = 0
    for _, found, frames in pairs(home, "coco"):
        assert found.source["is_video"]
        for capture, labels, frame in frames:
            others, ignored = of(frame)
            assert ignored == ()
            kept = [a for a in labels if a.mask_rle is not None and a.visible_px >= MIN_PX]
            assert [b.instance_id for b in others] == [a.instance_id for a in kept]
            [other] = frame.captures.values()
            assert other.timestamp_ns == capture.timestamp_ns
            for a, b in zip(kept, others, strict=True):
                exact = (
                    *("name", "category", "box2d_visible", "visible_px", "unoccluded_px", "visibility"),
                    *("occlusion_level", "truncation", "mask_rle", "amodal_rle", "occluders", "distance_m"),
                    *("activity", "rider_of", "lights"),
                )
                assert {n: getattr(b, n) for n in exact} == {n: getattr(a, n) for n in exact}
                assert b.box2d_amodal is not None
                assert np.allclose(b.box2d_amodal, a.box2d_amodal, rtol=0, atol=1e-9)
                assert (b.keypoints is None) == (a.keypoints is None or not a.keypoints.visibility.any())
                if a.keypoints is not None and b.keypoints is not None:
                    assert np.array_equal(b.keypoints.visibility, a.keypoints.visibility)
                    assert np.allclose(b.keypoints.pixels, a.keypoints.pixels, rtol=0, atol=1e-9)
                compared += 1
    assert compared > 40


def test_kitti_gives_back_boxes_tracks_cameras_and_poses(home: Path) -> None:
    compared = 0
    for _, found, frames in pairs(home, "kitti"):
        assert (found.source["format"], found.rate_hz) == ("kitti", 10)
        start: list[tuple[Any, Any]] = []
        for capture, labels, frame in frames:
            others, ignored = of(frame)
            [other] = frame.captures.values()
            size = np.array([capture.intrinsics.width_px, capture.intrinsics.height_px] * 2)
            kept = [
                a for a in labels
                if a.visible_px >= MIN_PX and category(a.category).label("kitti") is not None
            ]  # fmt: skip
            assert [b.instance_id for b in others] == [a.instance_id for a in kept]
            assert len(ignored) == len(labels) - len(kept)
            k, own = other.intrinsics, capture.intrinsics
            assert k is not None
            assert np.allclose(k.matrix, own.matrix, rtol=1e-12, atol=0)
            pose = other.world_from_camera
            assert pose is not None
            start = start or [(capture.world_from_camera, pose)]
            moved = start[0][0].inverse() @ capture.world_from_camera
            assert np.allclose((start[0][1].inverse() @ pose).matrix, moved.matrix, rtol=0, atol=1e-6)
            for a, b in zip(kept, others, strict=True):
                clipped = np.clip(a.box2d_amodal, 0.5, size - 0.5)
                assert b.box2d_amodal is not None
                assert np.allclose(b.box2d_amodal, clipped, rtol=0, atol=DIGITS)
                assert b.category == read_as("kitti", a.category)
                assert b.occlusion_level == a.occlusion_level
                assert (b.mask_rle, b.visibility, b.box2d_visible) == (None, None, None)
                _same_place(a, b, capture, pose)
                compared += 1
    assert compared > 40


def _same_place(a: Annotation, b: ImportedAnnotation, capture: Capture, pose: Any) -> None:
    """The middle of the bottom and the heading about the camera's y axis, which is all that KITTI holds."""
    assert b.box3d is not None
    assert b.box3d_camera is not None
    assert np.allclose(b.box3d.size_lwh_m, a.box3d.size_lwh_m, rtol=0, atol=DIGITS)
    placed = pose @ b.box3d_camera.world_from_box
    assert np.allclose(b.box3d.world_from_box.matrix, placed.matrix, rtol=0, atol=1e-12)
    low = np.array([0.0, 0.0, -a.box3d.size_lwh_m[2] / 2])
    camera_from_box = capture.world_from_camera.inverse() @ a.box3d.world_from_box
    assert np.allclose(
        b.box3d_camera.world_from_box.apply(low), camera_from_box.apply(low), rtol=0, atol=2 * DIGITS
    )
    ahead, other = camera_from_box.rotation[[0, 2], 0], b.box3d_camera.world_from_box.rotation[:, 0]
    assert np.allclose(other[[0, 2]], ahead / np.linalg.norm(ahead), rtol=0, atol=DIGITS)
    assert other[1] == 0


def test_mot_gives_back_boxes_tracks_and_visibility(home: Path) -> None:
    compared = 0
    for _, found, frames in pairs(home, "mot"):
        for _, labels, frame in frames:
            others, _ = of(frame)
            kept = [a for a in labels if category(a.category).label("mot") is not None]
            assert [b.instance_id for b in others] == [a.instance_id for a in kept]
            for a, b in zip(kept, others, strict=True):
                assert b.box2d_amodal is not None
                assert np.allclose(b.box2d_amodal, a.box2d_amodal, rtol=0, atol=2 * DIGITS)
                assert b.truncation == pytest.approx(0, abs=1e-4)
                assert b.category == read_as("mot", a.category)
                assert b.is_ignored == (a.visible_px < MIN_PX)
                assert (b.visibility is None) == (a.visibility is None)
                assert b.visibility is None or b.visibility == pytest.approx(a.visibility, abs=DIGITS)
                compared += 1
        assert found.source["left_out"] == {}
    assert compared > 50


@pytest.mark.parametrize("format_name", FORMATS)
def test_importing_twice_gives_the_same_bytes(home: Path, tmp_path: Path, format_name: str) -> None:
    import_dataset(format_name, home / "data" / format_name, tmp_path / "again", link=True)
    first, second = home / format_name, tmp_path / "again"
    names = sorted(p.relative_to(first).as_posix() for p in first.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(second).as_posix() for p in second.rglob("*") if p.is_file())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)
    linked = [second / name for name in names if name.endswith(".png")]
    assert all(path.stat().st_nlink > 1 for path in linked)
