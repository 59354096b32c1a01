"""A figure -> cloth around its trunk, and what cloth does: it hangs, rounds over hollows, turns in at hems.

Going down, a row of a garment is never much narrower than the row above, so that a shirt falls from the
chest and a coat from the shoulders.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, human_data

__all__ = [
    "FAR_ROUND",
    "ROUND_SKIRT",
    "ROUND_TRUNK",
    "crotch_m",
    "flared",
    "hung",
    "lining",
    "part_grid",
    "rounded",
    "row_middles",
    "trunk",
    "turned_in",
]

Array = NDArray[np.float64]

ROUND_TRUNK = (0, 3, 5, 7, 10, 13, 15, 17, 20)
"""Columns around the trunk that show from afar: back, front and sides, where the outline lies, corners."""
ROUND_SKIRT = (0, 2, 4, 5, 7, 8, 10, 12, 13, 15, 16, 18, 20)
"""The same around both legs: columns before and behind either thigh, which push the cloth in a stride."""
FAR_ROUND = (2, 5, 8, 12, 15, 18, 2)
"""The same at the far level, around the trunk and both legs: sides, and before and behind either thigh."""


def part_grid(fig: Figure, part: str) -> Grid:
    """A part of a figure that is a grid, with its weights."""
    return Grid(fig.points_m[part], fig.weights[part])


def row_middles(points: Array) -> Array:
    """(R, 1, 3) middle of every row."""
    return np.asarray(points[:, :-1].mean(1, keepdims=True))


def hung(points: Array, slack: float, fixed: int) -> Array:
    """Rows run upward; every row below `fixed` is at least as wide as the one above less slack."""
    out = points.copy()
    for i in range(fixed - 1, -1, -1):
        centre, above = out[i].mean(0), out[i + 1] - out[i + 1].mean(0)
        mine = out[i] - centre
        drop = abs(out[i + 1, :, 2].mean() - out[i, :, 2].mean())
        wide, wide_above = np.hypot(mine[:, 0], mine[:, 1]), np.hypot(above[:, 0], above[:, 1])
        scale = np.maximum(1, (wide_above - slack * drop) / np.maximum(wide, 1e-6))
        out[i, :, :2] = centre[:2] + mine[:, :2] * scale[:, None]
    return out


def rounded(points: Array, times: int = 2) -> Array:
    """Rows without hollows: a point between two that stand further out moves out to their chord."""
    out = points.copy()
    for _ in range(times):
        ring = out[:, :-1]
        chord = 0.5 * (np.roll(ring, 1, 1) + np.roll(ring, -1, 1))
        centre = ring.mean(1, keepdims=True)
        further = np.linalg.norm(chord - centre, axis=-1) > np.linalg.norm(ring - centre, axis=-1)
        ring = np.where(further[..., None], chord, ring)
        out = np.concatenate([ring, ring[:, :1]], 1)
    return out


def trunk(fig: Figure, out_m: float, slack: float) -> Grid:
    """The trunk in cloth, all rows."""
    grid = part_grid(fig, "torso")
    points = grid.points_m.copy()
    points[:11] = rounded(points[:11])
    grid = Grid(points, grid.weights).pushed((out_m - 0.022 * _arm_share(fig.weights["armhole"])) * fig.scale)
    points = hung(grid.points_m, slack, 10)
    for _ in range(2):
        points[1:12] = 0.25 * points[:11] + 0.5 * points[1:12] + 0.25 * points[2:13]
    return Grid(points, grid.weights)


def _arm_share(weights: Array) -> Array:
    """(R, C) how much of the arms' weight a trunk has: what lies under a sleeve."""
    bones = human_data().bones
    return np.asarray(weights[..., bones.index("upperarm_l")] + weights[..., bones.index("upperarm_r")])


def crotch_m(fig: Figure) -> float:
    """Height of the trunk's lowest row."""
    return float(fig.points_m["torso"][0, :, 2].mean())


def turned_in(body: Grid, by_m: float) -> Grid:
    """One row inside the first row of a tube: the hem's thickness."""
    first = body.rows([0.0])
    centre = row_middles(first.points_m)
    d = first.points_m - centre
    wide = np.linalg.norm(d, axis=-1, keepdims=True)
    return Grid(centre + d * (1 - 2 * by_m / np.maximum(wide, 2 * by_m)), first.weights)


def flared(fig: Figure, body: Grid, length_m: float, flare: float, count: int) -> Grid:
    """Rows that continue a tube downward, wider by `flare` metres a metre, following both thighs."""
    first = body.points_m[:1]
    centre = row_middles(first)
    wide = first - centre
    radius = np.linalg.norm(wide[..., :2], axis=-1, keepdims=True)
    down = np.linspace(1, 1 / count, count)[:, None, None] * length_m
    points = centre + wide * (1 + flare * down / radius)
    points[..., 2] = first[..., 2] - down[..., 0]
    points = _around_legs(fig, points)
    return Grid(points, _skirt_weights(fig, points))


def lining(hanging: Grid, rgb: Array) -> Piece:
    """The inside of cloth that hangs open below, in shade; rows of `hanging` run upward from the hem."""
    count = len(hanging.points_m)
    inner = hanging.rows([0, count - 1])
    ao = np.array([0.7, 0.2])[:, None]
    return grid_piece(inner.pushed(-0.004), rgb * 0.5, 0, ao, True, ((0, 1), ROUND_SKIRT))


def _around_legs(fig: Figure, points: Array) -> Array:
    """Rows widened until they hold both legs."""
    legs = np.concatenate(
        [fig.points_m["leg_l"][:8].reshape(-1, 3), fig.points_m["leg_r"][:8].reshape(-1, 3)]
    )
    out = points.copy()
    for i, row in enumerate(points):
        near = legs[np.abs(legs[:, 2] - row[:, 2].mean()) < 0.09 * fig.scale]
        if len(near):
            need = np.abs(near[:, 1]).max() + 0.02
            out[i, :, 1] *= max(1.0, need / np.abs(row[:, 1]).max())
    return out


def _skirt_weights(fig: Figure, points: Array) -> Array:
    """Weights of cloth around both legs: it follows the nearer thigh, more so the lower it hangs."""
    data = human_data()
    hip, knee = fig.joint("thigh_l"), fig.joint("calf_l")
    depth = np.clip((hip[2] + 0.06 - points[..., 2]) / (hip[2] - knee[2]) * 1.35, 0, 1)
    legs = depth * depth * (3 - 2 * depth) * 0.94
    left = 1 / (1 + np.exp(-points[..., 1] / (0.032 * fig.scale)))
    out = np.zeros((*points.shape[:2], len(data.bones)))
    out[..., data.bones.index("thigh_l")] = legs * left
    out[..., data.bones.index("thigh_r")] = legs * (1 - left)
    out[..., data.bones.index("pelvis")] = 1 - legs
    return out
