"""Plans of far houses and places of far trees in; blocks with painted windows and balls of leaves out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder, unit
from sim.scenery.surfaces import paint_with
from sim.scenery.wall import Wall, WallTint
from sim.taxonomy import Semantic

__all__ = ["add_far_house", "add_far_trees"]

Floats = NDArray[np.float64]

_TINTS = (
    (226, 206, 170),
    (232, 226, 212),
    (205, 190, 176),
    (190, 150, 126),
    (188, 196, 198),
    (176, 160, 146),
    (170, 110, 92),
    (216, 214, 208),
)
_CARDS = 34


def add_far_house(
    builder: MeshBuilder,
    foot: Floats,
    direction: Floats,
    width: float,
    depth: float,
    height: float,
    rng: np.random.Generator,
) -> None:
    """Add a block with painted windows on four sides and a pitched or flat roof.

    Args:
        builder: where it goes.
        foot: (2,) left foot of its front seen from outside.
        direction: (2,) unit direction of the front, left to right.
        width: length of the front in metres.
        depth: depth in metres.
        height: height of the walls in metres, rounded to floors.
        rng: picks color and roof.
    """
    x = np.array([*direction, 0.0])
    y = np.array([-direction[1], direction[0], 0.0])
    origin = np.array([*foot, -0.1])
    floor = 3.0
    height = max(2, round(height / floor)) * floor
    tint = np.array(_TINTS[int(rng.integers(len(_TINTS)))], float) * rng.uniform(0.8, 1.03)
    wall_tint = WallTint((float(tint[0]), float(tint[1]), float(tint[2])), height, 0.4)
    paint = paint_with("solid", "far_facade" if rng.random() < 0.5 else "far_facade_alt", Semantic.BUILDING)
    corners = (
        (origin, x, width),
        (origin + width * x, y, depth),
        (origin + width * x + depth * y, -x, width),
        (origin + depth * y, -y, depth),
    )
    shift = rng.integers(0, 4, 2) / 4
    for start, along, length in corners:
        wall = Wall(builder, start, along, length, wall_tint)
        u1, v1 = max(1, round(length / 3.0)) / 4, height / floor / 4
        uv = np.array([[0, 0], [u1, 0], [u1, v1], [0, v1]]) + shift
        wall.rect(paint, 0.0, length, 0.0, height, 0.0, None, uv)
    up = np.array([0.0, 0.0, 1.0])
    roof = paint_with("solid", "roof_tiles", Semantic.BUILDING)
    tone = (rng.uniform(190, 250),) * 3
    top = origin + height * up
    if rng.random() < 0.6:
        rise = depth / 2 * float(rng.uniform(0.5, 0.9))
        ridge = top + depth / 2 * y + rise * up
        builder.quads(
            roof,
            np.stack(
                [
                    [top, top + width * x, ridge + width * x, ridge],
                    [top + depth * y + width * x, top + depth * y, ridge, ridge + width * x],
                ]
            ),
            (*tone, 250.0),
        )
        plaster = paint_with("solid", "plaster", Semantic.BUILDING)
        for side, flip in ((0.0, True), (width, False)):
            ends = np.array([top + side * x, top + side * x + depth * y, ridge + side * x])
            uv = np.array([[0, 0], [depth, 0], [depth / 2, rise]]) / plaster.tile_m
            face = [[0, 2, 1]] if flip else [[0, 1, 2]]
            builder.triangles(plaster, ends, -x if flip else x, uv, (*tint, 240.0), face)
    else:
        sheet = paint_with("solid", "roof_sheet", Semantic.BUILDING)
        builder.quads(
            sheet, [[top, top + width * x, top + width * x + depth * y, top + depth * y]], (*tone, 250.0)
        )


def add_far_trees(
    builder: MeshBuilder, clumps: Floats, hue: Floats, *, bare: bool, rng: np.random.Generator
) -> None:
    """Add trees made of a trunk and a ball of big cards.

    Args:
        builder: where they go.
        clumps: (N, 3): x, y and radius of each crown, metres.
        hue: (3,) tint of the leaves, 0..255.
        bare: True for twigs instead of leaves.
        rng: scatters the cards.
    """
    foot = np.column_stack([clumps[:, :2], np.full(len(clumps), -0.2)])
    top = foot + np.column_stack([np.zeros((len(clumps), 2)), clumps[:, 2] * 1.7])
    bark = paint_with("solid", "bark", Semantic.VEGETATION)
    builder.tubes(bark, foot, top, clumps[:, 2] * 0.07, clumps[:, 2] * 0.03, 5, (210.0, 206.0, 200.0, 150.0))
    center = np.repeat(np.column_stack([clumps[:, :2], clumps[:, 2] * 1.45]), _CARDS, 0)
    radius = np.repeat(clumps[:, 2], _CARDS)[:, None]
    out = unit(rng.normal(0, 1, center.shape))
    place = center + out * radius * rng.uniform(0.35, 0.85, radius.shape)
    face = unit(0.4 * out + rng.normal(0, 1, out.shape))
    face *= np.where((face * out).sum(1, keepdims=True) < 0, -1.0, 1.0)
    face = unit(face + out * np.maximum(0.0, 0.15 - (face * out).sum(1, keepdims=True)))
    right = unit(np.cross(face, rng.normal(0, 1, out.shape)))
    up = np.cross(face, right)
    r, u = right * radius * 0.36, up * radius * 0.36
    corners = np.stack([place - r - u, place + r - u, place + r + u, place - r + u], 1).reshape(-1, 3)
    shade = rng.uniform(0.8, 1.1, len(place))[:, None]
    ao = np.clip(120 + 110 * out[:, 2:], 60, 240)
    color = np.repeat(np.concatenate([hue * shade, ao], 1), 4, 0)
    paint = paint_with("cutout", "twigs" if bare else "leaves", Semantic.VEGETATION)
    base = np.arange(len(place))[:, None] * 4
    faces = np.concatenate([base + np.array(h) for h in ([0, 1, 2], [0, 2, 3])])
    uv = cell_uv(rng.integers(0, 4, len(place)), 2).reshape(-1, 2)
    builder.triangles(paint, corners, np.repeat(out, 4, 0), uv, color, faces)
