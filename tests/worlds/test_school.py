"""Streets past schools: a gate to the yard beside a zebra, children, slow traffic."""

import inspect
from functools import cache

import numpy as np
import pytest
import shapely

from sim.errors import UsageError
from sim.scenario.population import default_scenario
from sim.scenario.room import with_room
from sim.simulation import simulate
from worlds import school_gate


@cache
def street(seed=0):
    return school_gate.build() if seed == 0 else school_gate.sample(np.random.default_rng(seed))


def test_it_is_its_recipe():
    world = street()
    assert school_gate.build(**world.recipe.parameters) == world
    assert set(world.recipe.parameters) == set(inspect.signature(school_gate.build).parameters)
    lines = [{lane.centre_m for lane in street(seed).network.lanes} for seed in (0, 1)]
    assert not lines[0] & lines[1]
    with pytest.raises(UsageError, match=r"speed_limit_kph is 60, wanted a number from 10\.0 to 50\.0"):
        school_gate.build(speed_limit_kph=60)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_yard_is_reached_through_the_gate_alone(seed):
    world = street(seed)
    at = {node.id: node.xy_m for node in world.network.walk_nodes}
    joined = {}
    for edge in world.network.walk_edges:
        joined.setdefault(edge.a, set()).add(edge.b)
        joined.setdefault(edge.b, set()).add(edge.a)
    yard = {name for name in at if name.startswith("yard ")}
    out = {(a, b) for a in yard for b in joined[a] - yard}
    assert {b for _, b in out} == {"gate"}
    reached, waiting = {"gate"}, ["gate"]
    while waiting:
        new = joined[waiting.pop()] - reached
        reached |= new
        waiting += new
    assert yard <= reached
    assert any(edge.crosswalk and edge.a in reached for edge in world.network.walk_edges)
    heights = world.ground_height_m(np.array([at[name] for name in sorted(yard)]))
    assert (heights == 0.12).all()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nothing_closes_the_gate_and_houses_stand_apart(seed):
    world = street(seed)
    (gate,) = (prop for prop in world.props if prop.kind == "school_gate")
    look = np.array([np.cos(gate.yaw_rad), np.sin(gate.yaw_rad)])
    way = shapely.LineString([np.array([gate.x_m, gate.y_m]) + look * s for s in (1.5, -4.0)]).buffer(1.2)
    for prop in world.props:
        half = prop.length_m / 2 if prop.kind != "school_gate" else 0.0
        c, s = np.cos(prop.yaw_rad), np.sin(prop.yaw_rad)
        ends = [(prop.x_m - k * half * s, prop.y_m + k * half * c) for k in (-1, 1)]
        assert prop is gate or not shapely.LineString(ends).intersects(way), prop
    plans = []
    for b in world.buildings:
        c, s = np.cos(b.yaw_rad), np.sin(b.yaw_rad)
        corners = np.array([[0, 0], [b.width_m, 0], [b.width_m, b.depth_m], [0, b.depth_m]]) @ [
            [c, s],
            [-s, c],
        ]
        plans.append(shapely.Polygon(corners + np.array([b.x_m, b.y_m])))
    first, second = shapely.STRtree(plans).query(plans, "intersects")
    overlap = [plans[a].intersection(plans[b]).area for a, b in zip(first, second, strict=True) if a != b]
    assert max(overlap, default=0.0) < 0.5
    # People cross near it.
    ends = [end for zebra in world.network.crosswalks for end in (zebra.start_m, zebra.end_m)]
    assert min(np.hypot(x - gate.x_m, y - gate.y_m) for x, y in ends) < 12.0


def test_half_of_the_people_are_children_and_traffic_is_slow():
    world = street()
    scenario = default_scenario(world, 1, duration_s=4.0, **with_room(world, {"vehicles": 6, "parked": 4}))
    states = list(simulate(scenario))
    roster = states[0].roster
    names = [category.name for category in roster.categories]
    children = sum(name == "human.pedestrian.child" for name in names)
    adults = sum(name == "human.pedestrian.adult" for name in names)
    assert 0.3 < children / (children + adults) < 0.7
    speed = np.hypot(*states[-1].velocity_mps[[n.startswith("vehicle.") for n in names], :2].T)
    assert 1.0 < speed.max() < 1.21 * 30 / 3.6
