"""What agents are doing, against plain geometry of crossings and lanes and against the reasons of drivers."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents import Activity, WaitReason
from sim.scenario import Pedestrian, Scenario, Vehicle
from sim.scenario.population import default_scenario
from sim.simulation import simulate
from worlds import avenue, crossing

VEHICLE = {Activity.PARKED, Activity.STOPPED, Activity.MOVING}
PERSON = {Activity.STANDING, Activity.WALKING, Activity.CROSSING}


def is_inside(ring, x, y):
    """Sum of the angles under which the ring's edges are seen: a whole turn inside, none outside."""
    spokes = np.array([complex(px - x, py - y) for px, py in ring])
    return abs(np.angle(np.roll(spokes, -1) / spokes).sum()) > np.pi


def distance_to_lanes_m(world, x, y):
    """Distance to the nearest edge of a driving lane, negative on one."""
    best = np.inf
    for lane in world.network.lanes:
        line = np.array(lane.centre_m)
        a, d = line[:-1], np.diff(line, axis=0)
        share = np.clip((([x, y] - a) * d).sum(1) / (d**2).sum(1), 0, 1)
        best = min(best, np.hypot(*(a + share[:, None] * d - [x, y]).T).min() - lane.width_m / 2)
    return best


@pytest.mark.parametrize("world", [avenue.build(), crossing.build(green_s=6.0)], ids=["avenue", "crossing"])
def test_activities_are_what_places_and_speeds_say(world):
    scenario = default_scenario(world, 9, duration_s=15.0, warmup_s=2.0, people=60)
    zebras = [c.outline_m for c in world.network.crosswalks]
    seen = dict.fromkeys(Activity, 0)
    for state in simulate(scenario):
        if state.tick % 10:
            continue
        for row, kind in enumerate(state.roster.categories):
            x, y, _ = state.poses.position_m[row]
            doing = Activity(int(state.activity[row]))
            seen[doing] += 1
            speed = float(np.hypot(*state.velocity_mps[row]))
            if kind.is_vehicle:
                parked = state.wait[row] == WaitReason.PARKED
                assert doing == (
                    Activity.PARKED if parked else Activity.STOPPED if speed < 0.1 else Activity.MOVING
                )
                continue
            if row in state.roster.rider_of:
                assert doing == Activity(int(state.activity[state.roster.rider_of[row]]))
                continue
            assert doing in PERSON
            on_zebra = any(is_inside(ring, x, y) for ring in zebras)
            if on_zebra or distance_to_lanes_m(world, x, y) < 0:
                assert doing == Activity.CROSSING
            elif doing == Activity.CROSSING:
                # Who walks round others may leave the zebra, but not the road beside it.
                assert world.ground_height_m(np.array([[x, y]]))[0] == 0
            else:
                assert doing == (Activity.STANDING if speed < 0.1 else Activity.WALKING)
                assert world.ground_height_m(np.array([[x, y]]))[0] > 0
    assert min(seen.values()) > 5, seen


def test_a_walk_over_the_road_is_one_stretch_of_crossing():
    world = avenue.build(zebras=1, parking=False, tree_spacing_m=0.0, furniture_per_100m=0.0)
    zebra = world.network.crosswalks[0]
    (x, low), (_, high) = zebra.start_m, zebra.end_m
    agents = (
        Pedestrian("p", (x, low - 1.0), "walk", (x, high + 1.2), 1.3, np.pi / 2),
        Pedestrian("idler", (x + 8.0, low - 1.0), "stand"),
        Vehicle("parked", "eastbound_0", 5.0, behavior="parked", lateral_m=-2.6),
    )
    done = []
    for state in simulate(Scenario(world, agents, (), duration_s=15.0)):
        y = state["p"].xyz_m[1]
        assert (state.activity[0] == Activity.CROSSING) == (low < y < high)
        assert state.activity[1:].tolist() == [Activity.STANDING, Activity.PARKED]
        if not done or done[-1] != state.activity[0]:
            done.append(Activity(int(state.activity[0])))
    assert done.count(Activity.CROSSING) == 1
    assert done[0] == Activity.STANDING
    assert done[done.index(Activity.CROSSING) - 1 : done.index(Activity.CROSSING) + 2] == [
        Activity.WALKING,
        Activity.CROSSING,
        Activity.WALKING,
    ]


def test_the_activities_of_vehicles_and_of_people_are_apart():
    assert set(Activity) == VEHICLE | PERSON
    assert not VEHICLE & PERSON
