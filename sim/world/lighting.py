"""Sun and sky of a world, as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Lighting"]


@dataclass(frozen=True)
class Lighting:
    """Daylight.

    Attributes:
        sun_azimuth_deg: where the sun stands, counter-clockwise from +X (east), degrees.
        sun_elevation_deg: height of the sun above the horizon, 3 to 75 degrees.
        turbidity: haze of the clear sky in Preetham's model, 2 (clear) to 8 (hazy).
        cloud_cover: 0 clear to 1 overcast; direct sun fades out above 0.7.
        exposure_ev: added to the automatic exposure, in stops.
        seed: picks the clouds.
    """

    sun_azimuth_deg: float = 135.0
    sun_elevation_deg: float = 45.0
    turbidity: float = 3.0
    cloud_cover: float = 0.3
    exposure_ev: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 3.0 <= self.sun_elevation_deg <= 75.0:
            raise ValueError(f"sun_elevation_deg {self.sun_elevation_deg}: wanted 3 to 75")
        if not 0.0 <= self.cloud_cover <= 1.0:
            raise ValueError(f"cloud_cover {self.cloud_cover}: wanted 0 to 1")

    @property
    def sun_direction_world(self) -> NDArray[np.float64]:
        """Unit vector toward the sun, (3,) float64."""
        azimuth, elevation = np.deg2rad(self.sun_azimuth_deg), np.deg2rad(self.sun_elevation_deg)
        return np.array(
            [np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)]
        )
