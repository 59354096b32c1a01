"""The hull in, its painted skin out: texture coordinates, occlusion; a coarse hull borrows its normals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.atlas import Chart, swatch_uv
from sim.bodies.vehicles.hull import Hull, Region
from sim.bodies.vehicles.pieces import Piece, corner_normals, smooth

__all__ = ["skin"]

Floats = NDArray[np.float64]

_CREASE_RAD = 0.75


def skin(hull: Hull, atlas: dict[str, Chart], shaded_as: Hull | None = None) -> Piece:
    """The hull with texture coordinates and occlusion.

    Args:
        hull: the faces.
        atlas: charts of the model.
        shaded_as: a finer hull over the same rings, whose normals the faces borrow; by default their own.
    """
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
    normals = None if shaded_as is None else _borrowed(hull, shaded_as)
    return smooth(hull.positions_m, hull.faces, uv, sky, crease_rad=_CREASE_RAD, normals=normals)


def _flat(hull: Hull) -> Floats:
    p = hull.positions_m[hull.faces]
    area = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    return np.asarray(area / np.linalg.norm(area, axis=1, keepdims=True))


def _borrowed(coarse: Hull, fine: Hull) -> Floats:
    """(F, 3, 3): at each corner the normal of that fine corner which lies most nearly in the coarse face."""
    flat, shaded = _flat(coarse), corner_normals(fine.positions_m, fine.faces, _CREASE_RAD).reshape(-1, 3)
    at = fine.faces.reshape(-1)
    order = np.argsort(at, kind="stable")
    first = np.searchsorted(at[order], np.arange(len(fine.positions_m) + 1))
    region = np.repeat(fine.region, 3)
    out = np.empty((len(flat), 3, 3))
    for f, face in enumerate(coarse.faces):
        for k, vertex in enumerate(face):
            near = order[first[vertex] : first[vertex + 1]]
            likeness = shaded[near] @ flat[f] + 0.3 * (region[near] == coarse.region[f])
            out[f, k] = shaded[near[np.argmax(likeness)]]
    return out
