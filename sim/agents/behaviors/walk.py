"""People and the pavement graph -> where they head and how fast: wandering, waiting at kerbs, crossing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.avoidance import Broad, free_way, neighbors_of
from sim.agents.behaviors.registry import behaviors
from sim.agents.crossings import Crossings
from sim.agents.crowd import Crowd
from sim.agents.setting import PERSON_RADIUS_M, Setting
from sim.agents.snapshot import Snapshot, Walk
from sim.agents.state import WaitReason

__all__ = ["WalkAbout"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_LOOKAHEAD_M = 1.5
_ARRIVE_M = 0.45
_PATIENCE_S, _DETOUR_S = 1.5, 2.0
_LOOK_S = 0.7
"""People look this long before they step on a road without signals."""


@behaviors.register("walk")
class WalkAbout:
    """Walks along pavements, each on a line of their own, and over crossings.

    Args:
        setting: the street and its cast.
        crossings: its crossings.
        rows: roster rows of the people.
    """

    def __init__(self, setting: Setting, crossings: Crossings, rows: Ints) -> None:
        self._setting, self._crossings, self._rows = setting, crossings, rows
        draws = [setting.draws(int(r), "walker") for r in rows]
        # People keep right, some more than others.
        self._side = np.array([d.uniform(-0.25, 0.95) for d in draws])
        self._pace_mps = np.array([setting.roles[r].speed_mps for r in rows], float)
        self._glance = np.array([d.uniform(0, 2 * np.pi) for d in draws])
        self._things_m = np.concatenate([setting.obstacles_m, _groups(setting)])
        self._tree = cKDTree(self._things_m[:, :2]) if len(self._things_m) else None
        self._to_goal: dict[int, tuple[int, ...]] = {}

    def start(self) -> tuple[Ints, Ints]:
        """(K, 3) nodes each walks between at the start and (K,) how many were chosen."""
        ways, paths, chosen = self._setting.walkways, [], []
        for k, row in enumerate(self._rows):
            role = self._setting.roles[row]
            a, b = ways.nearest_edge(role.start_m)
            if role.goal_m is not None:
                goal = ways.nearest_node(role.goal_m)
                routes = [ways.route(end, goal) for end in (a, b)]
                first = min(routes, key=len)
                start = b if first[0] == a else a
                self._to_goal[k] = first[1:]
                a, b = start, first[0]
            else:
                along = ways.xy_m[b] - ways.xy_m[a]
                if along[0] * np.cos(role.yaw_rad) + along[1] * np.sin(role.yaw_rad) < 0:
                    a, b = b, a
            paths.append((a, b, self._choose(k, a, b, 0)))
            chosen.append(1)
        return np.array(paths, np.intp).reshape(-1, 3), np.array(chosen, np.intp)

    def decide(self, snapshot: Snapshot, who: Ints) -> Walk:
        """What these people do until the next tick."""
        crowd, ways = snapshot.crowd, self._setting.walkways
        waits = self._waits(snapshot, who)
        path, chosen = self._advanced(crowd, who, waits)
        xy, yaw = crowd.xy_m[who], crowd.yaw_rad[who]
        a, b, c = path.T
        target, along, lateral = self._target(xy, path)
        room = self._setting.room_m
        crossing_next = ways.crossing[b, c] >= 0
        held = waits & crossing_next
        spot = self._waiting_spot(path)
        target = np.where(held[:, None], spot, target)
        away = np.hypot(*(target - xy).T)
        wanted = np.arctan2(target[:, 1] - xy[:, 1], target[:, 0] - xy[:, 0])
        on_road = ways.crossing[a, b] >= 0
        pace = self._pace_mps * np.where(on_road, 1.12, 1.0)
        pace = np.where(held, np.minimum(pace, np.sqrt(1.2 * np.maximum(away - 0.12, 0.0))), pace)
        broad = _broad(self._setting, crowd)
        near = neighbors_of(
            crowd.xy_m, crowd.velocity_mps, self._things_m, self._tree, PERSON_RADIUS_M, broad
        )
        near = type(near)(near.offset_m[who], near.velocity_mps[who], near.reach_m[who])
        heading, speed = free_way(
            wanted,
            pace,
            yaw,
            near,
            room[a, b] - lateral,
            room[b, a] + lateral,
            along,
            crowd.stuck_s[who] > _PATIENCE_S,
        )
        standing = held & (away < 0.25)
        ahead = np.arctan2(*(ways.xy_m[c] - ways.xy_m[b]).T[::-1])
        heading = np.where(standing, ahead, heading)
        speed = np.where(standing, 0.0, speed)
        waiting_s = np.where(held & (away < 2.0), crowd.waiting_s[who] + self._setting.dt_s, 0.0)
        slow = crowd.speed_mps[who] < 0.3
        wait = np.where(
            held & slow, WaitReason.KERB, np.where(speed < 0.4 * pace, WaitReason.PEOPLE, WaitReason.NONE)
        )
        look = self._look(snapshot, held, speed)
        stuck_s = self._stuck(crowd.stuck_s[who], slow & ~held)
        return Walk(who, speed, heading, look, wait.astype(np.uint8), path, chosen, waiting_s, stuck_s)

    def _waits(self, snapshot: Snapshot, who: Ints) -> NDArray[np.bool_]:
        """(K,) bool: the next edge runs over a road that must not be stepped on now."""
        crowd, ways = snapshot.crowd, self._setting.walkways
        _, b, c = crowd.path[who].T
        crossing = ways.crossing[b, c]
        if not self._crossings.count:
            return np.zeros(len(who), bool)
        free = snapshot.walkable[crossing]
        looked = (crowd.waiting_s[who] >= _LOOK_S) | (self._crossings.signal[crossing] >= 0)
        return np.asarray((crossing >= 0) & ~(free & looked))

    def _advanced(self, crowd: Crowd, who: Ints, waits: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Paths and numbers of chosen nodes after everybody who has come to a node has gone on."""
        ways, path, chosen = self._setting.walkways, crowd.path[who].copy(), crowd.chosen[who].copy()
        a, b = ways.xy_m[path[:, 0]], ways.xy_m[path[:, 1]]
        span = b - a
        length = np.maximum(np.hypot(span[:, 0], span[:, 1]), 1e-9)
        along = ((crowd.xy_m[who] - a) * span).sum(1) / length
        # Off the road people are off it only when the kerb is behind them.
        early = np.where(ways.crossing[path[:, 0], path[:, 1]] >= 0, 0.1, _ARRIVE_M)
        arrived = np.flatnonzero((along > length - early) & ~waits)
        for k in arrived:
            came, at = int(path[k, 1]), int(path[k, 2])
            path[k] = came, at, self._choose(int(k), came, at, int(chosen[k]))
            chosen[k] += 1
        return path, chosen

    def _choose(self, k: int, came: int, at: int, number: int) -> int:
        route = self._to_goal.get(k, ())
        if number < len(route):
            return route[number]
        return self._setting.walkways.next_node(
            came, at, self._setting.draws(int(self._rows[k]), f"way/{number}")
        )

    def _target(self, xy: Floats, path: Ints) -> tuple[Floats, Floats, Floats]:
        """A point ahead on everybody's own line, the way's direction, how far left of it they are."""
        ways = self._setting.walkways
        a, b, c = (ways.xy_m[n] for n in path.T)
        first, second = _unit(b - a), _unit(c - b)
        length = np.hypot(*(b - a).T)
        along = ((xy - a) * first).sum(1)
        over = along + _LOOKAHEAD_M - length
        width = ways.width_m[path[:, 0], path[:, 1]], ways.width_m[path[:, 1], path[:, 2]]
        aside = [self._side * w / 2 for w in width]
        here = a + first * (along + _LOOKAHEAD_M)[:, None] + _right(first) * aside[0][:, None]
        there = b + second * np.maximum(over, 0)[:, None] + _right(second) * aside[1][:, None]
        share = np.clip(over / _LOOKAHEAD_M, 0, 1)[:, None]
        target = np.where(over[:, None] > 0, here * (1 - share) + there * share, here)
        lateral = -((xy - a) * _right(first)).sum(1)
        return target, np.arctan2(first[:, 1], first[:, 0]), lateral

    def _waiting_spot(self, path: Ints) -> Floats:
        """Where everybody waits who is to cross next: beside others, on the line they will walk."""
        ways = self._setting.walkways
        b, c = ways.xy_m[path[:, 1]], ways.xy_m[path[:, 2]]
        aside = self._side * ways.width_m[path[:, 1], path[:, 2]] / 2
        ahead = _unit(c - b)
        # What goes before a person stays off the road, too.
        back = self._setting.company.front_m[self._rows] - PERSON_RADIUS_M
        return np.asarray(b + _right(ahead) * aside[:, None] - ahead * back[:, None])

    def _stuck(self, stuck_s: Floats, idle: NDArray[np.bool_]) -> Floats:
        """Time without progress; whoever loses patience has a while to find another way."""
        longer = np.where(idle | (stuck_s > _PATIENCE_S), stuck_s + self._setting.dt_s, 0.0)
        return np.where(longer > _PATIENCE_S + _DETOUR_S, 0.0, longer)

    def _look(self, snapshot: Snapshot, held: NDArray[np.bool_], speed: Floats) -> Floats:
        """Heads turn left and right at the kerb and a little on the way."""
        time_s = snapshot.tick * self._setting.dt_s
        kerb = 0.95 * np.sin(2 * np.pi * time_s / 3.2 + self._glance)
        stroll = 0.35 * np.sin(2 * np.pi * time_s / 7.0 + self._glance) ** 3
        return np.where(held, kerb, stroll)


def _groups(setting: Setting) -> Floats:
    """(M, 3) x, y, radius of discs round people who stand together: nobody walks through a conversation."""
    places = [setting.roles[row].start_m for row in setting.rows("stand")]
    groups: list[list[tuple[float, float]]] = []
    for place in places:
        near = [g for g in groups if np.hypot(*(np.mean(g, 0) - place)) < 1.3]
        if near:
            near[0].append(place)
        else:
            groups.append([place])
    out = [
        (*np.mean(g, 0), np.hypot(*(np.array(g) - np.mean(g, 0)).T).max() + PERSON_RADIUS_M) for g in groups
    ]
    return np.array(out, float).reshape(-1, 3)


def _broad(setting: Setting, crowd: Crowd) -> Broad:
    """Who takes more room than a person."""
    company = setting.company
    who = company.owners_in(crowd)
    c, s = np.cos(crowd.yaw_rad[who]), np.sin(crowd.yaw_rad[who])
    x, y = company.middle_m[company.owners].T
    middle = crowd.xy_m[who] + np.stack([c * x - s * y, s * x + c * y], 1)
    return Broad(who, middle, company.radius_m[company.owners])


def _unit(v: Floats) -> Floats:
    return np.asarray(v / np.maximum(np.hypot(v[:, 0], v[:, 1]), 1e-9)[:, None])


def _right(direction: Floats) -> Floats:
    return np.stack([direction[:, 1], -direction[:, 0]], 1)
