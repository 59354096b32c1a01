"""Who is where on which lane -> who comes next before or behind any place, without looking at everybody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LaneOrder"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class LaneOrder:
    """Vehicles sorted along lanes.

    Args:
        lane: (K,) lanes; a vehicle may be on several.
        s_m: (K,) distances along them.
        who: (K,) the vehicles.
    """

    def __init__(self, lane: Ints, s_m: Floats, who: Ints) -> None:
        order = np.lexsort((who, s_m, lane))
        self._lane, self._s_m, self._who = lane[order], s_m[order], who[order]
        self._low, high = float(s_m.min(initial=0.0)), float(s_m.max(initial=0.0))
        # Distances of one lane lie apart from those of the next.
        self._span = high - self._low + 1.0
        self._key = self._lane * self._span + (self._s_m - self._low)

    def after(self, lane: Ints, s_m: Floats, but: Ints) -> tuple[Floats, Ints]:
        """The first farther along lanes than places on them.

        Args:
            lane: (N,) lanes.
            s_m: (N,) places.
            but: (N,) vehicles that do not count.

        Returns:
            (N,) where it is, inf if there is none, and (N,) who it is.
        """
        at = np.searchsorted(self._key, self._place(lane, s_m), side="right")
        at_m, found = self._at(at, lane, np.inf)
        own = np.isfinite(at_m) & (found == but)
        if own.any():
            at_m[own], found[own] = self._at(at[own] + 1, lane[own], np.inf)
        return at_m, found

    def before(self, lane: Ints, s_m: Floats, but: Ints) -> tuple[Floats, Ints]:
        """The last less far along lanes than places on them; as `after`, -inf if there is none."""
        at = np.searchsorted(self._key, self._place(lane, s_m), side="left") - 1
        at_m, found = self._at(at, lane, -np.inf)
        own = np.isfinite(at_m) & (found == but)
        if own.any():
            at_m[own], found[own] = self._at(at[own] - 1, lane[own], -np.inf)
        return at_m, found

    def _place(self, lane: Ints, s_m: Floats) -> Floats:
        return np.asarray(lane * self._span + np.clip(s_m - self._low, -0.5, self._span - 0.5))

    def _at(self, at: Ints, lane: Ints, otherwise: float) -> tuple[Floats, Ints]:
        if not len(self._key):
            return np.full(len(at), otherwise), np.zeros(len(at), np.intp)
        near = np.clip(at, 0, len(self._key) - 1)
        there = (at == near) & (self._lane[near] == lane)
        return np.where(there, self._s_m[near], otherwise), self._who[near]
