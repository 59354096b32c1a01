"""Fabrics: which pattern a garment has, and the small shared textures of the patterns and their folds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.spec import PersonSpec
from sim.randomness import stream

__all__ = ["Fabric", "fabric_textures"]

BARE, PLAIN, KNIT, DENIM, STRIPES, CHECKS, JEANS, QUILT = range(8)
"""Layers of `fabric_textures`. BARE is what no cloth covers: skin, hair, leather; it has no folds."""

_SIDE_PX = 128

_FOLDS = {
    PLAIN: (0.7, 0.75),
    KNIT: (0.3, 0.7),
    DENIM: (0.85, 0.8),
    STRIPES: (0.5, 0.7),
    CHECKS: (0.6, 0.7),
    JEANS: (0.85, 0.8),
}  # how stiff, 0 to 1, and how deep


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
        chances = {
            "tshirt": (0.55, 0.1, 0, 0.35, 0, 0, 0),
            "shirt": (0.4, 0.1, 0.1, 0.2, 0.2, 0, 0),
            "jacket": (0.4, 0.15, 0.15, 0, 0, 0, 0.3),
            "coat": (0.5, 0.3, 0, 0, 0.1, 0, 0.1),
        }[spec.top]
        below = {
            "trousers": (0.45, 0.05, 0, 0, 0, 0.5, 0),
            "shorts": (0.5, 0, 0.2, 0, 0, 0.3, 0),
            "skirt": (0.6, 0.2, 0.1, 0, 0.1, 0, 0),
        }[spec.bottom]
        return Fabric(PLAIN + int(rng.choice(7, p=chances)), PLAIN + int(rng.choice(7, p=below)))


@lru_cache(maxsize=1)
def fabric_textures() -> NDArray[np.uint8]:
    """Tints that multiply a garment's colour, and the folds it falls in.

    Returns:
        (8, 128, 128, 4) uint8, tileable: bare, plain, knit, denim, stripes, checks, jeans, quilt. RGB: sRGB
        around white; a tile shows FABRIC_TILE_M of cloth. A: height of folds, of which a tile shows twice as
        much.
    """
    x, y = np.meshgrid(np.arange(_SIDE_PX), np.arange(_SIDE_PX))
    turn = 2 * np.pi / _SIDE_PX
    rng = stream(0, "fabric")
    grain = rng.normal(0, 1, (QUILT + 1, _SIDE_PX, _SIDE_PX))
    folds = sum(
        a * np.sin(turn * (i * x + j * y) + p)
        for i, j, a, p in (
            (1, 1, 0.4, 0.3),
            (-1, 2, 0.35, 1.1),
            (2, 1, 0.3, 2.0),
            (1, -3, 0.2, 4.0),
            (3, 2, 0.15, 5.1),
        )
    )
    base = 232 + 6 * folds[None] + 3 * grain
    base[BARE] = 240 + 2 * grain[BARE]
    base[KNIT] += 9 * np.sin(turn * 32 * x) * (0.6 + 0.4 * np.sin(turn * 32 * y))
    base[DENIM] += 8 * np.sin(turn * 21 * (x + y)) + 4 * grain[DENIM]
    base[STRIPES] -= 70 * (np.sin(turn * 6 * y) > 0.25)
    base[CHECKS] -= 34 * (np.sin(turn * 5 * x) > 0.2) + 34 * (np.sin(turn * 5 * y) > 0.2)
    base[JEANS] += 6 * np.sin(turn * 21 * (x + y)) + 4 * grain[JEANS] + 9 * np.sin(turn * x)
    base[JEANS] -= 38 * (np.abs(x - 64) < 1.5) + 16 * (np.abs(x - 68) < 1)
    rgb = np.clip(np.round(base), 0, 255).astype(np.uint8)
    out = np.empty((QUILT + 1, _SIDE_PX, _SIDE_PX, 4), np.uint8)
    out[..., :3] = rgb[..., None]
    out[..., 3] = 128
    for layer, (stiff, deep) in _FOLDS.items():
        out[layer, ..., 3] = np.round(255 * deep * _folds(rng, stiff))
    out[QUILT, ..., 3] = np.round(255 * _baffles(rng))
    out.setflags(write=False)
    return out


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
