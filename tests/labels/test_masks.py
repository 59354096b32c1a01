"""Runs of an instance image against pycocotools and plain NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from sim.labels import instance_masks, rle_counts


@st.composite
def images(draw):
    height, width = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    coarse = draw(st.integers(1, 8))
    seed = draw(st.integers(0, 2**32 - 1))
    ids = draw(st.sampled_from([(0, 1), (0, 1, 2, 700), (3,), (0,), (5, 65535)]))
    rng = np.random.default_rng(seed)
    small = rng.choice(ids, (-(-height // coarse), -(-width // coarse)))
    return np.kron(small, np.ones((coarse, coarse), int))[:height, :width].astype(np.int32)


@settings(max_examples=300, deadline=None)
@given(images())
def test_equals_pycocotools_and_brute_force(image):
    found = instance_masks(image)
    assert found.ids.tolist() == [i for i in np.unique(image) if i]
    assert found.size_hw == image.shape
    for number, area, box, counts in zip(found.ids, found.area_px, found.box2d, found.counts, strict=True):
        mask = image == number
        ys, xs = np.nonzero(mask)
        assert counts == coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"]
        assert area == mask.sum()
        assert box.tolist() == [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.int64, np.uint32])
def test_takes_any_integers(dtype):
    image = np.zeros((9, 7), dtype)
    image[2:5, 3:6] = 200
    found = instance_masks(image)
    assert (found.ids.tolist(), found.box2d.tolist()) == ([200], [[3, 2, 6, 5]])


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_long_runs(height, width):
    mask = np.zeros((height, width), bool)
    mask[height // 3 :, width // 2 :] = True
    expected = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"]
    assert rle_counts(mask) == expected
    mask[:] = False
    assert rle_counts(mask) == coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"]
