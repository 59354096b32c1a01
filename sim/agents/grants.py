"""Everybody at junctions at one tick -> grants, one after the other: what is free and who goes first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.crossings import Crossings
from sim.agents.setting import Setting
from sim.agents.sweeps import LONG, USUAL
from sim.agents.traffic import RoadView

__all__ = ["Approach", "Grants", "JunctionRules"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_PULL_AWAY_MPS2 = 1.4
_KEEP_OFF_M, _ROOM_INSIDE_M = 0.1, 4.8
"""Who yields may wait inside, off the way of others, if the tail is clear of the crossing behind."""
_AT_LINE_MPS, _AT_LINE_M = 0.3, 3.0


@dataclass(frozen=True, eq=False)
class Approach:
    """The next junction of every driver.

    Attributes:
        distance_m: (V,) from the front bumper to the line at which to wait; inf if no junction is ahead.
        target: (V,) lane to take across the junction, -1 if none is ahead.
        start_m: (V,) where it begins on the driver's path.
        color: (V,) `SignalColor` of the signal at the line, GREEN where there is none.
    """

    distance_m: Floats
    target: Ints
    start_m: Floats
    color: NDArray[np.uint8]


class JunctionRules:
    """Whom the lanes across junctions yield to, and where to wait.

    Args:
        setting: the street and its cast.
        crossings: its crossings.

    Attributes:
        lanes, conflicts, crossings: of the street.
        yields: of each lane, the lanes whose traffic goes first.
        into: of each lane, the granted lanes that lead onto it.
        inner_s_m: (2, L) by size, how far noses may go on each lane while others pass; -inf: wait outside.
    """

    def __init__(self, setting: Setting, crossings: Crossings) -> None:
        self.lanes, self.conflicts, self.crossings = setting.lanes, setting.conflicts, crossings
        self.yields = [[self.lanes.index(name) for name in lane.yields_to] for lane in self.lanes.lanes]
        self.into: list[list[int]] = [[] for _ in self.yields]
        self.inner_s_m = np.full((2, len(self.yields)), -np.inf)
        for k in np.flatnonzero(self.conflicts.is_granted).tolist():
            self.into[int(self.lanes.successors[k, 0])].append(k)
            enter = self.conflicts.enter_m
            met = [enter.one(USUAL, k, size, other) for other in self.yields[k] for size in (USUAL, LONG)]
            first = min(met, default=np.inf) - _KEEP_OFF_M
            # Long vehicles wait outside.
            self.inner_s_m[USUAL, k] = first if _ROOM_INSIDE_M < first < np.inf else -np.inf


class Grants:
    """Grants of one tick as they are made.

    Args:
        rules: of the junctions.
        view: the road.
        ahead: the next junction of every driver.
        granted: (V,) lanes granted so far, changed in place.
        cleared: (V,) bool, likewise.
        start_m: (V,) where granted lanes begin, likewise.
        on_road: (E,) entries of crossings with people on the road.
        rivals: (V,) bool: who may go at the next line if nobody is in the way.

    Attributes:
        overdue: (V,) bool: who is inside although the light behind has changed. Who asks heeds them as if
            they were cleared; they do not wait for each other.
    """

    def __init__(
        self,
        rules: JunctionRules,
        view: RoadView,
        ahead: Approach,
        granted: Ints,
        cleared: Bools,
        start_m: Floats,
        on_road: Bools,
        rivals: Bools,
    ) -> None:
        self._rules, self._view, self._ahead, self._on_road = rules, view, ahead, on_road
        self._granted, self._cleared, self._start_m = granted, cleared, start_m
        self._conflicts, self._lanes = rules.conflicts, rules.lanes
        self.overdue = np.zeros(len(granted), bool)
        self._holders: dict[int, list[int]] = defaultdict(list)
        for i in np.flatnonzero(granted >= 0).tolist():
            self._holders[int(granted[i])].append(i)
        self._coming: dict[int, list[int]] = defaultdict(list)
        for i in np.flatnonzero(rivals & (granted != ahead.target) & (ahead.target >= 0)).tolist():
            self._coming[int(ahead.target[i])].append(i)
        self._kept_free: list[tuple[int, int]] = []

    def ask(self, i: int, lane: int) -> None:
        """Grants the lane, or as far as the inner line, or not."""
        if self._is_kept_free(i, lane):
            return
        if self.may_pass(i, lane):
            self._grant(i, lane, True)
            return
        as_far_as_m = float(self._rules.inner_s_m[self._view.size[i], lane])
        if np.isfinite(as_far_as_m):
            # No way through yet, but room to wait inside.
            if not self._blocked(i, lane, as_far_as_m):
                self._grant(i, lane, False)
        elif self._stands_at_line(i) and not (self._exit_is_full(i, lane) or self._others_first(i, lane)):
            # Who only waits until others have passed is not passed for ever.
            self._kept_free.append((int(self._view.size[i]), lane))

    def may_pass(self, i: int, lane: int) -> bool:
        """Nobody is in the way, the exit has room, and nobody with priority comes."""
        return not (
            self._blocked(i, lane, np.inf) or self._exit_is_full(i, lane) or self._others_first(i, lane)
        )

    def _grant(self, i: int, lane: int, cleared: bool) -> None:
        self._granted[i], self._cleared[i], self._start_m[i] = lane, cleared, self._ahead.start_m[i]
        self._holders[lane].append(i)

    def _stands_at_line(self, i: int) -> bool:
        return bool(self._view.traffic.speed_mps[i] < _AT_LINE_MPS and self._ahead.distance_m[i] < _AT_LINE_M)

    def _is_kept_free(self, i: int, lane: int) -> bool:
        """Somebody stands at a line, waits for its way to get free, and does not yield to this lane."""
        size = int(self._view.size[i])
        return any(
            other != lane
            and lane not in self._rules.yields[other]
            and self._conflicts.enter_m.one(size, lane, kept, other) < np.inf
            for kept, other in self._kept_free
        )

    def _blocked(self, i: int, lane: int, as_far_as_m: float) -> bool:
        """Somebody with a grant has not yet left what this lane crosses before `as_far_as_m`."""
        view, c, own = self._view, self._conflicts, int(self._view.size[i])
        for other in c.rivals[lane]:
            for h in self._holders.get(other, ()):
                size = int(view.size[h])
                if (
                    h == i
                    or self._granted[h] != other
                    or not c.enter_m.one(own, lane, size, other) < as_far_as_m
                ):
                    continue
                passes = self._cleared[h] or self.overdue[h]
                # Who waits at an inner line keeps off everything beyond it.
                inner_m = self._rules.inner_s_m[size, other]
                if not passes and not c.enter_m.one(size, other, own, lane) < inner_m:
                    continue
                if view.rear_m[h] - self._start_m[h] < c.leave_m.one(size, other, own, lane):
                    return True
        return False

    def _exit_is_full(self, i: int, lane: int) -> bool:
        """There is no room behind the last vehicle on the exit for all who were let in and this one."""
        exit_lane = int(self._lanes.successors[lane, 0])
        if exit_lane < 0 or not self._conflicts.crosses[lane]:
            return False
        view, t, c = self._view, self._view.traffic, self._rules.crossings
        over = np.flatnonzero(c.lane == exit_lane)
        # Who turns right may wait for people inside the junction: nobody else's way is there.
        if self._lanes.lanes[lane].turn != "right" and self._on_road[over].any():
            return True
        first_m, last = view.on_lanes.after(np.array([exit_lane]), np.array([-np.inf]), np.array([-1]))
        if not np.isfinite(first_m[0]):
            return False
        need_m = float(c.leave_m[over].max(initial=0.0)) + view.length_m[i] + 1.0
        for other in self._rules.into[exit_lane]:
            for h in self._holders.get(other, ()):
                if h != i and t.lane[h] != exit_lane and self._granted[h] == other:
                    need_m += float(view.length_m[h]) + 2.0
        # Moving traffic makes room while this vehicle crosses.
        return bool(view.rear_m[last[0]] + 2.0 * t.speed_mps[last[0]] < need_m)

    def _others_first(self, i: int, lane: int) -> bool:
        """Somebody with priority would reach the crossing of the ways before this one has left it."""
        view, t, c, own = self._view, self._view.traffic, self._conflicts, int(self._view.size[i])
        v, start_m = float(t.speed_mps[i]), float(view.start_m(np.array([i]), np.array([lane]))[0])
        for other in self._rules.yields[lane]:
            for j in self._coming.get(other, ()):
                size = int(view.size[j])
                enter_m = c.enter_m.one(size, other, own, lane)
                if self._granted[j] >= 0 or not np.isfinite(enter_m):
                    continue
                arrive_m = self._ahead.start_m[j] + enter_m - view.front_m[j]
                clear_m = start_m + max(c.leave_m.one(own, lane, size, other), 0.0) - view.rear_m[i]
                need_s = (-v + np.sqrt(v * v + 2 * _PULL_AWAY_MPS2 * max(clear_m, 0.0))) / _PULL_AWAY_MPS2
                if arrive_m / max(t.speed_mps[j] + 1.5, 3.0) < need_s + 0.8:
                    return True
        return False
