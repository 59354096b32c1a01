"""People and vehicles on trajectories or scripts: nothing to decide, they are where these say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.behaviors.registry import behaviors
from sim.agents.crossings import Crossings
from sim.agents.setting import Setting
from sim.agents.snapshot import Snapshot, Walk
from sim.agents.state import WaitReason

__all__ = ["OnTrajectory"]

Ints = NDArray[np.intp]


@behaviors.register("scripted")
@behaviors.register("trajectory")
class OnTrajectory:
    """People who are led; others see them as they see anybody. Vehicles are led by `sim.agents.guided` alone.

    Args:
        setting: the street and its cast.
        crossings: unused; every behavior gets them.
        rows: roster rows of the people.
    """

    def __init__(self, setting: Setting, crossings: Crossings, rows: Ints) -> None:
        self._setting, self._rows = setting, rows

    def start(self) -> tuple[Ints, Ints]:
        """They are on no path of the pavement graph."""
        return np.full((len(self._rows), 3), -1, np.intp), np.zeros(len(self._rows), np.intp)

    def decide(self, snapshot: Snapshot, who: Ints) -> Walk:
        """They go on as they go; where they come to is the trajectory's."""
        crowd, none = snapshot.crowd, np.zeros(len(who))
        wait = np.full(len(who), WaitReason.NONE, np.uint8)
        nowhere, chosen = self.start()
        return Walk(who, crowd.speed_mps[who], crowd.yaw_rad[who], none, wait, nowhere, chosen, none, none)
