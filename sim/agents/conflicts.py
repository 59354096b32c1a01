"""Lanes of junctions -> where two of them cross, merge or part, as tables of distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from sim.agents.lanes import LaneMap

__all__ = ["LaneConflicts"]

_CLEARANCE_M = 2.8
"""Centre lines nearer than this cannot be driven side by side."""


class LaneConflicts:
    """How lanes of junctions get in each other's way.

    A lane belongs to a junction if it follows a lane with a stop line.

    Attributes:
        is_junction: (L,) bool.
        gate_s_m: (L,) where to wait on a lane before the junction it leads into; inf if it leads into none.
        enter_s_m: (L, L) distance along the first lane where it comes too near to the second; inf if never.
        leave_s_m: (L, L) distance along the first lane after which the second is clear; -inf if always.
        shared_s_m: (L, L) up to which distance traffic on the second lane is *on* the first: inf on the
            diagonal, the length of the common beginning for lanes that part, -inf otherwise.
    """

    def __init__(self, lanes: LaneMap) -> None:
        count = len(lanes.ids)
        self.is_junction = np.zeros(count, bool)
        self.gate_s_m = np.full(count, np.inf)
        parents = np.full(count, -1, np.intp)
        for k, lane in enumerate(lanes.lanes):
            if lane.stop_line_s_m >= 0:
                self.gate_s_m[k] = lane.stop_line_s_m
                for name in lane.successors:
                    self.is_junction[lanes.index(name)] = True
                    parents[lanes.index(name)] = k
        self.enter_s_m = np.full((count, count), np.inf)
        self.leave_s_m = np.full((count, count), -np.inf)
        self.shared_s_m = np.where(np.eye(count, dtype=bool), np.inf, -np.inf)
        inside = np.flatnonzero(self.is_junction)
        for i in inside:
            for j in inside[inside > i]:
                self._compare(lanes, int(i), int(j), bool(parents[i] == parents[j]))

    def yields_to(self, lanes: LaneMap) -> NDArray[np.bool_]:
        """(L, L) bool: the second lane's traffic goes before the first's."""
        out = np.zeros((len(lanes.ids), len(lanes.ids)), bool)
        for k, lane in enumerate(lanes.lanes):
            out[k, [lanes.index(name) for name in lane.yields_to]] = True
        return out

    def _compare(self, lanes: LaneMap, i: int, j: int, same_origin: bool) -> None:
        s_i, xy_i, _ = lanes.points(i)
        s_j, xy_j, _ = lanes.points(j)
        near_m = min(_CLEARANCE_M, float(min(lanes.width_m[i], lanes.width_m[j])) - 0.05)
        close = cdist(xy_i, xy_j) < near_m
        on_i, on_j = close.any(1), close.any(0)
        if not on_i.any():
            return
        if same_origin:
            # Both start at the same place: they part where the common beginning ends.
            parted = [
                float(s[np.argmin(on)]) if not on.all() else np.inf for s, on in ((s_i, on_i), (s_j, on_j))
            ]
            self.shared_s_m[i, j] = self.shared_s_m[j, i] = max(parted)
            return
        self.enter_s_m[i, j], self.leave_s_m[i, j] = s_i[on_i][0], s_i[on_i][-1]
        self.enter_s_m[j, i], self.leave_s_m[j, i] = s_j[on_j][0], s_j[on_j][-1]
