"""A world and its pavement graph -> how far people may stray to either side of each edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.ground import GroundHeight
from sim.agents.walkways import Walkways
from sim.world import Building, World

__all__ = ["side_room_m"]

Floats = NDArray[np.float64]

_PROBE_M, _FARTHEST_M, _EDGE_M = 0.2, 3.4, 0.35
_ON_CROSSING_M = 0.25


def side_room_m(world: World, ways: Walkways, ground: GroundHeight) -> Floats:
    """Free room to the left of every edge, found by probing the pavement from the edge outward.

    Args:
        world: its pavements and buildings.
        ways: the graph.
        ground: height of the ground.

    Returns:
        (E + 1,) meters for every edge of the graph, walked in its direction, and 0 for no edge; the room to
        the right is that of the edge back.
    """
    out = np.zeros(len(ways.ends) + 1)
    a, b = ways.ends.T
    if not len(a):
        return out
    span = ways.xy_m[b] - ways.xy_m[a]
    left = np.stack([-span[:, 1], span[:, 0]], 1) / np.maximum(np.hypot(*span.T), 1e-9)[:, None]
    away = np.arange(0.0, _FARTHEST_M, _PROBE_M)
    free = np.ones((len(a), len(away)), bool)
    for share in (0.2, 0.5, 0.8):
        start = ways.xy_m[a] + share * span
        probes = (start[:, None] + left[:, None] * away[None, :, None]).reshape(-1, 2)
        free &= _on_pavement(world, ground, probes).reshape(free.shape)
    # The room ends at the first probe that is off the pavement.
    reach = np.where(free.all(1), _FARTHEST_M, away[np.argmin(free, 1)] - _PROBE_M)
    out[:-1] = np.maximum(reach - _EDGE_M, 0.1)
    crossing = (ways.crossing >= 0) | (ways.midblock >= 0)
    out[crossing] = ways.width_m[crossing] / 2 + _ON_CROSSING_M
    return out


def _on_pavement(world: World, ground: GroundHeight, xy_m: Floats) -> NDArray[np.bool_]:
    height = {patch.z_m for patch in world.ground if patch.kind == "pavement"}
    on = np.isin(ground(xy_m), sorted(height))
    points = cKDTree(xy_m)
    for b in world.buildings:
        c, s = np.cos(b.yaw_rad), np.sin(b.yaw_rad)
        middle = (b.x_m + (c * b.width_m - s * b.depth_m) / 2, b.y_m + (s * b.width_m + c * b.depth_m) / 2)
        near = points.query_ball_point(middle, 0.51 * float(np.hypot(b.width_m, b.depth_m)))
        on[near] &= ~_inside(b, xy_m[near])
    return np.asarray(on, bool)


def _inside(building: Building, xy_m: Floats) -> NDArray[np.bool_]:
    c, s = np.cos(building.yaw_rad), np.sin(building.yaw_rad)
    d = xy_m - (building.x_m, building.y_m)
    x, y = c * d[:, 0] + s * d[:, 1], -s * d[:, 0] + c * d[:, 1]
    return np.asarray((x > 0) & (x < building.width_m) & (y > 0) & (y < building.depth_m), bool)
