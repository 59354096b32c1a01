"""Loose polygons in, one skinned Mesh out: what every builder of a car's parts hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import LampGroup
from sim.bodies.vectors import cross
from sim.geometry import Mesh
from sim.taxonomy import Semantic

__all__ = ["Piece", "join", "mirrored", "quads"]

Floats = NDArray[np.float64]
Faces = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Piece:
    """Triangles of one lamp group on one bone.

    Attributes:
        positions_m, normals: (V, 3) float64, body frame.
        uv: (V, 2) float64.
        faces: (F, 3), counter-clockwise from outside.
        open_sky: (V,) float64, ambient occlusion 0..1 (1 = open).
        part: the lamp group.
        bone: 0 body, 1 to 4 wheels.
    """

    positions_m: Floats
    normals: Floats
    uv: Floats
    faces: Faces
    open_sky: Floats
    part: LampGroup = LampGroup.NONE
    bone: int = 0


def quads(
    corners_m: Floats, uv: Floats, *, part: LampGroup = LampGroup.NONE, open_sky: float = 1.0, bone: int = 0
) -> Piece:
    """Flat quads (Q, 4, 3), counter-clockwise from outside, with uv (Q, 4, 2) or (2,)."""
    q = len(corners_m)
    normal = cross(corners_m[:, 1] - corners_m[:, 0], corners_m[:, 2] - corners_m[:, 0])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    base = 4 * np.arange(q)[:, None]
    faces = np.concatenate([base + np.array([0, 1, 2]), base + np.array([0, 2, 3])])
    return Piece(
        corners_m.reshape(-1, 3),
        np.repeat(normal, 4, axis=0),
        np.broadcast_to(uv, (q, 4, 2)).reshape(-1, 2).astype(np.float64),
        faces,
        np.full(4 * q, open_sky),
        part,
        bone,
    )


def mirrored(piece: Piece) -> Piece:
    """The same on the other side of the car; LEFT lamps become RIGHT lamps."""
    flip = np.array([1.0, -1.0, 1.0])
    swap = {LampGroup.LEFT: LampGroup.RIGHT, LampGroup.RIGHT: LampGroup.LEFT}
    return Piece(
        piece.positions_m * flip,
        piece.normals * flip,
        piece.uv,
        piece.faces[:, ::-1],
        piece.open_sky,
        swap.get(piece.part, piece.part),
        piece.bone,
    )


def join(pieces: Sequence[Piece], semantic: Semantic) -> Mesh:
    """All pieces as one skinned mesh."""
    offsets = np.cumsum([0] + [len(p.positions_m) for p in pieces])
    count = int(offsets[-1])
    color = np.full((count, 4), 255, np.uint8)
    color[:, 3] = np.round(255 * np.concatenate([p.open_sky for p in pieces]))
    joints = np.zeros((count, 4), np.uint8)
    joints[:, 0] = np.concatenate([np.full(len(p.positions_m), p.bone, np.uint8) for p in pieces])
    weights = np.zeros((count, 4), np.float32)
    weights[:, 0] = 1.0
    return Mesh(
        positions_m=np.concatenate([p.positions_m for p in pieces]).astype(np.float32),
        normals=np.concatenate([p.normals for p in pieces]).astype(np.float32),
        uv=np.concatenate([p.uv for p in pieces]).astype(np.float32),
        color=color,
        layer=np.zeros(count, np.uint8),
        part=np.concatenate([np.full(len(p.positions_m), int(p.part), np.uint8) for p in pieces]),
        semantic=np.full(count, int(semantic), np.uint8),
        faces=np.concatenate([p.faces + o for p, o in zip(pieces, offsets[:-1], strict=True)]).astype(
            np.int32
        ),
        joints=joints,
        weights=weights,
    )
