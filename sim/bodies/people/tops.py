"""A figure -> shirt, jacket or coat: trunk, front, collar, sleeves, and the bare arms below short ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.cloth import (
    FAR_ROUND,
    ROUND_SKIRT,
    ROUND_TRUNK,
    crotch_m,
    flared,
    lining,
    part_grid,
    rounded,
    row_middles,
    trunk,
    turned_in,
)
from sim.bodies.people.details import print_pieces, scarf_pieces, sewn_pieces
from sim.bodies.people.fabric import Fabric
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, quirks
from sim.bodies.spec import PersonSpec
from sim.bodies.vectors import lengths

__all__ = ["CUTS", "Cut", "sleeve_pieces", "top_pieces"]

Array = NDArray[np.float64]

_COLLAR_ROW = 16
_ROUND_ARM, _FAR_ROUND_ARM = (0, 2, 4, 5, 7, 9), (1, 3, 6, 8, 1)
_BARE_ARM, _FAR_BARE_ARM = ((0, 2, 3, 5), _ROUND_ARM), ((0, 2, 5), _FAR_ROUND_ARM)


@dataclass(frozen=True)
class Cut:
    """How a top is cut: distances from the skin and slack, in metres for an adult.

    Attributes:
        out_m: distance of the cloth from the skin.
        slack: how fast a row may become narrower than the one above, metres a metre.
        hem_row: row of the trunk where it ends.
        sleeve_row: row of the arm where the sleeve ends.
        cuff_m: distance of the sleeve's end from the skin.
        collar_m: height of the collar.
        below_m: length below the crotch, for coats.
    """

    out_m: float
    slack: float
    hem_row: float
    sleeve_row: float
    cuff_m: float
    collar_m: float
    below_m: float = 0.0


CUTS = {
    "tshirt": Cut(0.011, 0.11, 1.25, 4.4, 0.014, 0.008),
    "shirt": Cut(0.012, 0.10, 1.0, 11.4, 0.008, 0.030),
    "jacket": Cut(0.020, 0.07, 1.2, 11.6, 0.013, 0.045),
    "coat": Cut(0.022, 0.06, 0.4, 11.7, 0.018, 0.050, 0.30),
}


def top_pieces(
    spec: PersonSpec, fig: Figure, cut: Cut, rgb: Array, fabric: Fabric, rng: np.random.Generator
) -> list[Piece]:
    """Trunk, hem, collar, front, pockets and buttons, scarf."""
    rows = np.concatenate([np.linspace(cut.hem_row, 10, 5), [11.2, 12.5, 13.7, 15, _COLLAR_ROW]])
    body = trunk(fig, cut.out_m, cut.slack).rows(rows)
    shade = np.ones((len(rows), 1, 1))
    if cut.below_m:
        skirt = flared(
            fig, body, cut.below_m * fig.scale + body.points_m[0, :, 2].mean() - crotch_m(fig), 0.10, 4
        )
        body, shade = skirt.then(body), np.ones((len(rows) + 4, 1, 1))
    shade[0] = 0.82
    pieces = [lining(body.rows([0, 1, 2, 3]), rgb)] if cut.below_m else []
    worn = body
    inside = turned_in(body, 0.003 if cut.below_m else 0.012)
    body, shade = inside.then(body), np.concatenate([[[[0.6]]], shade])
    ao = np.ones(body.points_m.shape[:2])
    angle = np.linspace(0, 2 * np.pi, body.points_m.shape[1])
    sides = np.abs(np.sin(angle)) ** 4
    armpit = len(body.points_m) - 6
    for offset, depth in ((-3, 0.12), (-2, 0.25), (-1, 0.35), (0, 0.4), (1, 0.3)):
        ao[armpit + offset] -= depth * sides
    rows_seen = [1, *([3, 5] if cut.below_m else []), *(armpit + np.array([-2, 0, 2, 3, 5]))]
    far_rows = [1, *([5] if cut.below_m else []), *(armpit + np.array([0, 3, 5]))]
    coarse = rows_seen, ROUND_SKIRT if cut.below_m else ROUND_TRUNK
    far = far_rows, FAR_ROUND
    pieces.append(grid_piece(body, rgb * shade, fabric.top, ao, coarse=coarse, far=far))
    collar = _collar(fig, body, cut)
    tint = 0.85 if cut.collar_m > 0.02 else 0.92
    if cut.collar_m > 0.02:
        pieces += _front(fig, body.then(collar.rows([1.0])), cut, rgb, rng, rows_seen)
    ao = np.array([0.8, 1.0, 0.35])[:, None]
    pieces.append(grid_piece(collar, rgb * tint, 0, ao, coarse=((0, 1, 2), ROUND_TRUNK)))
    pieces += sewn_pieces(spec, fig, worn, rgb, quirks(spec, "sewn"))
    pieces += print_pieces(spec, fig, worn, quirks(spec, "print"))
    return [*pieces, *scarf_pieces(spec, fig, worn)]


def _front(
    fig: Figure, body: Grid, cut: Cut, rgb: Array, rng: np.random.Generator, rows_seen: list[int]
) -> list[Piece]:
    """Down the front: what shows in the open neck of a jacket or coat, and the line where cloth closes."""
    middle = (body.points_m.shape[1] - 1) // 2
    lifted = body.pushed(0.003 * fig.scale)
    count = len(lifted.points_m) - 1
    open_rows = 0.0 if cut.out_m < 0.015 else float(rng.uniform(3.0, 7.5))
    from_top = np.arange(count)[::-1]
    narrow = 0.006
    if open_rows > 6.2:  # not closed at all
        open_rows, narrow = count + 1.0, 0.034
    gap = np.where(from_top < open_rows, narrow + 0.046 * (1 - from_top / max(open_rows, 1e-6)), narrow)
    gap = np.where(open_rows > 0, gap, 0.013)[:, None] * fig.scale
    centre, bones = lifted.points_m[1:, middle], lifted.weights[1:, middle]
    edges = []
    for side in (-1, 1):
        edge, left = centre, gap
        for column in (middle + side, middle + 2 * side):
            beside = lifted.points_m[1:, column] - edge
            wide = np.linalg.norm(beside, axis=-1, keepdims=True)
            edge = edge + beside * np.minimum(left / wide, 1.0)
            left = np.maximum(left - wide, 0)
        edges.append(edge)
    points = np.stack([edges[0], centre, edges[1]], 1)
    inner = np.array([(228.0, 226, 220), (40, 42, 48), (120, 40, 42), (96, 118, 150)][int(rng.integers(4))])
    shown = (from_top < open_rows)[:, None, None]
    tone = np.where(shown, inner, rgb * (0.55 if open_rows else 0.88))
    strip = Grid(points, np.repeat(bones[:, None], 3, 1))
    coarse = ([*(row - 1 for row in rows_seen), count - 1], (0, 1, 2))
    return [grid_piece(strip, np.broadcast_to(tone, (count, 3, 3)), 0, coarse=coarse)]


def _collar(fig: Figure, body: Grid, cut: Cut) -> Grid:
    """A band around the neck, rising from the trunk's last row."""
    last = body.rows([len(body.points_m) - 1.0])
    full = cut.collar_m * fig.scale
    axis = fig.joint("head") - fig.joint("neck_01")
    axis = axis / np.linalg.norm(axis)
    centre = row_middles(last.points_m)
    wide = last.points_m - centre
    # Lower in front, where the chin dips when the head turns and leans.
    front = 0.5 - 0.5 * np.cos(np.linspace(0, 2 * np.pi, wide.shape[1]))[None, :, None]
    height = full * (1 - 0.35 * front)
    bottom = last.points_m - wide * 0.02 - axis * 0.012
    top = centre + wide * 0.97 + axis * height
    inside = centre + wide * 0.55 - axis * 0.02
    points = np.concatenate([bottom, top, inside])
    return Grid(points, np.concatenate([last.weights] * 3))


def sleeve_pieces(
    spec: PersonSpec, fig: Figure, side: str, cut: Cut, rgb: Array, fabric: Fabric, body: Piece
) -> list[Piece]:
    """One sleeve, set into the piece of the trunk, and, if it is short, the bare arm below."""
    arm = part_grid(fig, f"arm_{side}")
    long = cut.sleeve_row > 9
    upper = [0, 1, 2, 3.2, 4.6, 6] if long else [0, 1, 2, 3]
    rows = np.array([*upper, *(np.linspace(7.2, cut.sleeve_row, 3) if long else [cut.sleeve_row])])
    out = np.interp(rows, [0, 1, cut.sleeve_row], [0.001, cut.out_m, cut.cuff_m])
    sleeve = Grid(rounded(arm.points_m, 1), arm.weights).pushed(
        np.interp(np.arange(13), rows, out)[:, None] * fig.scale
    )
    sleeve = Grid(_sloping(sleeve.points_m), sleeve.weights)
    sleeve = _capped(fig, side, sleeve.rows(rows))
    turned = turned_in(sleeve.rows([len(rows) + 0.0]), 0.010)
    sleeve = sleeve.then(turned)
    shade = np.ones((len(rows) + 2, 1, 1))
    shade[-2:, 0, 0] = 0.82, 0.5
    coarse = (0, 1, 3, 4, 6, 9) if long else (0, 2, 3, 4, 5), _ROUND_ARM
    far = (1, 3, 6, 9) if long else (1, 3, 5), _FAR_ROUND_ARM
    piece = grid_piece(sleeve, rgb * shade, fabric.top, coarse=coarse, far=far)
    pieces = [_set_in(piece, body, sleeve.points_m.shape[1])]
    if not long:
        bare = arm.rows([3.4, 4.8, 6, 7.2, 9.4, 12])
        pieces.append(grid_piece(bare, tuple(spec.skin_srgb), coarse=_BARE_ARM, far=_FAR_BARE_ARM))
    return pieces


def _set_in(sleeve: Piece, body: Piece, columns: int) -> Piece:
    """A sleeve whose first rows are lit like the cloth they meet, so that the armhole shows no edge."""
    share = np.repeat([1.0, 0.85, 0.55, 0.2], columns)[:, None]
    count = len(share)
    apart = ((sleeve.points_m[:count, None] - body.points_m) ** 2).sum(-1)
    normals = sleeve.normals.copy()
    normals[:count] = share * body.normals[apart.argmin(1)] + (1 - share) * normals[:count]
    normals /= np.maximum(lengths(normals)[:, None], 1e-9)
    return replace(sleeve, normals=normals)


def _capped(fig: Figure, side: str, sleeve: Grid) -> Grid:
    """A sleeve that begins inside the trunk, so that no slit opens at the armhole."""
    first = sleeve.rows([0.0])
    centre = row_middles(first.points_m)
    inward = np.array([0, -0.035 if side == "l" else 0.035, -0.02]) * fig.scale
    return Grid(centre + (first.points_m - centre) * 0.8 + inward, first.weights).then(sleeve)


def _sloping(points: Array) -> Array:
    """A tube whose first rows are evened out along it, so that a sleeve starts without a corner."""
    out = points.copy()
    for _ in range(3):
        out[1:4] = 0.25 * out[:3] + 0.5 * out[1:4] + 0.25 * out[2:5]
    return out
