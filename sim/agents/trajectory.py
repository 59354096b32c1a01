"""Places at given times -> place, heading, velocity and acceleration at any time, smooth in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline

from sim.errors import UsageError

__all__ = ["Courses", "Kinematics", "Trajectory", "Way"]

Floats = NDArray[np.float64]
Reals = tuple[float, ...]

_STEADY = 2.0
"""No velocity at a given place is more than so many times that of the slower way before or after it."""


@dataclass(frozen=True)
class Trajectory:
    """Where an agent is at given times. All lists are as long as `time_s`; those in brackets may be empty.

    Attributes:
        time_s: since the first frame, growing; times before 0 lie in the warm-up.
        x_m, y_m: of the body's origin (vehicles: the middle of the rear axle) in the world.
        yaw_rad: heading, counter-clockwise from +X; turns go the short way.
        z_m: height of the origin (of vehicles); that of the ground if empty.
        speed_mps: along the heading, negative backward; follows from the places if empty.

    Raises:
        UsageError: the field, its value, what would be right.
    """

    time_s: Reals
    x_m: Reals
    y_m: Reals
    yaw_rad: Reals
    z_m: Reals = ()
    speed_mps: Reals = ()

    def __post_init__(self) -> None:
        count = len(self.time_s)
        if not count:
            raise UsageError("trajectory.time_s is empty, wanted at least one time")
        for name in ("x_m", "y_m", "yaw_rad", "z_m", "speed_mps"):
            given = len(getattr(self, name))
            if given != count and (given or name in ("x_m", "y_m", "yaw_rad")):
                raise UsageError(f"trajectory.{name} has {given} entries, wanted {count} as time_s has")
        for k, (before, after) in enumerate(pairwise(self.time_s)):
            if not after > before:
                raise UsageError(f"trajectory.time_s[{k + 1}] is {after}, wanted more than {before}")


@dataclass(frozen=True, eq=False)
class Kinematics:
    """How G agents move at one time.

    Attributes:
        position_m: (G, 3) of the origins; z is NaN where the ground is to say it.
        yaw_rad: (G,) headings, continuous over time.
        velocity_mps: (G, 2) in the world.
        accel_mps2: (G,) along the heading.
        yaw_rate_radps: (G,).
    """

    position_m: Floats
    yaw_rad: Floats
    velocity_mps: Floats
    accel_mps2: Floats
    yaw_rate_radps: Floats

    @property
    def speed_mps(self) -> Floats:
        """(G,) along the heading, negative backward."""
        ahead = np.stack([np.cos(self.yaw_rad), np.sin(self.yaw_rad)], 1)
        return np.asarray((self.velocity_mps * ahead).sum(1))


class Way(Protocol):
    """Where one agent is at any time."""

    def at(self, time_s: float) -> Floats:
        """(3, 4): x, y, z (NaN: the ground's), yaw; their rates; the rates of these."""
        ...


class Courses:
    """Ways of G agents. Those on trajectories are exactly at the given places at the given times.

    In between, places follow cubic Hermite splines, headings too: position and velocity are continuous.
    Before its first time an agent stands at its first place, from its last time on at its last.

    Args:
        ways: of the agents, or their trajectories.

    Attributes:
        ways: the same, as ways.
    """

    def __init__(self, ways: Sequence[Trajectory | Way]) -> None:
        self.ways = tuple(_Recorded(way) if isinstance(way, Trajectory) else way for way in ways)

    def __len__(self) -> int:
        return len(self.ways)

    def with_way(self, place: int, way: Trajectory | Way) -> Courses:
        """The same but for one agent."""
        return Courses([*self.ways[:place], way, *self.ways[place + 1 :]])

    def at(self, time_s: float) -> Kinematics:
        """How everybody moves at a time."""
        states = np.array([way.at(time_s) for way in self.ways], float).reshape(-1, 3, 4)
        place, rate, change = states[:, 0], states[:, 1], states[:, 2]
        ahead = np.stack([np.cos(place[:, 3]), np.sin(place[:, 3])], 1)
        return Kinematics(place[:, :3], place[:, 3], rate[:, :2], (change[:, :2] * ahead).sum(1), rate[:, 3])


class _Recorded:
    """One agent's x, y, z and unwrapped yaw over time."""

    def __init__(self, given: Trajectory) -> None:
        self._time_s = np.array(given.time_s, float)
        z = given.z_m or np.zeros(len(self._time_s))
        yaw = np.unwrap(np.array(given.yaw_rad, float))
        self._values = np.stack([np.array(given.x_m, float), np.array(given.y_m, float), z, yaw], 1)
        self._ground = np.array([0.0, 0.0, 0.0 if given.z_m else np.nan, 0.0])
        self._splines: list[CubicHermiteSpline] = []
        if len(self._time_s) > 1:
            slopes = _slopes(self._time_s, self._values)
            if given.speed_mps:
                ahead = np.stack([np.cos(yaw), np.sin(yaw)], 1)
                slopes[:, :2] = np.array(given.speed_mps)[:, None] * ahead
            spline = CubicHermiteSpline(self._time_s, self._values, slopes)
            self._splines = [spline, spline.derivative(1), spline.derivative(2)]

    def at(self, time_s: float) -> Floats:
        """(3, 4): x, y, z, yaw, their rates, the rates of these."""
        if not self._time_s[0] <= time_s < self._time_s[-1]:
            place = self._values[0 if time_s < self._time_s[0] else -1]
            return np.stack([place + self._ground, np.zeros(4), np.zeros(4)])
        place, rate, change = (spline(time_s) for spline in self._splines)
        return np.stack([place + self._ground, rate, change])


def _slopes(time_s: Floats, values: Floats) -> Floats:
    """(K, 4) rates at the given times: of the parabola through three places, but never ones that overshoot.

    Who stands before or after a place stands at it. x and y are limited together: no axis counts more.
    """
    step = np.diff(time_s)[:, None]
    rate = np.diff(values, axis=0) / step
    out = np.concatenate([rate[:1], (step[1:] * rate[:-1] + step[:-1] * rate[1:]) / (step[1:] + step[:-1]),
                          rate[-1:]])  # fmt: skip
    for columns in (slice(0, 2), slice(2, 3), slice(3, 4)):
        size = np.linalg.norm(rate[:, columns], axis=1)
        most = _STEADY * np.minimum(np.concatenate([size[:1], size]), np.concatenate([size, size[-1:]]))
        own = np.linalg.norm(out[:, columns], axis=1)
        out[:, columns] *= np.minimum(1.0, most / np.maximum(own, 1e-300))[:, None]
    return np.asarray(out)
