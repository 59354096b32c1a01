"""What a builder collected in; chunks of triangles, one for each group and ground cell, out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.geometry import Mesh
from sim.scenery.builder import MeshBuilder
from sim.scenery.scenery import GROUPS, Chunk

__all__ = ["cut_into_chunks"]


def cut_into_chunks(
    builder: MeshBuilder, cell_m: float, bounds_m: tuple[float, float, float, float]
) -> tuple[Chunk, ...]:
    """Sort faces into ground cells by their middle.

    Args:
        builder: the collected geometry.
        cell_m: side of the cells; outside `bounds_m` they are four times as long.
        bounds_m: (x0, y0, x1, y1).

    Returns:
        Chunks in drawing order of their groups, cells in a fixed order.
    """
    out: list[Chunk] = []
    for group in GROUPS:
        mesh = builder.mesh(group)
        if mesh is None:
            continue
        middle = mesh.positions_m[mesh.faces, :2].mean(1)
        x0, y0, x1, y1 = bounds_m
        far = (middle[:, 0] < x0) | (middle[:, 0] > x1) | (middle[:, 1] < y0) | (middle[:, 1] > y1)
        size = np.where(far, 4 * cell_m, cell_m)[:, None]
        cell = np.floor((middle - [x0, y0]) / size).astype(np.int64) + 1000
        key = far * 10**8 + cell[:, 0] * 10**4 + cell[:, 1]
        order = np.argsort(key, kind="stable")
        key, faces = key[order], mesh.faces[order]
        starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
        for a, b in zip(starts, [*starts[1:], len(key)], strict=True):
            out.append(Chunk(group, _part(mesh, faces[a:b])))
    return tuple(out)


def _part(mesh: Mesh, faces: NDArray[np.int32]) -> Mesh:
    """Some faces of a mesh with the vertices they use."""
    used, local = np.unique(faces, return_inverse=True)
    return Mesh(
        positions_m=mesh.positions_m[used],
        normals=mesh.normals[used],
        uv=mesh.uv[used],
        color=mesh.color[used],
        layer=mesh.layer[used],
        part=mesh.part[used],
        semantic=mesh.semantic[used],
        faces=local.reshape(-1, 3).astype(np.int32),
    )
