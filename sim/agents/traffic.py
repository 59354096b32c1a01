"""Columns of everybody who drives, and what each has ahead on its path: lanes, leaders, places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.agents.lane_order import LaneOrder
from sim.agents.setting import Setting
from sim.agents.sweeps import LONG, USUAL

__all__ = ["PLAN_LANES", "RoadView", "Traffic"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PLAN_LANES = 3
"""Lanes planned beyond the present one."""
_ACROSS = 0.7
"""After this share of the way a vehicle that moves over has left its old lane."""


@dataclass(frozen=True, eq=False)
class Traffic:
    """One row per driving vehicle. Origins (rear axles) are on their lane's centre line or move over to it.

    Attributes:
        rows: (V,) rows in the roster.
        previous: (V,) lane left last, -1 at the start.
        lane: (V,) present lane.
        s_m: (V,) distance of the origin along it.
        speed_mps: (V,).
        accel_mps2: (V,).
        plan: (V, PLAN_LANES) lanes to take next, -1 where the network ends.
        planned: (V,) how many lanes were ever planned: numbers the draws of turns.
        granted: (V,) junction lane the vehicle may enter or is on, -1 if none.
        cleared: (V,) bool, False while it may enter but must wait inside, off the way of others.
        free_s: (V,) how long a vehicle that stands could already have pulled away.
        leaving: (V,) lane beside from which a vehicle moves over to its lane, -1 if it does not.
        shift_m: (V,) how far to the left of its lane that began.
        shift_way_m: (V,) after which way it is done.
        shifted_m: (V,) way since it began; inf if it never did.
    """

    rows: Ints
    previous: Ints
    lane: Ints
    s_m: Floats
    speed_mps: Floats
    accel_mps2: Floats
    plan: Ints
    planned: Ints
    granted: Ints
    cleared: NDArray[np.bool_]
    free_s: Floats
    leaving: Ints
    shift_m: Floats
    shift_way_m: Floats
    shifted_m: Floats

    def __len__(self) -> int:
        return len(self.rows)


class RoadView:
    """What drivers see of the road on one snapshot. Distances run along each driver's own path.

    Attributes:
        size: (V,) `USUAL` or `LONG`.
        front_m, rear_m: (V,) bumpers, measured from the start of the present lane.
        slots: (V, 1 + PLAN_LANES) present and planned lanes.
        starts_m: (V, 1 + PLAN_LANES) where these begin, measured from the start of the present lane.
    """

    def __init__(self, setting: Setting, traffic: Traffic) -> None:
        self._setting, self.traffic = setting, traffic
        body = setting.footprint_m[traffic.rows]
        self.size = setting.size[traffic.rows]
        self.tail_m, self.nose_m = setting.tail_m[traffic.rows], body[:, 1]
        self.front_m, self.rear_m = traffic.s_m + self.nose_m, traffic.s_m + self.tail_m
        self.length_m = self.nose_m - self.tail_m
        self.slots = np.concatenate([traffic.lane[:, None], traffic.plan], 1)
        lengths = np.where(self.slots >= 0, setting.lanes.length_m[self.slots], np.inf)
        zero = np.zeros((len(traffic), 1))
        self.starts_m = np.concatenate([zero, np.cumsum(lengths, 1)[:, :-1]], 1)

    @cached_property
    def on_lanes(self) -> LaneOrder:
        """Everybody on each lane, those who move over on both."""
        t, who = self.traffic, np.arange(len(self.traffic))
        over = np.flatnonzero(np.isfinite(self.leaving_s_m))
        return LaneOrder(
            np.concatenate([t.lane, t.leaving[over]]),
            np.concatenate([t.s_m, self.leaving_s_m[over]]),
            np.concatenate([who, over]),
        )

    @cached_property
    def coming(self) -> LaneOrder:
        """The same with those who are going to be on each lane, negative before it."""
        t, (row, slot) = self.traffic, np.nonzero(self.slots >= 0)
        over = np.flatnonzero(np.isfinite(self.leaving_s_m))
        return LaneOrder(
            np.concatenate([self.slots[row, slot], t.leaving[over]]),
            np.concatenate([t.s_m[row] - self.starts_m[row, slot], self.leaving_s_m[over]]),
            np.concatenate([row, over]),
        )

    @cached_property
    def occupied_too(self) -> Ints:
        """(V,) lane beside that a vehicle which moves over is still on, -1 for none."""
        t = self.traffic
        return np.where((t.leaving >= 0) & (t.shifted_m < _ACROSS * t.shift_way_m), t.leaving, -1)

    @cached_property
    def leaving_s_m(self) -> Floats:
        """(V,) where on that lane it is; nan for none."""
        out = np.full(len(self.traffic), np.nan)
        who = np.flatnonzero(self.occupied_too >= 0)
        t = self.traffic
        out[who] = self._setting.lanes.across(t.lane[who], t.s_m[who], t.leaving[who])[0]
        return out

    @cached_property
    def _tails(self) -> tuple[LaneOrder, LaneOrder]:
        """Who bars each lane with the tail while on, or just behind, a lane that parted from it; by size."""
        t, c = self.traffic, self._setting.conflicts
        lanes, s_m = [t.lane], [t.s_m]
        left = np.maximum(t.previous, 0)
        lanes.append(np.where(t.previous >= 0, left, t.lane))
        s_m.append(t.s_m + np.where(t.previous >= 0, self._setting.lanes.length_m[left], 0.0))
        lane, at_m = np.concatenate(lanes), np.concatenate(s_m)
        who = np.tile(np.arange(len(t)), 2)
        beside = c.siblings[lane]
        row, column = np.nonzero(beside >= 0)
        parts = []
        for size in (USUAL, LONG):
            shared = c.shared_m(self.size[who[row]], lane[row], size, beside[row, column])
            bars = shared > at_m[row] + self.tail_m[who[row]]
            parts.append(LaneOrder(beside[row, column][bars], at_m[row][bars], who[row][bars]))
        return parts[0], parts[1]

    @cached_property
    def _leaders(self) -> tuple[Floats, Ints]:
        t, count = self.traffic, len(self.traffic)
        ahead, nearest = np.full(count, np.inf), np.zeros(count, np.intp)
        tails, long = self._tails, self.size == LONG
        every = np.arange(count)

        def look(order: LaneOrder, who: Ints, lane: Ints, from_m: Floats, offset_m: Floats) -> None:
            at_m, found = order.after(lane, from_m, who)
            apart = offset_m + at_m
            near = apart < ahead[who]
            ahead[who[near]], nearest[who[near]] = apart[near], found[near]

        for k in range(PLAN_LANES + 1):
            on = np.flatnonzero(self.slots[:, k] >= 0)
            from_m = t.s_m[on] if k == 0 else np.full(len(on), -np.inf)
            offset_m = self.starts_m[on, k] - t.s_m[on]
            look(self.on_lanes, on, self.slots[on, k], from_m, offset_m)
            for order, own in zip(tails, (~long, long), strict=True):
                look(order, on[own[on]], self.slots[on, k][own[on]], from_m[own[on]], offset_m[own[on]])
        # Who moves over keeps clear of who is ahead on his old lane, too.
        over = every[np.isfinite(self.leaving_s_m)]
        look(self.on_lanes, over, t.leaving[over], self.leaving_s_m[over], -self.leaving_s_m[over])
        return ahead, nearest

    @cached_property
    def leader_gap_m(self) -> Floats:
        """(V,) free distance to the rear bumper of the vehicle ahead; inf if there is none."""
        ahead, nearest = self._leaders
        return ahead + self.tail_m[nearest] - self.nose_m if len(ahead) else ahead

    @cached_property
    def leader_speed_mps(self) -> Floats:
        """(V,) its speed; 0 if there is none."""
        ahead, nearest = self._leaders
        return np.where(np.isfinite(ahead), self.traffic.speed_mps[nearest] if len(ahead) else 0.0, 0.0)

    @cached_property
    def leader_halts(self) -> NDArray[np.bool_]:
        """(V,) the vehicle ahead stands or is about to, and does not pull away."""
        _, nearest = self._leaders
        if not len(nearest):
            return np.zeros(0, bool)
        return np.asarray((self.leader_speed_mps < 2.5) & (self.traffic.accel_mps2[nearest] < 0.3))

    def start_m(self, who: Ints, lane: Ints) -> Floats:
        """(K,) where a lane begins on the path of each of `who`, be it ahead or just left; inf if neither."""
        ahead = np.where(self.slots[who] == lane[:, None], self.starts_m[who], np.inf).min(1)
        left = (self.traffic.previous[who] == lane) & (lane >= 0)
        return np.where(left, -self._setting.lanes.length_m[lane], ahead)

    def distance_to_m(self, lane: Ints, s_m: Floats) -> Floats:
        """(V, K) from the front bumper to places on lanes; inf where a place is not on the path."""
        out = np.full((len(self.traffic), len(lane)), np.inf)
        who, slot, place = _matches(self.slots, lane)
        away = self.starts_m[who, slot] + s_m[place] - self.front_m[who]
        np.minimum.at(out, (who, place), away)
        return out

    def covers(self, lane: Ints, enter_m: Floats, leave_m: Floats) -> NDArray[np.bool_]:
        """(V, K) whether the vehicle stands on a stretch of lane."""
        t = self.traffic
        out = np.zeros((len(t), len(lane)), bool)
        before_m = -self._setting.lanes.length_m[t.previous][:, None]
        who, slot, place = _matches(np.concatenate([t.previous[:, None], self.slots], 1), lane)
        at = np.concatenate([before_m, self.starts_m], 1)[who, slot]
        on = (at + enter_m[place] < self.front_m[who]) & (at + leave_m[place] > self.rear_m[who])
        out[who[on], place[on]] = True
        return out


def _matches(slots: Ints, lane: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows and columns of slots (V, K), and numbers of places on lanes (N,), where the lanes are the same."""
    order = np.argsort(lane, kind="stable")
    wanted = slots.ravel()
    low, high = (np.searchsorted(lane[order], wanted, side=side) for side in ("left", "right"))
    count = np.where(wanted >= 0, high - low, 0)
    each = np.repeat(np.arange(len(wanted)), count)
    nth = np.arange(len(each)) - np.repeat(np.cumsum(count) - count, count)
    row, column = np.divmod(each, slots.shape[1])
    return row, column, order[low[each] + nth]
