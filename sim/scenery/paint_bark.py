"""Random numbers and noise in, barks out, (512, 512, 4) uint8: furrowed, white, flaking, ringed."""

from __future__ import annotations

import numpy as np

from sim.scenery.noise import NoisePool
from sim.scenery.paint_ground import Image, compose
from sim.scenery.scenery import SURFACE_PX

__all__ = ["birch_bark", "cherry_bark", "furrowed_bark", "plane_bark"]

Rng = np.random.Generator


def furrowed_bark(rng: Rng, pool: NoisePool) -> Image:
    """Furrows along v."""
    value = (
        1 + 0.14 * pool.field("streak", rng) + 0.1 * pool.field("fine", rng) + 0.06 * pool.field("grain", rng)
    )
    base = rng.uniform(84, 116)
    return compose((base, base * 0.92, base * 0.80), value)


def birch_bark(rng: Rng, pool: NoisePool) -> Image:
    """Nearly white, with short dark scars across and dark patches."""
    value = 1 + 0.05 * pool.field("fine", rng) + 0.05 * pool.field("cloud", rng)
    scar = np.clip((pool.field("fibre", rng) - 1.7) * 3, 0, 1)
    patch = np.clip((pool.field("blotch", rng) - 1.5) * 4, 0, 1)
    dark = np.maximum(scar, patch)[..., None]
    white = np.array([206.0, 203, 196]) * value[..., None]
    return _opaque(white * (1 - dark) + np.array([58.0, 54, 50]) * dark)


def plane_bark(rng: Rng, pool: NoisePool) -> Image:
    """Flakes of three tones: olive, grey-brown and cream."""
    field = pool.field("blotch", rng) + 0.4 * pool.field("fine", rng)
    tones = np.array([[104.0, 100, 80], [142, 134, 112], [188, 180, 152]]) * rng.uniform(0.9, 1.1)
    image = tones[np.digitize(field, [-0.5, 0.7])]
    return _opaque(image * (1 + 0.05 * pool.field("grain", rng))[..., None])


def cherry_bark(rng: Rng, pool: NoisePool) -> Image:
    """Dark and glossy red-brown, ringed by lighter pores."""
    ring = (np.arange(SURFACE_PX) % 64 < 7)[:, None] & (pool.field("fibre", rng) > -0.4)
    value = 1 + 0.08 * pool.field("fibre", rng) + 0.06 * pool.field("fine", rng) + 0.45 * ring
    return compose((92, 72, 64), value.astype(np.float32))


def _opaque(rgb: np.ndarray) -> Image:
    out = np.zeros((SURFACE_PX, SURFACE_PX, 4), np.float32)
    out[..., :3] = rgb
    return np.clip(out, 0, 255).astype(np.uint8)
