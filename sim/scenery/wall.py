"""A side of a building in, quads on it in world coordinates out: rectangles, recessed openings, ledges.

A wall has its own coordinates: `s` along it seen from outside (left to right), `z` up from the ground, `out`
toward the viewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.scenery.builder import MeshBuilder, Paint

__all__ = ["Wall", "WallTint"]

Floats = NDArray[np.float64]
Numbers = NDArray[np.floating]

_UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class WallTint:
    """Color of a wall, dirtier near the ground and below the eaves.

    Attributes:
        srgb: (3,) tint, 0..255.
        height_m: height of the wall.
        dirt: 0 clean .. 1.
    """

    srgb: tuple[float, float, float]
    height_m: float
    dirt: float = 0.5

    def at(self, z_m: NDArray[np.floating], occlusion: float = 1.0) -> Floats:
        """Vertex colors at heights, (..., 4)."""
        foot = np.exp(-np.maximum(z_m, 0.0) / 0.9)
        eaves = np.exp(-np.abs(self.height_m - z_m) / 1.2)
        value = 1 - self.dirt * (0.32 * foot + 0.12 * eaves)
        ao = 255 * occlusion * (1 - 0.35 * np.exp(-np.maximum(z_m, 0.0) / 0.7) - 0.2 * eaves)
        rgb = np.asarray(self.srgb) * value[..., None] * [1.0, 0.995, 0.98]
        return np.concatenate([rgb, ao[..., None]], -1)


@dataclass(frozen=True)
class Wall:
    """One vertical side.

    Attributes:
        builder: where quads go.
        origin: (3,) world point of its left foot seen from outside.
        along: (3,) world direction left to right.
        length_m: its length.
        tint: color by height.
    """

    builder: MeshBuilder
    origin: Floats
    along: Floats
    length_m: float
    tint: WallTint

    @cached_property
    def outward(self) -> Floats:
        """(3,) world direction toward the viewer."""
        return np.array([self.along[1], -self.along[0], 0.0])

    def points(self, s: ArrayLike, out: ArrayLike, z: ArrayLike) -> Floats:
        """World points (..., 3) of wall coordinates that broadcast together."""
        s_, o_, z_ = (np.asarray(x, float)[..., None] for x in (s, out, z))
        return np.asarray(self.origin + s_ * self.along + o_ * self.outward + z_ * _UP)

    def rect(
        self,
        paint: Paint,
        s0: ArrayLike,
        s1: ArrayLike,
        z0: ArrayLike,
        z1: ArrayLike,
        out: ArrayLike = 0.0,
        color: ArrayLike | None = None,
        uv: ArrayLike | None = None,
    ) -> None:
        """Flat rectangles facing outward; by default tinted by height and textured by position."""
        a, b, c, d, o = (x.ravel() for x in np.broadcast_arrays(*map(np.atleast_1d, (s0, s1, z0, z1, out))))
        keep = (b - a > 1e-4) & (d - c > 1e-4)
        a, b, c, d, o = (x[keep].astype(np.float64) for x in (a, b, c, d, o))
        if not len(a):
            return
        s, z = np.stack([a, b, b, a], -1), np.stack([c, c, d, d], -1)
        corners = self.points(s, o[:, None], z)
        if uv is None:
            uv = np.stack([s, z], -1) / paint.tile_m
        elif np.ndim(uv) == 3 and len(np.asarray(uv)) == len(keep):
            uv = np.asarray(uv)[keep]
        self.builder.quads(paint, corners, self.tint.at(z) if color is None else color, uv)

    def reveals(
        self, paint: Paint, s0: Numbers, s1: Numbers, z0: Numbers, z1: Numbers, depth_m: float
    ) -> None:
        """The four inner sides of openings (N,), `depth_m` deep."""
        zero, deep = np.zeros_like(s0), np.full_like(s0, -depth_m)
        left = (s0, s0, s0, s0), (zero, deep, deep, zero), (z0, z0, z1, z1)
        right = (s1, s1, s1, s1), (deep, zero, zero, deep), (z0, z0, z1, z1)
        sill = (s0, s1, s1, s0), (zero, zero, deep, deep), (z0, z0, z0, z0)
        head = (s0, s1, s1, s0), (deep, deep, zero, zero), (z1, z1, z1, z1)
        for s, o, z in (left, right, sill, head):
            ss, oo, zz = np.stack(s, -1), np.stack(o, -1), np.stack(z, -1)
            self.builder.quads(paint, self.points(ss, oo, zz), self.tint.at(zz, 0.72))

    def box(
        self,
        paint: Paint,
        s0: ArrayLike,
        s1: ArrayLike,
        z0: ArrayLike,
        z1: ArrayLike,
        out0: float,
        out1: float,
        color: ArrayLike,
        skip: str = "y",
    ) -> None:
        """Boxes on the wall; `skip` names sides as in MeshBuilder.boxes, x along the wall and Y outward."""
        a, b, c, d = (x.ravel() for x in np.broadcast_arrays(*map(np.atleast_1d, (s0, s1, z0, z1))))
        if not len(a):
            return
        center = self.points((a + b) / 2, (out0 + out1) / 2, (c + d) / 2)
        half = np.stack([(b - a) / 2, np.full(len(a), (out1 - out0) / 2), (d - c) / 2], -1)
        # Right-handed axes: along, into the wall, up; so outward is the negative side of the second axis.
        axes = np.stack([self.along, -self.outward, [0.0, 0.0, 1.0]])
        swap = skip.translate(str.maketrans("yY", "Yy"))
        self.builder.boxes(paint, center, half, axes, color, swap)
