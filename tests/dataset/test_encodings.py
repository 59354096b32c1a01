"""File types of color and depth: what they keep, what they say they lose; all readers find the same."""

import dataclasses
import io
import json
import sys

import cv2
import numpy as np
import OpenEXR
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sim.audit import check
from sim.audit.pictures import read_picture
from sim.dataset import Encodings, read, read_manifest
from sim.dataset.encodings import (
    DEPTH_TYPES,
    QUALITIES,
    RGB_TYPES,
    USUAL,
    encodings_from_json,
    encodings_to_json,
)
from sim.dataset.images import decode
from sim.errors import UsageError
from sim.testing.toys import ToyStreet
from sim.writers import SequenceOutput, export, finish

STREET = ToyStreet(seed=5, agents=7, ticks=3)
ALL = [Encodings(rgb=name) for name in RGB_TYPES] + [Encodings(depth=name) for name in DEPTH_TYPES]
SHARING = ("coco", "coco-panoptic", "youtube-vis", "tao", "yolo", "mot", "imagefolder")
LOSSLESS = [Encodings("png", "exr"), Encodings("jxl", "tiff")]


def write(root, encodings, formats=("native",), street=STREET):
    """A toy street stored so."""
    info = dataclasses.replace(street.info(root, "toy"), encodings=encodings)
    with SequenceOutput(info, formats) as output:
        for state, frame in street.frames():
            output.state(state)
            if frame is not None:
                output.write(frame)
    finish(root)
    return root


def photograph(rng, width, height):
    """Smooth colors with noise, as a sensor has it."""
    u, v = np.meshgrid(np.linspace(0, 5, width), np.linspace(0, 3, height))
    smooth = np.stack([np.sin(u + v), np.cos(u - v), np.sin(2 * u)], -1) * 90 + 128
    return np.clip(smooth + rng.normal(0, 2, smooth.shape), 0, 255).round().astype(np.uint8)


def file_of(folder, encodings, channel, array):
    path = folder / f"image{encodings.suffix(channel)}"
    path.write_bytes(encodings.encoder(channel)(array))
    return path


@pytest.mark.parametrize("encodings", LOSSLESS)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(2, 40))
def test_lossless_types_give_every_bit_back(tmp_path_factory, encodings, seed, width, height):
    rng, folder = np.random.default_rng(seed), tmp_path_factory.getbasetemp()
    rgb = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    depth = rng.integers(0, 2**32, (height, width), dtype=np.uint32).view(np.float32)  # any bits, any NaN
    assert encodings.losses == {}
    for channel, array in (("rgb", rgb), ("depth", depth)):
        path = file_of(folder, encodings, channel, array)
        for found in (decode(path, channel), read_picture(path, channel)):
            assert found.dtype == array.dtype
            assert (np.ascontiguousarray(found).view(np.uint8) == array.view(np.uint8)).all()
        wide = np.concatenate([array, array], 1)[:, :width]
        assert encodings.encoder(channel)(wide) == path.read_bytes(), "a slice of a ring buffer"


@pytest.mark.parametrize("name", ["jpg", "webp", "jxl"])
def test_lossy_colors_are_near_and_nearer_with_quality(tmp_path, name):
    rgb = photograph(np.random.default_rng(2), 160, 120)
    errors, sizes = [], []
    for quality in (20, 60, 95):
        encodings = Encodings(name, rgb_quality=quality)
        assert set(encodings.losses) == {"rgb"}
        path = file_of(tmp_path, encodings, "rgb", rgb)
        found = decode(path, "rgb")
        assert (found == read_picture(path, "rgb")).all(), "the audit sees the same colors"
        errors.append(np.abs(found.astype(int) - rgb).mean())
        sizes.append(path.stat().st_size)
        if name != "jxl":
            with Image.open(path) as picture:
                assert np.abs(np.asarray(picture).astype(int) - found).max() <= 2
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 2.5
    assert sizes == sorted(sizes)


def test_color_of_jpegs_is_not_subsampled(tmp_path):
    """Columns of red and blue in turn: halved in resolution they would be one violet."""
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2, 0] = stripes[:, 1::2, 2] = 200
    found = decode(file_of(tmp_path, Encodings("jpg"), "rgb", stripes), "rgb").astype(int)
    assert np.abs(found - stripes).max() < 25


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(width=32, allow_nan=True, allow_infinity=True), min_size=1, max_size=30))
def test_steps_of_depth_lose_what_they_say(tmp_path_factory, values):
    depth = np.array([values], np.float32)
    path = file_of(tmp_path_factory.getbasetemp(), Encodings(depth="png16"), "depth", depth)
    found = decode(path, "depth")
    held = (depth >= 1 / 512 + 1e-9) & (depth <= 65535.5 / 256 - 1e-4)
    assert (np.abs(found[held].astype(float) - depth[held]) <= 1 / 512).all()
    gone = ~(depth >= 0) | (depth > 65535.5 / 256)
    assert np.isposinf(found[gone]).all()
    assert (found == read_picture(path, "depth")).all()
    assert file_of(path.parent, Encodings(depth="png16"), "depth", found) == path
    assert (decode(path, "depth") == found).all(), "what was read is stored without further loss"


@pytest.mark.parametrize("seed", [17, 110, 314])
def test_jpeg_xl_is_lossless_where_the_quick_encoder_is_not(tmp_path, seed):
    """Images on which libjxl 0.11.2 at effort 1 is wrong; later versions may be right."""
    rng = np.random.default_rng(seed)
    width, height = rng.integers(2, 41, 2)
    rgb = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    path = file_of(tmp_path, Encodings("jxl"), "rgb", rgb)
    assert (decode(path, "rgb") == rgb).all()


def test_every_step_of_depth_comes_back(tmp_path):
    steps = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    metres = steps.astype(np.float32) / 256
    path = file_of(tmp_path, Encodings(depth="png16"), "depth", metres)
    assert (cv2.imread(str(path), cv2.IMREAD_UNCHANGED) == steps).all()
    metres[0, 0] = np.inf
    assert (decode(path, "depth") == metres).all()


def test_exr_in_the_hands_of_its_own_library(tmp_path):
    depth = np.array([[0.5, np.inf], [-3.25, 1e-40]], np.float32)
    data = Encodings(depth="exr").encoder("depth")(depth)
    file = OpenEXR.File(io.BytesIO(data), separate_channels=True)
    assert list(file.channels()) == ["Z"]
    assert (file.channels()["Z"].pixels == depth).all()
    assert file.header()["compression"] == OpenEXR.ZIP_COMPRESSION


@pytest.mark.parametrize("encodings", ALL, ids=lambda e: f"{e.rgb}-{e.depth}")
def test_a_dataset_of_every_type_is_read_and_audited(tmp_path, encodings):
    root = write(tmp_path, encodings)
    (sequence,) = read(root)
    assert encodings_to_json(sequence.info.encodings) == encodings_to_json(encodings)
    for (_, frame), found in zip(((s, f) for s, f in STREET.frames() if f), sequence, strict=True):
        for name, capture in frame.captures.items():
            for channel, array in capture.channels.items():
                own = sequence.folder / name / channel / f"{frame.index:06d}{encodings.suffix(channel)}"
                is_video = channel == "rgb" and encodings.rgb == "video"
                assert (sequence.folder / name / "rgb.mkv").is_file() == (encodings.rgb == "video")
                assert own.is_file() != is_video
                stored = found[name].channels[channel]
                assert (stored.dtype, stored.shape) == (array.dtype, array.shape)
                assert (channel in encodings.losses) != bool((stored == array).all())
    record = json.loads((sequence.folder / "sequence.json").read_text())["encodings"]
    assert {c for c in record if not record[c]["lossless"]} == set(encodings.losses)
    assert read_manifest(root).not_held.get("native", ()) == tuple(encodings.losses.values())
    report = check(root)
    assert report.findings == ()


@pytest.mark.parametrize(
    "encodings",
    [Encodings("jpg", "png16"), Encodings("webp"), Encodings("jxl", "exr"), Encodings("video")],
    ids=lambda e: e.rgb,
)
def test_an_export_holds_the_very_files(tmp_path, encodings):
    """Lossy images are not decoded and encoded again."""
    formats = ("native", "webdataset", *SHARING)
    root = write(tmp_path / "a", encodings, formats)
    export(root, tmp_path / "b", formats, min_visible_px=4)
    files = sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
    assert files == sorted(p.relative_to(tmp_path / "b") for p in (tmp_path / "b").rglob("*") if p.is_file())
    for path in files:
        assert (root / path).read_bytes() == (tmp_path / "b" / path).read_bytes(), path


@pytest.mark.parametrize("name", ["jpg", "webp", "jxl"])
def test_formats_share_the_pictures_that_common_readers_know(tmp_path, name):
    root = write(tmp_path, Encodings(name), ("native", *SHARING))
    native = {path.stat().st_ino for path in (root / "sequences").rglob("rgb/*")}
    for format_name in SHARING:
        paths = [p for p in (root / format_name).rglob("*") if p.suffix in (".png", ".jpg", ".webp", ".jxl")]
        pictures = [path for path in paths if "annotations" not in path.parts]
        assert len(pictures) == len(native)
        if name == "jxl":
            assert {path.suffix for path in paths} == {".png"}
        else:
            assert {path.stat().st_ino for path in pictures} == native
    images = json.loads((root / "coco-panoptic/annotations/panoptic.json").read_text())
    for entry in images["images"]:
        assert (root / "coco-panoptic/images" / entry["file_name"]).is_file()
    for entry in images["annotations"]:
        assert (root / "coco-panoptic/annotations/panoptic" / entry["file_name"]).is_file()


def test_a_broken_lossy_image_is_not_handed_on(tmp_path):
    root = write(tmp_path / "a", Encodings("jpg"))
    path = root / "sequences/toy/front/rgb/000001.jpg"
    path.write_bytes(b"no picture")
    with pytest.raises(UsageError, match=r"rgb/000001\.jpg: broken rgb image"):
        export(root, tmp_path / "b", ("native",))


def test_formats_of_16_bit_depth_share_it(tmp_path):
    root = write(tmp_path, Encodings(depth="png16"), ("native", "kitti"))
    kitti = sorted((root / "kitti/training/depth").rglob("*.png"))
    native = sorted((root / "sequences").rglob("depth/*.png"))
    assert len(kitti) == len(native) > 0
    assert {path.stat().st_ino for path in kitti} == {path.stat().st_ino for path in native}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rgb": "jp2"}, r"unknown file type of rgb 'jp2': did you mean .*known: jpg, jxl, png, video, webp"),
        ({"rgb": "video", "rgb_quality": 90}, r"rgb quality 90: video is lossless and has none"),
        ({"depth": "png"}, r"unknown file type of depth 'png': did you mean 'png16'"),
        ({"rgb": "jpg", "rgb_quality": 0}, r"rgb quality 0: jpg wants 1 to 100"),
        ({"rgb": "jxl", "rgb_quality": 100}, r"rgb quality 100: jxl wants 1 to 99"),
        ({"rgb_quality": 90}, r"rgb quality 90: png is lossless and has none"),
    ],
)
def test_what_there_is_not(arguments, message):
    with pytest.raises(UsageError, match=message):
        Encodings(**arguments)


def test_the_record_says_which_they_are():
    assert encodings_from_json(None) == USUAL == Encodings("png", "tiff")
    for encodings in [*ALL, Encodings("jxl", "exr", 40)]:
        again = encodings_from_json(json.loads(json.dumps(encodings_to_json(encodings))))
        assert (again.rgb, again.depth, again.quality) == (encodings.rgb, encodings.depth, encodings.quality)
    assert QUALITIES.keys() < RGB_TYPES.keys()


def test_a_missing_module_is_told_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "OpenEXR", None)
    with pytest.raises(UsageError, match=r"pip install 'roadreel\[exr\]'"):
        write(tmp_path / "new", Encodings(depth="exr"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("encodings", ALL, ids=lambda e: f"{e.rgb}-{e.depth}")
@pytest.mark.parametrize(
    "data", [b"", b"no image", b"v/1\x01\x02\x00\x00\x00chan"], ids=["empty", "text", "cut"]
)
def test_broken_files_are_named(tmp_path, encodings, data):
    channel = "rgb" if encodings.depth == "tiff" else "depth"
    path = tmp_path / f"image{encodings.suffix(channel)}"
    path.write_bytes(data)
    for reader in (decode, read_picture):
        with pytest.raises(UsageError, match=rf"{path.name}: broken {channel} image"):
            reader(path, channel)
    whole = file_of(
        tmp_path, encodings, channel, np.ones((64, 48, 3) if channel == "rgb" else (64, 48), np.uint8)
    )
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    with pytest.raises(UsageError, match=rf"{path.name}: broken {channel} image"):
        decode(path, channel)
