"""Instance image -> area, tight box and COCO RLE of every instance, from one pass over the runs of the image.

The image is read column by column (COCO's order) and cut where the id changes. Everything else, boxes and
areas included, is arithmetic on those few thousand runs instead of on a million pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.labels.rle import compressed_counts, empty_counts

__all__ = ["InstanceMasks", "instance_masks", "rle_counts"]


@dataclass(frozen=True, eq=False)
class InstanceMasks:
    """What one instance image says, one row per id that owns a pixel.

    Attributes:
        ids: (K,) int64, ascending, without 0.
        area_px: (K,) int64 pixels.
        box2d: (K, 4) int64 tight half-open boxes x0, y0, x1, y1.
        counts: the compressed counts of COCO RLE, as `pycocotools.mask.encode` writes them.
        size_hw: (height, width) of the image.
    """

    ids: NDArray[np.int64]
    area_px: NDArray[np.int64]
    box2d: NDArray[np.int64]
    counts: tuple[bytes, ...]
    size_hw: tuple[int, int]


def instance_masks(instance: NDArray[np.integer]) -> InstanceMasks:
    """Areas, boxes and RLEs of all instances.

    Args:
        instance: (H, W) ids, 0 = nothing.

    Returns:
        One row per id > 0 that is present.
    """
    height, width = instance.shape
    ids, start, length = _runs(instance)
    if not len(ids):
        none = np.zeros(0, np.int64)
        return InstanceMasks(none, none, np.zeros((0, 4), np.int64), (), (height, width))
    first = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
    end = start + length
    x0, x1 = start // height, (end - 1) // height + 1
    wraps = x1 - x0 > 1  # a run that goes on in the next column touches top and bottom
    y0 = np.where(wraps, 0, start % height)
    y1 = np.where(wraps, height, (end - 1) % height + 1)
    box2d = np.stack(
        [
            np.minimum.reduceat(x0, first),
            np.minimum.reduceat(y0, first),
            np.maximum.reduceat(x1, first),
            np.maximum.reduceat(y1, first),
        ],
        1,
    )
    area = np.add.reduceat(length, first)
    counts = compressed_counts(start, length, first, height * width)
    return InstanceMasks(ids[first], area, box2d, counts, (height, width))


def rle_counts(mask: NDArray[np.bool_]) -> bytes:
    """Compressed COCO counts of one mask (H, W)."""
    found = instance_masks(mask.astype(np.uint8))
    return found.counts[0] if found.counts else empty_counts(mask.size)


def _runs(instance: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Runs of equal id > 0 in column-major order: ids, starts, lengths, sorted by id, then by start."""
    image = np.ascontiguousarray(instance)
    if image.dtype not in (np.uint8, np.uint16, np.int32):
        image = image.astype(np.int32)
    flat = cv2.transpose(image).reshape(-1)
    cut = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    start = np.concatenate([[0], cut]).astype(np.int64)
    length = np.diff(start, append=flat.size)
    ids = flat[start].astype(np.int64)
    kept = np.flatnonzero(ids)
    kept = kept[np.argsort(ids[kept], kind="stable")]
    return ids[kept], start[kept], length[kept]
