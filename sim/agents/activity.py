"""Places and speeds of everybody at a tick -> what each is doing: parked, moving, standing, crossing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.setting import Setting
from sim.agents.state import Activity

__all__ = ["activities"]

Floats = NDArray[np.float64]

_STILL_MPS = 0.1
"""Slower than this is standing: shifting one's weight, creeping at a stop line."""


def activities(setting: Setting, xy_m: Floats, velocity_mps: Floats) -> NDArray[np.uint8]:
    """What everybody is doing.

    Args:
        setting: the street and its cast.
        xy_m: (N, 2) positions in the world.
        velocity_mps: (N, 2) in the world.

    Returns:
        (N,) uint8 `Activity`. A person on foot on the carriageway is crossing it, at whatever speed;
        riders do what their vehicle does, by their own speed: who turns on the spot moves with the seat.
    """
    roster = setting.roster
    vehicle = np.array([kind.is_vehicle for kind in roster.categories], bool)
    vehicle[setting.riders] = vehicle[setting.carriers]
    still = np.hypot(velocity_mps[:, 0], velocity_mps[:, 1]) < _STILL_MPS
    out = np.where(
        vehicle,
        np.where(still, Activity.STOPPED, Activity.MOVING),
        np.where(still, Activity.STANDING, Activity.WALKING),
    )
    out[roster.parked] = Activity.PARKED
    on_foot = ~vehicle
    on_foot[setting.riders] = False
    people = np.flatnonzero(on_foot)
    out[people[_on_carriageway(setting, xy_m[people])]] = Activity.CROSSING
    cross = out[setting.carriers] == Activity.CROSSING
    out[setting.riders[cross]] = Activity.CROSSING
    return out.astype(np.uint8)


def _on_carriageway(setting: Setting, xy_m: Floats) -> NDArray[np.bool_]:
    """(P,) bool: the ground's topmost patch is road."""
    ground = setting.world.ground
    is_road = np.array([*(patch.kind == "road" for patch in ground), False], bool)
    level = sorted({patch.z_m for patch in ground if patch.kind == "road"})
    # Most people stand on pavements, and the height of the ground is quickly known.
    out = np.isin(setting.ground(xy_m), level)
    out[out] = is_road[setting.world.ground_patch(xy_m[out])]
    return np.asarray(out, bool)
