"""Triangles as NumPy columns: what body and scenery builders return and the renderer uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Mesh", "concatenate", "vertex_normals"]


def _no_joints() -> NDArray[np.uint8]:
    return np.zeros((0, 4), np.uint8)


def _no_weights() -> NDArray[np.float32]:
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True, eq=False)
class Mesh:
    """A triangle mesh. Faces are counter-clockwise seen from outside.

    Attributes:
        positions_m: (V, 3) float32.
        normals: (V, 3) float32, unit length.
        uv: (V, 2) float32; v grows upward (row 0 of a texture array is v = 1).
        color: (V, 4) uint8; RGB an sRGB tint of the texture, A the ambient occlusion (255 = open).
        layer: (V,) uint8; index of the surface (scenery) or texture layer (bodies), equal within a face.
        part: (V,) uint8; lamp group whose brightness lights this vertex, 0 = none, equal within a face.
        semantic: (V,) uint8; `sim.taxonomy.Semantic`, equal within a face.
        faces: (F, 3) int32.
        joints: (V, 4) uint8, bone indices; (0, 4) if the mesh is rigid.
        weights: (V, 4) float32, rows sum to 1; (0, 4) if the mesh is rigid.
    """

    positions_m: NDArray[np.float32]
    normals: NDArray[np.float32]
    uv: NDArray[np.float32]
    color: NDArray[np.uint8]
    layer: NDArray[np.uint8]
    part: NDArray[np.uint8]
    semantic: NDArray[np.uint8]
    faces: NDArray[np.int32]
    joints: NDArray[np.uint8] = field(default_factory=_no_joints)
    weights: NDArray[np.float32] = field(default_factory=_no_weights)

    def __post_init__(self) -> None:
        v = len(self.positions_m)
        columns: dict[str, tuple[NDArray[Any], tuple[int, ...], type]] = {
            "positions_m": (self.positions_m, (v, 3), np.float32),
            "normals": (self.normals, (v, 3), np.float32),
            "uv": (self.uv, (v, 2), np.float32),
            "color": (self.color, (v, 4), np.uint8),
            "layer": (self.layer, (v,), np.uint8),
            "part": (self.part, (v,), np.uint8),
            "semantic": (self.semantic, (v,), np.uint8),
            "faces": (self.faces, (len(self.faces), 3), np.int32),
        }
        if len(self.joints) or len(self.weights):
            columns["joints"] = (self.joints, (v, 4), np.uint8)
            columns["weights"] = (self.weights, (v, 4), np.float32)
        for name, (array, shape, dtype) in columns.items():
            if array.shape != shape or array.dtype != dtype:
                raise ValueError(f"Mesh.{name}: {array.dtype}{array.shape}, wanted {np.dtype(dtype)}{shape}")

    @property
    def is_skinned(self) -> bool:
        """True if bones move the vertices."""
        return len(self.joints) > 0


def vertex_normals(positions_m: NDArray[np.floating], faces: NDArray[np.integer]) -> NDArray[np.float32]:
    """Area-weighted vertex normals, (V, 3) float32."""
    p = positions_m.astype(np.float64)
    face = np.cross(p[faces[:, 1]] - p[faces[:, 0]], p[faces[:, 2]] - p[faces[:, 0]])
    out = np.zeros_like(p)
    for corner in range(3):
        np.add.at(out, faces[:, corner], face)
    unit = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
    return np.asarray(unit, np.float32)


def concatenate(meshes: Sequence[Mesh]) -> Mesh:
    """All meshes as one; they are all skinned or all rigid."""
    if not meshes:
        raise ValueError("nothing to concatenate")
    offsets = np.cumsum([0] + [len(m.positions_m) for m in meshes[:-1]])

    def column(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(m, name) for m in meshes])

    names = ("positions_m", "normals", "uv", "color", "layer", "part", "semantic", "joints", "weights")
    faces = np.concatenate([m.faces + np.int32(o) for m, o in zip(meshes, offsets, strict=True)])
    return Mesh(faces=faces.astype(np.int32), **{n: column(n) for n in names})  # type: ignore[arg-type]
