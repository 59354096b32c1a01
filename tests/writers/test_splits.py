"""Sequences are dealt out by name and seed alone, and every part of a data set says the same about it."""

import dataclasses
import json
import shutil
from fractions import Fraction
from hashlib import sha256

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sim.cli import main
from sim.dataset import SPLITS, Splits, read, split_of
from sim.dataset.splits import grouped
from sim.errors import UsageError
from sim.run import Job, run
from sim.scenario.files import to_dict
from sim.scenario.sampling import sample
from sim.testing.toys import ToyStreet
from sim.writers import SequenceOutput, export

NAMES = [f"avenue-{seed:04d}" for seed in range(4000)]
SHARES = st.tuples(*[st.integers(0, 1000)] * 3).filter(any)


def write(root, splits, names, formats=("native",)):
    for number, name in enumerate(names):
        street = ToyStreet(seed=number, ticks=2, agents=2, width_px=32, height_px=24, splits=splits)
        street.write(root, name, formats, last=name == names[-1])


@given(st.text(), st.integers(), SHARES)
def test_the_hash_cuts_the_unit_interval(name, seed, shares):
    """The definition again, in fractions as wide as the hash."""
    place = Fraction(int(sha256(f"{seed}/{name}".encode()).hexdigest()[:16], 16), 2**64)
    found = split_of(name, seed, shares)
    first = sum(shares[: SPLITS.index(found)])
    assert Fraction(first, sum(shares)) <= place < Fraction(first + shares[SPLITS.index(found)], sum(shares))


def test_shares_are_met_within_chance():
    for seed in (0, 1, 2):
        found = [split_of(name, seed, (80, 10, 10)) for name in NAMES]
        for split, share in zip(SPLITS, (0.8, 0.1, 0.1), strict=True):
            # Five standard deviations of a binomial.
            assert (
                abs(found.count(split) - share * len(NAMES)) < 5 * (share * (1 - share) * len(NAMES)) ** 0.5
            )
    assert [split_of(n, 0, (80, 10, 10)) for n in NAMES] != [split_of(n, 1, (80, 10, 10)) for n in NAMES]


@given(SHARES, st.integers(2, 9))
def test_shares_are_in_any_unit(shares, factor):
    scaled = tuple(factor * share for share in shares)
    assert [split_of(n, 3, shares) for n in NAMES[:50]] == [split_of(n, 3, scaled) for n in NAMES[:50]]


def test_splits_are_pinned():
    """Nobody's validation set may change with a version: these were drawn by the first."""
    found = [split_of(name, 0, (50, 25, 25)) for name in NAMES[:8]]
    assert found == ["test", "train", "val", "val", "val", "test", "test", "train"]


def test_no_share_no_sequence():
    assert {split_of(name, 5, (1, 0, 0)) for name in NAMES} == {"train"}
    assert {split_of(name, 5, (0, 3, 1)) for name in NAMES} == {"val", "test"}
    assert Splits((1, 0, 1)).names == ("train", "test")


@pytest.mark.parametrize("shares", [(0, 0, 0), (90, -1, 11), (90, 10), (1, 1, 1, 1)])
def test_impossible_shares_are_refused(shares):
    with pytest.raises(UsageError, match="for example 80,10,10"):
        Splits(shares)


def test_sequence_manifest_and_export_agree(tmp_path):
    splits = Splits((40, 30, 30), seed=3)
    names = [f"s{number}" for number in range(6)]
    write(tmp_path / "a", splits, names)
    expected = {name: split_of(name, 3, (40, 30, 30)) for name in names}
    assert set(expected.values()) == set(SPLITS)
    for sequence in read(tmp_path / "a"):
        assert sequence.info.splits == splits
        assert sequence.info.split == expected[sequence.name]
        stored = json.loads((sequence.folder / "sequence.json").read_text())
        assert stored["split"] == expected[sequence.name]
    manifest = json.loads((tmp_path / "a/manifest.json").read_text())
    assert {entry["name"]: entry["split"] for entry in manifest["sequences"]} == expected
    # An export keeps what was asked for, unless it is asked for something else.
    export(tmp_path / "a", tmp_path / "b", ("native",))
    assert {s.name: s.info.split for s in read(tmp_path / "b")} == expected
    export(tmp_path / "a", tmp_path / "c", ("native",), splits=Splits((0, 1, 0)))
    assert {s.info.split for s in read(tmp_path / "c")} == {"val"}


def test_groups_name_every_split_that_has_a_share(tmp_path):
    write(tmp_path, Splits((98, 2, 0)), ["a", "b"])
    assert grouped(tmp_path, ["b", "a"]) == {"train": ["b", "a"], "val": []}
    write(tmp_path, None, ["c"])
    assert grouped(tmp_path, ["a", "b", "c"]) == {None: ["c"], "train": ["a", "b"], "val": []}


def test_nobody_asked_means_training(tmp_path):
    write(tmp_path, None, ["s"])
    (sequence,) = read(tmp_path)
    assert (sequence.info.splits, sequence.info.split) == (None, "train")


def test_options_reach_run_and_export(tmp_path, monkeypatch):
    given = {}
    monkeypatch.setattr(
        "sim.cli.recording.run_jobs", lambda jobs, out, **options: given.update(options) or ()
    )
    run = ["run", "avenue", "--set", "people=1", "--set", "vehicles=1", "--out", str(tmp_path / "r")]
    for arguments, expected in (
        ([], {}),
        (["--split", "80,10,10"], {"splits": Splits((80, 10, 10))}),
        (["--split", " 1, 2,3 ", "--split-seed", "7"], {"splits": Splits((1, 2, 3), 7)}),
    ):
        result = CliRunner().invoke(main, [*run, *arguments])
        assert result.exit_code == 0, result.stderr
        assert given["options"] == expected
    write(tmp_path / "a", None, ["s"])
    exported = ["export", str(tmp_path / "a"), "--to", "native", "--out", str(tmp_path / "b")]
    result = CliRunner().invoke(main, [*exported, "--split", "0,0,1", "--split-seed", "2"])
    assert result.exit_code == 0, result.stderr
    assert read(tmp_path / "b")["s"].info.splits == Splits((0, 0, 1), 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--split", "80,20"], "wanted whole shares of train, val, test"),
        (["--split", "80,-1,21"], "for example --split 80,10,10"),
        (["--split", "0.8,0.1,0.1"], "for example --split 80,10,10"),
        (["--split", "0,0,0"], "not all 0"),
        (["--split-seed", "3"], "--split-seed 3 needs --split"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, arguments, says):
    for command in (
        ["run", "avenue"],
        ["export", str(tmp_path), "--to", "coco"],
    ):
        result = CliRunner().invoke(main, [*command, "--out", str(tmp_path / "o"), *arguments])
        assert result.exit_code == 2
        assert says in result.stderr
    assert not (tmp_path / "o").exists()


def test_resuming_with_other_splits_is_refused(tmp_path):
    street = ToyStreet(ticks=1, agents=1, width_px=32, height_px=24)
    scenario = sample("avenue", seed=0, people=1, vehicles=1)

    def record(job, out, writers, options, on_frame):
        info = street.info(out, job.sequence)
        info = dataclasses.replace(info, scenario=to_dict(scenario), splits=options.get("splits"))
        with SequenceOutput(info, writers) as output:
            for state, _ in street.frames():
                output.state(state)

    def call(**options):
        return run([Job(scenario, "s")], tmp_path, resume=True, options=options, recorder=record)

    assert call(splits=Splits((1, 1, 0))) == call(splits=Splits((1, 1, 0))) == ("s",)
    for options in ({}, {"splits": Splits((1, 1, 1))}, {"splits": Splits((1, 1, 0), 1)}):
        with pytest.raises(UsageError, match="'s' was recorded with another --split"):
            call(**options)


def test_coco_has_a_file_for_each_split(tmp_path):
    names = [f"s{number}" for number in range(6)]
    splits = Splits((40, 30, 30), seed=3)
    write(tmp_path / "a", splits, names, ("native", "coco"))
    write(tmp_path / "b", None, names, ("coco",))
    whole = json.loads((tmp_path / "b/coco/annotations/instances.json").read_text())
    found = sorted(path.name for path in (tmp_path / "a/coco/annotations").iterdir())
    assert found == [f"instances_{split}.json" for split in sorted(SPLITS)]
    for split in SPLITS:
        data = json.loads((tmp_path / f"a/coco/annotations/instances_{split}.json").read_text())
        assert check_ids(data) == only([n for n in names if splits.of(n) == split], whole)
        for image in data["images"]:
            assert (tmp_path / "a/coco/images" / image["file_name"]).is_file()
    # A split that nothing fell into is a file that loads; the other splits have none.
    export(tmp_path / "a", tmp_path / "c", ("coco",), splits=Splits((1, 0, 0)), min_visible_px=4)
    export(tmp_path / "a", tmp_path / "d", ("coco",), splits=Splits((2**70, 1, 0)), min_visible_px=4)
    text = (tmp_path / "c/coco/annotations/instances_train.json").read_bytes()
    assert text == (tmp_path / "b/coco/annotations/instances.json").read_bytes()
    assert text == (tmp_path / "d/coco/annotations/instances_train.json").read_bytes()
    assert [p.name for p in (tmp_path / "c/coco/annotations").iterdir()] == ["instances_train.json"]
    empty = json.loads((tmp_path / "d/coco/annotations/instances_val.json").read_text())
    assert (empty["images"], empty["annotations"], empty["categories"]) == ([], [], whole["categories"])


def test_a_deleted_sequence_is_in_no_file(tmp_path):
    write(tmp_path / "a", None, ["s0", "s1"], ("coco",))
    write(tmp_path / "b", None, ["s0"], ("coco",))
    shutil.rmtree(tmp_path / "a/sequences/s1")
    ToyStreet(seed=2, ticks=1, width_px=32, height_px=24).write(tmp_path / "a", "s2", ("coco",))
    ToyStreet(seed=2, ticks=1, width_px=32, height_px=24).write(tmp_path / "b", "s2", ("coco",))
    names = ("a/coco/annotations/instances.json", "b/coco/annotations/instances.json")
    assert len({(tmp_path / name).read_bytes() for name in names}) == 1


def check_ids(data):
    """Ids are dense and refer to each other; the file with names instead of ids."""
    for part in ("videos", "images", "annotations"):
        assert [record["id"] for record in data[part]] == list(range(1, len(data[part]) + 1))
    videos = {v["id"]: v["name"] for v in data["videos"]}
    images = {i["id"]: i["file_name"] for i in data["images"]}
    out = [{k: v for k, v in video.items() if k != "id"} for video in data["videos"]]
    out += [{**i, "id": 0, "video_id": videos[i["video_id"]]} for i in data["images"]]
    for a in data["annotations"]:
        out.append({**a, "id": 0, "image_id": images[a["image_id"]], "video_id": videos[a["video_id"]]})
    return out


def only(names, whole):
    """What `check_ids` gives for these sequences of the whole."""
    return [
        record
        for record in check_ids(whole)
        if str(record.get("video_id", record.get("name"))).split("/")[0] in names
    ]
