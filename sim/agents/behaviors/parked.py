"""Parked vehicles: nothing to decide. Their place in the registry makes the name known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.behaviors.registry import behaviors
from sim.agents.crossings import Crossings
from sim.agents.setting import Setting

__all__ = ["Parked"]

Floats = NDArray[np.float64]


@behaviors.register("parked")
class Parked:
    """Stands in its bay.

    Args:
        setting: the street and its cast.
        crossings: unused; every behavior gets them.
        rows: roster rows of the vehicles.
    """

    def __init__(self, setting: Setting, crossings: Crossings, rows: NDArray[np.intp]) -> None:
        self._setting, self._rows = setting, rows

    def start(self) -> Floats:
        """(K, 3) x, y and yaw for the whole run."""
        roles = [self._setting.roles[r] for r in self._rows]
        lane = np.array([self._setting.lanes.index(role.lane) for role in roles], np.intp)
        xy, yaw = self._setting.lanes.position(lane, np.array([role.s_m for role in roles], float))
        aside = np.array([role.lateral_m for role in roles], float)
        xy = xy + np.stack([-np.sin(yaw), np.cos(yaw)], 1) * aside[:, None]
        turned = yaw + np.array([role.heading_offset_rad for role in roles], float)
        return np.concatenate([xy, turned[:, None]], 1)
