"""People on the pavement graph -> the nodes between which each walks, and what they choose next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.setting import Setting
from sim.agents.together import Together

__all__ = ["Routes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_ARRIVE_M = 0.45
_OFF_ROAD_M = 0.1
"""Off the road people are off it only when the kerb is behind them."""
_TO_CROSS_M = 25.0
"""Who is to cross goes as far along the road for a place."""


class Routes:
    """Ways of people who walk. Those who walk together take the same.

    Args:
        setting: the street and its cast.
        rows: (K,) their roster rows.
        together: who walks with whom.
    """

    def __init__(self, setting: Setting, rows: Ints, together: Together) -> None:
        self._setting, self._rows, self._together = setting, rows, together
        self._anywhere = [setting.roles[rows[k]].behavior == "cross" for k in together.first]
        self._to_goal: dict[int, tuple[int, ...]] = {}

    def start(self) -> tuple[Ints, Ints]:
        """(K, 3) nodes each walks between at the start and (K,) how many were chosen."""
        paths = np.zeros((len(self._rows), 3), np.intp)
        for k, first in enumerate(self._together.first.tolist()):
            paths[k] = self._first_path(k) if k == first else paths[first]
        return paths, np.ones(len(self._rows), np.intp)

    def advanced(
        self, path: Ints, chosen: Ints, xy_m: Floats, on_road: Bools, waits: Bools, gives_up: Bools
    ) -> tuple[Ints, Ints]:
        """Paths and numbers of chosen nodes after everybody who has come to a node has gone on.

        Args:
            path: (K, 3) as it was.
            chosen: (K,) as it was.
            xy_m: (K, 2) where people are.
            on_road: (K,) who walks on a road.
            waits: (K,) who does not go on yet.
            gives_up: (K,) who turns round instead.
        """
        ways, path, chosen = self._setting.walkways, path.copy(), chosen.copy()
        a, b = ways.xy_m[path[:, 0]], ways.xy_m[path[:, 1]]
        span = b - a
        length = np.maximum(np.hypot(span[:, 0], span[:, 1]), 1e-9)
        along = ((xy_m - a) * span).sum(1) / length
        early = np.where(on_road, _OFF_ROAD_M, np.minimum(_ARRIVE_M, 0.5 * length))
        for k in np.flatnonzero(((along > length - early) & ~waits) | gives_up).tolist():
            came, at = int(path[k, 1]), int(path[k, 2])
            if gives_up[k]:
                at = int(path[k, 0])
            path[k] = came, at, self._choose(k, came, at, int(chosen[k]))
            chosen[k] += 1
        return path, chosen

    def _first_path(self, k: int) -> tuple[int, int, int]:
        ways, role = self._setting.walkways, self._setting.roles[self._rows[k]]
        a, b = ways.nearest_edge(role.start_m)
        along = ways.xy_m[b] - ways.xy_m[a]
        if along[0] * np.cos(role.yaw_rad) + along[1] * np.sin(role.yaw_rad) < 0:
            a, b = b, a
        if role.goal_m is not None:
            goal = ways.nearest_node(role.goal_m)
            routes = [ways.route(end, goal, anywhere=self._anywhere[k]) for end in (a, b)]
        else:
            routes = self._to_other_side(role.start_m, (a, b)) if self._anywhere[k] else []
        if routes:
            first = min(routes, key=self._length_m)
            start = b if first[0] == a else a
            self._to_goal[k] = first[1:]
            a, b = start, first[0]
        return a, b, self._choose(k, a, b, 0)

    def _length_m(self, route: tuple[int, ...]) -> float:
        line = self._setting.walkways.xy_m[list(route)]
        return float(np.hypot(*np.diff(line, axis=0).T).sum())

    def _to_other_side(self, start_m: tuple[float, float], ends: tuple[int, int]) -> list[tuple[int, ...]]:
        """Ways over the road at the nearest place without marks; none if there is none near."""
        ways = self._setting.walkways
        landings = np.flatnonzero(ways.is_anywhere)
        away = np.hypot(*(ways.xy_m[landings] - start_m).T)
        if not len(landings) or away.min() > _TO_CROSS_M:
            return []
        landing = int(landings[away.argmin()])
        other = next(n for n in ways.neighbors[landing] if ways.is_anywhere[n])
        beyond = next(n for n in ways.neighbors[other] if n != landing)
        return [(*ways.route(end, landing), other, beyond) for end in ends]

    def _choose(self, k: int, came: int, at: int, number: int) -> int:
        first = int(self._together.first[k])
        route = self._to_goal.get(first, ())
        if number < len(route):
            # Who gave up on a way or was led off it goes on from where he is.
            node = route[number]
            if self._setting.walkways.edge(np.array([at]), np.array([node]))[0] >= 0:
                return node
        draws = self._setting.draws(int(self._rows[first]), f"way/{number}")
        return self._setting.walkways.next_node(came, at, draws, anywhere=self._anywhere[k])
