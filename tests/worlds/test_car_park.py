"""Car parks: bays across the aisles, shelters instead of some, ways to walk, cars in and out of aisles."""

import inspect
from functools import cache

import numpy as np
import pytest
import shapely

from sim.errors import UsageError
from sim.roads import Cubic, Lane, LaneSection, Road, RoadNetwork
from sim.scenario.population import default_scenario
from sim.scenario.room import with_room
from sim.simulation import simulate
from worlds import parking_lot
from worlds._map_bays import BAY_M, STALL_M, bays
from worlds._pen import Pen, Pose2


@cache
def street():
    return parking_lot.build(aisles=2, aisle_length_m=60.0)


def stalls(world):
    return [lane for lane in world.network.lanes if lane.id.startswith("stall ")]


@pytest.mark.parametrize("turn", [0.0, 2.1])
@pytest.mark.parametrize("side", [1, -1])
def test_wide_parking_lanes_have_bays_across(turn, side):
    lanes = [
        Lane(side, "driving", widths=(Cubic(0.0, 3.0),)),
        Lane(2 * side, "parking", widths=(Cubic(0.0, 5.0),)),
    ]
    parts = (tuple(lanes), ()) if side > 0 else ((), tuple(lanes))
    pen = Pen(Pose2(4.0, 1.0, turn)).line(21.0)
    section = LaneSection(0.0, parts[0], Lane(0, "none"), parts[1])
    network = RoadNetwork((Road("aisle", 21.0, tuple(pen.strokes), (section,)),))
    found = bays(network)
    assert found.count == len(found.lanes) == 8
    assert len(found.markings) == 9
    c, s = np.cos(turn), np.sin(turn)
    for k, lane in enumerate(sorted(found.lanes, key=lambda one: one.centre_m[0] @ np.array([c, s]))):
        ends = (np.array(lane.centre_m) - (4.0, 1.0)) @ np.array([[c, -s], [s, c]])
        np.testing.assert_allclose(ends[:, 0], 0.5 + (k + 0.5) * STALL_M, atol=1e-9)
        assert ends[:, 1].mean() == pytest.approx(side * 5.5)
        assert np.ptp(ends[:, 1]) == pytest.approx(BAY_M)


def test_it_is_its_recipe():
    world = street()
    assert parking_lot.build(**world.recipe.parameters) == world
    assert set(world.recipe.parameters) == set(inspect.signature(parking_lot.build).parameters)
    other = parking_lot.sample(np.random.default_rng(1))
    lines = [{lane.centre_m for lane in one.network.lanes} for one in (world, other)]
    assert not lines[0] & lines[1]
    with pytest.raises(UsageError, match="aisles is 1, wanted a whole number from 2 to 5"):
        parking_lot.build(aisles=1)


def test_bays_and_lanes_lie_on_asphalt_and_apart():
    world = street()
    kinds = [patch.kind for patch in world.ground]
    lines = [shapely.LineString(lane.centre_m) for lane in stalls(world)]
    places = [line.buffer(STALL_M / 2, cap_style="flat") for line in lines]
    assert len(places) > 60
    first, second = shapely.STRtree(places).query(places, "intersects")
    for a, b in zip(first, second, strict=True):
        assert a == b or places[a].intersection(places[b]).area < 0.01
    middles = np.array([shapely.get_coordinates(place.centroid)[0] for place in places])
    assert {kinds[k] for k in world.ground_patch(middles)} == {"road"}
    driving = [shapely.LineString(lane.centre_m) for lane in world.network.lanes if lane.kind == "driving"]
    away = shapely.distance(shapely.union_all(driving), shapely.points(middles))
    assert away.min() > STALL_M / 2 + 1.0


def test_shelters_stand_in_bays_that_nobody_takes():
    world = street()
    shelters = [prop for prop in world.props if prop.kind == "trolley_shelter"]
    assert len(shelters) == 2
    taken = shapely.union_all([shapely.LineString(lane.centre_m).buffer(0.9) for lane in stalls(world)])
    for prop in shelters:
        assert not taken.contains(shapely.Point(prop.x_m, prop.y_m))


def test_people_can_walk_from_the_islands_to_the_shops():
    world = street()
    nodes = {node.id: node.xy_m for node in world.network.walk_nodes}
    assert any(name.startswith("walk front") for name in nodes)
    over = [edge for edge in world.network.walk_edges if edge.crosswalk]
    assert len(over) == len(world.network.crosswalks) == 2
    joined = {}
    for edge in world.network.walk_edges:
        joined.setdefault(edge.a, set()).add(edge.b)
        joined.setdefault(edge.b, set()).add(edge.a)
    start = next(name for name in nodes if name.startswith("walk path 0"))
    reached, waiting = {start}, [start]
    while waiting:
        new = joined[waiting.pop()] - reached
        reached |= new
        waiting += new
    assert any(name.startswith("walk front") for name in reached)


def test_traffic_goes_round_the_aisles():
    world = street()
    settings = with_room(world, {"people": 4, "parked": 40, "vehicles": 8})
    states = list(simulate(default_scenario(world, 2, duration_s=10.0, warmup_s=2.0, **settings)))
    roster = states[0].roster
    rows = [k for k, kind in enumerate(roster.categories) if kind.is_vehicle]
    moved = np.hypot(*(states[-1].poses.position_m - states[0].poses.position_m)[:, :2].T)
    driven = [k for k in rows if not roster.parked[k]]
    assert np.median(moved[driven]) > 8.0
    assert sum(roster.parked[k] for k in rows) >= 40
    plans = []
    for k in rows:
        x0, x1, half = roster.bodies[k].footprint_m
        c, s = np.cos(states[-1].poses.yaw_rad[k]), np.sin(states[-1].poses.yaw_rad[k])
        corners = np.array([[x0, -half], [x1, -half], [x1, half], [x0, half]]) @ [[c, s], [-s, c]]
        plans.append(shapely.Polygon(corners + states[-1].poses.position_m[k, :2]))
    pairs = shapely.STRtree(plans).query(plans, "intersects").T
    assert (pairs[:, 0] == pairs[:, 1]).all()
