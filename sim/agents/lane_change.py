"""Lanes side by side and who drives on them -> who moves over, and how: MOBIL.

Kesting, Treiber and Helbing (2007, Transp. Res. Rec. 1999:86): a driver moves over if that lets him
accelerate more than it makes others brake, and keeps to the outer lane otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.following import idm_accel_mps2, safe_speed_mps
from sim.agents.setting import Setting
from sim.agents.temper import Temper
from sim.agents.traffic import PLAN_LANES, RoadView, Traffic

__all__ = ["LaneChanges", "Moves", "moved_over"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_POLITENESS, _THRESHOLD_MPS2, _KEEP_OUTSIDE_MPS2 = 0.2, 0.1, 0.3
_OTHERS_BRAKE_MPS2 = 2.5
"""Nobody is made to brake harder than this."""
_CHANGE_S, _SHORTEST_M = 4.6, 20.0
"""Mean duration of a lane change (Toledo and Zohar 2007, Transp. Res. Rec. 1999:71)."""
_SLOWEST_MPS, _BEFORE_LINE_M, _AGAIN_M, _KEPT_M = 3.0, 25.0, 40.0, 2.0


@dataclass(frozen=True, eq=False)
class Moves:
    """Who begins to move over, one entry each.

    Attributes:
        who: (K,) indices into `Traffic`.
        lane: (K,) lanes they move to.
        s_m: (K,) where they are along these.
        shift_m: (K,) how far to the left of these lanes' center lines.
        way_m: (K,) over which distance they come to the center.
    """

    who: Ints
    lane: Ints
    s_m: Floats
    shift_m: Floats
    way_m: Floats


class LaneChanges:
    """Decides who moves over.

    Args:
        setting: the street and its cast.
        rows: roster rows of the drivers.
        temper: how they drive.
    """

    def __init__(self, setting: Setting, rows: Ints, temper: Temper) -> None:
        self._setting, self._temper = setting, temper
        keeps = setting.is_cycle[rows] | (setting.wheelbase_m[rows] >= _LONG_WHEELBASE_M)
        self._may = ~keeps & ~np.isin(rows, setting.tractors)
        self._route = np.array([len(setting.roles[row].route) for row in rows], np.intp)
        self._last_m = np.minimum(setting.conflicts.gate_s_m, setting.lanes.length_m)
        self._has_any = bool((setting.lanes.beside >= 0).any() and self._may.any())

    def decide(
        self, view: RoadView, desired_mps: Floats, follow: Floats, granted: Ints, taken: Ints
    ) -> Moves:
        """Who begins to move over now.

        Args:
            view: the road.
            desired_mps: (V,) speeds on a free road.
            follow: (V,) accelerations behind the present leaders.
            granted: (V,) junction lanes that may be entered.
            taken: lanes that those on trajectories are on.
        """
        none = np.zeros(0)
        out = Moves(none.astype(np.intp), none.astype(np.intp), none, none, none)
        if not self._has_any:
            return out
        best = np.zeros(len(view.traffic))
        parts = []
        outer = 0 if self._setting.world.network.left_hand else 1
        for side in (0, 1):
            bias = -_KEEP_OUTSIDE_MPS2 if side == outer else _KEEP_OUTSIDE_MPS2
            moves = self._possible(view, side, granted, taken)
            gain = self._gain(view, moves, desired_mps, follow) - _THRESHOLD_MPS2 - bias
            parts.append((moves, gain))
            np.maximum.at(best, moves.who, gain)
        chosen = []
        targets: set[int] = set()
        for moves, gain in parts:
            for k in np.flatnonzero((gain > 0) & (gain >= best[moves.who])):
                # Two at once might want the same gap.
                if int(moves.lane[k]) not in targets:
                    targets.add(int(moves.lane[k]))
                    chosen.append(_picked(moves, np.array([k])))
        if not chosen:
            return out
        return Moves(*(np.concatenate([getattr(m, name) for m in chosen]) for name in _FIELDS))

    def _possible(self, view: RoadView, side: int, granted: Ints, taken: Ints) -> Moves:
        """Who could move to one side if it were free."""
        t, lanes = view.traffic, self._setting.lanes
        lane = lanes.beside[t.lane, side]
        way = np.maximum(_CHANGE_S * t.speed_mps, _SHORTEST_M)
        may = self._may & (lane >= 0) & (t.leaving < 0) & (t.shifted_m > t.shift_way_m + _AGAIN_M)
        may &= (t.speed_mps > _SLOWEST_MPS) & (granted < 0) & (t.planned - PLAN_LANES >= self._route)
        may &= ~self._setting.conflicts.is_granted[t.lane] & ~np.isin(lane, taken)
        may &= (self._last_m[t.lane] - view.front_m > way + _BEFORE_LINE_M) & (view.rear_m > _KEPT_M)
        who = np.flatnonzero(may)
        who = who[~self._setting.conflicts.is_granted[lane[who]]]
        lane, way = lane[who], way[who]
        s_m, shift_m = lanes.across(t.lane[who], t.s_m[who], lane)
        fits = np.isfinite(s_m) & (s_m + view.tail_m[who] > _KEPT_M)
        fits &= self._last_m[lane] - s_m - view.nose_m[who] > way + _BEFORE_LINE_M
        return _picked(Moves(who, lane, s_m, shift_m, way), np.flatnonzero(fits))

    def _gain(self, view: RoadView, moves: Moves, desired: Floats, follow: Floats) -> Floats:
        """(K,) what moving over brings, m/s^2; -inf where it is not safe."""
        t, who, dt_s = view.traffic, moves.who, self._setting.dt_s
        if not len(who):
            return np.zeros(0)
        front_m, leader = view.on_lanes.after(moves.lane, moves.s_m, who)
        back_m, follower = view.coming.before(moves.lane, moves.s_m, who)
        gap = front_m - moves.s_m + view.tail_m[leader] - view.nose_m[who]
        behind = moves.s_m - back_m + view.tail_m[who] - view.nose_m[follower]
        v, ahead_mps = t.speed_mps[who], np.where(np.isfinite(gap), t.speed_mps[leader], 0.0)
        own = self._follow(who, v, desired, gap, ahead_mps)
        theirs = self._follow(follower, t.speed_mps[follower], desired, behind, v)
        safe = (gap > _KEPT_M) & (v < safe_speed_mps(gap - _KEPT_M, ahead_mps, dt_s))
        safe &= (behind > _KEPT_M) & (t.speed_mps[follower] < safe_speed_mps(behind - _KEPT_M, v, dt_s))
        safe &= (theirs > -_OTHERS_BRAKE_MPS2) & (own > -_OTHERS_BRAKE_MPS2)
        # The new follower's loss; where nobody comes there is none.
        loss = np.where(np.isfinite(behind), np.minimum(theirs - follow[follower], 0.0), 0.0)
        return np.where(safe, own - follow[who] + _POLITENESS * loss, -np.inf)

    def _follow(self, who: Ints, v: Floats, desired: Floats, gap_m: Floats, leader_mps: Floats) -> Floats:
        temper = self._temper
        return idm_accel_mps2(
            v,
            desired[who],
            gap_m,
            v - leader_mps,
            temper.headway_s[who],
            temper.standstill_m[who],
            temper.accel_mps2[who],
            temper.brake_mps2[who],
        )


def moved_over(traffic: Traffic, moves: Moves) -> Traffic:
    """Traffic in which some begin to move over: on their new lanes, still where they were, plans open."""
    if not len(moves.who):
        return traffic
    names = ("lane", "s_m", "leaving", "shift_m", "shift_way_m", "shifted_m", "plan")
    out = {name: getattr(traffic, name).copy() for name in names}
    who = moves.who
    out["leaving"][who], out["lane"][who], out["s_m"][who] = traffic.lane[who], moves.lane, moves.s_m
    out["shift_m"][who], out["shift_way_m"][who], out["shifted_m"][who] = moves.shift_m, moves.way_m, 0.0
    out["plan"][who] = -1
    return replace(traffic, **out)


def _picked(moves: Moves, k: Ints) -> Moves:
    return Moves(*(getattr(moves, name)[k] for name in _FIELDS))


_FIELDS = ("who", "lane", "s_m", "shift_m", "way_m")
_LONG_WHEELBASE_M = 4.2
"""Longer vehicles keep to the outer lane: inner ones may lead round corners only."""
