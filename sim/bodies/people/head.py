"""A figure and its description -> head, eyes and hands: skin, with brows, lips and a beard by colour."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.hair import hairline_rad, skull_centre_m
from sim.bodies.people.piece import Grid, Level, Piece, grid_piece, piece_normals
from sim.bodies.people.shape import Figure, human_data
from sim.bodies.spec import PersonSpec
from sim.bodies.thinning import thinned

__all__ = ["skin_pieces"]

Array = NDArray[np.float64]

_UNDER_HAIR_RAD = 0.12
"""So far above the hairline the scalp cannot be seen."""
_COARSE_OUT_M, _FAR_OUT_M = 0.002, 0.006
_FAR_COUNT = {"head": 44, "hand_l": 8, "hand_r": 8}
"""Triangles at the far level, of parts that are seen from there."""
_TOP_WEIGHT = 4.0
"""Heads are seen above what hides the rest, and bald ones must stay round."""


def skin_pieces(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """Head, two eyes, two hands."""
    return [
        _head(spec, fig),
        *_features(spec, fig),
        *(p for side in "lr" for p in (_eye(fig, side), _hand(spec, fig, side))),
    ]


def _flat_piece(
    points: Array,
    normals: Array,
    rgb: Array,
    ao: Array,
    part: str,
    weights: Array,
    hidden: NDArray[np.bool_],
) -> Piece:
    """A part that is a mesh, without the triangles whose corners are all hidden."""
    none = np.zeros((0, 3), np.int32)
    fine, coarse = (human_data().faces.get(name, none) for name in (part, f"{part}_far"))
    shown = [f[~hidden[f].all(1)] for f in (fine, coarse, _far_faces(part))]
    levels = Level(shown[0], 0.0), Level(shown[1], _COARSE_OUT_M), Level(shown[2], _FAR_OUT_M)
    return Piece(points, normals, np.zeros((len(points), 2)), rgb, ao, 0, levels, weights)


@cache
def _far_faces(part: str) -> NDArray[np.int32]:
    """The few triangles of a part at the far level, from the base figure: the same for all."""
    data = human_data()
    coarse = data.faces.get(f"{part}_far", np.zeros((0, 3), np.int32))
    if part not in _FAR_COUNT:
        return coarse[:0]
    points = data.base_m[data.spans[part]].astype(np.float64)
    height_m = points[coarse, 2].mean(1)
    weight = np.where(height_m > height_m.max() - 0.25 * np.ptp(height_m), _TOP_WEIGHT, 1.0)
    label = np.zeros(len(coarse), np.int64)
    return thinned(points, coarse.astype(np.int64), label, weight, _FAR_COUNT[part])[0].astype(np.int32)


def _head(spec: PersonSpec, fig: Figure) -> Piece:
    p, faces = fig.points_m["head"], human_data().faces["head"]
    s = fig.scale
    normals = piece_normals(p, faces)
    centre = skull_centre_m(fig)
    # A face this coarse looks carved under its own normals; half of an egg's make it soft.
    round_ = (p - centre) / [1.15, 0.85, 1.25]
    round_ /= np.linalg.norm(round_, axis=1, keepdims=True)
    off_neck = np.clip((p[:, 2] - fig.joint("head")[2] + 0.02) / 0.05, 0, 1)[:, None]
    normals = normals + 0.55 * off_neck * round_
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    rgb = np.tile(np.array(spec.skin_srgb, float), (len(p), 1))
    ao = np.ones(len(p))
    lips = fig.points_m["lips"].reshape(-1, 3).mean(0)
    eyes = np.stack([fig.landmarks_m["eye_l"], fig.landmarks_m["eye_r"]])
    hair = np.array(spec.hair_srgb, float)
    front = p[:, 0] > centre[0] + 0.05 * s
    tip = np.array([lips[0] + 0.012 * s, 0, 0.62 * lips[2] + 0.38 * eyes[0, 2]])
    cheeks = [tip, *(0.5 * (eyes[k] + lips) + [0, eyes[k, 1] * 0.75, 0] for k in (0, 1))]
    strong = (0.4, 1.0, 1.0)
    flush = sum(
        k * np.exp(-((p - c) ** 2).sum(1) / (0.018 * s) ** 2) for c, k in zip(cheeks, strong, strict=True)
    )
    rgb *= 1 - np.clip(flush, 0, 1)[:, None] * [0.0, 0.07, 0.08]
    above = p[:, 2] - eyes[0, 2]
    beside = np.abs(np.abs(p[:, 1]) - eyes[0, 1])
    socket = front & (np.abs(above) < 0.012 * s) & (beside < 0.018 * s)
    ao[socket] = 0.72
    if spec.beard != "none":
        below = np.clip((lips[2] + 0.020 * s - p[:, 2]) / (0.008 * s), 0, 1)
        above_neck = np.clip((p[:, 2] - fig.joint("head")[2] + 0.045 * s) / (0.02 * s), 0, 1)
        before_ears = np.clip((p[:, 0] - centre[0] - 0.005 * s) / (0.02 * s), 0, 1)
        dense = ((0.34 if spec.beard == "stubble" else 0.7) * below * above_neck * before_ears)[:, None]
        rgb = rgb * (1 - dense) + hair * dense
    ray = p - centre
    azimuth, up = np.arctan2(ray[:, 1], ray[:, 0]), np.arctan2(ray[:, 2], np.hypot(ray[:, 0], ray[:, 1]))
    if spec.hair != "bald":
        grown = up > hairline_rad(azimuth, spec.hair) + 0.03
        rgb[grown] = hair
    hidden = np.zeros(len(p), bool)
    if spec.hair != "bald":
        hidden = up > hairline_rad(azimuth, spec.hair) + _UNDER_HAIR_RAD
    chin = fig.joint("head")[2]
    ao *= 1 - 0.35 * np.clip((chin - p[:, 2]) / (0.05 * s), 0, 1) * np.clip(p[:, 0] / 0.05 + 0.5, 0, 1)
    return _flat_piece(p, normals, rgb, ao, "head", fig.weights["head"], hidden)


def _features(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """Brows and lips: small grids just above the skin."""
    skin, hair = np.array(spec.skin_srgb, float), np.array(spec.hair_srgb, float)
    brow = 0.3 * skin + 0.7 * np.minimum(hair, 0.7 * skin)
    red = skin * (np.array([0.86, 0.62, 0.6]) if spec.gender < 0.5 else np.array([0.88, 0.72, 0.7]))
    tones = {"brow_l": brow, "brow_r": brow, "lips": np.stack([red, red * 0.55, red * 0.95])[:, None]}
    out = []
    for name, tone in tones.items():
        grid = Grid(fig.points_m[name], fig.weights[name]).pushed(0.0012 * fig.scale)
        out.append(
            grid_piece(
                grid,
                tone,
                coarse=(
                    (0, len(grid.points_m) - 1),
                    (0, grid.points_m.shape[1] // 2, grid.points_m.shape[1] - 1),
                ),
            )
        )
    return out


def _eye(fig: Figure, side: str) -> Piece:
    p = fig.points_m[f"eye_{side}"]
    centre = p.mean(0)
    normals = (p - centre) / np.linalg.norm(p - centre, axis=1, keepdims=True)
    rgb = np.tile([222.0, 218, 212], (len(p), 1))
    iris = normals[:, 0] > 0.78
    rgb[iris] = [44, 32, 24]
    shade, hidden = np.full(len(p), 0.8), normals[:, 0] < -0.05
    return _flat_piece(p, normals, rgb, shade, f"eye_{side}", fig.weights[f"eye_{side}"], hidden)


def _hand(spec: PersonSpec, fig: Figure, side: str) -> Piece:
    p = fig.points_m[f"hand_{side}"]
    normals = piece_normals(p, human_data().faces[f"hand_{side}"])
    rgb = np.tile(np.array(spec.skin_srgb, float), (len(p), 1))
    shade, hidden = np.ones(len(p)), np.zeros(len(p), bool)
    return _flat_piece(p, normals, rgb, shade, f"hand_{side}", fig.weights[f"hand_{side}"], hidden)
