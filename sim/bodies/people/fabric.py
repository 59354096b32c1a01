"""Fabrics: which pattern a garment has, and the small shared textures of the patterns and their folds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.spec import PersonSpec
from sim.randomness import stream

Whole = NDArray[np.intp]

__all__ = ["Fabric", "fabric_textures"]

BARE, PLAIN, KNIT, DENIM, STRIPES, CHECKS, JEANS, QUILT = range(8)
HAIR, LEATHER, PINSTRIPE, HERRINGBONE, FLORAL, DOTS, RIB, FLEECE = range(8, 16)
"""Layers of `fabric_textures`. BARE is skin: what no cloth covers; it has no folds. Shaders know it, HAIR and
LEATHER by their numbers."""

_SIDE_PX, _LAYERS = 128, 16
_TURN = 2 * np.pi / _SIDE_PX

_FOLDS = {
    PLAIN: (0.7, 0.9),
    KNIT: (0.3, 0.7),
    DENIM: (0.85, 0.9),
    STRIPES: (0.5, 0.8),
    CHECKS: (0.6, 0.8),
    JEANS: (0.85, 0.95),
    LEATHER: (0.9, 0.6),
    PINSTRIPE: (0.8, 0.8),
    HERRINGBONE: (0.6, 0.7),
    FLORAL: (0.5, 0.85),
    DOTS: (0.5, 0.85),
    RIB: (0.3, 0.6),
    FLEECE: (0.3, 0.6),
}  # how stiff, 0 to 1, and how deep

_SHARES: dict[str, dict[int, float]] = {
    "tshirt": {PLAIN: 0.50, KNIT: 0.08, STRIPES: 0.22, RIB: 0.08, DOTS: 0.05, FLORAL: 0.07},
    "shirt": {PLAIN: 0.34, KNIT: 0.12, DENIM: 0.1, STRIPES: 0.1, CHECKS: 0.16, PINSTRIPE: 0.1, FLORAL: 0.08},
    "jacket": {PLAIN: 0.34, KNIT: 0.08, DENIM: 0.13, QUILT: 0.25, FLEECE: 0.10, LEATHER: 0.10},
    "coat": {PLAIN: 0.44, KNIT: 0.14, CHECKS: 0.08, QUILT: 0.12, HERRINGBONE: 0.17, LEATHER: 0.05},
    "trousers": {PLAIN: 0.40, KNIT: 0.05, JEANS: 0.48, PINSTRIPE: 0.03, RIB: 0.04},
    "shorts": {PLAIN: 0.48, DENIM: 0.22, JEANS: 0.24, CHECKS: 0.06},
    "skirt": {PLAIN: 0.46, KNIT: 0.16, DENIM: 0.12, CHECKS: 0.10, FLORAL: 0.11, DOTS: 0.05},
}  # fmt: skip
"""How often a garment is of each fabric."""


@dataclass(frozen=True)
class Fabric:
    """Patterns of a person's clothes, layers of `fabric_textures`.

    Attributes:
        top: pattern of shirt, jacket or coat.
        bottom: pattern of trousers, shorts or skirt.
    """

    top: int
    bottom: int

    @staticmethod
    def of(spec: PersonSpec, rng: np.random.Generator) -> Fabric:
        """Likely patterns for the garments of a description."""
        top, bottom = (_drawn(_SHARES[garment], rng) for garment in (spec.top, spec.bottom))
        return Fabric(top, bottom)


def _drawn(shares: dict[int, float], rng: np.random.Generator) -> int:
    return int(rng.choice(list(shares), p=list(shares.values())))


@lru_cache(maxsize=1)
def fabric_textures() -> NDArray[np.uint8]:
    """Tints that multiply a garment's colour, and the folds it falls in.

    Returns:
        (16, 128, 128, 4) uint8, tileable, in the order of the layers' names. RGB: sRGB around white; a tile
        shows FABRIC_TILE_M of cloth. A: height of folds, of which a tile shows twice as much; of HAIR that of
        strands, which run along v.
    """
    x, y = np.meshgrid(np.arange(_SIDE_PX), np.arange(_SIDE_PX))
    rng = stream(0, "fabric")
    folds = sum(
        a * np.sin(_TURN * (i * x + j * y) + p)
        for i, j, a, p in (
            (1, 1, 0.4, 0.3),
            (-1, 2, 0.35, 1.1),
            (2, 1, 0.3, 2.0),
            (1, -3, 0.2, 4.0),
            (3, 2, 0.15, 5.1),
        )
    )
    grain = rng.normal(0, 1, (_LAYERS, _SIDE_PX, _SIDE_PX))
    base = np.repeat((232 + 6 * folds[None] + 3 * grain)[..., None], 3, -1)
    base[BARE] = 240 + 2 * grain[BARE][..., None]
    _weave(base, grain, x, y)
    _print(base, x, y, rng)
    strands = _strands(rng)
    base[HAIR] = (150 + 105 * strands)[..., None]
    out = np.empty((_LAYERS, _SIDE_PX, _SIDE_PX, 4), np.uint8)
    out[..., :3] = np.clip(np.round(base), 0, 255)
    out[..., 3] = 128
    for layer, (stiff, deep) in _FOLDS.items():
        out[layer, ..., 3] = np.round(255 * deep * _folds(rng, stiff))
    out[QUILT, ..., 3] = np.round(255 * _baffles(rng))
    out[HAIR, ..., 3] = np.round(255 * strands)
    out.setflags(write=False)
    return out


def _weave(base: NDArray[np.float64], grain: NDArray[np.float64], x: Whole, y: Whole) -> None:
    """What threads do, into layers (L, S, S, 3)."""

    def wave(across: float, along: float = 0.0) -> NDArray[np.float64]:
        return np.asarray(np.sin(_TURN * (across * x + along * y)))

    def add(layer: int, change: NDArray[np.float64]) -> None:
        base[layer] += change[..., None]

    add(KNIT, 14 * wave(32) * (0.6 + 0.4 * wave(0, 32)))
    add(DENIM, 9 * wave(21, 21) + 5 * grain[DENIM])
    add(JEANS, 7 * wave(21, 21) + 5 * grain[JEANS] + 11 * wave(1))
    add(JEANS, -38.0 * (np.abs(x - 64) < 1.5) - 16.0 * (np.abs(x - 68) < 1))
    add(RIB, 16 * wave(24) - 6)
    add(FLEECE, 7 * _blurred(grain[FLEECE], 1.6))
    add(LEATHER, 5 * _blurred(grain[LEATHER], 1.2))
    add(PINSTRIPE, np.where(x % 16 == 8, 10.0, -24.0))
    # Twill that turns every eighth of a tile.
    slant = np.where(x // 8 % 2 == 0, x, -x)
    add(HERRINGBONE, 26 * np.sin(_TURN * 16 * (slant + y)) - 14)


def _print(base: NDArray[np.float64], x: Whole, y: Whole, rng: np.random.Generator) -> None:
    """Stripes, checks, dots and scattered blossoms, into layers (L, S, S, 3)."""
    base[STRIPES] -= 92 * (np.sin(_TURN * 6 * y) > 0.25)[..., None]
    base[CHECKS] -= 44 * (
        (np.sin(_TURN * 5 * x) > 0.2)[..., None] + 1.0 * (np.sin(_TURN * 5 * y) > 0.2)[..., None]
    )
    offset = np.hypot((x + 8 * (y // 16 % 2)) % 16 - 7.5, y % 16 - 7.5)
    base[DOTS] += 14 - 128 * np.clip(4.2 - offset, 0, 1)[..., None]
    for _ in range(26):
        center, radius = rng.uniform(0, _SIDE_PX, 2), rng.uniform(5, 10)
        dx, dy = ((d + _SIDE_PX / 2) % _SIDE_PX - _SIDE_PX / 2 for d in (x - center[0], y - center[1]))
        away, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
        petals = away < radius * (0.65 + 0.35 * np.cos(5 * angle + rng.uniform(0, 6)))
        base[FLORAL][petals] = rng.choice(
            [[255, 150, 160], [255, 214, 120], [130, 150, 220], [150, 190, 130]]
        )
        base[FLORAL][away < 0.25 * radius] = [250, 236, 170]


def _blurred(noise: NDArray[np.float64], waves_px: float) -> NDArray[np.float64]:
    """Noise (S, S) without what is finer than some pixels, unit deviation; it still tiles."""
    fy, fx = np.meshgrid(*[np.fft.fftfreq(_SIDE_PX)] * 2, indexing="ij")
    soft = np.fft.ifft2(np.fft.fft2(noise) * np.exp(-2 * (np.pi * waves_px * np.hypot(fx, fy)) ** 2)).real
    return np.asarray(soft / soft.std())


def _strands(rng: np.random.Generator) -> NDArray[np.float64]:
    """(128, 128) heights 0..1 of strands that run along y, in locks, none quite straight."""
    fy, fx = np.meshgrid(*[np.fft.fftfreq(_SIDE_PX, 1 / _SIDE_PX)] * 2, indexing="ij")
    out = np.zeros((_SIDE_PX, _SIDE_PX))
    for waves, share in ((9.0, 0.8), (26.0, 0.7), (48.0, 0.4)):
        band = np.exp(-0.5 * ((np.abs(fx) - waves) / (0.35 * waves)) ** 2 - 0.5 * (fy / 2.2) ** 2)
        noise = np.fft.ifft2(np.fft.fft2(rng.normal(size=(_SIDE_PX, _SIDE_PX))) * band).real
        out += share * noise / noise.std()
    low, high = np.percentile(out, [1, 99])
    return np.asarray(np.clip((out - low) / (high - low), 0, 1))


def _folds(rng: np.random.Generator, stiff: float) -> NDArray[np.float64]:
    """(128, 128) heights 0..1 of cloth that falls in folds slantwise around the body, sharper if stiff."""
    height = np.zeros((_SIDE_PX, _SIDE_PX))
    for waves, share in ((1.7, 1.0), (3.6, 0.42), (8.0, 0.1)):
        for slant in (-1, 1):
            wave = _slanting(rng, waves, slant)
            height += share * ((1 - stiff) * wave + stiff * np.sqrt(wave * wave + 0.1))
    height -= height.min()
    return np.asarray(height / height.max())


def _slanting(rng: np.random.Generator, waves: float, slant: int) -> NDArray[np.float64]:
    """(128, 128) waves, so many a tile, longer around the body than along it; unit deviation."""
    fy, fx = np.meshgrid(*[np.fft.fftfreq(_SIDE_PX, 1 / _SIDE_PX)] * 2, indexing="ij")
    across, along = fy + 0.6 * slant * fx, fx - 0.6 * slant * fy
    band = np.exp(-0.5 * ((np.abs(across) - waves) / (0.4 * waves)) ** 2 - 0.5 * (along / (0.5 * waves)) ** 2)
    noise = np.fft.ifft2(np.fft.fft2(rng.normal(size=(_SIDE_PX, _SIDE_PX))) * band).real
    return np.asarray(noise / noise.std())


def _baffles(rng: np.random.Generator) -> NDArray[np.float64]:
    """(128, 128) heights 0..1 of padded cloth: six seams around the body a tile, with puckers beside them."""
    y = (np.arange(_SIDE_PX)[:, None] + 0.5) / _SIDE_PX
    puffed = np.abs(np.sin(np.pi * 6 * y)) ** 0.6
    pucker = 0.12 * _slanting(rng, 9.0, 1) * (1 - puffed)
    return np.asarray(np.clip(0.7 * puffed + pucker, 0, 1))
