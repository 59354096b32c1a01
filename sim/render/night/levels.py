"""The environment of a moment -> how much of the street shines, as a few numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.environment import Environment
from sim.render.atmosphere import CD_PER_M2

__all__ = ["NightLevels", "night_levels"]

LAMP_RADIANCE = 15.0 / np.pi / CD_PER_M2
"""Radiance of white paper 7.5 m below a street lamp: about 15 lux, what lit streets in
towns have on average (class C3 of EN 13201-2), 12 stops below daylight."""


@dataclass(frozen=True)
class NightLevels:
    """How much shines.

    Attributes:
        lamps: radiance of white paper below a street lamp; 0 while they are off.
        homes: share of the windows of homes that are lit, 0..1.
        shops: share of shop windows and lit signs, 0..1.
        headlights: True if whoever drives has lamps lit.
    """

    lamps: float
    homes: float
    shops: float
    headlights: bool

    def windows(self, sky_radiance: float) -> float:
        """Radiance of white paper in a lit room, seen through its window.

        At night it is that below a street lamp: brighter, windows were white holes in a picture exposed for
        the street. In dusk it follows the sky up to a dozen times that, the light of real rooms.

        Args:
            sky_radiance: of white paper below the sky.
        """
        return self.lamps + min(2.0 * sky_radiance, 12.0 * self.lamps)

    @property
    def is_dark(self) -> bool:
        """True if lamps light the street."""
        return self.lamps > 0


def night_levels(environment: Environment) -> NightLevels:
    """What shines in an environment.

    Street lamps are switched on when the sun is 4 degrees high (`Environment.is_dark`) and are at full power
    when it sets; windows are lit one after the other until it is 8 degrees below the horizon. Late at night,
    when the sun is far below it, most people sleep and half the shops are dark.
    """
    elevation = environment.sun_elevation_deg
    if not environment.is_dark:
        return NightLevels(0.0, 0.0, 0.0, environment.has_headlights_on)
    awake = float(np.interp(elevation, [-45.0, -25.0, -8.0, 4.0], [0.12, 0.3, 0.42, 0.0]))
    shops = float(np.interp(elevation, [-45.0, -25.0, -4.0, 4.0], [0.45, 0.8, 0.9, 0.5]))
    lamps = LAMP_RADIANCE * float(np.interp(elevation, [0.0, 4.0], [1.0, 0.35]))
    return NightLevels(lamps, awake, shops, True)
