"""Scaffolding stands before its front, as high as the house; ivy lies on walls."""

import dataclasses

import numpy as np

from sim.scenery.builder import MeshBuilder
from sim.scenery.facade_extras import SCAFFOLD_M, add_facade_extras
from sim.scenery.layouts import layout_of
from sim.taxonomy import Semantic
from sim.world import Building
from worlds import avenue

HOUSE = Building(3.0, 5.0, 0.0, 14.0, 9.0, 4, 3.6, 3.0, "plaster", (200, 190, 180), "flat", False, 1)


def extras(house):
    builder = MeshBuilder()
    add_facade_extras(builder, house, layout_of(house))
    return builder


def test_scaffolding_is_as_long_and_high_as_the_front():
    for seed in range(6):
        house = dataclasses.replace(HOUSE, seed=seed, has_scaffold=True)
        mesh = extras(house).mesh("solid")
        assert set(mesh.semantic.tolist()) == {int(Semantic.BUILDING)}
        low, high = mesh.positions_m.min(0), mesh.positions_m.max(0)
        assert low[0] >= 3.0
        assert high[0] <= 17.0
        assert high[0] - low[0] > 13.5
        assert 5.0 - SCAFFOLD_M <= low[1] < high[1] <= 5.0
        assert -0.03 < low[2] <= 0.0
        assert abs(high[2] - (layout_of(house).height_m + 1.0)) < 2.1


def test_ivy_lies_on_some_walls_and_is_vegetation():
    covered = 0
    for seed in range(200):
        mesh = extras(dataclasses.replace(HOUSE, seed=seed)).mesh("cutout")
        if mesh is None:
            continue
        covered += 1
        assert set(mesh.semantic.tolist()) == {int(Semantic.VEGETATION)}
        low, high = mesh.positions_m.min(0), mesh.positions_m.max(0)
        assert low[0] > 2.6
        assert high[0] < 17.4
        assert 4.3 < low[1] < high[1] < 5.4
        assert high[2] < layout_of(HOUSE).height_m
        assert extras(dataclasses.replace(HOUSE, seed=seed, has_shop=True)).mesh("cutout") is None
    assert 5 <= covered <= 30


def test_scaffolded_houses_stand_back_from_the_pavement():
    found = 0
    for seed in range(30):
        world = avenue.build(detail_seed=seed, gap_share=0.0)
        front_m = 2.1 + 3.25 + 4.0
        for house in world.buildings:
            if house.has_scaffold and abs(house.y_m) > front_m and abs(np.sin(house.yaw_rad)) < 1e-6:
                away = abs(house.y_m) - front_m
                found += away < 2.0
                assert away > SCAFFOLD_M
    assert found >= 3
