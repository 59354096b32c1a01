"""Columns of everybody on foot, and what they do to crossings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.crossings import Claims, Crossings
from sim.agents.setting import Setting
from sim.bodies.people.gait import GaitColumns

__all__ = ["Crowd"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_COMING_M = 2.2
"""Who is this near to the kerb and wants to cross is about to step on the road."""


@dataclass(frozen=True, eq=False)
class Crowd:
    """One row per person.

    Attributes:
        rows: (P,) rows in the roster.
        xy_m: (P, 2) positions.
        z_m: (P,) height of the body's origin: the ground, smoothed over kerbs.
        yaw_rad: (P,) headings.
        speed_mps: (P,) wanted speed after limits of acceleration.
        velocity_mps: (P, 2) true velocity.
        yaw_rate_radps: (P,) true turning rate.
        look_rad: (P,) heading of the head relative to the body.
        path: (P, 3) nodes: came from, walking to, then to; -1 for who stands.
        chosen: (P,) how many nodes were ever chosen: numbers the draws.
        waiting_s: (P,) time spent waiting at a kerb.
        stuck_s: (P,) time without progress, and then of getting out of the way.
        rolled_m: (P,) way along the heading so far, of what they push or lead or sit in; else their own.
        gait: feet, see `sim.bodies.people.gait`.
    """

    rows: Ints
    xy_m: Floats
    z_m: Floats
    yaw_rad: Floats
    speed_mps: Floats
    velocity_mps: Floats
    yaw_rate_radps: Floats
    look_rad: Floats
    path: Ints
    chosen: Ints
    waiting_s: Floats
    stuck_s: Floats
    rolled_m: Floats
    gait: GaitColumns

    def __len__(self) -> int:
        return len(self.rows)

    def claims(self, setting: Setting, crossings: Crossings) -> Claims:
        """Where people are on marked crossings or come to them."""
        ways = setting.walkways
        none = np.full(len(self), -1, np.intp)
        if not len(ways.names) or not crossings.count:
            return Claims(none, np.zeros(len(self)), none > 0, none > 0)
        walks = self.path[:, 0] >= 0
        a, b, c = np.maximum(self.path, 0).T
        here = np.where(walks, ways.crossing[ways.edge(a, b)], -1)
        next_one = np.where(walks, ways.crossing[ways.edge(b, c)], -1)
        near = np.hypot(*(ways.xy_m[b] - self.xy_m).T) < _COMING_M
        crossing = np.where(here >= 0, here, np.where(near, next_one, -1))
        at = np.maximum(crossing, 0)
        along = crossings.along_m(at, self.xy_m)
        # Who still waits is before the kerb he comes from.
        forward = np.where(here >= 0, 0.0, along) < crossings.length_m[at] / 2
        heading_forward = ((ways.xy_m[b] - ways.xy_m[a]) * crossings.axis[at]).sum(1) > 0
        return Claims(crossing, along, np.where(here >= 0, heading_forward, forward), here >= 0)
