"""Who may enter a junction: a lane across it is granted only while no granted way crosses it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.crossings import Crossings
from sim.agents.grants import Approach, Grants, JunctionRules
from sim.agents.setting import Setting
from sim.agents.state import SignalColor
from sim.agents.traffic import PLAN_LANES, RoadView

__all__ = ["RightOfWay"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_ASK_MPS2, _ASK_M = 1.8, 5.0
"""Drivers ask before they would have to brake harder than this, and so far before the line at least."""
_GO_ON_MPS2 = 3.0
"""Who would have to brake harder than this at amber goes on."""


class RightOfWay:
    """Grants lanes of junctions. A grant lasts until the vehicle's tail has left the lane.

    Args:
        setting: the street and its cast.
        crossings: its crossings.
    """

    def __init__(self, setting: Setting, crossings: Crossings) -> None:
        self._setting = setting
        self._conflicts, lanes = setting.conflicts, setting.lanes
        signal = np.array([setting.programme.row(lane.signal) for lane in lanes.lanes], np.intp)
        self._signal, self._signal_behind = signal, np.full(len(lanes.ids), -1, np.intp)
        for k, lane in enumerate(lanes.lanes):
            if lane.stop_line_s_m >= 0:
                after = lanes.successors[k]
                self._signal_behind[after[after >= 0]] = signal[k]
        self._rules = JunctionRules(setting, crossings)

    def approach(self, view: RoadView, colors: NDArray[np.uint8]) -> Approach:
        """Lines ahead at which a grant is needed. A line behind the bumper counts until it was granted."""
        count = len(view.traffic)
        distance, start = np.full(count, np.inf), np.full(count, np.inf)
        target, before = np.full(count, -1, np.intp), np.full(count, -1, np.intp)
        for k in range(PLAN_LANES - 1, -1, -1):
            lane, after = view.slots[:, k], view.slots[:, k + 1]
            gate = np.where(lane >= 0, self._conflicts.gate_s_m[lane], np.inf)
            on = np.isfinite(gate) & (after >= 0) & self._conflicts.is_granted[after]
            at = np.where(on, view.starts_m[:, k] + np.where(on, gate, 0.0) - view.front_m, np.inf)
            if k == 0:
                on &= ~((after == view.traffic.granted) & (at < 0))
            distance, target, before = (
                np.where(on, at, distance),
                np.where(on, after, target),
                np.where(on, lane, before),
            )
            start = np.where(on, view.starts_m[:, k + 1], start)
        signal = np.where(before >= 0, self._signal[before], -1)
        color = np.full(count, SignalColor.GREEN, np.uint8)
        lit = signal >= 0
        color[lit] = colors[signal[lit]]
        return Approach(distance, target, start, color)

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
        granted, start_m = self._kept(view)
        green = ahead.color == SignalColor.GREEN
        can_stop = (speed**2 / (2 * _GO_ON_MPS2) < ahead.distance_m) & (ahead.distance_m > 0)
        granted = np.where((granted == ahead.target) & (ahead.target >= 0) & ~green & can_stop, -1, granted)
        heads = self._heads(view, ahead, granted)
        cleared = view.traffic.cleared & (granted >= 0)
        grants = Grants(self._rules, view, ahead, granted, cleared, start_m, on_road, heads & green)
        for i in np.flatnonzero((granted >= 0) & ~cleared).tolist():
            cleared[i] = grants.may_pass(i, int(granted[i]))
        grants.overdue = self._overdue(granted, colors)
        near = heads & green & (ahead.distance_m < _ASK_M + 0.5 * speed + speed**2 / (2 * _ASK_MPS2))
        asking = np.flatnonzero(near)
        turns_left = np.array(
            [self._setting.lanes.lanes[ahead.target[i]].turn == "left" for i in asking], bool
        )
        for i in asking[np.lexsort((asking, ahead.distance_m[asking], turns_left))].tolist():
            grants.ask(i, int(ahead.target[i]))
        return granted, cleared

    def inner_line_m(self, view: RoadView, granted: Ints, cleared: Bools) -> Floats:
        """(V,) distance to the line inside the junction at which to wait; inf for who may pass."""
        lane = np.maximum(granted, 0)
        start = view.start_m(np.arange(len(lane)), lane)
        held = (granted >= 0) & ~cleared & np.isfinite(start)
        inner = np.maximum(self._rules.inner_s_m[view.size, lane], -1e9)
        return np.where(held, np.where(held, start, 0.0) + inner - view.front_m, np.inf)

    def _kept(self, view: RoadView) -> tuple[Ints, Floats]:
        """Grants not yet used up, and where their lanes begin: the tail is still on or before the lane."""
        t = view.traffic
        held = np.maximum(t.granted, 0)
        start = view.start_m(np.arange(len(t)), held)
        left = ~np.isfinite(start) | (view.rear_m > start + self._setting.lanes.length_m[held])
        return np.where((t.granted >= 0) & ~left, t.granted, -1), start

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
