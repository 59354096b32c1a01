"""Random numbers in, an atlas of boards out: directions, street names, plates below signs, barriers' stripes.

Boards are four times as wide as high. Places are syllables put together at random: none exists.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import Canvas, draw_atlas
from sim.scenery.glyphs import draw_text
from sim.scenery.noise import NoisePool
from sim.scenery.paint_more_signs import faded
from sim.scenery.paint_signs import BLACK, GLOSS, RED, WHITE

__all__ = ["BOARD_CELLS", "boards", "place_name"]

Rng = np.random.Generator
Rgb = tuple[float, float, float]

BOARD_CELLS = {"direction": range(6), "name": range(6, 10), "plate": range(10, 14), "stripes": range(14, 16)}
"""Kind of board -> its cells, two columns of eight."""

_FIRST = ("MOR", "VEL", "TAN", "KES", "BRUN", "DAL", "OST", "HAR", "LIN", "ROS", "GRE", "SOL")
_SECOND = ("VA", "DO", "TER", "MI", "LEN", "BO", "RA", "SU")
_THIRD = ("BURG", "DEN", "HOLT", "MAR", "STED", "VIK", "TON", "GARD", "BACH", "RUP")

_BOARD_COLORS: tuple[tuple[Rgb, Rgb], ...] = (
    ((24, 78, 160), WHITE),
    ((236, 236, 230), BLACK),
    ((26, 104, 66), WHITE),
    ((228, 178, 40), BLACK),
)
"""Ground and letters: of one authority in a street."""


def boards(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Direction boards, street names, plates below signs and stripes of barriers."""
    ground, ink = _BOARD_COLORS[int(rng.integers(len(_BOARD_COLORS)))]
    plate, letters = _BOARD_COLORS[int(rng.integers(3))]

    def draw(c: Canvas, index: int) -> None:
        if index in BOARD_CELLS["direction"]:
            _bordered(c, ground, ink)
            draw_text(c, place_name(rng), (0.41, 0.5), 0.42, 0.055, ink, GLOSS, 0.17)
            tip, tail = (0.95, 0.84) if index % 2 else (0.85, 0.96)
            wing = 0.5 * (tip + tail)
            c.line([(tail, 0.5), (wing, 0.5)], 0.14, ink, GLOSS)
            c.polygon([(wing, 0.2), (tip, 0.5), (wing, 0.8)], ink, GLOSS)
        elif index in BOARD_CELLS["name"]:
            _bordered(c, plate, letters)
            draw_text(c, place_name(rng), (0.5, 0.5), 0.46, 0.06, letters, GLOSS, 0.18)
        elif index in BOARD_CELLS["plate"]:
            _bordered(c, WHITE, BLACK)
            for k, (x0, x1) in enumerate(((0.2, 0.8), (0.3, 0.7))):
                c.box(x0, 0.28 + 0.27 * k, x1, 0.42 + 0.27 * k, BLACK, GLOSS)
        else:
            c.box(0, 0, 1, 1, WHITE, GLOSS)
            for x in (0.0, 0.25, 0.5, 0.75):
                slant = 0.0 if index == 14 else 0.1
                c.polygon([(x, 1), (x + 0.125, 1), (x + 0.125 + slant, 0), (x + slant, 0)], RED, GLOSS)

    return faded(draw_atlas(draw, (90, 90, 92), 2, 8), rng)


def _bordered(c: Canvas, ground: Rgb, ink: Rgb) -> None:
    c.box(0, 0, 1, 1, ink, GLOSS)
    c.box(0.012, 0.05, 0.988, 0.95, ground, GLOSS)


def place_name(rng: Rng) -> str:
    """A name nobody gave to a place."""
    middle = _SECOND[int(rng.integers(len(_SECOND)))] if rng.random() < 0.25 else ""
    return _FIRST[int(rng.integers(len(_FIRST)))] + middle + _THIRD[int(rng.integers(len(_THIRD)))]
