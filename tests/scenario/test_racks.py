"""Bicycles at racks stand along the kerb, at places of racks, on pavements, and nowhere twice."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.lanes import LaneMap
from sim.bodies import build_body
from sim.scenario._bodies import BodyDraws
from sim.scenario._racks import cycles_at_racks, rack_discs
from sim.scenario.checks import MAX_LATERAL_M
from sim.scenery import RACK_PLACES_M
from worlds import avenue, crossing


def middle_and_heading(world, vehicle):
    lanes = LaneMap(world.network.lanes)
    xy, yaw = lanes.position(np.array([lanes.index(vehicle.lane)]), np.array([vehicle.s_m]))
    x_min, x_max, _ = build_body(vehicle.body).footprint_m
    left = np.array([-np.sin(yaw[0]), np.cos(yaw[0])])
    turned = yaw[0] + vehicle.heading_offset_rad
    ahead = np.array([np.cos(turned), np.sin(turned)])
    return xy[0] + vehicle.lateral_m * left + (x_min + x_max) / 2 * ahead, ahead


@pytest.mark.parametrize(("module", "seed"), [(avenue, 1), (avenue, 5), (crossing, 2), (crossing, 7)])
def test_bicycles_stand_at_racks(module, seed):
    world = module.build(detail_seed=seed, furniture_per_100m=30.0, tree_spacing_m=0.0)
    racks = [p for p in world.props if p.kind == "bicycle_rack"]
    assert racks
    places, along = [], []
    for rack in racks:
        c, s = np.cos(rack.yaw_rad), np.sin(rack.yaw_rad)
        for x, y in RACK_PLACES_M:
            places.append((rack.x_m + x * c - y * s, rack.y_m + x * s + y * c))
            along.append((-s, c))
    bicycles = cycles_at_racks(world, seed, 500, (), BodyDraws(None, seed))
    assert 0.5 * len(places) <= len(bicycles) <= len(places)
    taken = set()
    discs = np.array(rack_discs(world))
    for vehicle in bicycles:
        assert vehicle.behavior == "parked"
        middle, ahead = middle_and_heading(world, vehicle)
        away = np.hypot(*(np.array(places) - middle).T)
        k = int(np.argmin(away))
        assert away[k] < 0.01
        assert abs(ahead @ np.array(along[k])) > 0.9999
        taken.add(k)
        x_min, x_max, _ = build_body(vehicle.body).footprint_m
        for end in (-0.5, 0.5):
            tip = middle + end * (x_max - x_min) * ahead
            assert (np.hypot(*(discs[:, :2] - tip).T) < discs[:, 2]).any()
        assert {world.ground[i].kind for i in world.ground_patch(middle[None])} == {"pavement"}
    assert len(taken) == len(bicycles)
    assert [v.name for v in bicycles] == [f"rack{i + 1}" for i in range(len(bicycles))]
    assert cycles_at_racks(world, seed, 3, (), BodyDraws(None, seed)) == bicycles[:3]


def test_none_stands_where_a_vehicle_does():
    world = avenue.build(detail_seed=1, furniture_per_100m=30.0, tree_spacing_m=0.0)
    first = cycles_at_racks(world, 1, 500, (), BodyDraws(None, 1))
    rest = cycles_at_racks(world, 1, 500, first[:2], BodyDraws(None, 1))
    spots = [tuple(middle_and_heading(world, v)[0].round(2)) for v in first]
    assert not {spots[0], spots[1]} & {tuple(middle_and_heading(world, v)[0].round(2)) for v in rest}
    assert cycles_at_racks(avenue.build(furniture_per_100m=0.0), 1, 5, (), BodyDraws(None, 1)) == []


@pytest.mark.parametrize(("away_m", "stand"), [(MAX_LATERAL_M - 1.0, True), (MAX_LATERAL_M + 1.0, False)])
def test_none_stands_farther_from_its_lane_than_scenarios_can_say(away_m, stand):
    world = avenue.build(detail_seed=1, furniture_per_100m=30.0, tree_spacing_m=0.0)
    outermost_m = max(y for lane in world.network.lanes if len(lane.centre_m) == 2 for _, y in lane.centre_m)
    rack = next(p for p in world.props if p.kind == "bicycle_rack")
    world = replace(world, props=(replace(rack, y_m=outermost_m + away_m),))
    assert bool(cycles_at_racks(world, 1, 500, (), BodyDraws(None, 1))) == stand
