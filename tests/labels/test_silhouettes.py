"""Occluders and masks of whole agents against brute force and pycocotools on drawn silhouettes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from sim.frame import Silhouettes
from sim.labels.silhouettes import HiddenParts, silhouette_rles
from sim.taxonomy import Semantic

CLASS_OF = np.array([Semantic.CAR, Semantic.PERSON, Semantic.CAR, Semantic.VAN, Semantic.PERSON], np.uint8)


def packed(masks, rng):
    """Silhouettes of (N, H, W) masks in boxes that hold them with some room; rows of words shuffled apart."""
    boxes, words, first = [], [np.zeros(3, np.uint32)], []
    for mask in masks:
        ys, xs = np.nonzero(mask)
        if not len(ys):
            boxes.append((5, 5, 5, 5))
            first.append(0)
            continue
        room = rng.integers(0, 4, 4)
        x0, y0 = max(xs.min() - room[0], 0), max(ys.min() - room[1], 0)
        x1, y1 = min(xs.max() + 1 + room[2], mask.shape[1]), min(ys.max() + 1 + room[3], mask.shape[0])
        boxes.append((x0, y0, x1, y1))
        first.append(sum(len(w) for w in words))
        for y in range(y0, y1):
            for x in range(x0, x1, 32):
                bits = sum(int(mask[y, i]) << (i - x) for i in range(x, min(x + 32, x1)))
                words.append(np.array([bits], np.uint32))
    return Silhouettes(np.array(boxes, np.int64), np.array(first, np.int64), np.concatenate(words))


def scene(seed, height, width):
    """Five agents as overlapping rectangles and speckles painted back to front; the last may be outside."""
    rng = np.random.default_rng(seed)
    masks = np.zeros((5, height, width), bool)
    instance = np.zeros((height, width), np.int32)
    for row in range(4 + rng.integers(0, 2)):
        x0, y0 = rng.integers(-5, width), rng.integers(-5, height)
        x1, y1 = x0 + rng.integers(6, 7 + 2 * width), y0 + rng.integers(6, 7 + 2 * height)
        masks[row, max(y0, 0) : y1, max(x0, 0) : x1] = True
        if rng.uniform() < 0.5:
            masks[row] &= rng.uniform(size=(height, width)) < 0.8
        instance[masks[row]] = row + 1
    scenery = rng.uniform(size=(height, width)) < 0.2
    instance[scenery] = 0
    semantic = np.where(rng.uniform(size=(height, width)) < 0.5, Semantic.POLE, Semantic.BUILDING)
    semantic = np.where(instance > 0, CLASS_OF[instance - 1], semantic).astype(np.uint8)
    return masks, instance, semantic, packed(masks, rng)


SIZES = st.sampled_from([(1, 1), (1, 40), (40, 1), (17, 70), (33, 64), (40, 31)])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), SIZES)
def test_occluders_equal_brute_force(seed, size):
    masks, instance, semantic, silhouettes = scene(seed, *size)
    for classes in (semantic, None):
        parts = HiddenParts(instance, classes, CLASS_OF, silhouettes)
        for row, mask in enumerate(masks):
            whole = int(mask.sum())
            expected = {}
            for y, x in zip(*np.nonzero(mask & (instance != row + 1)), strict=True):
                number = int(instance[y, x])
                kind = int(semantic[y, x]) if number or classes is not None else 0
                expected[number, kind] = expected.get((number, kind), 0) + 1
            found = parts.occluders(row, whole)
            assert {(o.instance_id, o.semantic): o.hidden_px for o in found} == expected
            order = [(-o.hidden_px, o.instance_id, o.semantic) for o in found]
            assert order == sorted(order)
            assert [o.share for o in found] == [o.hidden_px / whole for o in found]
            if whole:
                visible = int((instance == row + 1).sum())
                assert sum(o.share for o in found) + visible / whole == pytest.approx(1, abs=1e-12)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), SIZES, st.permutations(range(5)), st.integers(0, 5))
def test_masks_of_whole_agents_equal_pycocotools(seed, size, order, count):
    masks, _, _, silhouettes = scene(seed, *size)
    rows = order[:count]
    found = silhouette_rles(silhouettes, rows, *size)
    expected = [
        coco_mask.encode(np.asfortranarray(masks[r].astype(np.uint8)))["counts"] if masks[r].any() else None
        for r in rows
    ]
    assert found == expected


def test_words_unpack_to_the_masks():
    for seed in range(20):
        masks, _, _, silhouettes = scene(seed, 23, 75)
        for row, mask in enumerate(masks):
            x0, y0, x1, y1 = silhouettes.box_px[row]
            again = np.zeros_like(mask)
            again[y0:y1, x0:x1] = silhouettes.mask(row)
            assert (again == mask).all()
