"""The catalogue: ranges, recipes, what `sample` keeps, and that lanes and pavements hang together."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from worlds import avenue, crossing

MODULES = (avenue, crossing)


@pytest.mark.parametrize("module", MODULES)
def test_recipe_rebuilds_the_same_world(module):
    world = module.sample(np.random.default_rng(3))
    assert module.build(**world.recipe.parameters) == world
    assert set(world.recipe.parameters) == set(inspect.signature(module.build).parameters)


@pytest.mark.parametrize("module", MODULES)
def test_sample_keeps_what_is_fixed_and_draws_the_rest(module):
    fixed = {"lanes": 2, "season": "winter", "gap_share": 0.25, "floors_max": 1}
    worlds = [module.sample(np.random.default_rng(k), **fixed) for k in range(8)]
    for world in worlds:
        assert {name: world.recipe.parameters[name] for name in fixed} == fixed
        assert all((tree.leaf_share == 0.0) == (tree.species != "pine") for tree in world.trees)
        assert all(building.floors == 1 for building in world.buildings)
    assert len({world.recipe.parameters["lane_width_m"] for world in worlds}) > 4
    assert len({world.recipe.parameters["detail_seed"] for world in worlds}) == 8


@pytest.mark.parametrize("module", MODULES)
def test_unknown_parameter_names_near_matches(module):
    with pytest.raises(UsageError, match=r"'lane_widht_m': did you mean 'lane_width_m'"):
        module.sample(np.random.default_rng(0), lane_widht_m=3.0)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("lanes", 0, "a whole number from 1 to 3"),
        ("lanes", 1.5, "a whole number from 1 to 3"),
        ("lane_width_m", 9.0, "a number from 2.75 to 4.0"),
        ("lane_width_m", "wide", "a number from 2.75 to 4.0"),
        ("tree_spacing_m", 80.0, "a number from 0.0 to 60.0"),
        ("gap_share", float("nan"), "a number from 0.0 to 0.9"),
        ("season", "monsoon", "one of 'spring', 'summer', 'autumn', 'winter'"),
        ("parking", "no", "one of True, False"),
        ("floors_min", 8, "at most floors_max"),
    ],
)
def test_bad_value_is_named(module, name, value, wanted):
    with pytest.raises(UsageError, match=rf"{module.__name__.split('.')[1]}: {name} is .*, wanted {wanted}"):
        module.build(**{name: value})


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    module=st.sampled_from(MODULES),
    lanes=st.integers(1, 3),
    lane_width_m=st.floats(2.75, 4.0),
    parking=st.booleans(),
    pavement_width_m=st.floats(3.0, 6.0),
    gap_share=st.floats(0.0, 0.9),
    crosswalk_length_m=st.floats(2.5, 6.0),
)
def test_network_hangs_together(module, **parameters):
    world = parameters_world(module, parameters)
    network = world.network
    lanes = {lane.id: lane for lane in network.lanes}
    assert len(lanes) == len(network.lanes)
    for lane in network.lanes:
        assert lane.kind in ("driving", "parking")
        for name in lane.successors:
            after = lanes[name]
            assert np.allclose(lane.centre_m[-1], after.centre_m[0], atol=1e-9)
            assert np.dot(direction(lane, -1), direction(after, 0)) > 0.999
        # Nobody drives off the map: every driving lane leads on, also on any way back to itself.
        assert lane.successors or lane.kind == "parking"
        bends = np.array(lane.centre_m)
        assert lane.kind == "parking" or len(bends) == 2 or np.hypot(*np.diff(bends, axis=0).T).max() <= 1.0
    nodes = {node.id: node.xy_m for node in network.walk_nodes}
    assert len(nodes) == len(network.walk_nodes)
    assert connected(nodes, network.walk_edges)
    heights = world.ground_height_m(np.array(list(nodes.values())))
    assert (heights == 0.12).all()
    for crosswalk in network.crosswalks:
        for name, enter, leave in crosswalk.lanes:
            assert leave - enter == pytest.approx(parameters["crosswalk_length_m"])
            assert enter > 0
            assert lanes[name].kind == "driving"


@pytest.mark.parametrize("module", MODULES)
def test_nothing_stands_on_the_road_and_people_walk_clear_of_buildings(module):
    for seed in range(4):
        world = module.sample(np.random.default_rng(seed))
        things = [(t.x_m, t.y_m) for t in world.trees] + [(h.x_m, h.y_m) for h in world.signal_heads]
        things += [(p.x_m, p.y_m) for p in world.props]
        assert (world.ground_height_m(np.array(things)) > 0).all()
        nodes = {node.id: np.array(node.xy_m) for node in world.network.walk_nodes}
        shares = np.linspace(0, 1, 9)[:, None]
        walked = np.concatenate(
            [
                nodes[e.a] + shares * (nodes[e.b] - nodes[e.a])
                for e in world.network.walk_edges
                if not e.crosswalk
            ]
        )
        assert np.isclose(world.ground_height_m(walked), 0.12).all()
        for b in world.buildings:
            c, s = np.cos(b.yaw_rad), np.sin(b.yaw_rad)
            x, y = ((walked - (b.x_m, b.y_m)) @ np.array([[c, -s], [s, c]])).T
            beside = (x > -0.2) & (x < b.width_m + 0.2) & (y > -0.2) & (y < b.depth_m + 0.2)
            assert not beside.any()


def test_ground_patches_tile_without_overlap():
    for world in (avenue.build(), crossing.build(lanes=2)):
        rng = np.random.default_rng(0)
        x0, y0, x1, y1 = world.bounds_m
        points = np.stack([rng.uniform(x0, x1, 3000), rng.uniform(y0, y1, 3000)], 1)
        flat = [
            patch for patch in world.ground if patch.kind != "grass" or max(map(len, [patch.outline_m])) > 60
        ]
        covers = np.stack([inside(np.array(patch.outline_m), points) for patch in flat if area(patch) > 0])
        islands = sum(1 for patch in flat if area(patch) < 150)
        assert islands in (0, 2, 4)
        large = np.stack([inside(np.array(p.outline_m), points) for p in flat if area(p) >= 150])
        assert (large.sum(0) == 1).all()
        assert covers.any(0).all()


def test_signals_never_let_crossing_ways_go_together():
    network = crossing.build().network
    rivals = {"east": ("north", "south"), "west": ("north", "south"), "north": ("east", "west"),
              "south": ("east", "west")}  # fmt: skip
    open_colors = ("green", "amber", "red_amber")
    for phase in network.programme:
        shown = dict(phase.colors)
        for name, others in rivals.items():
            if shown.get(name) in open_colors:
                assert all(shown.get(other, "red") == "red" for other in others)
                assert shown.get(f"walk_{name}", "red") == "red"


def parameters_world(module, parameters):
    return module.build(**parameters)


def direction(lane, end):
    points = np.array(lane.centre_m)
    step = points[1] - points[0] if end == 0 else points[-1] - points[-2]
    return step / np.hypot(*step)


def connected(nodes, edges):
    links = {name: set() for name in nodes}
    for edge in edges:
        links[edge.a].add(edge.b)
        links[edge.b].add(edge.a)
    seen, todo = set(), [next(iter(nodes))]
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            todo += links[at] - seen
    return seen == set(nodes)


def inside(ring, points):
    a, b = ring, np.roll(ring, -1, 0)
    x, y = points[:, :1], points[:, 1:]
    straddles = (a[:, 1] > y) != (b[:, 1] > y)
    rise = np.where(b[:, 1] == a[:, 1], 1.0, b[:, 1] - a[:, 1])
    return (straddles & (x < a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / rise)).sum(1) % 2 == 1


def area(patch):
    ring = np.array(patch.outline_m)
    x, y = ring.T
    value = 0.5 * float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
    assert value > 0, "rings run counter-clockwise"
    return value
