"""A figure, its description and cut of the top -> bags with their straps, and high-visibility vests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.cloth import FAR_ROUND, ROUND_SKIRT, ROUND_TRUNK, row_middles, trunk
from sim.bodies.people.fabric import BARE, LEATHER, PLAIN
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, human_data
from sim.bodies.people.tops import Cut
from sim.bodies.spec import PersonSpec

__all__ = ["bag_pieces", "vest_pieces"]

Array = NDArray[np.float64]

_AROUND = np.linspace(0, 2 * np.pi, 13)
_SHINE = np.array([196.0, 200, 202])
_STRAP_M = 0.034

# Lines over the trunk as (row, column): column 0 is the middle of the back, 10 of the front, 5 of the right.
_BACKPACK_STRAP = (
    (13.2, 2.6),
    (14.6, 3.4),
    (15.4, 5.0),
    (14.8, 6.9),
    (13.0, 7.4),
    (10.5, 6.6),
    (8.5, 5.2),
    (7.2, 3.4),
)
_SHOULDER_STRAP = (
    (5.0, 15.0), (7.5, 13.2), (10.5, 10.8), (13.5, 8.0), (15.0, 5.6), (15.2, 4.4), (13.5, 1.8), (10.5, 0.0),
    (7.5, -2.6), (5.0, -5.0),
)  # fmt: skip


def vest_pieces(spec: PersonSpec, fig: Figure, cut: Cut) -> list[Piece]:
    """A vest over everything else, with two bands that shine; nothing if there is none."""
    if not spec.vest:
        return []
    body = trunk(fig, cut.out_m + 0.010, cut.slack)
    bands = [(3.6, 4.6), (7.4, 8.4)]
    edges = [row for low, high in bands for row in (low - 0.02, low, high, high + 0.02)]
    rows = np.sort([0.9, 2.2, *edges, 10, 11.2, 12.5, 13.7, 14.6])
    shines = np.array([any(a <= row <= b for a, b in bands) for row in rows])
    color = np.where(shines[:, None], _SHINE, np.array(spec.vest_srgb, float))[:, None]
    grid = body.rows(rows)
    tone = np.repeat(color, grid.points_m.shape[1], 1)
    tone[:, 10] *= 0.75  # where it closes
    far_rows = [0, int(np.searchsorted(rows, 10)), len(rows) - 1]
    # From afar it has the corners of what it is worn over, which would stick out of it.
    around = ROUND_SKIRT if cut.below_m else ROUND_TRUNK
    coarse_rows = np.flatnonzero(~np.isin(rows, [2.2, 13.7])).tolist()
    return [grid_piece(grid, tone, PLAIN, coarse=(coarse_rows, around), far=(far_rows, FAR_ROUND))]


def bag_pieces(spec: PersonSpec, fig: Figure, cut: Cut) -> list[Piece]:
    """A bag and what holds it; nothing if ``none``."""
    if spec.bag == "none":
        return []
    rgb = np.array(spec.bag_srgb, float)
    if spec.bag == "tote":
        return _tote(fig, rgb)
    body = trunk(fig, cut.out_m + 0.012, cut.slack)
    if spec.bag == "backpack":
        straps = [_strap(fig, body, mirror) for mirror in (False, True)]
        return [_backpack(fig, body, rgb), *(_strap_piece(strap, rgb) for strap in straps)]
    line = np.array(_SHOULDER_STRAP)
    strap = _band(body, line, 0.8 * _STRAP_M * fig.scale)
    at, weights = _over(body, np.array([[4.0, 15.0]]))
    size = np.array([0.27, 0.09, 0.22]) * fig.scale
    middle = at[0] + np.array([0.0, -0.055, -0.10]) * fig.scale
    return [_box(middle, size, weights[0], rgb), _strap_piece(strap, rgb)]


def _backpack(fig: Figure, body: Grid, rgb: Array) -> Piece:
    """On the upper back, flat against it."""
    back, weights = _over(body, np.array([[7.0, 0.0], [14.0, 0.0]]))
    size = np.array([0.15, 0.29, 0.43]) * fig.scale
    top = back[1, 2] + 0.015 * fig.scale
    x = back[:, 0].min() - 0.42 * size[0]
    return _box(np.array([x, 0.0, top - size[2] / 2]), size, weights.mean(0), rgb)


def _tote(fig: Figure, rgb: Array) -> list[Piece]:
    """Hanging from the left hand."""
    weights = np.zeros(len(human_data().bones))
    weights[human_data().bones.index("hand_l")] = 1
    grip = fig.landmarks_m["knuckle_l"] + np.array([0.0, 0.0, -0.03]) * fig.scale
    size = np.array([0.34, 0.10, 0.30]) * fig.scale
    middle = grip - np.array([0.0, -0.02, 0.17 + 0.15]) * fig.scale
    out = [_box(middle, size, weights, rgb)]
    aside = np.array([0.025 * fig.scale, 0.0, 0.0])
    for y in (-0.035, 0.035):
        feet = middle + np.array([[-0.09, y, 0.14], [0.09, y, 0.14]]) * fig.scale
        path = np.array([feet[0], grip - aside, grip + aside, feet[1]])
        out.append(_handle(path, 0.012 * fig.scale, weights, rgb * 0.8))
    return out


def _box(middle: Array, size: Array, weights: Array, rgb: Array) -> Piece:
    """A bag with round edges: rows upward, columns around; its lid a little darker below."""
    power = 0.42  # of a superellipse: 1 is an ellipse, 0 a rectangle
    cos, sin = np.cos(_AROUND), np.sin(_AROUND)
    outline = np.stack([np.sign(cos) * np.abs(cos) ** power, np.sign(sin) * np.abs(sin) ** power], -1) / 2
    height = np.array([-0.5, -0.5, -0.42, 0.18, 0.22, 0.42, 0.5, 0.5])
    wide = np.array([0.0, 0.84, 0.98, 1.0, 0.97, 0.9, 0.62, 0.0])
    points = np.zeros((len(height), len(_AROUND), 3))
    points[..., :2] = outline[None] * size[:2] * wide[:, None, None]
    points[..., 2] = height[:, None] * size[2]
    grid = Grid(points + middle, np.broadcast_to(weights, (*points.shape[:2], len(weights))).copy())
    shade = np.array([0.6, 0.75, 0.95, 1.0, 0.72, 1.05, 1.0, 0.95])[:, None, None]
    seen = (1, 2, 4, 5, 7, 8, 10, 11, 1)  # both ends of every rounded edge
    return grid_piece(grid, rgb * shade, LEATHER, coarse=((0, 1, 2, 5, 6, 7), seen), far=((0, 2, 5, 7), seen))


def _strap_piece(strap: Grid, rgb: Array) -> Piece:
    rows = [*range(0, len(strap.points_m) - 1, 2), len(strap.points_m) - 1]
    return grid_piece(strap, rgb * 0.8, BARE, coarse=(rows, (0, 2)))


def _strap(fig: Figure, body: Grid, mirror: bool) -> Grid:
    line = np.array(_BACKPACK_STRAP)
    if mirror:
        line[:, 1] = 20 - line[:, 1]
        line = line[::-1]
    return _band(body, line, _STRAP_M * fig.scale)


def _band(body: Grid, line: Array, wide_m: float) -> Grid:
    """A flat band along a line over the trunk, rows along it; both sides are seen from outside only."""
    steps = np.linspace(0, len(line) - 1, 3 * len(line) - 2)
    path = np.stack([np.interp(steps, np.arange(len(line)), line[:, k]) for k in range(2)], -1)
    at, weights = _over(body, path)
    middle = row_middles(body.points_m)[:, 0]
    rows = np.clip(path[:, 0], 0, len(middle) - 1)
    axis = np.stack([np.interp(rows, np.arange(len(middle)), middle[:, k]) for k in range(3)], -1)
    out = at - axis
    out[:, 2] = np.maximum(0, (path[:, 0] - 13.5) / 2) * 0.12  # shoulders face upward
    out /= np.linalg.norm(out, axis=-1, keepdims=True)
    along = np.gradient(at, axis=0)
    across = np.cross(along, out)
    across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-9)
    points = np.stack([at - across * wide_m / 2, at + out * 0.004, at + across * wide_m / 2], 1)
    return Grid(points, np.repeat(weights[:, None], 3, 1))


def _over(body: Grid, path: Array) -> tuple[Array, Array]:
    """Points (P, 3) and weights of a trunk at (row, column) pairs; columns go on around."""
    rows, columns = path[:, 0], path[:, 1] % 20
    lo = np.minimum(columns.astype(int), 19)
    share = (columns - lo)[:, None]
    out = []
    for values in (body.rows(rows).points_m, body.rows(rows).weights):
        number = np.arange(len(path))
        out.append(values[number, lo] * (1 - share) + values[number, lo + 1] * share)
    return out[0], out[1]


def _handle(path: Array, wide_m: float, weights: Array, rgb: Array) -> Piece:
    """A loop as a thin tube with three sides."""
    turn = np.linspace(0, 2 * np.pi, 4)
    ring = np.stack([np.zeros(4), np.cos(turn), np.sin(turn)], -1) * wide_m / 2
    points = path[:, None] + ring[None]
    grid = Grid(points, np.broadcast_to(weights, (*points.shape[:2], len(weights))).copy())
    lines = range(len(path)), range(4)
    return grid_piece(grid, rgb, BARE, coarse=lines, far=lines)
