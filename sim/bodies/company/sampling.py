"""A random generator in, the CompanionSpec of a pram, wheelchair or dog out."""

from __future__ import annotations

import numpy as np

from sim.bodies.company.models import COMPANION_VARIANTS
from sim.bodies.spec import CompanionSpec

__all__ = ["sample_companion"]

_Colors = tuple[tuple[int, int, int], ...]

_CLOTH: _Colors = ((30, 32, 37), (52, 60, 84), (96, 98, 102), (134, 120, 100), (70, 84, 74), (92, 46, 48))
_FRAMES: _Colors = ((34, 35, 38), (150, 152, 156), (120, 26, 30), (30, 54, 110), (60, 62, 66))
_COATS: tuple[_Colors, ...] = (
    ((172, 152, 120), (40, 36, 33), (74, 54, 40)),
    ((74, 60, 46), (58, 52, 46), (52, 44, 37)),
    ((190, 186, 178), (104, 84, 64), (80, 79, 78)),
    ((80, 54, 40), (42, 35, 31), (104, 80, 58)),
    ((206, 202, 194), (136, 102, 72), (88, 88, 90)),
)
"""Of each build of dogs, the colors it comes in."""
_JITTER = 6


def sample_companion(rng: np.random.Generator, shape: str) -> CompanionSpec:
    """Draws a model and a color.

    Args:
        rng: source of the draws.
        shape: one of `COMPANION_VARIANTS`.
    """
    variant = int(rng.integers(COMPANION_VARIANTS[shape]))
    colors = _COATS[variant] if shape == "dog" else _CLOTH if shape == "pram" else _FRAMES
    base = np.array(colors[int(rng.integers(len(colors)))])
    r, g, b = (int(c) for c in np.clip(base + rng.integers(-_JITTER, _JITTER + 1, 3), 8, 240))
    return CompanionSpec(shape, variant, (r, g, b))
