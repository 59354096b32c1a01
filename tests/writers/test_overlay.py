"""Overlays change what they should and nothing else; videos hold a picture per frame."""

import itertools

import av
import numpy as np
import pytest

from sim.errors import UsageError
from sim.testing.toys import ToyStreet
from sim.writers import draw_overlay
from sim.writers.overlay import KINDS, track_color
from sim.writers.video import VideoFile

STREET = ToyStreet(seed=3, ticks=4)


@pytest.fixture(scope="module")
def frame():
    return next(STREET.frames())[1]


def test_masks_are_tinted_and_nothing_else(frame):
    for sensor, capture in frame.captures.items():
        before = capture.rgb.copy()
        out = draw_overlay(frame, sensor, ("mask",))
        assert (out.dtype, out.shape) == (np.uint8, before.shape)
        changed = (out != before).any(-1)
        assert not changed[capture.instance == 0].any()
        assert changed[capture.instance > 0].mean() > 0.95
        assert (capture.rgb == before).all()
        for a in frame.annotations[sensor]:
            mask = capture.instance == a.instance_id
            color = np.array(track_color(a.instance_id))
            assert (np.abs(out[mask] - color) <= np.abs(before[mask] - color.astype(float)) + 1).all()


def test_nothing_asked_for_changes_nothing(frame):
    for sensor, capture in frame.captures.items():
        assert (draw_overlay(frame, sensor, ()) == capture.rgb).all()


@pytest.mark.parametrize("kind", ["box2d", "box3d", "label"])
def test_each_kind_draws_in_the_tracks_colors_near_its_agents(frame, kind):
    for sensor, capture in frame.captures.items():
        changed = (draw_overlay(frame, sensor, (kind,)) != capture.rgb).any(-1)
        assert changed.any()
        near = np.zeros_like(changed)
        for a in frame.annotations[sensor]:
            x0, y0, x1, y1 = a.box2d_amodal
            near[max(0, int(y0) - 24) : int(y1) + 24, max(0, int(x0) - 64) : int(x1) + 64] = True
        assert not changed[~near].any()


def test_a_box2d_frames_the_visible_pixels(frame):
    a = max(frame.annotations["front"], key=lambda a: a.visible_px)
    only = type(frame)(frame.index, frame.state, frame.captures, {"front": (a,)})
    changed = (draw_overlay(only, "front", ("box2d",)) != frame["front"].rgb).any(-1)
    ys, xs = np.nonzero(changed)
    x0, y0, x1, y1 = a.box2d_visible
    expected = np.clip([x0 - 2, y0 - 2, x1 + 2, y1 + 2], 0, [96, 64, 96, 64])
    assert np.abs(np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]) - expected).max() <= 1


def test_colors_of_tracks_are_stable_and_differ():
    colors = [track_color(i) for i in range(1, 60)]
    assert len(set(colors)) == len(colors)
    near = [np.abs(np.subtract(a, b)).sum() for a, b in itertools.pairwise(colors)]
    assert min(near) > 60


def test_an_unknown_kind(frame):
    with pytest.raises(UsageError, match="unknown overlay 'masks': did you mean 'mask'"):
        draw_overlay(frame, "front", ("masks",))


def test_cameras_without_color_get_a_plain_ground(frame):
    capture = frame["front"]
    bare = {k: v for k, v in capture.channels.items() if k != "rgb"}
    blind = type(capture)(**{**vars(capture), "channels": bare})
    out = draw_overlay(type(frame)(0, frame.state, {"front": blind}, frame.annotations), "front", KINDS)
    assert (out[capture.instance == 0] == 40).all(-1).mean() > 0.2


def test_videos_hold_every_picture(tmp_path):
    STREET.write(tmp_path, formats=("video",))
    for camera, count, rate in (("front", 4, 10), ("pole", 2, 5)):
        with av.open(str(tmp_path / f"video/toy-{camera}.mp4")) as file:
            stream = file.streams.video[0]
            pictures = [f.to_ndarray(format="rgb24") for f in file.decode(video=0)]
            assert (stream.width, stream.height, stream.average_rate) == (96, 64, rate)
        frames = [f for _, f in STREET.frames() if camera in f.captures]
        assert len(pictures) == count == len(frames)
        for picture, frame in zip(pictures, frames, strict=True):
            drawn = draw_overlay(frame, camera).astype(float)
            assert np.abs(drawn - picture).mean() < 8


def test_odd_sizes_lose_a_row_and_a_column(tmp_path):
    file = VideoFile(tmp_path / "odd.mp4", 33, 21, 5)
    file.write(np.zeros((21, 33, 3), np.uint8))
    file.close()
    file.close()
    with av.open(str(tmp_path / "odd.mp4")) as file:
        assert [(f.width, f.height) for f in file.decode(video=0)] == [(32, 20)]
