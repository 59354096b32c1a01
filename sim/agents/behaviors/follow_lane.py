"""Drivers and what they see -> accelerations, rights of way and lights: how traffic keeps its lanes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.behaviors.registry import behaviors
from sim.agents.crossings import STOPPABLE_MPS2, Crossings
from sim.agents.following import BRAKE_MPS2, idm_accel_mps2, safe_speed_mps
from sim.agents.grants import Approach
from sim.agents.hazards import hazards_m
from sim.agents.head_lamps import lamps_on
from sim.agents.lane_change import LaneChanges, Moves
from sim.agents.riding import riding_limits
from sim.agents.right_of_way import RightOfWay
from sim.agents.setting import Setting
from sim.agents.snapshot import Drive, Snapshot
from sim.agents.state import SignalColor, WaitReason
from sim.agents.sweeps import USUAL
from sim.agents.temper import temper_of
from sim.agents.traffic import PLAN_LANES, RoadView, Traffic
from sim.bodies import Lights
from sim.errors import UsageError

__all__ = ["FollowLane"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_KEPT_M = 0.6
"""What is left of the gap when all brake as hard as they can."""
_LINE_M = 0.8
"""Gap kept to a line, at standstill."""
_STOP_SHORT_M = 0.25
_BEFORE_CROSSING_M = 0.9
"""The line to stop at lies this far before a crossing."""
_JERK_UP_MPS3, _JERK_DOWN_MPS3, _JERK_HARD_MPS3 = 3.5, 6.0, 40.0
_INDICATE_M = 35.0
_GRIP_MPS2 = 8.5
_STILL_MPS = 0.02
_APPEAL = {"straight": 0.62, "right": 0.23, "left": 0.15}
"""Share of the turns that drivers take at junctions."""


@behaviors.register("follow_lane")
class FollowLane:
    """Follows lanes, keeps distance, obeys signals, yields at crossings and junctions.

    Args:
        setting: the street and its cast.
        crossings: its crossings.
        rows: roster rows of the drivers.

    Attributes:
        rows: the same.
    """

    def __init__(self, setting: Setting, crossings: Crossings, rows: Ints) -> None:
        self._setting, self._crossings, self.rows = setting, crossings, rows
        self._way = RightOfWay(setting, crossings)
        self._temper = temper_of(setting, rows)
        self._changes = LaneChanges(setting, rows, self._temper)
        ends = [k for k in range(len(setting.lanes.ids)) if setting.lanes.successors[k, 0] < 0]
        self._top_mps, self._most_mps2 = riding_limits(setting, rows)
        self._end_lanes = np.array(ends, np.intp)
        turns = {"left": Lights.LEFT, "right": Lights.RIGHT, "straight": Lights.NONE}
        self._indicator = np.array([turns[lane.turn] for lane in setting.lanes.lanes], np.uint8)

    def start(self) -> Traffic:
        """Columns of the drivers at the start."""
        setting, rows = self._setting, self.rows
        roles = [setting.roles[r] for r in rows]
        for row, role in zip(rows, roles, strict=True):
            if role.lateral_m or role.heading_offset_rad:
                name = setting.roster.names[row]
                raise UsageError(
                    f"vehicle {name!r}: follow_lane keeps to the middle of its lane, wanted lateral_m "
                    f"and heading_offset_rad 0, got {role.lateral_m} and {role.heading_offset_rad}"
                )
        count = len(rows)
        lane = np.array([setting.lanes.index(role.lane) for role in roles], np.intp)
        traffic = Traffic(
            rows=rows,
            previous=np.full(count, -1, np.intp),
            lane=lane,
            s_m=np.array([role.s_m for role in roles], float),
            speed_mps=np.array([role.speed_mps for role in roles], float),
            accel_mps2=np.zeros(count),
            plan=np.full((count, PLAN_LANES), -1, np.intp),
            planned=np.zeros(count, np.intp),
            granted=np.full(count, -1, np.intp),
            cleared=np.ones(count, bool),
            free_s=np.zeros(count),
            leaving=np.full(count, -1, np.intp),
            shift_m=np.zeros(count),
            shift_way_m=np.zeros(count),
            shifted_m=np.full(count, np.inf),
        )
        traffic = replan(setting, traffic, np.arange(count))
        view = RoadView(setting, traffic)
        ahead = self._way.approach(view, setting.programme.colors(0, setting.tick_hz))
        inside = setting.conflicts.is_granted[lane]
        granted = np.where(inside, lane, np.where(ahead.distance_m < 0, ahead.target, -1))
        return replace(traffic, granted=granted)

    def decide(self, snapshot: Snapshot) -> Drive:
        """What every driver does until the next tick."""
        view, t, dt_s = snapshot.road, snapshot.traffic, self._setting.dt_s
        on_road, waiting = self._crossings.claimed(snapshot.claims, snapshot.colors)
        ahead = self._way.approach(view, snapshot.colors)
        granted, cleared = self._way.decide(view, ahead, snapshot.colors, on_road)
        stop_m, reason = self._stops(view, ahead, granted, on_road, waiting)
        inner_m = np.maximum(self._way.inner_line_m(view, granted, cleared), 0.0)
        stop_m, reason = _nearer(stop_m, reason, inner_m, WaitReason.YIELD)
        stop_m, reason = _nearer(stop_m, reason, *hazards_m(self._setting, view, snapshot.crowd))
        v = t.speed_mps
        desired = self._desired_mps(view)
        temper = self._temper
        headway, still_m = temper.headway_s, temper.standstill_m
        strength = temper.accel_mps2, temper.brake_mps2
        gap = view.leader_gap_m
        follow = idm_accel_mps2(v, desired, gap, v - view.leader_speed_mps, headway, still_m, *strength)
        safe = safe_speed_mps(gap - _KEPT_M, view.leader_speed_mps, dt_s)
        if snapshot.blocks is not None:
            taken_m, taken_mps = snapshot.blocks.nearest(view)
            taken = idm_accel_mps2(v, desired, taken_m, v - taken_mps, headway, still_m, *strength)
            follow = np.minimum(follow, taken)
            safe = np.minimum(safe, safe_speed_mps(taken_m - _KEPT_M, taken_mps, dt_s))
            gap = np.minimum(gap, taken_m)
        taken_lanes = np.zeros(0, np.intp) if snapshot.blocks is None else snapshot.blocks.lane
        moves = self._changes.decide(view, desired, follow, granted, taken_lanes)
        halt = idm_accel_mps2(v, desired, stop_m, v, 0.4 * headway, np.full(len(t), _LINE_M), *strength)
        accel = self._eased(np.minimum(follow, halt), t.accel_mps2)
        safe = np.minimum(safe, safe_speed_mps(stop_m - _STOP_SHORT_M, np.zeros(len(t)), dt_s))
        accel = np.minimum(accel, self._most_mps2)
        # Tyres hold no more than this; who was let too near goes on.
        accel = np.maximum(np.minimum(accel, (safe - v) / dt_s), np.maximum(-v / dt_s, -_GRIP_MPS2))
        free_s = np.where((v < _STILL_MPS) & (accel > 0), t.free_s + dt_s, 0.0)
        accel = np.where((v < _STILL_MPS) & (free_s < temper.reaction_s), np.minimum(accel, 0.0), accel)
        wait = self._wait(v, accel, follow, halt, np.minimum(gap, stop_m), reason)
        lights = self._lights(view, accel, v, wait, snapshot.tick) | self._over(t, moves)
        return Drive(accel, granted, cleared, wait, lights, free_s, moves)

    def _desired_mps(self, view: RoadView) -> Floats:
        """Speed on a free road: limit, temper and the curves ahead."""
        t = view.traffic
        out = self._free_mps(t.lane, t.s_m)
        for k in range(1, PLAN_LANES + 1):
            lane = np.maximum(view.slots[:, k], 0)
            entry = self._free_mps(lane, np.zeros(len(t)))
            away = np.where(view.slots[:, k] >= 0, view.starts_m[:, k] - t.s_m, np.inf)
            out = np.minimum(out, np.sqrt(entry**2 + 2 * 1.3 * np.maximum(away, 0)))
        return np.asarray(np.minimum(out, self._top_mps))

    def _free_mps(self, lane: Ints, s_m: Floats) -> Floats:
        """(V,) speed each driver likes at a place, given the curves of that lane."""
        lanes = self._setting.lanes
        limit, cap = lanes.speed_limit_mps[lane], lanes.speed_cap(lane, s_m)
        liked = limit * self._temper.speed_share
        # The cap is the limit itself where no curve is near.
        return np.asarray(np.where(cap < limit, np.minimum(cap, liked), liked))

    def _stops(
        self,
        view: RoadView,
        junction: Approach,
        granted: Ints,
        on_road: NDArray[np.bool_],
        waiting: NDArray[np.bool_],
    ) -> tuple[Floats, NDArray[np.uint8]]:
        """The nearest place to stop at and why: (V,) distance, inf if none, and (V,) `WaitReason`."""
        v, c = view.traffic.speed_mps, self._crossings
        closed = (junction.target >= 0) & (granted != junction.target)
        stop = np.where(closed, junction.distance_m, np.inf)
        red = junction.color != SignalColor.GREEN
        reason = np.where(red, WaitReason.RED_LIGHT, WaitReason.YIELD).astype(np.uint8)
        if len(self._end_lanes):
            end = view.distance_to_m(
                self._end_lanes, self._setting.lanes.length_m[self._end_lanes] - 1.0
            ).min(1)
            stop, reason = _nearer(stop, reason, end, WaitReason.ROUTE_END)
        if len(c.lane):
            away = view.distance_to_m(c.lane, c.enter_m - _BEFORE_CROSSING_M)
            ahead = away > -_BEFORE_CROSSING_M - 0.3
            room_to_stop = np.maximum(away - _STOP_SHORT_M - 0.05, 0.0)
            can_stop = (v[:, None] ** 2 / (2 * STOPPABLE_MPS2) < room_to_stop) | (v[:, None] < 0.3)
            held = ahead & (on_road[None, :] | (waiting[None, :] & can_stop))
            stop, reason = _nearer(stop, reason, np.where(held, away, np.inf).min(1), WaitReason.CROSSWALK)
            # Nobody stops on a crossing: wait before it until there is room behind.
            leave = np.where(
                ahead & np.isfinite(away), away + _BEFORE_CROSSING_M + (c.leave_m - c.enter_m), 0.0
            )
            room = view.leader_gap_m[:, None] - leave
            full = ahead & can_stop & (room < view.length_m[:, None] + 0.8) & view.leader_halts[:, None]
            full &= room > -1.0
            stop, reason = _nearer(stop, reason, np.where(full, away, np.inf).min(1), WaitReason.LEADER)
        return np.maximum(stop, 0.0), reason

    def _eased(self, wanted: Floats, now: Floats) -> Floats:
        """Limits jerk; hard braking builds up fast."""
        down = np.where(wanted < -1.6 * BRAKE_MPS2, _JERK_HARD_MPS3, _JERK_DOWN_MPS3) * self._setting.dt_s
        # Standing or braking drivers release the brake faster than they press the throttle.
        up = np.where(now < 0, 3 * _JERK_UP_MPS3, _JERK_UP_MPS3) * self._setting.dt_s
        return np.clip(np.maximum(wanted, -8.0), now - down, now + up)

    def _wait(
        self, v: Floats, accel: Floats, follow: Floats, halt: Floats, gap: Floats, reason: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """Why drivers brake or stand; `gap` is the distance to whatever is nearest."""
        held = ((accel < -0.3) & (gap < 80.0)) | ((v < 0.5) & (gap < 6.0) & (accel < 0.5))
        why = np.where(halt < follow, reason, WaitReason.LEADER)
        return np.where(held, why, WaitReason.NONE).astype(np.uint8)

    @staticmethod
    def _over(t: Traffic, moves: Moves) -> NDArray[np.uint8]:
        """(V,) indicators of who moves over."""
        shift = np.where(t.leaving >= 0, t.shift_m, 0.0)
        shift[moves.who] = moves.shift_m
        # Who comes from the left goes to the right.
        return np.where(shift > 0, Lights.RIGHT, np.where(shift < 0, Lights.LEFT, 0)).astype(np.uint8)

    def _lights(
        self, view: RoadView, accel: Floats, v: Floats, wait: NDArray[np.uint8], step: int
    ) -> NDArray[np.uint8]:
        brake = (accel < -0.5) | ((v < 0.3) & (wait != WaitReason.NONE))
        head = lamps_on(self._setting.environment_at(step), self._temper.lamps)
        out = np.where(brake, Lights.BRAKE, 0) | np.where(head, Lights.HEAD, 0)
        for k in range(2):
            lane = np.maximum(view.slots[:, k], 0)
            near = (view.slots[:, k] >= 0) & (view.starts_m[:, k] - view.front_m < _INDICATE_M)
            out = out | np.where(near, self._indicator[lane], 0)
        return out.astype(np.uint8)


def _nearer(
    stop: Floats, reason: NDArray[np.uint8], other: Floats, why: WaitReason | NDArray[np.uint8]
) -> tuple[Floats, NDArray[np.uint8]]:
    return np.minimum(stop, other), np.where(other < stop, np.asarray(why, np.uint8), reason)


def replan(setting: Setting, traffic: Traffic, who: Ints) -> Traffic:
    """Fills the open end of plans: the scenario's route first, then turns from the vehicle's own stream."""
    plan, planned, lanes = traffic.plan.copy(), traffic.planned.copy(), setting.lanes
    for i in who:
        role = setting.roles[traffic.rows[i]]
        for k in range(PLAN_LANES):
            if plan[i, k] >= 0:
                continue
            at = int(traffic.lane[i] if k == 0 else plan[i, k - 1])
            options = lanes.successors[at][lanes.successors[at] >= 0] if at >= 0 else np.zeros(0, np.intp)
            if not len(options):
                break
            options = _wide_enough(setting, int(traffic.rows[i]), options)
            turn = int(planned[i])
            planned[i] += 1
            if turn < len(role.route):
                plan[i, k] = _routed(setting, int(traffic.rows[i]), at, role.route[turn])
            else:
                draws = setting.draws(int(traffic.rows[i]), f"turn/{turn}")
                appeal = np.array([_APPEAL[lanes.lanes[n].turn] for n in options])
                plan[i, k] = options[int(draws.choice(len(options), p=appeal / appeal.sum()))]
    return replace(traffic, plan=plan, planned=planned)


def _wide_enough(setting: Setting, row: int, options: Ints) -> Ints:
    """The options a long vehicle can take: where it fits, straight on where there is such a lane."""
    if setting.size[row] == USUAL:
        return options
    body = setting.footprint_m[row].tolist()
    wide = options[
        setting.long_ways.of((body[0], body[1], body[2]), float(setting.wheelbase_m[row]))[options]
    ]
    options = wide if len(wide) else options
    straight = [n for n in options if setting.lanes.lanes[n].turn == "straight"]
    return np.array(straight, np.intp) if straight else options


def _routed(setting: Setting, row: int, at: int, name: str) -> int:
    lanes = setting.lanes
    options = [lanes.ids[k] for k in lanes.successors[at] if k >= 0]
    if name not in options:
        raise UsageError(
            f"vehicle {setting.roster.names[row]!r}: route names {name!r} after {lanes.ids[at]!r}, "
            f"wanted one of {', '.join(options)}"
        )
    return lanes.index(name)
