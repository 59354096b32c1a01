"""Places on lanes that people in mid-block or those on trajectories take -> how far drivers may go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.following import HARD_BRAKE_MPS2
from sim.agents.traffic import RoadView

__all__ = ["Blocks"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_PASSED_S = 0.5


@dataclass(frozen=True, eq=False)
class Blocks:
    """Places on lanes that are or will be taken, an entry each.

    Attributes:
        lane: (H,) numbers of lanes.
        s_m: (H,) distances along them.
        after_s: (H,) how soon.
        speed_mps: (H,) how fast what is there moves along the lane; 0 if it comes from aside or against it.
        crossed: (C,) bool, a vehicle is or comes onto the crossing before people who start now are over.
    """

    lane: Ints
    s_m: Floats
    after_s: Floats
    speed_mps: Floats
    crossed: NDArray[np.bool_]

    def with_more(self, more: Blocks) -> Blocks:
        """Both together."""
        names = ("lane", "s_m", "after_s", "speed_mps")
        lane, s_m, after_s, speed = (
            np.concatenate([getattr(self, name), getattr(more, name)]) for name in names
        )
        return Blocks(lane, s_m, after_s, speed, self.crossed | more.crossed)

    def nearest(self, view: RoadView) -> tuple[Floats, Floats]:
        """(V,) free distance ahead of each driver, (V,) speed of what is there; inf and 0 if nothing is."""
        count = len(view.traffic)
        if not len(self.lane) or not count:
            return np.full(count, np.inf), np.zeros(count)
        away = view.distance_to_m(self.lane, self.s_m)
        speed = np.maximum(view.traffic.speed_mps, 0.1)[:, None]
        # Where a driver will have passed before, there is nothing to wait for.
        passed = (away + view.length_m[:, None]) / speed < self.after_s[None, :] - _PASSED_S
        away = np.where((away > 0) & ~passed, away, np.inf)
        room = self.speed_mps[None, :] ** 2 + 2 * HARD_BRAKE_MPS2 * away
        first = room.argmin(1)
        out = away[np.arange(count), first]
        return out, np.where(np.isfinite(out), self.speed_mps[first], 0.0)
