"""Parquet rows and metadata lines hold what the frames do; the schema names pictures and classes."""

from __future__ import annotations

import dataclasses
import io
import json

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from sim.dataset import Splits, read
from sim.dataset.layout import image_name
from sim.dataset.records import pose_to_json
from sim.frame import AMODAL, CHANNELS
from sim.taxonomy import CATEGORIES
from sim.testing.toys import ToyStreet
from sim.writers import export
from sim.writers.huggingface import parquet

# pycocotools has not learnt NumPy 2's copy keyword yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STREET = ToyStreet(ticks=3, channels=(*CHANNELS, AMODAL), splits=Splits((1, 1, 1), seed=5))
NAMES = ("s3", "s4", "s7", "s12")
FORMATS = ("native", "huggingface", "imagefolder")
MIN_VISIBLE_PX = 4
FLOATS = {"normal", "flow_forward", "flow_backward", "scene_flow"}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("huggingface")
    for name in NAMES:
        street = dataclasses.replace(STREET, seed=int(name[1:]))
        street.write(root, name, FORMATS, last=name == NAMES[-1])
    return root


def captures(root):
    for sequence in read(root):
        for frame in sequence:
            for sensor, capture in frame.captures.items():
                shown = [a for a in frame.annotations[sensor] if a.visible_px >= MIN_VISIBLE_PX]
                yield sequence, frame.index, capture, shown


def rows_of(root):
    """(sequence, camera, frame) -> split, row."""
    found = {}
    for path in sorted((root / "huggingface/data").rglob("*.parquet")):
        for row in pq.read_table(path).to_pylist():
            found[row["sequence"], row["camera"], row["frame"]] = (path.parent.name, row)
    return found


def test_rows_are_captures(root):
    found = rows_of(root)
    seen = 0
    for sequence, index, capture, shown in captures(root):
        split, row = found.pop((sequence.name, capture.sensor, index))
        assert split == sequence.info.split
        assert row["timestamp_ns"] == capture.timestamp_ns
        assert row["world_from_camera"] == pose_to_json(capture.world_from_camera)
        assert row["camera_matrix"] == capture.intrinsics.matrix.tolist()
        assert (row["width"], row["height"]) == (96, 64)
        objects = row["objects"]
        assert {len(column) for column in objects.values()} == {len(shown)}
        assert objects["instance_id"] == [a.instance_id for a in shown]
        assert [list(CATEGORIES)[c] for c in objects["category"]] == [a.category for a in shown]
        assert objects["world_from_box"] == [pose_to_json(a.box3d.world_from_box) for a in shown]
        assert objects["velocity_mps"] == [list(a.velocity_mps) for a in shown]
        for number, a in enumerate(shown):
            check_masks({name: column[number] for name, column in objects.items()}, capture, a)
        check_images(row, sequence.folder, capture, index)
        seen += len(shown)
    assert not found
    assert seen


def check_masks(entry, capture, a):
    mask = capture.instance == a.instance_id
    size = list(mask.shape)
    decoded = coco_mask.decode({"size": size, "counts": entry["segmentation"].encode()})
    assert (decoded == mask).all()
    rows, columns = np.nonzero(mask)
    x, y, w, h = entry["bbox"]
    assert (x, y, x + w, y + h) == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert entry["area"] == mask.sum()
    whole = coco_mask.decode({"size": size, "counts": entry["amodal_segmentation"].encode()})
    assert whole.sum() == entry["amodal_area"] == a.unoccluded_px
    if a.keypoints is None:
        assert entry["keypoints"] is None
    else:
        joints = np.array(entry["keypoints"])
        assert (joints[:, :2] == a.keypoints.pixels).all()
        assert (joints[:, 2] == a.keypoints.visibility).all()


def check_images(row, folder, capture, index):
    for channel in CHANNELS:
        cell = row["image" if channel == "rgb" else channel]
        data = cell if channel in FLOATS else cell["bytes"]
        assert data == (folder / image_name(capture.sensor, channel, index)).read_bytes()
        if channel not in FLOATS | {"panoptic"}:  # whose three bands are one number
            assert (np.asarray(Image.open(io.BytesIO(data))) == capture.channels[channel]).all()


def test_the_schema_says_what_pictures_and_classes_are(root):
    for path in (root / "huggingface/data").rglob("*.parquet"):
        metadata = pq.read_schema(path).metadata
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        assert list(features) == pq.read_schema(path).names
        assert {name for name, f in features.items() if f.get("_type") == "Image"} == (
            {"image", *CHANNELS} - FLOATS - {"rgb"}
        )
        assert features["objects"]["category"]["feature"]["names"] == list(CATEGORIES)


def test_cameras_without_a_channel_have_empty_cells(tmp_path):
    ToyStreet(seed=3, ticks=1).write(tmp_path, "s", ("huggingface",))
    (path,) = tmp_path.rglob("*.parquet")
    for row in pq.read_table(path).to_pylist():
        assert {c for c in CHANNELS if row["image" if c == "rgb" else c] is None} == (
            set(CHANNELS) - {"rgb", "depth", "instance", "semantic"}
        )


def test_the_folder_of_pictures_has_a_line_for_each(root):
    home, found = root / "imagefolder", {}
    for path in home.glob("*/metadata.jsonl"):
        for text in path.read_text().splitlines():
            line = json.loads(text)
            found[line["sequence"], line["camera"], line["frame"]] = (path.parent, line)
    assert len(found) == len(list(home.rglob("*.png")))
    for sequence, index, capture, shown in captures(root):
        folder, line = found.pop((sequence.name, capture.sensor, index))
        assert folder.name == sequence.info.split
        assert (cv2.imread(str(folder / line["file_name"]))[..., ::-1] == capture.rgb).all()
        objects = line["objects"]
        assert objects["category"] == [a.category for a in shown]
        for instance, rle, area in zip(
            objects["instance_id"], objects["segmentation"], objects["area"], strict=True
        ):
            mask = coco_mask.decode({**rle, "counts": rle["counts"].encode()})
            assert (mask == (capture.instance == instance)).all()
            assert mask.sum() == area
    assert not found


def test_an_export_has_the_same_bytes(root, tmp_path):
    export(root, tmp_path, FORMATS[1:], min_visible_px=MIN_VISIBLE_PX)
    for name in FORMATS[1:]:
        first = {p.relative_to(root): p.read_bytes() for p in (root / name).rglob("*.*")}
        assert first == {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / name).rglob("*.*")}


def test_files_and_groups_of_rows_end_after_their_size(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "_GROUP_BYTES", 8_000)
    monkeypatch.setattr(parquet, "_FILE_BYTES", 20_000)
    summary = ToyStreet(seed=3, ticks=6).write(tmp_path, "s", ("huggingface",))["huggingface"]
    files = sorted((tmp_path / "huggingface/data/train").iterdir())
    assert [path.name for path in files] == [f"s-{number:06d}.parquet" for number in range(len(files))]
    assert 1 < len(files) < summary["rows"] == 9
    assert pq.ParquetFile(files[0]).num_row_groups > 1
    rows = [row for path in files for row in pq.read_table(path, columns=["camera", "frame"]).to_pylist()]
    assert [(row["camera"], row["frame"]) for row in rows] == [
        (c, f) for f in range(6) for c in ("front", "pole") if c == "front" or f % 2 == 0
    ]


def test_what_is_dropped_is_counted(tmp_path):
    street = ToyStreet(seed=3, ticks=4)
    summary = street.write(tmp_path, formats=FORMATS)
    rows = [a for _, f in street.frames() for v in f.annotations.values() for a in v]
    kept = sum(a.visible_px >= MIN_VISIBLE_PX for a in rows)
    assert 0 < kept < len(rows)
    wanted = {"objects": kept, "dropped": len(rows) - kept}
    assert summary["huggingface"] == {"rows": 6, **wanted}
    assert summary["imagefolder"] == {"images": 6, **wanted}
