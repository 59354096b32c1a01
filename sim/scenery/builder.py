"""Quads, boxes, tubes and discs in; one mesh per group out.

Everything is vectorised over many like parts (all windows of a facade at once), because a street has some
hundred thousand of them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.geometry import Mesh
from sim.scenery.parts import Paint, Part, joined, rows, spread, unit
from sim.scenery.scenery import GROUPS, Luminaire

__all__ = ["MeshBuilder", "Paint", "unit"]

Floats = NDArray[np.float64]

WHITE = (255.0, 255.0, 255.0, 255.0)

_SIDES = {
    "x": ((0, 1, 2), (-1, -1, 1)),
    "X": ((0, 1, 2), (1, 1, 1)),
    "y": ((1, 0, 2), (-1, 1, 1)),
    "Y": ((1, 0, 2), (1, -1, 1)),
    "z": ((2, 0, 1), (-1, 1, -1)),
    "Z": ((2, 0, 1), (1, 1, 1)),
}
"""Axes of a side's outward, right and up, and which way along them; right x up looks outward."""


class MeshBuilder:
    """Collects triangles by group. Colors are floats 0..255, rgb tint and ambient occlusion.

    Attributes:
        luminaires: street lamps that were built.
    """

    def __init__(self) -> None:
        self.luminaires: list[Luminaire] = []
        self._groups: dict[str, list[Part]] = {group: [] for group in GROUPS}

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
        p = np.asarray(positions, np.float64)
        if not len(p):
            return
        part = Part(
            paint,
            p,
            rows(color, (len(p), 4)),
            spread(np.asarray(uv, np.float64), (len(p), 2)),
            rows(normals, (len(p), 3)),
            np.asarray(faces, np.int64).reshape(-1, 3),
        )
        self._groups[paint.group].append(part)

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
        if not c.size:
            return
        shape = c.shape[:-1]
        flat_uv = None if uv is None else spread(np.asarray(uv, np.float64), (*shape, 2)).reshape(-1, 2)
        part = Part(paint, c.reshape(-1, 3), rows(color, (*shape, 4)), flat_uv, None, None)
        self._groups[paint.group].append(part)

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
        axis, sign = _sides(skip)
        if not axis.size:
            return
        e = np.eye(3) if axes is None else np.asarray(axes, np.float64)
        c, h = np.broadcast_arrays(
            np.atleast_2d(np.asarray(center, float)), np.atleast_2d(np.asarray(half, float))
        )
        steps = h.T[:, :, None] * e[:, None]
        out, right, up = steps[axis] * sign
        middle = c + out
        left, right = middle - right, middle + right
        corners = np.stack([left - up, right - up, right + up, left + up], 2)
        rgba = np.asarray(color, float)
        if rgba.ndim > 1:
            rgba = np.tile(spread(rgba, (len(c), 4)), (axis.shape[1], 1))[:, None]
        self.quads(paint, corners.reshape(-1, 4, 3), rgba)

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
        cosine, sine, shares, one = _ring(sides)
        ring = cosine * u[:, None] + sine * w[:, None]
        r0 = np.broadcast_to(np.asarray(radius_start, float), (n,))[:, None, None]
        r1 = np.broadcast_to(np.asarray(radius_end, float), (n,))[:, None, None]
        positions = np.concatenate([a[:, None] + ring * r0, b[:, None] + ring * r1], 1)
        around = np.round(np.maximum(2 * np.pi * r0[:, 0] / paint.tile_m, 1.0))
        uv = np.zeros((n, 2 * (sides + 1), 2))
        uv[:, :, 0] = shares * around
        uv[:, sides + 1 :, 1] = (length / paint.tile_m)[:, None]
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
        parts = self._groups[group]
        return joined(parts) if parts else None


@lru_cache(maxsize=64)
def _sides(skip: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Axes (3, S) of the sides that are not left out, and signs (3, S, 1, 1) along them."""
    axis, sign = (
        np.array([side for name, side in _SIDES.items() if name not in skip], int)
        .reshape(-1, 2, 3)
        .transpose(1, 2, 0)
    )
    return axis, sign[..., None, None]


@lru_cache(maxsize=64)
def _ring(sides: int) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Of a tube: cosine and sine (S + 1, 1), share of the way around (2 S + 2), and faces (2 S, 3)."""
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    i = np.arange(sides)
    lower, upper = (i, i + 1, i + sides + 2), (i, i + sides + 2, i + sides + 1)
    faces = np.concatenate([np.stack(lower, 1), np.stack(upper, 1)])
    return np.cos(turn)[:, None], np.sin(turn)[:, None], np.tile(turn / (2 * np.pi), 2), faces
