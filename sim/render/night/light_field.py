"""Street lamps and lit shop windows -> a volume of their light: how much arrives where, and from where.

What stands does not move and neither do its lamps, so their light is added up once, and a pixel pays for one
look into the volume however many lamps there are. It is kept as the flux vector (the sum of irradiance times
direction; Arvo, "The irradiance Jacobian", SIGGRAPH 1994, calls it vector irradiance), the scalar
irradiance (the sum of irradiance) and a tint. That is exact near one lamp; between lamps, what comes from all
around is what the two differ by.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.geometry import Mesh
from sim.scenery import Luminaire

__all__ = [
    "Emitters",
    "LightField",
    "black_body_rgb",
    "direct_field",
    "lamp_emitters",
    "light_field",
    "window_emitters",
]

Floats = NDArray[np.float64]

FULL_M = 7.5
"""A point this far below a street lamp gets irradiance 1."""

_TOP_M, _LAYERS = 11.0, 12
_MOST_CELLS = 400_000  # in a layer
_REACH_M = 34.0
_BOUNCE = 0.4  # of the light on the ground: a fifth comes back, and counts twice as it fills half a sphere
_SHOP = 0.09  # of the irradiance FULL_M below a lamp, a metre before a square metre of window


@dataclass(frozen=True, eq=False)
class Emitters:
    """Small areas that shine.

    Attributes:
        position_m: (L, 3) world frame.
        axis: (L, 3) unit: the direction the pattern is about; lamps down, windows out.
        across: (L, 3) unit: where lamps lean to; zero for windows and lanterns.
        strength: (L,) irradiance at one metre along the brightest direction, in units of FULL_M.
        kind: (L,) 0 road lamp, 1 lantern, 2 window.
        tint: (L, 3) linear, brightest channel 1.
    """

    position_m: Floats
    axis: Floats
    across: Floats
    strength: Floats
    kind: NDArray[np.int64]
    tint: Floats


@dataclass(frozen=True, eq=False)
class LightField:
    """Light in a box.

    Attributes:
        low_m: (3,) its lower corner, world frame.
        size_m: (3,) its extent.
        flux: (Z, Y, X, 4) float32 at cell centers: flux vector and scalar irradiance, in units of FULL_M.
        tint: (Y, X, 3) float32 linear, brightest channel 1.
    """

    low_m: Floats
    size_m: Floats
    flux: NDArray[np.float32]
    tint: NDArray[np.float32]

    def irradiance(self, points_m: Floats, normals: Floats) -> Floats:
        """What the shaders compute: (N,) irradiance at points (N, 3) on surfaces with unit normals (N, 3)."""
        share = (points_m - self.low_m) / self.size_m
        index = tuple(
            np.clip((share[:, k] * n).astype(int), 0, n - 1)
            for k, n in zip((2, 1, 0), self.flux.shape[:3], strict=True)
        )
        held = self.flux[index].astype(np.float64)
        flux, scalar = held[:, :3], held[:, 3]
        direct = np.maximum((flux * normals).sum(1), 0)
        return np.asarray(direct + 0.25 * np.maximum(scalar - np.linalg.norm(flux, axis=1), 0))


def black_body_rgb(temperature_k: float) -> Floats:
    """Linear sRGB of a black body, brightest channel 1, (3,) float64.

    Planck's law at the wavelengths of the three primaries (611, 549 and 465 nm), balanced for 4600 K: at
    night a camera settles between the color of lamps and daylight.
    """
    wavelength_m = np.array([611e-9, 549e-9, 465e-9])

    def planck(kelvin: float) -> Floats:
        return np.asarray(wavelength_m**-5 / np.expm1(0.014388 / (wavelength_m * kelvin)))

    rgb = planck(temperature_k) / planck(4600.0)
    return np.asarray(rgb / rgb.max())


def lamp_emitters(luminaires: Sequence[Luminaire]) -> Emitters:
    """Street lamps as emitters: a flat head throws light down and along the road, a lantern all around."""
    count = len(luminaires)
    position = np.array([lamp.position_m for lamp in luminaires], float).reshape(count, 3)
    yaw = np.array([lamp.yaw_rad for lamp in luminaires], float)
    down = np.array([lamp.throws_down for lamp in luminaires], bool)
    across = np.stack([np.cos(yaw), np.sin(yaw), np.zeros(count)], 1) * down[:, None]
    tint = np.array([black_body_rgb(lamp.temperature_k) for lamp in luminaires]).reshape(count, 3)
    strength = np.where(down, FULL_M**2, 0.42 * FULL_M**2)
    axis = np.tile([0.0, 0.0, -1.0], (count, 1))
    return Emitters(position, axis, across, strength, np.where(down, 0, 1), tint)


def window_emitters(meshes: Sequence[Mesh], layer: int) -> Emitters:
    """Shop windows as emitters: every face of a surface, where its middle is, as strong as it is large."""
    middle, axis, area = [np.zeros((0, 3))], [np.zeros((0, 3))], [np.zeros(0)]
    for mesh in meshes:
        faces = mesh.faces[mesh.layer[mesh.faces[:, 0]] == layer]
        corners = mesh.positions_m[faces].astype(float)
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        size = np.linalg.norm(cross, axis=1)
        middle.append(corners.mean(1)[size > 0])
        axis.append((cross / np.maximum(size, 1e-12)[:, None])[size > 0])
        area.append(size[size > 0] / 2)
    count = len(np.concatenate(area))
    tint = np.tile(black_body_rgb(3600.0), (count, 1))
    strength = _SHOP * np.concatenate(area)
    kind = np.full(count, 2)
    return Emitters(np.concatenate(middle), np.concatenate(axis), np.zeros((count, 3)), strength, kind, tint)


def light_field(sources: Sequence[Emitters], bounds_m: tuple[float, float, float, float]) -> LightField:
    """All light of emitters: what falls from them and what the lit ground sends back.

    Args:
        sources: what shines.
        bounds_m: (x0, y0, x1, y1) of the volume; it goes from the ground to above the lamps.

    Returns:
        The volume, a metre a cell or coarser in large worlds.
    """
    field = direct_field(sources, bounds_m)
    flux = field.flux.copy()
    flux[..., 3] += _bounced(flux[0, ..., 2], float(field.size_m[0]) / flux.shape[2])
    return dataclasses.replace(field, flux=flux)


def direct_field(sources: Sequence[Emitters], bounds_m: tuple[float, float, float, float]) -> LightField:
    """As `light_field`, without what the ground sends back."""
    x0, y0, x1, y1 = bounds_m
    cell = max(1.0, float(np.sqrt((x1 - x0) * (y1 - y0) / _MOST_CELLS)))
    nx, ny = max(1, round((x1 - x0) / cell)), max(1, round((y1 - y0) / cell))
    low, size = np.array([x0, y0, 0.0]), np.array([x1 - x0, y1 - y0, _TOP_M])
    flux = np.zeros((_LAYERS, ny, nx, 4), np.float32)
    tint = np.full((ny, nx, 3), 1e-6, np.float32)
    axes = [low[k] + (np.arange(n) + 0.5) / n * size[k] for k, n in enumerate((nx, ny, _LAYERS))]
    for part in sources:
        for i in range(len(part.position_m)):
            _add(flux, tint, axes, part, i)
    tint /= tint.max(-1, keepdims=True)
    return LightField(low, size, flux, tint)


def _bounced(ground: NDArray[np.float32], cell_m: float) -> NDArray[np.float32]:
    """Light that the lit ground sends up, (Z, Y, X): the higher, the wider the ground it comes from."""
    out = np.empty((_LAYERS, *ground.shape), np.float32)
    for k in range(_LAYERS):
        height_m = (k + 0.5) / _LAYERS * _TOP_M
        out[k] = _BOUNCE * cv2.GaussianBlur(
            ground, (0, 0), (2.0 + height_m) / cell_m, borderType=cv2.BORDER_CONSTANT
        )
    return out


def _add(
    flux: NDArray[np.float32], tint: NDArray[np.float32], axes: list[Floats], part: Emitters, i: int
) -> None:
    """Add one emitter to the cells it reaches."""
    at, kind = part.position_m[i], int(part.kind[i])
    reach = _REACH_M if kind < 2 else 9.0
    (i0, i1), (j0, j1) = (np.searchsorted(axes[k], [at[k] - reach, at[k] + reach]) for k in (0, 1))
    if i0 == i1 or j0 == j1:
        return
    away = np.empty((_LAYERS, j1 - j0, i1 - i0, 3))
    away[..., 0] = axes[0][i0:i1] - at[0]
    away[..., 1] = (axes[1][j0:j1] - at[1])[:, None]
    away[..., 2] = (axes[2] - at[2])[:, None, None]
    # No nearer than a cell: what lies between centers is a mixture of them.
    distance = np.maximum(np.sqrt((away * away).sum(-1)), 1.0)
    direction = away / distance[..., None]
    fade = np.clip(1 - (distance / reach) ** 2, 0, 1) ** 2
    irradiance = part.strength[i] * _pattern(part, i, direction) * fade / distance**2
    cells = (slice(None), slice(j0, j1), slice(i0, i1))
    flux[cells][..., :3] -= (irradiance[..., None] * direction).astype(np.float32)
    flux[cells][..., 3] += irradiance.astype(np.float32)
    tint[cells[1:]] += (irradiance[1, ..., None] * part.tint[i]).astype(np.float32)


def _pattern(part: Emitters, i: int, direction: Floats) -> Floats:
    """Share of the brightest intensity along directions (..., 3)."""
    along = direction @ part.axis[i]
    if part.kind[i] == 2:  # a window shines as paper does
        return np.asarray(np.maximum(along, 0))
    if part.kind[i] == 1:
        return np.asarray(np.clip((along + 0.55) / 0.35, 0, 1) * np.clip((1.05 - along) / 0.3, 0.1, 1))
    # A road lamp is brightest some 60 degrees along the road, dark from 80 degrees on, dim behind its pole.
    lean = direction @ part.across[i]
    sideways = np.sqrt(np.maximum(1 - along**2 - lean**2, 0))
    cut = np.clip((along - 0.16) / 0.22, 0, 1)
    return np.asarray(
        cut * cut * (3 - 2 * cut) * (1 + 1.6 * sideways**2) * np.clip(1 + 0.9 * lean, 0.35, 1.0)
    )
