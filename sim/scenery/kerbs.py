"""The outline of a raised patch and its kerb edges in, quads of kerb stone on its rim out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["KERB_WIDTH_M", "kerb_bands"]

KERB_WIDTH_M = 0.15


def kerb_bands(ring: NDArray[np.float64], kerb_edges: Sequence[int]) -> list[NDArray[np.float64]]:
    """The top of the kerb stones along some edges.

    Args:
        ring: (K, 2) counter-clockwise outline.
        kerb_edges: indices of edges ring[i] -> ring[i + 1].

    Returns:
        One (4, 2) counter-clockwise quad per edge: its two outer corners, then the two inner ones, mitred
        against neighbours that are kerbs too and cut off along neighbours that are not.
    """
    count = len(ring)
    nxt = np.roll(ring, -1, 0)
    along = nxt - ring
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    inward = np.column_stack([-along[:, 1], along[:, 0]])
    kerbs = {i % count for i in kerb_edges}
    width = np.array([KERB_WIDTH_M if i in kerbs else 0.0 for i in range(count)])

    def inner(corner: int, edge: int, other: int) -> NDArray[np.float64]:
        cross = float(along[edge, 0] * along[other, 1] - along[edge, 1] * along[other, 0])
        if abs(cross) < 0.02:
            return np.asarray(ring[corner] + inward[edge] * KERB_WIDTH_M)
        # Both offset lines meet at corner + x where inward . x is the width of either edge.
        matrix = np.stack([inward[edge], inward[other]])
        return np.asarray(ring[corner] + np.linalg.solve(matrix, width[[edge, other]]))

    bands = []
    for i in sorted(kerbs):
        j = (i + 1) % count
        bands.append(np.stack([ring[i], ring[j], inner(j, i, j), inner(i, i, (i - 1) % count)]))
    return bands
