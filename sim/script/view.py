"""Everybody between two ticks -> where one agent is in between, how fast, how far from others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from sim.agents.driving import vehicle_pose
from sim.agents.guided import Guides
from sim.agents.motion import Movers
from sim.agents.setting import Setting
from sim.agents.trajectory import Way
from sim.geometry.meeting import time_to_collision_s

__all__ = ["Body", "View"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Body:
    """One agent at one time.

    Attributes:
        x_m, y_m: of its origin.
        yaw_rad: heading.
        vx_mps, vy_mps: velocity in the world.
        box_m: x_min, x_max and half width of its footprint.
    """

    x_m: float
    y_m: float
    yaw_rad: float
    vx_mps: float
    vy_mps: float
    box_m: tuple[float, float, float]

    @property
    def speed_mps(self) -> float:
        """Along the heading, negative backward."""
        return self.vx_mps * float(np.cos(self.yaw_rad)) + self.vy_mps * float(np.sin(self.yaw_rad))

    @property
    def middle_m(self) -> tuple[float, float]:
        """Of the footprint, in the world."""
        ahead = (self.box_m[0] + self.box_m[1]) / 2
        return (
            self.x_m + ahead * float(np.cos(self.yaw_rad)),
            self.y_m + ahead * float(np.sin(self.yaw_rad)),
        )

    def ahead_m(self, xy_m: tuple[float, float]) -> tuple[float, float]:
        """How far a place is ahead of the origin, and to the left of it."""
        c, s = float(np.cos(self.yaw_rad)), float(np.sin(self.yaw_rad))
        dx, dy = xy_m[0] - self.x_m, xy_m[1] - self.y_m
        return c * dx + s * dy, c * dy - s * dx

    def corners_m(self) -> Floats:
        """(4, 2) of the footprint in the world."""
        low, high, half = self.box_m
        local = np.array([(low, -half), (high, -half), (high, half), (low, half)])
        c, s = np.cos(self.yaw_rad), np.sin(self.yaw_rad)
        return np.asarray(local @ np.array([[c, s], [-s, c]]) + (self.x_m, self.y_m))

    def gap_m(self, other: Body) -> float:
        """Distance between the footprints, 0 where they touch."""
        return float(shapely.distance(shapely.Polygon(self.corners_m()), shapely.Polygon(other.corners_m())))

    def gap_to_place_m(self, xy_m: tuple[float, float]) -> float:
        """Distance from the footprint to a place, 0 in it."""
        return float(shapely.distance(shapely.Polygon(self.corners_m()), shapely.Point(xy_m)))

    def collision_s(self, other: Body) -> float:
        """When the footprints touch if both keep their velocity; inf for never, 0 for now."""
        pair = (self, other)
        boxes = np.array([b.box_m for b in pair])
        middle = [np.mean(b.corners_m(), 0) for b in pair]
        yaw = np.array([b.yaw_rad for b in pair])
        size = np.stack([boxes[:, 1] - boxes[:, 0], 2 * boxes[:, 2]], 1)
        velocity = np.array([(b.vx_mps, b.vy_mps) for b in pair])
        return float(time_to_collision_s(np.array(middle), yaw, size, velocity, 0)[1])


class View:
    """Everybody from one tick to the next.

    Args:
        setting: the street and its cast.
        guides: who is on a trajectory or script.
        before: everybody at the tick; its ways hold until the next.
        after: at the next.
    """

    def __init__(self, setting: Setting, guides: Guides, before: Movers, after: Movers) -> None:
        self.setting, self._before, self._after = setting, before, after
        self._driven = {int(row): k for k, row in enumerate(guides.vehicles)}
        self._walked = {int(row): k for k, row in enumerate(guides.walkers)}
        self._tables: list[tuple[Floats, Floats]] = []

    def way(self, row: int) -> Way | None:
        """The way of who is on a trajectory or script, None for others."""
        guided = self._before.guided
        if row in self._driven:
            return guided.driven.ways[self._driven[row]]
        return guided.walked.ways[self._walked[row]] if row in self._walked else None

    def with_way(self, row: int, way: Way) -> Movers:
        """Everybody at the tick, one of them on another way."""
        guided = self._before.guided
        if row in self._driven:
            changed = replace(guided, driven=guided.driven.with_way(self._driven[row], way))
        else:
            changed = replace(guided, walked=guided.walked.with_way(self._walked[row], way))
        return replace(self._before, guided=changed)

    def body(self, row: int, time_s: float) -> Body:
        """One agent at a time from the tick to the next."""
        box = self.setting.footprint_m[row]
        size = float(box[0]), float(box[1]), float(box[2])
        way = self.way(row)
        if way is not None:
            place, rate, _ = way.at(time_s)
            x, y, yaw, vx, vy = map(float, (place[0], place[1], place[3], rate[0], rate[1]))
            return Body(x, y, yaw, vx, vy, size)
        if not self._tables:
            self._tables = [_table(self.setting, movers) for movers in (self._before, self._after)]
        share = time_s * self.setting.tick_hz - self._before.guided.tick
        (here, now), (there, then) = self._tables
        turn = (there[row, 2] - here[row, 2] + np.pi) % (2 * np.pi) - np.pi
        x, y = (here[row, :2] + share * (there[row, :2] - here[row, :2])).tolist()
        vx, vy = (now[row] + share * (then[row] - now[row])).tolist()
        return Body(x, y, float(here[row, 2] + share * turn), vx, vy, size)


def _table(setting: Setting, movers: Movers) -> tuple[Floats, Floats]:
    """(N, 3) x, y, yaw and (N, 2) velocity of who is not guided; 0 for what follows others."""
    pose, velocity = np.zeros((len(setting.roster), 3)), np.zeros((len(setting.roster), 2))
    traffic, crowd = movers.traffic, movers.crowd
    pose[traffic.rows] = vehicle_pose(setting, traffic)
    yaw = pose[traffic.rows, 2]
    velocity[traffic.rows] = np.stack([np.cos(yaw), np.sin(yaw)], 1) * traffic.speed_mps[:, None]
    pose[crowd.rows] = np.concatenate([crowd.xy_m, crowd.yaw_rad[:, None]], 1)
    velocity[crowd.rows] = crowd.velocity_mps
    pose[setting.rows("parked")] = movers.parked_pose
    return pose, velocity
