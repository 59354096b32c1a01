"""`roadreel import` as it is typed: what it says and refuses; `check` and `show` of what it made."""

from __future__ import annotations

import re
from pathlib import Path

import av
import click.testing
import numpy as np
import pytest
from foreign_sets import coco_stills, edit_text, kitti_tracking, mot17
from PIL import Image

from sim.cli import main
from sim.dataset import read as read_recorded
from sim.errors import UsageError
from sim.importing import draw_imported, read


def call(*arguments: object, code: int = 0) -> click.testing.Result:
    result = click.testing.CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    call("import", "kitti", kitti_tracking(tmp_path / "kitti"), "--out", tmp_path / "out")
    return tmp_path / "out"


def test_it_says_what_it_did_and_left_out(tmp_path: Path) -> None:
    result = call("import", "coco", coco_stills(tmp_path / "coco"), "--out", tmp_path / "out", "--link")
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "left out 1 'horse': no category; --map 'horse'=CATEGORY or =ignore would keep them",
        f"1 sequences, 3 frames, 3 annotations and 1 ignored regions imported into {tmp_path / 'out'}",
    ]
    assert "is sound" in call("check", tmp_path / "out").stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("yolo", "{source}", "--out", "{out}"), "unknown format to import 'yolo'"),
        (("mot", "{source}", "--out", "{out}"), "is no MOTChallenge folder"),
        (("kitti", "{source}", "--out", "{out}"), "is no KITTI folder"),
        (("coco", "{source}/none", "--out", "{out}"), "none is no folder"),
        (("coco", "{source}", "--out", "{source}"), "is the folder that is read"),
        (("coco", "{source}", "--out", "{out}", "--map", "horse"), "wanted NAME=CATEGORY"),
        (
            ("coco", "{source}", "--out", "{out}", "--map", "horse=vehicle.horse"),
            "unknown category 'vehicle.horse'",
        ),
        (("coco", "{source}", "--out", "{out}", "--map", "a=ignore", "--map", "a=ignore"), "given twice"),
        (("coco", "{source}", "--out", "{out}", "--sequence-from", "x"), "unknown grouping 'x'"),
        (("mot", "{source}", "--out", "{out}", "--sequence-from", "image"), "has sequences of its own"),
        (("coco", "{source}", "--out", "{source}/val2017"), "holds no roadreel dataset|is not empty"),
    ],
)
def test_what_it_refuses(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    source = coco_stills(tmp_path / "coco")
    places = {"source": str(source), "out": str(tmp_path / "out")}
    result = call("import", *(one.format(**places) for one in options), code=2)
    assert re.search(message, result.stderr), result.stderr
    assert "Traceback" not in result.output


def test_resume_makes_what_is_missing_and_leaves_the_rest(tmp_path: Path) -> None:
    source, out = mot17(tmp_path / "mot"), tmp_path / "out"
    second = source / "train/MOT17-04-FRCNN"
    second.mkdir()
    for path in (source / "train/MOT17-02-FRCNN").rglob("*"):
        target = second / path.relative_to(source / "train/MOT17-02-FRCNN")
        target.mkdir() if path.is_dir() else target.write_bytes(path.read_bytes())
    edit_text("train/MOT17-04-FRCNN/gt/gt.txt", lambda lines: ["bad"])(source)
    call("import", "mot", source, "--out", out, code=2)
    first = out / "sequences/MOT17-02-FRCNN"
    before = first.stat().st_mtime_ns
    assert [path.name for path in first.parent.iterdir()] == [first.name]
    call("import", "mot", source, "--out", out, code=2)  # not empty
    edit_text("train/MOT17-04-FRCNN/gt/gt.txt", lambda lines: ["1,1,91,48,15,38,1,1,1"])(source)
    result = call("import", "mot", source, "--out", out, "--resume")
    assert result.stderr.startswith("1 sequences, 3 frames, 1 annotations")
    assert first.stat().st_mtime_ns == before
    assert [one.name for one in read(out)] == ["MOT17-02-FRCNN", "MOT17-04-FRCNN"]
    call("check", out)


def test_two_sequences_of_one_name_are_refused(tmp_path: Path) -> None:
    source = mot17(tmp_path / "mot")
    for name in ("MOT17 02", "MOT17.02"):
        (source / "train/MOT17-02-FRCNN").rename(source / "train" / name)
        if name.endswith(" 02"):
            mot17(tmp_path / "again")
            (tmp_path / "again/train/MOT17-02-FRCNN").rename(source / "train/MOT17-02-FRCNN")
    result = call("import", "mot", source, "--out", tmp_path / "out", code=2)
    assert "two sequences lead to the name 'MOT17-02'" in result.stderr


def test_check_exits_with_1_where_there_is_a_finding(imported: Path) -> None:
    path = imported / "sequences/0007/labels.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"occluded":0', b'"occluded":9', 1))
    result = call("check", imported, code=1)
    assert "kitti-ranges: 0007 frame 0 camera: track 1: occluded is 9" in result.stdout
    assert "files: sequences/0007/labels.jsonl: differs" in result.stdout


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"frame":0}', b'{"frame":0,"sensor":"../x"}'])
def test_broken_labels_are_named(imported: Path, line: bytes) -> None:
    path = imported / "sequences/0007/labels.jsonl"
    path.write_bytes(line + b"\n")
    assert "labels.jsonl line 1 is broken" in call("check", imported, code=1).stdout
    with pytest.raises(UsageError, match=r"labels.jsonl line 1 is broken"):
        read(imported)[0][0]


def test_show_draws_boxes_and_what_is_ignored(imported: Path, tmp_path: Path) -> None:
    call("show", imported, "--overlay", "boxes2d,boxes3d", "--frame", "1", "--out", tmp_path / "x.png")
    frame = read(imported)[0][1]
    with Image.open(tmp_path / "x.png") as image:
        drawn = np.asarray(image)
    assert np.array_equal(drawn, draw_imported(frame, ("box2d", "box3d")))
    plain = np.asarray(frame.captures["camera"].channels["rgb"])
    changed = (drawn != plain).any(2)
    [[region]] = frame.ignored.values()
    x0, y0, x1, y1 = (round(v) for v in region.box2d)
    assert changed[y0:y1, x0:x1].mean() == pytest.approx(0.5, abs=0.1)
    for a in frame.annotations["camera"]:
        left, top, right, bottom = (int(v) for v in a.box2d)
        assert changed[top + 1 : bottom, left].mean() > 0.9
        assert changed[top, left + 1 : right].mean() > 0.9
    assert not (draw_imported(frame, ()) != plain)[:, 600:].any()


def test_show_makes_a_video(imported: Path, tmp_path: Path) -> None:
    call("show", imported, "--out", tmp_path / "x.mp4")
    with av.open(str(tmp_path / "x.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 2


def test_masks_and_joints_are_drawn(ours: Path, tmp_path: Path) -> None:
    call("import", "coco", ours / "coco", "--out", tmp_path / "out")
    frame = read(tmp_path / "out")[0][1]
    plain = np.asarray(frame.captures["camera"].channels["rgb"])
    for kind in ("mask", "amodal", "keypoints", "label"):
        assert (draw_imported(frame, (kind,)) != plain).any()
    drawn = (draw_imported(frame, ("mask",)) != plain).any(2)
    instance = read_recorded(ours)["s4"][1]["front"].instance
    assert not drawn[instance == 0].any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--contact-sheet", "{out}.png"), "contact sheets are of recorded datasets"),
        (("--channel", "depth", "--out", "{out}.png"), "its pictures alone"),
        (("--sequence", "4", "--out", "{out}.png"), "has sequences 0 to 0"),
        (("--frame", "7", "--out", "{out}.png"), "has frames 0 to 1"),
    ],
)
def test_what_show_refuses(imported: Path, tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    result = call("show", imported, *(one.format(out=tmp_path / "x") for one in options), code=2)
    assert message in result.stderr


def test_what_needs_states_says_so(imported: Path, tmp_path: Path) -> None:
    result = call("export", imported, "--to", "coco", "--out", tmp_path / "x", code=2)
    assert "was imported from kitti, so it has no states" in result.stderr
    with pytest.raises(UsageError, match=r"sim\.importing\.read gives its frames"):
        read_recorded(imported)[0]
