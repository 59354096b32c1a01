"""A mask -> one closed walk along its outer pixels, for formats that want one polygon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["single_polygon"]

Points = NDArray[np.int64]


class _Link(NamedTuple):
    """A line from a corner of one ring to a corner of another."""

    ring: int
    corner: int
    parent: int
    parent_corner: int


def single_polygon(mask: NDArray[np.bool_]) -> Points:
    """The outline of a mask, with all its parts and holes, as one closed walk.

    Every outer rim and every rim of a hole is walked once; the shortest lines between them are walked there
    and back, so that an even-odd filling cancels them. Filled by `cv2.fillPoly`, which also draws the walk
    itself, the mask comes back, and beside it only pixels below lines that cross the background.

    Args:
        mask: (H, W) bool with at least one pixel.

    Returns:
        (P, 2) int64 column and row of pixels, P >= 3; points are repeated where a mask has fewer corners.
    """
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    rings = [ring.reshape(-1, 2).astype(np.int64) for ring in found]
    detours: list[dict[int, list[Points]]] = [{} for _ in rings]
    # Backwards, all that hangs on a ring is known before the ring itself is put into its parent.
    for link in reversed(_links(rings)):
        walk = _closed(rings[link.ring], link.corner, detours[link.ring])
        detours[link.parent].setdefault(link.parent_corner, []).append(walk)
    walk = _closed(rings[0], 0, detours[0])[:-1]
    return walk if len(walk) >= 3 else np.resize(walk, (3, 2))


def _links(rings: Sequence[Points]) -> list[_Link]:
    """The shortest lines that join all rings to the first one (Prim), each after that of its parent."""
    best = {ring: (np.inf, _Link(ring, 0, 0, 0)) for ring in range(1, len(rings))}
    links: list[_Link] = []
    newest = 0
    while best:
        corners = cKDTree(rings[newest])
        for ring, (known_px, _) in best.items():
            distances_px, nearest = corners.query(rings[ring])
            corner = int(np.argmin(distances_px))
            if distances_px[corner] < known_px:
                best[ring] = (float(distances_px[corner]), _Link(ring, corner, newest, int(nearest[corner])))
        newest = min(best, key=lambda ring: best[ring][0])
        links.append(best.pop(newest)[1])
    return links


def _closed(ring: Points, start: int, detours: Mapping[int, Sequence[Points]]) -> Points:
    """(P, 2) walk from a corner round a ring and back to it, with a detour wherever another ring hangs."""
    parts: list[Points] = []
    for corner in (*range(start, len(ring)), *range(start)):
        here = ring[corner : corner + 1]
        parts.append(here)
        for walk in detours.get(corner, ()):
            parts += [walk, here]
    return np.concatenate([*parts, ring[start : start + 1]])
