"""Ground patches -> the height below any point, fast enough to ask for every foot at every tick."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, label

from sim.world import World

__all__ = ["GroundHeight"]

_CELL_M, _FINE_CELL_M, _FINE_M2 = 0.5, 0.25, 200_000.0
"""Size of cells, and of those of streets no larger than this: fewer points are near an edge then."""


class GroundHeight:
    """Height of the ground: a grid of cells, most of them level; only points near edges are tested exactly.

    Args:
        world: whose ground it is.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        rings = [np.array(patch.outline_m) for patch in world.ground]
        corners = np.concatenate([*rings, np.zeros((1, 2))])
        self._cell_m = _FINE_CELL_M if np.ptp(corners, axis=0).prod() <= _FINE_M2 else _CELL_M
        self._origin = corners.min(0) - 3 * self._cell_m
        self._last = np.ceil((corners.max(0) - self._origin) / self._cell_m).astype(np.intp) + 3
        edges = np.zeros(self._last + 1, bool)
        for ring in rings:
            cell = self._cells(_sampled(ring, 0.5 * self._cell_m))
            edges[cell[:, 0], cell[:, 1]] = True
        self._near_edge = binary_dilation(edges, np.ones((3, 3), bool))
        # No edge passes between the cells of one region, so one of them speaks for all.
        region, count = label(~self._near_edge)
        _, first = np.unique(region, return_index=True)
        some = np.stack(np.unravel_index(first, region.shape), 1)
        heights = world.ground_height_m(self._origin + (some + 0.5) * self._cell_m)
        assert len(heights) == count + 1
        self._height = heights[region]

    def __call__(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Heights (M,) in metres at points (M, 2)."""
        cell = self._cells(xy_m)
        out: NDArray[np.float64] = self._height[cell[:, 0], cell[:, 1]]
        near = np.flatnonzero(self._near_edge[cell[:, 0], cell[:, 1]])
        if len(near):
            out[near] = self._world.ground_height_m(xy_m[near])
        return out

    def _cells(self, xy_m: NDArray[np.float64]) -> NDArray[np.intp]:
        cell = np.floor((xy_m - self._origin) / self._cell_m).astype(np.intp)
        return np.asarray(np.minimum(np.maximum(cell, 0), self._last), np.intp)


def _sampled(ring: NDArray[np.float64], step_m: float) -> NDArray[np.float64]:
    """Points along a closed ring, no further apart than `step_m`."""
    span = np.roll(ring, -1, 0) - ring
    counts = np.ceil(np.hypot(span[:, 0], span[:, 1]) / step_m).astype(np.intp) + 1
    edge = np.repeat(np.arange(len(ring)), counts)
    number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(ring[edge] + span[edge] * (number / counts[edge])[:, None])
