"""The outline of a raised patch and its kerb edges in, kerb stones on its rim and what they leave out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["KERB_WIDTH_M", "kerb_bands"]

Floats = NDArray[np.float64]

KERB_WIDTH_M = 0.15


def kerb_bands(ring: Floats, kerb_edges: Sequence[int]) -> tuple[list[Floats], Floats]:
    """The top of the kerb stones along some edges, and the ring inside them.

    Args:
        ring: (K, 2) counter-clockwise outline.
        kerb_edges: indices of edges ring[i] -> ring[i + 1].

    Returns:
        One (4, 2) counter-clockwise quad per edge: its two outer corners, then the two inner ones, mitred
        against neighbours that are kerbs too and cut off along neighbours that are not; and the (M, 2)
        outline that is left for paving.
    """
    count = len(ring)
    along = np.roll(ring, -1, 0) - ring
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    inward = np.column_stack([-along[:, 1], along[:, 0]])
    kerbs = {i % count for i in kerb_edges}
    width = np.array([KERB_WIDTH_M if i in kerbs else 0.0 for i in range(count)])
    # Inner corners at each vertex: the end of the edge before it and the start of the edge after it.
    ends, starts = np.empty((count, 2)), np.empty((count, 2))
    for i in range(count):
        before = (i - 1) % count
        cross = float(along[before, 0] * along[i, 1] - along[before, 1] * along[i, 0])
        if abs(cross) > 0.02:
            # Both offset lines meet at corner + x where inward . x is the width of either edge.
            matrix = np.stack([inward[before], inward[i]])
            ends[i] = starts[i] = ring[i] + np.linalg.solve(matrix, width[[before, i]])
        elif width[before] == width[i]:
            ends[i] = starts[i] = ring[i] + (inward[before] + inward[i]) / 2 * width[i]
        else:
            ends[i], starts[i] = ring[i] + inward[before] * width[before], ring[i] + inward[i] * width[i]
    bands = []
    for i in sorted(kerbs):
        j = (i + 1) % count
        bands.append(np.stack([ring[i], ring[j], ends[j], starts[i]]))
    rest = np.stack([ends, starts], 1).reshape(-1, 2)
    apart = np.hypot(*(rest - np.roll(rest, 1, 0)).T) > 1e-9
    return bands, rest[apart]
