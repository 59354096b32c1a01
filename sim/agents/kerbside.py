"""People before a road -> who waits there and why, where they stand, who hesitates and who gives up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.crossings import Crossings
from sim.agents.setting import PERSON_RADIUS_M, Setting
from sim.agents.snapshot import Snapshot
from sim.agents.state import WaitReason
from sim.agents.together import Together

__all__ = ["Kerb", "Kerbside"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_LOOK_S = 0.7
"""People look this long before they step on a road without signals."""
_MARGIN_S, _MARGIN_SPREAD_S = 1.4, 0.5
"""How long a lane is to stay free behind people; who waits long asks for less."""
_PATIENT_S, _URGES_S, _GIVES_UP_S = 30.0, 8.0, 25.0
"""When they ask for next to no margin, when they make drivers slow down, when they turn round."""
_TOGETHER_M, _FOR_OTHERS_S = 2.3, 12.0
"""Companions wait for each other before a road, but not for ever."""
_HESITANT, _BACK_M, _ON_S, _STEP_S = 0.35, 0.38, 0.9, 2.2
"""Share of those who take a step to the road and back again, how long, and when it is over."""
_BRISK, _HASTY = 1.12, 1.45


@dataclass(frozen=True, eq=False)
class Kerb:
    """What people who walk do about roads, a row each.

    Attributes:
        waits: (K,) bool, do not step on the road that comes next.
        gives_up: (K,) bool, turn round instead of waiting longer.
        reason: (K,) `WaitReason` of those who wait.
        hurry: (K,) factor on the speed of those on the road.
        is_road: (E + 1,) bool, edges over roads.
        on_road: (K,) bool, walk on one.
    """

    waits: Bools
    gives_up: Bools
    reason: NDArray[np.uint8]
    hurry: Floats
    is_road: Bools
    on_road: Bools


class Kerbside:
    """People and the roads they come to.

    Args:
        setting: the street and its cast.
        crossings: marked crossings.
        rows: (K,) roster rows of people who walk.
        together: who walks with whom.
    """

    def __init__(self, setting: Setting, crossings: Crossings, rows: Ints, together: Together) -> None:
        self._setting, self._crossings, self._rows, self._together = setting, crossings, rows, together
        draws = np.array([setting.draws(int(r), "kerb").uniform(size=4) for r in rows], float).reshape(-1, 4)
        self._margin_s = _MARGIN_S + _MARGIN_SPREAD_S * np.sqrt(12) * (draws[:, 0] - 0.5)
        self._gives_up_s = _GIVES_UP_S * (0.6 + 0.8 * draws[:, 1])
        self._urges_s = _URGES_S * (0.4 + 1.6 * draws[:, 1])
        self._hesitates_s = np.where(draws[:, 2] < _HESITANT, 0.8 + 2.5 * draws[:, 3], np.inf)
        ways = setting.walkways
        self._is_road = (ways.crossing >= 0) | (ways.midblock >= 0)

    def at(self, snapshot: Snapshot, who: Ints, pace_mps: Floats) -> Kerb:
        """Decisions of people, `who` in the crowd, who like to walk at a speed (K,)."""
        crowd, ways, together = snapshot.crowd, self._setting.walkways, self._together
        a, b, c = crowd.path[who].T
        here, after = ways.edge(a, b), ways.edge(b, c)
        waiting_s = crowd.waiting_s[who]
        marked, place = ways.crossing[after], ways.midblock[after]
        reason = np.full(len(who), WaitReason.KERB, np.uint8)
        waits = np.zeros(len(who), bool)
        if self._crossings.count:
            lit = self._crossings.signal[marked] >= 0
            looked = (waiting_s >= _LOOK_S) | lit
            waits = (marked >= 0) & ~(snapshot.walkable[marked] & looked)
            red = (marked >= 0) & lit & ~self._crossings.walkable(snapshot.colors)[marked]
            reason[red] = WaitReason.RED_LIGHT
        hurry = np.full(len(who), _BRISK)
        near = np.hypot(*(ways.xy_m[b] - crowd.xy_m[who]).T) < 2.0
        asks = np.flatnonzero((place >= 0) & near)
        waits |= place >= 0
        if len(asks):
            margin = self._margin_s[asks] * np.maximum(1 - waiting_s[asks] / _PATIENT_S, 0.3)
            urges = waiting_s[asks] > self._urges_s[asks]
            go = self._accepted(snapshot, who, asks, place[asks], after[asks], pace_mps, margin, urges)
            waits[asks] = ~(go & (waiting_s[asks] >= _LOOK_S))
        on = np.flatnonzero(ways.midblock[here] >= 0)
        if len(on):
            none = np.zeros(len(on))
            places = ways.midblock[here[on]]
            late = ~self._accepted(snapshot, who, on, places, here[on], pace_mps, none, none > 0)
            hurry[on[late]] = _HASTY
        hesitates = (waiting_s > self._hesitates_s) & (waiting_s < self._hesitates_s + _STEP_S)
        waits |= (self._is_road[after]) & hesitates & (reason != WaitReason.RED_LIGHT)
        # Companions step on the road together, and who has begun is followed.
        road = self._is_road[after]
        begun = together.any(self._is_road[here])
        holds = together.any(waits & road) | together.apart(crowd.xy_m[who], _TOGETHER_M)
        waits |= road & (together.size > 1) & ~begun & holds & (waiting_s < _FOR_OTHERS_S)
        gives_up = waits & (place >= 0) & together.any(near & (waiting_s > self._gives_up_s)) & ~begun
        return Kerb(waits, gives_up, reason, hurry, self._is_road, self._is_road[here])

    def spots(self, landing_m: Floats, across: Floats, left_m: Floats, waiting_s: Floats) -> Floats:
        """(K, 2) where everybody stands who is to cross next: beside others, on the line they will walk.

        Args:
            landing_m: (K, 2) where the way over the road begins.
            across: (K, 2) its direction.
            left_m: (K,) how far left of its line each walks.
            waiting_s: (K,) how long they wait.
        """
        left = np.stack([-across[:, 1], across[:, 0]], 1)
        # What goes before a person stays off the road, too.
        back = self._setting.company.front_m[self._rows] - PERSON_RADIUS_M
        on = (waiting_s > self._hesitates_s) & (waiting_s < self._hesitates_s + _ON_S)
        back = back + np.where(np.isfinite(self._hesitates_s) & ~on, _BACK_M, 0.0)
        return np.asarray(landing_m + left * left_m[:, None] - across * back[:, None])

    def _accepted(
        self,
        snapshot: Snapshot,
        who: Ints,
        some: Ints,
        place: Ints,
        edge: Ints,
        pace: Floats,
        margin_s: Floats,
        urges: Bools,
    ) -> Bools:
        ways = self._setting.walkways
        ahead = ways.xy_m[ways.ends[edge, 1]] - ways.xy_m[ways.ends[edge, 0]]
        xy, speed = snapshot.crowd.xy_m[who[some]], pace[some] * _BRISK
        return snapshot.gaps.accepted(
            snapshot.road, snapshot.blocks, place, xy, ahead, speed, margin_s, urges
        )
