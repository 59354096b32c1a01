"""Fabrics: which pattern a garment has, and the small shared textures of the patterns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.spec import PersonSpec
from sim.randomness import stream

__all__ = ["PLAIN", "Fabric", "fabric_textures"]

PLAIN, KNIT, DENIM, STRIPES, CHECKS, JEANS = range(6)

_SIDE_PX = 128


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
            "tshirt": (0.55, 0.1, 0, 0.35, 0, 0),
            "shirt": (0.4, 0.1, 0.1, 0.2, 0.2, 0),
            "jacket": (0.6, 0.25, 0.15, 0, 0, 0),
            "coat": (0.6, 0.3, 0, 0, 0.1, 0),
        }[spec.top]
        below = {
            "trousers": (0.45, 0.05, 0, 0, 0, 0.5),
            "shorts": (0.5, 0, 0.2, 0, 0, 0.3),
            "skirt": (0.6, 0.2, 0.1, 0, 0.1, 0),
        }[spec.bottom]
        return Fabric(int(rng.choice(6, p=chances)), int(rng.choice(6, p=below)))


@lru_cache(maxsize=1)
def fabric_textures() -> NDArray[np.uint8]:
    """Tints that multiply a garment's colour.

    Returns:
        (6, 128, 128, 4) uint8 sRGB around white, tileable, alpha 255: plain, knit, denim, stripes, checks,
        jeans. A tile shows FABRIC_TILE_M of cloth.
    """
    x, y = np.meshgrid(np.arange(_SIDE_PX), np.arange(_SIDE_PX))
    turn = 2 * np.pi / _SIDE_PX
    rng = stream(0, "fabric")
    grain = rng.normal(0, 1, (6, _SIDE_PX, _SIDE_PX))
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
    base[KNIT] += 9 * np.sin(turn * 32 * x) * (0.6 + 0.4 * np.sin(turn * 32 * y))
    base[DENIM] += 8 * np.sin(turn * 21 * (x + y)) + 4 * grain[DENIM]
    base[STRIPES] -= 70 * (np.sin(turn * 6 * y) > 0.25)
    base[CHECKS] -= 34 * (np.sin(turn * 5 * x) > 0.2) + 34 * (np.sin(turn * 5 * y) > 0.2)
    base[JEANS] += 6 * np.sin(turn * 21 * (x + y)) + 4 * grain[JEANS] + 9 * np.sin(turn * x)
    base[JEANS] -= 38 * (np.abs(x - 64) < 1.5) + 16 * (np.abs(x - 68) < 1)
    rgb = np.clip(np.round(base), 0, 255).astype(np.uint8)
    out = np.full((6, _SIDE_PX, _SIDE_PX, 4), 255, np.uint8)
    out[..., :3] = rgb[..., None]
    out.setflags(write=False)
    return out
