"""Moving over: who has a reason does, smoothly, into a gap, with the indicator on, and comes back."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sim.agents import pose_at
from sim.bodies import Lights, VehicleSpec
from sim.scenario import Scenario, Vehicle
from sim.scenario.population import default_scenario
from sim.simulation import simulate
from worlds import avenue

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from overlap_proof import gaps

BARE = {"tree_spacing_m": 0.0, "furniture_per_100m": 0.0, "parking": False}


@pytest.fixture(scope="module")
def street():
    """Two lanes each way, 600 m."""
    return avenue.build(length_m=600.0, lanes=2, zebras=0, speed_limit_kph=50.0, **BARE)


def lanes_of(world, states, name):
    row = states[0].roster.row(name)
    ids = [lane.id for lane in world.network.lanes]
    memory = [state.memory["traffic"] for state in states]
    return [ids[t.lane[int(np.searchsorted(t.rows, row))]] for t in memory]


def run(world, *agents, duration_s):
    return list(simulate(Scenario(world, agents, (), duration_s=duration_s, seed=3)))


@pytest.fixture(scope="module")
def passing(street):
    """A car behind a cyclist in the outer lane."""
    bike = Vehicle("bike", "eastbound_1", 90.0, speed_mps=4.0, body=VehicleSpec("bicycle"))
    car = Vehicle("car", "eastbound_1", 20.0, speed_mps=12.0)
    return street, run(street, bike, car, duration_s=26.0)


def test_a_car_passes_a_cyclist_on_the_inner_lane_and_comes_back(passing):
    world, states = passing
    lanes = lanes_of(world, states, "car")
    changes = [pair for pair in pairwise(lanes) if pair[0] != pair[1]]
    assert changes == [("eastbound_1", "eastbound_0"), ("eastbound_0", "eastbound_1")]
    assert set(lanes_of(world, states, "bike")) == {"eastbound_1"}
    assert states[-1]["car"].xyz_m[0] > states[-1]["bike"].xyz_m[0] + 20
    # Nobody stood on the brake for it.
    assert min(state.accel_mps2.min() for state in states) > -2.5
    centers = {
        lane.id: lane.centre_m[0][1] for lane in world.network.lanes if lane.id.startswith("eastbound")
    }
    y = np.array([state["car"].xyz_m[1] for state in states])
    assert y[0] == pytest.approx(centers["eastbound_1"])
    assert y.max() == pytest.approx(centers["eastbound_0"], abs=1e-6)
    assert y[-1] == pytest.approx(centers["eastbound_1"], abs=1e-6)


def test_it_indicates_the_side_it_goes_to(passing):
    _, states = passing
    row = states[0].roster.row("car")
    for state in states:
        lights = Lights(int(state.poses.lights[row]))
        aside_mps = state.velocity_mps[row, 1]
        assert aside_mps < 1e-6 or lights & Lights.LEFT
        assert aside_mps > -1e-6 or lights & Lights.RIGHT
        assert not (lights & Lights.LEFT and lights & Lights.RIGHT)


def test_the_way_over_is_one_that_wheels_can_roll(passing):
    _, states = passing
    row = states[0].roster.row("car")
    base_m = states[0].roster.bodies[row].skeleton.wheelbase_m
    yaw_rate = []
    for before, after in pairwise(states):
        step = after.poses.position_m[row, :2] - before.poses.position_m[row, :2]
        middle = (before.poses.yaw_rad[row] + after.poses.yaw_rad[row]) / 2
        # Where the body points is where it goes.
        assert abs(step @ (-np.sin(middle), np.cos(middle))) < 1e-3
        mean_mps = (before["car"].speed_mps + after["car"].speed_mps) / 2
        assert np.hypot(*step) * 20 == pytest.approx(mean_mps, abs=0.02)
        turned = after.poses.yaw_rad[row] - before.poses.yaw_rad[row]
        steer = (np.tan(before.poses.steer_rad[row]) + np.tan(after.poses.steer_rad[row])) / 2
        assert turned == pytest.approx(steer / base_m * np.hypot(*step), abs=2e-4)
        yaw_rate.append(turned * 20)
    lateral = np.array(yaw_rate) * [state["car"].speed_mps for state in states[1:]]
    assert 0.3 < np.abs(lateral).max() < 1.5
    # Jerk across is bounded, too.
    assert np.abs(np.diff(lateral)).max() * 20 < 4.0
    halfway = pose_at(states[40], states[41], (states[40].time_s + states[41].time_s) / 2)
    assert halfway.yaw_rad[row] == pytest.approx(
        (states[40].poses.yaw_rad[row] + states[41].poses.yaw_rad[row]) / 2
    )


def test_nobody_moves_over_onto_somebody(street):
    bike = Vehicle("bike", "eastbound_1", 90.0, speed_mps=4.0, body=VehicleSpec("bicycle"))
    car = Vehicle("car", "eastbound_1", 60.0, speed_mps=6.0)
    # A column beside that leaves no gap.
    column = [Vehicle(f"other{k}", "eastbound_0", 20.0 + 9.0 * k, speed_mps=6.0) for k in range(14)]
    states = run(street, bike, car, *column, duration_s=8.0)
    assert set(lanes_of(street, states, "car")) == {"eastbound_1"}
    gap = states[-1]["bike"].xyz_m[0] - states[-1]["car"].xyz_m[0]
    assert 0 < gap < 30


def test_who_has_a_route_or_is_long_keeps_the_lane(street):
    bike = Vehicle("bike", "eastbound_1", 90.0, speed_mps=4.0, body=VehicleSpec("bicycle"))
    ahead = next(lane for lane in street.network.lanes if lane.id == "eastbound_1").successors[0]
    routed = Vehicle("car", "eastbound_1", 20.0, speed_mps=12.0, route=(ahead,))
    states = run(street, bike, routed, duration_s=10.0)
    assert set(lanes_of(street, states, "car")) == {"eastbound_1"}
    bus = replace(routed, route=(), body=VehicleSpec("bus"))
    states = run(street, bike, bus, duration_s=10.0)
    assert set(lanes_of(street, states, "car")) == {"eastbound_1"}


def test_busy_streets_of_two_and_three_lanes_stay_clear_of_overlap():
    changes = 0
    for lanes in (2, 3):
        world = avenue.build(lanes=lanes, **BARE)
        before = None
        for state in simulate(default_scenario(world, lanes, duration_s=12.0, vehicles=24, people=0)):
            assert state.memory["last_resort"] == 0
            leaving = state.memory["traffic"].leaving >= 0
            changes += 0 if before is None else int((leaving & ~before).sum())
            before = leaving
            if state.tick % 8 == 0:
                assert min(gap for gap, _, _ in gaps(state)) > 0
    assert changes > 4
