"""A figure and its description -> head, eyes and hands: skin, with brows, lips and a beard by colour."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.hair import hairline_rad, skull_centre_m
from sim.bodies.people.piece import Grid, Level, Piece, grid_piece, piece_normals
from sim.bodies.people.shape import Figure, human_data, quirks
from sim.bodies.spec import PersonSpec
from sim.bodies.thinning import thinned

__all__ = ["PUPIL_RGB", "skin_pieces"]

Array = NDArray[np.float64]

_UNDER_HAIR_RAD = 0.12
"""So far above the hairline the scalp cannot be seen."""
_COARSE_OUT_M, _FAR_OUT_M = 0.002, 0.012
_FAR_COUNT = {"head": 39, "hand_l": 10, "hand_r": 10}
"""Triangles at the far level, of parts that are seen from there."""
_LID_M = 0.0135
"""Edges of lids are no farther from the middle of their eyes, in adults."""
_EYE_RAD = np.array([0.0, 0.17, 0.19, 0.46, 0.50, 1.2])
"""Rows of an eye by their angle from its axis: pupil, iris, white."""
PUPIL_RGB, _WHITE_RGB = (9, 8, 8), (208, 203, 197)
"""Colors of eyes beside that of the iris, sRGB."""
_IRISES = ((58.0, 38, 24), (86.0, 64, 38), (84.0, 100, 114), (88.0, 98, 70))
_IRIS_SHARES = {"pale": (0.42, 0.2, 0.26, 0.12), "dark": (0.92, 0.08, 0.0, 0.0)}
_PALE_SRGB = 150
"""Skin at least as bright as this comes with eyes of all colors."""
_PROFILE_M, _PROFILE_WEIGHT = 0.05, 3.0
"""How far behind the tip of the nose the profile begins."""
_TOP_WEIGHT = 4.0
"""Heads are seen above what hides the rest, and bald ones must stay round."""


def skin_pieces(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """Head, two eyes, two hands."""
    return [
        _head(spec, fig),
        *_features(spec, fig),
        *(p for side in "lr" for p in (_eye(spec, fig, side), _hand(spec, fig, side))),
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
    if part == "head":
        ahead_m = points[coarse, 0].mean(1)
        weight[ahead_m > ahead_m.max() - _PROFILE_M] = _PROFILE_WEIGHT
    label = np.zeros(len(coarse), np.int64)
    return thinned(points, coarse.astype(np.int64), label, weight, _FAR_COUNT[part])[0].astype(np.int32)


def _head(spec: PersonSpec, fig: Figure) -> Piece:
    p, faces = fig.points_m["head"], human_data().faces["head"]
    s = fig.scale
    normals = piece_normals(p, faces)
    centre = skull_centre_m(fig)
    # A face of few triangles looks carved under its own normals; some of an egg's make it soft.
    round_ = (p - centre) / [1.15, 0.85, 1.25]
    round_ /= np.linalg.norm(round_, axis=1, keepdims=True)
    off_neck = np.clip((p[:, 2] - fig.joint("head")[2] + 0.02) / 0.05, 0, 1)[:, None]
    normals = normals + 0.3 * off_neck * round_
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
    # Lashes: the edge of the upper lid is dark.
    reach = np.min([np.linalg.norm(p - fig.points_m[f"eye_{k}"].mean(0), axis=1) for k in "lr"], axis=0)
    ao[(reach < _LID_M * s) & (above > 0.0015 * s)] = 0.4
    nostril = front & (normals[:, 2] < -0.45) & (np.abs(p[:, 1]) < 0.016 * s)
    nostril &= (p[:, 2] > lips[2] + 0.012 * s) & (p[:, 2] < tip[2] + 0.01 * s)
    ao[nostril] = 0.5
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
    red = skin * (np.array([0.88, 0.66, 0.64]) if spec.gender < 0.5 else np.array([0.9, 0.76, 0.74]))
    # Where lips meet is a thin dark line.
    lips = red * np.array([0.97, 1.03, 0.95, 0.5, 0.9, 0.97])[:, None]
    tones = {"brow_l": brow, "brow_r": brow, "lips": lips[:, None]}
    out = []
    for name, tone in tones.items():
        grid = Grid(fig.points_m[name], fig.weights[name])
        if name == "lips":
            # Lips are full between their edges, which lie in the skin.
            grid = grid.rows([0.0, 0.5, 0.82, 1.0, 1.18, 2.0])
            grid = grid.pushed(fig.scale * 1e-3 * np.array([0.8, 2.6, 2.2, 1.4, 2.0, 0.8])[:, None])
        else:
            grid = grid.pushed(0.0012 * fig.scale)
        rows, columns = (n - 1 for n in grid.points_m.shape[:2])
        across = (0, columns // 2, columns) if name == "lips" else (0, columns)
        out.append(grid_piece(grid, tone, coarse=((0, rows), across)))
    return out


def _eye(spec: PersonSpec, fig: Figure, side: str) -> Piece:
    """The front of an eyeball; what shows of it lies in the shade of the upper lid."""
    p = fig.points_m[f"eye_{side}"]
    centre = p.mean(0)
    radius = float(np.linalg.norm(p - centre, axis=1).mean())
    turn = np.linspace(0, 2 * np.pi, 9)
    aside = np.sin(_EYE_RAD)[:, None]
    rows = np.stack(
        np.broadcast_arrays(np.cos(_EYE_RAD)[:, None], aside * np.cos(turn), aside * np.sin(turn)), -1
    )
    weights = np.broadcast_to(fig.weights[f"eye_{side}"][0], (*rows.shape[:2], fig.weights["head"].shape[1]))
    shares = _IRIS_SHARES["pale" if np.mean(spec.skin_srgb) >= _PALE_SRGB else "dark"]
    iris = np.array(_IRISES[int(quirks(spec, "iris").choice(len(_IRISES), p=shares))])
    pupil, white = np.array(PUPIL_RGB, float), np.array(_WHITE_RGB, float)
    rgb = np.stack([pupil, pupil, iris, 0.7 * iris, white, white])[:, None]
    shade = 0.8 - 0.35 * np.clip(rows[..., 2] / 0.5, 0, 1)
    return grid_piece(Grid(centre + radius * rows, weights), rgb, 0, shade, flip=True)


def _hand(spec: PersonSpec, fig: Figure, side: str) -> Piece:
    p = fig.points_m[f"hand_{side}"]
    normals = piece_normals(p, human_data().faces[f"hand_{side}"])
    rgb = np.tile(np.array(spec.skin_srgb, float), (len(p), 1))
    shade, hidden = np.ones(len(p)), np.zeros(len(p), bool)
    return _flat_piece(p, normals, rgb, shade, f"hand_{side}", fig.weights[f"hand_{side}"], hidden)
