"""Lanes or points -> a path by its arc length: place, heading and curvature, straight on beyond its ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.agents.lanes import LaneMap

__all__ = ["Path", "path_of_lanes", "path_through"]

Floats = NDArray[np.float64]

_STEP_M = 0.1
_SAME_M = 1e-6
_SHARP_RAD = 1e-4


class Path:
    """A line through points that lie near to each other.

    Args:
        xy_m: (K, 2) points, at least two that differ.

    Attributes:
        length_m: arc length.
    """

    def __init__(self, xy_m: Floats) -> None:
        steps = np.hypot(*np.diff(xy_m, axis=0).T)
        kept = np.concatenate([[True], steps > _SAME_M])
        self._xy, steps = xy_m[kept], steps[steps > _SAME_M]
        self._s = np.concatenate([[0.0], np.cumsum(steps)])
        self.length_m = float(self._s[-1])
        middle = np.unwrap(np.arctan2(*np.diff(self._xy, axis=0).T[::-1]))
        inner = (middle[1:] * steps[:-1] + middle[:-1] * steps[1:]) / (steps[1:] + steps[:-1])
        self._yaw = np.concatenate([middle[:1], inner, middle[-1:]])
        self._bend = np.gradient(self._yaw, self._s) if len(self._s) > 2 else np.zeros(len(self._s))
        self._bend[np.abs(self._bend) < 1e-9] = 0.0

    def at(self, s_m: float) -> tuple[float, float, float, float]:
        """x, y, heading and curvature (left positive) at a distance along the path."""
        x, y = (float(np.interp(s_m, self._s, self._xy[:, k])) for k in range(2))
        yaw = float(np.interp(s_m, self._s, self._yaw))
        beyond = s_m - min(max(s_m, 0.0), self.length_m)
        if beyond != 0.0:
            return x + beyond * float(np.cos(yaw)), y + beyond * float(np.sin(yaw)), yaw, 0.0
        return x, y, yaw, float(np.interp(s_m, self._s, self._bend))

    def nearest_s_m(self, xy_m: tuple[float, float]) -> float:
        """Distance along the path of its point nearest to a place."""
        a, b = self._xy[:-1], self._xy[1:]
        span = b - a
        share = np.clip(((xy_m - a) * span).sum(1) / (span**2).sum(1), 0.0, 1.0)
        away = np.hypot(*(a + share[:, None] * span - xy_m).T)
        k = int(away.argmin())
        return float(self._s[k] + share[k] * (self._s[k + 1] - self._s[k]))


def path_of_lanes(lanes: LaneMap, first: int, route: Sequence[int], left_m: float, least_m: float) -> Path:
    """The way along lanes, beside their center line.

    Args:
        lanes: the street's lanes.
        first: number of the first lane, at whose start the path begins.
        route: numbers of lanes that follow; then it goes on straight, where that is possible.
        left_m: how far left of the center line.
        least_m: go on until the path is this long or the street ends.
    """
    numbers, length = [first], float(lanes.length_m[first])
    ahead = list(route)
    while length < least_m or ahead:
        following = ahead.pop(0) if ahead else _straight_on(lanes, numbers[-1])
        if following < 0:
            break
        numbers.append(following)
        length += float(lanes.length_m[following])
    parts = []
    for number in numbers:
        _, xy, yaw = lanes.points(number)
        parts.append(xy + left_m * np.stack([-np.sin(yaw), np.cos(yaw)], 1))
    return Path(np.concatenate(parts))


def path_through(points_m: Sequence[tuple[float, float]], corner_m: float) -> Path:
    """The way through points, straight between them, with corners that are rounded.

    Args:
        points_m: at least two that differ.
        corner_m: how far before a point the round of its corner begins; less where points are near.
    """
    points = np.array(points_m, float)
    points = points[np.concatenate([[True], np.hypot(*np.diff(points, axis=0).T) > _SAME_M])]
    out = [points[:1]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        come, go = here - before, after - here
        turn = np.arctan2(come[0] * go[1] - come[1] * go[0], come @ go)
        if abs(turn) < _SHARP_RAD:
            continue
        cut = min(corner_m, float(np.hypot(*come)) / 2, float(np.hypot(*go)) / 2)
        a, b = here - come / np.hypot(*come) * cut, here + go / np.hypot(*go) * cut
        u = np.linspace(0.0, 1.0, max(8, int(2 * cut / _STEP_M)))[:, None]
        out.append((1 - u) ** 2 * a + 2 * u * (1 - u) * here + u**2 * b)
    return Path(np.concatenate([*out, points[-1:]]))


def _straight_on(lanes: LaneMap, number: int) -> int:
    """The lane that follows without a turn if there is one, else the first; -1 where the street ends."""
    options = [int(k) for k in lanes.successors[number] if k >= 0]
    straight = [k for k in options if lanes.lanes[k].turn == "straight"]
    return next(iter(straight or options), -1)
