"""Sizes and states -> bodies of two boxes and the bones that move them: agents for tests without assets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.bodies import MAX_BONES, Body
from sim.bodies.people.skeleton import BONES, PersonSkeleton
from sim.geometry import Mesh, rotation_from_euler, vertex_normals

__all__ = ["box_body", "toy_bones"]

_LOWER, _UPPER = BONES.index("pelvis"), BONES.index("spine_01")
_BELOW = {BONES.index(f"{bone}_{side}") for bone in ("thigh", "calf", "foot", "ball") for side in "lr"} | {
    _LOWER
}
_JOINTS = {
    "head": (0.0, 0.0, 0.86),
    "upperarm": (0.02, 0.36, 0.8),
    "lowerarm": (0.05, 0.38, 0.65),
    "hand": (0.12, 0.37, 0.52),
    "thigh": (0.0, 0.2, 0.48),
    "calf": (0.1, 0.22, 0.25),
    "foot": (-0.1, 0.21, 0.05),
}  # shares of the box; y of the left one
_FACE = ((0.28, 0.0, 0.92), (0.24, 0.1, 0.95), (0.24, -0.1, 0.95), (0.0, 0.3, 0.93), (0.0, -0.3, 0.93))


def box_body(
    kind: str, size_lwh_m: tuple[float, float, float], paint_srgb: tuple[int, int, int], semantic: int
) -> Body:
    """A body of two boxes: the lower half on the first bone, the upper half on the second, which may lean.

    A person has joints in both, so that there are keypoints.
    """
    length, width, height = size_lwh_m
    half = height / 2
    lower = _box((length, width, half), half / 2, _LOWER, semantic)
    upper = _box((length * 0.6, width * 0.8, half), half * 1.5, _UPPER, semantic)
    parts = (lower, upper)
    offset = len(lower.positions_m)
    mesh = Mesh(
        faces=np.concatenate([lower.faces, upper.faces + np.int32(offset)]),
        **{n: np.concatenate([getattr(m, n) for m in parts]) for n in _COLUMNS},
    )
    roomy = (length + 0.4, width + 0.4, height)  # leaves the upper half room to lean
    skeleton = _skeleton(np.array(size_lwh_m)) if kind == "person" else None
    footprint = (-length / 2, length / 2, width / 2)
    return Body(kind, mesh, None, paint_srgb, roomy, (0.0, 0.0, half), footprint, skeleton)


def toy_bones(state: WorldState) -> NDArray[np.float64]:
    """(N, MAX_BONES, 3, 4) world_from_bind: the agent's attitude; the upper half also leans with the gait."""
    poses, count = state.poses, len(state.roster)
    out = np.tile(np.eye(3, 4), (count, MAX_BONES, 1, 1))
    for row in range(count):
        walks = not state.roster.categories[row].is_vehicle
        lean = rotation_from_euler(0.0, 0.1 * walks * float(np.sin(2 * np.pi * poses.gait_phase[row])))
        rotation = state.world_from_body(row).rotation
        for bone in range(len(BONES)):
            out[row, bone, :, :3] = rotation if bone in _BELOW else rotation @ lean
            out[row, bone, :, 3] = poses.position_m[row]
    return out


def _skeleton(size_lwh_m: NDArray[np.float64]) -> PersonSkeleton:
    """Joints inside the boxes; what only walking needs stays neutral."""
    rest = np.zeros((len(BONES), 3))
    for row, bone in enumerate(BONES):
        share = np.array(_JOINTS.get(bone.removesuffix("_l").removesuffix("_r"), (0.0, 0.0, 0.5)))
        share[1] *= -1 if bone.endswith("_r") else 1
        rest[row] = share * size_lwh_m
    return PersonSkeleton(
        rest_m=rest,
        parents=(-1,) + (0,) * (len(BONES) - 1),
        limb_rest=np.tile(np.eye(3), (10, 1, 1)),
        hand_in_forearm=np.tile(np.eye(3), (2, 1, 1)),
        leg_length_m=float(size_lwh_m[2]) / 2,
        heel_m=0.0,
        ball_m=0.0,
        stoop_rad=0.0,
        arm_out_rad=0.0,
        lean=np.zeros(4),
        face_m=np.array(_FACE) * size_lwh_m,
    )


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
