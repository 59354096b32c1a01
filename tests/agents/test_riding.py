"""Two-wheelers in traffic: at the edge of the lane, upright in balance, a foot down when they stand."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.agents import Activity
from sim.bodies import PersonSpec, VehicleSpec
from sim.errors import UsageError
from sim.scenario import Scenario, Vehicle
from sim.simulation import simulate
from worlds import avenue, crossing

BARE = {"tree_spacing_m": 0.0, "furniture_per_100m": 0.0}


def ride(world, *agents, duration_s=8.0, **kept):
    return list(simulate(Scenario(world, agents, (), duration_s=duration_s, **kept)))


@pytest.fixture(scope="module")
def queue():
    """Two-wheelers on their way to a red light, and then round a corner."""
    world = crossing.build(green_s=6.0)
    lanes = [lane for lane in world.network.lanes if lane.signal]
    turns = {lane.id: lane.turn for lane in world.network.lanes}
    agents = []
    for k, lane in enumerate(lanes[:4]):
        s_m = lane.stop_line_s_m - 25.0
        shape = ("bicycle", "motor_scooter", "cargo_bike", "motorcycle")[k]
        corner = next(n for n in lane.successors if turns[n] == ("left", "right")[k % 2])
        body = VehicleSpec(shape)
        agents.append(Vehicle(f"v{k}", lane.id, s_m, speed_mps=3.5, route=(corner,), body=body))
    return world, ride(world, *agents, duration_s=32.0)


def test_riders_follow_their_machine(queue):
    _, states = queue
    roster = states[0].roster
    assert roster.names[4:] == tuple(f"v{k}.rider" for k in range(4))
    assert roster.rider_of == {4: 0, 5: 1, 6: 2, 7: 3}
    kinds = [roster.categories[row].name for row in range(4, 8)]
    assert kinds == [f"human.rider.{k}" for k in ("bicyclist", "motorcyclist") * 2]
    for before, after in pairwise(states):
        p = after.poses
        for rider, machine in roster.rider_of.items():
            for name in ("yaw_rad", "roll_rad", "wheel_rad", "steer_rad"):
                assert getattr(p, name)[rider] == getattr(p, name)[machine]
            ahead = p.position_m[rider] - p.position_m[machine]
            heading = np.array([np.cos(p.yaw_rad[machine]), np.sin(p.yaw_rad[machine]), 0.0])
            assert ahead == pytest.approx(heading * (ahead @ heading), abs=1e-9)
            assert 0.1 < ahead @ heading < 0.6
            assert after.activity[rider] == after.activity[machine] != Activity.CROSSING
            step = (p.position_m[rider] - before.poses.position_m[rider])[:2] * after.tick_hz
            assert np.hypot(*(step - after.velocity_mps[rider])) < 0.6


def test_a_foot_is_down_when_they_stand_and_up_when_they_ride(queue):
    _, states = queue
    stood = 0
    for rider, machine in states[0].roster.rider_of.items():
        speed = np.array([np.hypot(*s.velocity_mps[machine]) for s in states])
        weight = np.array([s.poses.gait_weight[rider] for s in states])
        assert (weight[speed > 0.6] == 1).all()
        for k in np.flatnonzero(weight < 0.5):
            assert speed[k] < 0.6
        waits = [k for k in range(20, len(states)) if speed[k - 20 : k + 1].max() < 0.05]
        stood += len(waits)
        for k in waits:
            roll, side = states[k].poses.roll_rad[machine], states[k].poses.gait_phase[rider]
            assert weight[k] == 0
            assert np.sign(roll) == (-1 if side == 0 else 1), "to the foot on the ground"
    assert stood > 40


def test_they_lean_into_bends_so_that_they_do_not_fall(queue):
    _, states = queue
    leant = 0
    for _, machine in states[0].roster.rider_of.items():
        for k in range(30, len(states)):
            recent = states[k - 12 : k + 1]
            speed = [float(np.hypot(*s.velocity_mps[machine])) for s in recent]
            rate = [float(s.yaw_rate_radps[machine]) for s in recent]
            if min(speed) > 2 and np.ptp(rate) < 0.02 and abs(rate[-1]) > 0.2:
                wanted = -np.arctan(speed[-1] * rate[-1] / 9.81)
                assert states[k].poses.roll_rad[machine] == pytest.approx(wanted, abs=0.02)
                leant += 1
    assert leant > 10


def test_cyclists_keep_right_and_to_their_speed():
    world = avenue.build(length_m=400.0, zebras=0, parking=False, **BARE)
    agents = tuple(
        Vehicle(name, "eastbound_0", s_m, speed_mps=3.0, body=VehicleSpec(shape))
        for name, s_m, shape in (
            ("bike", 90.0, "bicycle"),
            ("moto", 60.0, "motorcycle"),
            ("car", 20.0, "sedan"),
        )
    )
    states = ride(world, *agents, duration_s=20.0)
    lane = next(lane for lane in world.network.lanes if lane.id == "eastbound_0")
    (_, y), last = lane.centre_m[0], states[-1]
    half_m = last.roster.bodies[0].footprint_m[2]
    assert last["bike"].xyz_m[1] == pytest.approx(y - lane.width_m / 2 + half_m + 0.25)
    assert last["moto"].xyz_m[1] == last["car"].xyz_m[1] == y
    speed = [state["bike"].speed_mps for state in states]
    assert 12 / 3.6 * 0.9 < speed[-1] < 25 / 3.6 + 1e-9
    assert np.diff(speed).max() * 20 <= 0.9 + 1e-9
    assert last["car"].speed_mps < speed[-1] + 2.5


def test_parked_machines_stand_alone_unless_somebody_sits_on_them():
    world = avenue.build(parking=False, zebras=0, **BARE)
    alone = Vehicle("alone", "eastbound_0", 20.0, "parked", body=VehicleSpec("bicycle"))
    taken = replace(alone, name="taken", s_m=30.0, rider=PersonSpec())
    states = ride(world, alone, taken, duration_s=0.2)
    assert states[0].roster.names == ("alone", "taken", "taken.rider")
    assert list(states[0].activity) == [Activity.PARKED, Activity.PARKED, Activity.STOPPED]
    assert states[0].poses.gait_weight[2] == 0
    assert states[0].poses.roll_rad[0] == pytest.approx(-0.1)


def test_cars_have_no_riders():
    car = Vehicle("car", "eastbound_0", 20.0, rider=PersonSpec())
    with pytest.raises(UsageError, match=r"agents\[0\].vehicle.rider: a hatchback has none"):
        ride(avenue.build(), car)
