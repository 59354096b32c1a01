"""What a format cannot hold is named: each channel, category and lens is held or in a sentence."""

import dataclasses
import json
from pathlib import Path

import click.testing
import pytest

from sim.cli import main
from sim.dataset import read_manifest
from sim.frame import AMODAL, CHANNELS
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import CAMERA_CHANNELS
from sim.taxonomy import CATEGORIES, TARGETS, category
from sim.testing.toys import ToyStreet
from sim.writers import WRITERS

HELD = {
    "native": set(CAMERA_CHANNELS),
    "bdd100k": {"rgb", "instance", "semantic"},
    "cityscapes": {"rgb", "instance", "semantic", "panoptic"},
    "coco": {"rgb", "instance", AMODAL},
    "coco-panoptic": {"rgb", "instance", "semantic", "panoptic"},
    "kitti": {"rgb", "depth", "flow_forward", "occlusion_forward"},
    "kitti-mots": {"rgb", "instance"},
    "kitti-step": {"rgb", "instance", "semantic", "panoptic"},
    "mot": {"rgb"},
    "nuscenes": {"rgb", "depth"},
    "tao": {"rgb", "instance"},
    "youtube-vis": {"rgb", "instance"},
    "video": {"rgb"},
    "croissant": set(CHANNELS),
    "huggingface": set(CAMERA_CHANNELS),
    "imagefolder": {"rgb", "instance"},
    "mcap": {"rgb", "depth", "instance", "semantic"},
    "openlabel": {"rgb", "instance"},
    "rerun": {"rgb", "depth", "instance", "semantic"},
    "webdataset": set(CAMERA_CHANNELS),
    "yolo": {"rgb"},
    "yolo-segment": {"rgb", "instance"},
}


def info_of(root, *, lenses=(None, None), channels=CAMERA_CHANNELS, names=("vehicle.car",)):
    """A sequence with two cameras and agents of these categories."""
    street = ToyStreet(agents=len(names) - 1)
    info = street.info(root, "s")
    sensors = tuple(
        dataclasses.replace(camera, distortion=lens, channels=tuple(channels))
        for camera, lens in zip(info.sensors, lenses, strict=True)
    )
    roster = dataclasses.replace(info.roster, categories=tuple(category(name) for name in names))
    return dataclasses.replace(info, sensors=sensors, roster=roster)


def test_all_formats_are_known():
    assert set(WRITERS) == set(HELD)
    assert set(CAMERA_CHANNELS) == {*CHANNELS, AMODAL}


@pytest.mark.parametrize("command", ["run", "export"])
def test_help_names_every_format(command):
    result = click.testing.CliRunner().invoke(main, [command, "--help"], terminal_width=300)
    told = " ".join(result.stdout.split())
    assert all(f" {name}," in told or f" {name}." in told for name in WRITERS if name != "native")


@pytest.mark.parametrize("name", list(HELD))
def test_each_channel_is_held_or_named_once(tmp_path, name):
    for channels in (CAMERA_CHANNELS, ("rgb", "instance"), ("rgb", "depth", "normal")):
        sentences = WRITERS[name].cannot_hold(info_of(tmp_path, channels=channels))
        for channel in CAMERA_CHANNELS:
            named = [s for s in sentences if s == f"channel {channel} of cameras front, pole"]
            assert len(named) == (channel in channels and channel not in HELD[name])
        assert len(set(sentences)) == len(sentences)


def test_a_channel_is_named_with_the_cameras_that_record_it(tmp_path):
    info = info_of(tmp_path)
    front, pole = info.sensors
    info = dataclasses.replace(info, sensors=(front, dataclasses.replace(pole, channels=("depth",))))
    assert "channel depth of cameras front, pole" in WRITERS["mot"].cannot_hold(info)
    assert "channel normal of camera front" in WRITERS["mot"].cannot_hold(info)
    assert "camera pole: left out, for it records no rgb" in WRITERS["coco"].cannot_hold(info)


@pytest.mark.parametrize("name", ["cityscapes", "kitti", "kitti-mots", "kitti-step", "mot", "nuscenes"])
def test_each_category_has_a_word_of_its_own_or_is_named(tmp_path, name):
    sentences = WRITERS[name].cannot_hold(info_of(tmp_path, names=tuple(CATEGORIES)))
    words = TARGETS[name].categories
    for kind in CATEGORIES:
        named = [s for s in sentences if s.startswith(f"category {kind}:")]
        alone = sum(word == words[kind] for word in words.values()) == 1
        assert len(named) == (words[kind] is None or not alone)
        if named and words[kind] is not None:
            assert f"written as {words[kind].name}" in named[0]
    # Only what takes part is named.
    few = WRITERS[name].cannot_hold(info_of(tmp_path, names=("vehicle.bus",)))
    told = [] if words["vehicle.bus"] else ["category vehicle.bus: there is no word for it"]
    assert [s for s in few if s.startswith("category")] == told


@pytest.mark.parametrize("name", ["coco", "coco-panoptic", "tao", "youtube-vis"])
def test_our_names_are_kept_beside_those_of_coco(tmp_path, name):
    sentences = WRITERS[name].cannot_hold(info_of(tmp_path, names=tuple(CATEGORIES)))
    words = TARGETS["tao" if name == "tao" else "coco"].categories
    unnamed = [f"category {kind}: there is no word for it" for kind in CATEGORIES if words[kind] is None]
    assert [s for s in sentences if s.startswith("category")] == unnamed


@pytest.mark.parametrize(
    "name", ["cityscapes", "kitti", "kitti-mots", "kitti-step", "mot", "nuscenes", "tao", "youtube-vis"]
)
def test_lenses_are_named(tmp_path, name):
    for lenses, expected in (
        ((None, None), []),
        ((BrownConrady(k1=-0.1), None), ["lens brown_conrady of camera front"]),
        ((KannalaBrandt(), KannalaBrandt(0.01)), ["lens kannala_brandt of cameras front, pole"]),
        (
            (KannalaBrandt(), BrownConrady(k1=-0.1)),
            ["lens brown_conrady of camera pole", "lens kannala_brandt of camera front"],
        ),
    ):
        sentences = WRITERS[name].cannot_hold(info_of(tmp_path, lenses=lenses))
        assert [s.split(":")[0] for s in sentences if s.startswith("lens")] == expected
    for other in ("native", "coco", "coco-panoptic", "video"):
        held = WRITERS[other].cannot_hold(info_of(tmp_path, lenses=(KannalaBrandt(), None)))
        assert not [s for s in held if s.startswith("lens")]


def test_run_names_gaps_once_for_all_sequences(tmp_path, monkeypatch):
    def record(jobs, out, **options):
        for number in range(2):
            ToyStreet(seed=number, ticks=1, agents=2).write(Path(out), f"s{number}", options["writers"])
        return "s0", "s1"

    monkeypatch.setattr("sim.cli.recording.run_jobs", record)
    arguments = ["run", "avenue", "--write", "native", "--write", "mot", "--out", str(tmp_path)]
    result = click.testing.CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.stderr
    expected = sorted(WRITERS["mot"].cannot_hold(ToyStreet(agents=2).info(tmp_path, "s")))
    *told, waits, last = result.stderr.splitlines()
    assert told == [f"mot does not hold: {sentence}" for sentence in expected]
    assert waits == "rendering never waited for encoders"
    assert last == f"2 sequences complete in {tmp_path}"


def test_gaps_are_in_sequence_and_manifest_and_named_once(tmp_path):
    formats = ("native", "coco", "kitti", "mot", "video")
    for seed in (1, 2):
        ToyStreet(seed=seed, ticks=2, agents=2).write(tmp_path / "a", f"s{seed}", formats, last=seed == 2)
    manifest = read_manifest(tmp_path / "a")
    info = ToyStreet(seed=1, ticks=2, agents=2).info(tmp_path, "s1")
    expected = {name: tuple(sorted(WRITERS[name].cannot_hold(info))) for name in sorted(formats[1:])}
    assert manifest.not_held == expected
    assert list(manifest.not_held) == sorted(expected)
    stored = json.loads((tmp_path / "a/sequences/s1/sequence.json").read_text())["not_held"]
    assert {name: tuple(sorted(sentences)) for name, sentences in stored.items()} == expected
    result = click.testing.CliRunner().invoke(
        main, ["export", str(tmp_path / "a"), "--to", "coco", "--to", "mot", "--out", str(tmp_path / "b")]
    )
    assert result.exit_code == 0, result.stderr
    told = [f"{n} does not hold: {s}" for n in ("coco", "mot") for s in expected[n]]
    assert result.stderr.splitlines() == [*told, f"coco, mot written to {tmp_path / 'b'}"]
    assert result.stdout == ""
    assert read_manifest(tmp_path / "b").not_held == {n: expected[n] for n in ("coco", "mot")}
