"""Random numbers and noise in, textures of what one walks and drives on out, (512, 512, 4) uint8."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.noise import Field, NoisePool
from sim.scenery.scenery import SURFACE_PX

__all__ = ["asphalt", "compose", "courses", "earth", "grass", "kerb_stone", "paving", "road_paint"]

Image = NDArray[np.uint8]
Rng = np.random.Generator

_SETTS_SHARE = 0.1
"""Share of the streets paved with setts."""


def compose(rgb: tuple[float, float, float], value: Field, gloss: float | Field = 0.0) -> Image:
    """A color times a field of values around 1, with its gloss mask 0..255."""
    out = np.empty((SURFACE_PX, SURFACE_PX, 4), np.uint8)
    for band, share in enumerate(np.array(rgb, np.float32)):
        out[..., band] = np.clip((value * share).astype(np.float32, copy=False), 0, 255)
    out[..., 3] = np.clip(np.asarray(gloss, np.float32), 0, 255)
    return out


def courses(
    columns: int, rows: int, shift: float, joint_px: float, blur_px: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], Field]:
    """A bond of stones: row and column of the stone at each pixel, and 1 on stones falling to 0 in joints."""
    x = np.arange(SURFACE_PX, dtype=np.float32) + np.float32(0.5)
    down = x[:, None] * rows / SURFACE_PX
    row = down.astype(np.intp)
    moved = x + row * shift * SURFACE_PX / columns
    # Modulo by what divides exactly, without the cost of the operator.
    along = (moved - np.floor(moved / SURFACE_PX) * SURFACE_PX) * columns / SURFACE_PX
    whole = np.floor(along)
    column = whole.astype(np.intp) % columns
    fx, fy = along - whole, down - row.astype(np.float32)
    edge = np.minimum(
        np.minimum(fx, 1 - fx) * SURFACE_PX / columns, np.minimum(fy, 1 - fy) * SURFACE_PX / rows
    )
    stone = np.clip((edge - joint_px) / blur_px, 0, 1).astype(np.float32)
    return np.broadcast_to(row, column.shape), column, stone


def asphalt(rng: Rng, pool: NoisePool) -> Image:
    """Rolled asphalt: grain, stones brighter and darker than the binder, blotches; or setts."""
    if rng.random() < _SETTS_SHARE:
        return _setts(rng, pool)
    look = int(rng.choice(4, p=[0.28, 0.32, 0.25, 0.15]))
    base = float(rng.uniform(*((64, 80), (82, 102), (102, 124), (124, 148))[look]))
    warm = float(rng.choice([rng.uniform(-0.03, 0.05), rng.uniform(0.05, 0.12)], p=[0.85, 0.15]))
    grain = (0.06, 0.085, 0.07, 0.08)[look]
    value = 1 + grain * pool.field("grain", rng) + float(rng.uniform(0.035, 0.07)) * pool.field("fine", rng)
    value += 0.035 * pool.field("blotch", rng) + 0.03 * pool.field("cloud", rng)
    stones = rng.random((SURFACE_PX, SURFACE_PX), np.float32)
    value += np.where(stones > 0.982, 0.20, 0.0) - np.where(stones < 0.02, 0.17, 0.0)
    return compose((base * (1 + warm), base * (1 + warm * 0.4), base * (1 - warm)), value.astype(np.float32))


def _setts(rng: Rng, pool: NoisePool) -> Image:
    """Granite setts of about 12 cm by 9 cm in rows that wander: no two stones are of one size."""
    stone_index, edge_px = _rough_courses(rng, pool, 30, 40)
    stone = np.clip(edge_px / 4.0, 0, 1)
    tone = rng.normal(0, 0.11, 30 * 40).astype(np.float32)[stone_index]
    base = rng.uniform(96, 128)
    warm = rng.uniform(-0.03, 0.06)
    value = 1 + tone + 0.06 * pool.field("fine", rng) + 0.04 * pool.field("cloud", rng)
    joint = 0.74 + 0.06 * pool.field("blotch", rng)  # sand and dirt, bare here and there
    value = value * (1 - (1 - joint) * (1 - stone)) + 0.05 * np.clip(edge_px / 6.0, 0, 1)  # worn round
    return compose((base * (1 + warm), base, base * (1 - warm)), value.astype(np.float32))


def _rough_courses(
    rng: Rng, pool: NoisePool, columns: int, rows: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Number of the stone at each pixel of hewn stones in rows, and how far its edge is in pixels."""
    n = SURFACE_PX
    y, x = np.mgrid[0:n, 0:n].astype(np.float32) + 0.5
    y = (y + 2.2 * pool.field("cloud", rng) + 0.7 * pool.field("blotch", rng)) % n
    x = (x + 1.0 * pool.field("cloud", rng) + 0.7 * pool.field("blotch", rng)) % n
    depth = rng.uniform(0.82, 1.18, rows)
    lines = np.r_[0.0, np.cumsum(depth) / depth.sum() * n].astype(np.float32)
    row = np.clip(np.searchsorted(lines, y, "right") - 1, 0, rows - 1)
    width = rng.uniform(0.7, 1.3, (rows, columns))
    ends = np.cumsum(width, 1) / width.sum(1, keepdims=True) * n
    starts = np.c_[np.zeros(rows), ends[:, :-1]]
    x = (x + rng.uniform(0, n, rows).astype(np.float32)[row]) % n
    keys = (starts + np.arange(rows)[:, None] * n).ravel()
    stone = np.clip(np.searchsorted(keys, x + row * np.float64(n), "right") - 1, 0, rows * columns - 1)
    beside = np.minimum(x - starts.ravel()[stone], ends.ravel()[stone] - x)
    between = np.minimum(y - lines[row], lines[row + 1] - y)
    return stone, np.maximum(np.minimum(beside, between), 0).astype(np.float32)


_PAVING = (
    (8, 16, 0.5, 0.8),
    (6, 6, 0.0, 0.7),
    (14, 14, 0.5, 1.6),
    (4, 8, 0.33, 0.7),
    (28, 28, 0.37, 1.0),
    (1, 1, 0.0, 0.0),
)
"""Stones along and across a texture, shift from row to row, joint in pixels."""


def paving(rng: Rng, pool: NoisePool) -> Image:
    """Pavers in running bond, slabs, small setts or mosaic, in a hue of their own; or asphalt."""
    pattern = int(rng.choice(6, p=[0.22, 0.2, 0.16, 0.16, 0.12, 0.14]))
    columns, rows, shift, joint = _PAVING[pattern]
    if pattern == 1 and rng.random() < 0.5:
        shift = 0.5
    if pattern == 5:
        value = 1 + 0.05 * pool.field("grain", rng) + 0.03 * pool.field("cloud", rng)
        base = float(rng.uniform(92, 126))
        return compose((base * 1.02, base, base * 0.98), value + 0.03 * pool.field("blotch", rng))
    row, column, stone = courses(columns, rows, shift, joint, 2.0)
    spread = (0.055, 0.035, 0.09, 0.045, 0.11)[pattern]
    tone = rng.normal(0, spread, (rows, columns)).astype(np.float32)[row, column]
    warm = rng.uniform(-0.01, 0.06)
    hue = rng.uniform(138, 176) * np.array([1 + warm, 1 + 0.3 * warm, 1 - warm])
    if pattern not in (1, 3) and rng.random() < 0.35:
        hue = hue * [1.06, 0.93, 0.86]
    value = 1 + tone + 0.03 * pool.field("fine", rng) + 0.035 * pool.field("cloud", rng)
    value += 0.025 * pool.field("blotch", rng)
    value *= 0.66 + 0.34 * stone
    return compose((hue[0], hue[1], hue[2]), value)


def kerb_stone(rng: Rng, pool: NoisePool) -> Image:
    """Granite: four stones along u, speckled, with dark joints between them."""
    _, column, stone = courses(2, 1, 0.0, 0.0, 3.0)
    x = (np.arange(SURFACE_PX) + 0.5) * 2 / SURFACE_PX % 1
    joint = np.clip(np.minimum(x, 1 - x) * SURFACE_PX / 2 / 4, 0, 1)[None]
    tone = rng.normal(0, 0.05, 2)[column]
    value = (1 + tone + 0.05 * pool.field("grain", rng) + 0.04 * pool.field("fine", rng) + 0.0 * stone) * (
        0.62 + 0.38 * joint
    )
    base = rng.uniform(150, 186)
    return compose((base, base * 0.985, base * 0.96), value.astype(np.float32))


def road_paint(rng: Rng, pool: NoisePool, wear: float) -> Image:
    """White paint with the asphalt showing through where it is worn off, a share of about `wear`."""
    worn = 0.75 * pool.field("blotch", rng) + 0.6 * pool.field("fine", rng) + 0.35 * pool.field("grain", rng)
    limit = float(np.quantile(worn, 1 - wear)) if wear > 0 else float(worn.max()) + 1
    there = np.clip((limit - worn) / 0.35 + 0.5, 0, 1)[..., None]
    white = np.array([212, 211, 205]) * (1 + 0.025 * pool.field("cloud", rng))[..., None]
    road = np.array([96, 95, 93]) * (1 + 0.05 * pool.field("grain", rng))[..., None]
    out = np.zeros((SURFACE_PX, SURFACE_PX, 4), np.float32)
    out[..., :3] = there * white + (1 - there) * road
    return np.clip(out, 0, 255).astype(np.uint8)


def grass(rng: Rng, pool: NoisePool) -> Image:
    """Mown grass with dry and bare patches."""
    value = (
        1
        + 0.13 * pool.field("grain", rng)
        + 0.08 * pool.field("fine", rng)
        + 0.06 * pool.field("blotch", rng)
    )
    dry = np.clip(0.5 + 0.4 * pool.field("cloud", rng) + 0.15 * pool.field("blotch", rng), 0, 1)[..., None]
    green = np.array([78, 92, 48]) * rng.uniform(0.9, 1.15)
    straw = np.array([124, 116, 74]) * rng.uniform(0.85, 1.1)
    out = np.zeros((SURFACE_PX, SURFACE_PX, 4), np.float32)
    out[..., :3] = (green * (1 - 0.6 * dry) + straw * 0.6 * dry) * value[..., None]
    return np.clip(out, 0, 255).astype(np.uint8)


def earth(rng: Rng, pool: NoisePool) -> Image:
    """Bare soil, gravel in it."""
    value = (
        1 + 0.09 * pool.field("grain", rng) + 0.09 * pool.field("fine", rng) + 0.06 * pool.field("cloud", rng)
    )
    base = rng.uniform(96, 124)
    return compose((base, base * 0.88, base * 0.72), value)
