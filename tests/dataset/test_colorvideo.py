"""Colors as a video: every bit back, any picture alone, the same bytes again; what is broken is named."""

import dataclasses
import hashlib
import shutil

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.audit import check
from sim.audit.pictures import Pictures
from sim.dataset import Encodings, read
from sim.dataset.colorvideo import ColorVideo, color_at
from sim.errors import UsageError
from sim.testing.toys import ToyStreet
from sim.writers import SequenceOutput, export, finish

STREET = ToyStreet(seed=5, agents=7, ticks=5)
NS_PER_MS = 1_000_000


def film(path, pictures, times_ns, rate_hz=20):
    height, width = pictures[0].shape[:2]
    video = ColorVideo(path, width, height, rate_hz)
    for picture, time_ns in zip(pictures, times_ns, strict=True):
        video.write(picture, time_ns)
    video.close()
    video.close()
    return path


def write(root, street=STREET, formats=("native",), **changes):
    info = dataclasses.replace(street.info(root, "toy"), encodings=Encodings("video"), **changes)
    with SequenceOutput(info, formats) as output:
        for state, frame in street.frames():
            output.state(state)
            if frame is not None:
                output.write(frame)
    finish(root)
    return root


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.integers(16, 70), st.integers(16, 50), st.sampled_from([1, 20, 30, 1000])
)
def test_any_picture_is_found_alone_with_every_bit(tmp_path_factory, seed, width, height, rate_hz):
    rng, path = np.random.default_rng(seed), tmp_path_factory.getbasetemp() / "any.mkv"
    pictures = rng.integers(0, 256, (7, height, 2 * width, 3)).astype(np.uint8)[:, :, :width]
    first = int(rng.integers(0, 1000))
    times_ns = [tick * 10**9 // rate_hz for tick in range(first, first + len(pictures))]
    film(path, pictures, times_ns, rate_hz)
    for number in rng.permutation(len(pictures)).tolist():
        assert (color_at(path, times_ns[number]) == pictures[number]).all()
        audited = Pictures({"rgb": path}, times_ns[number] // NS_PER_MS)["rgb"]
        assert (audited == pictures[number]).all()
    for time_ms in (times_ns[0] // NS_PER_MS - 1, times_ns[-1] // NS_PER_MS + 1):
        with pytest.raises(UsageError, match=r"any\.mkv: broken rgb video: no picture at"):
            color_at(path, time_ms * NS_PER_MS)
        with pytest.raises(UsageError, match=r"any\.mkv: broken rgb video: shows nothing at"):
            Pictures({"rgb": path}, time_ms)["rgb"]


def test_every_picture_is_a_key_picture_and_opencv_sees_the_same(tmp_path):
    pictures = np.random.default_rng(1).integers(0, 256, (6, 36, 64, 3)).astype(np.uint8)
    path = film(tmp_path / "a.mkv", pictures, [k * 50 * NS_PER_MS for k in range(6)])
    with av.open(str(path)) as file:
        assert file.streams.video[0].codec_context.name == "ffv1"
        packets = [packet for packet in file.demux(video=0) if packet.size]
    assert [packet.pts for packet in packets] == [0, 50, 100, 150, 200, 250]
    assert all(packet.is_keyframe for packet in packets)
    capture = cv2.VideoCapture(str(path))
    for picture in pictures:
        assert (capture.read()[1][..., ::-1] == picture).all()
    assert not capture.read()[0]


def test_bytes_repeat_whatever_the_number_of_threads(tmp_path):
    hashes = set()
    for threads in (1, 3):
        root = tmp_path / str(threads)
        info = dataclasses.replace(STREET.info(root, "toy"), encodings=Encodings("video"))
        with SequenceOutput(info, ("native", "coco", "video"), threads) as output:
            for state, frame in STREET.frames():
                output.state(state)
                if frame is not None:
                    output.write(frame)
        hashes.add(hashlib.sha256((root / "sequences/toy/front/rgb.mkv").read_bytes()).hexdigest())
    assert len(hashes) == 1


def test_formats_of_pictures_get_png_files_as_without_a_video(tmp_path):
    formats = ("coco", "kitti", "webdataset", "yolo")
    videos = write(tmp_path / "videos", formats=("native", *formats))
    assert not list((videos / "sequences").rglob("rgb/*"))
    info = STREET.info(tmp_path / "files", "toy")
    with SequenceOutput(info, formats) as output:
        for state, frame in STREET.frames():
            output.state(state)
            if frame is not None:
                output.write(frame)
    finish(tmp_path / "files")
    export(videos, tmp_path / "exported", formats, min_visible_px=info.min_visible_px)
    for name in formats:
        for path in (tmp_path / "files" / name).rglob("*"):
            if path.is_file():
                for other in (videos, tmp_path / "exported"):
                    assert (other / path.relative_to(tmp_path / "files")).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "cut", "folder"])
def test_a_broken_video_is_named_by_reader_and_audit(tmp_path, damage):
    root = write(tmp_path)
    path = root / "sequences/toy/front/rgb.mkv"
    data = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        path.write_bytes({"empty": b"", "text": b"no video", "cut": data[: len(data) // 2]}[damage])
    with pytest.raises(UsageError, match=r"front/rgb\.mkv: (broken rgb video|cannot be read)"):
        [frame["front"].rgb for frame in read(root)[0]]
    with pytest.raises(UsageError, match=r"front/rgb\.mkv: (broken rgb video|cannot be read)"):
        [Pictures({"rgb": path}, k * 50)["rgb"] for k in range(5)]
    if damage in ("missing", "cut"):
        assert "front/rgb.mkv" in str(check(root).findings)


def test_one_video_too_few_pictures_is_no_video_of_the_dataset(tmp_path):
    root, other = write(tmp_path / "a"), write(tmp_path / "b", ToyStreet(seed=5, agents=7, ticks=4))
    name = "sequences/toy/front/rgb.mkv"
    shutil.copyfile(other / name, root / name)
    with pytest.raises(UsageError, match=r"no picture at 400 ms"):
        read(root)[0][-1]["front"].rgb.sum()
