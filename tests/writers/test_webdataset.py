"""Shards, read by webdataset itself, hold every capture's images and native record; bytes repeat."""

from __future__ import annotations

import dataclasses
import gc
import json
import tarfile

import pyarrow.parquet as pq
import pytest
import webdataset as wds

from sim.dataset import Splits, read
from sim.dataset.encodings import Encodings
from sim.dataset.layout import image_name
from sim.dataset.records import annotation_from_json, line_of, pose_from_json
from sim.frame import AMODAL, CHANNELS
from sim.scenario import intrinsics_to_json
from sim.testing.toys import ToyStreet
from sim.writers import SequenceOutput, export, finish, webdataset

# webdataset leaves closing its files to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

STREET = ToyStreet(ticks=3, channels=(*CHANNELS, AMODAL), splits=Splits((1, 1, 1), seed=5))
NAMES = ("s3", "s4", "s7", "s12")
FORMATS = ("native", "webdataset")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("webdataset")
    for name in NAMES:
        street = dataclasses.replace(STREET, seed=int(name[1:]))
        street.write(root, name, FORMATS, last=name == NAMES[-1])
    return root


def samples(home, split):
    """What webdataset makes of the shards that shards.json names."""
    shards = json.loads((home / "shards.json").read_text())[split]
    urls = [str(home / shard["url"]) for shard in shards]
    found = list(wds.WebDataset(urls, shardshuffle=False).decode("rgb8", only=("rgb.png", "json")))
    gc.collect()  # here, where its open files are forgiven
    return found


def test_samples_are_the_captures(root):
    home = root / "webdataset"
    found = {s["__key__"]: (split, s) for split in ("train", "val", "test") for s in samples(home, split)}
    assert {split for split, _ in found.values()} == {"train", "val", "test"}
    for sequence in read(root):
        for frame in sequence:
            for sensor, capture in frame.captures.items():
                split, sample = found.pop(f"{sequence.name}_{sensor}_{frame.index:06d}")
                assert split == sequence.info.split
                record = sample["json"]
                own = {key: record.pop(key) for key in ("key", "sequence", "intrinsics")}
                assert own["sequence"] == sequence.name
                assert own["intrinsics"] == json.loads(json.dumps(intrinsics_to_json(capture.intrinsics)))
                assert record == json.loads(line_of(frame.index, capture, frame.annotations[sensor]))
                assert (
                    pose_from_json(record["world_from_camera"]).matrix == capture.world_from_camera.matrix
                ).all()
                assert [annotation_from_json(a).name for a in record["annotations"]] == [
                    a.name for a in frame.annotations[sensor]
                ]
                check_images(sample, sequence.folder, capture, frame.index)
    assert not found


def check_images(sample, folder, capture, index):
    assert (sample.pop("rgb.png") == capture.rgb).all()
    files = {key: value for key, value in sample.items() if "." in key}
    assert len(files) == len(CHANNELS) - 1
    for key, data in files.items():
        channel, suffix = key.split(".")
        path = folder / image_name(capture.sensor, channel, index)
        assert path.suffix == f".{suffix}"
        assert data == path.read_bytes()


def test_shards_say_how_much_they_hold_and_nothing_else_is_in_them(root):
    home = root / "webdataset"
    listed = [shard for of in json.loads((home / "shards.json").read_text()).values() for shard in of]
    assert sorted(shard["url"] for shard in listed) == sorted(
        path.relative_to(home).as_posix() for path in home.rglob("*.tar")
    )
    for shard in listed:
        path = home / shard["url"]
        assert path.stat().st_size == shard["filesize"]
        with tarfile.open(path) as tar:
            members = tar.getmembers()
        keys = [member.name.split(".")[0] for member in members]
        assert len(dict.fromkeys(keys)) == shard["nsamples"] == sum(m.name.endswith(".json") for m in members)
        for member in members:
            assert (member.mtime, member.uid, member.gid, member.uname, member.gname) == (0, 0, 0, "", "")
    assert not list((root / "sequences").rglob("spool"))


def test_an_export_has_the_same_bytes(root, tmp_path):
    export(root, tmp_path, ("webdataset",), min_visible_px=4)
    first = {p.relative_to(root): p.read_bytes() for p in (root / "webdataset").rglob("*") if p.is_file()}
    again = {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "webdataset").rglob("*.*")}
    assert first == again


def test_a_shard_ends_after_its_size_and_a_sample_stays_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(webdataset, "_SHARD_BYTES", 40_000)
    summary = ToyStreet(seed=3, ticks=6).write(tmp_path, "s", FORMATS)["webdataset"]
    shards = json.loads((tmp_path / "webdataset/shards.json").read_text())["train"]
    assert summary == {"samples": 9, "shards": len(shards)}
    assert 1 < len(shards) < 9
    assert all(shard["filesize"] >= 40_000 for shard in shards[:-1])
    keys = [s["__key__"] for s in samples(tmp_path / "webdataset", "train")]
    assert keys == [
        f"s_{c}_{f:06d}" for f in range(6) for c in ("front", "pole") if c == "front" or f % 2 == 0
    ]


def test_samples_have_the_chosen_file_types_and_other_formats_the_usual_ones(tmp_path):
    street, chosen = ToyStreet(seed=3, ticks=1), Encodings(rgb="jpg", depth="png16")
    info = dataclasses.replace(street.info(tmp_path, "s"), encodings=chosen)
    with SequenceOutput(info, ("webdataset", "huggingface")) as output:
        for state, frame in street.frames():
            output.state(state)
            output.write(frame)
    finish(tmp_path)
    shards = sorted((tmp_path / "webdataset").rglob("*.tar"))
    with tarfile.open(shards[0]) as tar:
        names = {member.name.split(".", 1)[1] for member in tar.getmembers()}
    assert names == {"json", "rgb.jpg", "depth.png", "instance.png", "semantic.png"}
    (path,) = (tmp_path / "huggingface").rglob("*.parquet")
    row = pq.read_table(path).to_pylist()[0]
    assert row["image"]["bytes"].startswith(b"\x89PNG")
    assert row["depth"]["bytes"][:2] == b"II"
