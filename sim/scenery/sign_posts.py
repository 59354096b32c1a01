"""Props that carry signs in, posts and plates out: single signs, direction boards, street names, a clock.

Sizes are those of towns: discs 0.6 m across, triangles 0.9 m wide, squares 0.6 m, the stop sign 0.8 m; the
lower edge 2.2 m above the pavement. A plate's back is grey and belongs to the sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import cell_uv
from sim.scenery.paint_boards import BOARD_CELLS
from sim.scenery.paint_more_signs import MORE_SIGN_CELLS
from sim.scenery.paint_motorway import MOTORWAY_SIGN_CELLS
from sim.scenery.paint_signs import SIGN_CELLS
from sim.scenery.stand import Color, Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = ["SIGN_KINDS", "add_clock", "add_direction_board", "add_sign", "add_street_names"]

Rng = np.random.Generator
Floats = NDArray[np.float64]

_STEEL: Color = (150, 154, 156)
_BACK: Color = (150, 152, 154)
_LOW_M = 2.2
_POST_M = 0.04

_DISCS = (
    *(name for name in MOTORWAY_SIGN_CELLS if name.startswith("sign_speed")),
    "sign_speed30",
    "sign_speed50",
    "sign_no_parking",
    "sign_no_stopping",
    "sign_no_entry",
    "sign_no_vehicles",
    "sign_ahead_only",
    "sign_turn_right",
    "sign_keep_right",
)
_WARNINGS = ("sign_children", "sign_road_works", "sign_crossing_ahead", "sign_hazard")

_FACES = (("signs", SIGN_CELLS), ("signs_more", MORE_SIGN_CELLS), ("motorway_signs", MOTORWAY_SIGN_CELLS))

SIGN_KINDS: tuple[str, ...] = tuple(
    name for name in (*SIGN_CELLS, *MORE_SIGN_CELLS, *MOTORWAY_SIGN_CELLS) if name.startswith("sign_")
)
"""Kinds of `Prop` that are one sign on a post."""


def add_sign(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A traffic sign on a post, some with a plate below."""
    outline, half_m = _outline(prop.kind)
    z = _LOW_M + half_m * float(-outline[:, 1].min())
    top = z + half_m * float(outline[:, 1].max())
    has_plate = rng.random() < 0.3
    _post(stand, 0.0, top - 0.03)
    surface, cells = next((name, own) for name, own in _FACES if prop.kind in own)
    _plate(stand, surface, cell_uv(cells[prop.kind]), outline, (half_m, half_m), (0.0, z))
    if has_plate:
        cell = int(rng.choice(BOARD_CELLS["plate"]))
        _plate(stand, "boards", cell_uv(cell, 2, 8), _SQUARE, (0.3, 0.12), (0.0, _LOW_M - 0.15))


def add_direction_board(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Two to four boards with places and arrows on a strong post, reaching over the pavement."""
    count = int(rng.integers(2, 5))
    width, high = float(rng.uniform(1.35, 1.7)), 0.36
    aside = width / 2 - 0.2
    _post(stand, 0.0, _LOW_M + count * high, 0.06)
    for k, cell in enumerate(rng.choice(BOARD_CELLS["direction"], count, replace=False).tolist()):
        at = (aside, _LOW_M + (k + 0.5) * high)
        _plate(stand, "boards", cell_uv(cell, 2, 8), _SQUARE, (width / 2, high / 2 - 0.008), at)


def add_street_names(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Two street names on one post, across each other, written on both sides."""
    _post(stand, 0.0, 2.75)
    cells = rng.choice(BOARD_CELLS["name"], 2, replace=False)
    for k, cell in enumerate(cells.tolist()):
        axes = stand.axes if k == 0 else np.array([stand.axes[1], -stand.axes[0], stand.axes[2]])
        for facing in (1.0, -1.0):
            turned = copy(stand)
            turned.axes = axes * [[facing], [facing], [1.0]]
            uv = cell_uv(cell, 2, 8)
            _face(turned, "boards", uv, _SQUARE, (0.45, 0.11), (0.48 * facing, 2.3 + 0.24 * k), 0.02)


def add_clock(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A clock with two faces on a post."""
    pole = paint_with("solid", "metal", Semantic.POLE)
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    face = paint_with("solid", "signs_more", Semantic.STREET_FURNITURE)
    tone = float(rng.choice([40.0, 62.0, 110.0]))
    hue: Color = (tone, tone * 1.02, tone * 1.04)
    stand.tube(pole, (0, 0, 0), (0, 0, 3.1), 0.07, hue, end_radius_m=0.05, sides=10)
    stand.tube(pole, (0, 0, 0), (0, 0, 0.7), 0.1, hue, sides=10, ao=200, capped=True)
    stand.tube(metal, (-0.11, 0, 3.5), (0.11, 0, 3.5), 0.45, hue, sides=20)
    box = cell_uv(MORE_SIGN_CELLS["clock"])
    uv_box = (box[0, 0], box[0, 1], box[2, 0], box[2, 1])
    for x in (-0.11, 0.11):
        stand.disc(face, (x, 0, 3.5), (np.sign(x), 0, 0), 0.45, (244, 244, 244), sides=20, uv_box=uv_box)


def _post(stand: Stand, y: float, top: float, radius_m: float = _POST_M) -> None:
    pole = paint_with("solid", "metal", Semantic.POLE)
    stand.tube(pole, (0, y, 0), (0, y, top), radius_m, _STEEL, capped=True)


def _plate(
    stand: Stand,
    surface: str,
    cell: Floats,
    outline: Floats,
    half_m: tuple[float, float],
    at: tuple[float, float],
) -> None:
    """A face in front of the post and its grey back."""
    front = _face(stand, surface, cell, outline, half_m, at, _POST_M + 0.025)
    back = paint_with("solid", "metal", Semantic.SIGN)
    faces = _fan(len(outline))[:, ::-1]
    rear = stand.at(front - [0.012, 0, 0])
    stand.builder.triangles(back, rear, -stand.axes[0], front[:, 1:], (*_BACK, 235.0), faces)


def _face(
    stand: Stand,
    surface: str,
    cell: Floats,
    outline: Floats,
    half_m: tuple[float, float],
    at: tuple[float, float],
    x_m: float,
) -> Floats:
    """The painted front of a plate; returns its corners in local coordinates, (K, 3)."""
    middle, reach = cell.mean(0), (cell[2] - cell[0]) / 2
    corners = np.column_stack([np.full(len(outline), x_m), outline * half_m + at])
    paint = paint_with("solid", surface, Semantic.SIGN)
    white = (246.0, 246.0, 246.0, 250.0)
    uv = middle + outline * reach
    stand.builder.triangles(paint, stand.at(corners), stand.axes[0], uv, white, _fan(len(outline)))
    return corners


def _fan(corners: int) -> NDArray[np.int64]:
    fan = np.arange(1, corners - 1)
    return np.stack([np.zeros_like(fan), fan, fan + 1], 1)


def _ring(corners: int, turn_rad: float) -> Floats:
    turn = turn_rad + np.arange(corners) * 2 * np.pi / corners
    return np.column_stack([np.cos(turn), np.sin(turn)])


def _points(points: Sequence[tuple[float, float]]) -> Floats:
    return np.array(points, np.float64)


_SQUARE = _points([(-1, -1), (1, -1), (1, 1), (-1, 1)])
_UP = _points([(-1, -0.866), (1, -0.866), (0, 0.866)])


def _outline(kind: str) -> tuple[Floats, float]:
    """Corners of a plate on -1..1, counter-clockwise seen from the front (right, up), and half its size."""
    if kind in _DISCS:
        return _ring(24, 0.0), 0.3
    if kind == "sign_stop":
        return _ring(8, np.pi / 8), 0.43
    if kind in _WARNINGS:
        return _UP, 0.45
    if kind == "sign_yield":
        return -_UP, 0.45
    if kind == "sign_priority":
        return _points([(0, -1), (1, 0), (0, 1), (-1, 0)]), 0.42
    return _SQUARE, 0.3
