"""Random numbers and noise in, textures of walls, roofs and plain materials out, (512, 512, 4) uint8.

Walls that are painted are near white: the building's own color comes as a vertex tint.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.noise import NoisePool
from sim.scenery.paint_ground import Image, compose, courses
from sim.scenery.scenery import SURFACE_PX

__all__ = [
    "ashlar",
    "awning",
    "brick",
    "cladding",
    "concrete",
    "far_facade",
    "metal",
    "plain",
    "plaster",
    "render",
    "roof_sheet",
    "roof_tiles",
    "wood",
]

Rng = np.random.Generator


def _mix(
    a: NDArray[np.floating], b: NDArray[np.floating], share: NDArray[np.floating]
) -> NDArray[np.floating]:
    return np.asarray(a * (1 - share[..., None]) + b * share[..., None])


def _finish(rgb: NDArray[np.floating], gloss: float | NDArray[np.floating] = 0.0) -> Image:
    out = np.zeros((SURFACE_PX, SURFACE_PX, 4), np.float32)
    out[..., :3] = rgb
    out[..., 3] = gloss
    return np.clip(out, 0, 255).astype(np.uint8)


def plaster(rng: Rng, pool: NoisePool) -> Image:
    """Smooth painted plaster, faint streaks of rain."""
    value = 1 + 0.018 * pool.field("fine", rng) + 0.022 * pool.field("cloud", rng)
    value += 0.03 * np.minimum(pool.field("streak", rng), 0) + 0.012 * pool.field("blotch", rng)
    return compose((232, 230, 226), value)


def render(rng: Rng, pool: NoisePool) -> Image:
    """Rough render with dirt: blotches, dark streaks, repaired patches."""
    value = 1 + 0.04 * pool.field("grain", rng) + 0.03 * pool.field("fine", rng)
    value += 0.05 * np.minimum(pool.field("cloud", rng), 0.5) + 0.07 * np.minimum(
        pool.field("streak", rng), 0
    )
    patch = np.clip((pool.field("cloud", rng) - 1.3) * 6, 0, 1)
    return _finish(_mix(np.full(3, 218.0) * value[..., None], np.array([196, 190, 180.0]), 0.5 * patch))


def brick(rng: Rng, pool: NoisePool, hues: tuple[tuple[int, int, int], ...]) -> Image:
    """Brickwork: 8 x 24 bricks in running bond around one of `hues`, tones per brick, lighter mortar."""
    row, column, stone = courses(8, 24, 0.5, 0.7, 1.3)
    base = np.array(hues[int(rng.integers(len(hues)))]) * rng.uniform(0.92, 1.08)
    tone = rng.normal(0, 1, (24, 8, 3)) * 0.022 + rng.normal(0, 0.07, (24, 8, 1))
    value = 1 + 0.05 * pool.field("fine", rng) + 0.04 * pool.field("cloud", rng)
    bricks = base * (1 + tone[row, column]) * value[..., None]
    light = rng.uniform(128, 172)
    mortar = np.array([light, light * 0.97, light * 0.92]) * (1 + 0.03 * pool.field("grain", rng))[..., None]
    return _finish(_mix(mortar, bricks, 0.12 + 0.88 * stone))


def ashlar(rng: Rng, pool: NoisePool) -> Image:
    """Dressed stone in courses, for plinths and ground floors."""
    row, column, stone = courses(3, 5, 0.5, 0.8, 2.2)
    tone = rng.normal(0, 0.04, (5, 3))[row, column]
    value = 1 + tone + 0.03 * pool.field("fine", rng) + 0.04 * pool.field("blotch", rng)
    value += 0.04 * np.minimum(pool.field("streak", rng), 0)
    base = rng.uniform(186, 212)
    warm = rng.uniform(0.86, 0.98)
    return compose((base, base * (0.5 + 0.5 * warm), base * warm), value * (0.7 + 0.3 * stone))


def concrete(rng: Rng, pool: NoisePool) -> Image:
    """Cast panels: joints, holes of the formwork ties, streaks."""
    _, _, panel = courses(2, 2, 0.0, 0.8, 1.5)
    value = 1 + 0.02 * pool.field("fine", rng) + 0.04 * pool.field("cloud", rng)
    value += 0.05 * np.minimum(pool.field("streak", rng), 0)
    y, x = np.mgrid[0:SURFACE_PX, 0:SURFACE_PX] % 256
    for cx, cy in ((48, 48), (208, 48), (48, 208), (208, 208)):
        value -= 0.3 * np.clip(4.0 - np.hypot(x - cx, y - cy), 0, 1)
    return compose((204, 203, 200), value * (0.72 + 0.28 * panel))


def cladding(rng: Rng, pool: NoisePool) -> Image:
    """Painted weatherboards along u, each shading the next, joints between their ends."""
    rows = int(rng.choice([12, 16, 24]))
    row, column, _ = courses(2, rows, 0.37, 0.0, 1.0)
    y = (np.arange(SURFACE_PX) * rows / SURFACE_PX % 1)[:, None]
    value = np.where(y > 0.88, 0.66, 0.97 + 0.03 * y)
    value = value * (1 + rng.normal(0, 0.018, (rows, 2))[row, column] + 0.02 * pool.field("fibre", rng))
    value += 0.02 * np.minimum(pool.field("streak", rng), 0)
    return compose((230, 229, 225), value.astype(np.float32))


def roof_tiles(rng: Rng, pool: NoisePool) -> Image:
    """Rows of pan tiles: each row shades the next."""
    row, column, _ = courses(10, 9, 0.5, 0.5, 1.5)
    y = (np.arange(SURFACE_PX) * 9 / SURFACE_PX % 1)[:, None]
    x = (np.arange(SURFACE_PX) * 10 / SURFACE_PX + 0.5 * (row % 2)) % 1
    value = (0.66 + 0.34 * np.clip(y * 4, 0, 1)) * (0.9 + 0.14 * np.sin(np.pi * x))
    value *= 1 + rng.normal(0, 0.06, (9, 10))[row, column] + 0.06 * pool.field("cloud", rng)
    hue = ((158, 84, 62), (108, 98, 92), (136, 92, 74), (92, 94, 100))[int(rng.integers(4))]
    return compose(hue, value.astype(np.float32))


def roof_sheet(rng: Rng, pool: NoisePool) -> Image:
    """Bitumen sheet or gravel on flat roofs."""
    value = 1 + 0.06 * pool.field("grain", rng) + 0.08 * pool.field("cloud", rng)
    return compose((118, 116, 112), value)


def metal(rng: Rng, pool: NoisePool) -> Image:
    """Painted or galvanised metal, slightly glossy; its color is the tint."""
    value = 1 + 0.015 * pool.field("fine", rng) + 0.02 * pool.field("cloud", rng)
    return compose((226, 227, 228), value, 46.0)


def plain(rng: Rng, pool: NoisePool) -> Image:
    """Matt plastic or paint, white; its color is the tint."""
    return compose((240, 240, 240), 1 + 0.012 * pool.field("cloud", rng), 8.0)


def wood(rng: Rng, pool: NoisePool) -> Image:
    """Boards along u."""
    row = (np.arange(SURFACE_PX) * 4 // SURFACE_PX)[:, None]
    gap = (np.arange(SURFACE_PX) * 4 / SURFACE_PX % 1)[:, None]
    value = 1 + rng.normal(0, 0.08, 4)[row] + 0.09 * pool.field("fibre", rng)
    return compose((150, 112, 76), (value * np.where(gap < 0.04, 0.55, 1.0)).astype(np.float32))


def awning(rng: Rng, pool: NoisePool) -> Image:
    """Cloth in two bands of stripes, one above the other: plain and striped; color is the tint."""
    x = np.arange(SURFACE_PX) * 8 / SURFACE_PX % 1
    stripe = np.where(x < 0.5, 1.0, 0.58)[None]
    half = (np.arange(SURFACE_PX) < SURFACE_PX // 2)[:, None]
    value = np.where(half, stripe, 1.0) * (
        1 + 0.03 * pool.field("streak", rng) + 0.02 * pool.field("cloud", rng)
    )
    return compose((228, 226, 222), value.astype(np.float32))


def far_facade(rng: Rng, pool: NoisePool) -> Image:
    """Four bays by four floors seen from afar: dark glossy windows with light frames in a plain wall."""
    value = 1 + 0.02 * pool.field("cloud", rng) + 0.03 * np.minimum(pool.field("streak", rng), 0)
    out = np.zeros((SURFACE_PX, SURFACE_PX, 4), np.float32)
    out[..., :3] = (value * 226)[..., None] * [1, 0.99, 0.97]
    cell = SURFACE_PX // 4
    width, height = int(cell * rng.uniform(0.4, 0.58)), int(cell * rng.uniform(0.48, 0.6))
    x_in, y_in = (cell - width) // 2, int(cell * 0.2)
    for i in range(4):
        out[i * cell : i * cell + 5, :, :3] *= 0.86
        for j in range(4):
            x, y = j * cell + x_in, i * cell + y_in
            out[y - 4 : y + height + 7, x - 4 : x + width + 4, :3] *= 0.9
            out[y - 1 : y + height + 1, x - 1 : x + width + 1, :3] = 206
            for a, b in ((x + 3, x + width // 2 - 2), (x + width // 2 + 2, x + width - 3)):
                pane = out[y + 3 : y + height - 3, a:b]
                pane[..., :3] = rng.uniform(22, 58) * np.array([0.92, 1.0, 1.06])
                pane[..., 3] = 255
                blind = int(rng.uniform(-0.4, 0.8) * height)
                if blind > 0:
                    pane[:blind, :, :3] = rng.uniform(90, 170)
    return np.clip(out, 0, 255).astype(np.uint8)
