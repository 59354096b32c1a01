"""Light and weather -> who drives with the head lamps on; a rule that replays follow too."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.bodies import Lights
from sim.environment import Environment
from sim.randomness import stream

__all__ = ["drivers_temper", "lamps_on", "with_head_lamps"]

Floats = NDArray[np.float64]

_USUAL_DEG, _SPREAD_DEG = 12.0, 8.0


def lamps_on(environment: Environment, temper: Floats) -> NDArray[np.bool_]:
    """(V,) bool: some switch the lamps on early, everybody does in the dark, in rain, snow and fog.

    Args:
        environment: light and weather.
        temper: (V, 3) as `drivers_temper`.
    """
    early = environment.sun_elevation_deg < _USUAL_DEG + _SPREAD_DEG * temper[:, 2]
    return np.asarray(early | environment.has_headlights_on)


def drivers_temper(seed: int, names: Sequence[str]) -> Floats:
    """(V, 3) how drivers differ, standard normal, cut off at 2: eagerness, distance kept, early lamps.

    Args:
        seed: of the scenario.
        names: (V) of the vehicles.
    """
    drawn = [stream(seed, f"agents/{name}/driver").normal(size=3) for name in names]
    return np.asarray(np.clip(np.array(drawn, float).reshape(-1, 3), -2, 2))


def with_head_lamps(state: WorldState, seed: int) -> WorldState:
    """The state with the head lamps that drivers have on in its environment; all else as it is.

    Args:
        state: of any run.
        seed: of that run's scenario.
    """
    roster = state.roster
    drives = np.array([kind.is_vehicle for kind in roster.categories], bool) & ~roster.parked
    drives[list(roster.towed_by)] = False
    rows = np.flatnonzero(drives)
    temper = drivers_temper(seed, [roster.names[row] for row in rows])
    head = np.zeros(len(roster), bool)
    head[rows] = lamps_on(state.environment, temper)
    for trailer, tractor in roster.towed_by.items():
        head[trailer] = head[tractor]
    lights = np.where(head, state.poses.lights | Lights.HEAD, state.poses.lights & ~np.uint8(Lights.HEAD))
    return dataclasses.replace(state, poses=dataclasses.replace(state.poses, lights=lights.astype(np.uint8)))
