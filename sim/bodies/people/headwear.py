"""A figure and its description -> what covers the head: beanie, cap, hat, headscarf, hood or a helmet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.cloth import part_grid, row_middles
from sim.bodies.people.fabric import KNIT, PLAIN
from sim.bodies.people.hair import over_skull
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, human_data
from sim.bodies.spec import PersonSpec

__all__ = ["headwear_pieces"]

Array = NDArray[np.float64]

_SHOWN, _FAR_SHOWN = range(0, 17, 2), (0, 3, 5, 8, 11, 13, 16)
_FRONT_DEG = (0, 30, 45, 60, 75, 90, 120, 150, 180)
_EDGES_DEG = {
    "beanie": (17, 16, 13, 5, -5, -11, -18, -24, -26),
    "cap": (27, 26, 23, 17, 11, 7, 0, -4, -6),
    "hat": (24, 23, 21, 17, 14, 12, 8, 6, 6),
    "headscarf": (27, 25, 8, -36, -58, -58, -58, -58, -58),
    "hood": (30, 28, 14, -30, -58, -58, -58, -58, -58),
    "bicycle_helmet": (24, 22, 18, 14, 12, 10, 4, -4, -8),
    "motor_helmet": (27, 25, 4, -30, -40, -42, -42, -40, -40),
}
"""Elevation of the edge, seen from the middle of the skull, at azimuths from the front round to the back."""
_THICK_M = {"beanie": 0.020, "cap": 0.019, "hat": 0.022, "headscarf": 0.014, "hood": 0.030} | {
    "bicycle_helmet": 0.034,
    "motor_helmet": 0.042,
}


def headwear_pieces(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """What is worn on the head; nothing if ``none``."""
    if spec.headwear == "none":
        return []
    edge_deg = np.array(_EDGES_DEG[spec.headwear], float)
    steps = np.array([0, 0.25, 0.5, 0.72, 0.9, 1.0, 0.985])
    puff = np.array([1.25, 1.15, 1.1, 1.05, 1.0, 1.0, 0.3])
    if spec.headwear == "hat":
        puff[:4] = 2.2, 2.0, 1.3, 1.05  # a crown that stands off the skull
    points, azimuth = over_skull(
        fig, lambda a: np.interp(a, np.deg2rad(_FRONT_DEG), np.deg2rad(edge_deg)), steps,
        _THICK_M[spec.headwear] * fig.scale * puff,
    )  # fmt: skip
    shell = Grid(points, _of_head(points))
    rgb = np.array(spec.headwear_srgb, float)
    shade = np.ones((len(points), 1, 1))
    if spec.headwear == "beanie":
        shade[-3:-1] = 0.86  # the turned-up rim
    if spec.headwear == "bicycle_helmet":
        shade = np.ones((len(points), points.shape[1], 1))
        shade[1:4, 2::4] = 0.3  # vents
    shade[-1] = 0.4
    layer = KNIT if spec.headwear == "beanie" else PLAIN
    coarse, far = ((0, 2, 4, 5), _SHOWN), ((0, 2, 5), _FAR_SHOWN)
    pieces = [grid_piece(shell, rgb * shade, layer, 1.0, True, coarse, far)]
    if spec.headwear in ("cap", "hat"):
        pieces += _brim(spec, fig, points[-2], azimuth, rgb)
    if spec.headwear in ("headscarf", "hood"):
        pieces.append(_drape(fig, rgb))
    return pieces


def _of_head(points: Array) -> Array:
    """(R, C, bones) weights of what moves with the head."""
    out = np.zeros((*points.shape[:2], len(human_data().bones)))
    out[..., human_data().bones.index("head")] = 1
    return out


def _brim(spec: PersonSpec, fig: Figure, edge: Array, azimuth: Array, rgb: Array) -> list[Piece]:
    """A peak before the forehead, or a brim all around: upper side and under side."""
    front = np.abs((azimuth + np.pi) % (2 * np.pi) - np.pi)
    if spec.headwear == "cap":
        wide = 0.075 * np.clip((np.deg2rad(75) - front) / np.deg2rad(40), 0, 1) ** 0.5
        away = np.tile([1.0, 0.0], (len(azimuth), 1))  # straight ahead, not outward
        drop = 0.016 * np.clip(wide / 0.075, 0, 1) + 0.02 * np.sin(azimuth) ** 2 * (wide > 0)
    else:
        wide = np.full(len(azimuth), 0.062)
        away = np.stack([np.cos(azimuth), np.sin(azimuth)], -1)
        drop = 0.012 * np.cos(2 * azimuth)
    outer = edge.copy()
    outer[:, :2] += away * wide[:, None] * fig.scale
    outer[:, 2] -= drop * fig.scale
    inner = edge + np.array([0.0, 0.0, 0.004]) * fig.scale
    rows = np.stack(
        [inner, 0.5 * (inner + outer) + np.array([0, 0, 0.002]), outer, edge - [0, 0, 0.006 * fig.scale]]
    )
    grid = Grid(rows, _of_head(rows))
    shade = np.array([0.95, 1.0, 0.95, 0.45])[:, None, None]
    columns = range(len(azimuth)) if spec.headwear == "hat" else range(4, 13)
    cut = Grid(rows[:, list(columns)], grid.weights[:, list(columns)])
    seen = range(0, len(columns), 2)
    return [grid_piece(cut, rgb * shade, PLAIN, 1.0, True, ((0, 2, 3), seen), ((0, 2, 3), seen))]


def _drape(fig: Figure, rgb: Array) -> Piece:
    """Cloth from the jaw around the neck onto the shoulders."""
    trunk = part_grid(fig, "torso").pushed(0.030 * fig.scale)
    base = trunk.rows([14.2, 15.4])
    skull = fig.points_m["skull"]
    columns = np.linspace(0, skull.shape[1] - 1, base.points_m.shape[1])
    low = np.stack([np.interp(columns, np.arange(skull.shape[1]), skull[-1, :, k]) for k in range(3)], -1)
    middle = low[:-1].mean(0)
    jaw = fig.landmarks_m["mouth"][2] - 0.045 * fig.scale
    ring = middle + (low - middle) * 1.16
    ring[:, 2] = np.minimum(ring[:, 2], jaw + 0.02 * fig.scale)
    ring[:, 0] = np.minimum(ring[:, 0], fig.landmarks_m["mouth"][0] - 0.03 * fig.scale)
    neck = row_middles(base.points_m)[-1] * 0.45 + middle * 0.55
    waist = neck + (0.5 * (ring + base.points_m[1]) - 0.5 * (middle + row_middles(base.points_m)[-1])) * 0.98
    tucked = middle + (ring - middle) * 0.8 + np.array([0, 0, 0.015]) * fig.scale
    points = np.stack([base.points_m[0], base.points_m[1], waist, ring, tucked])
    bones = human_data().bones
    weights = np.zeros((5, points.shape[1], len(bones)))
    weights[:2] = base.weights
    weights[2, :, bones.index("neck_01")] = 1
    weights[3:, :, bones.index("head")] = 1
    shade = np.array([0.9, 1.0, 0.95, 0.9, 0.5])[:, None, None]
    seen = (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20)
    return grid_piece(
        Grid(points, weights),
        rgb * shade,
        PLAIN,
        coarse=((0, 1, 3, 4), seen),
        far=((0, 1, 3), (2, 5, 8, 12, 15, 18, 2)),
    )
