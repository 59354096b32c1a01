"""Textures in, their coarser levels out: those of leaves cover as much of a card as the finest one.

Averages of thin twigs fall below the coverage at which a pixel counts as wood, so bare crowns would dissolve
with distance. Each level's coverage is therefore stretched until the same share passes (I. Castano, Computing
Alpha Mipmaps, 2010).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["mip_levels"]

_COVERED = 127.5
"""Coverage at which shaders keep a pixel, of 255."""
_LAST_PX = 8
"""Smaller levels keep the stretch of this one: their few texels say little about shares."""


def mip_levels(
    layers: Sequence[NDArray[np.uint8]] | NDArray[np.uint8], cutouts: NDArray[np.bool_]
) -> list[NDArray[np.uint8]]:
    """Levels 1 and on of square textures.

    Args:
        layers: L of (S, S, 4), S a power of 2, the fourth band coverage where `cutouts` says so.
        cutouts: (L,) bool.

    Returns:
        Arrays (L, S / 2, S / 2, 4) to (L, 1, 1, 4); each texel the rounded mean of four.
    """
    out: list[NDArray[np.uint8]] = []
    shares = [(layers[k][..., 3] > _COVERED).mean() for k in np.flatnonzero(cutouts).tolist()]
    stretch = np.ones(len(shares))
    fine, half = layers, len(layers[0]) // 2
    while half:
        # Averages of two by two bytes are exact in OpenCV, halves rounded up.
        fine = np.stack([cv2.resize(layer, (half, half), interpolation=cv2.INTER_AREA) for layer in fine])
        level = fine.copy()
        coverage = fine[cutouts, :, :, 3].astype(np.float64)
        if fine.shape[1] >= _LAST_PX:
            stretch = np.array([_stretch(*pair) for pair in zip(coverage, shares, strict=True)])
        level[cutouts, :, :, 3] = np.minimum(np.rint(coverage * stretch[:, None, None]), 255).astype(np.uint8)
        out.append(level)
        half //= 2
    return out


def _stretch(coverage: NDArray[np.float64], share: float) -> float:
    """The factor at which a share of an image passes."""
    ordered = np.sort(coverage.ravel())[::-1]
    least = ordered[max(0, min(len(ordered), round(share * len(ordered))) - 1)]
    return float(max((_COVERED + 0.6) / least, 1.0)) if least > 0 else 1.0
