"""The hull of a model in, the pieces of the same car as seen from afar out: a quarter of the triangles.

Everything lies on the fine car: the skin keeps some of its vertices, wheels have fewer segments, and what is
thinner than a pixel from there (wipers, handles, frames of plates) is left out.
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

_HALF_HULL_FACES = 196
_BELLY_WEIGHT = 0.05
"""The floor and the wheel arches lie in the dark."""


def coarse_hull(hull: Hull) -> Hull:
    """A closed hull over the same rings with fewer faces, alike left and right."""
    left = np.flatnonzero(hull.positions_m[hull.faces][..., 1].mean(1) > 0)
    weight = np.where(hull.region[left] == Region.BELLY, _BELLY_WEIGHT, 1.0)
    faces, origin = thinned(hull.positions_m, hull.faces[left], hull.region[left], weight, _HALF_HULL_FACES)
    mirrored = mirror_columns(hull)[faces][:, ::-1]
    region, level = np.tile(hull.region[left][origin], 2), np.tile(hull.level[left][origin], 2)
    return dataclasses.replace(hull, faces=np.concatenate([faces, mirrored]), region=region, level=level)


def coarse_pieces(p: Proportions, hull: Hull, glass: Glazing, atlas: dict[str, Chart]) -> list[Piece]:
    """Skin, wheels, lamps and fittings, all but the plates."""
    far = coarse_hull(hull)
    return [
        skin(far, atlas, shaded_as=hull),
        *wheels(p, atlas["wheel"], FAR),
        *lamps(p, far, atlas),
        *far_fittings(p, hull, glass),
    ]
