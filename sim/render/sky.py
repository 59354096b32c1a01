"""Environment -> the sky as a texture, and the few colours of light that shaders need. NumPy only.

The clear sky is Preetham, Shirley and Smits, "A practical analytic model for daylight" (SIGGRAPH 1999):
Perez luminance distribution with their zenith fits. Clouds are fractal noise on a plane overhead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.environment import Environment
from sim.randomness import stream

__all__ = ["SKY_PX", "SkyLight", "hemi_octahedral_directions", "make_sky"]

SKY_PX = 512
_KEY = 0.24
# A grey card (albedo 0.18) in the open is brought near this scene-linear value before the tone curve.


@dataclass(frozen=True, eq=False)
class SkyLight:
    """What shaders need of a sky.

    Attributes:
        radiance: (SKY_PX, SKY_PX, 3) float32, hemi-octahedral map of the upper half, linear.
        sun_direction_world: (3,) unit vector toward the sun.
        sun_radiance: (3,) irradiance of the sun on a surface facing it, divided by pi.
        up, horizon, ground: (3,) light that an upward, sideways, downward facing white surface gets.
        fog: (3,) colour that distance fades into.
        fog_per_m: halvings of contrast a metre.
        exposure: factor from radiance to the tone curve.
    """

    radiance: NDArray[np.float32]
    sun_direction_world: NDArray[np.float64]
    sun_radiance: NDArray[np.float64]
    up: NDArray[np.float64]
    horizon: NDArray[np.float64]
    ground: NDArray[np.float64]
    fog: NDArray[np.float64]
    fog_per_m: float
    exposure: float


def hemi_octahedral_directions(size_px: int) -> NDArray[np.float64]:
    """World direction of every texel, (S, S, 3): u = (x + y), v = (x - y) on the octahedron's upper half."""
    line = (np.arange(size_px) + 0.5) / size_px * 2 - 1
    u, v = np.meshgrid(line, line)
    x, y = (u + v) / 2, (u - v) / 2
    z = 1 - np.abs(x) - np.abs(y)
    d = np.stack([x, y, np.maximum(z, 0)], -1)
    return np.asarray(d / np.linalg.norm(d, axis=-1, keepdims=True))


def _perez(
    a: float,
    b: float,
    c: float,
    d: float,
    e: float,
    cos_zenith: NDArray[np.float64] | float,
    gamma: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    return np.asarray((1 + a * np.exp(b / cos_zenith)) * (1 + c * np.exp(d * gamma) + e * np.cos(gamma) ** 2))


def _clear_sky(
    directions: NDArray[np.float64], sun: NDArray[np.float64], turbidity: float
) -> NDArray[np.float64]:
    """Preetham's sky in linear sRGB, kcd/m2 scaled by 0.04 so that a clear zenith is near 0.2."""
    t = turbidity
    cos_zenith = np.maximum(directions[..., 2], 0.03)
    gamma = np.arccos(np.clip(directions @ sun, -1, 1))
    sun_zenith = min(float(np.arccos(np.clip(sun[2], -1, 1))), 1.5)
    powers = np.array([sun_zenith**3, sun_zenith**2, sun_zenith, 1.0])
    haze = np.array([t * t, t, 1.0])
    chi = (4 / 9 - t / 120) * (np.pi - 2 * sun_zenith)
    zenith_y = max((4.0453 * t - 4.9710) * np.tan(chi) - 0.2155 * t + 2.4192, 0.4)
    fit_x = np.array(
        [
            [0.00166, -0.00375, 0.00209, 0],
            [-0.02903, 0.06377, -0.03202, 0.00394],
            [0.11693, -0.21196, 0.06052, 0.25886],
        ]
    )
    fit_y = np.array(
        [
            [0.00275, -0.0061, 0.00317, 0],
            [-0.04214, 0.0897, -0.04153, 0.00516],
            [0.15346, -0.26756, 0.0667, 0.26688],
        ]
    )
    zenith = (zenith_y, float(haze @ fit_x @ powers), float(haze @ fit_y @ powers))
    coefficients = (
        (
            0.1787 * t - 1.4630,
            -0.3554 * t + 0.4275,
            -0.0227 * t + 5.3251,
            0.1206 * t - 2.5771,
            -0.0670 * t + 0.3703,
        ),
        (
            -0.0193 * t - 0.2592,
            -0.0665 * t + 0.0008,
            -0.0004 * t + 0.2125,
            -0.0641 * t - 0.8989,
            -0.0033 * t + 0.0452,
        ),
        (
            -0.0167 * t - 0.2608,
            -0.0950 * t + 0.0092,
            -0.0079 * t + 0.2102,
            -0.0441 * t - 1.6537,
            -0.0109 * t + 0.0529,
        ),
    )
    luminance, x, y = (
        value * _perez(*c, cos_zenith, gamma) / _perez(*c, 1.0, sun_zenith)
        for value, c in zip(zenith, coefficients, strict=True)
    )
    xyz = np.stack([x / y * luminance, luminance, (1 - x - y) / y * luminance], -1)
    to_rgb = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
    return np.asarray(np.maximum(xyz @ to_rgb.T, 0) * 0.04)


def _noise(u: NDArray[np.float64], v: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Six octaves of value noise, 0..1."""
    total = np.zeros_like(u)
    for octave in range(6):
        lattice = rng.random((64, 64))
        x, y = u * 2.0**octave + 7.7 * octave, v * 2.0**octave + 3.1 * octave
        i, j = np.floor(x).astype(int), np.floor(y).astype(int)
        fx, fy = x - i, y - j
        fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
        i, j = i % 64, j % 64
        i1, j1 = (i + 1) % 64, (j + 1) % 64
        low = lattice[j, i] * (1 - fx) + lattice[j, i1] * fx
        high = lattice[j1, i] * (1 - fx) + lattice[j1, i1] * fx
        total += 0.5**octave * (low * (1 - fy) + high * fy)
    return total / 1.96875


def make_sky(environment: Environment) -> SkyLight:
    """The sky of an environment; equal values give equal skies."""
    sun = environment.sun_direction_world
    directions = hemi_octahedral_directions(SKY_PX)
    clear = _clear_sky(directions, sun, environment.turbidity)
    luma = clear.mean(-1, keepdims=True)
    # Preetham's horizon is mauve where cameras balanced for daylight see a pale, slightly blue white.
    haze = np.clip(1.0 - directions[..., 2:] / 0.30, 0, 1) ** 1.5 * (
        0.35 + 0.45 * min(float(sun[2]) * 2.5, 1.0)
    )
    clear = clear + (luma * np.array([1.08, 1.14, 1.22]) - clear) * haze
    cover = environment.cloud_cover
    height = np.maximum(directions[..., 2], 0.02)
    plane = directions[..., :2] / (height[..., None] + 0.12) * 2.2
    noise = _noise(plane[..., 0], plane[..., 1], stream(environment.cloud_seed, "sky/clouds"))
    threshold = 0.72 - 0.50 * cover
    density = np.clip((noise - threshold) / 0.16, 0, 1)[..., None]
    density = density * density * (3 - 2 * density)
    density = np.maximum(density, np.clip((cover - 0.75) / 0.2, 0, 1) * 0.96)
    mean = float(clear[directions[..., 2] > 0.2].mean())
    shade = 1.0 - 0.5 * np.clip(noise - threshold - 0.1, 0, 0.5)[..., None]
    lit = mean * (2.5 - 1.2 * cover) * shade * np.array([1.0, 0.99, 0.975])
    fade = np.clip(directions[..., 2:] * 9, 0, 1)
    radiance = clear * (1 - density * fade * 0.94) + lit * density * fade * 0.94
    # Direct sun: reddened by the air it crosses, dimmed as clouds close over it.
    air = 1.0 / (sun[2] + 0.12) - 1.0 / 1.12
    tint = np.array([1.0, 0.95, 0.86]) * np.exp(-np.array([0.05, 0.10, 0.19]) * air * 0.55)
    through = 1.0 - np.clip((cover - 0.55) / 0.25, 0, 1)
    sun_radiance = tint * (13.0 * mean / np.pi) * through * np.clip(sun[2] * 8, 0.35, 1.0)
    solid = directions[..., 2] > 0
    up = radiance[(directions[..., 2] > 0.35) & solid].mean(0)
    up = up + (up.mean() - up) * 0.4  # a street's walls and clouds off the map take the blue out of shade
    horizon = radiance[(directions[..., 2] < 0.5) & (directions[..., 2] > 0.02)].mean(0) * 0.62
    lit_ground = (up * 0.85 + sun_radiance * max(float(sun[2]), 0.0)) * np.array([0.17, 0.165, 0.155])
    fog = radiance[(directions[..., 2] < 0.12) & (directions[..., 2] > 0.01)].mean(0) * 0.9
    open_field = 0.55 * float((up + sun_radiance * float(sun[2])).mean()) + 0.45 * float(up.mean())
    exposure = _KEY / (0.18 * open_field)
    fog_per_m = environment.extinction_per_m / float(np.log(2.0))
    return SkyLight(
        radiance.astype(np.float32), sun, sun_radiance, up, horizon, lit_ground, fog, fog_per_m, exposure
    )
