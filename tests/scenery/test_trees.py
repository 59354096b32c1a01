"""Every species in every season has the size it is told, keeps to its crown and looks like itself."""

from itertools import product

import numpy as np
import pytest

from sim.scenery.builder import MeshBuilder
from sim.scenery.surfaces import SURFACE_NAMES
from sim.scenery.tree_shapes import SHAPES, TREE_SPECIES, crown_radius, shape_of, species_of
from sim.scenery.trees import add_trees
from sim.world import Tree
from worlds._trees import KINDS, SEASONS, grown, in_season, street_species


def meshes(tree):
    builder = MeshBuilder()
    add_trees(builder, [tree])
    return builder.mesh("solid"), builder.mesh("cutout")


def planted(species, seed=3):
    kind = KINDS[species]
    height = float(np.mean(kind.heights_m))
    return Tree(3.0, -2.0, 0.12, height, height * float(np.mean(kind.girths)), (1, 1, 1), 1.0, seed)


@pytest.mark.parametrize(("species", "season"), list(product(TREE_SPECIES, SEASONS)))
def test_trees_have_the_size_they_are_told_in_every_season(species, season):
    for seed in range(4):
        tree = in_season(planted(species, seed), species, season)
        wood, cards = meshes(tree)
        points = np.concatenate([wood.positions_m, cards.positions_m]) - [tree.x_m, tree.y_m, tree.z_m]
        assert 0.8 * tree.height_m < points[:, 2].max() < 1.15 * tree.height_m
        reach = np.abs(points[:, :2]).max()
        assert 0.6 * tree.crown_radius_m < reach < 1.5 * tree.crown_radius_m + 0.1
        assert len(wood.faces) + len(cards.faces) <= 1050
        bare = {SURFACE_NAMES[k] for k in np.unique(cards.layer)} == {species_of(species).twig_surface}
        assert bare == (tree.leaf_share == 0.0) == (season == "winter" and species != "pine")


@pytest.mark.parametrize("species", TREE_SPECIES)
def test_leaves_keep_inside_the_crown_and_limbs_hang_together(species):
    kind = species_of(species)
    for index in range(SHAPES):
        shape = shape_of(species, index)
        radius = np.hypot(*shape.leaves[:, :2].T)
        assert (radius <= crown_radius(kind, shape.leaves[:, 2]) + 1e-9).all()
        assert shape.leaves[:, 2].max() > 0.85
        trunk, branches = shape.counts
        for k in range(1, len(shape.limbs)):
            # Each limb starts on one of those before it.
            a, d = shape.limbs[:k, 0:3], shape.limbs[:k, 3:6] - shape.limbs[:k, 0:3]
            t = np.clip(((shape.limbs[k, 0:3] - a) * d).sum(1) / (d**2).sum(1), 0, 1)
            assert np.linalg.norm(a + t[:, None] * d - shape.limbs[k, 0:3], axis=1).min() < 1e-9
        assert (shape.limbs[:trunk, 6].max(), branches) == (1.0, trunk + kind.branches)


def test_species_differ_in_outline_wood_or_leaves():
    looks = {name: species_of(name) for name in TREE_SPECIES}
    for a, b in product(TREE_SPECIES, TREE_SPECIES):
        if a != b:
            assert looks[a].outline != looks[b].outline
    assert len({(s.bark, s.leaf_surfaces, s.twig_surface) for s in looks.values()}) >= 5


def test_streets_have_their_species_and_all_come_up():
    assert set(KINDS) == set(TREE_SPECIES)
    assert sum(kind.share for kind in KINDS.values()) == pytest.approx(1.0)
    rows = [street_species("mixed", seed) for seed in range(200)]
    assert {row[0] for row in rows} == set(KINDS)
    assert {len(row) for row in rows} == {1, 2, 3}
    assert street_species("birch", 5) == ("birch",)
    trees = [planted("lime", seed) for seed in range(300)]
    in_row = grown(trees, ("plane", "cherry"), "autumn", 3.0)
    usual = np.mean([t.species == "plane" for t in in_row])
    assert 0.85 < usual < 0.95
    assert max(t.crown_radius_m for t in in_row) <= 3.0
    assert grown(trees, ("plane", "cherry"), "autumn", 3.0) == in_row
