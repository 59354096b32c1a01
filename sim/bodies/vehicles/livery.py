"""A livery's name in, its stripes and what stands on the roof out: taxis and patrol cars of nobody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.atlas import Canvas, Chart, Surface, swatch_uv
from sim.bodies.vehicles.glazing import Glazing
from sim.bodies.vehicles.glyphs import cell_of
from sim.bodies.vehicles.hull import Hull
from sim.bodies.vehicles.pieces import Piece, quads
from sim.bodies.vehicles.proportions import Proportions

__all__ = ["LIVERIES", "paint_livery", "roof_pieces"]

Floats = NDArray[np.float64]

LIVERIES = ("", "taxi", "patrol")
"""Names; the first is an ordinary car."""

_CHECK_M = 0.085
_BLACK, _WHITE = Surface((24, 24, 25), 0, 0.4), Surface((222, 222, 218), 0, 0.35)
_PLUM, _GREY = Surface((88, 34, 100), 0, 0.35), Surface((188, 190, 192), 0, 0.35)
_SIGN_M, _BAR_M = (0.14, 0.46, 0.13), (0.26, 1.1, 0.11)
"""Length, width and height of a taxi's sign and of a light bar."""


def paint_livery(canvas: Canvas, chart: Chart, p: Proportions, glass: Glazing, livery: str) -> None:
    """Checks along the flank, below the waist: one row for taxis, large blocks in two colors for patrols."""
    if not livery:
        return
    rows, size, colors = (2, _CHECK_M, (_BLACK, _WHITE)) if livery == "taxi" else (2, 0.3, (_PLUM, _GREY))
    tall = size if livery == "taxi" else 0.16
    front, rear = p.wheelbase_m + (0.15 if livery == "taxi" else p.arch_radius_m), p.tail_x_m + 0.2
    for k, x in enumerate(np.arange(rear, front, size)):
        top = glass.waist_m(float(x)) - 0.20
        for row in range(rows):
            z = top - row * tall
            ring = [(x, z - tall), (x + size, z - tall), (x + size, z), (x, z)]
            canvas.fill(chart, ring, colors[(k + row) % 2])


def roof_pieces(hull: Hull, livery: str, glyphs: Chart) -> list[Piece]:
    """A lit sign or a light bar across the middle of the roof; nothing for an ordinary car."""
    if not livery:
        return []
    length, width, height = _SIGN_M if livery == "taxi" else _BAR_M
    rim = hull.rings[hull.top]
    x = float(rim[:, 0].max()) * 0.65 + float(rim[:, 0].min()) * 0.35
    low = min(hull.outermost(2, x + dx, y) for dx in (-length / 2, length / 2) for y in (0.0, width / 2))
    z0, z1 = low - 0.01, hull.outermost(2, x, 0.0) + height
    if livery == "taxi":
        box = _hood((x, 0.0), (length, width), (z0, z1), "sign")
        return [
            box,
            *_word("TAXI", x + length / 2 + 0.002, z0 + 0.03, z1 - 0.02, glyphs, 1.0),
            *_word("TAXI", x - length / 2 - 0.002, z0 + 0.03, z1 - 0.02, glyphs, -1.0),
        ]
    foot = _hood((x, 0.0), (length * 0.8, width), (z0, z0 + 0.04), "plastic")
    part = width / 3
    lamps = [
        _hood((x, y), (length, part - 0.01), (z0 + 0.03, z1), swatch)
        for y, swatch in ((-part, "beacon"), (0.0, "sign"), (part, "beacon"))
    ]
    return [foot, *lamps]


def _hood(
    middle: tuple[float, float], size: tuple[float, float], z_m: tuple[float, float], swatch: str
) -> Piece:
    """A box that narrows toward its top, open below."""
    (x, y), (length, width), (z0, z1) = middle, size, z_m
    turns = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    low = np.column_stack([[x, y] + turns * [length / 2, width / 2], np.full(4, z0)])
    high = np.column_stack([[x, y] + turns * [length * 0.36, width * 0.46], np.full(4, z1)])
    faces = [[low[k], low[(k + 1) % 4], high[(k + 1) % 4], high[k]] for k in range(4)]
    return quads(np.array([*faces, high]), swatch_uv(swatch))


def _word(text: str, x: float, z0: float, z1: float, chart: Chart, toward: float) -> list[Piece]:
    """Letters on a sign, to be read from ahead (toward 1) or from behind (-1)."""
    cell = 0.075
    corners, uv = [], []
    for k, character in enumerate(text):
        y0 = toward * cell * (k - len(text) / 2)
        y1 = y0 + toward * cell
        corners.append([[x, y0, z0], [x, y1, z0], [x - toward * 0.012, y1, z1], [x - toward * 0.012, y0, z1]])
        c0, c1 = cell_of(character) + 0.1, cell_of(character) + 0.9
        uv.append(chart.uv(np.array([[c0, 0.1], [c1, 0.1], [c1, 0.9], [c0, 0.9]])))
    return [quads(np.array(corners), np.array(uv))]
