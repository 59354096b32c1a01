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

_SOLE_M, _UNDERCUT = 0.021, 0.02
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
    points = _with_round_toe(points)
    # The sole's edge stands upright below the widest outline and a little out from the upper.
    edge = _outermost(points[:1], points[1:2])
    sole = edge + (row_middles(edge) - edge) * _UNDERCUT
    # Skeletons know where heels touch the ground.
    behind = points[:1, :, :1] < row_middles(points[:1])[..., :1]
    sole = np.where(behind, points[:1], sole)
    sole[..., 2] = 0.0
    edge[..., 2] = _SOLE_M * fig.scale
    bottom_centre = np.repeat(row_middles(sole), sole.shape[1], 1)
    welt = row_middles(edge) + (edge - row_middles(edge)) * [0.95, 0.93, 1.0] + np.array([0, 0, 0.002])
    rows = np.concatenate([bottom_centre, sole, edge, welt, points[[2, 3, 5]]])
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
    coarse, far = ((0, 1, 3, 6), (1, 3, 5, 6, 7, 9, 11, 1)), ((1, 3, 6), (0, 2, 6, 10, 0))
    shoe = Grid(rows, bones)
    pieces = [grid_piece(shoe, rgb, LEATHER, ao, coarse=coarse, far=far)]
    if style < 0.75:
        lace = np.array([232.0, 230, 224]) if style < 0.4 else upper * 0.35
        pieces += [_lace(shoe, row, lace, fig.scale) for row in _LACE_ROWS]
    return pieces


def _with_round_toe(points: Array) -> Array:
    """Outlines (R, 13, 3) whose front, sampled at few places, is as round as a shoe's instead of pointed."""
    out = points.copy()
    tip = points[:4, :1]
    for near, next_, beside in ((1, 2, 3), (11, 10, 9)):
        wide = np.abs(points[:4, [near, next_, beside], 1] - tip[..., 1]).max(1)
        side = np.sign(points[:4, beside, 1] - tip[:, 0, 1])
        for column, across, back in ((near, 0.56, 0.14), (next_, 0.94, 0.62)):
            own = np.abs(points[:4, column, 1] - tip[:, 0, 1])
            out[:4, column, 1] = tip[:, 0, 1] + side * np.maximum(own, across * wide)
            out[:4, column, 0] = np.maximum(points[:4, column, 0], tip[:, 0, 0] - back * wide)
    return out


def _outermost(a: Array, b: Array) -> Array:
    """(1, C, 3) the one of two outlines' points, column by column, that is farther from their middle."""
    middle = row_middles(a)[..., :2]
    farther = np.linalg.norm(a[..., :2] - middle, axis=-1) > np.linalg.norm(b[..., :2] - middle, axis=-1)
    return np.where(farther[..., None], a, b)


def _lace(shoe: Grid, row: float, rgb: Array, scale: float) -> Piece:
    """A lace across the instep, too thin to be seen from afar."""
    toe = int(shoe.points_m[4, :-1, 0].argmax())
    columns = shoe.points_m.shape[1] - 1
    across = [(toe + k) % columns for k in (-1, 0, 1)]
    lifted = shoe.pushed(0.004 * scale).rows([row, row + 0.16])
    return grid_piece(Grid(lifted.points_m[:, across], lifted.weights[:, across]), rgb, LEATHER)
