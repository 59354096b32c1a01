"""A top -> what is sewn or printed onto it, seen from near by; and a scarf around the neck."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.cloth import ROUND_TRUNK, row_middles
from sim.bodies.people.fabric import BARE, KNIT
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure
from sim.bodies.spec import PersonSpec

__all__ = ["INKS", "print_pieces", "scarf_pieces", "sewn_pieces"]

Array = NDArray[np.float64]

_FRONT = 10
"""Column of a trunk in the middle of the front; columns grow toward the left arm."""
_BUTTON_M, _OUT_M = 0.010, 0.004
_PRINT_SHARE = 0.45
INKS = ((226.0, 222, 212), (24, 26, 30), (178, 44, 40), (36, 74, 130), (206, 160, 44), (64, 120, 92))
"""Colors of prints, sRGB."""


def sewn_pieces(
    spec: PersonSpec, fig: Figure, body: Grid, rgb: Array, rng: np.random.Generator
) -> list[Piece]:
    """Pockets and buttons on the cloth of the trunk, whose rows run upward from the hem.

    They have no coarse level: nothing of them is as large as a pixel from there.
    """
    hem, top = float(body.points_m[0, :, 2].mean()), float(body.points_m[-1, :, 2].mean())
    out: list[Piece] = []
    s, cloth = fig.scale, body.pushed(_OUT_M * fig.scale)
    if spec.top in ("jacket", "coat"):
        height = hem + (0.22 if spec.top == "jacket" else 0.42) * (top - hem)
        flap = bool(rng.uniform() < 0.6)
        for side in (-1, 1):
            size_m = (0.135, 0.055 if flap else 0.018)
            corners = _patch(cloth, s, _FRONT + side * 3.1, height, size_m, 0.02 * side)
            tone = np.array([0.62, 0.86, 0.9]) if flap else np.array([0.5, 0.5, 0.62])
            out.append(grid_piece(corners, rgb * tone[:, None, None], BARE))
    if spec.top == "shirt" and rng.uniform() < 0.6:
        corners = _patch(cloth, s, _FRONT + 2.6, hem + 0.74 * (top - hem), (0.095, 0.105))
        out.append(grid_piece(corners, rgb * np.array([0.74, 0.9, 0.68])[:, None, None], BARE))
    if spec.top == "coat" or (spec.top == "shirt" and rng.uniform() < 0.8):
        dark = rng.uniform() < 0.6
        tone = 0.5 * rgb + 0.5 * (np.array([34.0, 32, 30]) if dark else np.array([190.0, 184, 172]))
        column = _FRONT + (0.9 if spec.top == "coat" else 0.02)  # coats may hang open
        count = 5 if spec.top == "coat" else 7
        for share in np.linspace(0.1 if spec.top == "shirt" else 0.3, 0.84, count):
            size = _BUTTON_M * (1.5 if spec.top == "coat" else 1.0)
            disc = _patch(cloth, s, column, hem + share * (top - hem), (size, size), lines=2)
            out.append(grid_piece(disc, tone, BARE))
    return out


def print_pieces(spec: PersonSpec, fig: Figure, body: Grid, rng: np.random.Generator) -> list[Piece]:
    """An abstract picture on the chest of every other T-shirt: bars, a framed square, or a split field."""
    if spec.top != "tshirt" or spec.vest or rng.uniform() > _PRINT_SHARE:
        return []
    hem, top = float(body.points_m[0, :, 2].mean()), float(body.points_m[-1, :, 2].mean())
    upper, s = hem + 0.80 * (top - hem), fig.scale
    inks = [np.array(INKS[int(k)]) for k in rng.permutation(len(INKS))[:2]]
    cloth, kind = body.pushed(_OUT_M * s), int(rng.integers(3))
    if kind == 0:
        bars = [(0.20, 0.022, 0.0), (0.20, 0.022, 0.040), (0.20, 0.022, 0.080)]
    elif kind == 1:
        bars = [(0.17, 0.15, 0.0), (0.10, 0.085, 0.034)]
    else:
        bars = [(0.18, 0.075, 0.0), (0.18, 0.075, 0.077)]
    out = []
    for k, (wide, tall, below) in enumerate(bars):
        # What lies upon another print lies a little farther out.
        lifted = cloth.pushed(0.0015 * k * s) if kind == 1 else cloth
        patch = _patch(lifted, s, _FRONT, upper - below * s, (wide, tall), lines=4)
        out.append(grid_piece(patch, inks[k % 2], BARE))
    return out


def _patch(
    lifted: Grid,
    scale: float,
    column: float,
    height_m: float,
    size_m: tuple[float, float],
    slope_m: float = 0.0,
    lines: int = 3,
) -> Grid:
    """Rows and columns on cloth (width, height), its upper edge at a height; it drops by `slope_m` across."""
    heights = lifted.points_m[:, round(column) % 20, 2]
    down, across = np.linspace(1.0, 0.0, lines), np.linspace(-0.5, 0.5, lines)
    z = height_m - (down[:, None] * size_m[1] + across * slope_m) * scale
    row = np.interp(z, heights, np.arange(len(heights)))
    middle = lifted.rows([float(row.mean())]).points_m[0]
    girth = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(middle, axis=0), axis=1))])
    columns = np.arange(len(girth))
    at = np.interp(np.interp(column, columns, girth) + across * size_m[0] * scale, girth, columns)
    low = np.minimum(at.astype(int), len(girth) - 2)
    share = (at - low)[None, :, None]
    rows, number = lifted.rows(row.ravel()), np.arange(row.size).reshape(row.shape)

    def between(values: Array) -> Array:
        return np.asarray(values[number, low] * (1 - share) + values[number, low + 1] * share)

    return Grid(between(rows.points_m), between(rows.weights))


def scarf_pieces(spec: PersonSpec, fig: Figure, body: Grid) -> list[Piece]:
    """A scarf laid once around the neck; nothing if there is none."""
    if not spec.scarf:
        return []
    last = body.rows([len(body.points_m) - 1.0])
    center = row_middles(last.points_m)
    axis = fig.joint("head") - fig.joint("neck_01")
    axis = axis / np.linalg.norm(axis)
    wide = last.points_m - center
    s = fig.scale
    around = np.linalg.norm(wide, axis=-1, keepdims=True)
    rows = []
    for out, up in ((-0.005, -0.012), (0.026, 0.004), (0.030, 0.026), (0.014, 0.048), (-0.012, 0.052)):
        rows.append(center + wide * (1 + out * s / around) + axis * up * s)
    points = np.concatenate(rows)
    tone = np.array(spec.scarf_srgb, float) * np.array([0.6, 0.95, 1.0, 0.95, 0.5])[:, None, None]
    grid = Grid(points, np.concatenate([last.weights] * len(rows)))
    return [grid_piece(grid, tone, KNIT, coarse=((0, 1, 2, 3, 4), ROUND_TRUNK))]
