"""Drivers stop for whoever is in the way of their bodies, brake hard if need be, and pass who is not."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents import WaitReason
from sim.bodies import Lights, VehicleSpec
from sim.scenario import Pedestrian, Scenario, Vehicle
from sim.simulation import simulate
from worlds import avenue

BARE = {"tree_spacing_m": 0.0, "furniture_per_100m": 0.0}
CAR = Vehicle("car", "eastbound_0", 40.0, speed_mps=9.0)


@pytest.fixture(scope="module")
def street():
    return avenue.build(zebras=0, parking=False, lane_width_m=3.2, **BARE)


def run(street, x_m, y_m, duration_s=8.0, car=CAR):
    person = Pedestrian("p", (x_m, y_m), "stand")
    return list(simulate(Scenario(street, (car, person), (), duration_s=duration_s, warmup_s=0.0)))


def nose(state):
    return state["car"].xyz_m[0] + state.roster.bodies[0].footprint_m[1]


def test_a_car_stops_with_ease_for_somebody_in_its_lane_and_says_why(street):
    states = run(street, 10.0, -1.2, 15.0)
    assert states[-1]["car"].speed_mps < 0.05
    assert 0.2 < 10.0 - nose(states[-1]) < 2.5
    assert states[-1]["car"].wait == WaitReason.PEOPLE
    assert states[-1].poses.lights[0] & Lights.BRAKE
    assert min(state.accel_mps2[0] for state in states) > -4.5
    assert max(state.memory["last_resort"] for state in states) == 0


def test_a_car_brakes_as_hard_as_it_must_for_somebody_right_before_it(street):
    x_m = -110.0 + 40.0 + 3.5 + 7.5
    states = run(street, x_m, -1.6, 5.0)
    assert states[-1]["car"].speed_mps < 0.05
    assert 0.0 < x_m - nose(states[-1]) < 2.5
    assert -8.5 - 1e-6 < min(state.accel_mps2[0] for state in states) < -5.0
    assert max(state.memory["last_resort"] for state in states) == 0


@pytest.mark.parametrize("y_m", [-3.2 + 0.1, 0.0])
def test_a_car_passes_who_stands_beside_its_way_and_a_cargo_bicycle_too(street, y_m):
    for body in (VehicleSpec(), VehicleSpec("cargo_bike")):
        aside = y_m if body.shape != "cargo_bike" else 0.0
        states = run(street, 0.0, aside, 9.0, Vehicle("car", "eastbound_0", 80.0, speed_mps=6.0, body=body))
        assert nose(states[-1]) > 5.0
        assert all(state.wait[0] == WaitReason.NONE for state in states)
        assert max(state.memory["last_resort"] for state in states) == 0
    assert np.isfinite(states[-1].poses.position_m).all()
