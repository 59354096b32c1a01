"""A figure -> one shoe: outlines of the foot, rounded, on a flat sole that bends at the ball."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.cloth import part_grid, rounded, row_middles
from sim.bodies.people.fabric import LEATHER
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, human_data
from sim.bodies.people.skeleton import SHOE_OUT_M
from sim.bodies.spec import PersonSpec

__all__ = ["shoe_pieces"]

Array = NDArray[np.float64]

_LACE_ROWS = (4.25, 4.6, 4.95, 5.3)
"""Rows of a shoe, from its sole up to the ankle."""


def shoe_pieces(spec: PersonSpec, fig: Figure, side: str, style: float) -> list[Piece]:
    """One shoe: outlines of the foot, rounded, on a flat sole; laces on most."""
    foot = part_grid(fig, f"shoe_{side}")
    points = rounded(foot.points_m, 3)
    centre = row_middles(points)
    d = points - centre
    wide = np.linalg.norm(d[..., :2], axis=-1, keepdims=True)
    out = np.array([SHOE_OUT_M, 0.010, 0.009, 0.008, 0.007, 0.006])[:, None, None] * fig.scale
    points = points.copy()
    points[..., :2] = (centre + d * (1 + out / wide))[..., :2]
    sole = points[:1].copy()
    sole[..., 2] = 0.0
    edge = points[1:2].copy()
    edge[..., 2] = 0.018 * fig.scale
    bottom_centre = np.repeat(row_middles(sole), sole.shape[1], 1)
    rows = np.concatenate([bottom_centre, sole, edge, edge + np.array([0, 0, 0.001]), points[[2, 3, 5]]])
    # A sole bends in one line at the ball: blending would drag what touches the ground.
    names, ball = human_data().bones, fig.joint(f"ball_{side}")[0]
    toes = np.clip((rows[..., 0] - ball) / (0.03 * fig.scale) + 0.5, 0, 1)
    toes[:4] = rows[:4, :, 0] > ball
    bones = np.zeros((*rows.shape[:2], len(names)))
    bones[..., names.index(f"ball_{side}")] = toes
    bones[..., names.index(f"foot_{side}")] = 1 - toes
    upper = np.array(spec.shoe_srgb, float)
    rubber = np.array([225.0, 222, 215]) if style < 0.4 else upper * 0.45
    rgb = np.concatenate([np.tile(rubber, (3, 1)), np.tile(upper, (len(rows) - 3, 1))])[:, None]
    ao = np.array([0.4, 0.7, 0.9, *[1.0] * (len(rows) - 3)])[:, None]
    coarse, far = ((0, 1, 3, 6), (1, 3, 5, 6, 7, 9, 11, 1)), ((1, 3, 6), (1, 5, 7, 11, 1))
    shoe = Grid(rows, bones)
    pieces = [grid_piece(shoe, rgb, LEATHER, ao, coarse=coarse, far=far)]
    if style < 0.75:
        lace = np.array([232.0, 230, 224]) if style < 0.4 else upper * 0.35
        pieces += [_lace(shoe, row, lace, fig.scale) for row in _LACE_ROWS]
    return pieces


def _lace(shoe: Grid, row: float, rgb: Array, scale: float) -> Piece:
    """A lace across the instep, too thin to be seen from afar."""
    toe = int(shoe.points_m[4, :-1, 0].argmax())
    columns = shoe.points_m.shape[1] - 1
    across = [(toe + k) % columns for k in (-1, 0, 1)]
    lifted = shoe.pushed(0.004 * scale).rows([row, row + 0.16])
    return grid_piece(Grid(lifted.points_m[:, across], lifted.weights[:, across]), rgb, LEATHER)
