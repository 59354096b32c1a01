"""Crossings as tables: whom drivers must stop for, and when people may step on the road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.setting import Setting
from sim.agents.state import SignalColor
from sim.agents.traffic import RoadView

__all__ = ["STOPPABLE_MPS2", "Claims", "Crossings"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

STOPPABLE_MPS2 = 3.0
"""A driver who would have to brake harder than this goes on, and people let him."""
_MARGIN_M = 1.5


@dataclass(frozen=True, eq=False)
class Claims:
    """Where people are on crossings, one entry per person in the crowd.

    Attributes:
        crossing: (P,) number of the crossing somebody is on or waits at, -1 for none.
        along_m: (P,) distance walked from its `start_m` toward its `end_m`.
        forward: (P,) True if walking from start to end.
        on_road: (P,) True on the crossing, False while waiting beside it.
    """

    crossing: Ints
    along_m: Floats
    forward: Bools
    on_road: Bools


class Crossings:
    """All places where a lane passes below a crossing, one entry each.

    Attributes:
        crossing: (E,) number of the crossing.
        lane: (E,) number of the lane.
        enter_m, leave_m: (E,) distances along the lane at which the crossing begins and ends.
    """

    def __init__(self, setting: Setting) -> None:
        network = setting.world.network
        rows = [
            (k, setting.lanes.index(name), enter, leave)
            for k, c in enumerate(network.crosswalks)
            for name, enter, leave in c.lanes
        ]
        self.count = len(network.crosswalks)
        self.crossing = np.array([r[0] for r in rows], np.intp)
        self.lane = np.array([r[1] for r in rows], np.intp)
        self.enter_m = np.array([r[2] for r in rows], float)
        self.leave_m = np.array([r[3] for r in rows], float)
        ends = np.array([[c.start_m, c.end_m] for c in network.crosswalks], float).reshape(-1, 2, 2)
        self.start_m = ends[:, 0]
        span = ends[:, 1] - ends[:, 0]
        self.length_m = np.hypot(span[:, 0], span[:, 1])
        self.axis = span / self.length_m[:, None] if len(span) else span
        self.signal = np.array([setting.programme.row(c.signal) for c in network.crosswalks], np.intp)
        middle, _ = setting.lanes.position(self.lane, (self.enter_m + self.leave_m) / 2)
        at = ((middle - self.start_m[self.crossing]) * self.axis[self.crossing]).sum(1)
        half = setting.lanes.width_m[self.lane] / 2
        self._low_m, self._high_m = at - half, at + half

    def along_m(self, crossing: Ints, xy_m: Floats) -> Floats:
        """Distance of points along crossings, from start to end."""
        return np.asarray(((xy_m - self.start_m[crossing]) * self.axis[crossing]).sum(1))

    def claimed(self, claims: Claims, colors: NDArray[np.uint8]) -> tuple[Bools, Bools]:
        """Which entries people are on or come to, and beside which they wait to go.

        Returns:
            (E,) bool twice: on the road, and waiting. Who has passed a lane no longer claims it; who waits
            at a red light claims nothing.
        """
        there = np.flatnonzero(claims.crossing >= 0)
        along, walks = claims.along_m[there], claims.on_road[there]
        near = claims.crossing[there] == self.crossing[:, None]
        done = np.where(
            claims.forward[there], along > self._high_m[:, None] + 0.4, along < self._low_m[:, None] - 0.4
        )
        on_road = (near & walks & ~done).any(1)
        waiting = (near & ~walks).any(1)
        return on_road, waiting & self.walkable(colors)[self.crossing] if len(self.crossing) else waiting

    def walkable(self, colors: NDArray[np.uint8]) -> Bools:
        """(C,) bool: the signal lets people go, or there is none."""
        free = self.signal < 0
        if len(colors):
            free = free | (colors[self.signal] == SignalColor.GREEN)
        return np.asarray(free, bool)

    def clear(self, view: RoadView) -> Bools:
        """(C,) bool: no vehicle is on the crossing and everyone coming can still stop before it."""
        if not len(self.crossing) or not len(view.traffic):
            return np.ones(self.count, bool)
        distance = view.distance_to_m(self.lane, self.enter_m) - _MARGIN_M
        speed = view.traffic.speed_mps[:, None]
        coming = np.isfinite(distance) & (distance > -_MARGIN_M)
        too_fast = (
            coming
            & (speed**2 / (2 * STOPPABLE_MPS2) + 0.15 * speed > np.maximum(distance, 0))
            & (speed > 0.3)
        )
        there = view.covers(self.lane, self.enter_m - 0.2, self.leave_m + 0.2)
        blocked = np.zeros(self.count, bool)
        np.logical_or.at(blocked, self.crossing, (too_fast | there).any(0))
        return ~blocked
