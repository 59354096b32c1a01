"""Height of the sun and haze -> light of the clear sky in every direction, and of the sun through the air.

After S. Hillaire, "A scalable and production ready sky and atmosphere rendering technique" (EGSR 2020), with
the air of E. Bruneton and F. Neyret, "Precomputed atmospheric scattering" (EGSR 2008): light that air and
haze scatter once along the ray, and an isotropic estimate of all further times; ozone absorbs. It holds by
day and in twilight.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["CD_PER_M2", "SUN_IRRADIANCE", "ClearSky", "clear_sky", "sun_through_air"]

Floats = NDArray[np.float64]

CD_PER_M2 = 25_000.0
"""Luminance of radiance 1: a clear zenith at noon is near 0.2."""
SUN_IRRADIANCE = np.array([1.0, 0.985, 0.955]) * 128_000.0 / CD_PER_M2
"""Outside the air (128 klx), as a camera balanced for daylight sees it."""

_GROUND_M, _TOP_M = 6_360e3, 6_440e3
_AIR = np.array([5.802e-6, 13.558e-6, 33.1e-6])  # scattering per metre at sea level: red, green, blue
_OZONE = np.array([1.77e-6, 1.55e-6, 0.22e-6])  # absorption per metre at 25 km
# Estimates: the Chappuis band averaged by eye over a camera's broad bands, for a column of about 300 Dobson
# units. With values of three single wavelengths, as renderers use them, twilight is violet.
_AIR_HEIGHT_M, _HAZE_HEIGHT_M = 8_000.0, 1_200.0
_HAZE_ALBEDO, _HAZE_FORWARD = 0.93, 0.76
_GROUND_ALBEDO = 0.25
_STEPS = 28
_LUT_HEIGHTS, _LUT_ANGLES = 24, 96
_AZIMUTHS, _ELEVATIONS = 72, 72


class ClearSky:
    """The clear sky as a table over elevation and azimuth from the sun.

    Attributes:
        radiance: (72, 73, 3) float32, row i at elevation 90 degrees * (i / 71)^2, column j at 180 * j / 72
            degrees of azimuth from the sun.
    """

    def __init__(self, radiance: Floats) -> None:
        self.radiance = radiance.astype(np.float32)

    def toward(self, directions: Floats, sun_azimuth_rad: float) -> Floats:
        """Radiance (..., 3) toward unit vectors (..., 3), those below the horizon as at it."""
        elevation = np.arcsin(np.clip(directions[..., 2], 0.0, 1.0))
        away = np.abs(np.arctan2(directions[..., 1], directions[..., 0]) - sun_azimuth_rad) % (2 * np.pi)
        away = np.minimum(away, 2 * np.pi - away)
        rows = np.sqrt(elevation / (np.pi / 2)) * (_ELEVATIONS - 1)
        columns = away / np.pi * _AZIMUTHS
        shape = rows.shape if rows.ndim == 2 else (1, -1)
        found = cv2.remap(
            self.radiance,
            columns.astype(np.float32).reshape(shape),
            rows.astype(np.float32).reshape(shape),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(found, np.float64).reshape(*rows.shape, 3)


@lru_cache(maxsize=64)
def clear_sky(sun_elevation_rad: float, turbidity: float) -> ClearSky:
    """The clear sky with the sun at a height, above or below the horizon.

    Args:
        sun_elevation_rad: of the sun's middle.
        turbidity: optical depth of air and haze over that of air, 1 or more.
    """
    rows = (np.arange(_ELEVATIONS) / (_ELEVATIONS - 1)) ** 2 * (np.pi / 2)
    columns = np.arange(_AZIMUTHS + 1) / _AZIMUTHS * np.pi
    elevation, away = np.meshgrid(rows, columns, indexing="ij")
    direction = np.stack(
        [np.cos(elevation) * np.cos(away), np.cos(elevation) * np.sin(away), np.sin(elevation)], -1
    ).reshape(-1, 3)
    sun = np.array([np.cos(sun_elevation_rad), 0.0, np.sin(sun_elevation_rad)])
    once = _scattered(np.full(len(direction), 200.0), direction, sun, turbidity, _multiple(turbidity))
    return ClearSky((once[0] * SUN_IRRADIANCE).reshape(_ELEVATIONS, _AZIMUTHS + 1, 3))


def sun_through_air(sun_elevation_rad: float, turbidity: float, height_m: float = 0.0) -> Floats:
    """Share (3,) of the sun's light that reaches a height above the sea; 0 where the earth hides the sun."""
    mu = np.array([np.sin(sun_elevation_rad)])
    return np.asarray(_through(np.array([max(height_m, 1.0)]), mu, turbidity)[0])


def _density(height_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Air, haze and ozone over their greatest, at heights."""
    return (
        np.exp(-height_m / _AIR_HEIGHT_M),
        np.exp(-height_m / _HAZE_HEIGHT_M),
        np.maximum(0.0, 1.0 - np.abs(height_m - 25_000.0) / 15_000.0),
    )


def _haze(turbidity: float) -> float:
    """Extinction of haze per metre at sea level: by definition of turbidity, at green light."""
    return float((turbidity - 1.0) * _AIR[1] * _AIR_HEIGHT_M / _HAZE_HEIGHT_M)


def _extinction(height_m: Floats, turbidity: float) -> Floats:
    air, haze, ozone = _density(height_m)
    return np.asarray(air[..., None] * _AIR + haze[..., None] * _haze(turbidity) + ozone[..., None] * _OZONE)


def _to_top_m(height_m: Floats, mu: Floats) -> Floats:
    radius = _GROUND_M + height_m
    return np.asarray(np.sqrt(np.maximum((radius * mu) ** 2 + _TOP_M**2 - radius**2, 0.0)) - radius * mu)


def _to_ground_m(height_m: Floats, mu: Floats) -> Floats:
    """Where a ray meets the ground; inf where it does not."""
    radius = _GROUND_M + height_m
    root = (radius * mu) ** 2 + _GROUND_M**2 - radius**2
    hits = (mu < 0) & (root >= 0)
    return np.where(hits, -radius * mu - np.sqrt(np.maximum(root, 0.0)), np.inf)


@lru_cache(maxsize=8)
def _through_table(turbidity: float) -> Floats:
    """(heights, angles, 3) share of light that comes through from outside, smooth across the horizon."""
    height = (np.arange(_LUT_HEIGHTS) / (_LUT_HEIGHTS - 1)) ** 2 * (_TOP_M - _GROUND_M)
    mu = _angle_to_mu(np.arange(_LUT_ANGLES) / (_LUT_ANGLES - 1))
    height, mu = (a.ravel() for a in np.meshgrid(height, mu, indexing="ij"))
    reach = _to_top_m(height, mu)  # through the ground too, where the air is as dense as above it
    depth = np.zeros((len(height), 3))
    count = 48
    for k in range(count):
        t = reach * ((k + 0.5) / count)
        at = np.sqrt((_GROUND_M + height) ** 2 + t * t + 2 * (_GROUND_M + height) * mu * t) - _GROUND_M
        depth += _extinction(np.maximum(at, 0.0), turbidity) * (reach / count)[:, None]
    return np.exp(-depth).reshape(_LUT_HEIGHTS, _LUT_ANGLES, 3)


def _angle_to_mu(place: Floats) -> Floats:
    """Table place 0..1 -> sine of the elevation -1..1, finest near the horizon."""
    signed = 2 * place - 1
    return np.asarray(np.sign(signed) * signed**2)


def _mu_to_angle(mu: Floats) -> Floats:
    return np.asarray((np.sign(mu) * np.sqrt(np.abs(mu)) + 1) / 2)


def _through(height_m: Floats, mu: Floats, turbidity: float) -> Floats:
    """(N, 3) share of the sun's light at heights (N,) with the sun at sines (N,); soft as the disc sets."""
    rows = np.sqrt(np.clip(height_m / (_TOP_M - _GROUND_M), 0, 1)) * (_LUT_HEIGHTS - 1)
    found = _looked_up(_through_table(turbidity), rows, _mu_to_angle(mu) * (_LUT_ANGLES - 1))
    # The height is as seen, with refraction; the disc is 0.53 degrees wide.
    dip = -np.sqrt(np.maximum(1 - (_GROUND_M / (_GROUND_M + height_m)) ** 2, 0.0))
    risen = np.clip((mu - dip + 0.0046) / 0.0093, 0.0, 1.0)
    return np.asarray(found * risen[:, None])


def _looked_up(table: Floats, rows: Floats, columns: Floats) -> Floats:
    """Bilinear values (N, 3) of a table at places."""
    i = np.clip(rows.astype(np.intp), 0, table.shape[0] - 2)
    j = np.clip(columns.astype(np.intp), 0, table.shape[1] - 2)
    a = np.clip(rows - i, 0, 1)[:, None]
    b = np.clip(columns - j, 0, 1)[:, None]
    top = table[i, j] * (1 - b) + table[i, j + 1] * b
    low = table[i + 1, j] * (1 - b) + table[i + 1, j + 1] * b
    return np.asarray(top * (1 - a) + low * a)


def _scattered(
    start_m: Floats, direction: Floats, sun: Floats, turbidity: float, multiple: Floats | None
) -> tuple[Floats, Floats]:
    """Light scattered toward starts (N,) m above the sea from directions (N, 3), for a sun of irradiance 1.

    Args:
        start_m: heights.
        direction: unit vectors, z up.
        sun: (3,) or (N, 3) unit vectors toward it.
        turbidity: haze.
        multiple: table of light scattered more than once; None: phase functions are taken as isotropic, and
            light from the ground counts.

    Returns:
        (N, 3) radiance, and (N, 3) the same if every place of the air shone with radiance 1.
    """
    mu, sun_z = direction[:, 2], np.broadcast_to(sun, direction.shape)[:, 2]
    towards = (direction * sun).sum(-1)
    ground = _to_ground_m(start_m, mu)
    reach = np.minimum(_to_top_m(start_m, mu), ground)
    air_phase = 3 / (16 * np.pi) * (1 + towards**2)
    g = _HAZE_FORWARD
    haze_phase = (
        3 / (8 * np.pi) * (1 - g * g) * (1 + towards**2)
        / ((2 + g * g) * (1 + g * g - 2 * g * towards) ** 1.5)
    )  # fmt: skip
    if multiple is None:
        air_phase = haze_phase = np.full(len(mu), 1 / (4 * np.pi))
    light, share = np.zeros((len(mu), 3)), np.zeros((len(mu), 3))
    through = np.ones((len(mu), 3))
    edges = (np.arange(_STEPS + 1) / _STEPS) ** 2
    for near, far in itertools.pairwise(edges):
        t, step = reach * (near + far) / 2, reach * (far - near)
        radius = np.sqrt((_GROUND_M + start_m) ** 2 + t * t + 2 * (_GROUND_M + start_m) * mu * t)
        height = np.maximum(radius - _GROUND_M, 0.0)
        sun_mu = ((_GROUND_M + start_m) * sun_z + t * towards) / radius
        air, haze, _ = _density(height)
        of_air = air[:, None] * _AIR
        of_haze = haze[:, None] * (_haze(turbidity) * _HAZE_ALBEDO * np.ones(3))
        lit = _through(height, sun_mu, turbidity)
        source = lit * (of_air * air_phase[:, None] + of_haze * haze_phase[:, None])
        if multiple is not None:
            rows = np.sqrt(height / (_TOP_M - _GROUND_M)) * (len(multiple) - 1)
            columns = _mu_to_angle(np.clip(sun_mu, -1, 1)) * (multiple.shape[1] - 1)
            source += (of_air + of_haze) * _looked_up(multiple, rows, columns)
        extinct = np.maximum(_extinction(height, turbidity), 1e-12)
        held = np.exp(-extinct * step[:, None])
        light += through * source * (1 - held) / extinct
        share += through * (of_air + of_haze) * (1 - held) / extinct
        through = through * held
    if multiple is None:
        hits = np.isfinite(ground)
        bounce = np.maximum(sun_z, 0.0)[:, None] * _through(np.zeros(len(mu)), sun_z, turbidity)
        light += np.where(hits[:, None], through * bounce * (_GROUND_ALBEDO / np.pi), 0.0)
    return light, share


@lru_cache(maxsize=8)
def _multiple(turbidity: float) -> Floats:
    """(heights, sun angles, 3) isotropic light of all scattering after the first (Hillaire, eq. 5 to 10)."""
    rows, columns = 12, 32
    height = (np.arange(rows) / (rows - 1)) ** 2 * (_TOP_M - _GROUND_M)
    sun_mu = _angle_to_mu(np.arange(columns) / (columns - 1))
    height, sun_mu = (a.ravel() for a in np.meshgrid(np.maximum(height, 1.0), sun_mu, indexing="ij"))
    # Directions spread evenly over the sphere (Fibonacci's spiral).
    count = 48
    z = 1 - (2 * np.arange(count) + 1) / count
    turn = np.arange(count) * np.pi * (3 - np.sqrt(5))
    sphere = np.stack([np.sqrt(1 - z * z) * np.cos(turn), np.sqrt(1 - z * z) * np.sin(turn), z], -1)
    sun = np.stack([np.sqrt(1 - sun_mu**2), np.zeros_like(sun_mu), sun_mu], -1)
    second, share = _scattered(
        np.repeat(height, count), np.tile(sphere, (len(height), 1)), np.repeat(sun, count, 0), turbidity, None
    )
    second = second.reshape(-1, count, 3).mean(1)
    share = share.reshape(-1, count, 3).mean(1)
    return np.asarray((second / (1 - share)).reshape(rows, columns, 3))
