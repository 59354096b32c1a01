"""People who walk -> how fast each likes to go now, and what distance they keep to those ahead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.avoidance import HEADWAY_S
from sim.agents.setting import Setting
from sim.bodies import PersonSpec

__all__ = ["Paces"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_HEADWAY_SPREAD = 0.2
"""Of the logarithm; ours."""
_PERIOD_S, _LONGER_S = 6.0, 5.0
_RUNS = 0.45
"""Share of the time that children who run do run."""
_REST_MPS = 1.0


class Paces:
    """Speeds of people who walk.

    Args:
        setting: the street and its cast.
        rows: (K,) their roster rows.

    Attributes:
        plays: (K,) bool, children who run.
        headway_s: (K,) time kept to who walks ahead; those who walk together take the same speed.
    """

    def __init__(self, setting: Setting, rows: Ints) -> None:
        roles = [setting.roles[r] for r in rows]
        group = setting.group[rows]
        speed = np.array([role.speed_mps for role in roles], float)
        runs = np.array([role.behavior == "run" for role in roles], bool)
        specs = [setting.roster.specs[r] for r in rows]
        child = np.array([isinstance(s, PersonSpec) and s.age == "child" for s in specs], bool)
        self.plays = runs & child
        for number in np.unique(group[group >= 0]).tolist():
            mine = np.flatnonzero((group == number) & ~self.plays)
            if len(mine):
                speed[mine] = speed[mine].min()
        self._speed_mps = speed
        draws = np.array([_drawn(setting, int(r)) for r in rows], float).reshape(-1, 3)
        self.headway_s = HEADWAY_S * np.exp(_HEADWAY_SPREAD * np.clip(draws[:, 0], -2, 2))
        self._period_s = _PERIOD_S + _LONGER_S * draws[:, 1]
        self._phase = draws[:, 2]

    def at(self, time_s: float) -> Floats:
        """(K,) speeds at a time: of children who play, now a run and now a walk."""
        turn = (time_s / self._period_s + self._phase) % 1
        return np.where(self.plays & (turn > _RUNS), np.minimum(_REST_MPS, self._speed_mps), self._speed_mps)


def _drawn(setting: Setting, row: int) -> tuple[float, float, float]:
    rng = setting.draws(row, "pace")
    return float(rng.normal()), float(rng.uniform()), float(rng.uniform())
