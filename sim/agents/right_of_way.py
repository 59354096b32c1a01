"""Who may enter a junction: a lane across it is granted only while no granted way crosses it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.crossings import Crossings
from sim.agents.setting import Setting
from sim.agents.state import SignalColor
from sim.agents.traffic import PLAN_LANES, RoadView

__all__ = ["Approach", "RightOfWay"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_ASK_MPS2, _ASK_M = 1.8, 5.0
"""Drivers ask before they would have to brake harder than this, and so far before the line at least."""
_GO_ON_MPS2 = 3.0
"""Who would have to brake harder than this at amber goes on."""
_PULL_AWAY_MPS2 = 1.4
_KEEP_OFF_M, _ROOM_INSIDE_M = 0.1, 4.8
"""Who yields may wait inside, off the way of others, if the tail is clear of the crossing behind."""


@dataclass(frozen=True, eq=False)
class Approach:
    """The next junction of every driver.

    Attributes:
        distance_m: (V,) from the front bumper to the line at which to wait; inf if no junction is ahead.
        target: (V,) lane to take across the junction, -1 if none is ahead.
        color: (V,) `SignalColor` of the signal at the line, GREEN where there is none.
    """

    distance_m: Floats
    target: Ints
    color: NDArray[np.uint8]


class RightOfWay:
    """Grants lanes of junctions. A grant lasts until the vehicle's tail has left the lane.

    Args:
        setting: the street and its cast.
        crossings: its crossings.
    """

    def __init__(self, setting: Setting, crossings: Crossings) -> None:
        self._setting, self._crossings = setting, crossings
        self._conflicts = setting.conflicts
        self._yields = setting.conflicts.yields_to(setting.lanes)
        self._signal = np.array([setting.programme.row(lane.signal) for lane in setting.lanes.lanes], np.intp)
        self._signal_behind = np.full(len(setting.lanes.ids), -1, np.intp)
        for k, lane in enumerate(setting.lanes.lanes):
            if lane.stop_line_s_m >= 0:
                after = setting.lanes.successors[k]
                self._signal_behind[after[after >= 0]] = self._signal[k]
        self._turn = [lane.turn for lane in setting.lanes.lanes]
        first = np.where(self._yields, self._conflicts.enter_s_m, np.inf).min(1) - _KEEP_OFF_M
        self._inner_s_m = np.where(first > _ROOM_INSIDE_M, first, -np.inf)

    def approach(self, view: RoadView, colors: NDArray[np.uint8]) -> Approach:
        """Lines ahead at which a grant is needed. A line behind the bumper counts until it was granted."""
        count = len(view.traffic)
        distance = np.full(count, np.inf)
        target, before = np.full(count, -1, np.intp), np.full(count, -1, np.intp)
        for k in range(PLAN_LANES - 1, -1, -1):
            lane, after = view.slots[:, k], view.slots[:, k + 1]
            gate = np.where(lane >= 0, self._conflicts.gate_s_m[lane], np.inf)
            on = np.isfinite(gate) & (after >= 0)
            at = np.where(on, view.starts_m[:, k] + np.where(on, gate, 0.0) - view.front_m, np.inf)
            if k == 0:
                on &= ~((after == view.traffic.granted) & (at < 0))
            distance, target, before = (
                np.where(on, at, distance),
                np.where(on, after, target),
                np.where(on, lane, before),
            )
        signal = np.where(before >= 0, self._signal[before], -1)
        color = np.full(count, SignalColor.GREEN, np.uint8)
        lit = signal >= 0
        color[lit] = colors[signal[lit]]
        return Approach(distance, target, color)

    def decide(
        self, view: RoadView, ahead: Approach, colors: NDArray[np.uint8], on_road: Bools
    ) -> tuple[Ints, Bools]:
        """Grants after this snapshot.

        Args:
            view: the road.
            ahead: the next junction of every driver.
            colors: (S,) colours of the signals.
            on_road: (E,) entries of crossings with people on the road.

        Returns:
            (V,) lane granted to each vehicle, -1 for none; (V,) bool, False if only as far as its inner line.
        """
        speed = view.traffic.speed_mps
        granted = self._kept(view)
        green = ahead.color == SignalColor.GREEN
        can_stop = (speed**2 / (2 * _GO_ON_MPS2) < ahead.distance_m) & (ahead.distance_m > 0)
        granted = np.where((granted == ahead.target) & (ahead.target >= 0) & ~green & can_stop, -1, granted)
        heads = self._heads(view, ahead, granted)
        overdue = self._overdue(granted, colors)
        near = heads & green & (ahead.distance_m < _ASK_M + 0.5 * speed + speed**2 / (2 * _ASK_MPS2))
        asking = np.flatnonzero(near)
        cleared = view.traffic.cleared & (granted >= 0)
        inside = np.flatnonzero((granted >= 0) & ~cleared)
        for i in inside:
            lane = int(granted[i])
            cleared[i] = self._may_pass(view, int(i), lane, ahead, granted, cleared, on_road, heads)
        turns_left = np.array([self._turn[ahead.target[i]] == "left" for i in asking], bool)
        for i in asking[np.lexsort((asking, ahead.distance_m[asking], turns_left))]:
            lane = int(ahead.target[i])
            if self._may_pass(view, int(i), lane, ahead, granted, cleared | overdue, on_road, heads):
                granted[i], cleared[i] = lane, True
            elif np.isfinite(self._inner_s_m[lane]):
                # No way through yet, but room to wait inside.
                as_far_as_m = float(self._inner_s_m[lane])
                if not self._blocked(view, int(i), lane, granted, cleared | overdue, as_far_as_m):
                    granted[i], cleared[i] = lane, False
        return granted, cleared

    def inner_line_m(self, view: RoadView, granted: Ints, cleared: Bools) -> Floats:
        """(V,) distance to the line inside the junction at which to wait; inf for who may pass."""
        lane = np.maximum(granted, 0)
        start = view.offset_m[np.arange(len(lane)), lane]
        held = (granted >= 0) & ~cleared & np.isfinite(start)
        return np.where(held, np.where(held, start, 0.0) + self._inner_s_m[lane] - view.front_m, np.inf)

    def _may_pass(
        self,
        view: RoadView,
        i: int,
        lane: int,
        ahead: Approach,
        granted: Ints,
        cleared: Bools,
        on_road: Bools,
        heads: Bools,
    ) -> bool:
        return not (
            self._blocked(view, i, lane, granted, cleared, np.inf)
            or self._exit_is_full(view, i, lane, granted, on_road)
            or self._others_first(view, i, lane, ahead, heads & (granted < 0))
        )

    def _kept(self, view: RoadView) -> Ints:
        """Grants not yet used up: the tail is still on or before the lane."""
        t = view.traffic
        held = np.maximum(t.granted, 0)
        start = self._start_m(view, np.arange(len(t)), held)
        left = ~np.isfinite(start) | (view.rear_m > start + self._setting.lanes.length_m[held])
        return np.where((t.granted >= 0) & ~left, t.granted, -1)

    def _heads(self, view: RoadView, ahead: Approach, granted: Ints) -> Bools:
        """(V,) bool: the first without a grant on its lane; those behind it cannot go before it."""
        out = np.zeros(len(view.traffic), bool)
        waiting = np.flatnonzero((ahead.target >= 0) & (granted != ahead.target))
        order = waiting[np.lexsort((waiting, ahead.distance_m[waiting]))]
        lanes = view.traffic.lane[order]
        _, first = np.unique(lanes, return_index=True)
        out[order[first]] = True
        return out

    def _overdue(self, granted: Ints, colors: NDArray[np.uint8]) -> Bools:
        """(V,) bool: inside the junction although the light behind is no longer green; these go first."""
        behind = np.where(granted >= 0, self._signal_behind[granted], -1)
        out = np.zeros(len(granted), bool)
        lit = behind >= 0
        out[lit] = colors[behind[lit]] != SignalColor.GREEN
        return out

    def _start_m(self, view: RoadView, who: Ints, lane: Ints) -> Floats:
        """Where a lane begins on each path, whether it is ahead or was just left; inf if neither."""
        behind = view.offset_behind_m[who, lane]
        return np.where(np.isfinite(behind), behind, view.offset_m[who, lane])

    def _blocked(
        self, view: RoadView, i: int, lane: int, granted: Ints, cleared: Bools, as_far_as_m: float
    ) -> bool:
        """Somebody with a grant has not yet left what this lane crosses before `as_far_as_m`."""
        holders = np.flatnonzero((granted >= 0) & (np.arange(len(granted)) != i))
        held = granted[holders]
        # Who waits at an inner line keeps off everything beyond it.
        there = cleared[holders] | (self._conflicts.enter_s_m[held, lane] < self._inner_s_m[held])
        met = self._conflicts.enter_s_m[lane, held] < as_far_as_m
        leave = self._conflicts.leave_s_m[held, lane]
        on = view.rear_m[holders] - self._start_m(view, holders, held) < leave
        return bool((on & there & met).any())

    def _exit_is_full(self, view: RoadView, i: int, lane: int, granted: Ints, on_road: Bools) -> bool:
        """There is no room behind the last vehicle on the exit for all who were let in and this one."""
        exit_lane = int(self._setting.lanes.successors[lane, 0])
        if exit_lane < 0:
            return False
        t, c = view.traffic, self._crossings
        over = np.flatnonzero(c.lane == exit_lane)
        # Who turns right may wait for people inside the junction: nobody else's way is there.
        if self._turn[lane] != "right" and on_road[over].any():
            return True
        need_m = float(c.leave_m[over].max(initial=0.0)) + view.length_m[i] + 1.0
        to_come = np.flatnonzero((granted >= 0) & (t.lane != exit_lane) & (np.arange(len(t)) != i))
        same = to_come[self._setting.lanes.successors[granted[to_come], 0] == exit_lane]
        need_m += float((view.length_m[same] + 2.0).sum())
        there = np.flatnonzero(t.lane == exit_lane)
        if not len(there):
            return False
        last = there[np.argmin(view.rear_m[there])]
        # Moving traffic makes room while this vehicle crosses.
        return bool(view.rear_m[last] + 2.0 * t.speed_mps[last] < need_m)

    def _others_first(self, view: RoadView, i: int, lane: int, ahead: Approach, heads: Bools) -> bool:
        """Somebody with priority would reach the crossing of the ways before this one has left it."""
        t = view.traffic
        rivals = heads & (ahead.target >= 0) & (ahead.color == SignalColor.GREEN)
        who = np.flatnonzero(rivals & self._yields[lane][np.maximum(ahead.target, 0)])
        if not len(who):
            return False
        theirs = ahead.target[who]
        enter = self._conflicts.enter_s_m[theirs, lane]
        arrive_m = view.offset_m[who, theirs] + enter - view.front_m[who]
        leave = self._conflicts.leave_s_m[lane, theirs]
        clear_m = view.offset_m[i, lane] + np.maximum(leave, 0.0) - view.rear_m[i]
        v = float(t.speed_mps[i])
        need_s = (-v + np.sqrt(v * v + 2 * _PULL_AWAY_MPS2 * np.maximum(clear_m, 0))) / _PULL_AWAY_MPS2 + 0.8
        return bool((arrive_m / np.maximum(t.speed_mps[who] + 1.5, 3.0) < need_s).any())
