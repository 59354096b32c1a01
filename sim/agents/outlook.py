"""Agents on trajectories -> where they are and will soon be on lanes: what drivers and people yield to.

Who is on a recorded trajectory goes its way whatever others do, so that way is known: others count it as
taken for as long as one looks ahead.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.blocks import Blocks
from sim.agents.guided import Guided, Guides
from sim.agents.setting import PERSON_RADIUS_M, Setting
from sim.agents.trajectory import Kinematics

__all__ = ["Outlook"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_LOOK_S = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
_WITHIN_LANE = 0.45
"""What is nearer than this share of its width to a lane's center is in the way."""
_CROSSES_COS = 0.7
_SLOW_MPS, _EVERY_S, _BESIDE_M = 1.0, 0.2, 0.5
"""How slowly people may cross; how often and how near a vehicle on the way is looked at."""


class Outlook:
    """What those on trajectories will do, as others expect it.

    Args:
        setting: the street and its cast.
        guides: who is on a trajectory.
    """

    def __init__(self, setting: Setting, guides: Guides) -> None:
        self._setting, self._guides = setting, guides
        lanes = setting.lanes
        driving = [k for k, lane in enumerate(lanes.lanes) if lane.kind == "driving"]
        sampled = [lanes.points(k) for k in driving]
        self._lane = np.repeat(np.array(driving, np.intp), [len(s) for s, _, _ in sampled])
        self._s_m, self._yaw = (np.concatenate([part[k] for part in sampled]) for k in (0, 2))
        self._xy = np.concatenate([xy for _, xy, _ in sampled])
        self._tree = cKDTree(self._xy)
        self._reach_m = float(lanes.width_m[driving].max()) / 2
        zebras = setting.world.network.crosswalks
        self._crossings = [shapely.buffer(shapely.Polygon(zebra.outline_m), _BESIDE_M) for zebra in zebras]
        lengths = np.array([np.hypot(*np.subtract(z.end_m, z.start_m)) for z in zebras], float)
        self._crossing_s = lengths / _SLOW_MPS + _EVERY_S

    def at(self, now: Guided) -> Blocks:
        """What is taken now and soon after, on every lane the first place of everybody each time."""
        footprint = self._setting.footprint_m[self._guides.vehicles]
        radius = np.full((len(self._guides.people), 1), PERSON_RADIUS_M)
        disc = np.concatenate([-radius, radius, radius], 1)
        parts = []
        for after_s in _LOOK_S:
            then_s = now.tick / self._setting.tick_hz + after_s
            parts.append(self._taken(now.driven.at(then_s), footprint, after_s))
            parts.append(self._taken(now.walked.at(then_s), disc, after_s))
        lane, s_m, soon_s, speed = (np.concatenate([part[k] for part in parts]) for k in range(4))
        return Blocks(lane, s_m, soon_s, speed, self._crossed(now))

    def _crossed(self, now: Guided) -> NDArray[np.bool_]:
        """(C,) bool: crossings that a vehicle comes onto before people who start now are over."""
        out = np.zeros(len(self._crossings), bool)
        if not len(out) or not len(self._guides.vehicles):
            return out
        ahead_s = np.arange(0.0, self._crossing_s.max() + _EVERY_S, _EVERY_S)
        now_s = now.tick / self._setting.tick_hz
        motions = [now.driven.at(now_s + float(then_s)) for then_s in ahead_s]
        box = self._setting.footprint_m[self._guides.vehicles]
        for along_m in (box[:, 0], box[:, :2].mean(1), box[:, 1]):
            xy = np.array([
                m.position_m[:, :2] + along_m[:, None] * np.stack([np.cos(m.yaw_rad), np.sin(m.yaw_rad)], 1)
                for m in motions
            ])  # fmt: skip
            for k, (area, within_s) in enumerate(zip(self._crossings, self._crossing_s, strict=True)):
                soon = xy[ahead_s <= within_s].reshape(-1, 2)
                out[k] |= bool(shapely.contains_xy(area, soon[:, 0], soon[:, 1]).any())
        return out

    def _taken(
        self, motion: Kinematics, box_m: Floats, after_s: float
    ) -> tuple[Ints, Floats, Floats, Floats]:
        """Places on lanes below rectangles (G, 3): x_min, x_max, half width."""
        along = np.linspace(0.0, 1.0, 9)
        across = np.array([-1.0, 0.0, 1.0])
        u, v = (a.ravel() for a in np.meshgrid(along, across))
        x = box_m[:, :1] + u * (box_m[:, 1:2] - box_m[:, :1])
        y = v * box_m[:, 2:]
        c, s = np.cos(motion.yaw_rad)[:, None], np.sin(motion.yaw_rad)[:, None]
        points = motion.position_m[:, None, :2] + np.stack([c * x - s * y, s * x + c * y], -1)
        found = self._tree.query_ball_point(points.reshape(-1, 2), self._reach_m)
        point = np.repeat(np.arange(len(found)), [len(near) for near in found])
        sample = np.array([k for near in found for k in near], np.intp)
        offset = points.reshape(-1, 2)[point] - self._xy[sample]
        yaw, lane = self._yaw[sample], self._lane[sample]
        aside = np.abs(-offset[:, 0] * np.sin(yaw) + offset[:, 1] * np.cos(yaw))
        inside = aside < _WITHIN_LANE * self._setting.lanes.width_m[lane]
        sample, lane, agent = sample[inside], lane[inside], point[inside] // max(len(u), 1)
        order = np.lexsort((self._s_m[sample], lane, agent))
        sample, lane, agent = sample[order], lane[order], agent[order]
        _, first = np.unique(np.stack([agent, lane]), axis=1, return_index=True)
        sample, lane, agent = sample[first], lane[first], agent[first]
        heading = np.stack([np.cos(self._yaw[sample]), np.sin(self._yaw[sample])], 1)
        velocity = motion.velocity_mps[agent]
        speed = (velocity * heading).sum(1)
        speed = np.where(speed > _CROSSES_COS * np.hypot(*velocity.T), speed, 0.0)
        return lane, self._s_m[sample], np.full(len(lane), after_s), speed
