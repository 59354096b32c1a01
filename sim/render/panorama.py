"""Environment -> light of clear air and clouds all around, as a panorama without fog. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.environment import Environment
from sim.render.atmosphere import CD_PER_M2, SUN_IRRADIANCE, clear_sky, sun_through_air
from sim.render.clouds import Clouds, clouds, panorama_directions, panorama_places

__all__ = ["clear_of_clouds", "falling_light", "sky_panorama"]

Floats = NDArray[np.float64]

_NIGHT_CLEAR = np.array([0.80, 1.0, 1.35]) * 0.025 / CD_PER_M2
_NIGHT_CLOUDS = np.array([1.35, 1.0, 0.72]) * 0.08 / CD_PER_M2
# What a town sends up comes back, from clouds more and warmer: 0.025 and 0.08 cd/m2, as measured overhead in
# towns (Kyba et al., "Red is the new black", MNRAS 2012; Jechow et al., Sci. Rep. 2017).
_CLOUD_STEP_DEG = 3.0
_HAZE_OF_DISTANCE_M = 42_000.0


def sky_panorama(environment: Environment, direct: Floats) -> Floats:
    """Radiance (H, W, 3) of clear air and clouds, without fog; 1 is 25,000 cd/m2.

    Args:
        environment: light and weather.
        direct: (3,) irradiance of the sun on a surface facing it, on the ground, without clouds.
    """
    elevation, azimuth = np.deg2rad(environment.sun_elevation_deg), np.deg2rad(environment.sun_azimuth_deg)
    directions = panorama_directions()
    air = clear_sky(float(elevation), environment.turbidity).toward(directions, float(azimuth))
    cover = environment.cloud_cover
    radiance = air + _NIGHT_CLEAR * (1.0 + 2.5 * np.exp(-directions[..., 2:] / 0.12))
    if cover <= 0.0:
        return radiance
    seen = _clouds_of(environment)
    # The sun reaches the layer a little longer than the ground.
    above = SUN_IRRADIANCE * sun_through_air(elevation, environment.turbidity, 1_500.0)
    sky_light = falling_light(air)
    toward = (directions * environment.sun_direction_world).sum(-1)
    glow = 0.75 + 0.5 * np.clip(toward, 0.0, 1.0) ** 6 + 0.25 * toward
    lit = 0.22 * above * (seen.lit * glow)[..., None]
    # Below an unbroken layer the light has no side any more (Moon and Spencer 1942).
    closed = float(np.clip((cover - 0.55) / 0.4, 0.0, 1.0))
    diffuse = sky_light + direct / np.pi * max(float(np.sin(elevation)), 0.0)
    from_above = (0.55 - 0.25 * closed) * diffuse[None, None] * (1 + 2 * directions[..., 2:]) / 3 * 9 / 7
    shade = from_above * (0.75 + 0.35 * seen.high + 0.25 * (seen.lit - 0.4))[..., None]
    body = lit * (1 - closed) + shade * (1.15 - 0.15 * closed)
    body += _NIGHT_CLOUDS * (0.6 + 0.7 * (1 - seen.lit) * seen.hidden)[..., None]
    far = np.exp(-seen.away_m / _HAZE_OF_DISTANCE_M)[..., None]
    hidden = np.maximum(seen.hidden, closed**2)[..., None] * np.maximum(far, closed * 0.99)
    return np.asarray(radiance * (1 - hidden) + body * hidden)


def clear_of_clouds(environment: Environment, toward: Floats) -> float:
    """Share of a disc in the sky, toward (3,) unit vector, that clouds leave free."""
    if environment.cloud_cover <= 0.0:
        return 1.0
    columns, rows = panorama_places(toward)
    seen = _clouds_of(environment)
    hidden = float(seen.hidden[int(rows), int(columns) % seen.hidden.shape[1]])
    return float((1.0 - hidden) * (1.0 - np.clip((environment.cloud_cover - 0.55) / 0.3, 0, 1)))


def falling_light(panorama: Floats) -> Floats:
    """(3,) light that a white surface facing up gets: irradiance over pi."""
    z = panorama_directions()[:, 0, 2]
    weight = z * np.gradient(z) * 2
    return np.asarray((panorama.mean(1) * weight[:, None]).sum(0) / weight.sum())


def _clouds_of(environment: Environment) -> Clouds:
    azimuth_deg = round(environment.sun_azimuth_deg / _CLOUD_STEP_DEG) * _CLOUD_STEP_DEG
    return clouds(min(environment.cloud_cover, 0.9), azimuth_deg, environment.cloud_seed)
