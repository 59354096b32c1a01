"""People who stand and talk: they keep their place and look from one to another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.behaviors.registry import behaviors
from sim.agents.crossings import Crossings
from sim.agents.setting import Setting
from sim.agents.snapshot import Snapshot, Walk
from sim.agents.state import WaitReason

__all__ = ["Stand"]

Ints = NDArray[np.intp]


@behaviors.register("stand")
class Stand:
    """Stands, facing as the scenario says.

    Args:
        setting: the street and its cast.
        crossings: unused; every behavior gets them.
        rows: roster rows of the people.
    """

    def __init__(self, setting: Setting, crossings: Crossings, rows: Ints) -> None:
        self._setting, self._rows = setting, rows
        self._yaw = np.array([setting.roles[r].yaw_rad for r in rows], float)
        draws = np.array([setting.draws(int(r), "stander").uniform(0, 1, 3) for r in rows]).reshape(-1, 3)
        self._phase, self._period_s = 2 * np.pi * draws[:, 0], 4.0 + 5.0 * draws[:, 1]
        self._sway = 2 * np.pi * draws[:, 2]

    def start(self) -> tuple[Ints, Ints]:
        """Who stands is on no path."""
        return np.full((len(self._rows), 3), -1, np.intp), np.zeros(len(self._rows), np.intp)

    def decide(self, snapshot: Snapshot, who: Ints) -> Walk:
        """What these people do until the next tick."""
        time_s = snapshot.tick * self._setting.dt_s
        count = len(who)
        look = 0.5 * np.tanh(2.5 * np.sin(2 * np.pi * time_s / self._period_s + self._phase))
        yaw = self._yaw + 0.08 * np.sin(2 * np.pi * time_s / 11.0 + self._sway)
        wait = np.full(count, WaitReason.NONE, np.uint8)
        nowhere, none = self.start()
        return Walk(who, np.zeros(count), yaw, look, wait, nowhere, none, np.zeros(count), np.zeros(count))
