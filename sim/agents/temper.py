"""Names of drivers and a seed -> how each of them drives: speed, distance, acceleration, reaction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.following import ACCEL_MPS2, BRAKE_MPS2
from sim.agents.head_lamps import drivers_temper
from sim.agents.setting import Setting

__all__ = ["Temper", "temper_of"]

Floats = NDArray[np.float64]

_SPEED_SHARE, _SPEED_SPREAD = 1.0, 0.1
"""Free speed over the limit: normal, as Eclipse SUMO draws it (``speedFactor`` of class passenger)."""
_HEADWAY_S, _HEADWAY_SPREAD = 1.05, 0.22
_STANDSTILL_M, _STANDSTILL_SPREAD = 1.8, 0.2
"""Medians near those of city traffic in Treiber and Kesting 2013, Traffic Flow Dynamics, table 11.2: 1 s and
2 m. Distances are skewed to the right; the spreads of their logarithms are ours."""
_ACCEL_SPREAD, _BRAKE_SPREAD = 0.16, 0.14
_LONG_WHEELBASE_M, _LONG_SHARE = 4.2, 0.65
"""Buses and lorries pull away with this share of a car's acceleration."""
_REACTION_S, _REACTION_SPREAD = 0.72, 0.43
"""Who expects a signal reacts after 0.70 to 0.75 s (Green 2000, Transp. Human Factors 2:195). The spread of
the logarithm is that of Johansson and Rumar 1965 (Uppsala): median 0.9 s, a quarter above 1.2 s."""


@dataclass(frozen=True, eq=False)
class Temper:
    """One entry per driver.

    Attributes:
        speed_share: (V,) speed on a free road over the limit, 0.8 to 1.2.
        headway_s: (V,) time headway kept, 0.68 to 1.63.
        standstill_m: (V,) gap kept at standstill, 1.2 to 2.7.
        accel_mps2: (V,) acceleration from standstill.
        brake_mps2: (V,) comfortable deceleration.
        reaction_s: (V,) from a free way to pulling away, 0.3 to 1.7.
        lamps: (V, 3) as `drivers_temper`.
    """

    speed_share: Floats
    headway_s: Floats
    standstill_m: Floats
    accel_mps2: Floats
    brake_mps2: Floats
    reaction_s: Floats
    lamps: Floats


def temper_of(setting: Setting, rows: NDArray[np.intp]) -> Temper:
    """How drivers differ; every figure is cut off at two spreads.

    Args:
        setting: the street and its cast.
        rows: (V,) roster rows of drivers.
    """
    first = drivers_temper(setting.seed, [setting.roster.names[row] for row in rows])
    drawn = [setting.draws(int(row), "temper").normal(size=4) for row in rows]
    more = np.clip(np.array(drawn, float).reshape(-1, 4), -2, 2)
    strong = np.where(setting.wheelbase_m[rows] >= _LONG_WHEELBASE_M, _LONG_SHARE, 1.0)
    return Temper(
        speed_share=_SPEED_SHARE + _SPEED_SPREAD * first[:, 0],
        headway_s=_HEADWAY_S * np.exp(_HEADWAY_SPREAD * first[:, 1]),
        standstill_m=_STANDSTILL_M * np.exp(_STANDSTILL_SPREAD * more[:, 0]),
        accel_mps2=ACCEL_MPS2 * strong * np.exp(_ACCEL_SPREAD * more[:, 1]),
        brake_mps2=BRAKE_MPS2 * np.exp(_BRAKE_SPREAD * more[:, 2]),
        reaction_s=_REACTION_S * np.exp(_REACTION_SPREAD * more[:, 3]),
        lamps=first,
    )
