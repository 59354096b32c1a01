"""The hull in, its skin out: texture coordinates and occlusion."""

from __future__ import annotations

import numpy as np

from sim.bodies.vehicles.atlas import Chart, swatch_uv
from sim.bodies.vehicles.hull import Hull, Region
from sim.bodies.vehicles.pieces import Piece
from sim.bodies.vehicles.smoothing import smooth

__all__ = ["skin"]

_CREASE_RAD = 0.75


def skin(hull: Hull, atlas: dict[str, Chart]) -> Piece:
    """The hull, fine or coarse, with texture coordinates and occlusion."""
    corners = hull.positions_m[hull.faces]
    x, y, z = corners[..., 0], np.abs(corners[..., 1]), corners[..., 2]
    uv = np.empty((len(hull.faces), 3, 2))
    uv[:] = swatch_uv("dark")
    planes = {
        Region.SIDE: ("side", np.stack([x, z], -1)),
        Region.FRONT: ("front", np.stack([y, z], -1)),
        Region.REAR: ("rear", np.stack([y, z], -1)),
        Region.TOP: ("top", np.stack([x, y], -1)),
    }
    for region, (chart, plane) in planes.items():
        chosen = hull.region == region
        uv[chosen] = atlas[chart].uv(plane[chosen].reshape(-1, 2)).reshape(-1, 3, 2)
    belly = (hull.region == Region.BELLY)[:, None]
    sky = np.where(belly, 0.25, np.clip(0.55 + 0.9 * z, 0.6, 1.0))
    return smooth(hull.positions_m, hull.faces, uv, sky, crease_rad=_CREASE_RAD)
