"""Columns of everybody who drives, and what each has ahead on its path: lanes, leaders, places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.agents.setting import Setting

__all__ = ["PLAN_LANES", "RoadView", "Traffic"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PLAN_LANES = 3
_ACROSS = 0.7
"""After this share of the way a vehicle that moves over has left its old lane."""
"""Lanes planned beyond the present one."""


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
        front_m, rear_m: (V,) bumpers, measured from the start of the present lane.
        slots: (V, 1 + PLAN_LANES) present and planned lanes.
        starts_m: (V, 1 + PLAN_LANES) where these begin, measured from the start of the present lane.
    """

    def __init__(self, setting: Setting, traffic: Traffic) -> None:
        self._setting, self.traffic = setting, traffic
        body = setting.footprint_m[traffic.rows]
        self.tail_m, self.nose_m = setting.tail_m[traffic.rows], body[:, 1]
        self.front_m, self.rear_m = traffic.s_m + self.nose_m, traffic.s_m + self.tail_m
        self.length_m = self.nose_m - self.tail_m
        self.slots = np.concatenate([traffic.lane[:, None], traffic.plan], 1)
        lengths = np.where(self.slots >= 0, setting.lanes.length_m[self.slots], np.inf)
        zero = np.zeros((len(traffic), 1))
        self.starts_m = np.concatenate([zero, np.cumsum(lengths, 1)[:, :-1]], 1)

    @cached_property
    def offset_m(self) -> Floats:
        """(V, L) where lanes begin on each path, from the start of the present lane; inf elsewhere."""
        out = np.full((len(self.traffic), len(self._setting.lanes.ids)), np.inf)
        every = np.arange(len(self.traffic))
        for k in range(PLAN_LANES, -1, -1):
            on = self.slots[:, k] >= 0
            out[every[on], self.slots[on, k]] = self.starts_m[on, k]
        return out

    @cached_property
    def offset_behind_m(self) -> Floats:
        """(V, L) the same for the lane just left; inf elsewhere."""
        out = np.full((len(self.traffic), len(self._setting.lanes.ids)), np.inf)
        left = np.flatnonzero(self.traffic.previous >= 0)
        lane = self.traffic.previous[left]
        out[left, lane] = -self._setting.lanes.length_m[lane]
        return out

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
    def _leaders(self) -> tuple[Floats, Ints]:
        t, count = self.traffic, len(self.traffic)
        ahead = np.full((count, count), np.inf)
        shared = self._setting.conflicts.shared_s_m
        for k in range(PLAN_LANES + 1):
            lane = self.slots[:, k]
            on = (shared[lane[:, None], t.lane[None, :]] > self.rear_m[None, :]) & (lane >= 0)[:, None]
            apart = np.where(np.isfinite(self.starts_m[:, k]), self.starts_m[:, k], 0.0)[:, None] + (
                t.s_m[None, :] - t.s_m[:, None]
            )
            ahead = np.where(on & (apart > 0), np.minimum(ahead, apart), ahead)
        for j in np.flatnonzero(np.isfinite(self.leaving_s_m)):
            # Who moves over still bars his old lane, and keeps clear of who is ahead there.
            apart = self.starts_m + (self.leaving_s_m[j] - t.s_m)[:, None]
            apart = np.where((self.slots == t.leaving[j]) & (apart > 0), apart, np.inf).min(1)
            ahead[:, j] = np.minimum(ahead[:, j], apart)
            apart = np.where(t.lane == t.leaving[j], t.s_m - self.leaving_s_m[j], np.inf)
            ahead[j] = np.minimum(ahead[j], np.where(apart > 0, apart, np.inf))
        np.fill_diagonal(ahead, np.inf)
        nearest = ahead.argmin(1) if count else np.zeros(0, np.intp)
        return ahead[np.arange(count), nearest], nearest

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

    def distance_to_m(self, lane: Ints, s_m: Floats) -> Floats:
        """(V, K) from the front bumper to places on lanes; inf where a place is not on the path."""
        return np.asarray(self.offset_m[:, lane] + s_m[None, :] - self.front_m[:, None])

    def covers(self, lane: Ints, enter_m: Floats, leave_m: Floats) -> NDArray[np.bool_]:
        """(V, K) whether the vehicle stands on a stretch of lane."""
        out = np.zeros((len(self.traffic), len(lane)), bool)
        for offset in (self.offset_m, self.offset_behind_m):
            at = offset[:, lane]
            out |= (at + enter_m < self.front_m[:, None]) & (at + leave_m > self.rear_m[:, None])
        return out
