"""Random numbers in, atlases of motorways' boards and of more signs out; places are made up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import Canvas, draw_atlas
from sim.scenery.glyphs import draw_text
from sim.scenery.noise import NoisePool
from sim.scenery.paint_boards import place_name
from sim.scenery.paint_more_signs import faded
from sim.scenery.paint_signs import BLACK, BLUE, GLOSS, RED, WHITE, YELLOW

__all__ = ["MOTORWAY_BOARDS", "MOTORWAY_SIGN_CELLS", "motorway_boards", "motorway_signs"]

Rng = np.random.Generator
Rgb = tuple[float, float, float]

MOTORWAY_BOARDS = {"ahead": range(4), "exit": range(4, 8)}
"""Kind of board -> its cells, two columns of four; each is twice as wide as high."""
_GROUNDS: tuple[Rgb, ...] = ((22, 74, 156), (22, 74, 156), (20, 96, 62))

_LIMITS = ("20", "80", "100", "120", "130")
MOTORWAY_SIGN_CELLS = {
    **{f"sign_speed{limit}": k for k, limit in enumerate(_LIMITS)},
    "sign_motorway": 5,
    "sign_exit_bars3": 6,
    "sign_exit_bars2": 7,
    "sign_exit_bars1": 8,
    "sign_rest_area": 9,
    "sign_zone30": 10,
    "sign_zone20": 11,
    "sign_kiss_and_go": 12,
    "sign_trolleys": 13,
    "sign_aisle": 14,
    "sign_disabled": 15,
}
"""Name of a face -> its cell, four columns of four."""


def motorway_boards(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Boards on gantries and beside exits: two places, a road's number, arrows."""
    ground = _GROUNDS[int(rng.integers(len(_GROUNDS)))]

    def draw(c: Canvas, index: int) -> None:
        c.box(0, 0, 1, 1, WHITE, GLOSS)
        c.box(0.012, 0.024, 0.988, 0.976, ground, GLOSS)
        for y in (0.37, 0.57):
            draw_text(c, place_name(rng), (0.46, y), 0.13, 0.026, WHITE, GLOSS, 0.5)
        c.box(0.06, 0.09, 0.26, 0.25, (224, 60, 40) if index % 2 else YELLOW, GLOSS)
        number = "".join(str(rng.choice(list("12358"))) for _ in range(2))
        draw_text(c, number, (0.16, 0.17), 0.11, 0.024, WHITE if index % 2 else BLACK, GLOSS, 0.6)
        if index in MOTORWAY_BOARDS["ahead"]:
            for x in (0.3, 0.7):
                c.line([(x, 0.7), (x, 0.84)], 0.05, WHITE, GLOSS)
                c.polygon([(x - 0.05, 0.81), (x + 0.05, 0.81), (x, 0.94)], WHITE, GLOSS)
        else:
            c.line([(0.76, 0.92), (0.86, 0.72)], 0.05, WHITE, GLOSS)
            c.polygon([(0.82, 0.68), (0.91, 0.78), (0.93, 0.6)], WHITE, GLOSS)

    return faded(draw_atlas(draw, (90, 90, 92), 2, 4), rng)


def motorway_signs(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Faces of signs of motorways, of slow zones and of car parks."""
    names = {cell: name.removeprefix("sign_") for name, cell in MOTORWAY_SIGN_CELLS.items()}

    def draw(c: Canvas, index: int) -> None:
        name = names[index]
        if name.startswith("speed"):
            _limit(c, name.removeprefix("speed"), (0.5, 0.5), 0.5)
        elif name.startswith("zone"):
            c.box(0, 0, 1, 1, WHITE, GLOSS)
            _limit(c, name.removeprefix("zone"), (0.5, 0.4), 0.33)
            draw_text(c, "ZONE", (0.5, 0.86), 0.16, 0.04, BLACK, GLOSS, 0.8)
        elif name.startswith("exit_bars"):
            c.box(0, 0, 1, 1, (22, 74, 156), GLOSS)
            for k in range(int(name[-1])):
                low = 0.86 - 0.28 * k
                c.polygon([(0.3, low), (0.7, low - 0.12), (0.7, low - 0.24), (0.3, low - 0.12)], WHITE, GLOSS)
        else:
            c.box(0, 0, 1, 1, WHITE, GLOSS)
            c.box(0.03, 0.03, 0.97, 0.97, BLUE, GLOSS)
            _PICTURES[name](c)

    return faded(draw_atlas(draw, (150, 150, 152)), rng)


def _limit(c: Canvas, text: str, middle: tuple[float, float], radius: float) -> None:
    """A speed limit."""
    (x, y), inner = middle, 0.74 * radius
    for r, hue in ((radius, RED), (inner, WHITE)):
        c.ellipse(x - r, y - r, x + r, y + r, hue, GLOSS)
    aspect = 0.9 if len(text) < 3 else 0.6
    draw_text(c, text, middle, 0.76 * radius, 0.15 * radius, BLACK, GLOSS, aspect)


def _motorway(c: Canvas) -> None:
    for x in (0.34, 0.66):
        side = 1 if x > 0.5 else -1
        c.line([(x - 0.1 * side, 0.2), (x + 0.08 * side, 0.86)], 0.08, WHITE, GLOSS)
    c.box(0.14, 0.32, 0.86, 0.42, WHITE, GLOSS)


def _rest_area(c: Canvas) -> None:
    draw_text(c, "P", (0.34, 0.5), 0.6, 0.12, WHITE, GLOSS, 0.8)
    c.polygon([(0.74, 0.28), (0.94, 0.7), (0.54, 0.7)], WHITE, GLOSS)


def _kiss_and_go(c: Canvas) -> None:
    draw_text(c, "K", (0.28, 0.5), 0.44, 0.09, WHITE, GLOSS, 0.8)
    draw_text(c, "R", (0.74, 0.5), 0.44, 0.09, WHITE, GLOSS, 0.8)


def _trolleys(c: Canvas) -> None:
    c.line([(0.2, 0.28), (0.34, 0.28), (0.44, 0.64), (0.76, 0.64)], 0.06, WHITE, GLOSS)
    c.polygon([(0.38, 0.36), (0.84, 0.36), (0.76, 0.56), (0.44, 0.56)], WHITE, GLOSS)
    for x in (0.48, 0.72):
        c.ellipse(x - 0.06, 0.7, x + 0.06, 0.82, WHITE, GLOSS)


def _aisle(c: Canvas) -> None:
    c.line([(0.5, 0.84), (0.5, 0.36)], 0.13, WHITE, GLOSS)
    c.polygon([(0.26, 0.42), (0.74, 0.42), (0.5, 0.14)], WHITE, GLOSS)


def _disabled(c: Canvas) -> None:
    c.ellipse(0.4, 0.12, 0.54, 0.26, WHITE, GLOSS)
    c.line([(0.47, 0.28), (0.49, 0.56), (0.7, 0.58), (0.78, 0.8)], 0.07, WHITE, GLOSS)
    c.ellipse(0.26, 0.46, 0.68, 0.88, WHITE, GLOSS)
    c.ellipse(0.34, 0.54, 0.6, 0.8, BLUE, GLOSS)


_PICTURES = {
    "motorway": _motorway,
    "rest_area": _rest_area,
    "kiss_and_go": _kiss_and_go,
    "trolleys": _trolleys,
    "aisle": _aisle,
    "disabled": _disabled,
}
