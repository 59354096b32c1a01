"""Vehicles and people on trajectories or scripts: where they are at a tick, how wheels and bodies follow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.crowd import Crowd
from sim.agents.driving import lean
from sim.agents.head_lamps import drivers_temper, lamps_on
from sim.agents.riding import balanced, feet_down
from sim.agents.scripted import driving_way, standing_way
from sim.agents.setting import Setting
from sim.agents.trajectory import Courses, Kinematics, Trajectory, Way
from sim.bodies import Lights

__all__ = ["Guided", "Guides"]

Floats = NDArray[np.float64]

_STILL_MPS = 0.05
_STEER_MPS = 0.5
"""Below this speed a heading that changes says little about the wheels."""
_MOST_STEER_RAD = 0.65
_BRAKES_MPS2 = -0.5


@dataclass(frozen=True, eq=False)
class Guided:
    """Vehicles on trajectories or scripts at one tick, a row each, and where everybody guided goes.

    Attributes:
        rows: (G,) rows in the roster.
        tick: ticks since the first frame, below 0 in the warm-up.
        motion: where they are and how they move.
        z_m: (G,) heights of the origins.
        wheel_rad, pitch_rad, roll_rad, steer_rad: (G,).
        foot_down: (G,) 0 .. 1, how far riders have a foot on the ground.
        lights: (G,) `Lights`.
        driven: ways of these vehicles, as they are now known.
        walked: the same of people on trajectories or scripts.
    """

    rows: NDArray[np.intp]
    tick: int
    motion: Kinematics
    z_m: Floats
    wheel_rad: Floats
    pitch_rad: Floats
    roll_rad: Floats
    steer_rad: Floats
    foot_down: Floats
    lights: NDArray[np.uint8]
    driven: Courses
    walked: Courses

    @property
    def pose(self) -> Floats:
        """(G, 3) x, y, yaw."""
        return np.concatenate([self.motion.position_m[:, :2], self.motion.yaw_rad[:, None]], 1)


class Guides:
    """Everybody on a trajectory or script.

    Args:
        setting: the street and its cast.
        crowd_rows: (P,) roster rows of everybody on foot, in the order of `Crowd`.

    Attributes:
        vehicles: (G,) roster rows of vehicles on trajectories or scripts.
        walkers: (Q,) roster rows of people on trajectories or scripts.
        people: (Q,) their places in `Crowd`.
    """

    def __init__(self, setting: Setting, crowd_rows: NDArray[np.intp]) -> None:
        self._setting = setting
        self.vehicles = setting.rows("guided")
        self.walkers = setting.rows("trajectory", "scripted")
        self.people = np.searchsorted(crowd_rows, self.walkers)
        self._temper = drivers_temper(setting.seed, [setting.roster.names[row] for row in self.vehicles])

    def start(self) -> Guided:
        """Vehicles at the beginning of the warm-up."""
        driven, walked = (
            Courses([_way(self._setting, int(row)) for row in rows]) for rows in (self.vehicles, self.walkers)
        )
        motion = driven.at(-self._setting.warmup_ticks / self._setting.tick_hz)
        still = np.abs(motion.speed_mps) < _STILL_MPS
        none, down = np.zeros(len(self.vehicles)), np.where(self._cycle, still, 0.0)
        roll = np.where(self._cycle, balanced(self._setting, self.vehicles, None, none, down), 0.0)
        return self._guided(-self._setting.warmup_ticks, motion, none, none, roll, down, driven, walked)

    def moved(self, now: Guided) -> Guided:
        """Vehicles one tick later: wheels roll as far as the body moves along its heading."""
        setting, tick, before = self._setting, now.tick + 1, now.motion
        motion = now.driven.at(tick / setting.tick_hz)
        middle = (before.yaw_rad + motion.yaw_rad) / 2
        way = motion.position_m[:, :2] - before.position_m[:, :2]
        rolled = way[:, 0] * np.cos(middle) + way[:, 1] * np.sin(middle)
        wheel = now.wheel_rad + rolled / setting.wheel_radius_m[self.vehicles]
        lateral = motion.speed_mps * motion.yaw_rate_radps
        pitch, roll = lean(now.pitch_rad, now.roll_rad, motion.accel_mps2, lateral, setting.dt_s)
        down = feet_down(setting, self.vehicles, np.abs(motion.speed_mps), now.foot_down)
        pitch = np.where(self._cycle, 0.0, pitch)
        balance = balanced(setting, self.vehicles, now.roll_rad, lateral, down)
        roll = np.where(self._cycle, balance, roll)
        return self._guided(tick, motion, wheel, pitch, roll, down, now.driven, now.walked)

    def anew(self, now: Guided) -> Guided:
        """Vehicles at the same tick, moving as the ways say that they are on now."""
        motion = now.driven.at(now.tick / self._setting.tick_hz)
        columns = now.wheel_rad, now.pitch_rad, now.roll_rad, now.foot_down
        return self._guided(now.tick, motion, *columns, now.driven, now.walked)

    def led(self, crowd: Crowd, guided: Guided) -> Crowd:
        """The crowd with those people where they are at the tick of these vehicles."""
        if not len(self.people):
            return crowd
        motion = guided.walked.at(guided.tick / self._setting.tick_hz)
        xy, yaw, rate = crowd.xy_m.copy(), crowd.yaw_rad.copy(), crowd.yaw_rate_radps.copy()
        speed = crowd.speed_mps.copy()
        xy[self.people], yaw[self.people] = motion.position_m[:, :2], _wrapped(motion.yaw_rad)
        rate[self.people], speed[self.people] = motion.yaw_rate_radps, np.hypot(*motion.velocity_mps.T)
        return replace(crowd, xy_m=xy, yaw_rad=yaw, yaw_rate_radps=rate, speed_mps=speed)

    @property
    def _cycle(self) -> NDArray[np.bool_]:
        return self._setting.is_cycle[self.vehicles]

    def _guided(
        self,
        tick: int,
        motion: Kinematics,
        wheel: Floats,
        pitch: Floats,
        roll: Floats,
        down: Floats,
        driven: Courses,
        walked: Courses,
    ) -> Guided:
        setting, rows, speed = self._setting, self.vehicles, motion.speed_mps
        bend = motion.yaw_rate_radps * speed / (speed**2 + _STEER_MPS**2)
        steer = np.clip(np.arctan(setting.wheelbase_m[rows] * bend), -_MOST_STEER_RAD, _MOST_STEER_RAD)
        environment = setting.environment_at(tick + setting.warmup_ticks)
        braking = motion.accel_mps2 * np.where(speed < 0, -1.0, 1.0) < _BRAKES_MPS2
        brake = np.where(braking | (np.abs(speed) < _STILL_MPS), Lights.BRAKE, Lights.NONE)
        head = np.where(lamps_on(environment, self._temper), Lights.HEAD, Lights.NONE)
        on, off = (
            np.array([getattr(way, f"{name}_lights", Lights.NONE) for way in driven.ways], np.uint8)
            for name in ("on", "off")
        )
        lights = ((brake | head) & ~off | on).astype(np.uint8)
        z_m = self._heights_m(motion)
        return Guided(rows, tick, motion, z_m, wheel, pitch, roll, steer, down, lights, driven, walked)

    def _heights_m(self, motion: Kinematics) -> Floats:
        """(G,) heights of the origins: those given, or the mean of the ground below four wheels."""
        given = motion.position_m[:, 2]
        if not np.isnan(given).any():
            return given
        base, half = self._setting.wheelbase_m[self.vehicles], self._setting.footprint_m[self.vehicles, 2]
        ahead = np.stack([np.cos(motion.yaw_rad), np.sin(motion.yaw_rad)], 1)
        left = np.stack([-ahead[:, 1], ahead[:, 0]], 1)
        wheels = [
            motion.position_m[:, :2] + ahead * (x * base)[:, None] + left * (0.8 * y * half)[:, None]
            for x in (0.0, 1.0)
            for y in (-1.0, 1.0)
        ]
        ground = np.mean([self._setting.ground(wheel) for wheel in wheels], 0)
        return np.where(np.isnan(given), ground, given)


def _way(setting: Setting, row: int) -> Trajectory | Way:
    """The trajectory of somebody, or the way at the start of who is on a script."""
    role, lanes = setting.roles[row], setting.lanes
    if role.trajectory is not None:
        return role.trajectory
    if not role.lane:
        return standing_way(role.start_m, role.yaw_rad)
    route = [lanes.index(name) for name in role.route]
    place = role.s_m, role.lateral_m, role.heading_offset_rad
    return driving_way(lanes, lanes.index(role.lane), route, *place, role.speed_mps)


def _wrapped(angle: Floats) -> Floats:
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
