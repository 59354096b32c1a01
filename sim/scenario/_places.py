"""A world -> places where agents may start without touching each other, the busiest part first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.conflicts import LaneConflicts
from sim.agents.ground import GroundHeight
from sim.agents.lanes import LaneMap
from sim.agents.rooms import side_room_m
from sim.agents.walkways import Walkways
from sim.errors import UsageError
from sim.randomness import stream
from sim.world import RoadNetwork, World

__all__ = ["PersonPlace", "PersonPlaces", "VehiclePlaces"]

Floats = NDArray[np.float64]

_BAY_M = 5.9
_BESIDE_M = 0.5
"""What a lane is wider than a vehicle that passes parked vans."""
_LONG_M = 7.0
"""Longer vehicles start where the street is straight."""
_GROUP_SHARE = 0.28
"""Share of people who stand and talk."""


class VehiclePlaces:
    """Places on driving lanes, outside junctions and clear of crossings and of each other.

    Args:
        world: the street.
        seed: shuffles the places.
    """

    def __init__(self, world: World, seed: int) -> None:
        network = world.network
        self._lanes, self._focus_m = LaneMap(network.lanes), np.array(world.focus_m)
        junction = LaneConflicts(self._lanes).is_junction
        self._taken: list[tuple[int, float, float]] = []
        for crosswalk in network.crosswalks:
            for name, enter, leave in crosswalk.lanes:
                self._taken.append((self._lanes.index(name), enter - 1.0, leave + 1.0))
        self._last_m: dict[int, float] = {}
        self._bends = [bool(np.ptp(self._lanes.points(k)[2]) > 0.1) for k in range(len(network.lanes))]
        slots = []
        for k, lane in enumerate(network.lanes):
            if lane.kind != "driving" or junction[k]:
                continue
            last = lane.stop_line_s_m if lane.stop_line_s_m >= 0 else self._lanes.length_m[k]
            self._last_m[k] = last - 0.3
            slots += [(k, float(s)) for s in np.arange(3.0, last - 5.5, 4.0)]
        rng = stream(seed, "population/places")
        self._slots = self._shuffled(slots, rng)
        self._signals = _first_green_s(network)
        self._near_first(rng)

    def take(
        self, number: int, footprint_m: tuple[float, float, float], rng: np.random.Generator
    ) -> tuple[str, float, float]:
        """A place for vehicle `number`: lane, distance along it, speed to start with.

        Raises:
            UsageError: the street is full.
        """
        x_min, x_max, _ = footprint_m
        for room_m in (7.0, 4.0, 2.0):
            for k, (lane, s_m) in enumerate(self._slots):
                low, high = s_m + x_min - room_m, s_m + x_max + room_m
                if self._fits(lane, s_m + x_min, s_m + x_max, low, high):
                    del self._slots[k]
                    self._taken.append((lane, s_m + x_min, s_m + x_max))
                    limit = float(self._lanes.speed_cap(np.array([lane]), np.array([s_m]))[0])
                    speed_mps = min(limit, room_m) * float(rng.uniform(0.55, 0.8))
                    return self._lanes.ids[lane], round(s_m, 3), round(speed_mps, 3)
        raise UsageError(f"vehicles: the street has room for {number} only")

    def has_room_for(self, footprint_m: tuple[float, float, float]) -> bool:
        """Whether the street is wide enough for a vehicle beside parked vans, and long enough."""
        x_min, x_max, half_width_m = footprint_m
        narrowest = min((self._lanes.width_m[k] for k in self._last_m), default=0.0)
        free = any(self._fits(k, s + x_min, s + x_max, s + x_min - 4, s + x_max + 4) for k, s in self._slots)
        return free and narrowest > 2 * half_width_m + _BESIDE_M

    @staticmethod
    def bays(world: World) -> list[tuple[str, float]]:
        """(lane, distance of its middle) of every parking bay."""
        out = []
        for lane in world.network.lanes:
            if lane.kind == "parking":
                (x0, y0), (x1, y1) = lane.centre_m[0], lane.centre_m[-1]
                count = round(float(np.hypot(x1 - x0, y1 - y0)) / _BAY_M)
                out += [(lane.id, (k + 0.5) * _BAY_M) for k in range(count)]
        return out

    def _fits(self, lane: int, tail_m: float, nose_m: float, low_m: float, high_m: float) -> bool:
        """Free on this lane, and not reaching into a lane before or after it that is taken there."""
        if tail_m < 0.3 or nose_m > self._last_m[lane]:
            return False
        if nose_m - tail_m > _LONG_M and self._bends[lane]:
            return False
        return all(k != lane or high_m < a or low_m > b for k, a, b in self._taken)

    def _shuffled(self, slots: list[tuple[int, float]], rng: np.random.Generator) -> list[tuple[int, float]]:
        """The places in random order, those near the middle of the street more likely first."""
        if not slots:
            return []
        lane, s_m = (np.array(column) for column in zip(*slots, strict=True))
        away = np.hypot(*(self._lanes.position(lane, s_m)[0] - self._focus_m).T)
        appeal = 0.15 + np.exp(-((away / 80.0) ** 2))
        return [slots[k] for k in np.argsort(rng.exponential(size=len(slots)) / appeal)]

    def _near_first(self, rng: np.random.Generator) -> None:
        """The ego vehicle starts near the centre, driving toward it, where it turns green first."""
        lanes, best = self._lanes, []
        for k, (lane, s_m) in enumerate(self._slots):
            xy, yaw = lanes.position(np.array([lane]), np.array([s_m]))
            off = xy[0] - self._focus_m
            away = float(np.hypot(*off))
            toward = -float(off @ (np.cos(yaw[0]), np.sin(yaw[0]))) / max(away, 1e-6)
            if 62.0 < away < 98.0 and toward > 0.8:
                best.append((self._signals.get(lanes.lanes[lane].signal, 0.0), k))
        if best:
            soonest = [k for wait_s, k in best if wait_s == min(best)[0]]
            chosen = soonest[int(rng.integers(len(soonest)))]
            self._slots.insert(0, self._slots.pop(chosen))


def _first_green_s(network: RoadNetwork) -> dict[str, float]:
    """When each signal turns green for the first time."""
    out: dict[str, float] = {}
    time_s = 0.0
    for phase in network.programme:
        for name, color in phase.colors:
            if color == "green":
                out.setdefault(name, time_s)
        time_s += phase.duration_s
    return out


@dataclass(frozen=True)
class PersonPlace:
    """Where and how somebody starts."""

    xy_m: tuple[float, float]
    yaw_rad: float
    behavior: str


class PersonPlaces:
    """Places on pavements, most of them near the middle of the street; some people stand in groups.

    Args:
        world: the street.
        seed: places the groups.
        blocked: (x, y, radius) of places that others take.
    """

    def __init__(self, world: World, seed: int, blocked: Sequence[tuple[float, float, float]] = ()) -> None:
        self._ways = Walkways(world.network)
        self._ground = GroundHeight(world)
        self._room_m = side_room_m(world, self._ways, self._ground)
        self._taken: list[tuple[float, float]] = []
        self._blocked = [(t.x_m, t.y_m, 0.6) for t in world.trees]
        self._blocked += [(p.x_m, p.y_m, 0.9) for p in world.props] + [
            (h.x_m, h.y_m, 0.6) for h in world.signal_heads
        ]
        self._blocked += blocked
        self._groups: list[tuple[Floats, int]] = []
        self._rng = stream(seed, "population/groups")
        edges = self._ways.pavements
        if len(edges):
            a, b = self._ways.xy_m[edges[:, 0]], self._ways.xy_m[edges[:, 1]]
            length = np.hypot(*(b - a).T)
            away = np.hypot(*((a + b) / 2 - world.focus_m).T)
            onto_kerb = self._ways.is_landing[edges].any(1)
            weight = length * np.where(onto_kerb, 0.2, 1.0) * np.exp(-((away / 50.0) ** 2))
            self._weight = weight / weight.sum()

    def take(self, number: int, of: int, rng: np.random.Generator) -> PersonPlace:
        """A place for person `number` of `of`."""
        if not len(self._ways.pavements):
            raise UsageError("people: the world has no pavements to walk on")
        if rng.random() < _GROUP_SHARE:
            place = self._beside_others(rng)
            if place is not None:
                return place
        for attempt in range(400):
            edge = int(rng.choice(len(self._weight), p=self._weight))
            a, b = self._ways.xy_m[self._ways.pavements[edge]]
            span = b - a
            width_m = float(self._ways.width_m[self._ways.edge(*self._ways.pavements[edge])])
            across = np.array([-span[1], span[0]]) / max(float(np.hypot(*span)), 1e-9)
            aside = rng.uniform(-0.4, 0.4) * width_m
            xy = a + rng.uniform(0.1, 0.9) * span + across * aside
            if self._is_free(xy, 1.1 if attempt < 200 else 0.5):
                flip = np.pi if rng.random() < 0.5 else 0.0
                self._taken.append((float(xy[0]), float(xy[1])))
                yaw = float(np.arctan2(span[1], span[0])) + flip
                return PersonPlace((round(float(xy[0]), 3), round(float(xy[1]), 3)), round(yaw, 4), "walk")
        raise UsageError(f"people: the pavements have room for {number} only")

    def _beside_others(self, rng: np.random.Generator) -> PersonPlace | None:
        """A place in a ring of two to four people who face each other."""
        if not self._groups or self._groups[-1][1] == 0:
            for _ in range(60):
                edge = int(self._rng.choice(len(self._weight), p=self._weight))
                pair = self._ways.pavements[edge]
                centre = self._beside_wall(int(pair[0]), int(pair[1]))
                if not self._ways.is_landing[pair].any() and self._is_free(centre, 1.6):
                    self._groups.append((centre, int(self._rng.integers(2, 5))))
                    break
            else:
                return None
        centre, left = self._groups[-1]
        self._groups[-1] = (centre, left - 1)
        angle = left * 2 * np.pi / 4 + rng.uniform(-0.25, 0.25)
        xy = centre + 0.5 * np.array([np.cos(angle), np.sin(angle)])
        if not self._is_free(xy, 0.5):
            return None
        self._taken.append((float(xy[0]), float(xy[1])))
        yaw = float(np.arctan2(*(centre - xy)[::-1]))
        return PersonPlace((round(float(xy[0]), 3), round(float(xy[1]), 3)), round(yaw, 4), "stand")

    def _beside_wall(self, a: int, b: int) -> Floats:
        """A place beside the back of the pavement, where a group is in nobody's way."""
        span = self._ways.xy_m[b] - self._ways.xy_m[a]
        left = np.array([-span[1], span[0]]) / max(float(np.hypot(*span)), 1e-9)
        middle = self._ways.xy_m[[a, b]].mean(0)
        there, back = self._ways.edge(np.array([a, b]), np.array([b, a]))
        sides = [(1, self._room_m[there]), (-1, self._room_m[back])]
        # Beyond the kerb lies the road, beyond the back of the pavement anything else.
        side, room_m = max(sides, key=lambda s: float(self._height(middle + left * s[0] * (s[1] + 0.7))))
        return np.asarray(middle + left * side * (room_m - 0.45))

    def _height(self, xy: Floats) -> float:
        return float(self._ground(xy[None])[0])

    def _is_free(self, xy: Floats, room_m: float) -> bool:
        near = any(np.hypot(xy[0] - x, xy[1] - y) < room_m for x, y in self._taken)
        return not near and all(np.hypot(xy[0] - x, xy[1] - y) > r for x, y, r in self._blocked)
