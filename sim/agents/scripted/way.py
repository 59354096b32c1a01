"""A path, speeds and swings -> where somebody is at a time; and the same with a change from a time on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.lanes import LaneMap
from sim.agents.scripted.paths import Path, path_of_lanes, path_through
from sim.agents.scripted.profiles import REST, Profile, Swing
from sim.bodies import Lights

__all__ = ["ScriptedWay", "driving_way", "standing_way"]

Floats = NDArray[np.float64]

_HALT_MPS2 = 2.5
"""How people brake where their way ends."""
_SLOW_MPS = 0.3
_FINE_S = 1e-9
_LATEST_S = 1e6
_LONG_M = 2000.0
"""Vehicles know their way so far ahead, and go straight on then."""
_AWAY_M = 10_000.0
"""Who is not there is this far away and below the ground, where no camera looks."""


@dataclass(frozen=True, eq=False)
class ScriptedWay:
    """Where somebody is at any time. A value: what happens later gives another one.

    Attributes:
        path: along which.
        profile: how far when.
        aside: how far left of the path when.
        turned: by how much they look left of it when.
        halts: whether they stand where the path ends; others go straight on.
        on_lights, off_lights: `Lights` that are switched on or off whatever else holds.
        there: whether they are there at all.
        number: tells those apart who are not there.
    """

    path: Path
    profile: Profile
    aside: Swing = REST
    turned: Swing = REST
    halts: bool = False
    on_lights: Lights = Lights.NONE
    off_lights: Lights = Lights.NONE
    there: bool = True
    number: int = 0

    def at(self, time_s: float) -> Floats:
        """(3, 4): x, y, z (NaN: the ground's), yaw; their rates; the rates of these."""
        if not self.there:
            place = np.array([_AWAY_M, _AWAY_M - 50.0 * self.number, -_AWAY_M, 0.0])
            return np.stack([place, np.zeros(4), np.zeros(4)])
        s, v, a = self.way_at(time_s)
        x, y, yaw, bend = self.path.at(s)
        d, sideways, side_accel = self.aside.at(time_s)
        along = v * (1 - bend * d)
        c, k = float(np.cos(yaw)), float(np.sin(yaw))
        slip, slip_rate = 0.0, 0.0
        if abs(along) > _SLOW_MPS:
            slip = float(np.arctan(sideways / along))
            slip_rate = (side_accel * along - sideways * a) / (along**2 + sideways**2)
        turn, turn_rate, turn_accel = self.turned.at(time_s)
        ahead, left = np.array([c, k, 0.0, 0.0]), np.array([-k, c, 0.0, 0.0])
        place = np.array([x, y, np.nan, yaw + slip + turn]) + d * left
        rate = along * ahead + sideways * left + np.array([0.0, 0.0, 0.0, v * bend + slip_rate + turn_rate])
        change = a * ahead + (v * v * bend + side_accel) * left + np.array([0.0, 0.0, 0.0, turn_accel])
        return np.stack([place, rate, change])

    def way_at(self, time_s: float) -> tuple[float, float, float]:
        """How far along the path, how fast, how much faster; at the end of it they may halt."""
        s, v, a = self.profile.at(time_s)
        if not self.halts:
            return s, v, a
        brake_m = v * v / (2 * _HALT_MPS2)
        over = s - (self.path.length_m - brake_m)
        if over <= 0 or v <= 0:
            return min(s, self.path.length_m), v, a
        braking_s = over / v
        if braking_s >= v / _HALT_MPS2:
            return self.path.length_m, 0.0, 0.0
        return s - _HALT_MPS2 * braking_s**2 / 2, v - _HALT_MPS2 * braking_s, -_HALT_MPS2

    def arrival_s(self, from_s: float) -> float:
        """When the end of the path is reached if nothing else happens; inf if never."""
        until = self.path.length_m - (1e-6 if self.halts else 0.0)
        low, step = from_s, 1.0
        if self.way_at(low)[0] >= until:
            return from_s
        while self.way_at(low + step)[0] < until:
            step *= 2.0
            if step > _LATEST_S:
                return float("inf")
        high = low + step
        while high - low > _FINE_S * max(1.0, abs(high)):
            middle = (low + high) / 2
            low, high = (middle, high) if self.way_at(middle)[0] < until else (low, middle)
        return high

    def with_speeds(self, time_s: float, speeds: Sequence[tuple[float, float]], smooth: bool) -> ScriptedWay:
        """The way with other speeds from a time on, see `Profile.then`."""
        return replace(self, profile=self.profile.then(time_s, speeds, smooth=smooth))

    def moved_over(self, time_s: float, left_m: float, takes_s: float) -> ScriptedWay:
        """The way further left by so much, beginning at a time."""
        here = self.aside.at(time_s)[0]
        return replace(self, aside=Swing(time_s, takes_s, here, here + left_m))

    def turned_by(self, time_s: float, left_rad: float, takes_s: float) -> ScriptedWay:
        """The way, looking further left by so much, beginning at a time."""
        here = self.turned.at(time_s)[0]
        return replace(self, turned=Swing(time_s, takes_s, here, here + left_rad))

    def onto(self, time_s: float, points_m: Sequence[tuple[float, float]], corner_m: float) -> ScriptedWay:
        """The way that leads from the place at a time through points, at the speeds it has."""
        x, y = self.at(time_s)[0, :2].tolist()
        path = path_through([(x, y), *points_m], corner_m)
        profile = self.profile.placed(time_s, 0.0)
        return replace(self, path=path, profile=profile, aside=REST, turned=REST)


def driving_way(
    lanes: LaneMap,
    lane: int,
    route: Sequence[int],
    s_m: float,
    left_m: float,
    turned_rad: float,
    speed_mps: float,
) -> ScriptedWay:
    """The way of a vehicle that drives on from a place on or beside a lane, beginning at time 0."""
    path = path_of_lanes(lanes, lane, route, left_m, s_m + _LONG_M)
    turned = Swing(before=turned_rad, after=turned_rad)
    return ScriptedWay(path, Profile.steady(0.0, s_m, speed_mps), turned=turned)


def standing_way(xy_m: tuple[float, float], yaw_rad: float) -> ScriptedWay:
    """The way of somebody who stands."""
    ahead = xy_m[0] + float(np.cos(yaw_rad)), xy_m[1] + float(np.sin(yaw_rad))
    return ScriptedWay(path_through([xy_m, ahead], 0.0), Profile.steady(0.0, 0.0, 0.0), halts=True)
