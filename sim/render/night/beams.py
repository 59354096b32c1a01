"""A body's lamps -> patches of ground they light, and how far a beam goes before a vehicle stops it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.bodies import Body, LampGroup
from sim.geometry import Mesh

__all__ = ["FAR_M", "beam_mesh", "beam_reach_m"]

FAR_M = 70.0
"""No beam goes farther."""

_AHEAD = ((0.0, 1.0), (12.0, 12.0), (FAR_M, 28.0))  # metres ahead of the lamps, half width of the patch
_BEHIND = ((0.0, 3.0), (7.5, 5.0))


def beam_mesh(body: Body) -> Mesh | None:
    """The patches of ground that a vehicle's own lamps light.

    Args:
        body: its head and tail lamps are found by their `LampGroup`.

    Returns:
        Vertices (metres away from the lamps, metres to the left, +1 ahead or -1 behind) with the lamps' place
        in uv (ahead of the origin, above the ground, metres); None if the body has no lamps.
    """
    mesh = body.mesh
    patches: list[tuple[tuple[tuple[float, float], ...], float, float, float]] = []
    front = mesh.positions_m[mesh.part == LampGroup.HEAD]
    if len(front):
        patches.append((_AHEAD, 1.0, float(front[:, 0].max()), float(front[:, 2].mean())))
    rear = mesh.positions_m[(mesh.part == LampGroup.TAIL) | (mesh.part == LampGroup.BRAKE)]
    if len(rear):
        patches.append((_BEHIND, -1.0, float(rear[:, 0].min()), float(rear[:, 2].mean())))
    if not patches:
        return None
    positions: list[tuple[float, float, float]] = []
    uv: list[tuple[float, float]] = []
    faces: list[tuple[int, int, int]] = []
    for outline, way, ahead_m, height_m in patches:
        first = len(positions)
        for away, half in outline:
            positions += [(away, -half, way), (away, half, way)]
            uv += [(ahead_m, height_m)] * 2
        for k in range(first, first + 2 * (len(outline) - 1), 2):
            faces += [(k, k + 2, k + 3), (k, k + 3, k + 1)]
    count = len(positions)
    nothing = np.zeros(count, np.uint8)
    return Mesh(
        np.array(positions, np.float32),
        np.tile(np.array([0, 0, 1], np.float32), (count, 1)),
        np.array(uv, np.float32),
        np.zeros((count, 4), np.uint8),
        nothing,
        nothing,
        nothing,
        np.array(faces, np.int32),
    )


def beam_reach_m(state: WorldState) -> NDArray[np.float32]:
    """How far each agent's beam goes before it falls on a vehicle.

    Returns:
        (N,) float32 metres ahead of the front of its footprint, at most FAR_M.
    """
    bodies = state.roster.bodies
    foot = np.array([body.footprint_m for body in bodies], float).reshape(-1, 3)
    is_vehicle = np.array([body.kind == "vehicle" for body in bodies], bool)
    at, yaw = state.poses.position_m[:, :2], state.poses.yaw_rad
    forward = np.stack([np.cos(yaw), np.sin(yaw)], 1)
    # Middle and half extents of every footprint, in the frame of every other.
    middle = at + forward * ((foot[:, 0] + foot[:, 1]) / 2)[:, None]
    half_length, half_width = (foot[:, 1] - foot[:, 0]) / 2, foot[:, 2]
    away = middle[None] - at[:, None]
    ahead = (away * forward[:, None]).sum(2) - foot[:, 1][:, None]
    left = away[..., 1] * forward[:, None, 0] - away[..., 0] * forward[:, None, 1]
    turn = yaw[None] - yaw[:, None]
    along = half_length * np.abs(np.cos(turn)) + half_width * np.abs(np.sin(turn))
    aside = half_length * np.abs(np.sin(turn)) + half_width * np.abs(np.cos(turn))
    gap = ahead - along
    stops = (np.abs(left) < aside + 0.4) & (ahead > 0) & is_vehicle[None]
    np.fill_diagonal(stops, False)
    reach = np.where(stops, np.clip(gap, 0.0, FAR_M), FAR_M).min(1, initial=FAR_M)
    return np.asarray(reach, np.float32)
