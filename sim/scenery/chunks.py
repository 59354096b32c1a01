"""What a builder collected in; chunks of triangles, one for each group and ground cell, out."""

from __future__ import annotations

import numpy as np

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
        columns = builder.columns(group)
        if columns is None:
            continue
        faces = columns["faces"]
        middle = columns["positions"][faces, :2].mean(1)
        x0, y0, x1, y1 = bounds_m
        far = (middle[:, 0] < x0) | (middle[:, 0] > x1) | (middle[:, 1] < y0) | (middle[:, 1] > y1)
        size = np.where(far, 4 * cell_m, cell_m)[:, None]
        cell = np.floor((middle - [x0, y0]) / size).astype(np.int64) + 1000
        key = far * 10**8 + cell[:, 0] * 10**4 + cell[:, 1]
        order = np.argsort(key, kind="stable")
        key, faces = key[order], faces[order]
        starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
        for a, b in zip(starts, [*starts[1:], len(key)], strict=True):
            used, local = np.unique(faces[a:b], return_inverse=True)
            tags = columns["tags"][used]
            mesh = Mesh(
                positions_m=columns["positions"][used],
                normals=columns["normals"][used],
                uv=columns["uv"][used],
                color=columns["color"][used],
                layer=tags[:, 0].copy(),
                part=tags[:, 1].copy(),
                semantic=tags[:, 2].copy(),
                faces=local.reshape(-1, 3).astype(np.int32),
            )
            out.append(Chunk(group, mesh))
    return tuple(out)
