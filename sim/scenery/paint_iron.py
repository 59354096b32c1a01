"""Random numbers in, an atlas of covers, drains and lids in the ground out; and tactile paving."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import Canvas, draw_atlas
from sim.scenery.noise import NoisePool
from sim.scenery.paint_ground import Image, compose
from sim.scenery.scenery import SURFACE_PX

__all__ = ["IRON_CELLS", "iron", "tactile"]

Rng = np.random.Generator
Rgb = tuple[float, float, float]
GLOSS = 24

IRON_CELLS = {"cover": range(8), "drain": range(8, 12), "lid": range(12, 16)}
"""Kind of lid -> its cells: round covers, drains with bars, small square lids."""


def iron(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Covers with studs, ribs, rays or filled with concrete; drains; lids of taps."""

    def draw(c: Canvas, index: int) -> None:
        tone = float(rng.uniform(48, 74))
        dark, metal = _grey(tone * 0.62), _grey(tone)
        c.box(0, 0, 1, 1, dark, GLOSS)
        if index in IRON_CELLS["cover"]:
            _cover(c, index, metal, dark, rng)
        elif index in IRON_CELLS["drain"]:
            c.box(0, 0, 1, 1, metal, GLOSS)
            count = int(rng.integers(5, 9))
            for k in range(count):
                x = 0.1 + 0.8 * (k + 0.2) / count
                for y0, y1 in ((0.08, 0.92),) if index % 2 else ((0.08, 0.46), (0.54, 0.92)):
                    c.box(x, y0, x + 0.48 / count, y1, (10, 10, 10), 0)
        else:
            c.box(0.06, 0.06, 0.94, 0.94, metal, GLOSS)
            for k in np.arange(0.14, 0.86, 0.12).tolist():
                c.box(0.12, k, 0.88, k + 0.05, dark, GLOSS)

    return draw_atlas(draw, (60, 58, 56))


def _cover(c: Canvas, index: int, metal: Rgb, dark: Rgb, rng: Rng) -> None:
    c.ellipse(0.03, 0.03, 0.97, 0.97, metal, GLOSS)
    form = index % 4
    if form == 3:
        c.ellipse(0.13, 0.13, 0.87, 0.87, _grey(float(rng.uniform(104, 130))), 0)
        c.ellipse(0.42, 0.42, 0.58, 0.58, metal, GLOSS)
        return
    for i in range(12):
        for j in range(12):
            x, y = 0.06 + 0.08 * float(i), 0.06 + 0.08 * float(j)
            if (x - 0.5) ** 2 + (y - 0.5) ** 2 > 0.16:
                continue
            if form == 0:
                c.ellipse(x - 0.026, y - 0.026, x + 0.026, y + 0.026, dark, GLOSS)
            elif form == 1:
                c.box(x - 0.03, y - 0.014, x + 0.03, y + 0.014, dark, GLOSS)
            else:
                turn = np.pi / 2 if (i + j) % 2 else 0.0
                dx, dy = 0.03 * float(np.cos(turn)), 0.03 * float(np.sin(turn))
                c.line([(x - dx, y - dy), (x + dx, y + dy)], 0.016, dark, GLOSS)


def _grey(tone: float) -> Rgb:
    return (tone * 1.02, tone, tone * 0.97)


def tactile(rng: Rng, pool: NoisePool) -> Image:
    """Four slabs with blisters or ribs for feet and canes; near white, tinted by the street."""
    y, x = np.mgrid[0:SURFACE_PX, 0:SURFACE_PX].astype(np.float32) / SURFACE_PX
    fx, fy = x * 12 % 1, y * 12 % 1
    if rng.random() < 0.6:
        relief = np.clip((0.3 - np.hypot(fx - 0.5, fy - 0.5)) * 8, 0, 1) - 0.4 * np.clip(
            (0.36 - np.hypot(fx - 0.46, fy - 0.42)) * 8, 0, 1
        )
    else:
        relief = np.clip((0.25 - np.abs(fy - 0.5)) * 8, 0, 1) - 0.5
    edge = np.minimum(np.minimum(x * 2 % 1, 1 - x * 2 % 1), np.minimum(y * 2 % 1, 1 - y * 2 % 1))
    value = (1 + 0.1 * relief + 0.04 * pool.field("fine", rng) + 0.04 * pool.field("cloud", rng)) * np.where(
        edge < 0.012, 0.7, 1.0
    )
    return compose((196, 194, 188), value.astype(np.float32))
