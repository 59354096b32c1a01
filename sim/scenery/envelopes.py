"""Trees in, the outlines of their crowns out, as an annotator would draw them: for labels alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.geometry import Mesh
from sim.scenery.builder import MeshBuilder, Paint, unit
from sim.scenery.tree_shapes import crown_radius, species_of
from sim.taxonomy import Semantic
from sim.world import Tree

__all__ = ["crown_envelopes"]

_AROUND, _UP = 14, 9
_FULL = 1.04
"""Leaf cards reach this much beyond the outline in which their middles lie."""


def crown_envelopes(trees: Sequence[Tree]) -> Mesh | None:
    """One closed body for each crown, of class VEGETATION; None without trees.

    Args:
        trees: bare ones too: an outline does not tell leaves from the gaps between twigs.

    Returns:
        Triangles in world coordinates, facing outward.
    """
    builder = MeshBuilder()
    paint = Paint("solid", 0, Semantic.VEGETATION)
    turn = np.arange(_AROUND) * 2 * np.pi / _AROUND
    ring = np.column_stack([np.cos(turn), np.sin(turn)])
    index = np.arange(_UP * _AROUND).reshape(_UP, _AROUND)
    low, high = index[:-1], index[1:]
    after = np.roll(index, -1, 1)
    sides = np.concatenate(
        [
            np.stack([low, after[:-1], after[1:]], -1).reshape(-1, 3),
            np.stack([low, after[1:], high], -1).reshape(-1, 3),
        ]
    )
    bottom, top = _UP * _AROUND, _UP * _AROUND + 1
    caps = [
        np.column_stack([np.full(_AROUND, bottom), after[0], index[0]]),
        np.column_stack([np.full(_AROUND, top), index[-1], after[-1]]),
    ]
    faces = np.concatenate([sides, *caps])
    for tree in trees:
        species = species_of(tree.species)
        z = np.linspace(species.outline[0][0], 1.0, _UP)
        radius = np.maximum(crown_radius(species, z), 0.05) * _FULL * tree.crown_radius_m
        rim = np.concatenate(
            [np.column_stack([ring * r, np.full(_AROUND, h)]) for r, h in zip(radius, z, strict=True)]
        )
        body = np.concatenate([rim, [[0.0, 0.0, z[0]], [0.0, 0.0, 1.0]]])
        middle = np.array([0.0, 0.0, (z[0] + 1) / 2 * tree.height_m])
        points = body * [1.0, 1.0, tree.height_m]
        normals = unit(points - middle)
        builder.triangles(
            paint,
            points + np.array([tree.x_m, tree.y_m, tree.z_m]),
            normals,
            (0.0, 0.0),
            (255.0, 255.0, 255.0, 255.0),
            faces,
        )
    return builder.mesh("solid")
