"""COCO's compressed run-length masks -> pixels, or runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["rle_pixels", "rle_runs"]

_BITS, _LOW, _MORE, _SIGN = 5, 0x1F, 0x20, 0x10
_FIRST_CHARACTER = 48


def rle_pixels(rle: Mapping[str, Any]) -> NDArray[np.bool_]:
    """The mask of an RLE.

    Args:
        rle: ``{"size": [H, W], "counts": bytes}``.

    Returns:
        (H, W) bool.

    Raises:
        ValueError: the runs do not fill the image.
    """
    height, width = rle["size"]
    runs = rle_runs(rle)
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(width, height).T


def rle_runs(rle: Mapping[str, Any]) -> NDArray[np.int64]:
    """The runs of an RLE.

    The code is that of COCO's ``maskApi.c``: runs of zeros and ones in turn, column by column, five bits a
    character, lowest first; from the fourth run on the difference to the run two places before.

    Args:
        rle: ``{"size": [H, W], "counts": bytes}``.

    Returns:
        (R,) int64 numbers of pixels, of zeros and of ones in turn.

    Raises:
        ValueError: the runs do not fill the image.
    """
    height, width = rle["size"]
    code = np.frombuffer(rle["counts"], np.uint8).astype(np.int64) - _FIRST_CHARACTER
    last = np.flatnonzero(code & _MORE == 0)
    first = np.concatenate([[0], last[:-1] + 1])
    shift = _BITS * (np.arange(len(code)) - np.repeat(first, last - first + 1))
    runs = np.add.reduceat((code & _LOW) << shift, first)
    runs -= np.where(code[last] & _SIGN, 1 << (shift[last] + _BITS), 0)
    runs[1::2] = np.cumsum(runs[1::2])
    runs[2::2] = np.cumsum(runs[2::2])
    if runs.min() < 0 or runs.sum() != height * width:
        raise ValueError(f"runs of a mask add up to {runs.sum()} pixels, the image has {height * width}")
    return runs
