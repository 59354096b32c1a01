"""Whole runs: determinism, right of way, wheels that roll, people who wait, and nobody through anybody."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sim.agents import SignalColor, WaitReason, pose_at
from sim.agents.following import equilibrium_gap_m
from sim.agents.temper import temper_of
from sim.bodies import Lights, PoseColumns
from sim.errors import UsageError
from sim.scenario import Pedestrian, Scenario, Vehicle
from sim.scenario.casting import setting_of
from sim.scenario.population import default_scenario, populate
from sim.simulation import simulate
from worlds import avenue, crossing

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from overlap_proof import gaps

BARE = {"tree_spacing_m": 0.0, "furniture_per_100m": 0.0}
COLUMNS = [field.name for field in fields(PoseColumns)]
AT_30 = Vehicle("a", "eastbound_0", 30.0)


@pytest.fixture(scope="module")
def busy():
    """(scenario, states) of a junction, 20 s."""
    scenario = default_scenario(crossing.build(), 6, duration_s=20.0, warmup_s=0.0, people=48)
    return scenario, list(simulate(scenario))


def same(a, b):
    return all((getattr(a.poses, n) == getattr(b.poses, n)).all() for n in COLUMNS)


def test_two_runs_are_equal_to_the_last_bit(busy):
    scenario, states = busy
    for one, other in zip(states[:120], simulate(replace(scenario, duration_s=6.0)), strict=True):
        assert same(one, other)
        assert (one.wait == other.wait).all()
        assert (one.velocity_mps == other.velocity_mps).all()
        assert (one.signals == other.signals).all()


def test_ticks_and_first_state(busy):
    scenario, states = busy
    assert [state.tick for state in states] == list(range(400))
    for agent in scenario.agents:
        view = states[0][agent.name]
        if isinstance(agent, Pedestrian):
            assert view.xyz_m[:2] == agent.start_m
        else:
            assert view.speed_mps == pytest.approx(agent.speed_mps)


def test_a_warm_up_only_shifts_the_clock(busy):
    scenario, states = busy
    for one, other in zip(
        states[60:], simulate(replace(scenario, duration_s=17.0, warmup_s=3.0)), strict=True
    ):
        assert one.tick == other.tick + 60
        assert same(one, other)
        assert (one.signals == other.signals).all()


def test_nobody_overlaps_anybody():
    for world in (avenue.build(), crossing.build()):
        for seed in (11, 12):
            for state in simulate(default_scenario(world, seed, duration_s=20.0)):
                assert state.memory["last_resort"] == 0
                assert state.accel_mps2.min() >= -8.5 - 1e-9
                if state.tick % 4 == 0:
                    assert min(gap for gap, _, _ in gaps(state)) > 0


def test_wheels_roll_and_bodies_turn_as_their_wheels_point(busy):
    scenario, states = busy
    roster = states[0].roster
    rows = [roster.row(a.name) for a in scenario.agents if isinstance(a, Vehicle) and a.behavior != "parked"]
    for before, after in pairwise(states):
        step = after.poses.position_m[rows, :2] - before.poses.position_m[rows, :2]
        yaw = before.poses.yaw_rad[rows]
        turn = np.angle(np.exp(1j * (after.poses.yaw_rad[rows] - yaw)))
        middle = yaw + turn / 2
        forward = step[:, 0] * np.cos(middle) + step[:, 1] * np.sin(middle)
        aside = -step[:, 0] * np.sin(middle) + step[:, 1] * np.cos(middle)
        assert forward.min() > -1e-9
        assert np.abs(aside).max() < 0.012
        radius = np.array([roster.bodies[r].skeleton.wheel_radius_m for r in rows])
        rolled = (after.poses.wheel_rad - before.poses.wheel_rad)[rows] * radius
        # In the tightest turns a bicycle's path is that much longer than its chord.
        assert np.abs(rolled - forward).max() < 0.01
        base = np.array([roster.bodies[r].skeleton.wheelbase_m for r in rows])
        steer = (before.poses.steer_rad[rows] + after.poses.steer_rad[rows]) / 2
        # Where a lane begins to bend, short machines turn most within a tick.
        assert np.abs(turn - np.tan(steer) / base * rolled).max() < 0.008
        assert np.abs((after.poses.steer_rad - before.poses.steer_rad)[rows]).max() < 0.08


def test_nobody_crosses_a_stop_line_at_red():
    world = crossing.build(green_s=8.0)
    lanes = {lane.id: lane for lane in world.network.lanes if lane.signal}
    crossed = 0
    for seed in (1, 2):
        before = None
        for state in simulate(default_scenario(world, seed, duration_s=40.0, people=0, parked=0)):
            traffic, ids = state.memory["traffic"], [lane.id for lane in world.network.lanes]
            now = {}
            for i, row in enumerate(traffic.rows):
                lane = lanes.get(ids[traffic.lane[i]])
                if lane is not None:
                    nose = traffic.s_m[i] + state.roster.bodies[row].footprint_m[1]
                    now[int(row)] = (lane.id, nose > lane.stop_line_s_m)
            if before is not None:
                shown = dict(zip(state.signal_names, state.signals, strict=True))
                for row, (lane, over) in now.items():
                    if over and before.get(row) == (lane, False):
                        crossed += 1
                        assert shown[lanes[lane].signal] in (SignalColor.GREEN, SignalColor.AMBER)
            before = now
    assert crossed > 10


def test_a_follower_settles_at_the_gap_of_the_model():
    street = avenue.build(length_m=600.0, zebras=0, parking=False, speed_limit_kph=50.0, **BARE)
    agents = (
        Vehicle("leader", "eastbound_0", 60.0, speed_mps=5.0),
        Vehicle("follower", "eastbound_0", 20.0, speed_mps=5.0),
    )
    scenarios = [Scenario(street, agents, (), duration_s=34.0, seed=seed) for seed in range(40)]
    tempers = [temper_of(setting_of(scenario), np.arange(2)) for scenario in scenarios]
    # Who would rather go faster catches up.
    k = next(k for k, temper in enumerate(tempers) if np.diff(temper.speed_share)[0] > 0.12)
    temper, states = tempers[k], list(simulate(scenarios[k]))
    last = states[-1]
    liked = 50 / 3.6 * temper.speed_share
    assert last["leader"].speed_mps == pytest.approx(liked[0], rel=0.02)
    v = last["follower"].speed_mps
    assert v == pytest.approx(last["leader"].speed_mps, abs=0.1)
    x_min, x_max, _ = last.roster.bodies[0].footprint_m
    free = last["leader"].xyz_m[0] - last["follower"].xyz_m[0] + x_min - x_max
    wanted = equilibrium_gap_m(v, liked[1], temper.headway_s[1], temper.standstill_m[1])
    assert free == pytest.approx(wanted, rel=0.05)


def test_drivers_stop_for_somebody_on_a_zebra_and_go_on_after():
    world = avenue.build(zebras=1, parking=False, **BARE)
    zebra = world.network.crosswalks[0]
    nodes = {node.id: node.xy_m for node in world.network.walk_nodes}
    kerb_x, kerb_y = nodes["zebra_0_start"]
    agents = (
        Vehicle("car", "eastbound_0", 60.0, speed_mps=7.0),
        Pedestrian("p", (kerb_x, kerb_y - 1.0), "walk", nodes["zebra_0_end"], 1.3, np.pi / 2),
    )
    x_enter = min(x for x, _ in zebra.outline_m)
    on_road = yielded = passed = False
    for state in simulate(Scenario(world, agents, (), duration_s=30.0)):
        nose = state["car"].xyz_m[0] + state.roster.bodies[0].footprint_m[1]
        y = state["p"].xyz_m[1]
        half = zebra.end_m[1]
        if abs(y) < half:
            on_road = True
        if -half < y < -0.5:
            assert nose < x_enter or state.tick == 0
            if state["car"].wait == WaitReason.CROSSWALK:
                yielded = True
                # Lights show what was just decided, speeds what was decided before.
                assert state.poses.lights[0] & Lights.BRAKE or state["car"].speed_mps > 0.2
        passed = nose > x_enter + 10
    assert on_road
    assert yielded
    assert passed


def test_people_wait_at_red_and_never_start_then(busy):
    scenario, states = busy
    crossings = {c.id: c for c in scenario.world.network.crosswalks}
    names = setting_of(scenario).walkways.names
    started = 0
    for before, after in pairwise(states):
        old, new = before.memory["crowd"].path, after.memory["crowd"].path
        for k in np.flatnonzero((old[:, 0] != new[:, 0]) & (new[:, 0] >= 0)):
            a, b = names[new[k, 0]], names[new[k, 1]]
            name = a.rsplit("_", 1)[0]
            if name in crossings and b.rsplit("_", 1)[0] == name:
                started += 1
                shown = dict(zip(before.signal_names, before.signals, strict=True))
                assert shown[crossings[name].signal] == SignalColor.GREEN
    assert started > 1


def test_people_never_walk_on_the_road_but_where_they_cross(busy):
    scenario, states = busy
    setting = setting_of(scenario)
    rings = [np.array(c.outline_m) for c in scenario.world.network.crosswalks]
    rings += [np.array([side[3] for side in place.sides]) for place in setting.midblock]
    low, high = np.array([r.min(0) for r in rings]) - 0.6, np.array([r.max(0) for r in rings]) + 0.6
    crossed = 0
    for state in states[::10]:
        people = state.memory["crowd"].xy_m
        beside = scenario.world.ground_height_m(people) < 0.05
        on = ((people[:, None] > low) & (people[:, None] < high)).all(2).any(1)
        assert (on | ~beside).all()
        crossed += beside.sum()
    assert crossed > 20


def test_people_turn_and_speed_up_like_people(busy):
    _, states = busy
    rows = states[0].memory["crowd"].rows
    for before, after in pairwise(states):
        turn = np.angle(np.exp(1j * (after.poses.yaw_rad - before.poses.yaw_rad)))[rows]
        assert np.abs(turn).max() <= 2.6 / 20 + 1e-9
        speed = [np.hypot(*state.velocity_mps[rows].T) for state in (before, after)]
        assert speed[1].max() < 3.6
        assert np.abs(speed[1] - speed[0]).max() <= 4.5 / 20 + 1e-9
        assert np.abs(after.poses.position_m[rows, 2] - before.poses.position_m[rows, 2]).max() < 0.06


def test_feet_stay_below_their_bodies_and_do_not_slide(busy):
    _, states = busy
    roster = states[0].roster
    rows = [r for r in states[0].memory["crowd"].rows if roster.categories[r].is_person]
    for before, after in pairwise(states):
        away = after.poses.foot_m[rows][..., :2] - after.poses.position_m[rows, None, :2]
        assert np.hypot(*np.moveaxis(away, -1, 0)).max() < 1.1
        moved = np.hypot(*np.moveaxis((after.poses.foot_m - before.poses.foot_m)[rows][..., :2], -1, 0))
        # One foot at least stands still at any time.
        assert moved.min(1).max() == 0.0


def test_adding_somebody_far_away_changes_nobody_elses_draws():
    world = avenue.build()
    agents = populate(world, 4, vehicles=10, parked=4, people=10)
    more = populate(world, 4, vehicles=10, parked=4, people=11)
    assert more[: len(agents)] == agents
    stranger = Pedestrian("stranger", world.network.walk_nodes[0].xy_m, "stand")
    alone = list(simulate(Scenario(world, agents, (), duration_s=4.0)))
    joined = list(simulate(Scenario(world, (*agents, stranger), (), duration_s=4.0)))
    for a, b in zip(alone, joined, strict=True):
        assert (a.memory["traffic"].plan == b.memory["traffic"].plan).all()
        count = len(a.memory["crowd"])
        assert (a.memory["crowd"].path == b.memory["crowd"].path[:count]).all()
        assert (a.poses.position_m == np.delete(b.poses.position_m, len(agents), 0)).all()


def test_pose_between_two_ticks(busy):
    _, states = busy
    before, after = states[100], states[101]
    assert same_columns(pose_at(before, after, before.time_s), before.poses)
    assert same_columns(pose_at(before, after, after.time_s), after.poses)
    middle = pose_at(before, after, (before.time_s + after.time_s) / 2)
    assert middle.position_m == pytest.approx((before.poses.position_m + after.poses.position_m) / 2)
    flipped = replace(after, poses=replace(after.poses, yaw_rad=np.full_like(after.poses.yaw_rad, -3.0)))
    start = replace(before, poses=replace(before.poses, yaw_rad=np.full_like(before.poses.yaw_rad, 3.0)))
    yaw = pose_at(start, flipped, (before.time_s + after.time_s) / 2).yaw_rad
    assert np.cos(yaw) == pytest.approx(-np.ones_like(yaw), abs=1e-9)
    with pytest.raises(UsageError, match=r"wanted a time from 5\.0 to 5\.05"):
        pose_at(before, after, 9.0)


def same_columns(a, b):
    return all((getattr(a, n) == getattr(b, n)).all() for n in COLUMNS)


@pytest.mark.parametrize(
    ("agents", "message"),
    [
        ((AT_30, Vehicle("b", "eastbound_0", 31.0)), "agents overlap at the start: a, b"),
        ((replace(AT_30, behavior="walk"),), r"vehicle.behavior: 'walk' is not for this kind of agent"),
        ((replace(AT_30, behavior="folow_lane"),), "did you mean 'follow_lane'"),
        ((replace(AT_30, lateral_m=0.5),), "wanted lateral_m and heading_offset_rad 0"),
        ((replace(AT_30, route=("westbound_0",)),), "route names 'westbound_0' after"),
    ],
)
def test_impossible_agents_are_named(agents, message):
    with pytest.raises(UsageError, match=message):
        list(simulate(Scenario(avenue.build(), agents, (), duration_s=0.1)))


def test_populations_are_as_large_as_asked_and_stand_apart():
    for world in (avenue.build(), crossing.build(lanes=2)):
        agents = populate(
            world, 9, vehicles=35, cyclists=4, motorcyclists=2, parked=10, parked_cycles=0, people=60
        )
        assert [a.name for a in agents][:2] == ["ego", "car1"]
        assert [sum(isinstance(a, t) for a in agents) for t in (Vehicle, Pedestrian)] == [51, 60]
        next(simulate(Scenario(world, agents, ())))
    with pytest.raises(UsageError, match="people is 501, wanted 0 to 500"):
        populate(avenue.build(), 1, people=501)
    with pytest.raises(UsageError, match="room for"):
        populate(avenue.build(length_m=80.0), 1, vehicles=300)
