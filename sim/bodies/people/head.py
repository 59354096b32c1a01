"""A figure and its description -> head, eyes and hands: skin, with brows, lips and a beard by vertex colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.hair import hairline_rad, skull_centre_m
from sim.bodies.people.piece import Piece, piece_normals
from sim.bodies.people.shape import Figure, human_data, quirks
from sim.bodies.spec import PersonSpec

__all__ = ["skin_pieces"]

Array = NDArray[np.float64]


def skin_pieces(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """Head, two eyes, two hands."""
    return [_head(spec, fig), *(p for side in "lr" for p in (_eye(fig, side), _hand(spec, fig, side)))]


def _flat_piece(points: Array, normals: Array, rgb: Array, ao: Array, part: str, weights: Array) -> Piece:
    faces = human_data().faces[part]
    return Piece(points, normals, np.zeros((len(points), 2)), rgb, ao, 0, faces, weights)


def _head(spec: PersonSpec, fig: Figure) -> Piece:
    p, faces = fig.points_m["head"], human_data().faces["head"]
    s = fig.scale
    normals = piece_normals(p, faces)
    centre = skull_centre_m(fig)
    # A face this coarse looks carved under its own normals; half of an egg's make it soft.
    round_ = (p - centre) / [1.15, 0.85, 1.25]
    round_ /= np.linalg.norm(round_, axis=1, keepdims=True)
    above_neck = np.clip((p[:, 2] - fig.joint("head")[2] + 0.02) / 0.05, 0, 1)[:, None]
    normals = normals + 0.55 * above_neck * round_
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    rgb = np.tile(np.array(spec.skin_srgb, float), (len(p), 1))
    ao = np.ones(len(p))
    mouth = fig.landmarks_m["mouth"]
    eyes = np.stack([fig.landmarks_m["eye_l"], fig.landmarks_m["eye_r"]])
    hair = np.array(spec.hair_srgb, float)
    front = p[:, 0] > centre[0] + 0.05 * s
    cheek = front & (np.abs(p[:, 2] - 0.5 * (mouth[2] + eyes[0, 2])) < 0.02 * s)
    rgb[cheek] *= [1.02, 0.95, 0.93]
    lips = front & (np.abs(p[:, 2] - mouth[2]) < 0.010 * s) & (np.abs(p[:, 1]) < 0.026 * s)
    rgb[lips] *= [0.86, 0.62, 0.60]
    above = p[:, 2] - eyes[0, 2]
    beside = np.abs(np.abs(p[:, 1]) - eyes[0, 1])
    brow = front & (above > 0.013 * s) & (above < 0.027 * s) & (beside < 0.020 * s)
    rgb[brow] = 0.35 * rgb[brow] + 0.65 * hair
    socket = front & (np.abs(above) < 0.012 * s) & (beside < 0.018 * s)
    ao[socket] = 0.72
    rng = quirks(spec, "beard")
    if spec.gender > 0.6 and spec.age != "child" and rng.uniform() < 0.35:
        below = (p[:, 2] < mouth[2] + 0.016 * s) & (p[:, 2] > fig.joint("head")[2] - 0.045 * s)
        beard = below & (p[:, 0] > centre[0] + 0.01) & ~lips
        rgb[beard] = 0.55 * rgb[beard] + 0.45 * hair
    ray = p - centre
    azimuth, up = np.arctan2(ray[:, 1], ray[:, 0]), np.arctan2(ray[:, 2], np.hypot(ray[:, 0], ray[:, 1]))
    if spec.hair != "bald":
        grown = up > hairline_rad(azimuth, spec.hair) + 0.03
        rgb[grown] = hair
    chin = fig.joint("head")[2]
    ao *= 1 - 0.35 * np.clip((chin - p[:, 2]) / (0.05 * s), 0, 1) * np.clip(p[:, 0] / 0.05 + 0.5, 0, 1)
    return _flat_piece(p, normals, rgb, ao, "head", fig.weights["head"])


def _eye(fig: Figure, side: str) -> Piece:
    p = fig.points_m[f"eye_{side}"]
    centre = p.mean(0)
    normals = (p - centre) / np.linalg.norm(p - centre, axis=1, keepdims=True)
    rgb = np.tile([222.0, 218, 212], (len(p), 1))
    iris = normals[:, 0] > 0.78
    rgb[iris] = [44, 32, 24]
    return _flat_piece(p, normals, rgb, np.full(len(p), 0.8), f"eye_{side}", fig.weights[f"eye_{side}"])


def _hand(spec: PersonSpec, fig: Figure, side: str) -> Piece:
    p = fig.points_m[f"hand_{side}"]
    normals = piece_normals(p, human_data().faces[f"hand_{side}"])
    rgb = np.tile(np.array(spec.skin_srgb, float), (len(p), 1))
    return _flat_piece(p, normals, rgb, np.ones(len(p)), f"hand_{side}", fig.weights[f"hand_{side}"])
