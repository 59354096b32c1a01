"""Shared vertices and faces in, pieces out: split where the surface is creased or its picture is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import LampGroup
from sim.bodies.vectors import cross
from sim.bodies.vehicles.pieces import Piece

__all__ = ["Skin", "corner_normals", "faceted", "smooth", "smoothed"]

Floats = NDArray[np.float64]
Faces = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Skin:
    """A surface before its vertices are split.

    Attributes:
        positions_m: (V, 3) float64, body frame.
        faces: (F, 3), counter-clockwise from outside.
        uv: (F, 3, 2) of each corner, or what broadcasts to it.
        open_sky: (F, 3) of each corner, or one number, ambient occlusion 0..1 (1 = open).
        crease_rad: edges that bend more stay sharp.
        part: the lamp group.
        bone: of the whole piece.
    """

    positions_m: Floats
    faces: Faces
    uv: Floats
    open_sky: Floats | float
    crease_rad: float
    part: LampGroup = LampGroup.NONE
    bone: int = 0


def smoothed(skins: Sequence[Skin]) -> list[Piece]:
    """A piece of each surface: vertices are split where normals, uv or occlusion differ.

    All are worked on at once: NumPy takes longer to begin than a spoke takes to compute.
    """
    counts = np.array([len(s.faces) for s in skins])
    before = np.cumsum([0] + [len(s.positions_m) for s in skins])
    positions_m = np.concatenate([s.positions_m for s in skins])
    faces = np.concatenate([s.faces + k for s, k in zip(skins, before[:-1], strict=True)])
    least_cosine = np.repeat([np.cos(s.crease_rad) for s in skins], counts)
    columns = np.empty((len(faces), 3, 9))
    columns[..., :3] = positions_m[faces]
    columns[..., 3:6] = _corner_normals(positions_m, faces, least_cosine)
    start = 0
    for skin, count in zip(skins, counts.tolist(), strict=True):
        columns[start : start + count, :, 6:8] = skin.uv
        columns[start : start + count, :, 8] = skin.open_sky
        start += count
    rows = columns.reshape(-1, 9)
    owner = np.repeat(np.arange(len(skins)), 3 * counts)
    first, inverse = _distinct(np.column_stack([owner, np.rint(rows * 1e4)]).astype(np.int64))
    kept, corners = rows[first], inverse.reshape(-1, 3)
    vertices = np.searchsorted(owner[first], np.arange(len(skins) + 1)).tolist()
    ends = np.cumsum([0, *counts]).tolist()
    out = []
    for k, skin in enumerate(skins):
        own, of_faces = kept[vertices[k] : vertices[k + 1]], corners[ends[k] : ends[k + 1]]
        out.append(
            Piece(
                own[:, :3], own[:, 3:6], own[:, 6:8], of_faces - vertices[k], own[:, 8], skin.part, skin.bone
            )
        )
    return out


def smooth(
    positions_m: Floats,
    faces: Faces,
    uv_corners: Floats,
    open_sky_corners: Floats,
    *,
    crease_rad: float,
    bone: int = 0,
) -> Piece:
    """A curved piece.

    Args:
        positions_m: (V, 3), shared vertices.
        faces: (F, 3).
        uv_corners: (F, 3, 2).
        open_sky_corners: (F, 3).
        crease_rad: edges that bend more stay sharp.
        bone: of the whole piece.
    """
    return smoothed([Skin(positions_m, faces, uv_corners, open_sky_corners, crease_rad, bone=bone)])[0]


def faceted(positions_m: Floats, faces: Faces, uv: Floats, *, crease_rad: float = 0.6) -> Piece:
    """A small piece with one uv (2,) for all."""
    return smoothed([Skin(positions_m, faces, uv, 1.0, crease_rad)])[0]


def corner_normals(positions_m: Floats, faces: Faces, crease_rad: float) -> Floats:
    """Normals per corner, (F, 3, 3): area-weighted over the neighbors that bend by less than `crease_rad`."""
    return _corner_normals(positions_m, faces, np.full(len(faces), np.cos(crease_rad)))


def _corner_normals(positions_m: Floats, faces: Faces, least_cosine: Floats) -> Floats:
    """The same with a limit (F,) for each face."""
    p = positions_m[faces]
    area = cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    flat = area / np.maximum(np.linalg.norm(area, axis=1, keepdims=True), 1e-18)
    corners = faces.reshape(-1)
    order = np.argsort(corners, kind="stable")
    owner = order // 3
    valence = np.bincount(corners, minlength=len(positions_m))
    starts = np.cumsum(valence) - valence
    # One row for each corner and each face at its vertex, in the order of the faces.
    neighbors = valence[corners]
    corner = np.repeat(np.arange(len(corners)), neighbors)
    place = np.arange(len(corner)) - np.repeat(np.cumsum(neighbors) - neighbors, neighbors)
    neighbor = owner[starts[corners[corner]] + place]
    near = np.einsum("ij,ij->i", flat[corner // 3], flat[neighbor]) >= least_cosine[corner // 3]
    corner, neighbor = corner[near], neighbor[near]
    total = np.empty((len(corners), 3))
    for k in range(3):
        total[:, k] = np.bincount(corner, area[neighbor, k], len(corners))
    total /= np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-18)
    return total.reshape(-1, 3, 3)


def _distinct(rows: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """As `np.unique` over rows (N, C): the first of each kind, in order, and which kind each row is of."""
    keys: list[NDArray[np.int64]] = []
    room = 0
    for column, least, most in zip(rows.T, rows.min(0).tolist(), rows.max(0).tolist(), strict=True):
        span = most - least + 1
        # As many columns as a whole number holds are compared at once.
        if room < span:
            keys.append(column - least)
            room = 2**62
        else:
            keys[-1] = keys[-1] * span + (column - least)
        room //= span
    order = np.lexsort(keys[::-1])
    ordered = [key[order] for key in keys]
    new = np.ones(len(rows), bool)
    new[1:] = np.any([key[1:] != key[:-1] for key in ordered], axis=0)
    inverse = np.empty(len(rows), np.intp)
    inverse[order] = np.cumsum(new) - 1
    return order[new], inverse
