"""Instance image -> area, tight box and COCO RLE of every instance, from one pass over the runs of the image.

The image is read column by column (COCO's order) and cut where the id changes. Everything else, boxes and
areas included, is arithmetic on those few thousand runs instead of on a million pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["InstanceMasks", "instance_masks", "rle_counts"]

_BITS, _MORE, _SIGN = 5, 0x20, 0x10
_GROUPS = 8  # 5-bit groups that hold any run length of an image below 2^39 pixels


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
    counts = _compress(start, length, first, height * width)
    return InstanceMasks(ids[first], area, box2d, counts, (height, width))


def rle_counts(mask: NDArray[np.bool_]) -> bytes:
    """Compressed COCO counts of one mask (H, W)."""
    found = instance_masks(mask.astype(np.uint8))
    return found.counts[0] if found.counts else _compress_one_empty(mask.size)


def _compress_one_empty(pixels: int) -> bytes:
    values = np.array([pixels], np.int64)
    text, _ = _characters(values)
    return text.tobytes()


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


def _compress(
    start: NDArray[np.int64], length: NDArray[np.int64], first: NDArray[np.intp], pixels: int
) -> tuple[bytes, ...]:
    """Counts of every instance: gap, run, gap, run, ... and the rest of the image if there is one."""
    end = start + length
    before = np.concatenate([[0], end[:-1]])
    before[first] = 0
    last = np.append(first[1:], len(start)) - 1
    rest = pixels - end[last]
    runs = np.diff(np.append(first, len(start)))
    sizes = 2 * runs + (rest > 0)
    offset = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    position = np.arange(len(start)) - np.repeat(first, runs)
    where = np.repeat(offset, runs) + 2 * position
    values = np.empty(int(sizes.sum()), np.int64)
    values[where] = start - before
    values[where + 1] = length
    tail = rest > 0
    values[(offset + 2 * runs)[tail]] = rest[tail]
    # From the fourth count on, COCO stores the difference to the count two places before.
    index = np.arange(len(values)) - np.repeat(offset, sizes)
    delta = values.copy()
    far = np.flatnonzero(index > 2)
    delta[far] -= values[far - 2]
    text, characters = _characters(delta)
    ends = np.cumsum(np.add.reduceat(characters, offset))
    blob = text.tobytes()
    return tuple(blob[a:b] for a, b in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True))


def _characters(values: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """COCO's variable-length code: all characters in order, and how many each value took."""
    shift = _BITS * np.arange(_GROUPS)
    group = (values[:, None] >> shift) & 0x1F
    rest = values[:, None] >> (shift + _BITS)
    more = np.where(group & _SIGN, rest != -1, rest != 0)
    used = np.ones_like(more)
    used[:, 1:] = np.logical_and.accumulate(more, 1)[:, :-1]
    code = (group + np.where(more, _MORE, 0) + 48).astype(np.uint8)
    return code[used], used.sum(1)
