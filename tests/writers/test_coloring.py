"""Pictures of channels: each value has the color the docstring promises, and nothing is plain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco_mask

from sim.frame import CHANNELS
from sim.scenario import CAMERA_CHANNELS
from sim.taxonomy import SEMANTIC_COLORS, Semantic
from sim.testing.toys import ToyStreet
from sim.writers.coloring import channel_colors, track_color
from sim.writers.outlines import rle_pixels

STREET = ToyStreet(seed=3, ticks=3, channels=CAMERA_CHANNELS)


@pytest.fixture(scope="module")
def captures():
    return [c for _, frame in STREET.frames() if frame for c in frame.captures.values()]


def test_every_channel_of_every_frame_has_a_picture(captures):
    for capture in captures:
        for name, array in capture.channels.items():
            before = array.copy()
            picture = channel_colors(name, array)
            assert (picture.dtype, picture.shape) == (np.uint8, (*array.shape[:2], 3)), name
            assert np.array_equal(array, before, equal_nan=array.dtype.kind == "f")
            assert not np.shares_memory(picture, array)
    assert {name for c in captures for name in c.channels} == set(CHANNELS)


def test_ids_and_classes_have_their_own_colors(captures):
    for capture in captures:
        c = capture.channels
        tracks = channel_colors("instance", c["instance"])
        classes = channel_colors("semantic", c["semantic"])
        both = channel_colors("panoptic", c["panoptic"])
        for number in np.unique(c["instance"]):
            mask = c["instance"] == number
            assert (tracks[mask] == (track_color(number) if number else (40, 40, 40))).all()
            assert (both[mask] == (tracks if number else classes)[mask]).all()
        for number in np.unique(c["semantic"]):
            assert (classes[c["semantic"] == number] == SEMANTIC_COLORS[Semantic(number)]).all()


def test_depth_goes_from_red_to_blue_and_the_sky_is_black():
    depth = np.array([[2.0, 3.0, 30.0, 110.0, 120.0, 500.0, np.inf, -1.0]], np.float32)
    (row,) = channel_colors("depth", depth).astype(int)
    assert row[0, 0] > row[0, 2]
    assert row[3, 2] > row[3, 0]
    assert (row[4] == row[5]).all()
    assert (row[7] == row[0]).all()
    assert (row[6] == 0).all()
    assert len({tuple(color) for color in row[:5]}) == 5


def test_normals_are_halved_and_shifted():
    normal = np.array([[[0, 0, -1], [1, 0, 0], [0, -1, 0], [0, 0, 0]]], np.float32)
    assert channel_colors("normal", normal).tolist() == [
        [[128, 128, 0], [255, 128, 128], [128, 0, 128], [0, 0, 0]]
    ]


def test_occlusion_has_three_colors():
    picture = channel_colors("occlusion_forward", np.array([[0, 1, 255, 1]], np.uint8))
    assert len({tuple(color) for color in picture[0].tolist()}) == 3
    assert (picture[0, 1] == picture[0, 3]).all()


def test_flow_has_the_hues_of_middlebury():
    # Of the benchmark's color circle (Baker et al. 2007): right red, down yellow, left cyan, up blue-violet.
    flow = np.array([[[1, 0], [0, 1], [-1, 0], [0, -1], [0, 0], [np.nan, np.nan]]], np.float32)
    right, down, left, up, rest, nothing = channel_colors("flow_forward", flow)[0].astype(int)
    assert right.tolist() == [255, 0, 0]
    assert (down[2], rest.tolist(), nothing.tolist()) == (0, [255, 255, 255], [0, 0, 0])
    assert min(down[:2]) > 200
    assert (left[0], left[2]) == (0, 255)
    assert (up[1], up[2]) == (0, 255)
    assert 50 < up[0] < 130


def test_flow_pales_with_its_length_and_dims_beyond_the_scale():
    flow = np.zeros((1, 1000, 2), np.float32)
    flow[0, :, 0] = np.linspace(0.0, 10.0, 1000)
    flow[0, -1] = 100.0, 0.0
    row = channel_colors("flow_forward", flow)[0].astype(int)
    assert row[0].tolist() == [255, 255, 255]
    assert (np.diff(row[:980, 1]) <= 0).all()
    assert row[980, 1] <= 3
    assert row[-1].tolist() == [191, 0, 0]


def test_flow_of_a_turn_is_a_turn_of_hues():
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    flow = np.stack([np.cos(angle), np.sin(angle)], -1)[None].astype(np.float32)
    colors = channel_colors("flow_backward", flow)[0].astype(int)
    assert np.abs(np.diff(np.concatenate([colors, colors[:1]]), axis=0)).max() < 25
    assert len(np.unique(colors, axis=0)) > 300


def test_the_scale_of_a_flow_is_written_in_its_corner_and_nowhere_else():
    flow = np.zeros((200, 300, 2), np.float32)
    picture = channel_colors("flow_forward", flow)
    changed = (picture != 255).any(-1)
    assert changed[-45:, -45:].mean() > 0.5
    assert not changed[:150].any()
    assert not changed[:, :120].any()
    assert (channel_colors("flow_forward", np.full_like(flow, np.nan)) == 0).all()


def test_scene_flow_is_gray_at_rest():
    step = np.zeros((2, 4, 3), np.float32)
    step[0, 1], step[0, 2], step[1, 0] = (0.5, 0, 0), (0, 0, -0.5), np.nan
    picture = channel_colors("scene_flow", step).astype(int)
    assert picture[0, 0].tolist() == [128, 128, 128]
    assert picture[0, 1].tolist() == [255, 128, 128]
    assert picture[0, 2].tolist() == [128, 128, 0]
    assert picture[1, 0].tolist() == [0, 0, 0]


@settings(max_examples=150, deadline=None)
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.integers(0, 1)))
def test_run_lengths_are_decoded_as_pycocotools_encodes_them(mask):
    rle = coco_mask.encode(np.asfortranarray(mask))
    assert (rle_pixels(rle) == mask.astype(bool)).all()


def test_long_runs_are_decoded():
    mask = np.zeros((1080, 1920), np.uint8)
    mask[100:900, 500:1500:7] = 1
    assert (rle_pixels(coco_mask.encode(np.asfortranarray(mask))) == mask.astype(bool)).all()


def test_runs_that_do_not_fill_the_image_are_refused():
    rle = coco_mask.encode(np.asfortranarray(np.ones((4, 5), np.uint8)))
    with pytest.raises(ValueError, match="add up to 20 pixels, the image has 24"):
        rle_pixels({**rle, "size": [4, 6]})
