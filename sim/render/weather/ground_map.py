"""World -> a map of its ground from above: where wheels roll, where water gathers, where people tread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from sim.randomness import stream
from sim.scenery.noise import fractal_noise
from sim.world import World

__all__ = ["GroundMap", "ground_map", "mottle"]

Floats = NDArray[np.float64]

_FINEST_M = 0.2
_MOST_PX = 2048
_TRACK_M, _TRACK_WIDTH_M = 0.85, 0.42  # of each wheel beside the middle of its lane; see scenery.ground
_GUTTER_M = 0.45


@dataclass(frozen=True, eq=False)
class GroundMap:
    """The ground as an image, row 0 at the smallest y.

    Attributes:
        texels: (H, W, 3) uint8: wheel tracks, gutters along kerbs, trodden strips; 255 in their middle.
        low_m: (2,) world x, y of the image's first corner.
        size_m: (2,) metres it covers along x and y.
    """

    texels: NDArray[np.uint8]
    low_m: Floats
    size_m: Floats


def ground_map(world: World) -> GroundMap:
    """The map of everything worth a shadow."""
    x0, y0, x1, y1 = world.bounds_m
    low, size = np.array([x0, y0]), np.array([x1 - x0, y1 - y0])
    step_m = max(_FINEST_M, float(size.max()) / _MOST_PX)
    shape = tuple(np.ceil(size[::-1] / step_m).astype(int))
    size = np.array(shape[::-1]) * step_m

    def away_m(lines: Iterable[Floats]) -> Floats:
        free = np.ones(shape, bool)
        for line in lines:
            at = np.floor((_dense(line, step_m) - low) / step_m).astype(int)
            at = at[((at >= 0) & (at < shape[::-1])).all(1)]
            free[at[:, 1], at[:, 0]] = False
        if free.all():
            return np.full(shape, np.inf)
        return np.asarray(distance_transform_edt(free)) * step_m

    lanes = [np.array(lane.centre_m) for lane in world.network.lanes if lane.kind == "driving"]
    tracks = np.exp(-(((away_m(lanes) - _TRACK_M) / _TRACK_WIDTH_M) ** 2))
    rings = [(np.array(patch.outline_m), patch.kerb_edges) for patch in world.ground]
    kerbs = [ring[[i, (i + 1) % len(ring)]] for ring, edges in rings for i in edges]
    gutters = np.exp(-((away_m(kerbs) / _GUTTER_M) ** 2))
    where = {node.id: node.xy_m for node in world.network.walk_nodes}
    walks = [
        np.array([where[edge.a], where[edge.b]]) for edge in world.network.walk_edges if not edge.crosswalk
    ]
    trodden = np.clip(1.3 - away_m(walks) / 0.9, 0.0, 1.0)
    texels = np.stack([tracks, gutters, trodden], -1)
    return GroundMap(np.round(texels * 255).astype(np.uint8), low, size)


def mottle(seed: int) -> NDArray[np.uint8]:
    """(512, 512, 2) uint8 tileable noise, mean 128 and deviation 40: broad and fine patches."""
    rng = stream(seed, "weather/mottle")
    fields = np.stack([fractal_noise(rng, 3.2, 3.0), fractal_noise(rng, 1.2, 16.0)], -1)
    return np.clip(np.round(128 + 40 * fields), 0, 255).astype(np.uint8)


def _dense(line: Floats, step_m: float) -> Floats:
    """Points on a polyline no farther apart than a step."""
    away = np.hypot(*np.diff(line, axis=0).T)
    s = np.r_[0.0, np.cumsum(away)]
    at = np.linspace(0.0, s[-1], max(int(np.ceil(s[-1] / step_m)), 1) + 1)
    return np.column_stack([np.interp(at, s, line[:, 0]), np.interp(at, s, line[:, 1])])
