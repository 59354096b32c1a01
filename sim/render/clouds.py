"""Cover and a seed -> fair-weather clouds around a place: how much they hide, how they are lit.

Clouds are columns between a flat base and a top that follows a fractal field on a torus. Looking up, a ray
crosses slices of that layer; what it meets first hides the rest. The picture is a panorama.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.randomness import stream

__all__ = ["PANORAMA_PX", "Clouds", "clouds", "panorama_directions", "panorama_places"]

Floats = NDArray[np.float64]
Image = NDArray[np.float32]

PANORAMA_PX = (1536, 320)
"""Width: azimuth 0 to 360 degrees, counter-clockwise. Height: sine of elevation 0 to 1, finer low down."""

_FIELD_PX, _FIELD_M = 1024, 22_000.0
_COARSEST_M = 2_800.0
_SLOPE = (
    1.7  # of the amplitude spectrum: outlines become as rough as those of cumulus (Lovejoy, Science 1982)
)
_LEVELS = 7
_BASE_M, _DEEP_M = 1_200.0, 480.0
_SLICES = 16
_SUNWARD_M = 260.0
_FINER = 3.3
_EARTH_M = 6_371e3
_LOWEST = 0.012  # sine of the elevation below which clouds are lost in the haze


@dataclass(frozen=True, eq=False)
class Clouds:
    """What is seen of clouds, as panoramas (H, W) float32.

    Attributes:
        hidden: share of the sky behind that they hide.
        lit: share of the sun's light that gets to where they are seen.
        high: how far up in the layer that is, 0 base to 1 top.
        away_m: distance to the layer's base.
    """

    hidden: Image
    lit: Image
    high: Image
    away_m: Image


@lru_cache(maxsize=1)
def panorama_directions() -> Floats:
    """Unit vector (H, W, 3) toward every pixel of a panorama; read-only."""
    width, height = PANORAMA_PX
    up = (np.arange(height) / (height - 1)) ** 2
    azimuth = np.arange(width) / width * 2 * np.pi
    up, azimuth = np.meshgrid(up, azimuth, indexing="ij")
    level = np.sqrt(1 - up * up)
    directions = np.stack([level * np.cos(azimuth), level * np.sin(azimuth), up], -1)
    directions.setflags(write=False)
    return directions


def panorama_places(directions: Floats) -> tuple[Image, Image]:
    """Columns and rows of a panorama toward unit vectors (..., 3); columns may be the one after the last."""
    width, height = PANORAMA_PX
    columns = np.arctan2(directions[..., 1], directions[..., 0]) / (2 * np.pi) % 1.0 * width
    rows = np.sqrt(np.clip(directions[..., 2], 0.0, 1.0)) * (height - 1)
    return columns.astype(np.float32), rows.astype(np.float32)


@lru_cache(maxsize=2)
def clouds(cover: float, sun_azimuth_deg: float, seed: int) -> Clouds:
    """The clouds of a sky.

    Args:
        cover: share of the sky in clouds, 0..1, as a plane sees it from above.
        sun_azimuth_deg: clouds are darker away from it; counter-clockwise from +X.
        seed: picks them.
    """
    directions = panorama_directions()
    up = np.maximum(directions[:, 0, 2], _LOWEST)
    radius = _EARTH_M * up
    away = np.sqrt(radius**2 + 2 * _EARTH_M * _BASE_M + _BASE_M**2) - radius
    level = np.sqrt(1 - up**2)
    texel_m = np.maximum(away * 2 * np.pi / PANORAMA_PX[0], 0.9 * _DEEP_M / _SLICES / up)
    blurs = np.clip(np.round(np.log2(np.maximum(texel_m / (_FIELD_M / _FIELD_PX), 1.0))), 0, _LEVELS - 1)
    sun = np.deg2rad(sun_azimuth_deg)
    shift = np.cos(sun) * _SUNWARD_M, np.sin(sun) * _SUNWARD_M
    way = directions[:, :, :2] / np.maximum(np.hypot(directions[..., 0], directions[..., 1]), 1e-9)[..., None]
    hidden, lit, high = (np.zeros(directions.shape[:2], np.float32) for _ in range(3))
    for blur in np.unique(blurs):
        rows = np.flatnonzero(blurs == blur)
        field, fine = _pyramid(seed)[int(blur)], _pyramid(seed + 1)[max(int(blur) - 1, 0)]
        reach, rise = (away * level)[rows, None], (level / up)[rows, None]
        parts = _slices(field, fine, way[rows], reach, rise, cover, shift)
        hidden[rows], lit[rows], high[rows] = parts
    return Clouds(hidden, lit, high, np.broadcast_to(away.astype(np.float32)[:, None], hidden.shape))


def _slices(
    field: Image,
    fine: Image,
    way: Floats,
    reach_m: Floats,
    rise: Floats,
    cover: float,
    shift_m: tuple[float, float],
) -> tuple[Image, Image, Image]:
    """`hidden`, `lit` and `high` of rows whose rays go `reach_m` to the base and on `rise` for each m up."""
    hidden, lit, high = (np.zeros(way.shape[:2], np.float32) for _ in range(3))
    scale = np.float32((field.shape[0] - 1) / _FIELD_M)
    spread = max(cover, 0.2)
    for k in range(_SLICES):
        share = (k + 0.5) / _SLICES
        at = (way * (reach_m + rise * (_DEEP_M * share))[..., None]).astype(np.float32) * scale
        sunward = at + np.array(shift_m, np.float32) * scale
        # Billows: the same field, finer, another part of it at every height.
        billow = (
            _wrapped(
                fine,
                at * np.float32(_FINER * (fine.shape[0] - 1) / (field.shape[0] - 1)) + np.float32(0.37 * k),
            )
            - 0.5
        )
        here = (_wrapped(field, at) - (1.0 - cover)) / spread + 0.3 * billow
        # Tops are domes: columns are the higher, the more the field exceeds its threshold.
        dense = np.clip((here - 0.06 - 1.05 * share**1.3) * 4.5, 0.0, 1.0)
        hides = (1.0 - np.exp(-0.8 * dense)) * (1.0 - hidden)
        shade = (_wrapped(field, sunward) - (1.0 - cover)) / spread + 0.3 * billow - 0.75 * share**1.6
        shade = np.clip(shade, 0.0, 1.0)
        lit += hides * np.exp(-2.4 * shade) * (0.3 + 0.7 * share**0.5)
        high += hides * share
        hidden += hides
    safe = np.maximum(hidden, 1e-4)
    return hidden, np.asarray(lit / safe, np.float32), np.asarray(high / safe, np.float32)


def _wrapped(field: Image, at: Image) -> Image:
    """Bilinear values of the field at places (H, W, 2) in its pixels, on the torus."""
    size = np.float32(field.shape[0] - 1)
    # A power of 2: this is exact, and a fraction of the cost of the operator `%`.
    place = at - np.floor(at / size) * size
    return np.asarray(cv2.remap(field, place, None, cv2.INTER_LINEAR), np.float32)


@lru_cache(maxsize=4)
def _pyramid(seed: int) -> list[Image]:
    """The field at sizes 1, 1/2, 1/4, ..., each with its first row and column again at the end."""
    field = _field(seed)
    out = []
    for _ in range(_LEVELS):
        out.append(np.pad(field, ((0, 1), (0, 1)), mode="wrap"))
        field = cv2.resize(field, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return out


def _field(seed: int) -> Image:
    """Fractal field on a torus, every value from 0 to 1 equally often."""
    rng = stream(seed, "sky/clouds")
    noise = np.fft.rfft2(rng.standard_normal((_FIELD_PX, _FIELD_PX)))
    fy = np.fft.fftfreq(_FIELD_PX)[:, None] * _FIELD_PX
    fx = np.fft.rfftfreq(_FIELD_PX)[None, :] * _FIELD_PX
    coarsest = _FIELD_M / _COARSEST_M
    field = np.fft.irfft2(noise * (fx**2 + fy**2 + coarsest**2) ** (-_SLOPE / 2), s=noise.shape[:1] * 2)
    rank = np.empty(field.size, np.float32)
    rank[np.argsort(field, axis=None)] = np.arange(field.size, dtype=np.float32) / field.size
    return rank.reshape(field.shape)
