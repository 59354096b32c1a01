"""Trees in, trunks, branches and cards of leaves or twigs out: a few shapes, moved and scaled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder, unit
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Tree

__all__ = ["add_trees"]

Floats = NDArray[np.float64]

_SHAPES = 5
_LEAF_CARDS = 250
_TWIG_CARDS = 130
_CROWN_FROM = 0.3
"""Height of the lowest branches and of the crown's bottom, as a share of the tree's height."""


def add_trees(builder: MeshBuilder, trees: Sequence[Tree]) -> None:
    """Add every tree.

    Raises:
        UsageError: for sizes that are not positive or a leaf share outside 0..1.
    """
    for i, tree in enumerate(trees):
        if tree.height_m <= 0 or tree.crown_radius_m <= 0:
            size = f"{tree.height_m} m high, crown {tree.crown_radius_m} m"
            raise UsageError(f"trees[{i}] is {size}: wanted positive sizes")
        if not 0.0 <= tree.leaf_share <= 1.0:
            raise UsageError(f"trees[{i}].leaf_share {tree.leaf_share}: wanted 0 to 1")
        _add_tree(builder, tree)


def _add_tree(builder: MeshBuilder, tree: Tree) -> None:
    rng = stream(tree.seed, "tree")
    limbs, leaves, twigs = _shape(int(rng.integers(_SHAPES)))
    turn, lean = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.025, 2)
    c, s = np.cos(turn), np.sin(turn)
    spin = np.array([[c, s, 0.0], [-s, c, 0.0], [lean[0], lean[1], 1.0]])
    scale = np.array([tree.crown_radius_m, tree.crown_radius_m, tree.height_m])
    foot = np.array([tree.x_m, tree.y_m, tree.z_m])

    def place(points: Floats) -> Floats:
        return np.asarray(points * scale @ spin + foot)

    if tree.z_m > 0.05:
        _pit(builder, tree, turn)
    bark = paint_with("solid", "bark", Semantic.VEGETATION)
    girth = 0.022 * tree.height_m
    tone = rng.uniform(190, 245)
    for first, last, sides in ((0, 2, 8), (2, 11, 5), (11, len(limbs), 3)):
        part = limbs[first:last]
        ao = 120.0 if first else 225.0
        builder.tubes(
            bark,
            place(part[:, 0:3]),
            place(part[:, 3:6]),
            part[:, 6] * girth,
            part[:, 7] * girth,
            sides,
            (tone, tone * 0.97, tone * 0.93, ao),
        )
    if tree.leaf_share > 0.0:
        surface = "leaves" if rng.random() < 0.5 else "leaves_alt"
        kept = leaves[: max(1, round(tree.leaf_share * len(leaves)))]
        _cards(builder, surface, kept, place, rng, np.array(tree.leaf_srgb, float) * 1.12, tree)
    if tree.leaf_share < 0.6:
        _sprays(builder, twigs, place, rng, np.array([130.0, 121, 110]) * tone / 220, tree)


def _pit(builder: MeshBuilder, tree: Tree, turn_rad: float) -> None:
    """The square of soil a street tree has in the pavement."""
    half = 0.5
    x, y, z = tree.x_m, tree.y_m, tree.z_m + 0.003
    corners = [
        [x - half, y - half, z],
        [x + half, y - half, z],
        [x + half, y + half, z],
        [x - half, y + half, z],
    ]
    uv = np.array([[0, 0], [0.35, 0], [0.35, 0.35], [0, 0.35]]) + turn_rad
    builder.quads(paint_with("decal", "earth", Semantic.TERRAIN), corners, (205.0, 200.0, 196.0, 215.0), uv)


def _sprays(
    builder: MeshBuilder,
    cards: Floats,
    place: Callable[[Floats], Floats],
    rng: np.random.Generator,
    hue: Floats,
    tree: Tree,
) -> None:
    """Cards of twigs that root on a limb and point outward and up."""
    root, before = place(cards[:, 0:3]), place(cards[:, 4:7])
    up = unit(unit(root - before) + rng.normal(0, 0.55, root.shape) + [0, 0, 0.55])
    right = unit(np.cross(up, rng.normal(0, 1, root.shape)))
    face = np.cross(right, up)
    flip = np.where((face * [0.2, 0.3, 1.0]).sum(1, keepdims=True) < 0, -1.0, 1.0)
    right, face = right * flip, face * flip
    size = (0.62 * tree.crown_radius_m**0.8 * rng.uniform(0.7, 1.15, len(root)))[:, None]
    r, u = right * size / 2, up * size
    corners = np.stack([root - r, root + r, root + r + u, root - r + u], 1)
    tint = hue * rng.uniform(0.85, 1.1, len(root))[:, None]
    color = np.concatenate([tint, np.full((len(root), 1), 205.0)], 1)
    normals = unit(face + np.array([0, 0, 0.3]))
    paint = paint_with("cutout", "twigs", Semantic.VEGETATION)
    base = np.arange(len(root))[:, None] * 4
    faces = np.concatenate([base + np.array(h) for h in ([0, 1, 2], [0, 2, 3])])
    uv = cell_uv(rng.integers(0, 4, len(root)), 2).reshape(-1, 2)
    builder.triangles(
        paint, corners.reshape(-1, 3), np.repeat(normals, 4, 0), uv, np.repeat(color, 4, 0), faces
    )


def _cards(
    builder: MeshBuilder,
    surface: str,
    cards: Floats,
    place: Callable[[Floats], Floats],
    rng: np.random.Generator,
    hue: Floats,
    tree: Tree,
) -> None:
    center, clump = place(cards[:, 0:3]), place(cards[:, 4:7])
    middle = place(np.array([[0.0, 0.0, 0.6]]))
    # Cards are lit as round clumps on a round crown: their normals say so, whichever way they face.
    crown = unit((center - middle) / [1, 1, max(1.0, 0.45 * tree.height_m / tree.crown_radius_m)])
    out = unit(crown + 0.8 * unit(center - clump) + [0, 0, 0.25])
    face = unit(rng.normal(0, 1, center.shape) + 0.4 * out)
    face *= np.where((face * out).sum(1, keepdims=True) < 0, -1.0, 1.0)
    face = unit(face + out * np.maximum(0.0, 0.15 - (face * out).sum(1, keepdims=True)))
    right = unit(np.cross(face, rng.normal(0, 1, center.shape)))
    up = np.cross(face, right)
    half = (0.29 * tree.crown_radius_m**0.7 * (0.75 + 0.5 * rng.random(len(center))))[:, None]
    r, u = right * half, up * half
    corners = np.stack([center - r - u, center + r - u, center + r + u, center - r + u], 1)
    depth = np.clip(cards[:, 3], 0, 1)
    low = np.clip((cards[:, 2] - _CROWN_FROM) / 0.7, 0, 1)
    of_clump = rng.uniform(0.86, 1.12, 64)[cards[:, 7].astype(int)]
    value = of_clump * (0.86 + 0.2 * rng.random(len(center))) * (0.9 + 0.14 * low)
    ao = 255 * (0.30 + 0.5 * depth**2 + 0.2 * low)
    color = np.concatenate([hue * value[:, None], ao[:, None]], 1)
    paint = paint_with("cutout", surface, Semantic.VEGETATION)
    normals = np.repeat(out, 4, 0)
    base = np.arange(len(center))[:, None] * 4
    faces = np.concatenate([base + np.array(h) for h in ([0, 1, 2], [0, 2, 3])])
    uv = cell_uv(rng.integers(0, 4, len(center)), 2).reshape(-1, 2)
    builder.triangles(paint, corners.reshape(-1, 3), normals, uv, np.repeat(color, 4, 0), faces)


@lru_cache(maxsize=_SHAPES)
def _shape(index: int) -> tuple[Floats, Floats, Floats]:
    """One tree of height 1 and crown radius 1.

    Returns:
        Limbs (N, 8): start, end, radii in girths; trunk first, then branches, then forks. Leaf and twig cards
        (M, 8): center, depth in the crown (1 outside), center of the clump, its number.
    """
    rng = stream(index, "tree shapes")
    tip = np.array([*rng.normal(0, 0.05, 2), _CROWN_FROM + 0.06])
    top = np.array([*(tip[:2] + rng.normal(0, 0.06, 2)), 0.72])
    limbs = [np.r_[0, 0, -0.01, tip, 1.0, 0.72], np.r_[tip, top, 0.72, 0.2]]
    forks = []
    ends = [top]
    for k in range(9):
        share = k / 8
        start = tip + (top - tip) * share * 0.8
        turn = k * 2.4 + rng.normal(0, 0.3)
        reach = (0.72 - 0.3 * share) * rng.uniform(0.85, 1.1)
        end = np.array([reach * np.cos(turn), reach * np.sin(turn), start[2] + rng.uniform(0.12, 0.26)])
        limbs.append(np.r_[start, end, 0.42 - 0.16 * share, 0.14])
        ends.append(end)
        for _ in range(3):
            middle = start + (end - start) * rng.uniform(0.45, 0.95)
            away = np.array([*rng.normal(0, 0.3, 2), rng.uniform(0.06, 0.2)]) + (end - start) * 0.35
            tip_out = _inside_crown(middle + away)
            forks.append(np.r_[middle, tip_out, 0.14, 0.05])
            ends.append(tip_out)
    limbs.extend(forks)
    return np.array(limbs), _leaf_places(rng, np.array(ends)), _twig_places(rng, np.array(limbs))


def _inside_crown(point: Floats) -> Floats:
    """A branch's end, drawn back to where leaves still cover it."""
    middle = np.array([0.0, 0.0, 0.62])
    away = (point - middle) / [0.78, 0.78, 0.25]
    return np.asarray(middle + (point - middle) / max(1.0, float(np.linalg.norm(away))))


def _leaf_places(rng: np.random.Generator, ends: Floats) -> Floats:
    """Cards in clumps around the ends of branches, with gaps between them, inside an egg."""
    extra = unit(rng.normal(0, 1, (14, 3))) * [0.72, 0.72, 0.26] + [0, 0, 0.68]
    clumps = np.concatenate([ends, extra])
    pick = rng.integers(0, len(clumps), _LEAF_CARDS)
    center = clumps[pick] + np.clip(rng.normal(0, 1, (_LEAF_CARDS, 3)), -1.8, 1.8) * [0.17, 0.17, 0.062]
    half_height = 0.5 * (1 - _CROWN_FROM)
    egg = (center - [0, 0, 1 - half_height]) / [1.0, 1.0, half_height]
    radius = np.linalg.norm(egg, axis=1, keepdims=True)
    egg *= np.minimum(1.0, 0.93 / np.maximum(radius, 1e-6))
    center = egg * [1.0, 1.0, half_height] + [0, 0, 1 - half_height]
    return np.column_stack([center, np.linalg.norm(egg, axis=1), clumps[pick], pick])


def _twig_places(rng: np.random.Generator, limbs: Floats) -> Floats:
    """Sprays along the thinner limbs, most of them near their ends."""
    pick = rng.integers(2, len(limbs), _TWIG_CARDS)
    share = 1 - 0.75 * rng.random((_TWIG_CARDS, 1)) ** 1.5
    start, end = limbs[pick, 0:3], limbs[pick, 3:6]
    center = start + (end - start) * share
    return np.column_stack([center, np.ones(_TWIG_CARDS), start, pick])
