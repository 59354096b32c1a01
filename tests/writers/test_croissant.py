"""Tables and images hold what the frames do; the metadata describe every file and every column there is."""

from __future__ import annotations

import dataclasses
import json
import re

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.dataset import Splits, read
from sim.dataset.layout import image_name
from sim.frame import AMODAL, CHANNELS
from sim.taxonomy import CATEGORIES
from sim.testing.toys import ToyStreet
from sim.writers import croissant, export
from sim.writers.outlines import rle_pixels

STREET = ToyStreet(ticks=3, channels=(*CHANNELS, AMODAL), splits=Splits((1, 1, 1), seed=5))
NAMES = ("s3", "s4", "s7")
MIN_VISIBLE_PX = 4


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("croissant")
    for name in NAMES:
        street = dataclasses.replace(STREET, seed=int(name[1:]))
        street.write(root, name, ("native", "croissant"), last=name == NAMES[-1])
    return root


@pytest.fixture(scope="module")
def metadata(root):
    return json.loads((root / "croissant/croissant.json").read_text())


def rows(root, table):
    files = sorted((root / "croissant" / table).iterdir())
    return [row for path in files for row in pq.read_table(path).to_pylist()]


def test_every_capture_and_everyone_seen_has_a_row(root):
    captures = {row["capture"]: row for row in rows(root, "captures")}
    objects = {}
    for row in rows(root, "objects"):
        objects.setdefault(row["capture"], []).append(row)
    seen = 0
    for sequence in read(root):
        for frame in sequence:
            for sensor, capture in frame.captures.items():
                name = f"{sequence.name}_{sensor}_{frame.index:06d}"
                row = captures.pop(name)
                assert (row["split"], row["timestamp_ns"]) == (sequence.info.split, capture.timestamp_ns)
                assert np.reshape(row["world_from_camera"], (3, 4)).tolist() == (
                    capture.world_from_camera.matrix[:3].tolist()
                )
                k = capture.intrinsics
                assert [row[f] for f in ("fx_px", "fy_px", "cx_px", "cy_px")] == [
                    k.fx_px,
                    k.fy_px,
                    k.cx_px,
                    k.cy_px,
                ]
                shown = [a for a in frame.annotations[sensor] if a.visible_px >= MIN_VISIBLE_PX]
                for a, entry in zip(shown, objects.pop(name, []), strict=True):
                    check_object(entry, capture, a)
                seen += len(shown)
                check_images(root, sequence.folder, name, capture, frame.index)
    assert not captures
    assert not objects
    assert seen


def check_object(entry, capture, a):
    mask = capture.instance == a.instance_id
    code = {"size": mask.shape, "counts": entry["segmentation"].encode()}
    assert (rle_pixels(code) == mask).all()
    assert entry["area"] == mask.sum()
    x, y, w, h = entry["bbox"]
    assert (x, y, x + w, y + h) == a.box2d_visible
    assert (entry["instance_id"], entry["name"], entry["category"]) == (a.instance_id, a.name, a.category)
    assert np.reshape(entry["world_from_box"], (3, 4)).tolist() == a.box3d.world_from_box.matrix[:3].tolist()
    assert (entry["size_lwh_m"], entry["velocity_mps"]) == (list(a.box3d.size_lwh_m), list(a.velocity_mps))
    assert (entry["visibility"], entry["truncation"]) == (a.visibility, a.truncation)
    assert (entry["activity"], entry["rider_of"]) == (a.activity, 0)


def check_images(root, folder, name, capture, index):
    for channel in CHANNELS:
        native = folder / image_name(capture.sensor, channel, index)
        assert (root / f"croissant/images/{name}.{channel}{native.suffix}").samefile(native)
    picture = cv2.imread(str(root / f"croissant/images/{name}.rgb.png"))
    assert (picture[..., ::-1] == capture.rgb).all()


def test_every_file_belongs_to_one_set_of_files(root, metadata):
    home = root / "croissant"
    files = {p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file()} - {"croissant.json"}
    described = [
        path.relative_to(home).as_posix()
        for d in metadata["distribution"]
        for path in home.glob(d["includes"])
    ]
    assert sorted(described) == sorted(files)


def test_every_column_is_a_field_and_every_name_is_defined(root, metadata):
    sets = {record["@id"]: record for record in metadata["recordSet"]}
    files = {d["@id"] for d in metadata["distribution"]}
    fields = {f["@id"]: f for record in sets.values() for f in record["field"]}
    for table in ("captures", "objects"):
        (path, *_) = (root / "croissant" / table).iterdir()
        columns = [f["source"]["extract"]["column"] for f in sets[table]["field"]]
        assert columns == pq.read_schema(path).names
        assert all(f["description"] for f in sets[table]["field"])
    for field in fields.values():
        assert "source" not in field or field["source"]["fileSet"]["@id"] in files
        assert "references" not in field or field["references"]["field"]["@id"] in fields
    assert [row["categories/name"] for row in sets["categories"]["data"]] == list(CATEGORIES)
    (picture,) = (f for f in sets["pictures"]["field"] if "transform" in f["source"])
    pattern = picture["source"]["transform"]["regex"]
    names = {re.match(pattern, p.name)[1] for p in (root / "croissant/images").glob("*.rgb.png")}
    assert names == {row["capture"] for row in rows(root, "captures")}


def test_responsible_ai_fields_are_there(metadata):
    said = {key: value for key, value in metadata.items() if key.startswith("rai:")}
    assert {"rai:dataCollection", "rai:dataBiases", "rai:dataUseCases", "rai:dataLimitations"} <= said.keys()
    assert {"rai:personalSensitiveInformation", "rai:dataAnnotationProtocol"} <= said.keys()
    assert all(said.values())
    assert "http://mlcommons.org/croissant/RAI/1.0" in metadata["conformsTo"]


def test_an_export_has_the_same_bytes_however_rows_are_grouped(root, tmp_path, monkeypatch):
    def digests(home):
        return {p.relative_to(home): p.read_bytes() for p in (home / "croissant").rglob("*.*")}

    export(root, tmp_path / "same", ("croissant",), min_visible_px=MIN_VISIBLE_PX)
    assert digests(tmp_path / "same") == digests(root)
    monkeypatch.setattr(croissant.writer, "_ROWS", 2)
    export(root, tmp_path / "groups", ("croissant",), min_visible_px=MIN_VISIBLE_PX)
    for table in ("captures", "objects"):
        assert rows(tmp_path / "groups", table) == rows(root, table)


def test_what_is_dropped_is_counted(tmp_path):
    street = ToyStreet(seed=3, ticks=4)
    summary = street.write(tmp_path, formats=("croissant",))["croissant"]
    every = [a for _, f in street.frames() for v in f.annotations.values() for a in v]
    kept = sum(a.visible_px >= MIN_VISIBLE_PX for a in every)
    assert 0 < kept < len(every)
    assert summary == {"captures": 6, "objects": kept, "dropped": len(every) - kept}
