"""Random numbers in, atlases of traffic signs, shop names and posters out.

Sign cells in `SIGN_CELLS`; the faces follow the Vienna Convention in general, no country in particular.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import Canvas, draw_atlas
from sim.scenery.glyphs import draw_text
from sim.scenery.noise import NoisePool

__all__ = ["SIGN_CELLS", "posters", "shop_names", "sign_faces"]

Rng = np.random.Generator
RED, BLUE, WHITE, BLACK, YELLOW = (186, 24, 28), (22, 74, 160), (238, 238, 234), (20, 20, 20), (240, 190, 30)
GLOSS = 30

SIGN_CELLS = {
    "sign_speed30": 0,
    "sign_crossing": 1,
    "sign_yield": 2,
    "sign_priority": 3,
    "sign_no_parking": 4,
    "sign_parking": 5,
    "bus_stop": 6,
    "back": 7,
    "red_man": 8,
    "green_man": 9,
    "lens": 10,
}
"""Name of a face -> its cell in the sign atlas."""

_NAMES = (
    "BAKERY",
    "CAFE",
    "FLOWERS",
    "BOOKS",
    "OPTICIAN",
    "HAIR",
    "BIKES",
    "TEA ROOM",
    "PHARMACY",
    "TOYS",
    "SHOES",
    "FRUIT",
    "BAR",
    "TAILOR",
    "RECORDS",
    "GALLERY",
)


def _ring(c: Canvas, outer: float, rgb: tuple[int, int, int]) -> None:
    c.ellipse(0.5 - outer, 0.5 - outer, 0.5 + outer, 0.5 + outer, rgb, GLOSS)


def sign_faces(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Faces of signs, symbols of pedestrian signals and a lens."""

    def draw(c: Canvas, index: int) -> None:
        name = next((n for n, i in SIGN_CELLS.items() if i == index), "back")
        _DRAWERS.get(name, _back)(c)

    return draw_atlas(draw, (150, 150, 152))


def _speed30(c: Canvas) -> None:
    c.box(0, 0, 1, 1, RED, GLOSS)
    _ring(c, 0.37, WHITE)
    draw_text(c, "30", (0.5, 0.5), 0.38, 0.075, BLACK, GLOSS, 0.9)


def _crossing(c: Canvas) -> None:
    c.box(0, 0, 1, 1, BLUE, GLOSS)
    c.polygon([(0.5, 0.12), (0.9, 0.84), (0.1, 0.84)], WHITE, GLOSS)
    c.ellipse(0.47, 0.3, 0.55, 0.38, BLACK, GLOSS)
    c.line([(0.51, 0.4), (0.49, 0.58)], 0.07, BLACK, GLOSS)
    c.line([(0.49, 0.56), (0.39, 0.76)], 0.045, BLACK, GLOSS)
    c.line([(0.5, 0.56), (0.6, 0.76)], 0.045, BLACK, GLOSS)
    c.line([(0.5, 0.42), (0.4, 0.54)], 0.035, BLACK, GLOSS)
    c.line([(0.51, 0.42), (0.61, 0.54)], 0.035, BLACK, GLOSS)


def _yield(c: Canvas) -> None:
    c.box(0, 0, 1, 1, RED, GLOSS)
    c.polygon([(0.5, 0.72), (0.22, 0.19), (0.78, 0.19)], WHITE, GLOSS)


def _priority(c: Canvas) -> None:
    c.box(0, 0, 1, 1, WHITE, GLOSS)
    c.polygon([(0.5, 0.16), (0.84, 0.5), (0.5, 0.84), (0.16, 0.5)], YELLOW, GLOSS)


def _no_parking(c: Canvas) -> None:
    c.box(0, 0, 1, 1, RED, GLOSS)
    _ring(c, 0.39, BLUE)
    c.line([(0.2, 0.2), (0.8, 0.8)], 0.11, RED, GLOSS)


def _parking(c: Canvas) -> None:
    c.box(0, 0, 1, 1, BLUE, GLOSS)
    draw_text(c, "P", (0.53, 0.5), 0.6, 0.11, WHITE, GLOSS)


def _bus_stop(c: Canvas) -> None:
    c.box(0, 0, 1, 1, (28, 110, 66), GLOSS)
    _ring(c, 0.4, YELLOW)
    draw_text(c, "H", (0.53, 0.5), 0.42, 0.09, (28, 110, 66), GLOSS)


def _back(c: Canvas) -> None:
    c.box(0, 0, 1, 1, (150, 150, 152), 40)


def _lens(c: Canvas) -> None:
    c.box(0, 0, 1, 1, (225, 225, 225), 70)
    for k in range(1, 10):
        c.line([(k / 10, 0), (k / 10, 1)], 0.01, (196, 196, 196), 70)
        c.line([(0, k / 10), (1, k / 10)], 0.01, (196, 196, 196), 70)


def _red_man(c: Canvas) -> None:
    c.box(0, 0, 1, 1, (12, 12, 12), 60)
    c.ellipse(0.43, 0.12, 0.57, 0.26, WHITE, 60)
    c.polygon([(0.36, 0.29), (0.64, 0.29), (0.6, 0.58), (0.4, 0.58)], WHITE, 60)
    for x in (0.44, 0.56):
        c.line([(x, 0.56), (x, 0.86)], 0.085, WHITE, 60)
    c.line([(0.35, 0.32), (0.33, 0.58)], 0.055, WHITE, 60)
    c.line([(0.65, 0.32), (0.67, 0.58)], 0.055, WHITE, 60)


def _green_man(c: Canvas) -> None:
    c.box(0, 0, 1, 1, (12, 12, 12), 60)
    c.ellipse(0.43, 0.1, 0.57, 0.24, WHITE, 60)
    c.line([(0.5, 0.3), (0.5, 0.55)], 0.15, WHITE, 60)
    c.line([(0.5, 0.55), (0.33, 0.86)], 0.08, WHITE, 60)
    c.line([(0.5, 0.55), (0.64, 0.7), (0.68, 0.87)], 0.08, WHITE, 60)
    c.line([(0.5, 0.3), (0.33, 0.46), (0.3, 0.56)], 0.055, WHITE, 60)
    c.line([(0.5, 0.3), (0.66, 0.42), (0.7, 0.54)], 0.055, WHITE, 60)


_DRAWERS = {
    "sign_speed30": _speed30,
    "sign_crossing": _crossing,
    "sign_yield": _yield,
    "sign_priority": _priority,
    "sign_no_parking": _no_parking,
    "sign_parking": _parking,
    "bus_stop": _bus_stop,
    "lens": _lens,
    "red_man": _red_man,
    "green_man": _green_man,
}


def shop_names(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Sixteen sign bands with plain words for names, two columns of eight."""
    names = rng.permutation(len(_NAMES))

    def draw(c: Canvas, index: int) -> None:
        hue = np.array(
            (
                (40, 44, 52),
                (92, 30, 34),
                (30, 70, 60),
                (28, 52, 92),
                (204, 196, 178),
                (130, 84, 40),
                (66, 66, 66),
                (186, 150, 60),
                (110, 60, 96),
            )
        )[int(rng.integers(9))]
        hue = hue * rng.uniform(0.85, 1.15)
        light = (236, 230, 214) if hue.mean() < 140 else (40, 36, 32)
        c.box(0, 0, 1, 1, (float(hue[0]), float(hue[1]), float(hue[2])), 24)
        edge = (float(hue[0]) * 0.7, float(hue[1]) * 0.7, float(hue[2]) * 0.7)
        c.box(0, 0, 1, 0.06, edge, 24)
        c.box(0, 0.94, 1, 1, edge, 24)
        name = _NAMES[int(names[index])]
        draw_text(c, name, (0.5, 0.52), 0.5, 0.075, light, 24, 0.16)

    return draw_atlas(draw, (60, 60, 60), 2, 8)


def posters(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Sixteen posters of circles, bars and hills in a few bold colors."""

    def draw(c: Canvas, index: int) -> None:
        # Printed colors, none as loud as a lamp.
        hues = rng.uniform(40, 215, (5, 3))
        hues = 0.3 * hues.mean(1, keepdims=True) + 0.7 * hues
        pick = [(float(h[0]), float(h[1]), float(h[2])) for h in hues]
        c.box(0, 0, 1, 1, WHITE, 40)
        c.box(0.05, 0.04, 0.95, 0.96, pick[0], 40)
        for k in range(1, 5):
            x, y, r = (float(v) for v in rng.uniform([0.1, 0.15, 0.08], [0.9, 0.8, 0.3]))
            if rng.random() < 0.5:
                c.ellipse(max(0.05, x - r), max(0.05, y - r), min(0.95, x + r), min(0.95, y + r), pick[k], 40)
            else:
                c.box(max(0.05, x - r), y, min(0.95, x + r), min(0.95, y + r), pick[k], 40)
        for k in range(int(rng.integers(1, 4))):
            c.box(0.12, 0.82 + 0.045 * k, float(rng.uniform(0.5, 0.88)), 0.84 + 0.045 * k, WHITE, 40)

    return draw_atlas(draw, (200, 200, 200))
