"""Whole sequences or none, bytes that depend on the data alone, errors that surface, buffers given back."""

import dataclasses
import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest
from installed import INSTALLED

from sim.audit import check
from sim.dataset import read, states
from sim.errors import EnvironmentProblem, UsageError
from sim.frame import Frame
from sim.testing.toys import ToyStreet
from sim.writers import WRITERS, SequenceOutput, export, finish, pool

ALL = INSTALLED


def digests(root: Path, below: str = "") -> dict[str, str]:
    return {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted((root / below).rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    root = tmp_path_factory.mktemp("all")
    ToyStreet(seed=3).write(root, "a", ALL, last=False)
    ToyStreet(seed=4, ticks=3).write(root, "b", ALL, threads=1)
    return root


def test_threads_and_repetition_change_no_byte(written, tmp_path):
    ToyStreet(seed=3).write(tmp_path, "a", ALL, threads=4, last=False)
    ToyStreet(seed=4, ticks=3).write(tmp_path, "b", ALL, threads=3)
    assert digests(tmp_path) == digests(written)
    assert check(written).findings == ()


def test_export_equals_what_the_run_wrote(written, tmp_path):
    formats = ALL[1:]
    summaries = export(written, tmp_path, formats, min_visible_px=4)
    assert set(summaries) == {"a", "b"}
    for name in formats:
        assert digests(tmp_path, name) == digests(written, name)
    again = tmp_path / "native"
    export(written, again, ALL, min_visible_px=4)
    assert digests(again) == digests(written)


def test_sequences_added_later_join_the_formats(written, tmp_path):
    ToyStreet(seed=3).write(tmp_path, "a", ALL)
    ToyStreet(seed=4, ticks=3).write(tmp_path, "b", ALL)
    assert digests(tmp_path) == digests(written)


def test_finish_again_changes_nothing(written):
    before = digests(written)
    finish(written)
    assert digests(written) == before


def test_images_are_shared_between_formats(written):
    inode = (written / "sequences/a/front/rgb/000002.png").stat().st_ino
    for name in (
        "coco/images/a_front_000002.png",
        "kitti/training/image_02/0000/000002.png",
        "kitti-mots/training/image_02/0000/000002.png",
        "kitti-step/images/train/0000/000002.png",
        "cityscapes/leftImg8bit/train/a/a_000000_000002_leftImg8bit.png",
        "cityscapes/leftImg8bit_sequence/train/a/a_000000_000002_leftImg8bit.png",
        "mot/a-front/img1/000003.png",
        "coco-panoptic/images/a_front_000002.png",
        "tao/frames/train/Roadreel/a-front/a_front_000002.png",
        "youtube-vis/train/JPEGImages/a-front/a_front_000002.png",
    ):
        assert (written / name).stat().st_ino == inode


def test_copies_where_there_are_no_hard_links(tmp_path, written, monkeypatch):
    def no_links(*args):
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", no_links)
    ToyStreet(seed=3).write(tmp_path, "a", ALL, last=False)
    ToyStreet(seed=4, ticks=3).write(tmp_path, "b", ALL)
    assert digests(tmp_path) == digests(written)


def test_nothing_is_seen_before_the_end(tmp_path):
    street = ToyStreet(ticks=2)
    with SequenceOutput(street.info(tmp_path, "s"), ALL) as output:
        for state, frame in street.frames():
            output.state(state)
            output.write(frame)
        assert not (tmp_path / "sequences/s").exists()
        assert (tmp_path / "sequences/.partial-s").exists()
    assert (tmp_path / "sequences/s").exists()


def test_an_error_leaves_no_sequence(tmp_path):
    street = ToyStreet(ticks=2)
    pairs = list(street.frames())

    def fail():
        with SequenceOutput(street.info(tmp_path, "s"), ALL) as output:
            output.state(pairs[0][0])
            output.write(pairs[0][1])
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fail()
    assert list((tmp_path / "sequences").iterdir()) == []


def test_leftovers_of_a_crash_are_replaced(tmp_path):
    (tmp_path / "sequences/.partial-toy").mkdir(parents=True)
    (tmp_path / "sequences/.partial-toy/labels.jsonl").write_text("half")
    ToyStreet(ticks=1).write(tmp_path)
    assert check(tmp_path).findings == ()


def _full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["images", "states", "sequence"])
def test_a_full_disk_is_an_environment_problem(tmp_path, monkeypatch, where):
    target = {
        "images": (Path, "write_bytes"),
        "states": (states.pq, "ParquetWriter"),
        "sequence": (Path, "rename"),
    }[where]
    monkeypatch.setattr(*target, _full)
    with pytest.raises(EnvironmentProblem, match="No space left on device"):
        ToyStreet(ticks=4).write(tmp_path)
    monkeypatch.undo()
    assert list((tmp_path / "sequences").iterdir()) == []


def test_an_encoder_error_is_the_original_one(tmp_path, monkeypatch):
    class Odd(Exception):
        pass

    def broken(image):
        raise Odd("bad pixels")

    monkeypatch.setitem(pool.ENCODERS, "semantic", broken)
    with pytest.raises(Odd, match="bad pixels"):
        ToyStreet(ticks=4).write(tmp_path)
    assert list((tmp_path / "sequences").iterdir()) == []


@pytest.mark.parametrize("fails", [False, True])
def test_every_buffer_is_released_once_after_its_last_reader(tmp_path, monkeypatch, fails):
    released, street = [], ToyStreet(ticks=6)
    if fails:
        monkeypatch.setattr(Path, "write_bytes", _full)
    written = 0
    try:
        with SequenceOutput(street.info(tmp_path, "s"), ALL, threads=3) as output:
            for state, frame in street.frames():
                captures = {
                    n: dataclasses.replace(c, release=lambda key=(frame.index, n): released.append(key))
                    for n, c in frame.captures.items()
                }
                output.state(state)
                written += len(captures)
                output.write(Frame(frame.index, state, captures, frame.annotations))
    except EnvironmentProblem:
        assert fails
    assert len(released) == len(set(released)) == written


def test_images_are_encoded_before_their_buffer_is_released(tmp_path):
    street = ToyStreet(ticks=5)
    with SequenceOutput(street.info(tmp_path, "s"), ("native", "video"), threads=3) as output:
        for state, frame in street.frames():

            def overwrite(frame=frame):
                for capture in frame.captures.values():
                    for array in capture.channels.values():
                        array[...] = 0

            first = next(iter(frame.captures))
            captures = dict(frame.captures)
            captures[first] = dataclasses.replace(captures[first], release=overwrite)
            output.state(state)
            output.write(Frame(frame.index, state, captures, frame.annotations))
    finish(tmp_path)
    for written, (_, fresh) in zip(read(tmp_path)[0], street.frames(), strict=True):
        for name, capture in fresh.captures.items():
            for channel, array in capture.channels.items():
                assert (written[name].channels[channel] == array).all()


def test_frames_under_way_are_bounded(tmp_path, monkeypatch):
    gate, begun = threading.Event(), []
    encode = pool.ENCODERS["rgb"]

    def slow(image):
        begun.append(1)
        gate.wait(20)
        return encode(image)

    monkeypatch.setitem(pool.ENCODERS, "rgb", slow)
    street = ToyStreet(ticks=8, agents=1)
    count = 0

    def produce():
        nonlocal count
        with SequenceOutput(street.info(tmp_path, "s"), ("native",), threads=1) as output:
            for state, frame in street.frames():
                output.state(state)
                output.write(frame)
                count += 1

    thread = threading.Thread(target=produce)
    thread.start()
    thread.join(1.0)
    assert thread.is_alive()
    assert count == 3
    gate.set()
    thread.join(20)
    assert (thread.is_alive(), count) == (False, 8)


def test_misuse_is_refused(tmp_path):
    street = ToyStreet(ticks=3)
    pairs = list(street.frames())
    with pytest.raises(UsageError, match="unknown writer 'cocoa': did you mean 'coco'"):
        SequenceOutput(street.info(tmp_path, "s"), ("cocoa",))
    street.write(tmp_path, "s")
    with pytest.raises(UsageError, match="'s' exists already"):
        SequenceOutput(street.info(tmp_path, "s"), ("native",))
    with pytest.raises(UsageError, match="sequence name 'a/b'"):
        street.info(tmp_path, "a/b")
    output = SequenceOutput(street.info(tmp_path, "t"), ("native",))
    with pytest.raises(ValueError, match="without its state"):
        output.write(pairs[0][1])
    output.state(pairs[0][0])
    with pytest.raises(ValueError, match="state of tick 2, wanted 1"):
        output.state(pairs[2][0])
    output.abort()


def test_names_that_collide_are_refused(tmp_path):
    street = ToyStreet(ticks=1)
    for name, camera in (("a", "b_c"), ("a_b", "c")):
        cameras = (dataclasses.replace(street.cameras[0], name=camera),)
        info = dataclasses.replace(street.info(tmp_path, name), sensors=cameras)
        state, frame = next(street.frames())
        capture = dataclasses.replace(frame["front"], sensor=camera)
        with SequenceOutput(info, ("coco",)) as output:
            output.state(state)
            output.write(Frame(0, state, {camera: capture}))
    with pytest.raises(UsageError, match=r"a_b_c_000000\.png exists already"):
        finish(tmp_path)


def test_a_data_set_without_the_native_format(tmp_path):
    ToyStreet().write(tmp_path, formats=("coco",))
    report = check(tmp_path)
    assert (report.findings, report.counts) == ((), {})
    assert sorted(p.name for p in (tmp_path / "sequences/toy").iterdir()) == ["sequence.json"]
    with pytest.raises(UsageError, match=r"labels\.jsonl"):
        read(tmp_path)[0]


@pytest.mark.parametrize("name", list(WRITERS))
def test_every_writer_states_its_limits(name):
    assert len(WRITERS[name].limits) > 40
