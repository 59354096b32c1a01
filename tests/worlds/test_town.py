"""Towns: squares that fit, lanes and pavements that go on from each to the next, coarse things far away."""

import dataclasses
import inspect
import math
from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.population import populate
from sim.scenery import build_scenery
from sim.scenery.blocks import near_and_far
from sim.taxonomy import Semantic
from worlds import town
from worlds._instances import Instance, Moved
from worlds._town_pieces import CELL_M, PIECES, piece
from worlds._town_plan import town_plan

SIDES = ((1, 0), (0, 1), (-1, 0), (0, -1))


@cache
def street():
    return town.build(squares_x=3, squares_y=3, ring_share=0.5)


@given(seed=st.integers(0, 2**31), x=st.integers(3, 12), y=st.integers(3, 12), share=st.floats(0, 0.6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_streets_of_neighbors_meet(seed, x, y, share):
    plan = town_plan(np.random.default_rng(seed), (x, y), share, 0.5)
    arms = {cell: {(k + turn) % 4 for k in PIECES[kind]} for cell, (kind, turn) in plan.items()}
    assert set(plan) == {(i, j) for i in range(x) for j in range(y)}
    for (i, j), own in arms.items():
        assert len(own) >= 2
        for k, (dx, dy) in enumerate(SIDES):
            assert (k in own) == ((k + 2) % 4 in arms.get((i + dx, j + dy), set()))


def test_every_lane_goes_on_where_it_ends():
    world = street()
    lanes = {lane.id: lane for lane in world.network.lanes if lane.kind == "driving"}
    assert len(lanes) == sum(lane.kind == "driving" for lane in world.network.lanes)
    for lane in lanes.values():
        assert lane.successors
        assert set(lane.yields_to) <= set(lanes)
        for name in lane.successors:
            after = lanes[name]
            assert math.dist(lane.centre_m[-1], after.centre_m[0]) < 0.25
            turn = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in (lane.centre_m[-2:], after.centre_m[:2])]
            assert abs(math.remainder(turn[1] - turn[0], math.tau)) < 0.12
    reached, waiting = set(), [next(iter(lanes))]
    while waiting:
        new = set(lanes[waiting.pop()].successors) - reached
        reached |= new
        waiting += new
    assert reached == set(lanes)


def test_pavements_are_one_graph_for_every_block():
    world = street()
    nodes = {node.id: node.xy_m for node in world.network.walk_nodes}
    assert len({(round(x, 2), round(y, 2)) for x, y in nodes.values()}) == len(nodes)
    for edge in world.network.walk_edges:
        assert edge.a in nodes
        assert edge.b in nodes
        assert edge.a != edge.b
        assert math.dist(nodes[edge.a], nodes[edge.b]) < 40.0
    joined = [edge for edge in world.network.walk_edges if edge.a.split()[0] != edge.b.split()[0]]
    # Every street between two squares has two lanes and two pavements.
    over = [
        lane for lane in world.network.lanes for n in lane.successors if n.split()[0] != lane.id.split()[0]
    ]
    assert len(joined) == len(over) >= 2 * 9


def test_ground_covers_the_town_and_no_house_stands_on_a_street():
    world = street()
    x0, y0, x1, y1 = world.bounds_m
    assert (x1 - x0, y1 - y0) == (3 * CELL_M, 3 * CELL_M)
    road = shapely.union_all([shapely.Polygon(p.outline_m) for p in world.ground if p.kind == "road"])
    covered = shapely.union_all([shapely.Polygon(p.outline_m) for p in world.ground])
    assert covered.area == pytest.approx((x1 - x0) * (y1 - y0), rel=1e-4)
    shapely.prepare(road)
    for b in world.buildings:
        c, s = np.cos(b.yaw_rad), np.sin(b.yaw_rad)
        plan = np.array([[0, 0], [b.width_m, 0], [b.width_m, b.depth_m], [0, b.depth_m]]) @ [[c, s], [-s, c]]
        assert not shapely.Polygon(plan + np.array([b.x_m, b.y_m])).intersects(road)


@pytest.mark.parametrize("quarters", range(4))
def test_instances_are_turned_about_their_middle(quarters):
    p = {**street().recipe.parameters, "detail_seed": 3}
    own = piece("bend", p)
    moved = Moved(own, Instance("a", quarters, 100.0, -40.0, 5, 1))
    turn = quarters * math.pi / 2
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])

    def expected(xy):
        return np.asarray(xy) @ matrix.T + (100.0, -40.0)

    for before, after in zip(own.network.lanes, moved.lanes, strict=True):
        np.testing.assert_allclose(after.centre_m, expected(before.centre_m), atol=1e-9)
        assert after.successors == tuple(f"a {name}" for name in before.successors)
    for name in ("ground", "markings"):
        for before, after in zip(getattr(own, name), getattr(moved, name), strict=True):
            np.testing.assert_allclose(after.outline_m, expected(before.outline_m), atol=1e-9)
    for name in ("buildings", "trees", "props"):
        for before, after in zip(getattr(own, name), getattr(moved, name), strict=True):
            np.testing.assert_allclose((after.x_m, after.y_m), expected((before.x_m, before.y_m)), atol=1e-9)
            if name != "trees":
                assert after.yaw_rad - before.yaw_rad == pytest.approx(turn)
    assert [b.floors for b in moved.buildings] == [b.floors + 1 for b in own.buildings]


def test_far_things_are_coarse_and_small_ones_are_left_out():
    world = dataclasses.replace(street(), detail_m=90.0)
    near, far = near_and_far(world)
    for name in ("buildings", "trees"):
        assert len(getattr(near, name)) + len(getattr(far, name)) == len(getattr(world, name))
    assert far.buildings
    assert all(math.hypot(p.x_m - world.focus_m[0], p.y_m - world.focus_m[1]) < 90.0 for p in near.props)
    triangles = [
        sum(int((c.mesh.semantic[c.mesh.faces[:, 0]] == Semantic.BUILDING).sum()) for c in scenery.chunks)
        for scenery in (build_scenery(world), build_scenery(dataclasses.replace(world, detail_m=150.0)))
    ]
    assert triangles[0] < 0.7 * triangles[1]


def test_it_is_its_recipe_and_populated():
    world = street()
    assert town.build(**world.recipe.parameters) == world
    assert set(world.recipe.parameters) == set(inspect.signature(town.build).parameters)
    agents = populate(world, 1, vehicles=12, cyclists=4, people=20, parked=10, parked_cycles=2)
    assert len(agents) > 46
