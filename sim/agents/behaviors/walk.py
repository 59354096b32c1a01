"""People and the pavement graph -> where they head and how fast: on their way, waiting at kerbs, crossing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.avoidance import Way, free_way, room_for_others
from sim.agents.behaviors.registry import behaviors
from sim.agents.crossings import Crossings
from sim.agents.dodging import dodged_mps
from sim.agents.kerbside import Kerbside
from sim.agents.neighbors import broad_of, neighbors_of
from sim.agents.paces import Paces
from sim.agents.routes import Routes
from sim.agents.setting import PERSON_RADIUS_M, Setting
from sim.agents.snapshot import Snapshot, Walk
from sim.agents.state import WaitReason
from sim.agents.together import Together

__all__ = ["WalkAbout"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_LOOKAHEAD_M, _LOOKAHEAD_S = 1.0, 0.4
_BLOCKED_S, _PATIENCE_S, _TURNS_S = 0.5, 1.5, 9.0
"""After so long without progress it is people that are in the way, people go round by the back, they turn."""
_PASS_M, _PASS_ALONE_M = 1.6, 2.2
"""Room beyond a group's breadth, and for people alone, at which nobody need give way."""


@behaviors.register("run")
@behaviors.register("cross")
@behaviors.register("walk")
class WalkAbout:
    """Walks along pavements, each on a line of their own or beside their companions, and over roads.

    ``walk`` takes marked crossings, ``cross`` any place where a gap is safe, the nearest one at once. ``run``
    is ``walk`` at a run: grown people jog, children run a little way and walk a little way.

    Args:
        setting: the street and its cast.
        crossings: its crossings.
        rows: roster rows of the people.
    """

    def __init__(self, setting: Setting, crossings: Crossings, rows: Ints) -> None:
        self._setting, self._rows = setting, rows
        self._paces = Paces(setting, rows)
        self._together = Together(setting, rows, self._paces.plays)
        self._routes = Routes(setting, rows, self._together)
        self._kerbside = Kerbside(setting, crossings, rows, self._together)
        draws = [setting.draws(int(r), "walker") for r in rows]
        # People keep right, some more than others.
        self._side = np.array([d.uniform(-0.25, 0.95) for d in draws])[self._together.first]
        self._glance = np.array([d.uniform(0, 2 * np.pi) for d in draws])
        self._things_m = np.concatenate([setting.obstacles_m, setting.talks_m])
        self._tree = cKDTree(self._things_m[:, :2]) if len(self._things_m) else None

    def start(self) -> tuple[Ints, Ints]:
        """(K, 3) nodes each walks between at the start and (K,) how many were chosen."""
        return self._routes.start()

    def decide(self, snapshot: Snapshot, who: Ints) -> Walk:
        """What these people do until the next tick."""
        crowd, ways, setting = snapshot.crowd, self._setting.walkways, self._setting
        xy, yaw = crowd.xy_m[who], crowd.yaw_rad[who]
        time_s = snapshot.tick * setting.dt_s
        pace = self._paces.at(time_s)
        kerb = self._kerbside.at(snapshot, who, pace)
        kerb.gives_up[:] |= self._together.any(crowd.stuck_s[who] > _TURNS_S) & ~kerb.on_road
        path, chosen = self._routes.advanced(
            crowd.path[who], crowd.chosen[who], xy, kerb.on_road, kerb.waits, kerb.gives_up
        )
        a, b, c = path.T
        here, next_one = ways.edge(a, b), ways.edge(b, c)
        first, second = _unit(ways.xy_m[b] - ways.xy_m[a]), _unit(ways.xy_m[c] - ways.xy_m[b])
        near = neighbors_of(
            who,
            crowd.xy_m,
            crowd.velocity_mps,
            setting.group[crowd.rows],
            PERSON_RADIUS_M,
            broad_of(setting, crowd),
            self._things_m,
            self._tree,
        )
        lets = self._together.most(room_for_others(np.arctan2(first[:, 1], first[:, 0]), near))
        back = ways.edge(b, a)
        ahead_m, aside = self._aside(here, back, lets)
        _, aside_next = self._aside(next_one, ways.edge(c, b), lets)
        left = np.stack([-first[:, 1], first[:, 0]], 1)
        lateral = ((xy - ways.xy_m[a]) * left).sum(1)
        held = kerb.waits & kerb.is_road[next_one]
        spot = self._kerbside.spots(ways.xy_m[b], second, aside_next, crowd.waiting_s[who])
        sight = _LOOKAHEAD_M + _LOOKAHEAD_S * pace
        target = self._target(xy, path, first, second, aside, aside_next, sight)
        target = np.where(held[:, None], spot, target)
        on_road = kerb.is_road[here]
        behind = self._together.behind_m(xy, first, ahead_m)
        share = self._together.pace(behind)
        late = held | on_road
        lingers = (share < 0.3) & ~late
        pace = pace * np.where(
            on_road, np.maximum(share, kerb.hurry), np.where(held, np.maximum(share, 0.6), share)
        )
        away = np.hypot(*(target - xy).T)
        pace = np.where(held, np.minimum(pace, np.sqrt(1.6 * np.maximum(away - 0.12, 0.0))), pace)
        wanted = np.arctan2(target[:, 1] - xy[:, 1], target[:, 0] - xy[:, 0])
        way = Way(
            wanted,
            pace,
            yaw,
            setting.room_m[here] - lateral,
            setting.room_m[back] + lateral,
            np.arctan2(first[:, 1], first[:, 0]),
            crowd.stuck_s[who] > _PATIENCE_S,
            self._paces.headway_s,
        )
        heading, speed = free_way(way, near)
        free = speed
        speed = dodged_mps(snapshot, who, np.flatnonzero(on_road), heading, speed)
        heading, speed = self._at_kerb(held, spot - xy, second, heading, speed)
        heading = np.where(lingers & (speed < 0.2), yaw, heading)
        waiting_s = np.where(held & (away < 2.0), crowd.waiting_s[who] + setting.dt_s, 0.0)
        slow = crowd.speed_mps[who] < 0.3
        dodges = on_road & (speed < 0.3) & (speed < free - 0.2)
        blocked = (speed < 0.4 * pace) | (crowd.stuck_s[who] > _BLOCKED_S)
        wait = np.where(blocked, WaitReason.PEOPLE, WaitReason.NONE)
        wait = np.where(lingers, WaitReason.COMPANIONS, wait)
        wait = np.where(held & slow, kerb.reason, np.where(dodges, WaitReason.VEHICLE, wait))
        look = self._look(time_s, held, behind)
        stuck_s = self._stuck(crowd.stuck_s[who], slow & ~held & ~lingers)
        return Walk(who, speed, heading, look, wait.astype(np.uint8), path, chosen, waiting_s, stuck_s)

    def _aside(self, there: Ints, back: Ints, lets: Floats) -> tuple[Floats, Floats]:
        """How far ahead of the others and left of an edge's line each walks; `lets` as `room_for_others`."""
        ways, room = self._setting.walkways, self._setting.room_m
        right, left = room[back], room[there]
        # Where there is room enough people pass each other abreast.
        need = np.where(self._together.size > 1, self._together.spread_m + _PASS_M, _PASS_ALONE_M)
        yields = lets * np.clip((need - right - left) / 0.6, 0.0, 1.0)
        return self._together.places_m(right, left, -self._side * ways.width_m[there] / 2, yields)

    def _target(
        self,
        xy: Floats,
        path: Ints,
        first: Floats,
        second: Floats,
        aside: Floats,
        aside_next: Floats,
        sight: Floats,
    ) -> Floats:
        """(K, 2) a point ahead on everybody's own line, as far as they look."""
        ways = self._setting.walkways
        a, b = ways.xy_m[path[:, 0]], ways.xy_m[path[:, 1]]
        along = ((xy - a) * first).sum(1)
        over = along + sight - np.hypot(*(b - a).T)
        left, left_next = (np.stack([-d[:, 1], d[:, 0]], 1) for d in (first, second))
        here = a + first * (along + sight)[:, None] + left * aside[:, None]
        there = b + second * np.maximum(over, 0)[:, None] + left_next * aside_next[:, None]
        share = np.clip(over / sight, 0, 1)[:, None]
        return np.asarray(np.where(over[:, None] > 0, here * (1 - share) + there * share, here))

    @staticmethod
    def _at_kerb(
        held: Bools, to_spot: Floats, across: Floats, heading: Floats, speed: Floats
    ) -> tuple[Floats, Floats]:
        """Heading and speed of who has come to a kerb: facing the road, with a small step on or back."""
        ahead = (to_spot * across).sum(1)
        there = held & (np.hypot(*to_spot.T) < 0.6) & (np.abs(ahead) > np.hypot(*to_spot.T) * 0.6)
        there |= held & (np.hypot(*to_spot.T) < 0.25)
        step = np.where(np.abs(ahead) < 0.07, 0.0, np.clip(1.6 * ahead, -0.4, 0.5))
        heading = np.where(there, np.arctan2(across[:, 1], across[:, 0]), heading)
        return heading, np.where(there, np.where(step > 0, np.minimum(step, speed + 0.2), step), speed)

    def _stuck(self, stuck_s: Floats, idle: Bools) -> Floats:
        """Time without progress; it dies down as people get on."""
        dt_s = self._setting.dt_s
        longer = np.where(idle, stuck_s + dt_s, np.maximum(stuck_s - 1.5 * dt_s, 0.0))
        return np.where(longer > _TURNS_S + dt_s, 0.0, longer)

    def _look(self, time_s: float, held: Bools, behind: Floats) -> Floats:
        """Heads turn left and right at the kerb, and a little on the way, to companions now and then."""
        kerb = 0.95 * np.sin(2 * np.pi * time_s / 3.2 + self._glance)
        stroll = 0.35 * np.sin(2 * np.pi * time_s / 7.0 + self._glance) ** 3
        turned = np.sin(2 * np.pi * time_s / 9.0 + self._glance) > 0.2
        beside = np.where(turned, 0.7 * self._together.toward, 0.0)
        return np.where(held, kerb, np.where(self._together.size > 1, beside, stroll))


def _unit(v: Floats) -> Floats:
    return np.asarray(v / np.maximum(np.hypot(v[:, 0], v[:, 1]), 1e-9)[:, None])
