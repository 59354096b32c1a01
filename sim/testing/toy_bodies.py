"""Sizes and states -> bodies of two boxes and the bones that move them: agents for tests without assets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.bodies import MAX_BONES, Body
from sim.geometry import Mesh, rotation_from_euler, vertex_normals

__all__ = ["box_body", "toy_bones"]

_LIMB, _TRUNK = 1, 0


def box_body(
    kind: str, size_lwh_m: tuple[float, float, float], paint_srgb: tuple[int, int, int], semantic: int
) -> Body:
    """A body of two boxes: the lower half on bone 0, the upper half on bone 1, which may lean."""
    length, width, height = size_lwh_m
    half = height / 2
    lower = _box((length, width, half), half / 2, _TRUNK, semantic)
    upper = _box((length * 0.6, width * 0.8, half), half * 1.5, _LIMB, semantic)
    parts = (lower, upper)
    offset = len(lower.positions_m)
    mesh = Mesh(
        faces=np.concatenate([lower.faces, upper.faces + np.int32(offset)]),
        **{n: np.concatenate([getattr(m, n) for m in parts]) for n in _COLUMNS},
    )
    roomy = (length + 0.4, width + 0.4, height)  # leaves the upper half room to lean
    return Body(
        kind, mesh, None, paint_srgb, roomy, (0.0, 0.0, half), (-length / 2, length / 2, width / 2), None
    )


def toy_bones(state: WorldState) -> NDArray[np.float64]:
    """(N, MAX_BONES, 3, 4) world_from_bind: the agent's attitude; bone 1 also leans with the gait."""
    poses, count = state.poses, len(state.roster)
    out = np.tile(np.eye(3, 4), (count, MAX_BONES, 1, 1))
    for row in range(count):
        angles = (float(poses.yaw_rad[row]), float(poses.pitch_rad[row]), float(poses.roll_rad[row]))
        lean = rotation_from_euler(0.0, 0.1 * float(np.sin(2 * np.pi * poses.gait_phase[row])))
        rotation = rotation_from_euler(*angles)
        for bone, turn in ((_TRUNK, rotation), (_LIMB, rotation @ lean)):
            out[row, bone, :, :3], out[row, bone, :, 3] = turn, poses.position_m[row]
    return out


_COLUMNS = ("positions_m", "normals", "uv", "color", "layer", "part", "semantic", "joints", "weights")


def _box(size_lwh_m: tuple[float, float, float], z_m: float, bone: int, semantic: int) -> Mesh:
    """A box of 12 triangles, its centre at height `z_m`, moved by one bone."""
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    positions = (corners * size_lwh_m + [0, 0, z_m]).astype(np.float32)
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], np.int32)
    count = len(positions)
    joints = np.zeros((count, 4), np.uint8)
    joints[:, 0] = bone
    weights = np.zeros((count, 4), np.float32)
    weights[:, 0] = 1.0
    return Mesh(
        positions,
        vertex_normals(positions, faces),
        np.zeros((count, 2), np.float32),
        np.full((count, 4), 255, np.uint8),
        np.zeros(count, np.uint8),
        np.zeros(count, np.uint8),
        np.full(count, semantic, np.uint8),
        faces,
        joints,
        weights,
    )
