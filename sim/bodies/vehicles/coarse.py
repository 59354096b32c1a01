"""The hull of a model in, the pieces of the same car as seen from afar out: a quarter of the triangles.

The skin keeps some vertices of the fine one, wheels are cones with fewer segments,
and what is thinner than a pixel from there (handles, sides of plate frames) is left out.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from sim.bodies.vehicles.atlas import Chart
from sim.bodies.vehicles.fittings import far_fittings
from sim.bodies.vehicles.glazing import Glazing
from sim.bodies.vehicles.hull import Hull, Region, mirror_columns
from sim.bodies.vehicles.lamps import lamps
from sim.bodies.vehicles.pieces import Piece
from sim.bodies.vehicles.proportions import Proportions
from sim.bodies.vehicles.skin import skin
from sim.bodies.vehicles.thinning import thinned
from sim.bodies.vehicles.wheels import FAR, wheels

__all__ = ["coarse_hull", "coarse_pieces"]

_HULL_AND_FITTINGS = 452
"""Faces; with wheels, plates and about 150 faces of lamps a car stays below 900."""
_BELLY_WEIGHT = 0.05
"""The floor and the wheel arches lie in the dark."""
_FULL_WEIGHT_FROM_M = 0.5
"""The lower a face, the less of the picture it is."""
_OVERHANG_WEIGHT = 4.5
"""Lamps lie on the bends before and behind the wheels."""


def coarse_hull(p: Proportions, hull: Hull, target: int) -> Hull:
    """A closed hull over the same rings with about `target` faces, alike left and right."""
    left = np.flatnonzero(hull.positions_m[hull.faces][..., 1].mean(1) > 0)
    x, _, z = hull.positions_m[hull.faces[left]].mean(1).T
    seen = np.clip(z / _FULL_WEIGHT_FROM_M, 0.3, 1.0) ** 2
    seen *= np.where((x < 0) | (x > p.wheelbase_m), _OVERHANG_WEIGHT, 1.0)
    weight = np.where(hull.region[left] == Region.BELLY, _BELLY_WEIGHT, seen)
    faces, origin = thinned(hull.positions_m, hull.faces[left], hull.region[left], weight, target // 2)
    mirrored = mirror_columns(hull)[faces][:, ::-1]
    region, level = np.tile(hull.region[left][origin], 2), np.tile(hull.level[left][origin], 2)
    return dataclasses.replace(hull, faces=np.concatenate([faces, mirrored]), region=region, level=level)


def coarse_pieces(p: Proportions, hull: Hull, glass: Glazing, atlas: dict[str, Chart]) -> list[Piece]:
    """Skin, wheels, lamps and fittings, all but the plates."""
    fitted = far_fittings(p, hull, glass)
    far = coarse_hull(p, hull, _HULL_AND_FITTINGS - sum(len(piece.faces) for piece in fitted))
    return [
        skin(far, atlas),
        *wheels(p, atlas["wheel"], FAR),
        *lamps(p, far, atlas),
        *fitted,
    ]
