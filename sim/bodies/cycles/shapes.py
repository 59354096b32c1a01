"""Paths, rings and measures in, skins out: the tubes, hoops and hulls that two-wheelers are made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import LampGroup
from sim.bodies.cycles.surfaces import surface_uv
from sim.bodies.vectors import cross
from sim.bodies.vehicles.smoothing import Skin

__all__ = ["ball", "block", "hoop", "hull", "lofted", "off", "tube"]

Floats = NDArray[np.float64]
Point = Sequence[float] | Floats
Path = Sequence[Point] | Floats
_, _Y, _Z = np.eye(3)


def tube(
    path_m: Path,
    radius_m: float | Sequence[float],
    surface: str,
    *,
    sides: int = 8,
    bone: int = 0,
    lamp: LampGroup = LampGroup.NONE,
) -> Skin:
    """A round tube along a path, closed at both ends.

    Args:
        path_m: (K, 3) middle line, body frame.
        radius_m: one for all of it or one at each of the K points.
        surface: a name in `SURFACES`.
        sides: of its cross-section.
        bone: that moves it.
        lamp: whose brightness lights it.
    """
    path = np.asarray(path_m, float)
    radius = np.broadcast_to(np.asarray(radius_m, float), len(path))
    along = np.empty_like(path)
    along[0], along[-1] = path[1] - path[0], path[-1] - path[-2]
    along[1:-1] = (path[2:] - path[:-2]) / 2
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    aside = cross(along, _Y)
    # Tubes that lie across the machine take the vertical for their first direction.
    across = np.linalg.norm(aside, axis=1) < 0.3
    aside[across] = cross(along[across], _Z)
    if across.any() and not across.all():
        aside = cross(along, _common_side(along))
    aside /= np.linalg.norm(aside, axis=1, keepdims=True)
    up = cross(aside, along)
    c, s = _circle(sides)
    wave = c[:, None] * aside[:, None] + s[:, None] * up[:, None]
    return lofted(path[:, None] + radius[:, None, None] * wave, surface, bone=bone, lamp=lamp)


def _common_side(along: Floats) -> Floats:
    """(3,) a direction that no part of a path runs along."""
    candidates = np.concatenate([np.eye(3), [[1.0, 1.0, 1.0], [1.0, -1.0, 1.0]]])
    candidates /= np.linalg.norm(candidates, axis=1, keepdims=True)
    return np.asarray(candidates[np.abs(candidates @ along.T).max(1).argmin()])


def lofted(
    rings_m: Floats, surface: str, *, bone: int = 0, lamp: LampGroup = LampGroup.NONE, crease_rad: float = 0.9
) -> Skin:
    """The skin over rings of points (K, S, 3), closed by lids; whichever way round the rings run."""
    points, corners = rings_m.reshape(-1, 3), _bands_and_lids(*rings_m.shape[:2])
    p = points[corners]
    if np.einsum("ij,ij->", p[:, 0], cross(p[:, 1], p[:, 2])) < 0:
        corners = corners[:, ::-1]
    area = np.linalg.norm(cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]), axis=1)
    return Skin(points, corners[area > 1e-10], surface_uv(surface), 1.0, crease_rad, lamp, bone)


@cache
def _circle(sides: int) -> tuple[Floats, Floats]:
    """Cosines and sines (S,) of the corners of a cross-section."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False) + np.pi / sides
    return np.cos(angle), np.sin(angle)


@cache
def _bands(rings: int, sides: int, closed: bool) -> NDArray[np.int64]:
    """(F, 3) faces between rings of points, and, if they are closed, from the last to the first."""
    i = np.arange(sides)
    after = (i + 1) % sides
    faces = []
    for k in range(rings if closed else rings - 1):
        here, there = k * sides, (k + 1) % rings * sides
        faces += [
            np.stack([here + i, here + after, there + after], 1),
            np.stack([here + i, there + after, there + i], 1),
        ]
    return np.concatenate(faces)


@cache
def _bands_and_lids(rings: int, sides: int) -> NDArray[np.int64]:
    """(F, 3) faces between rings of points, and over the first and the last."""
    i = np.arange(sides)
    lid = np.stack([np.zeros(sides - 2, np.int64), i[1:-1], i[2:]], 1)
    return np.concatenate([_bands(rings, sides, False), lid[:, ::-1], lid + (rings - 1) * sides])


def hull(
    sections: Sequence[tuple[float, float, float, float]],
    surface: str,
    *,
    sides: int = 10,
    square: float = 0.7,
    bone: int = 0,
    lamp: LampGroup = LampGroup.NONE,
) -> Skin:
    """A hull over upright cross-sections from the rear to the front.

    Args:
        sections: (x, z of the middle, half width, half height) of each.
        surface: a name in `SURFACES`.
        sides: corners of each cross-section.
        square: 1 for ellipses, toward 0 for rectangles (superellipses).
        bone: that moves it.
        lamp: whose brightness lights it.
    """
    c, s = (np.sign(w) * np.abs(w) ** square for w in _circle(sides))
    x, z, half, high = np.array(sections, float).T[..., None]
    rings = np.stack([np.broadcast_to(x, (len(sections), sides)), half * c, z + high * s], -1)
    return lofted(rings, surface, bone=bone, lamp=lamp)


def hoop(
    center_m: Point,
    radius_m: float,
    profile_m: Sequence[tuple[float, float]],
    surface: str,
    *,
    segments: int,
    bone: int = 0,
    arc_rad: tuple[float, float] | None = None,
) -> Skin:
    """A profile turned about an axle that lies across the machine: tyres, rims, mudguards.

    Args:
        center_m: (3,) middle of the axle.
        radius_m: from the axle to the profile's origin.
        profile_m: (outward, y) of its corners, a closed line.
        surface: a name in `SURFACES`.
        segments: around the axle.
        bone: that moves it.
        arc_rad: from and to, from +x toward +z; all the way round if None.
    """
    whole = arc_rad is None
    low, high = (0.0, 2 * np.pi) if arc_rad is None else arc_rad
    angle = np.linspace(low, high, segments + (not whole), endpoint=not whole)
    out, y = np.array(profile_m, float).T
    reach = radius_m + out
    rings = np.stack(
        [
            np.cos(angle)[:, None] * reach,
            np.broadcast_to(y, (len(angle), len(y))),
            np.sin(angle)[:, None] * reach,
        ],
        -1,
    ) + np.asarray(center_m, float)
    if not whole:
        return lofted(rings, surface, bone=bone)
    points, corners = rings.reshape(-1, 3), _bands(segments, len(y), True)
    p = points[corners] - np.asarray(center_m, float)
    if np.einsum("ij,ij->", p[:, 0], cross(p[:, 1], p[:, 2])) < 0:
        corners = corners[:, ::-1]
    return Skin(points, corners, surface_uv(surface), 1.0, max(0.6, 7.0 / segments), bone=bone)


def ball(
    center_m: Point,
    radii_m: Sequence[float],
    surface: str,
    *,
    sides: int = 8,
    bone: int = 0,
    lamp: LampGroup = LampGroup.NONE,
) -> Skin:
    """An ellipsoid with its axes along those of the body."""
    x, y, z = np.asarray(center_m, float)
    a, b, c = radii_m
    t = np.linspace(-1, 1, max(4, sides // 2 + 2))
    t = np.sin(t * np.pi / 2)
    ring = np.sqrt(np.maximum(1 - t * t, 1e-4))
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rings = np.stack(
        [
            np.broadcast_to((x + a * t)[:, None], (len(t), sides)),
            y + b * ring[:, None] * np.cos(angle),
            z + c * ring[:, None] * np.sin(angle),
        ],
        -1,
    )
    return lofted(rings, surface, bone=bone, lamp=lamp)


def block(
    center_m: Point,
    size_m: Sequence[float],
    surface: str,
    *,
    bone: int = 0,
    lamp: LampGroup = LampGroup.NONE,
) -> Skin:
    """A box along the axes of the body."""
    half = np.asarray(size_m, float) / 2
    ring = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half[1:]
    rings = np.array([np.column_stack([np.full(4, x), ring]) for x in (-half[0], half[0])])
    return lofted(rings + np.asarray(center_m, float), surface, bone=bone, lamp=lamp)


def off(x_m: float, y_m: float, z_m: float) -> Floats:
    """(3,) a shift in the body frame."""
    return np.array([x_m, y_m, z_m])
