"""Runs of column-major images -> the compressed counts of COCO RLE, for many masks at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["compressed_counts", "empty_counts"]

_BITS, _MORE, _SIGN = 5, 0x20, 0x10
_GROUPS = 8  # 5-bit groups that hold any run length of an image below 2^39 pixels


def compressed_counts(
    start: NDArray[np.int64], length: NDArray[np.int64], first: NDArray[np.intp], pixels: int
) -> tuple[bytes, ...]:
    """Counts of every mask: gap, run, gap, run, ... and the rest of the image if there is one.

    Args:
        start: (R,) where runs begin in the image read column by column, ascending within a mask.
        length: (R,) their pixels; runs of one mask do not touch.
        first: (K,) the row of each mask's first run, ascending from 0.
        pixels: height times width of the image.

    Returns:
        K texts, as `pycocotools.mask.encode` writes them.
    """
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


def empty_counts(pixels: int) -> bytes:
    """Counts of a mask without a pixel."""
    text, _ = _characters(np.array([pixels], np.int64))
    return text.tobytes()


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
