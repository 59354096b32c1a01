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
        return self._setting.parked_pose
