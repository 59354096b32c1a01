"""Painted pictures and where dirt lies on them in, the soiled pictures out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.bodies.vehicles.atlas import Chart
from sim.randomness import stream

__all__ = ["Splash", "soiled"]

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]

_DUST = np.array([118, 108, 94], np.float32)
_ON_PAINT = np.array([172, 160, 140], np.float32)
_ROUGHNESS = 0.75
_BLOTCHES = (6, 24), (40, 160)
"""Rows and columns of the coarse and of the fine pattern."""


@dataclass(frozen=True)
class Splash:
    """Dirt that fades upward.

    Attributes:
        chart: name of the chart it lies on; the second coordinate of that chart is height.
        up_to_m: height at which none is left.
        share: what of the surface it covers at the bottom, 0..1.
    """

    chart: str
    up_to_m: float
    share: float


def soiled(
    albedo: Picture, material: Picture, atlas: dict[str, Chart], splashes: tuple[Splash, ...], seed: str
) -> tuple[Picture, Picture]:
    """The pictures with dirt on them.

    Args:
        albedo: (S, S, 4) RGB and paint mask.
        material: (S, S, 4) roughness, F0, emission, occlusion.
        atlas: charts by name.
        splashes: where dirt lies.
        seed: names the pattern.
    """
    albedo, material = albedo.copy(), material.copy()
    for splash in splashes:
        chart = atlas[splash.chart]
        left, top, right, bottom = chart.box_px
        low, high = chart.up
        # Above the highest splash nothing changes.
        top += int((bottom - top) * np.clip((high - splash.up_to_m) / (high - low), 0, 1))
        height, width = bottom - top, right - left
        z = np.linspace(splash.up_to_m, low, height, dtype=np.float32)[:, None]
        fade = np.clip(1 - z / splash.up_to_m, 0, 1)
        cover = splash.share * fade * _pattern(height, width, f"{seed}/{splash.chart}")
        # Glass is wiped, lamps are behind it: only what is dull or painted keeps its dirt.
        region = np.s_[top:bottom, left:right]
        *colors, paint = np.moveaxis(albedo[region], -1, 0)
        roughness, _, emission, _ = np.moveaxis(material[region], -1, 0)
        dull = (roughness > 60) & (emission == 0)
        cover = np.where(dull, cover, 0.3 * cover)
        mask = paint / np.float32(255)
        bare, clean = 1 - mask, 1 - cover
        for color, dust, on_paint in zip(colors, _DUST, _ON_PAINT, strict=True):
            color[:] = np.round(color * clean + (dust * bare + on_paint * mask) * cover)
        paint[:] = np.round(255 * mask * (1 - 0.8 * cover))
        rough = roughness / np.float32(255)
        roughness[:] = np.round(255 * (rough + (_ROUGHNESS - rough) * np.clip(1.5 * cover, 0, 1)))
    return albedo, material


def _pattern(height: int, width: int, seed: str) -> Floats:
    """(H, W) blotches, 0..1, coarse ones and fine ones."""
    rng = stream(0, f"vehicle/dirt/{seed}")
    out = np.zeros((height, width), np.float32)
    for weight, (rows, columns) in zip((0.6, 0.4), _BLOTCHES, strict=True):
        cells = Image.fromarray(rng.random((rows, columns)).astype(np.float32))
        out += np.float32(weight) * np.asarray(cells.resize((width, height), Image.Resampling.BILINEAR))
    return np.asarray(np.clip(0.3 + 0.7 * out, 0, 1), np.float32)
