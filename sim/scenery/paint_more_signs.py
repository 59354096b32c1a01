"""Random numbers in, a second atlas of traffic signs out; cells in `MORE_SIGN_CELLS`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import Canvas, draw_atlas
from sim.scenery.glyphs import draw_text
from sim.scenery.noise import NoisePool
from sim.scenery.paint_signs import BLACK, BLUE, GLOSS, RED, WHITE, YELLOW

__all__ = ["MORE_SIGN_CELLS", "faded", "more_sign_faces"]

Rng = np.random.Generator
Rgb = tuple[float, float, float]

MORE_SIGN_CELLS = {
    "sign_stop": 0,
    "sign_no_entry": 1,
    "sign_speed50": 2,
    "sign_children": 3,
    "sign_no_stopping": 4,
    "sign_ahead_only": 5,
    "sign_turn_right": 6,
    "sign_keep_right": 7,
    "sign_road_works": 8,
    "sign_crossing_ahead": 9,
    "sign_one_way": 10,
    "sign_hazard": 11,
    "clock": 12,
    "sign_bus_stop": 13,
    "sign_dead_end": 14,
    "sign_no_vehicles": 15,
}
"""Name of a face -> its cell."""


def more_sign_faces(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Faces of signs and a clock; a street's signs have faded together."""
    names = {cell: name for name, cell in MORE_SIGN_CELLS.items()}
    faces = draw_atlas(lambda canvas, index: _FACES[names[index]](canvas), (150, 150, 152))
    return faded(faces, rng)


def faded(image: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """Some of the color gone, as on a sign that hung in the sun."""
    out = image.astype(np.float32)
    share = float(rng.uniform(0.0, 0.28))
    pale = 0.5 * out[..., :3].mean(-1, keepdims=True) + 100.0
    out[..., :3] = (1 - share) * out[..., :3] + share * pale
    return np.clip(out, 0, 255).astype(np.uint8)


def _disc(c: Canvas, radius: float, rgb: Rgb) -> None:
    c.ellipse(0.5 - radius, 0.5 - radius, 0.5 + radius, 0.5 + radius, rgb, GLOSS)


def _stop(c: Canvas) -> None:
    c.box(0, 0, 1, 1, WHITE, GLOSS)
    turn = np.pi / 8 + np.arange(8) * np.pi / 4
    c.polygon([(0.5 + 0.47 * float(np.cos(t)), 0.5 + 0.47 * float(np.sin(t))) for t in turn], RED, GLOSS)
    draw_text(c, "STOP", (0.5, 0.5), 0.26, 0.055, WHITE, GLOSS, 0.82)


def _no_entry(c: Canvas) -> None:
    c.box(0, 0, 1, 1, RED, GLOSS)
    c.box(0.14, 0.41, 0.86, 0.59, WHITE, GLOSS)


def _speed50(c: Canvas) -> None:
    c.box(0, 0, 1, 1, RED, GLOSS)
    _disc(c, 0.37, WHITE)
    draw_text(c, "50", (0.5, 0.5), 0.38, 0.075, BLACK, GLOSS, 0.9)


def _no_vehicles(c: Canvas) -> None:
    c.box(0, 0, 1, 1, RED, GLOSS)
    _disc(c, 0.38, WHITE)


def _no_stopping(c: Canvas) -> None:
    c.box(0, 0, 1, 1, RED, GLOSS)
    _disc(c, 0.39, BLUE)
    for ends in ([(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]):
        c.line(ends, 0.1, RED, GLOSS)


def _arrow(c: Canvas, tail: tuple[float, float], tip: tuple[float, float], width: float) -> None:
    """A white arrow."""
    a, b = np.array(tail), np.array(tip)
    along = (b - a) / np.hypot(*(b - a))
    aside = np.array([-along[1], along[0]])
    neck = b - along * width * 2.0
    c.line([tail, (float(neck[0]), float(neck[1]))], width, WHITE, GLOSS)
    wings = [neck - aside * width * 1.7, b, neck + aside * width * 1.7]
    c.polygon([(float(x), float(y)) for x, y in wings], WHITE, GLOSS)


def _ahead_only(c: Canvas) -> None:
    c.box(0, 0, 1, 1, BLUE, GLOSS)
    _arrow(c, (0.5, 0.84), (0.5, 0.14), 0.13)


def _turn_right(c: Canvas) -> None:
    c.box(0, 0, 1, 1, BLUE, GLOSS)
    c.line([(0.36, 0.8), (0.36, 0.45)], 0.13, WHITE, GLOSS)
    _arrow(c, (0.36, 0.45), (0.86, 0.45), 0.13)


def _keep_right(c: Canvas) -> None:
    c.box(0, 0, 1, 1, BLUE, GLOSS)
    _arrow(c, (0.26, 0.26), (0.76, 0.76), 0.14)


def _one_way(c: Canvas) -> None:
    c.box(0, 0, 1, 1, BLUE, GLOSS)
    _arrow(c, (0.5, 0.9), (0.5, 0.1), 0.16)


def _dead_end(c: Canvas) -> None:
    c.box(0, 0, 1, 1, BLUE, GLOSS)
    c.box(0.43, 0.3, 0.57, 0.9, WHITE, GLOSS)
    c.box(0.24, 0.16, 0.76, 0.32, RED, GLOSS)


def _warning(c: Canvas) -> None:
    c.box(0, 0, 1, 1, RED, GLOSS)
    c.polygon([(0.17, 0.84), (0.83, 0.84), (0.5, 0.25)], WHITE, GLOSS)


def _walker(c: Canvas, x: float, low: float, high: float) -> None:
    """A figure that walks, between two heights."""
    h = high - low
    c.ellipse(x - 0.09 * h, low, x + 0.09 * h, low + 0.2 * h, BLACK, GLOSS)
    c.line([(x, low + 0.26 * h), (x - 0.02 * h, low + 0.6 * h)], 0.15 * h, BLACK, GLOSS)
    for dx in (-0.18, 0.17):
        c.line([(x, low + 0.58 * h), (x + dx * h, high)], 0.1 * h, BLACK, GLOSS)
        c.line([(x, low + 0.28 * h), (x + 1.2 * dx * h, low + 0.52 * h)], 0.07 * h, BLACK, GLOSS)


def _children(c: Canvas) -> None:
    _warning(c)
    _walker(c, 0.43, 0.5, 0.82)
    _walker(c, 0.59, 0.57, 0.82)


def _crossing_ahead(c: Canvas) -> None:
    _warning(c)
    _walker(c, 0.5, 0.42, 0.76)
    for x in (0.32, 0.42, 0.52, 0.62):
        c.box(x, 0.77, x + 0.05, 0.82, BLACK, GLOSS)


def _road_works(c: Canvas) -> None:
    _warning(c)
    _walker(c, 0.46, 0.46, 0.82)
    c.polygon([(0.54, 0.82), (0.76, 0.82), (0.65, 0.68)], BLACK, GLOSS)


def _hazard(c: Canvas) -> None:
    _warning(c)
    c.polygon([(0.45, 0.42), (0.55, 0.42), (0.52, 0.68), (0.48, 0.68)], BLACK, GLOSS)
    c.ellipse(0.455, 0.72, 0.545, 0.81, BLACK, GLOSS)


def _clock(c: Canvas) -> None:
    c.box(0, 0, 1, 1, (40, 42, 44), GLOSS)
    _disc(c, 0.45, WHITE)
    for k in range(12):
        a = k * np.pi / 6
        x, y = float(np.cos(a)), float(np.sin(a))
        c.line([(0.5 + 0.36 * x, 0.5 + 0.36 * y), (0.5 + 0.42 * x, 0.5 + 0.42 * y)], 0.03, BLACK, GLOSS)
    c.line([(0.5, 0.5), (0.68, 0.36)], 0.045, BLACK, GLOSS)
    c.line([(0.5, 0.5), (0.42, 0.14)], 0.03, BLACK, GLOSS)


def _bus_stop(c: Canvas) -> None:
    c.box(0, 0, 1, 1, (28, 110, 66), GLOSS)
    _disc(c, 0.42, YELLOW)
    draw_text(c, "H", (0.53, 0.5), 0.42, 0.09, (28, 110, 66), GLOSS)


_FACES: dict[str, Callable[[Canvas], None]] = {
    "sign_stop": _stop,
    "sign_no_entry": _no_entry,
    "sign_speed50": _speed50,
    "sign_children": _children,
    "sign_no_stopping": _no_stopping,
    "sign_ahead_only": _ahead_only,
    "sign_turn_right": _turn_right,
    "sign_keep_right": _keep_right,
    "sign_road_works": _road_works,
    "sign_crossing_ahead": _crossing_ahead,
    "sign_one_way": _one_way,
    "sign_hazard": _hazard,
    "clock": _clock,
    "sign_bus_stop": _bus_stop,
    "sign_dead_end": _dead_end,
    "sign_no_vehicles": _no_vehicles,
}
