"""People on foot: with whom they walk, how they wait, cross, run and stand; nobody is in anybody."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from sim.agents.avoidance import HEADWAY_S, Way, free_way
from sim.agents.dodging import clear_mps
from sim.agents.neighbors import Neighbors
from sim.agents.separation import disc_gap_m
from sim.agents.state import Activity, WaitReason
from sim.bodies import PersonSpec
from sim.errors import UsageError
from sim.scenario import Pedestrian, Scenario, Vehicle
from sim.scenario._habits import Habits, _parties
from sim.scenario.casting import setting_of
from sim.scenario.population import default_scenario, populate
from sim.simulation import simulate
from worlds import avenue, crossing

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from overlap_proof import gaps

BARE = {"tree_spacing_m": 0.0, "furniture_per_100m": 0.0, "parking": False}
NOBODY = {"vehicles": 0, "cyclists": 0, "motorcyclists": 0, "parked": 0, "parked_cycles": 0}


@pytest.fixture(scope="module")
def street():
    return avenue.build(length_m=160.0, zebras=1, **BARE)


@pytest.fixture(scope="module")
def busy():
    """(scenario, states) of a junction full of people, 14 s."""
    scenario = default_scenario(
        crossing.build(), 4, duration_s=14.0, warmup_s=0.0, density="busy", vehicles=10, cyclists=4
    )
    return scenario, list(simulate(scenario))


def on_foot(scenario):
    return [agent for agent in scenario.agents if isinstance(agent, Pedestrian)]


def column(states, name):
    rows = states[0].memory["crowd"].rows
    return np.array([getattr(state, name)[rows] for state in states])


def test_a_full_street_has_no_overlaps(busy):
    scenario, states = busy
    assert len(on_foot(scenario)) == 80
    for state in states[::6]:
        assert min(gap for gap, _, _ in gaps(state)) > 0


def test_speeds_do_not_jump(busy):
    """Hardly anybody is ever held back by the last resort, which alone may stop people at once."""
    _, states = busy
    velocity = column(states, "velocity_mps")
    jumps = np.hypot(*np.moveaxis(np.diff(velocity, axis=0), -1, 0)) * states[0].tick_hz
    # 4.5 m/s^2 along and 2.6 rad/s round at 1.5 m/s aside.
    assert (jumps > 6.5).mean() < 1e-3
    assert np.hypot(velocity[..., 0], velocity[..., 1]).max() < 3.6


def test_who_stands_says_why(busy):
    scenario, states = busy
    wait, still = column(states, "wait"), np.hypot(*np.moveaxis(column(states, "velocity_mps"), -1, 0)) < 0.05
    silent = longest = np.zeros(wait.shape[1])
    for row in still & (wait == WaitReason.NONE):
        silent = np.where(row, silent + 1, 0)
        longest = np.maximum(longest, silent)
    assert longest.max() <= 0.7 * states[0].tick_hz
    names = [states[0].roster.names[row] for row in states[0].memory["crowd"].rows]
    behavior = {agent.name: agent.behavior for agent in on_foot(scenario)}
    reasons = {
        kind: set(wait[:, [behavior[n] == kind for n in names]].ravel().tolist())
        for kind in ("stand", "wait")
    }
    assert reasons["stand"] == {WaitReason.TALK, WaitReason.PAUSE}
    assert reasons["wait"] <= {WaitReason.TRANSIT}
    walking = wait[:, [behavior[n] in ("walk", "cross") for n in names]]
    assert {WaitReason.RED_LIGHT, WaitReason.KERB} <= set(walking.ravel().tolist())


def test_red_is_the_reason_at_red_and_only_there(busy):
    scenario, states = busy
    ways = setting_of(scenario).walkways
    signal = [c.signal for c in scenario.world.network.crosswalks]
    seen = Counter()
    for state in states[::5]:
        crowd = state.memory["crowd"]
        shown = dict(zip(state.signal_names, state.signals, strict=True))
        for k in np.flatnonzero(crowd.path[:, 0] >= 0):
            reason = state.wait[crowd.rows[k]]
            if reason in (WaitReason.RED_LIGHT, WaitReason.KERB):
                _, b, c = crowd.path[k]
                number = ways.crossing[ways.edge(b, c)]
                red = number >= 0 and shown[signal[number]] != 4
                assert (reason == WaitReason.RED_LIGHT) == red
                seen[reason] += 1
    assert min(seen.values()) > 10


def test_companions_stay_together_and_walk_abreast(busy):
    scenario, states = busy
    rows = states[0].memory["crowd"].rows
    agents = scenario.agents
    far, abreast = [], []
    names = {agents[r].group for r in rows} - {""}
    assert len(names) >= 8
    xy, yaw = column([*states], "velocity_mps"), None
    for name in names:
        mine = [k for k, r in enumerate(rows) if agents[r].group == name and agents[r].behavior != "run"]
        if len(mine) < 2:
            continue
        for state in states[::4]:
            xy, yaw = state.memory["crowd"].xy_m[mine], state.memory["crowd"].yaw_rad[mine]
            off = xy - xy.mean(0)
            far.append(np.hypot(*off.T).max())
            walk = np.hypot(*state.memory["crowd"].velocity_mps[mine].T).min() > 0.8
            if len(mine) == 2 and walk and np.cos(yaw[0] - yaw[1]) > 0.98:
                d = xy[1] - xy[0]
                abreast.append(
                    np.abs([d @ [np.cos(yaw[0]), np.sin(yaw[0])], d @ [-np.sin(yaw[0]), np.cos(yaw[0])]])
                )
    assert (np.array(far) > 3.5).mean() < 0.03
    along, across = np.median(abreast, 0)
    assert along < 0.25
    assert 0.6 < across < 1.0


def test_people_alone_are_not_in_groups_and_groups_take_the_speed_of_the_slowest(street):
    kerb = -7.0
    fast = Pedestrian("a", (-20.0, kerb), speed_mps=1.6, group="x")
    slow = replace(fast, name="b", start_m=(-20.0, kerb - 0.8), speed_mps=1.0)
    alone = replace(fast, name="c", start_m=(10.0, kerb), group="")
    states = list(simulate(Scenario(street, (fast, slow, alone), (), duration_s=6.0, seed=3)))
    speed = np.median([np.hypot(*state.velocity_mps.T) for state in states[40:]], 0)
    assert speed == pytest.approx([1.0, 1.0, 1.6], abs=0.1)


def test_sizes_of_groups_are_poisson_without_zero():
    habits = Habits(standing=0.0, waiting=0.0)
    sizes = Counter(size for _, size in islice(_parties(5, habits, has_stops=False), 4000))
    rate = -np.log(1 - habits.together)
    chance = np.cumprod([rate * np.exp(-rate) / (1 - np.exp(-rate)), *(rate / k for k in (2, 3, 4))])
    for size, p in enumerate(chance, start=1):
        assert abs(sizes[size] - 4000 * p) < 4 * np.sqrt(4000 * p * (1 - p))
    people = sum(size * n for size, n in sizes.items())
    # As many as were asked for walk with others: the rate was chosen so.
    assert 1 - sizes[1] / people == pytest.approx(habits.together, abs=0.03)


def test_shares_are_those_asked_for():
    """Within four standard deviations of the binomial distribution; parties are counted where they decide."""
    world = avenue.build(length_m=400.0)
    habits = Habits(joggers=0.3, playing=0.5, anywhere=0.4, standing=0.3, waiting=0.1)
    people = [
        p
        for seed in range(6)
        for p in populate(world, seed, **NOBODY, people=150, habits=habits)
        if isinstance(p, Pedestrian)
    ]
    walkers = [p for p in people if p.behavior in ("walk", "cross", "run")]
    young = [p for p in walkers if p.body.age == "young" and not p.group]
    children = [p for p in walkers if p.body.age == "child"]
    alone = [p for p in walkers if not p.group and p.behavior != "run"]
    for count, of, share in (
        (sum(p.behavior == "run" for p in young), len(young), habits.joggers),
        (sum(p.behavior == "run" for p in children), len(children), habits.playing),
        (sum(p.behavior == "cross" for p in alone), len(alone), habits.anywhere),
    ):
        assert of > 40
        assert abs(count - of * share) < 4 * np.sqrt(of * share * (1 - share))
    # Parties come in twos and threes, which widens the distribution.
    stands = sum(p.behavior == "stand" for p in people)
    assert abs(stands - 900 * habits.standing) < 4 * np.sqrt(2.5 * 900 * habits.standing * 0.7)
    waits = sum(p.behavior == "wait" for p in people)
    assert abs(waits - 900 * habits.waiting) < 4 * np.sqrt(900 * habits.waiting * 0.9)
    speeds = np.array(
        [p.speed_mps for p in people if p.behavior == "walk" and p.body.age == "young" and not p.companion]
    )
    assert speeds.mean() == pytest.approx(1.34, abs=4 * 0.26 / np.sqrt(len(speeds)))
    assert speeds.std() == pytest.approx(0.26, rel=0.15)


def test_densities_and_shares_out_of_range(street):
    count = {
        name: len(on_foot(default_scenario(street, 1, **NOBODY, people=12, density=name)))
        for name in ("empty", "quiet", "usual", "busy", "crowd")
    }
    assert count == {"empty": 0, "quiet": 5, "usual": 12, "busy": 30, "crowd": 96}
    with pytest.raises(UsageError, match="did you mean 'crowd'"):
        populate(street, 1, density="crowded")
    with pytest.raises(UsageError, match=r"together_share is 0\.95, wanted 0 to 0\.9"):
        default_scenario(street, 1, together_share=0.95)


def crosser(street, **given):
    """Somebody beside a place in mid-block who wants to cross there, and that place."""
    probe = Scenario(street, (Pedestrian("p", (20.0, -7.0), "cross"),), ())
    places = setting_of(probe).midblock
    place = min(places, key=lambda p: abs(p.sides[0][3][0] - 20.0))
    start = min((side[2] for side in place.sides), key=lambda xy: xy[1])
    return Pedestrian("p", (start[0] - 1.0, start[1]), "cross", speed_mps=1.3, **given), place


@pytest.mark.parametrize("away_m", [12.0, 40.0, 70.0])
def test_who_crosses_anywhere_makes_nobody_brake_hard(street, away_m):
    person, place = crosser(street)
    x = place.sides[0][3][0]
    car = Vehicle("car", "eastbound_0", x + 80.0 - away_m, speed_mps=10.0)
    states = list(simulate(Scenario(street, (car, person), (), duration_s=17.0)))
    on_road = np.array([s.activity[1] == Activity.CROSSING for s in states])
    assert on_road.any()
    assert max(s.poses.position_m[1, 1] for s in states) > 5.0
    assert min(s.accel_mps2[0] for s, on in zip(states, on_road, strict=True) if on) > -2.2
    assert all(s.memory["last_resort"] == 0 for s in states)
    # Straight over: nobody walks along the carriageway.
    x_on = [s.poses.position_m[1, 0] for s, on in zip(states, on_road, strict=True) if on]
    assert np.abs(np.array(x_on) - x).max() < 1.2


def test_who_walks_takes_marked_crossings_only(street):
    person, _ = crosser(street)
    walker = replace(person, behavior="walk")
    other = replace(person, name="q", start_m=(person.start_m[0] - 40.0, person.start_m[1]))
    states = list(simulate(Scenario(street, (walker, other), (), duration_s=20.0)))
    rings = [np.array(c.outline_m) for c in street.network.crosswalks]
    for state in states:
        if state.activity[0] == Activity.CROSSING:
            xy = state.poses.position_m[0, :2]
            assert any((xy > r.min(0) - 0.6).all() and (xy < r.max(0) + 0.6).all() for r in rings)


def test_places_to_cross_are_clear_and_square(busy):
    scenario, _ = busy
    setting = setting_of(scenario)
    ground, lanes = setting.ground, setting.lanes
    assert len(setting.midblock) > 5
    for place in setting.midblock:
        a, b = (np.array(side[3]) for side in place.sides)
        line = a + np.linspace(0, 1, 200)[:, None] * (b - a)
        level = ground(line)
        road = np.flatnonzero(level == 0.0)
        assert (np.diff(road) == 1).all()
        assert level[0] > 0.05
        assert level[-1] > 0.05
        box = setting.footprint_m[setting.rows("parked")]
        for pose, one in zip(setting.parked_pose, box, strict=True):
            assert (
                disc_gap_m(line[road], np.tile(pose, (len(road), 1)), np.tile(one, (len(road), 1))).min()
                > 0.3
            )
        for lane, s_m, along_m in place.lanes:
            xy, yaw = lanes.position(np.array([lane]), np.array([s_m]))
            assert np.hypot(*(xy[0] - a - (b - a) / np.hypot(*(b - a)) * along_m)) < 0.4
            assert abs(np.cos(yaw[0] - np.arctan2(*(b - a)[::-1]))) < 0.3
            assert not setting.conflicts.is_junction[lane]


def test_some_hesitate_a_step_forward_and_back(street):
    """Three of the four seeds draw somebody who does."""
    person, _ = crosser(street)
    cars = [Vehicle(f"c{k}", "eastbound_0", 8.0 + 12.0 * k, speed_mps=7.0) for k in range(8)]
    hesitant = 0
    for seed in (12, 13, 14, 15):
        steps = Counter()
        for state in simulate(Scenario(street, (person, *cars), (), duration_s=7.0, seed=seed)):
            crowd, yaw = state.memory["crowd"], state.poses.yaw_rad[0]
            along = float(crowd.velocity_mps[0] @ [np.cos(yaw), np.sin(yaw)])
            if state.wait[0] == WaitReason.KERB and crowd.waiting_s[0] > 0.8:
                assert state.activity[0] != Activity.CROSSING
                assert abs(along) < 0.6
                steps[int(np.sign(along)) if abs(along) > 0.15 else 0] += 1
        hesitant += steps[1] > 4 and steps[-1] > 4
        assert steps[0] > 10
    assert hesitant == 3


def test_joggers_run_steadily_and_children_now_and_then(street):
    jogger = Pedestrian("a", (-60.0, -7.0), "run", speed_mps=2.7)
    child = replace(jogger, name="b", start_m=(-55.0, 7.5), body=PersonSpec(age="child"))
    states = list(simulate(Scenario(street, (jogger, child), (), duration_s=16.0)))
    speed = np.array([np.hypot(*s.velocity_mps.T) for s in states])[60:]
    assert (speed[:, 0] > 2.2).mean() > 0.8
    assert 0.25 < (speed[:, 1] > 2.0).mean() < 0.65
    assert 0.2 < (speed[:, 1] < 1.3).mean() < 0.7


def test_who_talks_looks_at_who_speaks(street):
    ring = 0.5 * np.stack([np.cos(k := np.arange(3) * 2 * np.pi / 3), np.sin(k)], 1) + [0.0, -7.2]
    people = [
        Pedestrian(f"p{k}", tuple(xy), "stand", yaw_rad=float(np.arctan2(*([0.0, -7.2] - xy)[::-1])))
        for k, xy in enumerate(ring)
    ]
    alone = Pedestrian("q", (30.0, -7.2), "stand")
    states = list(simulate(Scenario(street, (*people, alone), (), duration_s=20.0)))
    looked = Counter()
    for state in states[40::10]:
        assert (state.wait == [*[WaitReason.TALK] * 3, WaitReason.PAUSE]).all()
        gaze = state.poses.yaw_rad + state.poses.look_yaw_rad
        for k in range(3):
            to = np.arctan2(*(ring - ring[k]).T[::-1])
            off = np.abs(np.angle(np.exp(1j * (to - gaze[k]))))
            others = [j for j in range(3) if j != k]
            looked[min(others, key=lambda j: off[j])] += off[others].min() < 0.3
    assert min(looked.values()) > 5
    assert sum(looked.values()) > 40


def test_distances_in_file_are_those_measured():
    """0.36 m + 1.06 s times the speed, behind somebody slower where there is no way past."""
    for leader_mps in (0.5, 0.7, 0.9):
        gap, speed = 4.0, 1.3
        for _ in range(800):
            near = Neighbors(
                *(np.array([[v]]) for v in (gap, 0.0, leader_mps, 0.0, 0.52)), np.array([[True]])
            )
            one = (np.array([v]) for v in (0.0, 1.3, 0.0, 0.0, 0.0, 0.0))
            way = Way(*one, np.array([False]), np.array([HEADWAY_S]))
            _, wanted = free_way(way, near)
            speed = float(np.clip(wanted[0], speed - 0.11, speed + 0.06))
            gap += (leader_mps - speed) * 0.05
        assert speed == pytest.approx(leader_mps, abs=0.01)
        assert gap == pytest.approx(0.36 + 1.06 * leader_mps, abs=0.03)


def test_who_is_on_the_road_gets_out_of_the_way():
    rng = np.random.default_rng(5)
    count = 200
    xy, yaw = rng.uniform(-3, 3, (count, 2)), rng.uniform(-np.pi, np.pi, count)
    ahead = np.stack([np.cos(yaw), np.sin(yaw)], 1)
    box, pose = np.array([[-0.8, 3.2, 0.9]]), np.array([[-14.0, 0.0, 0.0]])
    wanted, fast = np.full(count, 1.3), np.full(count, 1.3)

    def closest(speed):
        out = np.full(count, np.inf)
        for t in np.arange(0.0, 2.01, 0.05):
            rate = np.where(speed > fast, 1.2, -3.0)
            until = np.minimum((speed - fast) / rate, t)
            way = fast * until + rate * until**2 / 2 + speed * (t - until)
            there = np.tile([pose[0, 0] + 9.0 * t, 0.0, 0.0], (count, 1))
            out = np.minimum(
                out, disc_gap_m(xy + ahead * way[:, None], there, np.tile(box, (count, 1))) - 0.2
            )
        return out

    chosen = clear_mps(xy, ahead, fast, wanted, 0.2, pose, box, np.array([9.0]), np.array([0.0]))
    hit, still_hit = closest(wanted) < 0, closest(chosen) < 0
    assert hit.sum() > 30
    assert not (still_hit & ~hit).any()
    assert still_hit.sum() < 0.45 * hit.sum()
    assert (chosen[closest(wanted) > 0.9] == 1.3).all()
    nobody = clear_mps(
        xy, ahead, fast, wanted, 0.2, pose + np.array([500.0, 0, 0]), box, np.array([0.0]), np.array([0.0])
    )
    assert (nobody == wanted).all()
