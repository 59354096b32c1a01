"""CompanionSpec of a dog in, Body out: fur over trunk, head and legs, on the bones of `dog_bones`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body, PoseColumns, posed_vertices
from sim.bodies.company.breeds import FORE_LEGS, Breed, breed, legs_at_rest
from sim.bodies.company.dog_rig import BONE_COUNT, HEAD, NECK, TAIL, TRUNK, DogSkeleton, dog_bones, leg_bone
from sim.bodies.people.fabric import BARE, HAIR
from sim.bodies.people.piece import Grid, Piece, grid_piece, join
from sim.bodies.spec import CompanionSpec
from sim.geometry import Mesh
from sim.taxonomy import Semantic

__all__ = ["build_dog"]

Floats = NDArray[np.float64]
Section = tuple[float, float, float, float, tuple[tuple[int, float], ...]]
"""X, z, half width, half height (across the path), and the bones with their weights."""

_COLUMNS = 13
_COARSE, _FAR = range(0, _COLUMNS, 2), (0, 2, 4, 6, 8, 10, 12)
_DARK = (24, 22, 21)
_FINER = 9.0
"""Locks of fur are so much smaller than those of people's hair."""


@lru_cache(maxsize=64)
def build_dog(spec: CompanionSpec) -> Body:
    """The body of a dog in its bind pose: standing, origin on the ground below the middle of its trunk."""
    b = breed(spec.variant)
    skeleton = DogSkeleton(spec.variant, b, _pivots(b))
    pieces = _pieces(spec, b)
    mesh, coarse, far = (_as_animal(join(pieces, 2, level)) for level in range(3))
    stand_in = Body("person", mesh, None, spec.color_srgb, (0, 0, 0), (0, 0, 0), (0, 0, 0), skeleton)
    low, high = _extent(stand_in, (mesh, coarse, far))
    half = float(max(-low[1], high[1]))
    return Body(
        kind="person",
        mesh=mesh,
        textures=None,
        paint_srgb=spec.color_srgb,
        size_lwh_m=(float(high[0] - low[0]), 2 * half, float(high[2])),
        centre_m=(float(high[0] + low[0]) / 2, 0.0, float(high[2]) / 2),
        footprint_m=(float(low[0]), float(high[0]), half),
        skeleton=skeleton,
        coarse=coarse,
        far=far,
    )


def _pivots(b: Breed) -> Floats:
    """(4, 3) where trunk, neck, head and tail turn."""
    base, top = _neck(b)
    return np.array(
        [[0.0, 0.0, b.height_m], base, top, [-0.50 * b.length_m, 0.0, b.height_m - 0.2 * b.depth_m]]
    )


def _neck(b: Breed) -> tuple[Floats, Floats]:
    base = np.array([0.40 * b.length_m, 0.0, b.height_m - 0.28 * b.depth_m])
    return base, base + b.neck_m * np.array([0.55, 0.0, 0.84])


def _pieces(spec: CompanionSpec, b: Breed) -> list[Piece]:
    rgb = np.array(spec.color_srgb, float)
    pale = np.clip(rgb * b.marks[0] + (8 if b.marks[0] > 1 else 0), 0, 255)
    mask = np.clip(rgb * b.marks[1], 0, 255)
    out = [_trunk(b, rgb, pale), *_head(b, rgb, mask), _tail(b, rgb)]
    for leg in range(4):
        out.append(_leg(spec.variant, b, leg, rgb, pale))
    return out


def _tube(sections: Sequence[Section], y: float = 0.0) -> Grid:
    """Rings across a path in a plane beside the middle, closed by points at both ends."""
    path = np.array([[s[0], s[1]] for s in sections])
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    angle = np.linspace(0, 2 * np.pi, _COLUMNS)
    points, weights = [], []
    for (x, z, wide, high, bones), (dx, dz) in zip(sections, along, strict=True):
        up = high * np.cos(angle)
        points.append(np.stack([x - dz * up, y + wide * np.sin(angle), z + dx * up], -1))
        row = np.zeros(BONE_COUNT)
        for bone, share in bones:
            row[bone] = share
        weights.append(np.repeat(row[None], _COLUMNS, 0))
    ends = [np.repeat(points[k].mean(0, keepdims=True), _COLUMNS, 0) for k in (0, -1)]
    grid = Grid(np.array([ends[0], *points, ends[1]]), np.array([weights[0], *weights, weights[-1]]))
    return grid


def _furry(
    grid: Grid, rgb: Floats, far_rows: Sequence[int], layer: int = HAIR, ao: Floats | float = 1.0
) -> Piece:
    """Fur over a tube; from far away only some rows of it."""
    rows = range(len(grid.points_m))
    piece = grid_piece(grid, rgb, layer, ao, True, coarse=(rows, _COARSE), far=(far_rows, _FAR))
    return replace(piece, uv=piece.uv * _FINER)


def _trunk(b: Breed, rgb: Floats, pale: Floats) -> Piece:
    half, fur, top = b.width_m / 2, b.fur_m, b.height_m
    # X by the length; upper and lower edge by the depth below the withers; width by that of the chest.
    shape = (
        (-0.53, 0.16, 0.42, 0.42),
        (-0.47, 0.06, 0.70, 0.80),
        (-0.33, 0.03, 0.78, 0.92),
        (-0.10, 0.05, 0.80, 0.88),
        (0.12, 0.04, 0.96, 1.0),
        (0.28, 0.0, 1.0, 0.98),
        (0.41, 0.04, 0.90, 0.84),
        (0.50, 0.18, 0.72, 0.52),
    )
    sections: list[Section] = []
    for x, upper, lower, wide in shape:
        middle, high = top - (upper + lower) / 2 * b.depth_m, (lower - upper) / 2 * b.depth_m
        sections.append((x * b.length_m, middle, wide * half + fur, high + fur, ((TRUNK, 1.0),)))
    grid = _tube(sections)
    below = np.clip(-np.cos(np.linspace(0, 2 * np.pi, _COLUMNS)) - 0.35, 0, 1)[None, :, None]
    color = rgb + (pale - rgb) * below * 0.9
    shade = 1 - 0.35 * np.clip(-np.cos(np.linspace(0, 2 * np.pi, _COLUMNS)), 0, 1)[None]
    ao = np.broadcast_to(shade, grid.points_m.shape[:2])
    return _furry(grid, np.broadcast_to(color, grid.points_m.shape), (0, 1, 3, 5, 6, 8, 9), ao=ao)


def _head(b: Breed, rgb: Floats, mask: Floats) -> list[Piece]:
    base, top = _neck(b)
    fur, wide = b.fur_m, b.skull_m * 0.52
    back = base - np.array([0.06 * b.length_m, 0.0, 0.08 * b.depth_m])
    x, z = top[0], top[2]
    neck: list[Section] = [
        (back[0], back[2], 0.36 * b.width_m + fur, 0.34 * b.depth_m + fur, ((TRUNK, 1.0),)),
        (base[0], base[2], 0.31 * b.width_m + fur, 0.30 * b.depth_m + fur, ((TRUNK, 0.6), (NECK, 0.4))),
        ((base[0] + x) / 2, (base[2] + z) / 2, wide * 0.98 + fur, wide * 1.1 + fur, ((NECK, 1.0),)),
        (x, z, wide * 0.90 + fur, wide * 0.95 + fur, ((NECK, 0.4), (HEAD, 0.6))),
    ]
    s, m = b.skull_m, b.muzzle_m
    skull: list[Section] = [
        (x - 0.35 * s, z + 0.02 * s, wide * 0.7, wide * 0.7, ((HEAD, 1.0),)),
        (x + 0.05 * s, z + 0.14 * s, wide + fur / 2, wide + fur / 2, ((HEAD, 1.0),)),
        (x + 0.45 * s, z + 0.12 * s, wide * 0.94, wide * 0.9, ((HEAD, 1.0),)),
        (x + 0.72 * s, z + 0.0 * s, wide * 0.62, wide * 0.62, ((HEAD, 1.0),)),
        (x + 0.72 * s + 0.5 * m, z - 0.04 * s, wide * 0.54, wide * 0.52, ((HEAD, 1.0),)),
        (x + 0.72 * s + 0.92 * m, z - 0.07 * s, wide * 0.45, wide * 0.42, ((HEAD, 1.0),)),
    ]
    head = _tube(skull)
    share = np.clip((np.arange(len(head.points_m)) - 3) / 2, 0, 1)[:, None, None]
    colors = np.broadcast_to(rgb + (mask - rgb) * share, head.points_m.shape)
    tip = x + 0.72 * s + m
    nose: list[Section] = [
        (tip - 0.09 * m, z - 0.01 * s, wide * 0.20, wide * 0.16, ((HEAD, 1.0),)),
        (tip + 0.05 * m, z - 0.02 * s, wide * 0.17, wide * 0.14, ((HEAD, 1.0),)),
    ]
    out = [_furry(_tube(neck), rgb, (0, 1, 2, 4)), _furry(head, colors, (0, 2, 3, 4, 6, 7))]
    out.append(_furry(_tube(nose), np.array(_DARK, float), (), BARE))
    for side in (1.0, -1.0):
        eye = (x + 0.62 * s, z + 0.22 * s, 0.055 * s, 0.055 * s, ((HEAD, 1.0),))
        ahead = (x + 0.70 * s, *eye[1:])
        out.append(_furry(_tube([eye, ahead], side * wide * 0.50), np.array(_DARK, float), (), BARE))
        out.append(_ear(b, side, top, wide, rgb * (0.55 if b.marks[1] < 0.9 else 0.85)))
    return out


def _ear(b: Breed, side: float, top: Floats, wide: float, rgb: Floats) -> Piece:
    s, y = b.skull_m, side * wide * (0.62 if b.erect_ears else 1.04)
    x, z = top[0] + 0.05 * s, top[2] + 0.14 * s + wide * (0.7 if b.erect_ears else 0.55)
    long = 0.62 * s if b.erect_ears else -0.75 * s
    thin = 0.05 * s
    sections: list[Section] = [
        (x, z - 0.12 * long, thin * 2, 0.30 * s, ((HEAD, 1.0),)),
        (x + 0.03 * s, z + 0.45 * long, thin * 1.6, 0.26 * s, ((HEAD, 1.0),)),
        (x + 0.05 * s, z + long, thin, 0.07 * s, ((HEAD, 1.0),)),
    ]
    return _furry(_tube(sections, y), rgb, (0, 1, 3, 4))


def _tail(b: Breed, rgb: Floats) -> Piece:
    x, z = -0.50 * b.length_m, b.height_m - 0.2 * b.depth_m
    thick = 0.16 * b.depth_m + b.fur_m
    sections: list[Section] = []
    angle = 0.35 + 0.9 * b.tail_up
    for k, share in enumerate((0.9, 1.0, 0.85, 0.4)):
        bones = ((TRUNK, 1.0),) if k == 0 else ((TAIL, 1.0),)
        sections.append((x, z, thick * share / 2, thick * share / 2, bones))
        x, z = x - b.tail_m / 3 * np.cos(angle), z + b.tail_m / 3 * np.sin(angle)
        angle += 0.55 if b.tail_up > -0.6 else 0.15
    return _furry(_tube(sections), rgb, (0, 1, 3, 5))


def _leg(variant: int, b: Breed, leg: int, rgb: Floats, pale: Floats) -> Piece:
    hip, knee, ankle, paw = legs_at_rest(variant)[leg]
    fore, fur = FORE_LEGS[leg], b.fur_m * 0.6
    thick = 0.5 * b.depth_m * (0.42 if fore else 0.52)
    upper, lower, foot = (leg_bone(leg, part) for part in range(3))
    middle = (hip + knee) / 2
    low = (knee + 2 * ankle) / 3
    slim = 0.055 * b.height_m**0.5 * 0.55 + fur
    pad = 0.045 * b.height_m**0.5
    sections: list[Section] = [
        (hip[0], hip[2], 0.30 * b.width_m, thick * 1.15, ((TRUNK, 0.5), (upper, 0.5))),
        (middle[0], middle[2], 0.24 * b.width_m, thick * 0.9, ((upper, 1.0),)),
        (knee[0], knee[2], 0.16 * b.width_m + fur, thick * 0.55 + fur, ((upper, 0.5), (lower, 0.5))),
        (low[0], low[2], slim, slim * 1.2, ((lower, 1.0),)),
        (ankle[0], ankle[2], slim, slim, ((lower, 0.5), (foot, 0.5))),
        (paw[0] - 0.1 * pad, 0.55 * pad, pad * 0.62, pad * 0.62, ((foot, 1.0),)),
        (paw[0] + 0.45 * pad, 0.30 * pad, pad * 0.72, pad * 0.34, ((foot, 1.0),)),
    ]
    grid = _tube(sections, float(hip[1]))
    share = np.clip((np.arange(len(grid.points_m)) - 2) / 4, 0, 1)[:, None, None]
    colors = np.broadcast_to(rgb + (pale - rgb) * share, grid.points_m.shape)
    return _furry(grid, colors, (0, 1, 3, 5, 7, 8))


def _as_animal(mesh: Mesh) -> Mesh:
    mesh.semantic[:] = Semantic.ANIMAL
    return mesh


def _extent(body: Body, meshes: Sequence[Mesh]) -> tuple[Floats, Floats]:
    """(lowest, highest) corner of what a dog reaches in a stride, looking ahead."""
    count = 8
    zero = np.zeros(count)
    columns = PoseColumns(
        position_m=np.zeros((count, 3)),
        yaw_rad=zero,
        pitch_rad=zero,
        roll_rad=zero,
        wheel_rad=zero,
        steer_rad=zero,
        gait_phase=np.arange(count) / count,
        gait_weight=np.where(np.arange(count) == 0, 0.0, 1.0),
        foot_m=np.zeros((count, 2, 3)),
        foot_yaw_rad=np.zeros((count, 2)),
        foot_pitch_rad=np.zeros((count, 2)),
        look_yaw_rad=zero,
        lights=np.zeros(count, np.uint8),
    )
    bones = dog_bones([body] * count, columns, np.arange(count))
    points = np.concatenate([posed_vertices(body, b, mesh) for b in bones for mesh in meshes])
    return points.min(0) - 0.01, points.max(0) + 0.01
