"""The hull of a model in, the same car in a quarter of its triangles, and in a tenth of them, out.

The skin keeps some vertices of the fine one, wheels have fewer segments, and what is thinner than a pixel
from afar is left out: handles and sides of plate frames, at the far level wipers, rails and the antenna too.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from sim.bodies.thinning import thinned
from sim.bodies.vehicles.atlas import Chart
from sim.bodies.vehicles.fittings import coarse_fittings, far_fittings
from sim.bodies.vehicles.glazing import Glazing
from sim.bodies.vehicles.hull import Hull, Region, mirror_columns
from sim.bodies.vehicles.lamps import lamps
from sim.bodies.vehicles.pieces import Piece
from sim.bodies.vehicles.proportions import Proportions
from sim.bodies.vehicles.skin import skin
from sim.bodies.vehicles.wheels import COARSE, FAR, wheels
from sim.geometry import vertex_normals

__all__ = ["coarse_hull", "coarse_pieces", "far_hull"]

_HULL_AND_FITTINGS = 452
"""Faces; with wheels, plates and about 150 faces of lamps a car stays below 900."""
_BELLY_WEIGHT = 0.05
"""The floor and the wheel arches lie in the dark."""
_FULL_WEIGHT_FROM_M = 0.5
"""The lower a face, the less of the picture it is."""
_OVERHANG_WEIGHT = 4.5
"""Lamps lie on the bends before and behind the wheels."""
_FAR_HULL, _FAR_HULL_OF = 110, {"pickup": 140, "coupe": 130}
"""Faces; with all else about 300, a little more where a cab stands before a bed or a roof is one arc."""
_FAR_WEIGHT = {
    Region.BELLY: _BELLY_WEIGHT,
    Region.SIDE: 0.5,
    Region.TOP: 1.0,
    Region.FRONT: 5.0,
    Region.REAR: 5.0,
}
"""From afar outlines are what counts; bumpers bulge with little area."""
_FAR_ROOF_WEIGHT_OF = {"coupe": 4.0}
"""Small roofs would lose their domes."""
_FAR_OUT_M = 0.03
"""So far the few corners that are left move out, that chords cover as much as the arcs did."""
_FAR_LIFT_M = 0.015
"""The depth buffer is coarser there, and flat lamps meet a skin that is not."""


def coarse_hull(p: Proportions, hull: Hull, target: int) -> Hull:
    """A closed hull over the same rings with about `target` faces, alike left and right."""
    left = _left(hull)
    x, _, z = hull.positions_m[hull.faces[left]].mean(1).T
    seen = np.clip(z / _FULL_WEIGHT_FROM_M, 0.3, 1.0) ** 2
    seen *= np.where((x < 0) | (x > p.wheelbase_m), _OVERHANG_WEIGHT, 1.0)
    return _thinned(hull, left, np.where(hull.region[left] == Region.BELLY, _BELLY_WEIGHT, seen), target)


def far_hull(p: Proportions, coarse: Hull) -> Hull:
    """A coarse hull in still fewer faces, moved out a little, but neither down nor beyond its extent."""
    left = _left(coarse)
    weights = _FAR_WEIGHT | {Region.TOP: _FAR_ROOF_WEIGHT_OF.get(p.shape, _FAR_WEIGHT[Region.TOP])}
    weight = np.array([weights[region] for region in Region])[coarse.region[left]]
    far = _thinned(coarse, left, weight, _FAR_HULL_OF.get(p.shape, _FAR_HULL))
    points = far.positions_m
    out = vertex_normals(points, far.faces).astype(np.float64)
    out[:, 2] = np.maximum(out[:, 2], 0.0)
    moved = np.clip(points + _FAR_OUT_M * out, points.min(0), points.max(0))
    return dataclasses.replace(far, rings=moved.reshape(far.rings.shape))


def _left(hull: Hull) -> NDArray[np.intp]:
    """Faces of the left half."""
    return np.flatnonzero(hull.positions_m[hull.faces][..., 1].mean(1) > 0)


def _thinned(hull: Hull, left: NDArray[np.intp], weight: NDArray[np.float64], target: int) -> Hull:
    """The hull with about `target` faces; `weight` says how much leaving each face in `left` counts."""
    faces, origin = thinned(hull.positions_m, hull.faces[left], hull.region[left], weight, target // 2)
    mirrored = mirror_columns(hull)[faces][:, ::-1]
    region, level = np.tile(hull.region[left][origin], 2), np.tile(hull.level[left][origin], 2)
    return dataclasses.replace(hull, faces=np.concatenate([faces, mirrored]), region=region, level=level)


def coarse_pieces(
    p: Proportions, hull: Hull, glass: Glazing, atlas: dict[str, Chart]
) -> tuple[list[Piece], list[Piece]]:
    """Skin, wheels, lamps and fittings, all but the plates: of the coarse level and of the far one."""
    fitted = coarse_fittings(p, hull, glass)
    coarse = coarse_hull(p, hull, _HULL_AND_FITTINGS - sum(len(piece.faces) for piece in fitted))
    far = far_hull(p, coarse)
    return (
        [skin(coarse, atlas), *wheels(p, atlas, COARSE), *lamps(p, coarse, atlas), *fitted],
        [
            skin(far, atlas),
            *wheels(p, atlas, FAR),
            *lamps(p, far, atlas, _FAR_LIFT_M),
            *far_fittings(p, hull, glass),
        ],
    )
