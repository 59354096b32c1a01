"""What a builder was given, call by call, in; the columns of one mesh out.

Most calls add a few quads only, so normals, texture coordinates and faces are worked out for all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.geometry import Mesh
from sim.taxonomy import Semantic

__all__ = ["Paint", "Part", "joined", "rows", "spread", "unit"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Paint:
    """What a part is made of.

    Attributes:
        group: one of `GROUPS`.
        layer: index of the surface.
        semantic: class of its pixels.
        tile_m: length of one repeat of the texture, for parts that map it by their size.
        part: 0, or 1 + index of a lamp slot.
    """

    group: str
    layer: int
    semantic: Semantic
    tile_m: float = 1.0
    part: int = 0


@dataclass(frozen=True)
class Part:
    """What one call added: its columns as they were given, to be worked out with those of all others.

    Attributes:
        paint: material.
        positions: (V, 3).
        color: (K, 4), each for V / K vertices.
        uv: (V, 2); None: quads as large as they are in texture tiles.
        normals: (K, 3), each for V / K vertices; None: those of flat quads.
        faces: (F, 3) on these vertices; None: those of quads, first the lower halves, then the upper.
    """

    paint: Paint
    positions: Floats
    color: Floats
    uv: Floats | None
    normals: Floats | None
    faces: NDArray[np.int64] | None


def unit(vectors: ArrayLike) -> Floats:
    """Vectors (..., 3) at length 1; zero vectors stay zero."""
    v = np.asarray(vectors, np.float64)
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12))


def joined(parts: Sequence[Part]) -> Mesh:
    """Parts, at least one, as one mesh in their order."""
    count = np.array([len(part.positions) for part in parts])
    paints = [part.paint for part in parts]
    tags = np.array([(p.layer, p.part, int(p.semantic)) for p in paints], np.uint8).repeat(count, 0)
    positions = np.concatenate([part.positions for part in parts])
    color = _repeated([part.color for part in parts], count)
    return Mesh(
        positions_m=positions.astype(np.float32),
        normals=_normals(parts, positions, count).astype(np.float32),
        uv=_uv(parts, positions, count).astype(np.float32),
        color=np.clip(np.rint(color), 0, 255).astype(np.uint8),
        layer=tags[:, 0].copy(),
        part=tags[:, 1].copy(),
        semantic=tags[:, 2].copy(),
        faces=_faces(parts, count).astype(np.int32),
    )


def spread(values: Floats, shape: tuple[int, ...]) -> Floats:
    """Values broadcast to a shape, which most have already."""
    return values if values.shape == shape else np.broadcast_to(values, shape)


def rows(values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """(K, C) rows of values that broadcast to a shape (..., C): one row if they are for all."""
    v = np.asarray(values, np.float64)
    return v[None] if v.ndim == 1 else spread(v, shape).reshape(-1, shape[-1])


def _repeated(rows: list[Floats], count: NDArray[np.int64]) -> Floats:
    """(V, C): the rows of each part, as often as its vertices (`count` a part) need."""
    each = np.array([len(r) for r in rows])
    return np.concatenate(rows).repeat((count // each).repeat(each), 0)


def _uv(parts: Sequence[Part], positions: Floats, count: NDArray[np.int64]) -> Floats:
    given = np.array([part.uv is not None for part in parts])
    out = np.empty((len(positions), 2))
    if given.any():
        out[given.repeat(count)] = np.concatenate([part.uv for part in parts if part.uv is not None])
    if not given.all():
        tiles = np.array([part.paint.tile_m for part in parts])[~given].repeat(count[~given] // 4)
        corners = positions[~given.repeat(count)].reshape(-1, 4, 3)
        out[~given.repeat(count)] = _size_uv(corners, tiles).reshape(-1, 2)
    return out


def _normals(parts: Sequence[Part], positions: Floats, count: NDArray[np.int64]) -> Floats:
    given = np.array([part.normals is not None for part in parts])
    out = np.empty((len(positions), 3))
    if given.any():
        rows = [part.normals for part in parts if part.normals is not None]
        out[given.repeat(count)] = _repeated(rows, count[given])
    if not given.all():
        c = positions[~given.repeat(count)].reshape(-1, 4, 3)
        out[~given.repeat(count)] = unit(np.cross(c[:, 2] - c[:, 0], c[:, 3] - c[:, 1])).repeat(4, 0)
    return out


def _faces(parts: Sequence[Part], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """(F, 3) on the vertices of all parts."""
    quads = np.array([part.faces is None for part in parts])
    sizes = np.array(
        [n // 2 if part.faces is None else len(part.faces) for part, n in zip(parts, count, strict=True)]
    )
    base = np.cumsum(count) - count
    out = np.empty((sizes.sum(), 3), np.int64)
    given = [part.faces for part in parts if part.faces is not None]
    if given:
        out[~quads.repeat(sizes)] = np.concatenate(given) + base[~quads].repeat(sizes[~quads])[:, None]
    if quads.any():
        each = sizes[quads] // 2
        nth = np.arange(each.sum()) - (np.cumsum(each) - each).repeat(each)
        corner = (base[quads].repeat(each) + 4 * nth)[:, None]
        lower = (np.cumsum(sizes) - sizes)[quads].repeat(each) + nth
        out[lower] = corner + np.array([0, 1, 2])
        out[lower + each.repeat(each)] = corner + np.array([0, 2, 3])
    return out


def _size_uv(corners: Floats, tile_m: Floats) -> Floats:
    """(N, 4, 2) of quads (N, 4, 3): their size in tiles of (N,) metres, u along the first edge."""
    width = np.linalg.norm(corners[..., 1, :] - corners[..., 0, :], axis=-1) / tile_m
    height = np.linalg.norm(corners[..., 3, :] - corners[..., 0, :], axis=-1) / tile_m
    zero = np.zeros_like(width)
    u = np.stack([zero, width, width, zero], -1)
    v = np.stack([zero, zero, height, height], -1)
    return np.stack([u, v], -1)
