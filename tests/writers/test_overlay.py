"""Overlays change what they should and nothing else; videos hold a picture per frame."""

import dataclasses
import itertools

import av
import numpy as np
import pytest
from scipy import ndimage

from sim.errors import UsageError
from sim.frame import AMODAL, Keypoints
from sim.geometry import BrownConrady, Intrinsics, KannalaBrandt
from sim.scenario import DEFAULT_CHANNELS
from sim.testing.toys import ToyStreet
from sim.writers import draw_overlay
from sim.writers.coloring import track_color
from sim.writers.outlines import rle_pixels
from sim.writers.overlay import KINDS
from sim.writers.video import VideoFile

STREET = ToyStreet(seed=3, ticks=4, channels=(*DEFAULT_CHANNELS, AMODAL))


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


@pytest.mark.parametrize("kind", ["box2d", "box3d", "keypoints", "label"])
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


def test_whole_masks_are_outlined_and_their_hidden_parts_tinted(frame):
    hidden_px = 0
    for sensor, capture in frame.captures.items():
        for a in frame.annotations[sensor]:
            only = dataclasses.replace(frame, annotations={sensor: (a,)})
            changed = (draw_overlay(only, sensor, ("amodal",)) != capture.rgb).any(-1)
            if a.amodal_rle is None:
                assert not changed.any()
                continue
            whole = rle_pixels(a.amodal_rle)
            assert not changed[~whole].any()
            hidden = whole & (capture.instance != a.instance_id)
            # A color that happens to be that of the track does not change.
            assert (~changed[hidden]).sum() <= 0.05 * hidden.sum()
            hidden_px += hidden.sum()
            inner = ndimage.binary_erosion(whole, border_value=1)
            assert not changed[inner & ~hidden].any()
            assert (~changed[whole & ~inner]).sum() <= 0.05 * whole.sum()
    assert hidden_px > 0


def test_joints_are_filled_if_visible_and_hollow_if_hidden(frame):
    """One tall person in an image of one color: the middle of each joint, and nothing at joints outside."""
    person = next(a for a in frame.annotations["front"] if a.keypoints and a.box2d_visible)
    pixels = np.stack([np.linspace(20, 180, 17), np.linspace(15, 185, 17)], -1) + 0.5
    flags = np.array([0, 1, 2] * 5 + [0, 1], np.uint8)
    joints = Keypoints(pixels, flags, np.zeros((17, 3)))
    person = dataclasses.replace(person, keypoints=joints, box2d_amodal=(0.0, 0.0, 200.0, 200.0))
    capture = dataclasses.replace(
        frame["front"],
        channels={"rgb": np.full((200, 200, 3), 130, np.uint8)},
        intrinsics=Intrinsics(200, 200, 100.0, 100.0, 100.0, 100.0),
    )
    only = dataclasses.replace(frame, captures={"front": capture}, annotations={"front": (person,)})
    out = draw_overlay(only, "front", ("keypoints",)).astype(int)
    color = np.array(track_color(person.instance_id))
    for (u, v), flag in zip(pixels, flags, strict=True):
        middle = out[int(v), int(u)]
        if flag == 2:
            assert np.abs(middle - color).max() <= 2
        elif flag == 1:
            assert np.abs(middle - color // 4).max() <= 40
    assert (out[15, 20] == 130).all()
    assert (out[:13] == 130).all()


@pytest.mark.parametrize("lens", [BrownConrady(k1=-0.2), KannalaBrandt(k1=0.02)])
def test_boxes_bend_with_the_lens(frame, lens):
    """Every pixel of the wireframe lies near the projection of a point of an edge."""
    capture = frame["front"]
    k = dataclasses.replace(capture.intrinsics, distortion=lens)
    a = max(frame.annotations["front"], key=lambda a: a.visible_px)
    bent = dataclasses.replace(capture, intrinsics=k, channels={"rgb": np.zeros_like(capture.rgb)})
    only = dataclasses.replace(frame, captures={"front": bent}, annotations={"front": (a,)})
    ys, xs = np.nonzero(draw_overlay(only, "front", ("box3d",)).any(-1))
    corners = capture.world_from_camera.inverse().apply(a.box3d.corners_world)
    share = np.linspace(0, 1, 200)[:, None]
    points = np.concatenate([p + share * (q - p) for p, q in itertools.combinations(corners, 2)])
    pixels = k.project(points[k.sees(points)])
    drawn = np.stack([xs, ys], -1) + 0.5
    gap = np.linalg.norm(drawn[:, None] - pixels[None], axis=-1).min(1)
    assert len(drawn) > 30
    assert gap.max() < 3.0


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
