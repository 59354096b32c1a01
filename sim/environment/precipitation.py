"""Rainfall and snowfall -> how many drops and flakes of which size are in the air, and how fast they fall.

Sources: J. S. Marshall and W. M. Palmer, "The distribution of raindrops with size" (J. Meteor. 5, 1948);
D. Atlas, R. C. Srivastava and R. S. Sekhon, "Doppler radar characteristics of precipitation at vertical
incidence" (Rev. Geophys. 11, 1973), a fit to fall speeds of R. Gunn and G. D. Kinzer (J. Meteor. 6, 1949);
K. L. S. Gunn and J. S. Marshall, "The distribution with size of aggregate snowflakes" (J. Meteor. 15, 1958);
E. W. Holroyd (1971) for the density of flakes; M. P. Langleben, "The terminal velocity of snowflakes"
(Q. J. R. Meteor. Soc. 80, 1954).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Precipitation", "rain", "snow"]

Floats = NDArray[np.float64]

_RAIN_EDGES_MM = np.array([0.5, 0.75, 1.0, 1.35, 1.75, 2.25, 3.0, 4.0, 5.5])
_SNOW_EDGES_MM = np.array([0.4, 0.7, 1.0, 1.4, 2.0, 3.0, 4.5])
_NO_DROPS = np.zeros(0)


@dataclass(frozen=True, eq=False)
class Precipitation:
    """What is in a cubic metre of air, by class of size.

    Attributes:
        diameter_m: (K,) of the middle of each class, as it is seen.
        spread: (K,) half the width of the class, as a share of the diameter.
        per_m3: (K,) drops or flakes in a cubic metre.
        fall_mps: (K,) terminal speed.
        is_snow: whether they are flakes.
    """

    diameter_m: Floats
    spread: Floats
    per_m3: Floats
    fall_mps: Floats
    is_snow: bool


def rain(rain_mm_per_h: float) -> Precipitation:
    """Drops of 0.5 to 5.5 mm; smaller ones are fog to a camera, larger ones break.

    Args:
        rain_mm_per_h: rainfall; 0 gives no classes.
    """
    if rain_mm_per_h <= 0:
        return Precipitation(_NO_DROPS, _NO_DROPS, _NO_DROPS, _NO_DROPS, False)
    slope_per_mm = 4.1 * rain_mm_per_h**-0.21
    counts, middle_mm = _classes(_RAIN_EDGES_MM, 8000.0, slope_per_mm)
    spread = np.diff(_RAIN_EDGES_MM) / 2 / middle_mm
    return Precipitation(middle_mm / 1000, spread, counts, 9.65 - 10.3 * np.exp(-0.6 * middle_mm), False)


def snow(snow_mm_per_h: float) -> Precipitation:
    """Aggregates of crystals, by the diameter of the drop they melt to.

    Args:
        snow_mm_per_h: snowfall as water; 0 gives no classes.
    """
    if snow_mm_per_h <= 0:
        return Precipitation(_NO_DROPS, _NO_DROPS, _NO_DROPS, _NO_DROPS, True)
    slope_per_mm = 2.55 * snow_mm_per_h**-0.48
    counts, melted_mm = _classes(_SNOW_EDGES_MM, 3800.0 * snow_mm_per_h**-0.87, slope_per_mm)
    # A flake weighs what its drop weighs and has the density 0.17 g/cm3 over its diameter in mm (Holroyd).
    diameter_mm = np.sqrt(melted_mm**3 / 0.17)
    spread = np.diff(_SNOW_EDGES_MM) / 2 / melted_mm
    return Precipitation(diameter_mm / 1000, spread, counts, 1.6 * (melted_mm / 10) ** 0.31, True)


def _classes(edges_mm: Floats, intercept: float, slope_per_mm: float) -> tuple[Floats, Floats]:
    """Integrals of N0 exp(-slope D) between edges, (K,) per m3, and the middles of the classes."""
    left = np.exp(-slope_per_mm * edges_mm)
    return intercept / slope_per_mm * (left[:-1] - left[1:]), (edges_mm[:-1] + edges_mm[1:]) / 2
