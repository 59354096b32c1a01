"""OpenLABEL files, read by the words of the schema, hold pictures, boxes, masks and cameras of the frames."""

from __future__ import annotations

import itertools
import json

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sim.dataset import Splits, read
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import Camera
from sim.testing.toys import ToyStreet
from sim.writers import export
from sim.writers.openlabel.records import extend, stream
from sim.writers.outlines import rle_pixels

MIN_VISIBLE_PX = 4


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("openlabel")
    splits = Splits((1, 1, 0), seed=5)
    ToyStreet(seed=3, ticks=8, splits=splits).write(root, "s3", ("native", "openlabel"), last=False)
    ToyStreet(seed=4, ticks=3, splits=splits).write(root, "s4", ("native", "openlabel"))
    return root


def content(root, sequence):
    path = root / "openlabel" / sequence.info.split / f"{sequence.name}.json"
    return path, json.loads(path.read_text())["openlabel"]


def by_name(entries):
    found = {entry["name"]: entry for entry in entries}
    assert len(found) == len(entries)
    return found


@pytest.mark.parametrize("name", ["s3", "s4"])
def test_frames_are_the_frames(root, name):
    sequence = read(root)[name]
    path, label = content(root, sequence)
    assert [int(number) for number in label["frames"]] == list(range(len(sequence)))
    assert label["frame_intervals"] == [{"frame_start": 0, "frame_end": len(sequence) - 1}]
    objects = 0
    for frame in sequence:
        record = label["frames"][str(frame.index)]
        properties = record["frame_properties"]
        assert properties["timestamp"] == frame.state.time_s
        assert set(properties["streams"]) == set(frame.captures)
        held = {int(number): o["object_data"] for number, o in record["objects"].items()}
        count = 0
        for sensor, capture in frame.captures.items():
            picture = cv2.imread(str(path.parent / properties["streams"][sensor]["uri"]))
            assert (picture[..., ::-1] == capture.rgb).all()
            check_transform(properties["transforms"][f"world_to_{sensor}"], capture)
            for a in frame.annotations[sensor]:
                if a.visible_px >= MIN_VISIBLE_PX:
                    check_object(held[a.instance_id], sensor, capture, a)
                    count += 1
        assert count == sum(len(data["binary"]) for data in held.values())
        objects += count
    assert objects


def check_transform(record, capture):
    matrix = np.reshape(record["transform_src_to_dst"]["matrix4x4"], (4, 4))
    assert (record["src"], record["dst"]) == ("world", capture.sensor)
    np.testing.assert_allclose(matrix @ capture.world_from_camera.matrix, np.eye(4), atol=1e-12)


def check_object(data, sensor, capture, a):
    boxes = by_name(data["bbox"])
    for name, box in ((f"{sensor}/visible", a.box2d_visible), (f"{sensor}/whole", a.box2d_amodal)):
        x, y, w, h = boxes[name]["val"]
        assert (x - w / 2, y - h / 2, x + w / 2, y + h / 2) == pytest.approx(box, abs=1e-9)
    numbers = {n["name"]: n["val"] for n in boxes[f"{sensor}/visible"]["attributes"]["num"]}
    assert numbers == {
        "visibility": a.visibility,
        "truncation": a.truncation,
        "distance_m": a.distance_m,
    }
    mask = by_name(data["binary"])[f"{sensor}/mask"]
    (size,) = mask["attributes"]["vec"]
    code = {"size": size["val"], "counts": mask["val"].encode()}
    assert (rle_pixels(code) == (capture.instance == a.instance_id)).all()
    x, y, z, qx, qy, qz, qw, *lwh = by_name(data["cuboid"])["box"]["val"]
    assert lwh == list(a.box3d.size_lwh_m)
    assert [x, y, z] == a.box3d.world_from_box.translation_m.tolist()
    rotation = Rotation.from_quat([qx, qy, qz, qw]).as_matrix()
    np.testing.assert_allclose(rotation, a.box3d.world_from_box.rotation, atol=1e-12)
    assert by_name(data["text"])["activity"]["val"] == a.activity
    assert by_name(data["vec"])["velocity_mps"]["val"] == list(a.velocity_mps)


@pytest.mark.parametrize("name", ["s3", "s4"])
def test_pointers_name_the_frames_that_have_the_data(root, name):
    sequence = read(root)[name]
    _, label = content(root, sequence)
    found = {}
    for number, frame in label["frames"].items():
        for uid, held in frame["objects"].items():
            for kind, entries in held["object_data"].items():
                for entry in entries:
                    found.setdefault(uid, {}).setdefault((entry["name"], kind), set()).add(int(number))
    assert set(label["objects"]) == set(found)
    gaps = 0
    for uid, entry in label["objects"].items():
        row = int(uid) - 1
        assert entry["name"] == sequence.info.roster.names[row]
        assert entry["type"] == sequence.info.roster.categories[row].name
        pointers = {
            (n, p["type"]): told(p["frame_intervals"]) for n, p in entry["object_data_pointers"].items()
        }
        assert pointers == found[uid]
        assert told(entry["frame_intervals"]) == set.union(*found[uid].values())
        gaps += sum(len(p["frame_intervals"]) > 1 for p in entry["object_data_pointers"].values())
    assert gaps  # of the camera that films every other frame


def told(intervals):
    frames = [f for i in intervals for f in range(i["frame_start"], i["frame_end"] + 1)]
    assert frames == sorted(set(frames))
    for before, after in itertools.pairwise(intervals):
        assert after["frame_start"] > before["frame_end"] + 1
    return set(frames)


def test_intervals_grow_by_the_next_frame_only():
    intervals = []
    for frame in (2, 2, 3, 5, 6, 6, 9):
        extend(intervals, frame)
    assert [(i["frame_start"], i["frame_end"]) for i in intervals] == [(2, 3), (5, 6), (9, 9)]


def test_lenses(root):
    pinhole, brown, fisheye = (
        stream(Camera("c", width_px=64, height_px=48, distortion=lens))["stream_properties"]
        for lens in (None, BrownConrady(k1=-0.1, k5=0.01), KannalaBrandt(k1=0.02))
    )
    assert pinhole["intrinsics_pinhole"]["distortion_coeffs"] == [0.0] * 5
    assert brown["intrinsics_pinhole"]["distortion_coeffs"] == [-0.1, 0, 0, 0, 0, 0, 0.01, 0]
    assert "intrinsics_pinhole" not in fisheye
    assert fisheye["intrinsics_custom"]["distortion"]["model"] == "kannala_brandt"
    matrix = np.reshape(pinhole["intrinsics_pinhole"]["camera_matrix"], (3, 4))
    assert (matrix[0, 2], matrix[1, 2]) == (31.5, 23.5)  # OpenCV counts from the first pixel's middle
    _, label = content(root, read(root)["s3"])
    assert set(label["streams"]) == {"front", "pole"}
    assert set(label["coordinate_systems"]) == {"world", "front", "pole"}


def test_an_export_has_the_same_bytes(root, tmp_path):
    export(root, tmp_path, ("openlabel",), min_visible_px=MIN_VISIBLE_PX)
    first = {p.relative_to(root): p.read_bytes() for p in (root / "openlabel").rglob("*.*")}
    assert first == {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "openlabel").rglob("*.*")}


def test_what_is_dropped_is_counted(tmp_path):
    street = ToyStreet(seed=3, ticks=4)
    summary = street.write(tmp_path, formats=("openlabel",))["openlabel"]
    every = [a for _, f in street.frames() for v in f.annotations.values() for a in v]
    kept = sum(a.visible_px >= MIN_VISIBLE_PX for a in every)
    assert 0 < kept < len(every)
    assert summary == {"images": 6, "objects": kept, "dropped": len(every) - kept}
