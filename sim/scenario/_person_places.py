"""A world -> places where people may start without touching each other, most of them near its middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.ground import GroundHeight
from sim.agents.rooms import side_room_m
from sim.agents.together import abreast_m
from sim.agents.walkways import Walkways
from sim.errors import UsageError
from sim.randomness import stream
from sim.world import World

__all__ = ["PersonPlace", "PersonPlaces"]

Floats = NDArray[np.float64]

_STOPS = ("bus_stop", "sign_bus_stop")
_STOP_M = 110.0
"""Stops further from the middle of the street are nobody's."""
_RING_M = 0.5
"""Radius of people who stand and talk."""
_FILE_M = 0.85
_PASS_M = 1.2
"""Breadth, of middles of people, that is left beside who stands."""


@dataclass(frozen=True)
class PersonPlace:
    """Where and how somebody starts."""

    xy_m: tuple[float, float]
    yaw_rad: float


class PersonPlaces:
    """Places on pavements.

    Args:
        world: the street.
        seed: of what is drawn for all.
        blocked: (x, y, radius) of places that others take.
        spread_m: how far from the middle of the street people are, as a rule.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        blocked: Sequence[tuple[float, float, float]] = (),
        spread_m: float = 50.0,
    ) -> None:
        self._ways = Walkways(world.network)
        self._ground = GroundHeight(world)
        self._room_m = side_room_m(world, self._ways, self._ground)
        things = [(t.x_m, t.y_m, 0.6) for t in world.trees]
        things += [(p.x_m, p.y_m, 0.9) for p in world.props] + [
            (h.x_m, h.y_m, 0.6) for h in world.signal_heads
        ]
        self._blocked = np.array([*things, *blocked], float).reshape(-1, 3)
        self._taken, self._count = np.zeros((256, 2)), 0
        edges, focus = self._ways.pavements, np.array(world.focus_m)
        if len(edges):
            a, b = self._ways.xy_m[edges[:, 0]], self._ways.xy_m[edges[:, 1]]
            length = np.hypot(*(b - a).T)
            away = np.hypot(*((a + b) / 2 - focus).T)
            onto_kerb = self._ways.is_landing[edges].any(1)
            weight = length * np.where(onto_kerb, 0.2, 1.0) * np.exp(-((away / spread_m) ** 2))
            self._weight = weight / weight.sum()
        lines = [np.array(lane.centre_m) for lane in world.network.lanes if lane.kind == "driving"]
        self._roads = np.concatenate([*lines, np.zeros((0, 2))])
        stops = [(p.x_m, p.y_m) for p in world.props if p.kind in _STOPS]
        stops = [at for at in stops if np.hypot(*(np.array(at) - focus)) < _STOP_M]
        order = stream(seed, "population/stops").permutation(len(stops))
        self._stops = [np.array(stops[k]) for k in order]
        self._level = {patch.z_m for patch in world.ground if patch.kind == "pavement"}

    @property
    def has_stops(self) -> bool:
        """Whether there are stops to wait at."""
        return bool(self._stops) and bool(len(self._roads))

    def walking(self, count: int, number: int, rng: np.random.Generator) -> list[PersonPlace]:
        """Places of `count` people who walk abreast, `number` persons having been placed before.

        Raises:
            UsageError: there is no more room.
        """
        if not len(self._ways.pavements):
            raise UsageError("people: the world has no pavements to walk on")
        for attempt in range(500):
            pair = self._ways.pavements[int(rng.choice(len(self._weight), p=self._weight))]
            a, b = self._ways.xy_m[pair[:: -1 if rng.random() < 0.5 else 1]]
            there = self._edge(pair, a)
            span = b - a
            ahead = span / max(float(np.hypot(*span)), 1e-9)
            middle = a + rng.uniform(0.1, 0.9) * span
            wish = float(rng.uniform(-0.4, 0.4)) * float(self._ways.width_m[there[0]])
            room = (0.9, 0.7, 0.5)[min(attempt // 100, 2)]
            places = self._abreast(count, middle, ahead, wish, self._room_m[there])
            if places is not None and all(self._is_free(xy, room) for xy in places):
                yaw = float(np.arctan2(ahead[1], ahead[0]))
                return [self._place(xy, yaw) for xy in places]
        if count > 1:
            return self.walking(1, number, rng)
        raise UsageError(f"people: the pavements have room for {number} only")

    def standing(self, count: int, rng: np.random.Generator) -> list[PersonPlace]:
        """Places of `count` people who stand in a ring and face each other, or of one who looks about.

        Nothing if there is no room.
        """
        for _ in range(60 if len(self._ways.pavements) else 0):
            pair = self._ways.pavements[int(rng.choice(len(self._weight), p=self._weight))]
            middle, out, room_m = self._beside_wall(pair)
            turn = rng.uniform(0, 2 * np.pi)
            radius = _RING_M + 0.06 * max(count - 3, 0) if count > 1 else 0.0
            if room_m < 2 * radius + _PASS_M:
                # Where it is narrow, two stand one beside the other along the wall, and no more than two.
                middle, turn = middle - 0.3 * np.array([np.cos(out), np.sin(out)]), out + np.pi / 2
                if count > 2 or room_m < _PASS_M:
                    continue
            angles = turn + np.arange(count) * 2 * np.pi / count + rng.uniform(-0.2, 0.2, count)
            places = middle + radius * np.stack([np.cos(angles), np.sin(angles)], 1)
            if self._ways.is_landing[pair].any() or not self._is_free(middle, radius + 1.1):
                continue
            if not self._on_pavement(places):
                continue
            yaws = np.arctan2(*(middle - places).T[::-1]) if count > 1 else [out + rng.uniform(-0.9, 0.9)]
            return [self._place(xy, float(yaw)) for xy, yaw in zip(places, yaws, strict=True)]
        return []

    def waiting(self, rng: np.random.Generator) -> list[PersonPlace]:
        """A place beside a stop, facing the road; nothing if there is no room."""
        for _ in range(40):
            stop = self._stops[int(rng.integers(len(self._stops)))]
            road = self._roads[int(np.hypot(*(self._roads - stop).T).argmin())] - stop
            toward = road / max(float(np.hypot(*road)), 1e-9)
            along = np.array([-toward[1], toward[0]])
            xy = stop + along * rng.uniform(-3.2, 3.2) - toward * rng.uniform(-0.1, 1.3)
            if self._is_free(xy, 0.55) and self._on_pavement(xy + 0.35 * np.array([[0, 0], toward, -along])):
                return [self._place(xy, float(np.arctan2(toward[1], toward[0]) + rng.uniform(-0.5, 0.5)))]
        return []

    def _edge(self, pair: NDArray[np.intp], start: Floats) -> NDArray[np.intp]:
        """Numbers of an edge from its end at `start` to the other, and back."""
        a, b = pair if (self._ways.xy_m[pair[0]] == start).all() else pair[::-1]
        return self._ways.edge(np.array([a, b]), np.array([b, a]))

    @staticmethod
    def _abreast(count: int, middle: Floats, ahead: Floats, wish_m: float, room_m: Floats) -> Floats | None:
        """(count, 2) places, within the room to both sides if that is possible; else one behind another."""
        slots = abreast_m(count)
        half, left = float(np.ptp(slots[:, 1])) / 2, np.array([-ahead[1], ahead[0]])
        low, high = half - float(room_m[1]), float(room_m[0]) - half
        if low > high:
            slots = np.stack([-_FILE_M * (np.arange(count) - (count - 1) / 2), np.zeros(count)], 1)
            low, high = -float(room_m[1]), float(room_m[0])
        aside = min(max(wish_m, low), high)
        return np.asarray(middle + slots[:, :1] * ahead + (slots[:, 1:] + aside) * left)

    def _beside_wall(self, pair: NDArray[np.intp]) -> tuple[Floats, float, float]:
        """A place by the back of the pavement, out of people's way; where the road is; how broad it is."""
        ends = self._ways.xy_m[pair]
        span = ends[1] - ends[0]
        left = np.array([-span[1], span[0]]) / max(float(np.hypot(*span)), 1e-9)
        there, back = self._edge(pair, ends[0])
        sides = [(1, float(self._room_m[there])), (-1, float(self._room_m[back]))]
        # Beyond the kerb lies the road, beyond the back of the pavement anything else.
        beyond = self._ground(np.array([ends.mean(0) + left * side * (room + 0.7) for side, room in sides]))
        side, room_m = sides[int(np.argmax(beyond))]
        out = -side * left
        where = ends.mean(0) + left * side * (room_m - 0.45)
        return where, float(np.arctan2(out[1], out[0])), sides[0][1] + sides[1][1]

    def _on_pavement(self, xy: Floats) -> bool:
        return bool(np.isin(self._ground(np.atleast_2d(xy)), sorted(self._level)).all())

    def _is_free(self, xy: Floats, room_m: float) -> bool:
        taken = self._taken[: self._count]
        if len(taken) and np.hypot(*(taken - xy).T).min() < room_m:
            return False
        blocked = self._blocked
        return bool((np.hypot(*(blocked[:, :2] - xy).T) > blocked[:, 2]).all())

    def _place(self, xy: Floats, yaw: float) -> PersonPlace:
        if self._count == len(self._taken):
            self._taken = np.concatenate([self._taken, np.zeros_like(self._taken)])
        self._taken[self._count] = xy
        self._count += 1
        wrapped = (yaw + np.pi) % (2 * np.pi) - np.pi
        return PersonPlace((round(float(xy[0]), 3), round(float(xy[1]), 3)), round(float(wrapped), 4))
