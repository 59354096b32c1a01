"""Motorways: rings that close, lanes side by side, ways into rest areas and out, nothing on the road."""

import dataclasses
import inspect
import math
from functools import cache

import numpy as np
import pytest
import shapely

from sim.errors import UsageError
from sim.scenario.population import default_scenario
from sim.scenario.room import with_room
from sim.simulation import simulate
from worlds import highway
from worlds._motorway import Motorway, motorway_network
from worlds._motorway_ring import ring_of
from worlds._pen import Pen, Pose2

WAY = Motorway(2, 3.75, 2.5, 3.5, False, 80 / 3.6, True)


@cache
def street():
    return highway.build(speed_limit_kph=80.0, lanes=2, gantries_per_km=2.0)


@pytest.mark.parametrize("seed", range(8))
def test_rings_close(seed):
    pen = Pen(Pose2(3.0, -2.0, 0.4))
    stretches = ring_of(np.random.default_rng(seed), 300.0, 500.0)
    for stretch in stretches:
        assert stretch.radius_m >= 300.0
        assert stretch.straight_m >= 90.0
        stretch.bend(pen.line(stretch.straight_m))
    assert stretches[0].straight_m == 500.0
    assert (pen.at.x_m, pen.at.y_m) == pytest.approx((3.0, -2.0), abs=1e-6)
    assert pen.at.heading_rad == pytest.approx(0.4 + math.tau)


def test_a_clothoid_is_the_limit_of_many_arcs():
    end = Pen(Pose2(1.0, 2.0, 0.3)).spiral(80.0, 0.002, -0.01).at
    arcs, steps = Pen(Pose2(1.0, 2.0, 0.3)), 4000
    for k in range(steps):
        arcs.arc(80.0 / steps, 0.002 - 0.012 * (k + 0.5) / steps)
    assert (arcs.at.x_m, arcs.at.y_m) == pytest.approx((end.x_m, end.y_m), abs=1e-5)
    assert arcs.at.heading_rad == pytest.approx(end.heading_rad, abs=1e-9)


@pytest.mark.parametrize("has_rest_areas", [True, False])
@pytest.mark.parametrize("lanes", [2, 4])
def test_lanes_go_on_without_a_gap(lanes, has_rest_areas):
    way = dataclasses.replace(WAY, lanes=lanes, has_rest_areas=has_rest_areas)
    network = motorway_network(way, np.random.default_rng(lanes))
    table, after = network.lanes, network.graph.successors

    def end(row, is_last):
        at = table.to_s_m if is_last == (table.along[row] > 0) else table.from_s_m
        return table.points(np.array([row]), at[[row]])[0, :2]

    for row in np.flatnonzero(table.is_driving).tolist():
        assert len(after[row]) == 1
        assert np.hypot(*(end(row, True) - end(after[row][0], False))) < 1e-6


def test_lanes_know_who_is_beside_them_and_where_rest_areas_lie():
    lanes = {lane.id: lane for lane in street().network.lanes if lane.kind == "driving"}
    for lane in lanes.values():
        for here, there in (("left", "right"), ("right", "left")):
            other = getattr(lane, here)
            if other:
                assert getattr(lanes[other], there) == lane.id
                a, b = shapely.LineString(lane.centre_m), shapely.LineString(lanes[other].centre_m)
                side = shapely.LineString(lane.centre_m[:40]).parallel_offset(3.75, here)
                assert a.distance(b) == pytest.approx(3.75, abs=0.01)
                assert side.distance(b) < 0.01
    for side in ("right", "left"):
        (off,) = (lane for lane in lanes.values() if lane.id.startswith(f"{side} off"))
        way = [off]
        while not way[-1].id.startswith("way"):
            way.append(lanes[way[-1].successors[0]])
        assert [lane.id.split(":")[0] for lane in way[:3]] == [f"{side} off", f"{side} service", f"{side} on"]
        assert [round(lane.speed_limit_mps * 3.6) for lane in way] == [60, 30, 60, 80]
        # Who comes from the rest area gets a lane to himself, the outermost.
        assert way[-1].left
        assert not way[-1].right


def test_it_is_its_recipe_and_differs_from_seed_to_seed():
    world = street()
    assert highway.build(**world.recipe.parameters) == world
    assert set(world.recipe.parameters) == set(inspect.signature(highway.build).parameters)
    other = highway.sample(np.random.default_rng(1), speed_limit_kph=80.0)
    lines = [{lane.centre_m for lane in one.network.lanes} for one in (world, other)]
    assert not lines[0] & lines[1]


def test_nothing_stands_on_the_lanes():
    world = street()
    driven = [lane for lane in world.network.lanes if lane.kind == "driving"]
    lines = shapely.union_all([shapely.LineString(lane.centre_m).buffer(1.9) for lane in driven])
    shapely.prepare(lines)
    for prop in world.props:
        half, c, s = prop.length_m / 2, np.cos(prop.yaw_rad), np.sin(prop.yaw_rad)
        ends = [(prop.x_m - k * half * s, prop.y_m + k * half * c) for k in (-1, 1)]
        if prop.kind == "gantry":
            assert shapely.LineString(ends).intersects(lines)
            assert not any(lines.contains(shapely.Point(p)) for p in ends)
        else:
            assert not shapely.LineString(ends).intersects(lines), prop
    assert not shapely.contains_xy(lines, [(tree.x_m, tree.y_m) for tree in world.trees]).any()
    kinds = {prop.kind for prop in world.props}
    assert {"guard_rail", "gantry", "exit_board", "delineator", "sign_speed80"} <= kinds


def test_ground_in_squares_covers_everything_once():
    world = street()
    x0, y0, x1, y1 = world.bounds_m
    # Pavements are laid a little over the road.
    covered = sum(shapely.Polygon(patch.outline_m).area for patch in world.ground)
    assert covered == pytest.approx((x1 - x0) * (y1 - y0), rel=5e-5)
    xy = np.random.default_rng(0).uniform((x0, y0), (x1, y1), (400, 2))
    on_road = np.array([world.ground[k].kind == "road" for k in world.ground_patch(xy)])
    road = shapely.union_all([shapely.Polygon(p.outline_m) for p in world.ground if p.kind == "road"])
    assert (on_road == shapely.contains_xy(road, xy)).all()


def test_traffic_is_fast_and_changes_lanes():
    world = street()
    settings = with_room(world, {"articulated": 4, "vehicles": 26})
    states = list(simulate(default_scenario(world, 1, duration_s=8.0, warmup_s=4.0, **settings)))
    roster = states[0].roster
    rows = [k for k, kind in enumerate(roster.categories) if kind.is_vehicle and not roster.parked[k]]
    speed = np.hypot(*states[-1].velocity_mps[rows, :2].T)
    assert 17.0 < np.median(speed) < 25.0
    assert speed.max() < 28.0


def test_a_slow_motorway_is_refused():
    with pytest.raises(
        UsageError, match=r"highway: speed_limit_kph is 50, wanted a number from 80\.0 to 130"
    ):
        highway.build(speed_limit_kph=50)
