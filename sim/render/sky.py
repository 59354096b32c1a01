"""Environment -> the sky as a texture, and the few colors of light that shaders need. NumPy only.

Radiance 1 is 25,000 cd/m2 everywhere, so that sun, twilight, clouds and lamps keep their true shares.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.environment import RANGES, Environment
from sim.render.atmosphere import CD_PER_M2, SUN_IRRADIANCE, sun_through_air
from sim.render.clouds import panorama_directions, panorama_places
from sim.render.night.levels import night_levels
from sim.render.panorama import clear_of_clouds, falling_light, sky_panorama

__all__ = ["SKY_PX", "SkyLight", "hemi_octahedral_directions", "make_sky"]

Floats = NDArray[np.float64]

SKY_PX = 1024
_KEY = 0.24
# A gray card (albedo 0.18) in the open is brought near this scene-linear value before the tone curve.

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_LN2 = float(np.log(2.0))
_SUN_SR = 6.8e-5
_MOON = np.array([1.0, 0.96, 0.86]) * 4_000.0 / CD_PER_M2
# The full moon lights about a quarter of a lux (Kyba et al., "How bright is moonlight?", Astronomy and
# Geophysics 2017) with a disc as wide as the sun's: 4000 cd/m2, a little redder.
_LAMPLIGHT = np.array([1.0, 0.82, 0.58])
_LAMPS_M = 9.0
_STREET_M = 60.0
"""How far one looks in a street, typically; lamps light the fog as high as 9 m."""
_LOWEST_DEG = 2.0
"""Shadows are cast as by a sun of this height even when it is lower."""
_FOG_TOP_M = 220.0
"""Fog is as deep as this; visibility above that of clear air counts as haze, which is in the turbidity."""
_CLEAR_AIR_M = 20_000.0

_STEPS = {"sun_azimuth_deg": 0.25, "sun_elevation_deg": 0.05, "turbidity": 0.1, "cloud_cover": 0.01}
_VISIBILITY_STEPS = 24  # an octave
# A sky is made anew when it has changed by as much as can be seen, so that slow changes cost little.


@dataclass(frozen=True, eq=False)
class SkyLight:
    """What shaders need of a sky.

    Attributes:
        radiance: (SKY_PX, SKY_PX, 3) float32, hemi-octahedral map of the upper half, linear.
        sun_direction_world: (3,) unit vector that the sun's light comes from, 2 degrees high or more.
        sun_radiance: (3,) irradiance of the sun on a surface facing it, divided by pi.
        disc_world: (3,) unit vector toward the sun's disc, or the full moon's when the sun has set.
        disc_glare: (3,) radiance of the disc, through clouds and fog.
        up, horizon, ground: (3,) light that an upward, sideways, downward facing white surface gets.
        fog: (3,) color that distance fades into.
        fog_sun: (3,) what is added to it toward the sun.
        fog_per_m: halvings of contrast a metre.
        exposure: factor from radiance to the film of a camera exposed for the open street.
    """

    radiance: NDArray[np.float32]
    sun_direction_world: Floats
    sun_radiance: Floats
    disc_world: Floats
    disc_glare: Floats
    up: Floats
    horizon: Floats
    ground: Floats
    fog: Floats
    fog_sun: Floats
    fog_per_m: float
    exposure: float


def hemi_octahedral_directions(size_px: int) -> Floats:
    """World direction of every texel, (S, S, 3): u = (x + y), v = (x - y) on the octahedron's upper half."""
    line = (np.arange(size_px) + 0.5) / size_px * 2 - 1
    u, v = np.meshgrid(line, line)
    x, y = (u + v) / 2, (u - v) / 2
    z = 1 - np.abs(x) - np.abs(y)
    d = np.stack([x, y, np.maximum(z, 0)], -1)
    return np.asarray(d / np.linalg.norm(d, axis=-1, keepdims=True))


def make_sky(environment: Environment) -> SkyLight:
    """The sky of an environment; those of environments that look alike share their radiance."""
    steps = {name: round(getattr(environment, name) / step) * step for name, step in _STEPS.items()}
    fields = {name: float(np.clip(value, *RANGES[name])) for name, value in steps.items()}
    octave = round(_VISIBILITY_STEPS * np.log2(environment.visibility_m)) / _VISIBILITY_STEPS
    fields["visibility_m"] = float(np.clip(2.0**octave, *RANGES["visibility_m"]))
    like = _sky_of(Environment(**fields, cloud_seed=environment.cloud_seed))
    return dataclasses.replace(like, fog_per_m=environment.extinction_per_m / _LN2)


@lru_cache(maxsize=2)
def _sky_of(environment: Environment) -> SkyLight:
    elevation = np.deg2rad(environment.sun_elevation_deg)
    sun = environment.sun_direction_world
    through = 1.0 - np.clip((environment.cloud_cover - 0.55) / 0.3, 0, 1)
    direct = SUN_IRRADIANCE * sun_through_air(elevation, environment.turbidity)
    panorama = sky_panorama(environment, direct)
    veil = _veil(environment)
    # Fog is lit by all that comes down on it, and by lamps as high as they stand.
    down = falling_light(panorama) + direct / np.pi * max(float(sun[2]), 0.0) * through
    fogged = panorama * veil[..., None] + (1 - veil[..., None]) * down * 0.9
    lamps = night_levels(environment).lamps
    veiled = 1.0 - float(np.exp(-_STREET_M * environment.extinction_per_m))
    up_z = np.maximum(panorama_directions()[..., 2:], 0.01)
    lamplit = 1.0 - np.exp(-_LAMPS_M * environment.extinction_per_m / up_z)
    fogged = fogged + _LAMPLIGHT * (0.22 * lamps * veiled) * lamplit
    sun_veil = _seen_through_fog(environment, float(sun[2]))
    sun_radiance = direct / np.pi * through * sun_veil
    up = falling_light(fogged)
    up = up + (up @ _LUMA - up) * 0.3  # a street's walls and clouds off the map take the blue out of shade
    z = panorama_directions()[:, 0, 2]
    level = fogged.mean(1)
    # Half of what a wall sees is sky, most of it low; below lies the ground.
    weight = np.where((z > 0.02) & (z < 0.6), np.gradient(z), 0.0)
    horizon = (level * weight[:, None]).sum(0) / weight.sum() * 0.62
    open_field = up + sun_radiance * max(float(sun[2]), 0.0)
    ground = (up * 0.85 + sun_radiance * max(float(sun[2]), 0.0)) * np.array([0.17, 0.165, 0.155])
    fog = level[(z > 0.01) & (z < 0.10)].mean(0)
    toward = np.maximum(_toward_sun(fogged, sun) - fog, 0.0)
    # A street in fog is as bright as the fog.
    metered = 0.55 * float(open_field.mean()) + 0.45 * float(up.mean()) + lamps
    metered *= 1.0 + 1.4 * veiled
    return SkyLight(
        _texture(fogged),
        _raised(environment),
        sun_radiance,
        *_disc(environment, direct),
        up,
        horizon,
        ground,
        fog,
        np.asarray(0.6 * toward),
        environment.extinction_per_m / _LN2,
        _KEY / (0.18 * metered),
    )


def _disc(environment: Environment, direct: Floats) -> tuple[Floats, Floats]:
    """Where the disc in the sky is, and its radiance: the sun's or, when it has set, that of a full moon.

    A full moon stands opposite the sun. Its light on the street is less than lamps' and is left out.
    """
    toward, radiance = environment.sun_direction_world, direct / _SUN_SR
    if toward[2] < 0:
        toward = -toward
        radiance = _MOON * sun_through_air(float(np.arcsin(toward[2])), environment.turbidity)
    veil = _seen_through_fog(environment, float(toward[2]))
    return toward, np.asarray(radiance * (veil * clear_of_clouds(environment, toward)))


def _seen_through_fog(environment: Environment, up: float) -> float:
    """Share of the light of something in the sky, at a sine of elevation, that comes through fog."""
    return float(np.exp(-_fog_per_m(environment) * _FOG_TOP_M / max(up, 0.03)))


def _fog_per_m(environment: Environment) -> float:
    """Extinction of fog beyond that of clear air."""
    return max(environment.extinction_per_m - float(-np.log(0.05)) / _CLEAR_AIR_M, 0.0)


def _veil(environment: Environment) -> Floats:
    """(H, W) share of the sky's light that comes through the fog."""
    up = np.maximum(panorama_directions()[..., 2], 0.004)
    return np.asarray(np.exp(-_fog_per_m(environment) * _FOG_TOP_M / up))


def _toward_sun(panorama: Floats, sun: Floats) -> Floats:
    """(3,) what the sky shows low down in the direction of the sun."""
    directions = panorama_directions()
    near = (directions @ (sun * [1, 1, 0]) > 0.9 * np.hypot(sun[0], sun[1])) & (directions[..., 2] < 0.12)
    return np.asarray(panorama[near].mean(0)) if near.any() else np.zeros(3)


def _raised(environment: Environment) -> Floats:
    """Where shadows are cast from: the sun, or above the horizon where it has set."""
    azimuth = np.deg2rad(environment.sun_azimuth_deg)
    elevation = np.deg2rad(max(environment.sun_elevation_deg, _LOWEST_DEG))
    level = np.cos(elevation)
    return np.array([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)])


@lru_cache(maxsize=1)
def _texels() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return panorama_places(hemi_octahedral_directions(SKY_PX))


def _texture(panorama: Floats) -> NDArray[np.float32]:
    """The panorama as a hemi-octahedral map."""
    columns, rows = _texels()
    image = np.pad(panorama.astype(np.float32), ((0, 0), (0, 1), (0, 0)), mode="wrap")
    return np.asarray(cv2.remap(image, columns, rows, cv2.INTER_LINEAR), np.float32)
