"""Ground patches -> the height below any point, fast enough to ask for every foot at every tick."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world import World

__all__ = ["GroundHeight"]

_CELL_M = 2.0


class GroundHeight:
    """Height of the ground: a grid of cells, most of them level; only points near edges are tested exactly.

    Args:
        world: whose ground it is.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        rings = [np.array(p.outline_m) for p in world.ground]
        low = np.min([r.min(0) for r in rings], 0) if rings else np.zeros(2)
        high = np.max([r.max(0) for r in rings], 0) if rings else np.ones(2)
        self._origin = low - _CELL_M
        shape = np.ceil((high - low) / _CELL_M).astype(int) + 2
        x, y = (self._origin[k] + (np.arange(shape[k]) + 0.5) * _CELL_M for k in range(2))
        centres = np.stack(np.meshgrid(x, y, indexing="ij"), -1).reshape(-1, 2)
        self._height = world.ground_height_m(centres).reshape(shape)
        self._mixed = np.zeros(shape, bool)
        for ring in rings:
            self._mark(ring)

    def __call__(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Heights (M,) in metres at points (M, 2)."""
        cell = np.floor((xy_m - self._origin) / _CELL_M).astype(np.intp)
        cell = np.clip(cell, 0, np.array(self._height.shape) - 1)
        out = self._height[cell[:, 0], cell[:, 1]]
        near = np.flatnonzero(self._mixed[cell[:, 0], cell[:, 1]])
        if len(near):
            out[near] = self._world.ground_height_m(xy_m[near])
        return out

    def _mark(self, ring: NDArray[np.float64]) -> None:
        """Marks every cell that an edge of the ring may pass, and its neighbours."""
        ends = np.roll(ring, -1, 0)
        for a, b in zip(ring, ends, strict=True):
            count = int(np.ceil(np.abs(b - a).max() / (0.5 * _CELL_M))) + 1
            at = a + np.linspace(0, 1, count)[:, None] * (b - a)
            cell = np.floor((at - self._origin) / _CELL_M).astype(int)
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    i = np.clip(cell[:, 0] + dx, 0, self._mixed.shape[0] - 1)
                    j = np.clip(cell[:, 1] + dy, 0, self._mixed.shape[1] - 1)
                    self._mixed[i, j] = True
