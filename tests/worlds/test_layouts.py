"""Worlds laid out of places and streets: lanes hang together, bays lie beside them, traffic flows."""

import inspect
import math
from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.roads import read_opendrive, write_opendrive
from sim.scenario.population import default_scenario
from sim.scenario.room import with_room
from sim.simulation import simulate
from worlds import old_town, residential, roundabout
from worlds._layout import Layout, Place, Profile, Street
from worlds._layout_map import network_of
from worlds._map_lanes import chains
from worlds._map_rules import yields
from worlds._pen import Pen, Pose2, fillet

MODULES = (old_town, residential, roundabout)
PLAIN = Profile(1, 3.2, 2.1, 2.5, 50 / 3.6)


@cache
def sampled(module, seed):
    return module.sample(np.random.default_rng(seed))


@given(x=st.floats(-30, 30), y=st.floats(-30, 30), start=st.floats(-3, 3), end=st.floats(-3, 3))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_stroke_ends_where_it_should(x, y, start, end):
    a, b = Pose2(0.0, 0.0, start), Pose2(x, y, end)
    if math.hypot(x, y) < 2.0:
        return
    pen = Pen(a).to(b)
    assert (pen.at.x_m, pen.at.y_m) == pytest.approx((x, y), abs=1e-9)
    assert math.remainder(pen.at.heading_rad - end, math.tau) == pytest.approx(0.0, abs=1e-9)
    assert pen.length_m >= math.hypot(x, y) - 1e-6
    assert sum(stroke.length_m for stroke in pen.strokes) == pytest.approx(pen.length_m)
    before, after = fillet(a, b)
    if before and max(abs(before), abs(after)) < 1e3:
        meet, other = a.moved(before), b.moved(-after)
        assert (meet.x_m, meet.y_m) == pytest.approx((other.x_m, other.y_m), abs=1e-6)


def star(count, radius_m, reach_m=80.0):
    ends = [k * math.tau / count for k in range(count)]
    places = [Place("middle", (0.0, 0.0), radius_m)]
    places += [
        Place(f"end{k}", (reach_m * math.cos(a), reach_m * math.sin(a)), 13.0) for k, a in enumerate(ends)
    ]
    return Layout(tuple(places), tuple(Street("middle", f"end{k}", PLAIN) for k in range(count)))


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("radius_m", [0.0, 19.0])
def test_lanes_join_without_a_gap_or_a_kink(count, radius_m):
    network = network_of(star(count, radius_m))
    lanes, graph = network.lanes, network.graph
    for row in np.flatnonzero(lanes.is_driving).tolist():
        assert graph.successors[row], lanes.keys[row]
        for after in graph.successors[row]:
            ends = []
            for n, last in ((row, True), (after, False)):
                at_end = last == (lanes.along[n] > 0)
                s = np.array([lanes.to_s_m[n] if at_end else lanes.from_s_m[n]])
                xy = lanes.points(np.array([n]), s)[0, :2]
                yaw = network.surface.frame(lanes.road[[n]], s).heading_rad[0]
                ends.append((xy, yaw + (0.0 if lanes.along[n] > 0 else math.pi)))
            (a, yaw_a), (b, yaw_b) = ends
            assert np.hypot(*(a - b)) < 1e-6
            assert abs(math.remainder(yaw_a - yaw_b, math.tau)) < 1e-6


@pytest.mark.parametrize("count", [3, 4, 5])
def test_everywhere_leads_everywhere(count):
    network = network_of(star(count, 0.0 if count < 5 else 19.0))
    starts = [network.lanes.row((f"street {k}", 0, 1)) for k in range(count)]
    for a in starts:
        assert all(network.graph.route(a, b) is not None for b in starts)


def test_a_layout_survives_a_file(tmp_path):
    network = network_of(star(4, 19.0))
    write_opendrive(network, str(tmp_path / "ring.xodr"))
    again = read_opendrive(tmp_path / "ring.xodr")
    assert not again.notes
    assert [road.id for road in again.roads] == [road.id for road in network.roads]
    for a, b in zip(chains(network), chains(again), strict=True):
        np.testing.assert_allclose(a.points_m, b.points_m, atol=1e-6)


def test_who_is_on_the_ring_goes_first_and_straight_on():
    network = network_of(star(4, 19.0))
    found = chains(network)
    name = {k: chain.id.split(":0:")[0] for k, chain in enumerate(found)}
    first = {name[k]: {name[n] for n in own} for k, own in yields(network, found, {}).items()}
    assert {f"middle.{k}:entry": {f"middle.{k}:through"} for k in range(4)}.items() <= first.items()
    turns = {chain.id.split(":0:")[0].split(":")[-1]: chain.turn for chain in found if "middle." in chain.id}
    assert turns == {"through": "straight", "exit": "right", "entry": "right"}


def test_a_street_too_short_for_its_ends_is_named():
    with pytest.raises(UsageError, match=r"street middle-end0 is too short: 40\.0 m"):
        network_of(star(3, 19.0, reach_m=40.0))
    with pytest.raises(UsageError, match="1 streets at place a, which has no radius"):
        network_of(
            Layout((Place("a", (0.0, 0.0)), Place("b", (90.0, 0.0), 13.0)), (Street("a", "b", PLAIN),))
        )


@pytest.mark.parametrize("module", MODULES)
def test_recipe_rebuilds_the_same_world(module):
    world = sampled(module, 3)
    assert module.build(**world.recipe.parameters) == world
    assert set(world.recipe.parameters) == set(inspect.signature(module.build).parameters)


@pytest.mark.parametrize("module", MODULES)
def test_streets_differ_from_seed_to_seed_and_people_can_walk(module):
    worlds = [sampled(module, seed) for seed in (1, 3)]
    lines = [{lane.centre_m for lane in world.network.lanes} for world in worlds]
    assert not lines[0] & lines[1]
    for world in worlds:
        nodes = {node.id: node.xy_m for node in world.network.walk_nodes}
        xy = np.array(list(nodes.values()))
        assert (world.ground_height_m(xy) == 0.12).mean() > 0.97
        assert not shapely.is_empty(shapely.MultiPoint(xy))
        assert all(lane.successors for lane in world.network.lanes if lane.kind == "driving")


@pytest.mark.parametrize("module", MODULES)
def test_lanes_lie_on_asphalt_and_bays_beside_them(module):
    world = sampled(module, 1)
    ground = [patch.kind for patch in world.ground]
    driving = [shapely.LineString(lane.centre_m) for lane in world.network.lanes if lane.kind == "driving"]
    lines = shapely.union_all(driving)
    for lane in world.network.lanes:
        line = shapely.LineString(lane.centre_m)
        at = np.array([line.interpolate(s, normalized=True).coords[0] for s in np.linspace(0.02, 0.98, 25)])
        assert {ground[k] for k in world.ground_patch(at)} == {"road"}
        if lane.kind == "parking":
            assert line.distance(lines) > lane.width_m / 2 + 1.3


@pytest.mark.parametrize("module", MODULES)
def test_traffic_flows_and_nobody_runs_into_anybody(module):
    world = sampled(module, 1)
    scenario = default_scenario(world, 1, duration_s=12.0, **{**with_room(world, {}), "people": 6})
    states = list(simulate(scenario))
    roster = states[0].roster
    rows = [k for k, kind in enumerate(roster.categories) if kind.is_vehicle and k not in roster.towed_by]
    driven = [k for k in rows if not roster.parked[k]]
    away = np.hypot(*(states[-1].poses.position_m - states[0].poses.position_m)[driven, :2].T)
    assert np.median(away) > 8.0
    for state in states[::8]:
        plans = []
        for k in rows:
            x0, x1, half = roster.bodies[k].footprint_m
            c, s = np.cos(state.poses.yaw_rad[k]), np.sin(state.poses.yaw_rad[k])
            corners = np.array([[x0, -half], [x1, -half], [x1, half], [x0, half]]) @ [[c, s], [-s, c]]
            plans.append(shapely.Polygon(corners + state.poses.position_m[k, :2]))
        pairs = shapely.STRtree(plans).query(plans, "intersects").T
        assert (pairs[:, 0] == pairs[:, 1]).all()
