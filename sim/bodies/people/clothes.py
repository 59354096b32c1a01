"""A figure and its description -> garments; what a garment hides is not built."""

from __future__ import annotations

import numpy as np

from sim.bodies.people.bottoms import hip_pieces, leg_pieces
from sim.bodies.people.carried import bag_pieces, vest_pieces
from sim.bodies.people.fabric import Fabric
from sim.bodies.people.headwear import headwear_pieces
from sim.bodies.people.piece import Piece
from sim.bodies.people.shape import Figure, quirks
from sim.bodies.people.shoes import shoe_pieces
from sim.bodies.people.tops import CUTS, sleeve_pieces, top_pieces
from sim.bodies.spec import PersonSpec

__all__ = ["garments"]


def garments(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """Everything a person wears, and the bare limbs that show."""
    rng = quirks(spec, "clothes")
    cut, fabric = CUTS[spec.top], Fabric.of(spec, rng)
    top, bottom = np.array(spec.top_srgb, float), np.array(spec.bottom_srgb, float)
    out = top_pieces(spec, fig, cut, top, fabric, rng)
    body = max(out, key=lambda piece: len(piece.points_m))
    out += [piece for side in "lr" for piece in sleeve_pieces(spec, fig, side, cut, top, fabric, body)]
    out += hip_pieces(spec, fig, cut, bottom, fabric)
    wide, style = rng.uniform(0.1, 0.9), rng.uniform()
    out += [piece for side in "lr" for piece in leg_pieces(spec, fig, side, bottom, fabric, wide)]
    out += [*vest_pieces(spec, fig, cut), *bag_pieces(spec, fig, cut), *headwear_pieces(spec, fig)]
    return [*out, *(piece for side in "lr" for piece in shoe_pieces(spec, fig, side, style))]
