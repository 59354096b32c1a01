"""A generator -> light and weather of one run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.environment.environment import Environment

__all__ = ["sample_environment"]


@dataclass(frozen=True)
class _Sky:
    sun_elevation_deg: tuple[float, float]
    cloud_cover: tuple[float, float]
    turbidity: tuple[float, float]


_SKIES: tuple[tuple[float, _Sky], ...] = (
    (0.40, _Sky((25.0, 65.0), (0.0, 0.45), (2.2, 4.5))),
    (0.22, _Sky((5.0, 16.0), (0.0, 0.5), (2.5, 5.5))),
    (0.23, _Sky((15.0, 55.0), (0.8, 1.0), (3.0, 7.0))),
    (0.15, _Sky((15.0, 60.0), (0.45, 0.7), (2.5, 6.0))),
)
"""Clear, low sun, overcast, broken clouds: share of the draws and ranges."""


def sample_environment(rng: np.random.Generator) -> Environment:
    """Daylight of any kind."""
    sky = _SKIES[int(rng.choice(len(_SKIES), p=[share for share, _ in _SKIES]))][1]
    return Environment(
        sun_azimuth_deg=round(float(rng.uniform(-180.0, 180.0)), 2),
        sun_elevation_deg=round(float(rng.uniform(*sky.sun_elevation_deg)), 2),
        cloud_cover=round(float(rng.uniform(*sky.cloud_cover)), 3),
        turbidity=round(float(rng.uniform(*sky.turbidity)), 2),
        visibility_m=round(float(np.exp(rng.uniform(np.log(6e3), np.log(3e4))))),
        cloud_seed=int(rng.integers(2**31)),
    )
