"""A state -> how bright each lamp of each vehicle is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.bodies import LampGroup, Lights
from sim.render.night.levels import night_levels
from sim.render.programs import NIGHT_HEAD
from sim.taxonomy import Semantic

__all__ = ["lamp_brightness", "lit_lamps"]

_BLINK_HZ = 1.5
_CYCLE_HEAD, _CYCLE_TAIL = 0.12, 0.35  # of a car's lamps


def lamp_brightness(state: WorldState) -> NDArray[np.float32]:
    """Brightness of each lamp group at slot group - 1, (N, 8) float32; indicators blink.

    A lamp that is on has 1, tail lamps less; after dark, head lamps have `NIGHT_HEAD`, bicycles' a share.
    """
    lights = lit_lamps(state)
    out = np.zeros((len(lights), 8), np.float32)
    on = float((state.time_s * _BLINK_HZ) % 1.0 < 0.5)

    def flag(which: Lights) -> NDArray[np.bool_]:
        return np.asarray((lights & np.uint8(which)) != 0)

    out[:, LampGroup.HEAD - 1] = flag(Lights.HEAD)
    out[:, LampGroup.TAIL - 1] = 0.45 * flag(Lights.HEAD)
    out[:, LampGroup.BRAKE - 1] = flag(Lights.BRAKE)
    out[:, LampGroup.LEFT - 1] = on * flag(Lights.LEFT)
    out[:, LampGroup.RIGHT - 1] = on * flag(Lights.RIGHT)
    if night_levels(state.environment).is_dark:
        is_cycle = [category.semantic == Semantic.BICYCLE for category in state.roster.categories]
        out[:, LampGroup.HEAD - 1] *= np.where(is_cycle, _CYCLE_HEAD * NIGHT_HEAD, NIGHT_HEAD)
        out[:, LampGroup.TAIL - 1] *= np.where(is_cycle, _CYCLE_TAIL, 1.0)
    return out


def lit_lamps(state: WorldState) -> NDArray[np.uint8]:
    """`Lights` of a state, (N,) uint8: in the dark, in rain and fog all but the parked have lamps on."""
    lights = state.poses.lights
    if not night_levels(state.environment).headlights:
        return lights
    return np.asarray(lights | np.where(state.roster.parked, 0, int(Lights.HEAD)).astype(np.uint8))
