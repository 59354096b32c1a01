"""Random numbers in, 4 x 4 atlases of window panes, shop fronts and doors out; glass has gloss 255."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import Canvas, draw_atlas
from sim.scenery.noise import NoisePool

__all__ = ["doors", "shop_fronts", "window_panes"]

Rng = np.random.Generator
Color = tuple[float, float, float]
GLASS = 255
MATT = 0


def _grey(value: float, warm: float = 0.0) -> Color:
    return (value * (1 + warm), value, value * (1 - warm))


def window_panes(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Rooms behind glass: dark, or with curtains or blinds; casements, mullions and top lights around."""
    frames = (226, 226, 214, 120, 70)

    def draw(c: Canvas, index: int) -> None:
        room = float(rng.uniform(14, 34))
        c.box(0, 0, 1, 1, (room * 0.94, room, room * 1.06), GLASS)
        c.box(0.1, 0.55, 0.9, 1, _grey(room * 0.8), GLASS)
        dressing = rng.random()
        if dressing < 0.5:
            _curtains(c, rng)
        elif dressing < 0.75:
            _blind(c, rng)
        elif dressing < 0.86:
            c.box(0.06, 0.4, 0.94, 1, _grey(float(rng.uniform(80, 130)), 0.02), GLASS)
        if rng.random() < 0.25:
            _plants(c, rng)
        _casement(c, rng, float(frames[(index // 4) % 5] if index % 4 else frames[int(rng.integers(5))]))

    return draw_atlas(draw, (24, 25, 27))


def _curtains(c: Canvas, rng: Rng) -> None:
    tone = rng.uniform(78, 152)
    warm = rng.uniform(-0.04, 0.12)
    sheer = rng.random() < 0.4
    width = rng.uniform(0.3, 0.46) if sheer else rng.uniform(0.1, 0.3)
    for x0 in (0.06, 0.94 - width):
        for k in np.arange(0, width, 0.036):
            shade = tone * (0.86 + 0.2 * rng.random())
            c.box(x0 + k, 0.05, min(x0 + k + 0.036, x0 + width), 0.96, _grey(shade, warm), GLASS)


def _blind(c: Canvas, rng: Rng) -> None:
    tone, bottom = rng.uniform(110, 170), rng.uniform(0.25, 0.9)
    slats = rng.random() < 0.6
    for k in np.arange(0.05, bottom, 0.04):
        c.box(0.06, k, 0.94, k + 0.04, _grey(tone * (1.04 if slats and round(k / 0.04) % 2 else 0.94)), GLASS)


def _plants(c: Canvas, rng: Rng) -> None:
    for _ in range(int(rng.integers(1, 4))):
        x, h = rng.uniform(0.15, 0.8), rng.uniform(0.06, 0.2)
        c.ellipse(x - h / 2, 0.9 - h, x + h / 2, 0.95, (44, 62, 34), GLASS)


def _casement(c: Canvas, rng: Rng, tone: float) -> None:
    paint = (tone, tone * 0.99, tone * 0.96)
    edge = 0.055
    for box in ((0, 0, 1, edge), (0, 1 - edge * 1.2, 1, 1), (0, 0, edge, 1), (1 - edge, 0, 1, 1)):
        c.box(box[0], box[1], box[2], box[3], paint, MATT)
    kind = int(rng.integers(4))
    if kind != 3:
        c.box(0.5 - 0.032, 0, 0.5 + 0.032, 1, paint, MATT)
        c.box(0.5 - 0.004, 0.05, 0.5 + 0.004, 0.95, _grey(tone * 0.6), MATT)
    if kind in (1, 2):
        y = 0.28 if kind == 1 else 0.5
        c.box(0, y - 0.022, 1, y + 0.022, paint, MATT)


def shop_fronts(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Dark shop windows with dim goods behind the glass, shop doors (cells 12, 13) and shutters (14, 15)."""

    def draw(c: Canvas, index: int) -> None:
        if index >= 14:
            _shutter(c, rng)
            return
        frame = _grey(float(rng.choice([26, 38, 60, 150, 196])), float(rng.uniform(-0.05, 0.1)))
        room = float(rng.uniform(10, 26))
        c.box(0, 0, 1, 1, _grey(room, float(rng.uniform(-0.04, 0.08))), GLASS)
        if index < 12:
            _goods(c, rng)
            bars = [0.0, 1.0] if rng.random() < 0.5 else [0.0, 0.5, 1.0]
            sill = float(rng.uniform(0.06, 0.2))
            c.box(0, 1 - sill, 1, 1, frame, MATT)
        else:
            c.box(0.2, 0.3, 0.8, 0.95, _grey(room * 1.5), GLASS)
            bars = [0.0, 0.5, 1.0] if index == 13 else [0.0, 1.0]
            c.box(0, 0.94, 1, 1, frame, MATT)
            c.box(0.8, 0.5, 0.83, 0.66, _grey(190), MATT)
        for x in bars:
            c.box(max(0.0, x - 0.03), 0, min(1.0, x + 0.03), 1, frame, MATT)
        c.box(0, 0, 1, 0.03, frame, MATT)
        transom = float(rng.uniform(0.16, 0.26))
        c.box(0, transom - 0.012, 1, transom + 0.012, frame, MATT)

    return draw_atlas(draw, (18, 18, 19))


def _goods(c: Canvas, rng: Rng) -> None:
    kind = int(rng.integers(4))
    for _ in range((26, 8, 5, 3)[kind]):
        hue = np.clip(rng.uniform(14, 92) * (1 + rng.normal(0, 0.15, 3)), 8, 120)
        color = (float(hue[0]), float(hue[1]), float(hue[2]))
        x = float(rng.uniform(0.06, 0.86))
        if kind == 0:  # shelves
            y = 0.36 + 0.16 * int(rng.integers(4))
            c.box(x, y - float(rng.uniform(0.05, 0.12)), x + float(rng.uniform(0.03, 0.1)), y, color, GLASS)
        elif kind == 1:  # things on the floor of the window
            h, w = float(rng.uniform(0.1, 0.34)), float(rng.uniform(0.06, 0.16))
            c.box(x, 0.9 - h, x + w, 0.9, color, GLASS)
        elif kind == 2:  # figures
            c.ellipse(x + 0.03, 0.42, x + 0.09, 0.5, color, GLASS)
            c.polygon([(x, 0.54), (x + 0.12, 0.54), (x + 0.1, 0.92), (x + 0.02, 0.92)], color, GLASS)
        else:  # posters behind the glass
            h = float(rng.uniform(0.16, 0.34))
            lighter = (color[0] + 44, color[1] + 42, color[2] + 40)
            c.box(x, 0.4, x + 0.7 * h, 0.4 + h, lighter, GLASS)
    if rng.random() < 0.4:
        for x in np.arange(0.12, 0.9, 0.19):
            c.ellipse(x, 0.29, x + 0.035, 0.315, (206, 190, 150), GLASS)


def _shutter(c: Canvas, rng: Rng) -> None:
    tone = rng.uniform(96, 160)
    for k in np.arange(0, 1, 0.045):
        c.box(0, float(k), 1, float(k) + 0.03, _grey(tone, 0.01), 20)
        c.box(0, float(k) + 0.03, 1, float(k) + 0.046, _grey(tone * 0.72, 0.01), 20)


def doors(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """House doors: panels or glass, a top light, a handle; garage doors in the last row."""

    def draw(c: Canvas, index: int) -> None:
        hues = (
            (70, 52, 40),
            (42, 60, 52),
            (52, 58, 74),
            (96, 44, 38),
            (168, 164, 152),
            (58, 58, 60),
            (120, 92, 60),
        )
        base = np.array(hues[int(rng.integers(len(hues)))]) * rng.uniform(0.85, 1.15)
        leaf = (float(base[0]), float(base[1]), float(base[2]))
        dark = (leaf[0] * 0.72, leaf[1] * 0.72, leaf[2] * 0.72)
        c.box(0, 0, 1, 1, leaf, 24)
        if index >= 12:
            for k in np.arange(0.08, 1, 0.115):
                c.box(0.04, float(k), 0.96, float(k) + 0.015, dark, 16)
            return
        for box in ((0, 0, 1, 0.03), (0, 0, 0.05, 1), (0.95, 0, 1, 1), (0.495, 0.26, 0.505, 1)):
            c.box(box[0], box[1], box[2], box[3], dark, 16)
        c.box(0.08, 0.05, 0.92, 0.22, (26, 28, 30), GLASS)
        glazed = rng.random() < 0.5
        for x0, x1 in ((0.1, 0.46), (0.54, 0.9)):
            c.box(x0, 0.32, x1, 0.62, (30, 32, 34) if glazed else dark, GLASS if glazed else 16)
            if not glazed:
                c.box(x0 + 0.02, 0.34, x1 - 0.02, 0.6, leaf, 24)
            c.box(x0, 0.68, x1, 0.94, dark, 16)
            c.box(x0 + 0.02, 0.7, x1 - 0.02, 0.92, leaf, 24)
        c.box(0.53, 0.6, 0.56, 0.68, (206, 196, 160), 90)

    return draw_atlas(draw, (60, 56, 50))
