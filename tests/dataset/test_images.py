"""Every channel comes back bit for bit, and other readers find in the files what SCHEMA.md says."""

import io
import struct

import cv2
import imagecodecs
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sim.dataset.images import ENCODERS, decode
from sim.dataset.layout import IMAGE_SUFFIX
from sim.errors import UsageError
from sim.frame import CHANNELS

_HARD = np.array(
    [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -3e38, 1.0, np.float32(1) / 3], np.float32
)
FLOATS = [name for name, channel in CHANNELS.items() if channel.dtype == "float32"]


def array_of(channel, rng, width, height):
    """Any values the channel may hold, those that are hard to store among them."""
    kind = CHANNELS[channel]
    shape = kind.shape(width, height)
    if kind.dtype == "float32":
        values = rng.integers(0, 2**32, shape, dtype=np.uint32).view(np.float32)  # any bits, any NaN
        smooth = np.cumsum(rng.normal(size=shape).astype(np.float32), axis=1, dtype=np.float32)
        return np.where(
            rng.random(shape) < 0.3, rng.choice(_HARD, shape), rng.choice([values, smooth])
        ).astype(np.float32)
    if channel == "panoptic":
        return (rng.integers(0, 256, shape) * 65536 + rng.integers(0, 65536, shape)).astype(np.int32)
    if channel == "instance":
        return rng.integers(0, 65536, shape).astype(np.int32)
    if channel.startswith("occlusion"):
        return rng.choice(np.array([0, 1, 255], np.uint8), shape)
    return rng.integers(0, 256, shape).astype(np.uint8)


def bits(array):
    return np.ascontiguousarray(array).view(np.uint8)


@pytest.mark.parametrize("channel", list(CHANNELS))
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(2, 40))
def test_every_bit_comes_back(tmp_path_factory, channel, seed, width, height):
    array = array_of(channel, np.random.default_rng(seed), width, height)
    path = tmp_path_factory.getbasetemp() / f"{channel}{IMAGE_SUFFIX[channel]}"
    path.write_bytes(ENCODERS[channel](array))
    found = decode(path, channel)
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert (bits(found) == bits(array)).all()
    # A slice of a ring buffer is no contiguous array.
    wide = np.concatenate([array, array], 1)[:, :width]
    assert ENCODERS[channel](wide) == path.read_bytes()


def test_the_arrays_of_a_large_image_come_back(tmp_path):
    rng = np.random.default_rng(1)
    for channel in CHANNELS:
        array = array_of(channel, rng, 1280, 720)
        path = tmp_path / f"x{IMAGE_SUFFIX[channel]}"
        path.write_bytes(ENCODERS[channel](array))
        assert (bits(decode(path, channel)) == bits(array)).all()


def read_tiff(data):
    """A TIFF by the book (TIFF 6.0, Technical Note 3), to be independent of tifffile: array and its tags."""
    assert data[:4] == b"II*\0"
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    tags = {}
    for entry in range(count):
        tag, kind, number = struct.unpack_from("<HHI", data, at + 2 + 12 * entry)
        code, size = {3: ("H", 2), 4: ("I", 4), 5: ("II", 8)}[kind]
        place = at + 10 + 12 * entry
        if number * size > 4:
            (place,) = struct.unpack_from("<I", data, place)
        tags[tag] = struct.unpack_from(f"<{number}{code}" if kind != 5 else f"<{2 * number}I", data, place)
    width, height, bands = tags[256][0], tags[257][0], tags.get(277, (1,))[0]
    assert set(tags[258]) == {32}
    assert set(tags[339]) == {3}, "IEEE floats"
    assert tags[259] == (50000,), "Zstandard"
    planar = tags.get(284, (1,))[0] == 2
    rows_per_strip = tags[278][0]
    per_pixel = 1 if planar else bands
    strips = [imagecodecs.zstd_decode(data[o : o + n]) for o, n in zip(tags[273], tags[279], strict=True)]
    rows = []
    for number, strip in enumerate(strips):
        above = number * rows_per_strip % height
        part = np.frombuffer(strip, np.uint8).reshape(min(rows_per_strip, height - above), -1)
        if tags.get(317, (1,))[0] == 3:
            # Byte planes, most significant first, each byte minus the one `per_pixel` before it.
            sums = part.reshape(len(part), -1, per_pixel).cumsum(1, dtype=np.uint8)
            planes = sums.reshape(len(part), 4, -1)
            part = np.ascontiguousarray(planes[:, ::-1].transpose(0, 2, 1))
        rows.append(part.reshape(len(part), -1).view("<f4"))
    array = np.concatenate(rows)
    array = array.reshape(bands, height, width).transpose(1, 2, 0) if planar else array
    return array.reshape((height, width, bands) if bands > 1 else (height, width)), tags


@pytest.mark.parametrize("channel", FLOATS)
def test_floats_in_the_hands_of_other_readers(channel):
    array = array_of(channel, np.random.default_rng(7), 37, 23)
    data = ENCODERS[channel](array)
    found, tags = read_tiff(data)
    assert (bits(found) == bits(array)).all()
    smooth = channel == "depth" or channel.startswith("flow")
    assert tags.get(317, (1,)) == ((3,) if smooth else (1,))
    assert tags.get(284, (1,)) == ((2,) if channel.startswith("flow") else (1,))
    theirs = tifffile.imread(io.BytesIO(data))
    assert (bits(np.moveaxis(theirs, 0, 2) if channel.startswith("flow") else theirs) == bits(array)).all()
    if array.ndim == 2:
        with Image.open(io.BytesIO(data)) as picture:
            assert (bits(np.asarray(picture)) == bits(array)).all()


def test_panoptic_files_are_those_of_kitti_step():
    array = array_of("panoptic", np.random.default_rng(3), 31, 17)
    data = ENCODERS["panoptic"](array)
    with Image.open(io.BytesIO(data)) as picture:
        rgb = np.asarray(picture).astype(int)
    assert (rgb[..., 0] == array // 65536).all()
    assert (rgb[..., 1] * 256 + rgb[..., 2] == array % 65536).all()
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert (bgr[..., ::-1] == rgb).all()


def test_a_file_of_another_channel_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    for stored, asked in (("semantic", "rgb"), ("depth", "normal"), ("rgb", "semantic"), ("normal", "depth")):
        path = tmp_path / f"{stored}{IMAGE_SUFFIX[stored]}"
        path.write_bytes(ENCODERS[stored](array_of(stored, rng, 20, 20)))
        with pytest.raises(UsageError, match=rf"{path.name}: [13] bands, wanted the [13] of a {asked} image"):
            decode(path, asked)
    for suffix in (".png", ".tiff"):
        path = tmp_path / f"broken{suffix}"
        path.write_bytes(b"\x00 no image")
        with pytest.raises(UsageError, match=f"broken{suffix}: broken"):
            decode(path, "rgb" if suffix == ".png" else "depth")
