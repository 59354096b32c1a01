"""A world -> places where vehicles may start without touching each other, the busiest part first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.conflicts import junction_gates
from sim.agents.lanes import LaneMap
from sim.agents.long_ways import LongWays
from sim.errors import UsageError
from sim.randomness import stream
from sim.world import RoadNetwork, World

__all__ = ["VehiclePlaces"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_BAY_M = 5.9
_LONG_M = 7.0
"""Longer vehicles start where the street is straight."""
_WIDE_BEND_M = 200.0
_FAST_MPS, _FAST_ROOMS_M = 20.0, (45.0, 25.0)
"""On faster roads than this vehicles start further apart, and faster."""


class VehiclePlaces:
    """Places on driving lanes, outside junctions and clear of crossings and of each other.

    Args:
        world: the street.
        seed: shuffles the places.
    """

    def __init__(self, world: World, seed: int) -> None:
        network = world.network
        self._lanes, self._focus_m = LaneMap(network.lanes), np.array(world.focus_m)
        self._long_ways = LongWays(world, self._lanes)
        junction = junction_gates(self._lanes)[0]
        self._taken: list[tuple[int, float, float]] = []
        for crosswalk in network.crosswalks:
            for name, enter, leave in crosswalk.lanes:
                self._taken.append((self._lanes.index(name), enter - 1.0, leave + 1.0))
        self._last_m: dict[int, float] = {}
        self._bends = [self._is_bent(k) for k in range(len(network.lanes))]
        slots = []
        for k, lane in enumerate(network.lanes):
            if lane.kind != "driving" or junction[k]:
                continue
            last = lane.stop_line_s_m if lane.stop_line_s_m >= 0 else self._lanes.length_m[k]
            self._last_m[k] = last - 0.3
            slots += [(k, float(s)) for s in np.arange(3.0, last - 5.5, 4.0)]
        rng = stream(seed, "population/places")
        fastest = max((self._lanes.speed_limit_mps[k] for k in self._last_m), default=0.0)
        self._fast_rooms_m: tuple[float, ...] = _FAST_ROOMS_M if fastest > _FAST_MPS else ()
        self._slots = self._shuffled(slots, rng)
        self._signals = _first_green_s(network)
        self._near_first(rng)

    def take(
        self,
        number: int,
        footprint_m: tuple[float, float, float],
        rng: np.random.Generator,
        ways: Bools | None = None,
    ) -> tuple[str, float, float]:
        """A place for vehicle `number`: lane, distance along it, speed to start with.

        Args:
            number: how many have one.
            footprint_m: x_min, x_max and half width of its ground rectangle.
            rng: draws the speed.
            ways: (L,) bool, lanes it may be on; None for all.

        Raises:
            UsageError: the street is full.
        """
        x_min, x_max, _ = footprint_m
        for room_m in (*self._fast_rooms_m, 7.0, 4.0, 2.0):
            for k, (lane, s_m) in enumerate(self._slots):
                low, high = s_m + x_min - room_m, s_m + x_max + room_m
                allowed = ways is None or bool(ways[lane])
                if allowed and self._fits(lane, s_m + x_min, s_m + x_max, low, high):
                    del self._slots[k]
                    self._taken.append((lane, s_m + x_min, s_m + x_max))
                    limit = float(self._lanes.speed_cap(np.array([lane]), np.array([s_m]))[0])
                    speed_mps = min(limit, room_m) * float(rng.uniform(0.55, 0.8))
                    return self._lanes.ids[lane], round(s_m, 3), round(speed_mps, 3)
        raise UsageError(f"vehicles: the street has room for {number} only")

    def long_ways(self, footprint_m: tuple[float, float, float], wheelbase_m: float) -> Bools | None:
        """(L,) bool: lanes that a long vehicle can take; None if the street has no place for it."""
        x_min, x_max, _ = footprint_m
        ways = self._long_ways.of(footprint_m, wheelbase_m)
        if any(
            ways[k] and self._fits(k, s + x_min, s + x_max, s + x_min - 7, s + x_max + 7)
            for k, s in self._slots
        ):
            return ways
        return None

    def _is_bent(self, lane: int) -> bool:
        """Bends of motorways are straight enough even for what is long."""
        s_m, _, yaw = self._lanes.points(lane)
        turned = np.abs(np.gradient(yaw, s_m)).max() > 1 / _WIDE_BEND_M
        return bool(np.ptp(yaw) > 0.1 and turned)

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
