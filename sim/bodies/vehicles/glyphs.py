"""Characters in, strokes out: the plain letters of number plates, painted once into every atlas.

A glyph is drawn on a grid of 4 x 6 units with the origin at the lower left; each stroke is a polyline.
"""

from __future__ import annotations

import numpy as np

from sim.bodies.vehicles.atlas import Canvas, Chart, Surface

__all__ = ["BLANK_CELL", "GLYPHS", "cell_of", "paint_glyphs"]

_STROKES = {
    "A": "00 26 40;12 32",
    "B": "00 06 36 45 44 33 03;33 42 41 30 00",
    "C": "45 36 16 05 01 10 30 41",
    "D": "00 06 26 44 42 20 00",
    "E": "46 06 00 40;03 33",
    "F": "46 06 00;03 33",
    "G": "45 36 16 05 01 10 30 41 43 23",
    "H": "00 06;40 46;03 43",
    "I": "20 26;10 30;16 36",
    "J": "46 41 30 10 01",
    "K": "00 06;46 02;13 40",
    "L": "06 00 40",
    "M": "00 06 23 46 40",
    "N": "00 06 40 46",
    "O": "10 01 05 16 36 45 41 30 10",
    "P": "00 06 36 45 44 33 03",
    "Q": "10 01 05 16 36 45 41 30 10;22 40",
    "R": "00 06 36 45 44 33 03;23 40",
    "S": "45 36 16 05 04 13 33 42 41 30 10 01",
    "T": "06 46;26 20",
    "U": "06 01 10 30 41 46",
    "V": "06 20 46",
    "W": "06 10 24 30 46",
    "X": "00 46;06 40",
    "Y": "06 23 46;23 20",
    "Z": "06 46 00 40",
    "0": "10 01 05 16 36 45 41 30 10;12 34",
    "1": "04 26 20;10 30",
    "2": "05 16 36 45 44 00 40",
    "3": "05 16 36 45 44 33 13;33 42 41 30 10 01",
    "4": "36 02 42;34 30",
    "5": "46 06 03 33 42 41 30 10 01",
    "6": "45 36 16 05 01 10 30 41 42 33 13 02",
    "7": "06 46 10",
    "8": "13 04 05 16 36 45 44 33 13 02 01 10 30 41 42 33",
    "9": "01 10 30 41 45 36 16 05 04 13 33 44",
    "-": "13 33",
    " ": "",
}

GLYPHS = "".join(_STROKES)
"""Characters that plates may show; the place in this string is the cell in the glyph chart."""

BLANK_CELL = len(GLYPHS)
"""A cell with the plate's ground and frame lines but no character."""

_GROUND = Surface((226, 226, 220), 0, 0.4)
_INK = Surface((16, 17, 22), 0, 0.4)
_FRAME = Surface((24, 24, 26), 0, 0.5)


def cell_of(character: str) -> int:
    """Cell of a character in the glyph chart; the character is in GLYPHS."""
    return GLYPHS.index(character)


def paint_glyphs(canvas: Canvas, chart: Chart) -> None:
    """Paints every cell: ground, frame lines above and below, character."""
    left, top, right, bottom = chart.box_px
    canvas.rectangle((left, top, right, bottom), _GROUND)
    cells = chart.across[1]
    for z in (0.03, 0.97):
        canvas.line(chart, [(0, z), (cells, z)], 2.5, _FRAME)
    for cell, strokes in enumerate(_STROKES.values()):
        for stroke in filter(None, strokes.split(";")):
            grid = np.array([[int(c) for c in point] for point in stroke.split()], float)
            points = np.stack([cell + 0.2 + 0.6 * grid[:, 0] / 4, 0.19 + 0.62 * grid[:, 1] / 6], 1)
            canvas.line(chart, points, 3.6, _INK)
