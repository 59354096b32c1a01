"""Trees in, limbs and cards of leaves or twigs out: a few shapes of each species, moved and scaled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder, unit
from sim.scenery.surfaces import paint_with
from sim.scenery.tree_shapes import SHAPES, Species, shape_of, species_of
from sim.taxonomy import Semantic
from sim.world import Tree

__all__ = ["add_trees"]

Floats = NDArray[np.float64]

_TWIGS_AMONG_LEAVES = 110


def add_trees(builder: MeshBuilder, trees: Sequence[Tree]) -> None:
    """Add every tree.

    Raises:
        UsageError: for sizes that are not positive, a leaf share outside 0..1 or an unknown species.
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
    species = species_of(tree.species)
    shape = shape_of(tree.species, int(rng.integers(SHAPES)))
    turn, lean = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.025, 2)
    c, s = np.cos(turn), np.sin(turn)
    spin = np.array([[c, s, 0.0], [-s, c, 0.0], [lean[0], lean[1], 1.0]])
    scale = np.array([tree.crown_radius_m, tree.crown_radius_m, tree.height_m])
    foot = np.array([tree.x_m, tree.y_m, tree.z_m])

    def place(points: Floats) -> Floats:
        return np.asarray(points * scale @ spin + foot)

    if tree.z_m > 0.05:
        _pit(builder, tree, turn)
    bark = paint_with("solid", species.bark, Semantic.VEGETATION)
    girth = species.girth * tree.height_m
    tone = rng.uniform(190, 245)
    limbs, (trunk, branches) = shape.limbs, shape.counts
    for first, last, sides in ((0, trunk, 8), (trunk, branches, 5), (branches, len(limbs), 3)):
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
        surfaces = species.leaf_surfaces
        surface = surfaces[int(rng.integers(len(surfaces)))]
        kept = shape.leaves[: max(1, round(tree.leaf_share * len(shape.leaves)))]
        _cards(builder, surface, kept, place, rng, np.array(tree.leaf_srgb, float) * 1.12, (tree, species))
    if tree.leaf_share < 0.6:
        sprays = shape.twigs if tree.leaf_share == 0.0 else shape.twigs[:_TWIGS_AMONG_LEAVES]
        _sprays(builder, sprays, place, rng, np.array([112.0, 101, 90]) * tone / 220, (tree, species))


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
    kind: tuple[Tree, Species],
) -> None:
    """Cards of twigs that root on a limb and point outward and up, or hang."""
    tree, species = kind
    lift = -0.7 if species.twig_surface == "twigs_hanging" else 0.55
    root, before = place(cards[:, 0:3]), place(cards[:, 4:7])
    up = unit(unit(root - before) + rng.normal(0, 0.55, root.shape) + [0, 0, lift])
    right = unit(np.cross(up, rng.normal(0, 1, root.shape)))
    face = np.cross(right, up)
    flip = np.where((face * [0.2, 0.3, 1.0]).sum(1, keepdims=True) < 0, -1.0, 1.0)
    right, face = right * flip, face * flip
    size = (0.62 * tree.crown_radius_m**0.8 * rng.uniform(0.7, 1.15, len(root)))[:, None]
    # No spray rises above the tree's top.
    room = 1.06 * tree.height_m + tree.z_m - root[:, 2:]
    size = np.minimum(size, room / np.maximum(up[:, 2:], 0.1))
    r, u = right * size / 2, up * size
    corners = np.stack([root - r, root + r, root + r + u, root - r + u], 1)
    tint = hue * rng.uniform(0.85, 1.1, len(root))[:, None]
    color = np.concatenate([tint, np.full((len(root), 1), 205.0)], 1)
    normals = unit(face + np.array([0, 0, 0.3]))
    paint = paint_with("cutout", species.twig_surface, Semantic.VEGETATION)
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
    kind: tuple[Tree, Species],
) -> None:
    tree, species = kind
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
    half = (0.29 * species.leaf_scale * tree.crown_radius_m**0.7 * (0.75 + 0.5 * rng.random(len(center))))[
        :, None
    ]
    r, u = right * half, up * half
    corners = np.stack([center - r - u, center + r - u, center + r + u, center - r + u], 1)
    depth = np.clip(cards[:, 3], 0, 1)
    bottom = species.outline[0][0]
    low = np.clip((cards[:, 2] - bottom) / (1 - bottom), 0, 1)
    of_clump = rng.uniform(0.86, 1.12, 128)[cards[:, 7].astype(int)]
    value = of_clump * (0.86 + 0.2 * rng.random(len(center))) * (0.9 + 0.14 * low)
    ao = 255 * (0.30 + 0.5 * depth**2 + 0.2 * low)
    color = np.concatenate([hue * value[:, None], ao[:, None]], 1)
    paint = paint_with("cutout", surface, Semantic.VEGETATION)
    normals = np.repeat(out, 4, 0)
    base = np.arange(len(center))[:, None] * 4
    faces = np.concatenate([base + np.array(h) for h in ([0, 1, 2], [0, 2, 3])])
    uv = cell_uv(rng.integers(0, 4, len(center)), 2).reshape(-1, 2)
    builder.triangles(paint, corners.reshape(-1, 3), normals, uv, np.repeat(color, 4, 0), faces)
