"""Two images of one kind -> how much they differ, as numbers and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Difference", "compare", "side_by_side", "structural_similarity"]

Image = NDArray[Any]

_GAP_PX = 8
_PAPER = 128


@dataclass(frozen=True)
class Difference:
    """How two images of one shape differ.

    Attributes:
        levels: the largest difference of a value.
        share: share of pixels beyond the tolerated levels, 0..1.
        similarity: structural similarity, 1 if equal.
        worst_px: column and row of the pixel that differs most; the first of them.
    """

    levels: int
    share: float
    similarity: float
    worst_px: tuple[int, int]


def compare(expected: Image, actual: Image, levels: int = 0) -> Difference:
    """Measure how two images of one shape and dtype differ.

    Args:
        expected: (H, W) or (H, W, 3), uint8 or uint16.
        actual: another of the same shape and dtype.
        levels: differences up to this are not counted in the share.
    """
    apart = _apart(expected, actual)
    row, column = np.unravel_index(int(np.argmax(apart)), apart.shape)
    share = float((apart > levels).mean())
    worst = (int(column), int(row))
    return Difference(int(apart.max()), share, structural_similarity(expected, actual), worst)


def structural_similarity(a: Image, b: Image) -> float:
    """Mean structural similarity of two images, -1..1; sees blur, shifts and noise as people do.

    Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural
    similarity" (2004): Gaussian window of 11 pixels and sigma 1.5, K1 = 0.01, K2 = 0.03; here of the mean of
    the bands.
    """
    if np.array_equal(a, b):
        return 1.0
    full = float(np.iinfo(a.dtype).max)
    x, y = (i.astype(np.float64) if i.ndim == 2 else i.mean(2, dtype=np.float64) for i in (a, b))
    c1, c2 = (0.01 * full) ** 2, (0.03 * full) ** 2
    mean_x, mean_y = _blur(x), _blur(y)
    var_x, var_y = _blur(x * x) - mean_x**2, _blur(y * y) - mean_y**2
    both = _blur(x * y) - mean_x * mean_y
    top = (2 * mean_x * mean_y + c1) * (2 * both + c2)
    return float((top / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))).mean())


def side_by_side(expected: Image, actual: Image) -> NDArray[np.uint8]:
    """Expected, actual and, if shapes agree, their difference, the largest white: (H, W, 3) uint8."""
    panels = [_visible(expected), _visible(actual)]
    if expected.shape == actual.shape and expected.dtype == actual.dtype:
        apart = _apart(expected, actual)
        # The root shows the difference of one level beside the one of a hundred.
        shown = np.sqrt(apart / max(int(apart.max()), 1)) * 255
        panels.append(_visible(shown.round().astype(np.uint8)))
    height = max(len(panel) for panel in panels)
    width = sum(panel.shape[1] for panel in panels) + _GAP_PX * (len(panels) - 1)
    out = np.full((height, width, 3), _PAPER, np.uint8)
    left = 0
    for panel in panels:
        out[: len(panel), left : left + panel.shape[1]] = panel
        left += panel.shape[1] + _GAP_PX
    return out


def _blur(image: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.GaussianBlur(image, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT_101), np.float64)


def _apart(expected: Image, actual: Image) -> NDArray[np.int64]:
    """(H, W) largest difference of a pixel's values."""
    apart: NDArray[np.int64] = np.abs(expected.astype(np.int64) - actual)
    return apart.max(2) if apart.ndim == 3 else apart


def _visible(image: Image) -> NDArray[np.uint8]:
    """As RGB of 8 bits; ids of 16 bits are spread over what is there."""
    if image.dtype != np.uint8:
        image = (image * (255.0 / max(int(image.max()), 1))).round().astype(np.uint8)
    return np.repeat(image[..., None], 3, 2) if image.ndim == 2 else image
