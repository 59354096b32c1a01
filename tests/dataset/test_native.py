"""The native format gives back exactly what was written, in the same bytes every time."""

import dataclasses
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from installed import INSTALLED

from sim.agents.state import Roster, WorldState
from sim.audit import check
from sim.bodies import PoseColumns
from sim.dataset import read, read_manifest
from sim.errors import UsageError
from sim.frame import CHANNELS, Capture, Exposure, Frame, Keypoints, Occluder
from sim.geometry import BrownConrady, KannalaBrandt, Pose
from sim.labels import label
from sim.scenario import Camera, intrinsics
from sim.testing.flat import FlatRenderer
from sim.testing.toys import ToyStreet, toy_bones
from sim.writers import SequenceOutput, finish


def same(a, b, where="frame"):
    """Equality all the way down: values, dtypes, shapes, types."""
    if dataclasses.is_dataclass(a):
        assert type(a) is type(b), where
        for field in dataclasses.fields(a):
            if field.name not in ("bodies", "release", "memory", "silhouettes", "aids"):
                same(getattr(a, field.name), getattr(b, field.name), f"{where}.{field.name}")
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype, where
        assert a.shape == b.shape, where
        assert np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(b).tobytes(), where
    elif hasattr(a, "keys"):
        assert list(a) == list(b), where
        for key in a:
            same(a[key], b[key], f"{where}[{key!r}]")
    elif isinstance(a, tuple | list):
        assert len(a) == len(b), where
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            same(x, y, f"{where}[{i}]")
    else:
        assert type(a) is type(b), where
        assert a == b, where


def digests(root: Path) -> dict[str, str]:
    return {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(root.rglob("*"))
        if p.is_file()
    }


def test_everything_comes_back(tmp_path):
    street = ToyStreet(seed=5, ticks=5)
    street.write(tmp_path)
    sequence = read(tmp_path)[0]
    pairs = list(street.frames())
    frames = [frame for _, frame in pairs if frame]
    assert len(sequence) == len(frames) == 5
    for written, found in zip(frames, sequence, strict=True):
        same(written, found)
    assert list(sequence.ticks) == [state.tick for state, _ in pairs]
    for state, _ in pairs:
        same(state, sequence.state(state.tick))
    info = street.info(tmp_path, "toy")
    same(dataclasses.replace(info, min_visible_px=16), sequence.info)


@st.composite
def captures(draw):
    """A camera and images with values that are hard to store."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    width = draw(st.integers(16, 40))
    height = draw(st.integers(16, width))  # upright, a lens of 190 degrees would go all the way round
    channels = draw(st.sets(st.sampled_from(list(CHANNELS)), min_size=1))
    fields = draw(
        st.sampled_from(
            [
                {},
                {"distortion": BrownConrady(-0.1, 0.01, 1 / 3e3, -1e-4, 0.0, 0.02)},
                {"hfov_deg": 190.0, "distortion": KannalaBrandt(0.01, -1 / 700)},
                {"fx_px": 31.7, "fy_px": 100 / 3, "cx_px": 9.1, "distortion": KannalaBrandt()},
            ]
        )
    )
    size = {"width_px": width, "height_px": height}
    camera = Camera("c", **size, rate_hz=10, channels=tuple(sorted(channels)), **fields)
    depth = rng.uniform(0.1, 600, (height, width)).astype(np.float32)
    depth[rng.random(depth.shape) < 0.3] = np.inf
    depth[0, 0] = np.nextafter(np.float32(0), np.float32(1))
    arrays = {
        "rgb": rng.integers(0, 256, (height, width, 3), dtype=np.uint8),
        "depth": depth,
        "instance": rng.choice([0, 1, 2, 3], (height, width)).astype(np.int32),
        "semantic": rng.integers(0, 256, (height, width), dtype=np.uint8),
        "semantic_envelope": rng.integers(0, 256, (height, width), dtype=np.uint8),
        "panoptic": rng.integers(0, 2**24, (height, width)).astype(np.int32),
        "rgb_clean": rng.integers(0, 256, (height, width, 3), np.uint8),
        "weather_mask": rng.integers(0, 256, (height, width), np.uint8),
        "normal": rng.normal(size=(height, width, 3)).astype(np.float32),
        "occlusion_forward": rng.choice(np.array([0, 1, 255], np.uint8), (height, width)),
        "occlusion_backward": np.full((height, width), 255, np.uint8),
        "scene_flow": rng.normal(size=(height, width, 3)).astype(np.float32),
        "flow_forward": rng.normal(size=(height, width, 2)).astype(np.float32),
        "flow_backward": np.full((height, width, 2), np.nan, np.float32),
    }
    arrays["flow_forward"][rng.random((height, width)) < 0.2] = np.nan
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    pose = Pose(turn * np.sign(np.linalg.det(turn)), rng.normal(size=3) * 1e3)
    unoccluded = rng.integers(0, 2**40, 3) if draw(st.booleans()) else None
    exposure = (
        Exposure(*rng.normal(size=3).tolist(), (1.0, *rng.random(2).tolist()))
        if draw(st.booleans())
        else None
    )
    return camera, Capture(
        sensor="c",
        tick=0,
        timestamp_ns=0,
        intrinsics=intrinsics(camera),
        world_from_camera=pose,
        world_from_carrier=pose if draw(st.booleans()) else None,
        channels={name: arrays[name] for name in camera.channels},
        unoccluded_px=unoccluded,
        exposure=exposure,
    )


@st.composite
def extras(draw):
    """Fields of an annotation that depend on what a camera records and on who is seen."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share = st.floats(0, 1)
    occluders = st.builds(Occluder, st.integers(0, 3), st.integers(0, 39), st.integers(1, 10**6), share)
    joints = Keypoints(
        rng.normal(size=(17, 2)) * 1e3, rng.integers(0, 3, 17).astype(np.uint8), rng.normal(size=(17, 3))
    )
    return {
        "amodal_rle": draw(st.sampled_from([None, {"size": [16, 17], "counts": b"0\\o5`ab2"}])),
        "occluders": draw(st.none() | st.lists(occluders, max_size=3).map(tuple)),
        "keypoints": draw(st.sampled_from([None, joints])),
        "activity": draw(st.sampled_from(["", "parked", "crossing"])),
        "rider_of": draw(st.none() | st.integers(1, 3)),
        "lights": draw(st.integers(0, 15)),
        "visibility": draw(st.none() | share),
    }


@settings(max_examples=25, deadline=None)
@given(captures(), st.lists(extras(), min_size=4, max_size=4))
def test_any_images_poses_and_labels_come_back(drawn, fields):
    camera, capture = drawn
    street = ToyStreet(agents=2, ticks=1)
    state = next(street.states())
    frame = label(Frame(0, state, {"c": capture}), bones=toy_bones(state))
    for sensor, rows in frame.annotations.items():
        changed = tuple(dataclasses.replace(a, **f) for a, f in zip(rows, fields, strict=False))
        frame = dataclasses.replace(frame, annotations={sensor: changed})
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        info = dataclasses.replace(street.info(root, "s"), sensors=(camera,))
        with SequenceOutput(info, ("native",)) as output:
            output.state(state)
            output.write(frame)
        finish(root)
        sequence = read(root)[0]
        same(frame, sequence[0])
        assert sequence.info.sensors == (camera,)
        (line,) = (root / "sequences/s/labels.jsonl").read_text().splitlines()
    for row, a in zip(json.loads(line)["annotations"] or (), frame.annotations.get("c", ()), strict=True):
        assert row["occlusion_level"] == a.occlusion_level
        assert row["attributes"] == {
            "brake_light": a.lights % 2 == 1,
            "left_indicator": a.lights // 2 % 2 == 1,
            "right_indicator": a.lights // 4 % 2 == 1,
            "head_lamps": a.lights // 8 == 1,
        }


def test_writing_twice_gives_equal_bytes(tmp_path):
    for name in ("a", "b"):
        ToyStreet(seed=2).write(tmp_path / name)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert len(digests(tmp_path / "a")) == 6 * 4 + 3 * 4 + 4


def test_the_manifest_lists_every_file(tmp_path):
    ToyStreet().write(tmp_path)
    manifest = read_manifest(tmp_path)
    expected = digests(tmp_path)
    expected.pop("manifest.json")
    assert {name: entry.sha256 for name, entry in manifest.files.items()} == expected
    assert all((tmp_path / n).stat().st_size == e.size_bytes for n, e in manifest.files.items())
    assert not list(tmp_path.rglob(".*"))


def test_sequences_can_be_added(tmp_path):
    ToyStreet(seed=1).write(tmp_path, "b")
    ToyStreet(seed=2).write(tmp_path, "a")
    dataset = read(tmp_path)
    assert dataset.names == ("a", "b")
    assert [s.name for s in dataset] == ["a", "b"]
    assert dataset["b"].info.scenario["toy"]["seed"] == 1
    assert [s.name for s in dataset[1:]] == ["b"]
    with pytest.raises(UsageError, match="no sequence 'c'"):
        dataset["c"]


def test_long_sequences_are_read_in_groups(tmp_path):
    street = ToyStreet(agents=1, ticks=300)
    states = list(street.states())
    with SequenceOutput(street.info(tmp_path, "s"), ("native",)) as output:
        for state in states:
            output.state(state)
    finish(tmp_path)
    sequence = read(tmp_path)[0]
    for tick in (0, 299, 127, 128, 255, 256, 1):
        same(states[tick], sequence.state(tick))
    with pytest.raises(KeyError):
        sequence.state(300)


def test_a_street_without_agents_and_signals(tmp_path):
    street = ToyStreet(agents=0, ticks=2)
    state = dataclasses.replace(next(street.states()), signal_names=(), signals=np.zeros(0, np.uint8))
    with SequenceOutput(street.info(tmp_path, "s"), ("native",)) as output:
        output.state(state)
    finish(tmp_path)
    same(state, read(tmp_path)[0].state(0))


def _decode_all(root):
    for frame in read(root)[0]:
        for capture in frame.captures.values():
            list(capture.channels.values())


def _drop(path):
    path.unlink()


def _garble(path):
    path.write_bytes(b"\x00{[garbage")


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("manifest.json", _drop),
        ("manifest.json", _garble),
        ("sequences/toy/sequence.json", _drop),
        ("sequences/toy/sequence.json", _garble),
        ("sequences/toy/labels.jsonl", _drop),
        ("sequences/toy/labels.jsonl", _garble),
        ("sequences/toy/states.parquet", _drop),
        ("sequences/toy/states.parquet", _garble),
        ("sequences/toy/front/rgb/000001.png", _drop),
        ("sequences/toy/front/depth/000001.tiff", _garble),
        ("sequences/toy/front/instance/000001.png", _garble),
    ],
)
def test_errors_name_the_file(tmp_path, name, spoil):
    ToyStreet(agents=2, ticks=2).write(tmp_path)
    spoil(tmp_path / name)
    named = "toy" if "states" in name else Path(name).name
    with pytest.raises(UsageError, match=f"{named}|not a data set"):
        _decode_all(tmp_path)


@pytest.mark.parametrize("version", [1, 99])
def test_another_schema_is_refused(tmp_path, version):
    ToyStreet(agents=1, ticks=1).write(tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": version}))
    before = path.read_text()
    for call in (read, finish):
        with pytest.raises(UsageError, match=f"schema_version is {version}, this version reads 3"):
            call(tmp_path)
    assert path.read_text() == before


def test_nothing_but_the_data_is_in_the_files(tmp_path):
    ToyStreet().write(tmp_path / "hereabouts")
    for path in (tmp_path / "hereabouts").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"hereabouts" not in data
            assert b"tifffile" not in data


def test_an_empty_street(tmp_path):
    street = ToyStreet(ticks=2)
    roster = Roster((), (), (), (), np.zeros(0, bool))
    columns = {
        f.name: getattr(next(street.states()).poses, f.name)[:0] for f in dataclasses.fields(PoseColumns)
    }
    none = np.zeros(0)
    info = dataclasses.replace(
        street.info(tmp_path, "s"),
        roster=roster,
        sizes_lwh_m=(),
        centres_m=(),
        sensors=(street.cameras[1],),
    )
    renderer = FlatRenderer(info.sensors, toy_bones)
    with SequenceOutput(info, INSTALLED) as output:
        for tick in range(2):
            poses, flags = PoseColumns(**columns), np.zeros(0, np.uint8)
            state = WorldState(
                tick, 10, roster, poses, none.reshape(0, 2), none, none, flags, (), flags, {}, activity=flags
            )
            output.state(state)
            if captures := renderer.capture(state):
                frame = label(Frame(0, state, captures))
                output.write(frame)
    finish(tmp_path)
    same(frame, read(tmp_path)[0][0])
    same(state, read(tmp_path)[0].state(1))
    report = check(tmp_path)
    assert (report.findings, report.counts) == ((), {})
