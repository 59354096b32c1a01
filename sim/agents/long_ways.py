"""A street and a long vehicle -> the lanes it can take with its tires on the road and nobody's lane swept."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from sim.agents.conflicts import junction_gates, siblings, turns_back
from sim.agents.lanes import LaneMap
from sim.agents.sweeps import Envelope, bodies_at
from sim.world import World

__all__ = ["LongWays"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_STEP_M, _STRAIGHT_RADPM = 1.0, 1 / 150
"""How finely ways are looked at; what bends less is straight."""
_TIRE_M, _BESIDE_M = 0.12, 0.5
"""The middle of a tire is this far inside the footprint; what a lane is wider than a vehicle beside vans."""
_OTHERS_M = 1.05
"""Half the width of those on other lanes."""


class LongWays:
    """Lanes for long vehicles, worked out once for each kind of them.

    Args:
        world: the street.
        lanes: its lanes.
    """

    def __init__(self, world: World, lanes: LaneMap) -> None:
        self._world, self._lanes = world, lanes
        self._found: dict[tuple[float, ...], Bools] = {}

    def of(self, footprint_m: tuple[float, float, float], wheelbase_m: float) -> Bools:
        """(L,) bool: lanes it can take, and go on from along such lanes for as long as it likes.

        Args:
            footprint_m: x_min, x_max and half width of its ground rectangle.
            wheelbase_m: its wheelbase.
        """
        key = (*footprint_m, wheelbase_m)
        if key not in self._found:
            out = self._passable(
                Envelope(*footprint_m, (wheelbase_m**2 / 4, wheelbase_m**2 / 4)), wheelbase_m
            )
            after = self._lanes.successors
            while True:
                goes_on = (out[after] & (after >= 0)).any(1) | (after < 0).all(1)
                if (out <= goes_on).all():
                    break
                out = out & goes_on
            self._found[key] = out
        return self._found[key]

    def _passable(self, envelope: Envelope, wheelbase_m: float) -> Bools:
        lanes = self._lanes
        driving = np.array([lane.kind == "driving" for lane in lanes.lanes], bool)
        out = driving & (lanes.width_m > 2 * envelope.half_width_m + _BESIDE_M)
        bent = [
            k for k in np.flatnonzero(out).tolist() if np.abs(lanes.curvature_of(k)).max() > _STRAIGHT_RADPM
        ]
        counts = [max(int(lanes.length_m[k] / _STEP_M), 1) + 1 for k in bent]
        lane = np.repeat(np.array(bent, np.intp), counts)
        if not len(lane):
            return out
        s_m = np.concatenate(
            [np.linspace(0, lanes.length_m[k], n) for k, n in zip(bent, counts, strict=True)]
        )
        cut_m2 = np.full(len(lane), envelope.cut_m2[0])
        bodies, pose = bodies_at(lanes, lane, s_m, np.zeros(len(lane)), cut_m2, envelope)
        out[lane[~self._on_road(pose, envelope, wheelbase_m)]] = False
        out[lane[self._sweeps_others(lane, bodies)]] = False
        return out

    def _on_road(self, pose: Floats, envelope: Envelope, wheelbase_m: float) -> Bools:
        """(K,) bool: all tires of bodies at poses (K, 3) are on the road."""
        road = np.array([patch.kind == "road" for patch in self._world.ground] + [False], bool)
        x = np.array([0.0, 0.0, wheelbase_m, wheelbase_m])
        y = np.array([1.0, -1.0, 1.0, -1.0]) * (envelope.half_width_m - _TIRE_M)
        c, s = np.cos(pose[:, 2:]), np.sin(pose[:, 2:])
        points = pose[:, None, :2] + np.stack([c * x - s * y, s * x + c * y], -1)
        return np.asarray(road[self._world.ground_patch(points.reshape(-1, 2))].reshape(-1, 4).all(1))

    def _sweeps_others(self, lane: Ints, bodies: NDArray[np.object_]) -> Bools:
        """(K,) bool: a body is in the way of who drives or waits on a lane where no grants are needed."""
        lanes = self._lanes
        inside, gate_m = junction_gates(lanes)
        inside |= turns_back(lanes)
        strips, owner = [], []
        for k in np.flatnonzero(~inside).tolist():
            s_m, points, _ = lanes.points(k)
            ends = min(float(gate_m[k]), float(lanes.length_m[k]))
            line = points[s_m <= ends]
            if len(line) > 1:
                strips.append(shapely.buffer(shapely.LineString(line), _OTHERS_M, cap_style="flat"))
                owner.append(k)
        out = np.zeros(len(lane), bool)
        if not strips:
            return out
        body, strip = shapely.STRtree(strips).query(bodies, predicate="intersects")
        own, other = lane[body], np.array(owner, np.intp)[strip]
        after, beside = lanes.successors, siblings(lanes)
        related = (own == other) | (after[own] == other[:, None]).any(1)
        related |= (after[other] == own[:, None]).any(1) | (beside[own] == other[:, None]).any(1)
        out[body[~related]] = True
        return out
