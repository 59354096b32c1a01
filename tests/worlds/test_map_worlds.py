"""Streets built from maps: what is driven on, what lies where, who goes first, and that traffic flows."""

import dataclasses
import itertools
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely

from sim.errors import UsageError
from sim.roads import Junction, Priority, read_opendrive
from sim.scenario import Scenario, Vehicle
from sim.simulation import simulate
from worlds import opendrive
from worlds._map_lanes import chains
from worlds._map_rules import yields

MAPS = Path(__file__).parent.parent / "roads" / "maps"


@cache
def street(name):
    return opendrive.build(path=str(MAPS / f"{name}.xodr"))


@cache
def roads(name):
    return read_opendrive(MAPS / f"{name}.xodr")


@pytest.mark.parametrize("name", ["Town02", "every_element", "left_hand", "direct_junction"])
def test_chains_hold_every_driving_lane_once(name):
    network = roads(name)
    found = chains(network)
    rows = list(itertools.chain.from_iterable(chain.rows for chain in found))
    assert sorted(rows) == np.flatnonzero(network.lanes.is_driving).tolist()
    for chain in found:
        for a, b in itertools.pairwise(chain.rows):
            assert network.graph.successors[a] == (b,)
        after = {found[k].rows[0] for k in chain.successors}
        assert after == set(network.graph.successors[chain.rows[-1]])
        step = np.hypot(*np.diff(chain.points_m[:, :2], axis=0).T)
        assert step.max() < 1.0
        for k in chain.successors:
            gap = chain.points_m[-1, :2] - found[k].points_m[0, :2]
            assert np.hypot(*gap) < 0.2


def test_centers_are_those_of_the_map():
    network = roads("Town02")
    for chain in chains(network)[::4]:
        xy = chain.points_m[::5, :2]
        point, at = network.index.candidates(xy, types={"driving"}, reach_m=1.0)
        own = np.isin(at.lane, chain.rows)
        off = np.abs(at.t_m - network.lanes.center_m(at.lane, at.s_m))
        best = np.full(len(xy), np.inf)
        np.minimum.at(best, point[own], off[own])
        assert best.max() < 1e-6


def test_ground_is_road_below_lanes_and_pavement_below_sidewalks():
    world, network = street("Town02"), roads("Town02")
    lanes = network.lanes
    rng = np.random.default_rng(4)
    row = rng.integers(0, len(lanes), 250)
    s = lanes.from_s_m[row] + rng.uniform(0.05, 0.95, 250) * lanes.length_m()[row]
    inner, outer = lanes.borders_m(row, s)
    wide = np.abs(outer - inner) > 0.6
    row, s, t = row[wide], s[wide], (inner + (outer - inner) * rng.uniform(0.2, 0.8, 250))[wide]
    xy = network.surface.points(lanes.road[row], s, t)[:, :2]
    kinds = np.array([world.ground[k].kind for k in world.ground_patch(xy)])
    types = np.array([lanes.lanes[k].type for k in row])
    assert (kinds[np.isin(types, ["driving", "shoulder"])] == "road").all()
    over = shapely.union_all([shapely.Polygon(p.outline_m) for p in world.ground if p.kind == "pavement"])
    walked = types == "sidewalk"
    assert set(kinds[walked]) <= {"pavement", "road"}
    assert (kinds[walked] == "pavement").mean() > 0.9
    assert over.area > 1000
    for patch in world.ground:
        assert shapely.Polygon(patch.outline_m).is_valid
        assert shapely.LinearRing(patch.outline_m).is_ccw


def test_kerbs_stand_between_pavement_and_road():
    world = street("Town02")
    count = 0
    for patch in world.ground:
        ring = np.array(patch.outline_m)
        for k in patch.kerb_edges:
            a, b = ring[k], ring[(k + 1) % len(ring)]
            count += 1
            across = np.array([b[1] - a[1], a[0] - b[0]]) / np.hypot(*(b - a))
            sides = np.stack([(a + b) / 2 + across * 0.3, (a + b) / 2 - across * 0.3])
            if np.hypot(*(b - a)) > 1.0:
                outside, inside = (world.ground[n].kind for n in world.ground_patch(sides))
                assert (outside, inside) == ("road", "pavement")
    assert count > 50


def test_marks_lie_on_the_road_and_dashes_are_counted_out():
    world = street("every_element")
    road = shapely.union_all([shapely.Polygon(p.outline_m) for p in world.ground if p.kind == "road"])
    for mark in world.markings:
        ring = shapely.Polygon(mark.outline_m)
        assert ring.is_valid
        assert ring.intersection(road).area > 0.75 * ring.area
    # The center of the main street: 70 m of dashes every 9 m from 1.5 m on, beside a solid line.
    dashes = [m for m in world.markings if m.kind == "dash" and _width_m(m) == pytest.approx(0.1, abs=0.01)]
    assert len(dashes) == 8
    assert [round(_length_m(m), 1) for m in dashes[:7]] == [3.0] * 7


def _length_m(mark):
    ring = np.array(mark.outline_m)
    return float(np.hypot(*(ring[len(ring) // 2 - 1] - ring[0])))


def _width_m(mark):
    ring = np.array(mark.outline_m)
    return float(np.hypot(*(ring[-1] - ring[0])))


def test_lights_hold_for_the_lanes_before_the_junction():
    world = street("Town02")
    lanes = {lane.id: lane for lane in world.network.lanes}
    before = [lane for lane in world.network.lanes if lane.stop_line_s_m >= 0]
    assert len(before) == 24
    assert len({lane.signal for lane in before}) == 24
    heads = {head.signal: head for head in world.signal_heads}
    for lane in before:
        assert all(":" in name and lanes[name].stop_line_s_m < 0 for name in lane.successors)
        (x0, y0), (x1, y1) = lane.centre_m[-2:]
        head = heads[lane.signal]
        look = np.array([np.cos(head.yaw_rad), np.sin(head.yaw_rad)])
        assert look @ (x1 - x0, y1 - y0) / np.hypot(x1 - x0, y1 - y0) < -0.9
        assert np.hypot(head.x_m - x1, head.y_m - y1) < 25
    assert not {name for phase in world.network.programme for name, _ in phase.colors} - set(heads)


def test_who_goes_first():
    network = roads("every_element")
    found = chains(network)
    name = {k: chain.id for k, chain in enumerate(found)}
    plain = dataclasses.replace(
        network, junctions=tuple(dataclasses.replace(j, priorities=()) for j in network.junctions)
    )
    by_rule = {name[k]: {name[n] for n in own} for k, own in yields(plain, found, {}).items()}
    # The main street (a-, b-) runs east, against it come a+ and c-, from the north b+ and c+.
    assert by_rule == {
        "J1:a:0:1": {"J1:b:0:1", "J1:c:0:1"},
        "J1:b:0:-1": {"J1:a:0:1", "J1:c:0:-1"},
        "J1:c:0:1": {"J1:a:0:-1", "J1:b:0:-1"},
    }


def test_listed_priorities_go_before_the_rules():
    network = roads("every_element")
    found = chains(network)
    number = {chain.id: k for k, chain in enumerate(found)}
    for high, low in (("J1:a", "J1:c"), ("J1:c", "J1:a")):
        junction = network.junctions[0]
        listed = Junction(
            junction.id, junction.name, junction.type, junction.connections, (Priority(high, low),)
        )
        first = yields(dataclasses.replace(network, junctions=(listed,)), found, {})
        pair = {"J1:a": number["J1:a:0:-1"], "J1:c": number["J1:c:0:1"]}
        assert pair[high] in first[pair[low]]
        assert pair[low] not in first.get(pair[high], [])


def test_traffic_flows():
    world = street("Town02")
    free = [lane for lane in world.network.lanes if ":" in lane.id and lane.stop_line_s_m > 25]
    cars = tuple(Vehicle(f"car{k}", lane.id, 10.0, "follow_lane", 5.0) for k, lane in enumerate(free))
    scenario = Scenario(world, cars, (), 12.0, 20, 1)
    states = list(simulate(scenario))
    xy = np.array([state.poses.position_m[:, :2] for state in states])
    driven = np.hypot(*np.moveaxis(np.diff(xy, axis=0), 2, 0)).sum(0)
    assert np.isfinite(xy).all()
    assert (driven > 5).mean() > 0.5
    apart = np.hypot(*np.moveaxis(xy[:, :, None] - xy[:, None], 3, 0)) + np.eye(xy.shape[1]) * 9
    assert apart.min() > 1.9


def test_people_walk_on_pavements_that_hang_together():
    world = street("Town02")
    nodes = {node.id: node.xy_m for node in world.network.walk_nodes}
    assert len(nodes) == len(world.network.walk_nodes)
    over = shapely.union_all([shapely.Polygon(p.outline_m) for p in world.ground if p.kind == "pavement"])
    ways = [(shapely.LineString([nodes[e.a], nodes[e.b]]), e.width_m) for e in world.network.walk_edges]
    for line, width_m in ways:
        assert 0 < line.length < 9
        assert line.intersection(over).length > 0.8 * line.length
        assert 0.5 < width_m < 4
    assert sum(line.length for line, _ in ways) > 2000
    # One ring outside and one round each of the five blocks.
    rings = shapely.get_parts(shapely.line_merge(shapely.union_all([line for line, _ in ways])))
    assert len(rings) == 6
    assert all(ring.is_ring for ring in rings)


def test_crossings_lie_over_their_lanes_and_join_pavements():
    world, network = street("every_element"), roads("every_element")
    (crossing,) = world.network.crosswalks
    # The object: 3 m along the road at s = 195, 6.2 m across it.
    corners = network.points(
        "main-1", np.array([193.5, 196.5, 196.5, 193.5]), np.array([-3.1, -3.1, 3.1, 3.1])
    )
    outline = shapely.Polygon(crossing.outline_m)
    assert outline.symmetric_difference(shapely.Polygon(corners[:, :2])).area < 0.5
    start, end = network.points("main-1", np.array([195.0, 195.0]), np.array([3.1, -3.1]))[:, :2]
    found = np.array([crossing.start_m, crossing.end_m])
    np.testing.assert_allclose(found[np.argsort(found[:, 0])], [start, end], atol=0.15)
    lanes = {lane.id: lane for lane in world.network.lanes}
    assert {name for name, *_ in crossing.lanes} == {"main-1:1:-1", "main-1:1:1"}
    for name, enter_m, leave_m in crossing.lanes:
        line = shapely.LineString(lanes[name].centre_m)
        assert leave_m - enter_m == pytest.approx(3.0, abs=0.1)
        assert outline.contains(line.interpolate((enter_m + leave_m) / 2))
        assert not outline.contains(line.interpolate(enter_m - 0.2))
        if lanes[name].stop_line_s_m >= 0:
            assert lanes[name].stop_line_s_m < enter_m
    stripes = [m for m in world.markings if m.kind == "zebra"]
    assert len(stripes) == 6
    assert all(outline.buffer(0.01).contains(shapely.Polygon(m.outline_m)) for m in stripes)
    ways = {(edge.a, edge.b): edge.crosswalk for edge in world.network.walk_edges}
    assert sum(name == crossing.id for name in ways.values()) == 1
    nodes = {node.id for node in world.network.walk_nodes}
    assert all({a, b} <= nodes for a, b in ways)


def test_signalised_waits_lie_before_the_line():
    for lane in street("Town02").network.lanes:
        if lane.stop_line_s_m >= 0:
            assert shapely.LineString(lane.centre_m).length - lane.stop_line_s_m == pytest.approx(
                1.0, abs=0.01
            )


def test_a_map_without_lanes_to_drive_on_is_refused(tmp_path):
    text = (MAPS / "left_hand.xodr").read_text().replace('type="driving"', 'type="sidewalk"')
    (tmp_path / "walk.xodr").write_text(text)
    with pytest.raises(UsageError, match=r"walk\.xodr: no <lane> for motor vehicles: wanted at least one"):
        opendrive.build(path=str(tmp_path / "walk.xodr"))
