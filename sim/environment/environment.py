"""Light and weather at one moment, as a value. What the renderer shows of it changes color, never a label."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["RANGES", "Environment"]

RANGES: dict[str, tuple[float, float]] = {
    "sun_azimuth_deg": (-360.0, 360.0),
    "sun_elevation_deg": (-90.0, 90.0),
    "turbidity": (2.0, 8.0),
    "cloud_cover": (0.0, 1.0),
    "visibility_m": (20.0, 60000.0),
    "rain_mm_per_h": (0.0, 100.0),
    "snow_mm_per_h": (0.0, 20.0),
    "wetness": (0.0, 1.0),
    "puddles": (0.0, 1.0),
    "snow_cover": (0.0, 1.0),
    "lens_drops": (0.0, 1.0),
    "wind_mps": (0.0, 30.0),
    "wind_azimuth_deg": (-360.0, 360.0),
}
"""Smallest and largest value of each number."""

_DARK_DEG = 4.0
_DIM_M = 1000.0


@dataclass(frozen=True)
class Environment:
    """Light and weather.

    Attributes:
        sun_azimuth_deg: where the sun stands, counter-clockwise from +X (east), degrees.
        sun_elevation_deg: height of the sun above the horizon; below 0 it is dusk, dawn or night.
        turbidity: haze of the clear sky in Preetham's model, 2 (clear) to 8 (hazy).
        cloud_cover: 0 clear to 1 overcast.
        visibility_m: meteorological optical range: at this distance 5 % of the contrast is left (WMO-No. 8).
        rain_mm_per_h: rainfall.
        snow_mm_per_h: snowfall, as water.
        wetness: of every surface under the open sky, 0 dry to 1 wet.
        puddles: share of the low places that hold water.
        snow_cover: share of the ground and of what faces up that snow lies on.
        lens_drops: share of the lens that drops may lie on.
        wind_mps: speed of the wind, drives rain, snow and clouds.
        wind_azimuth_deg: where the wind blows to, counter-clockwise from +X.
        cloud_seed: picks the clouds.

    Raises:
        ValueError: the field, its value, what would be right.
    """

    sun_azimuth_deg: float = 135.0
    sun_elevation_deg: float = 42.0
    turbidity: float = 3.0
    cloud_cover: float = 0.25
    visibility_m: float = 20000.0
    rain_mm_per_h: float = 0.0
    snow_mm_per_h: float = 0.0
    wetness: float = 0.0
    puddles: float = 0.0
    snow_cover: float = 0.0
    lens_drops: float = 0.0
    wind_mps: float = 1.5
    wind_azimuth_deg: float = 20.0
    cloud_seed: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value}, wanted {low:g} to {high:g}")

    @property
    def sun_direction_world(self) -> NDArray[np.float64]:
        """Unit vector toward the sun, (3,) float64."""
        azimuth, elevation = np.deg2rad(self.sun_azimuth_deg), np.deg2rad(self.sun_elevation_deg)
        return np.array(
            [np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)]
        )

    @property
    def is_dark(self) -> bool:
        """True when street lamps are lit: the sun is less than 4 degrees above the horizon."""
        return self.sun_elevation_deg < _DARK_DEG

    @property
    def has_headlights_on(self) -> bool:
        """True when drivers light their lamps: in the dark, in rain and snow, in fog."""
        return self.is_dark or self.rain_mm_per_h > 0 or self.snow_mm_per_h > 0 or self.visibility_m < _DIM_M

    @property
    def extinction_per_m(self) -> float:
        """Extinction coefficient of the air, Koschmieder's law with a threshold of 5 %."""
        return float(-np.log(0.05)) / self.visibility_m

    def toward(self, other: Environment, share: float) -> Environment:
        """The environment a share of the way to another, every number taken linearly, clouds kept.

        Args:
            other: where it goes.
            share: 0 (this one) to 1 (the other).
        """
        mixed = {name: (1 - share) * getattr(self, name) + share * getattr(other, name) for name in RANGES}
        return dataclasses.replace(self, **mixed)
