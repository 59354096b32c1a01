"""Quads, boxes, tubes and discs in; one mesh per group out.

Everything is vectorised over many like parts (all windows of a facade at once), because a street has some
hundred thousand of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.geometry import Mesh
from sim.scenery.scenery import GROUPS, Luminaire
from sim.taxonomy import Semantic

__all__ = ["MeshBuilder", "Paint", "unit"]

Floats = NDArray[np.float64]

WHITE = (255.0, 255.0, 255.0, 255.0)


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


@dataclass
class _Columns:
    positions: list[Floats] = field(default_factory=list)
    normals: list[Floats] = field(default_factory=list)
    uv: list[Floats] = field(default_factory=list)
    color: list[NDArray[np.uint8]] = field(default_factory=list)
    tags: list[NDArray[np.uint8]] = field(default_factory=list)
    faces: list[NDArray[np.int64]] = field(default_factory=list)
    count: int = 0


def unit(vectors: ArrayLike) -> Floats:
    """Vectors (..., 3) at length 1; zero vectors stay zero."""
    v = np.asarray(vectors, np.float64)
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12))


class MeshBuilder:
    """Collects triangles by group. Colors are floats 0..255, rgb tint and ambient occlusion.

    Attributes:
        luminaires: street lamps that were built.
    """

    def __init__(self) -> None:
        self.luminaires: list[Luminaire] = []
        self._groups: dict[str, _Columns] = {group: _Columns() for group in GROUPS}

    def triangles(
        self,
        paint: Paint,
        positions: ArrayLike,
        normals: ArrayLike,
        uv: ArrayLike,
        color: ArrayLike,
        faces: ArrayLike,
    ) -> None:
        """Add an indexed mesh.

        Args:
            paint: material of all its faces.
            positions: (V, 3) metres, world frame.
            normals: (V, 3) or (3,), unit length.
            uv: (V, 2) texture repeats.
            color: (V, 4) or (4,), 0..255.
            faces: (F, 3) indices, counter-clockwise seen from outside.
        """
        group = self._groups[paint.group]
        p = np.asarray(positions, np.float64)
        if not len(p):
            return
        v = len(p)
        group.positions.append(p)
        group.normals.append(np.broadcast_to(np.asarray(normals, np.float64), (v, 3)))
        group.uv.append(np.broadcast_to(np.asarray(uv, np.float64), (v, 2)))
        rgba = np.broadcast_to(np.asarray(color, np.float64), (v, 4))
        group.color.append(np.clip(np.rint(rgba), 0, 255).astype(np.uint8))
        tags = np.array([paint.layer, paint.part, int(paint.semantic)], np.uint8)
        group.tags.append(np.broadcast_to(tags, (v, 3)))
        group.faces.append(np.asarray(faces, np.int64).reshape(-1, 3) + group.count)
        group.count += v

    def quads(
        self, paint: Paint, corners: ArrayLike, color: ArrayLike = WHITE, uv: ArrayLike | None = None
    ) -> None:
        """Add flat quads.

        Args:
            paint: material.
            corners: (..., 4, 3), counter-clockwise seen from outside.
            color: broadcastable to (..., 4, 4): one per corner, quad (as (N, 1, 4)) or for all.
            uv: broadcastable to (..., 4, 2); by default the size in texture tiles, u along the first edge.
        """
        c = np.asarray(corners, np.float64)
        shape = c.shape[:-1]
        if uv is None:
            uv = _size_uv(c, paint.tile_m)
        flat_uv = np.broadcast_to(np.asarray(uv, np.float64), (*shape, 2)).reshape(-1, 2)
        flat_color = np.broadcast_to(np.asarray(color, np.float64), (*shape, 4)).reshape(-1, 4)
        c = c.reshape(-1, 4, 3)
        normals = unit(np.cross(c[:, 2] - c[:, 0], c[:, 3] - c[:, 1]))
        base = np.arange(len(c))[:, None] * 4
        faces = np.concatenate([base + np.array(half) for half in ([0, 1, 2], [0, 2, 3])])
        self.triangles(paint, c.reshape(-1, 3), np.repeat(normals, 4, 0), flat_uv, flat_color, faces)

    def boxes(
        self,
        paint: Paint,
        center: ArrayLike,
        half: ArrayLike,
        axes: ArrayLike | None = None,
        color: ArrayLike = WHITE,
        skip: str = "",
    ) -> None:
        """Add boxes.

        Args:
            paint: material.
            center: (N, 3) or (3,).
            half: (N, 3) or (3,), half sizes along the axes.
            axes: (3, 3), rows are the box axes; world axes by default.
            color: (N, 4) or (4,).
            skip: sides to leave out, of ``x X y Y z Z`` (lower case is the negative side).
        """
        e = np.eye(3) if axes is None else np.asarray(axes, np.float64)
        c, h = np.broadcast_arrays(
            np.atleast_2d(np.asarray(center, float)), np.atleast_2d(np.asarray(half, float))
        )
        ox, oy, oz = (h[:, None, i : i + 1] * e[i] for i in range(3))
        rgba = np.broadcast_to(np.atleast_2d(np.asarray(color, float)), (len(c), 4))[:, None]
        sides = {
            "x": (-ox, -oy, oz),
            "X": (ox, oy, oz),
            "y": (-oy, ox, oz),
            "Y": (oy, -ox, oz),
            "z": (-oz, ox, -oy),
            "Z": (oz, ox, oy),
        }
        quads = [_side(c[:, None], *d) for name, d in sides.items() if name not in skip]
        if quads:
            self.quads(paint, np.concatenate(quads), np.concatenate([rgba] * len(quads)))

    def tubes(
        self,
        paint: Paint,
        start: ArrayLike,
        end: ArrayLike,
        radius_start: ArrayLike,
        radius_end: ArrayLike,
        sides: int = 8,
        color: ArrayLike = WHITE,
        capped: bool = False,
    ) -> None:
        """Add round bars, smooth around.

        Args:
            paint: material.
            start: (N, 3) or (3,).
            end: (N, 3) or (3,).
            radius_start: (N,) or scalar.
            radius_end: (N,) or scalar.
            sides: number of faces around.
            color: (N, 4) or (4,).
            capped: True closes the end.
        """
        a, b = np.broadcast_arrays(
            np.atleast_2d(np.asarray(start, float)), np.atleast_2d(np.asarray(end, float))
        )
        n = len(a)
        along = b - a
        length = np.linalg.norm(along, axis=1)
        along = unit(along)
        helper = np.where(np.abs(along[:, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
        u = unit(np.cross(helper, along))
        w = np.cross(along, u)
        turn = np.linspace(0, 2 * np.pi, sides + 1)
        ring = np.cos(turn)[None, :, None] * u[:, None] + np.sin(turn)[None, :, None] * w[:, None]
        r0 = np.broadcast_to(np.asarray(radius_start, float), (n,))[:, None, None]
        r1 = np.broadcast_to(np.asarray(radius_end, float), (n,))[:, None, None]
        positions = np.concatenate([a[:, None] + ring * r0, b[:, None] + ring * r1], 1)
        around = np.round(np.maximum(2 * np.pi * r0[:, 0] / paint.tile_m, 1.0))
        uv = np.zeros((n, 2 * (sides + 1), 2))
        uv[:, :, 0] = np.tile(turn / (2 * np.pi), 2)[None] * around
        uv[:, sides + 1 :, 1] = (length / paint.tile_m)[:, None]
        i = np.arange(sides)
        one = np.concatenate(
            [np.stack([i, i + 1, i + sides + 2], 1), np.stack([i, i + sides + 2, i + sides + 1], 1)]
        )
        faces = (one[None] + (np.arange(n) * 2 * (sides + 1))[:, None, None]).reshape(-1, 3)
        rgba = np.broadcast_to(np.atleast_2d(np.asarray(color, float)), (n, 4))
        tints = np.repeat(rgba, 2 * (sides + 1), 0)
        normals = np.concatenate([ring, ring], 1).reshape(-1, 3)
        self.triangles(paint, positions.reshape(-1, 3), normals, uv.reshape(-1, 2), tints, faces)
        if capped:
            for k in range(n):
                self.disc(paint, b[k], along[k], float(r1[k, 0, 0]), sides, rgba[k])

    def disc(
        self,
        paint: Paint,
        center: ArrayLike,
        normal: ArrayLike,
        radius_m: float,
        sides: int = 16,
        color: ArrayLike = WHITE,
        uv_box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0),
    ) -> None:
        """Add a disc that looks along `normal`; `uv_box` is (u0, v0, u1, v1) of the square around it."""
        n = unit(np.asarray(normal, np.float64))
        right = unit(np.cross([0.0, 0.0, 1.0], n)) if abs(n[2]) < 0.99 else np.array([1.0, 0.0, 0.0])
        up = np.cross(n, right)
        turn = np.arange(sides) * 2 * np.pi / sides + np.pi / sides
        c, s = np.cos(turn)[:, None], np.sin(turn)[:, None]
        positions = np.asarray(center, float) + radius_m * (c * right + s * up)
        u0, v0, u1, v1 = uv_box
        uv = np.hstack([u0 + (u1 - u0) * (0.5 + 0.5 * c), v0 + (v1 - v0) * (0.5 + 0.5 * s)])
        fan = np.arange(1, sides - 1)
        faces = np.stack([np.zeros_like(fan), fan, fan + 1], 1)
        self.triangles(paint, positions, n, uv, color, faces)

    def mesh(self, group: str) -> Mesh | None:
        """Everything collected in a group as one mesh, or None if there is nothing."""
        g = self._groups[group]
        if not g.count:
            return None
        tags = np.concatenate(g.tags)
        return Mesh(
            positions_m=np.concatenate(g.positions).astype(np.float32),
            normals=np.concatenate(g.normals).astype(np.float32),
            uv=np.concatenate(g.uv).astype(np.float32),
            color=np.concatenate(g.color),
            layer=tags[:, 0].copy(),
            part=tags[:, 1].copy(),
            semantic=tags[:, 2].copy(),
            faces=np.concatenate(g.faces).astype(np.int32),
        )


def _size_uv(corners: Floats, tile_m: float) -> Floats:
    width = np.linalg.norm(corners[..., 1, :] - corners[..., 0, :], axis=-1) / tile_m
    height = np.linalg.norm(corners[..., 3, :] - corners[..., 0, :], axis=-1) / tile_m
    zero = np.zeros_like(width)
    u = np.stack([zero, width, width, zero], -1)
    v = np.stack([zero, zero, height, height], -1)
    return np.stack([u, v], -1)


def _side(center: Floats, out: Floats, right: Floats, up: Floats) -> Floats:
    """One side of N boxes, (N, 4, 3): `right` x `up` looks along `out`."""
    middle = center + out
    return np.concatenate(
        [middle - right - up, middle + right - up, middle + right + up, middle - right + up], 1
    )
