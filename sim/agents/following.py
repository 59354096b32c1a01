"""Gaps and speeds -> accelerations: how a driver follows what is ahead, and what is still safe.

The Intelligent Driver Model (Treiber, Hennecke and Helbing 2000, Phys. Rev. E 62:1805) says how people
like to drive; the safe speed of Gipps (1981, Transp. Res. B 15:105) says what physics still allows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ACCEL_MPS2",
    "BRAKE_MPS2",
    "HARD_BRAKE_MPS2",
    "equilibrium_gap_m",
    "idm_accel_mps2",
    "safe_speed_mps",
]

Floats = NDArray[np.float64]

ACCEL_MPS2 = 1.9
"""Acceleration from standstill."""
BRAKE_MPS2 = 2.0
"""Comfortable deceleration."""
HARD_BRAKE_MPS2 = 7.0
"""Deceleration that safety counts on."""


def idm_accel_mps2(
    speed_mps: Floats,
    desired_mps: Floats,
    gap_m: Floats,
    closing_mps: Floats,
    headway_s: Floats,
    standstill_m: Floats,
    accel_mps2: Floats | float = ACCEL_MPS2,
    brake_mps2: Floats | float = BRAKE_MPS2,
) -> Floats:
    """Acceleration of the Intelligent Driver Model.

    Args:
        speed_mps: (...,) own speeds.
        desired_mps: (...,) speeds on a free road, > 0.
        gap_m: (...,) free distance ahead, inf if the road is free.
        closing_mps: (...,) own speed less that of the vehicle ahead.
        headway_s: (...,) time headway kept.
        standstill_m: (...,) gap kept at standstill.
        accel_mps2: (...,) acceleration from standstill.
        brake_mps2: (...,) comfortable deceleration.

    Returns:
        (...,) accelerations, m/s^2; braking for a lower desired speed is limited to the comfortable.
    """
    free = np.maximum(1 - (speed_mps / np.maximum(desired_mps, 0.1)) ** 4, -brake_mps2 / accel_mps2)
    wanted = standstill_m + np.maximum(
        speed_mps * headway_s + speed_mps * closing_mps / (2 * np.sqrt(accel_mps2 * brake_mps2)), 0.0
    )
    return np.asarray(accel_mps2 * (free - (wanted / np.maximum(gap_m, 0.05)) ** 2))


def equilibrium_gap_m(speed_mps: float, desired_mps: float, headway_s: float, standstill_m: float) -> float:
    """Gap at which a driver follows at constant speed."""
    return float((standstill_m + speed_mps * headway_s) / np.sqrt(1 - (speed_mps / desired_mps) ** 4))


def safe_speed_mps(gap_m: Floats, leader_mps: Floats, dt_s: float) -> Floats:
    """Largest speed at the next tick from which braking hard still ends behind a leader that brakes hard.

    Args:
        gap_m: (...,) free distance ahead now.
        leader_mps: (...,) speed of what is ahead.
        dt_s: length of the tick: the driver's move before braking begins.
    """
    b = HARD_BRAKE_MPS2
    reach = np.maximum(gap_m, 0.0)
    # One tick with the new speed, one more until braking bites.
    tau = 1.5 * dt_s
    return np.asarray(-b * tau + np.sqrt((b * tau) ** 2 + leader_mps**2 + 2 * b * reach))
