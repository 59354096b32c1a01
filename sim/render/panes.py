"""Textures of a body, its meshes -> the faces one sees through: only they pay for the room behind them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.geometry import Mesh

__all__ = ["BLIND", "glass_sums", "pane_faces"]

BLIND = 0.055
"""Roughness from which on nothing is seen through a pane."""

_MARGIN_PX = 2  # what is filtered beside a face
_BLOCK_PX = 4  # textures are looked at in blocks of this side, which divides theirs


def glass_sums(material: NDArray[np.uint8]) -> NDArray[np.int32]:
    """(h + 1, w + 1) how many blocks of a texture above and left of each corner of one show glass."""
    height, width = (size // _BLOCK_PX for size in material.shape[:2])
    is_glass = material[..., 0] <= np.ceil(255 * BLIND)
    blocks = is_glass.reshape(height, _BLOCK_PX, width, _BLOCK_PX).any((1, 3))
    sums = np.zeros((height + 1, width + 1), np.int32)
    sums[1:, 1:] = blocks.cumsum(0).cumsum(1)
    return sums


def pane_faces(sums: NDArray[np.int32], mesh: Mesh) -> NDArray[np.bool_]:
    """(F,) bool: faces that show a texel of glass, or may."""
    size = np.array(sums.shape[::-1]) - 1
    at = (np.stack([mesh.uv[:, 0], 1.0 - mesh.uv[:, 1]], -1) * size)[mesh.faces]
    margin = _MARGIN_PX / _BLOCK_PX
    low = np.floor(at.min(1) - margin)
    high = np.ceil(at.max(1) + margin)
    x0, y0 = np.clip(low, 0, size - 1).astype(np.intp).T
    x1, y1 = np.clip(high, 1, size).astype(np.intp).T
    return np.asarray(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0] > 0)
