"""Grids and pieces of points -> coloured, skinned triangles: what clothes, hair and heads are made with.

A piece has three sets of triangles: near by, all its points; at the coarse and the far level, a few of the
same points, a little further out. So all meshes have the colors, normals and weights of the fine one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import MAX_BONES
from sim.bodies.vectors import cross, lengths
from sim.geometry import Mesh
from sim.taxonomy import Semantic

__all__ = [
    "FABRIC_TILE_M",
    "Grid",
    "Level",
    "Piece",
    "grid_piece",
    "join",
    "piece_normals",
]

Array = NDArray[np.float64]

FABRIC_TILE_M = 0.25
"""Side of the square of cloth that one fabric texture shows."""

_MOST_OUT_M, _CHORD_SHARE = (0.0045, 0.015), 0.6
Lines = tuple[Sequence[int], Sequence[int]]


@dataclass(frozen=True, eq=False)
class Grid:
    """A tube: rows of points around an axis, first and last column at the same place, with skin weights.

    Attributes:
        points_m: (R, C, 3).
        weights: (R, C, bones).
    """

    points_m: Array
    weights: Array

    def rows(self, at: Sequence[float] | Array) -> Grid:
        """Rows at fractional indices, interpolated."""
        t = np.clip(np.asarray(at, float), 0, len(self.points_m) - 1)
        lo = np.minimum(t.astype(int), len(self.points_m) - 2)
        f = (t - lo)[:, None, None]
        return Grid(
            self.points_m[lo] * (1 - f) + self.points_m[lo + 1] * f,
            self.weights[lo] * (1 - f) + self.weights[lo + 1] * f,
        )

    def normals(self) -> Array:
        """(R, C, 3) unit normals, continuous where the tube closes; outward if rows run along the axis."""
        p = self.points_m
        a, b, c, d = p[:-1, :-1], p[:-1, 1:], p[1:, 1:], p[1:, :-1]
        quad = cross(c - a, d - b)
        n = np.zeros_like(p)
        n[:-1, :-1] += quad
        n[:-1, 1:] += quad
        n[1:, 1:] += quad
        n[1:, :-1] += quad
        if np.abs(p[:, 0] - p[:, -1]).max() < 1e-6:
            n[:, 0] += n[:, -1]
            n[:, -1] = n[:, 0]
        size = lengths(n)[..., None]
        out = p - p.mean((0, 1))
        out /= np.maximum(lengths(out)[..., None], 1e-9)
        return np.asarray(np.where(size > 1e-9, n / np.maximum(size, 1e-9), out))

    def pushed(self, out_m: float | Array) -> Grid:
        """Moved along the normals by metres, one number or (R, 1) or (R, C)."""
        return Grid(self.points_m + self.normals() * np.asarray(out_m)[..., None], self.weights)

    def then(self, other: Grid) -> Grid:
        """The rows of both."""
        return Grid(
            np.concatenate([self.points_m, other.points_m]), np.concatenate([self.weights, other.weights])
        )


@dataclass(frozen=True, eq=False)
class Level:
    """Which triangles of a piece do at a distance.

    Attributes:
        faces: (F, 3), on points of the piece.
        out_m: how far those points move out, level, so that chords cover as much as the arcs did.
    """

    faces: NDArray[np.int32]
    out_m: float


@dataclass(frozen=True, eq=False)
class Piece:
    """Triangles of one garment: the columns of a mesh before they are packed.

    Attributes:
        points_m, normals: (V, 3).
        uv: (V, 2) in fabric tiles.
        rgb: (V, 3) sRGB 0..255.
        ao: (V,) 0..1.
        layer: index of the fabric.
        levels: fine, coarse, far.
        weights: (V, bones).
    """

    points_m: Array
    normals: Array
    uv: Array
    rgb: Array
    ao: Array
    layer: int
    levels: tuple[Level, Level, Level]
    weights: Array


def grid_piece(
    grid: Grid,
    rgb: Array | tuple[int, ...],
    layer: int = 0,
    ao: Array | float = 1.0,
    flip: bool = False,
    coarse: Lines = ((), ()),
    far: Lines = ((), ()),
) -> Piece:
    """Triangles of a tube.

    Args:
        grid: the tube.
        rgb: one colour, or (R, 1, 3), or (R, C, 3), sRGB 0..255.
        layer: index of the fabric.
        ao: ambient occlusion 0..1, one number, or (R, 1), or (R, C).
        flip: True if the outside is where rows run against the axis.
        coarse: which rows and columns the tube has at the coarse level; none: it is not seen from there.
        far: the same at the far level.

    Returns:
        The piece.
    """
    p = grid.points_m
    r, c = p.shape[:2]
    normals = grid.normals() * (-1 if flip else 1)
    along = lengths(np.diff(p, axis=0)).mean(1)
    around = lengths(np.diff(p, axis=1)).sum(1).mean()
    turns = max(1, round(float(around) / FABRIC_TILE_M))
    v = np.concatenate([[0], np.cumsum(along)]) / FABRIC_TILE_M
    u = np.linspace(0, turns, c)
    uv = np.stack(np.broadcast_arrays(u[None, :], (v if not flip else -v)[:, None]), -1)
    flat = p.reshape(-1, 3)
    colors = np.broadcast_to(np.asarray(rgb, float), (r, c, 3)).reshape(-1, 3)
    shade = np.broadcast_to(np.asarray(ao, float), (r, c)).ravel()
    bones = grid.weights.reshape(-1, grid.weights.shape[-1])

    def level(lines: Lines, most_m: float) -> Level:
        bulge = float(around) / (2 * np.pi) * (1 - np.cos(np.pi / max(len(lines[1]) - 1, 1)))
        return Level(
            _without_slivers(flat, _quads(c, tuple(lines[0]), tuple(lines[1]), flip)),
            min(_CHORD_SHARE * bulge, most_m),
        )

    levels = level((range(r), range(c)), 0.0), level(coarse, _MOST_OUT_M[0]), level(far, _MOST_OUT_M[1])
    return Piece(flat, normals.reshape(-1, 3), uv.reshape(-1, 2), colors, shade, layer, levels, bones)


@lru_cache(maxsize=4096)
def _quads(width: int, rows: tuple[int, ...], columns: tuple[int, ...], flip: bool) -> NDArray[np.integer]:
    """(2 R C, 3) triangles between rows and columns of points that are numbered row by row; read-only."""
    number = np.asarray(rows, int)[:, None] * width + np.asarray(columns, int)
    a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]
    quads = np.stack([a, b, c, a, c, d], -1).reshape(-1, 3)
    quads = np.ascontiguousarray(quads[:, ::-1]) if flip else quads
    quads.setflags(write=False)
    return quads


def _without_slivers(points: Array, faces: NDArray[np.integer]) -> NDArray[np.int32]:
    """Faces with an area."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    keep = lengths(cross(b - a, c - a)) > 1e-8
    return np.asarray(faces[keep], np.int32)


def piece_normals(points: Array, faces: NDArray[np.integer]) -> Array:
    """(V, 3) area-weighted normals of a small mesh."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    face = cross(b - a, c - a)
    out: Array = np.stack(
        [np.bincount(faces.T.ravel(), np.tile(face[:, axis], 3), minlength=len(points)) for axis in range(3)],
        -1,
    )
    return np.asarray(out / np.maximum(lengths(out)[:, None], 1e-12))


def join(pieces: Sequence[Piece], influences: int, level: int = 0) -> Mesh:
    """Pieces as one mesh; unused vertices are dropped.

    Args:
        pieces: the pieces.
        influences: how many bones may move a vertex, at most 4.
        level: 0 fine, 1 coarse, 2 far.

    Returns:
        The mesh, four joints a vertex, those beyond `influences` without weight.
    """
    offsets = np.cumsum([0] + [len(p.points_m) for p in pieces[:-1]])
    faces = np.concatenate([p.levels[level].faces + o for p, o in zip(pieces, offsets, strict=True)])
    used = np.zeros(sum(len(p.points_m) for p in pieces), bool)
    used[faces.ravel()] = True
    number = np.cumsum(used) - 1
    weights = np.concatenate([p.weights for p in pieces])[used]
    assert weights.shape[1] <= MAX_BONES
    order = np.argsort(-weights, 1, kind="stable")[:, :4]
    top = np.take_along_axis(weights, order, 1)
    top[:, influences:] = 0
    top /= top.sum(1, keepdims=True)
    order[top == 0] = 0
    aside = np.array([1.0, 1.0, 0.0])
    points = np.concatenate([p.points_m + p.normals * (p.levels[level].out_m * aside) for p in pieces])
    rgb = np.concatenate([p.rgb for p in pieces])[used]
    ao = np.concatenate([p.ao for p in pieces])[used]
    color = np.clip(np.round(np.concatenate([rgb, ao[:, None] * 255], 1)), 0, 255).astype(np.uint8)
    layer = np.concatenate([np.full(len(p.points_m), p.layer, np.uint8) for p in pieces])[used]
    count = int(used.sum())
    return Mesh(
        positions_m=points[used].astype(np.float32),
        normals=np.concatenate([p.normals for p in pieces])[used].astype(np.float32),
        uv=np.concatenate([p.uv for p in pieces])[used].astype(np.float32),
        color=color,
        layer=layer,
        part=np.zeros(count, np.uint8),
        semantic=np.full(count, Semantic.PERSON, np.uint8),
        faces=number[faces].astype(np.int32),
        joints=order.astype(np.uint8),
        weights=top.astype(np.float32),
    )
