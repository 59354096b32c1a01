"""Who may enter a junction: one lane across it is granted at a time to those whose ways do not cross."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.crossings import Crossings
from sim.agents.setting import Setting
from sim.agents.state import SignalColor
from sim.agents.traffic import PLAN_LANES, RoadView

__all__ = ["RightOfWay"]

Ints = NDArray[np.intp]

_ASK_S, _ASK_M = 3.0, 12.0
"""Drivers decide about the junction this far ahead of it."""
_GO_ON_MPS2 = 3.0
"""Who would have to brake harder than this at amber goes on."""


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
        self._turn = [lane.turn for lane in setting.lanes.lanes]

    def gates(self, view: RoadView) -> tuple[NDArray[np.float64], Ints, Ints]:
        """Where each driver must have a grant: (V,) distance, (V,) junction lane or -1, (V,) lane of the gate."""
        count = len(view.traffic)
        distance = np.full(count, np.inf)
        target, before = np.full(count, -1, np.intp), np.full(count, -1, np.intp)
        for k in range(PLAN_LANES - 1, -1, -1):
            lane, after = view.slots[:, k], view.slots[:, k + 1]
            gate = np.where(lane >= 0, self._conflicts.gate_s_m[lane], np.inf)
            at = view.starts_m[:, k] + gate - view.front_m
            on = np.isfinite(gate) & (after >= 0) & ~((k == 0) & (after == view.traffic.granted) & (at < 0))
            distance, target, before = (
                np.where(on, at, distance),
                np.where(on, after, target),
                np.where(on, lane, before),
            )
        return distance, target, before

    def decide(self, view: RoadView, colors: NDArray[np.uint8], on_road: NDArray[np.bool_]) -> Ints:
        """Grants after this snapshot.

        Args:
            view: the road.
            colors: (S,) colours of the signals.
            on_road: (E,) entries of crossings with people on the road.

        Returns:
            (V,) lane granted to each vehicle, -1 for none.
        """
        t = view.traffic
        granted = self._kept(view)
        distance, target, before = self.gates(view)
        signal = np.where(before >= 0, self._signal[before], -1)
        color = (
            np.where(signal >= 0, colors[signal], SignalColor.GREEN)
            if len(colors)
            else np.full(len(t), SignalColor.GREEN)
        )
        stoppable = t.speed_mps**2 / (2 * _GO_ON_MPS2) < distance
        revoked = (
            (granted == target) & (target >= 0) & (color != SignalColor.GREEN) & stoppable & (distance > 0)
        )
        granted = np.where(revoked, -1, granted)
        near = (distance < _ASK_M + _ASK_S * t.speed_mps) & (target >= 0) & (granted < 0)
        asking = np.flatnonzero(near & (color == SignalColor.GREEN))
        yielding = np.array([self._turn[target[i]] == "left" for i in asking], bool)
        for i in asking[np.lexsort((asking, distance[asking], yielding))]:
            if self._may_enter(
                view, int(i), int(target[i]), granted, float(distance[i]), color, target, on_road
            ):
                granted[i] = target[i]
        return granted

    def _kept(self, view: RoadView) -> Ints:
        """Grants not yet used up: the tail is still on or before the lane."""
        t, lanes = view.traffic, self._setting.lanes
        held = np.maximum(t.granted, 0)
        offset = view.offset_m[np.arange(len(t)), held]
        behind = view.offset_behind_m[np.arange(len(t)), held]
        start = np.where(np.isfinite(behind), behind, offset)
        left = ~np.isfinite(start) | (view.rear_m > start + lanes.length_m[held])
        return np.where((t.granted >= 0) & ~left, t.granted, -1)

    def _may_enter(
        self,
        view: RoadView,
        i: int,
        lane: int,
        granted: Ints,
        distance_m: float,
        color: NDArray[np.integer],
        target: Ints,
        on_road: NDArray[np.bool_],
    ) -> bool:
        return (
            not self._blocked(view, lane, granted)
            and self._exit_has_room(view, i, lane, granted, on_road)
            and not self._others_first(view, i, lane, distance_m, color, target)
        )

    def _blocked(self, view: RoadView, lane: int, granted: Ints) -> bool:
        """Somebody with a grant has not yet left what this lane crosses."""
        holders = np.flatnonzero(granted >= 0)
        held = granted[holders]
        leave = self._conflicts.leave_s_m[held, lane]
        offset = view.offset_m[holders, held]
        behind = view.offset_behind_m[holders, held]
        start = np.where(np.isfinite(behind), behind, offset)
        return bool((view.rear_m[holders] - start < leave).any())

    def _exit_has_room(
        self, view: RoadView, i: int, lane: int, granted: Ints, on_road: NDArray[np.bool_]
    ) -> bool:
        """Behind the last vehicle on the exit there is room for all who were let in, this one included."""
        exit_lane = int(self._setting.lanes.successors[lane, 0])
        if exit_lane < 0:
            return True
        t, c = view.traffic, self._crossings
        over = np.flatnonzero(c.lane == exit_lane)
        if self._turn[lane] != "right" and on_road[over].any():
            return False
        need_m = float(c.leave_m[over].max(initial=0.0)) + view.length_m[i] + 1.0
        to_come = np.flatnonzero((granted >= 0) & (t.lane != exit_lane))
        same = to_come[self._setting.lanes.successors[granted[to_come], 0] == exit_lane]
        need_m += float((view.length_m[same] + 2.0).sum())
        there = np.flatnonzero(t.lane == exit_lane)
        if not len(there):
            return True
        last = there[np.argmin(view.rear_m[there])]
        # Moving traffic makes room while this vehicle crosses.
        return bool(view.rear_m[last] + 2.0 * t.speed_mps[last] > need_m)

    def _others_first(
        self, view: RoadView, i: int, lane: int, distance_m: float, color: NDArray[np.integer], target: Ints
    ) -> bool:
        """Somebody with priority would reach the crossing of the ways before this one has left it."""
        t = view.traffic
        rivals = np.flatnonzero(self._yields[lane][np.maximum(target, 0)] & (target >= 0))
        rivals = rivals[color[rivals] == SignalColor.GREEN]
        if not len(rivals):
            return False
        theirs = target[rivals]
        enter = self._conflicts.enter_s_m[theirs, lane]
        arrive_m = view.offset_m[rivals, theirs] + enter - view.front_m[rivals]
        clear_m = distance_m + self._leave_after_gate_m(lane, theirs) + view.length_m[i]
        v = float(t.speed_mps[i])
        need_s = (-v + np.sqrt(v * v + 2 * 1.4 * np.maximum(clear_m, 0))) / 1.4 + 0.8
        return bool((arrive_m / np.maximum(t.speed_mps[rivals] + 1.5, 3.0) < need_s).any())

    def _leave_after_gate_m(self, lane: int, theirs: Ints) -> NDArray[np.float64]:
        before = self._setting.lanes
        parent = next(k for k in range(len(before.ids)) if lane in before.successors[k])
        run_up = before.length_m[parent] - self._conflicts.gate_s_m[parent]
        leave = self._conflicts.leave_s_m[lane, theirs]
        return np.asarray(np.where(np.isfinite(leave), run_up + leave, 0.0))
