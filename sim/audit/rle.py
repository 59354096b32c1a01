"""COCO's run-length masks -> pixels, after a look at whether they are what they claim.

Areas, boxes and intersections are pycocotools'. Its `decode` is not used: it warns with NumPy 2, and a filter
of warnings is no business of threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from sim.errors import UsageError

__all__ = ["Mask", "Rle", "checked_rle", "decode", "shared_px"]

Rle = Mapping[str, Any]

_MORE, _SIGN, _LOW = 0x20, 0x10, 0x1F  # of each character's six bits: another one follows, negative, value
_FIRST_CHARACTER = 48


@dataclass(frozen=True, eq=False)
class Mask:
    """A mask in its tight box.

    Attributes:
        box_px: half-open x0, y0, x1, y1; all zero if it is empty.
        pixels: (y1 - y0, x1 - x0) bool.
        area_px: how many are set.
    """

    box_px: tuple[int, int, int, int]
    pixels: NDArray[np.bool_]
    area_px: int

    def of(self, image: NDArray[Any]) -> NDArray[Any]:
        """(area,) values of an (H, W) image on the mask."""
        x0, y0, x1, y1 = self.box_px
        return np.asarray(image[y0:y1, x0:x1][self.pixels])


def checked_rle(rle: object, what: str) -> dict[str, Any]:
    """A compressed RLE that pycocotools can be given.

    Args:
        rle: ``{"size": [H, W], "counts": text, bytes or list of numbers}``, as read from a file.
        what: for messages.

    Raises:
        UsageError: it is none, or its runs do not fill the image. pycocotools reads beyond the end of such.
    """
    if not isinstance(rle, Mapping) or set(rle) < {"size", "counts"}:
        raise UsageError(f"{what} is no RLE: wanted size and counts")
    try:
        height, width = (int(v) for v in rle["size"])
        counts = rle["counts"]
        if isinstance(counts, Sequence) and not isinstance(counts, str | bytes):
            runs = np.array(counts, np.int64)
        else:
            counts = counts.encode("ascii") if isinstance(counts, str) else bytes(counts)
            runs = _runs(counts)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UsageError(f"{what} is no RLE: {error}") from error
    if (runs < 0).any() or runs.sum() != height * width:
        raise UsageError(f"{what}: its runs add up to {runs.sum()} pixels, the image has {height * width}")
    if isinstance(counts, bytes):
        return {"size": [height, width], "counts": counts}
    return dict(coco_mask.frPyObjects({"size": [height, width], "counts": runs.tolist()}, height, width))


def decode(rle: dict[str, Any]) -> Mask:
    """The pixels of an RLE that `checked_rle` let pass."""
    left, top, width, height = (round(float(v)) for v in coco_mask.toBbox(rle))
    box = (left, top, left + width, top + height)
    runs = _runs(rle["counts"])
    columns = np.repeat(np.arange(runs.size) % 2 == 1, runs).reshape(rle["size"][::-1])
    pixels = np.ascontiguousarray(columns[left : left + width, top : top + height].T)
    return Mask(box, pixels, int(coco_mask.area(rle)))


def shared_px(a: dict[str, Any], b: dict[str, Any]) -> int:
    """How many pixels two RLEs of one size have in common."""
    return int(coco_mask.area(coco_mask.merge([a, b], intersect=True)))


def _runs(counts: bytes) -> NDArray[np.int64]:
    """Lengths of the runs in a compressed RLE: base 32, lowest digit first, less the run two before."""
    digits = np.frombuffer(counts, np.uint8).astype(np.int64) - _FIRST_CHARACTER
    if ((digits < 0) | (digits >= 2 * _MORE)).any() or (digits.size and digits[-1] & _MORE):
        raise ValueError("counts are broken")
    if not digits.size:
        return digits
    ends = np.flatnonzero(digits & _MORE == 0)
    starts = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(digits.size) - np.repeat(starts, ends - starts + 1)
    if place.max() > 6:
        raise ValueError("counts are broken: a run of more than 35 bits")
    runs = np.add.reduceat((digits & _LOW) << (5 * place), starts)
    runs -= np.where(digits[ends] & _SIGN, np.int64(1) << (5 * (ends - starts + 1)), 0)
    runs[1::2], runs[2::2] = np.cumsum(runs[1::2]), np.cumsum(runs[2::2])
    return runs
