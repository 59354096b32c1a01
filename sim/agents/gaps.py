"""People at places in mid-block and the traffic there -> who may step on the road, what drivers see of it.

People anticipate that lanes will clear while they cross, a "rolling gap" (Brewer, Fitzpatrick, Whitacre and
Lord 2006, Transp. Res. Rec. 1982:132): each lane has to be free while they are on it, and a margin longer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.blocks import Blocks
from sim.agents.crowd import Crowd
from sim.agents.midblock import MidBlock
from sim.agents.setting import PERSON_RADIUS_M, Setting
from sim.agents.traffic import RoadView

__all__ = ["Gaps"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_HALF_WAY_M = 0.7
"""Half the length of lane that a person crossing takes."""
_HALF_LANE_M = 1.35
"""Half the width that the widest vehicles take, at least."""
_PULL_MPS2 = 1.5
"""Who comes may speed up as much as this, up to the limit."""
_EASE_M, _EASE_MPS2 = 1.6, 1.6
"""Drivers stop with ease who brake no harder than this and so far before people."""
_START_S = 0.6
_AHEAD_S = 0.8
"""A vehicle has to be past so long before one steps on its lane."""


class Gaps:
    """All lanes that places in mid-block lead over, an entry each.

    Args:
        setting: the street and its cast.
        places: the places, by number.
    """

    def __init__(self, setting: Setting, places: tuple[MidBlock, ...]) -> None:
        self._setting = setting
        rows = [(k, *lane) for k, place in enumerate(places) for lane in place.lanes]
        self._place = np.array([r[0] for r in rows], np.intp)
        self._lane = np.array([r[1] for r in rows], np.intp)
        self._s_m = np.array([r[2] for r in rows], float)
        self._along_m = np.array([r[3] for r in rows], float)
        self._half_m = np.maximum(setting.lanes.width_m[self._lane] / 2, _HALF_LANE_M)
        ends = np.array([[side[3] for side in place.sides] for place in places], float).reshape(-1, 2, 2)
        self._start = ends[:, 0]
        span = ends[:, 1] - ends[:, 0]
        self._length_m = np.hypot(span[:, 0], span[:, 1])
        self._axis = span / np.maximum(self._length_m, 1e-9)[:, None]

    def accepted(
        self,
        view: RoadView,
        blocks: Blocks | None,
        place: Ints,
        xy_m: Floats,
        ahead: Floats,
        speed_mps: Floats,
        margin_s: Floats,
        urges: Bools,
    ) -> Bools:
        """(K,) bool: people may go on over the rest of the road without making anybody brake hard.

        Args:
            view: the traffic.
            blocks: what those on trajectories will take, None if there is none.
            place: (K,) at which place each is.
            xy_m: (K, 2) where they are.
            ahead: (K, 2) which way they walk.
            speed_mps: (K,) at which they would cross.
            margin_s: (K,) how long each wants a lane to stay free behind them.
            urges: (K,) who goes also where drivers can stop for them with ease.
        """
        who, entry, ahead_m = self._entries(place, xy_m, ahead)
        out = np.ones(len(place), bool)
        if not len(who):
            return out
        lane, half = self._lane[entry], self._half_m[entry]
        pace = np.maximum(speed_mps[who], 0.5)
        start_s = np.where(ahead_m > half, _START_S, 0.0)
        enter_s = np.maximum(ahead_m - half - PERSON_RADIUS_M, 0.0) / pace
        leave_s = start_s + (ahead_m + half + PERSON_RADIUS_M) / pace + margin_s[who]
        t = view.traffic
        if len(t):
            low, high = self._s_m[entry] - _HALF_WAY_M, self._s_m[entry] + _HALF_WAY_M
            away = view.distance_to_m(lane, low)
            v, top = t.speed_mps[:, None], self._setting.lanes.speed_limit_mps[lane] * 1.2
            arrive_s = _time_s(np.maximum(away, 0.0), v, top)
            passed_s = (away + view.length_m[:, None] + 2 * _HALF_WAY_M) / np.maximum(v, 0.1)
            late = (passed_s < enter_s - _AHEAD_S) & (t.accel_mps2[:, None] > -0.3)
            eases = urges[who] & (away > _EASE_M + 0.8 * v + v**2 / (2 * _EASE_MPS2))
            comes = np.isfinite(away) & (away > 0) & (arrive_s < leave_s) & ~late & ~eases
            there = view.covers(lane, low, high) & ~late
            np.logical_and.at(out, who, ~(comes | there).any(0))
        if blocks is not None and len(blocks.lane):
            near = np.abs(blocks.s_m[:, None] - self._s_m[entry]) < 2 * _HALF_WAY_M
            near &= (blocks.lane[:, None] == lane) & (blocks.after_s[:, None] < leave_s)
            np.logical_and.at(out, who, ~near.any(0))
        return out

    def taken(self, crowd: Crowd) -> Blocks:
        """What drivers see: lanes that people on the road are on or come to."""
        ways = self._setting.walkways
        a, b = np.maximum(crowd.path[:, :2], 0).T
        place = np.where(crowd.path[:, 0] >= 0, ways.midblock[ways.edge(a, b)], -1)
        on_road = np.flatnonzero(place >= 0)
        ahead = ways.xy_m[b[on_road]] - ways.xy_m[a[on_road]]
        who, entry, ahead_m = self._entries(place[on_road], crowd.xy_m[on_road], ahead)
        half, speed = self._half_m[entry], np.maximum(np.hypot(*crowd.velocity_mps[on_road[who]].T), 0.6)
        after_s = np.maximum(ahead_m - half - PERSON_RADIUS_M, 0.0) / speed
        none = np.zeros(len(who))
        crossed = np.zeros(len(self._setting.world.network.crosswalks), bool)
        return Blocks(self._lane[entry], self._s_m[entry] - _HALF_WAY_M, after_s, none, crossed)

    def _entries(self, place: Ints, xy_m: Floats, ahead: Floats) -> tuple[Ints, Ints, Floats]:
        """Lanes that people have not passed: (H,) who, (H,) entry, (H,) how far ahead its center is."""
        who, entry = np.nonzero(place[:, None] == self._place)
        at = self._place[entry]
        along = ((xy_m[who] - self._start[at]) * self._axis[at]).sum(1)
        sign = np.sign((ahead[who] * self._axis[at]).sum(1))
        ahead_m = sign * (self._along_m[entry] - along)
        left = ahead_m > -self._half_m[entry] - PERSON_RADIUS_M
        return who[left], entry[left], ahead_m[left]


def _time_s(way_m: Floats, speed_mps: Floats, top_mps: Floats) -> Floats:
    """How long vehicles need at least for ways (V, K), when they speed up to a top speed (K,)."""
    top = np.maximum(top_mps, speed_mps)
    gather_s = (top - speed_mps) / _PULL_MPS2
    gather_m = (top + speed_mps) / 2 * gather_s
    root = (np.sqrt(speed_mps**2 + 2 * _PULL_MPS2 * way_m) - speed_mps) / _PULL_MPS2
    return np.where(way_m < gather_m, root, gather_s + (way_m - gather_m) / np.maximum(top, 0.1))
