"""Prams, dogs and wheelchairs in a street: where they belong, apart from everybody, and in files."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.agents.company import beside_m
from sim.agents.state import Activity
from sim.bodies import CompanionSpec, PersonSpec, bone_matrices, build_body, posed_vertices
from sim.bodies.company import CHAIRS
from sim.environment import Environment
from sim.errors import UsageError
from sim.scenario import Pedestrian
from sim.scenario._company import CompanyShares
from sim.scenario.casting import roster_of
from sim.scenario.checks import check_bodies
from sim.scenario.files import dump, from_dict, to_dict
from sim.scenario.population import default_scenario, populate
from sim.simulation import simulate
from worlds import crossing

SHARES = {"prams_share": 0.25, "dogs_share": 0.25, "wheelchairs_share": 0.2}


@pytest.fixture(scope="module")
def world():
    return crossing.build()


@pytest.fixture(scope="module")
def scenario(world):
    few = {"vehicles": 6, "cyclists": 2, "motorcyclists": 0, "parked": 2, "people": 30}
    return default_scenario(
        world, 7, duration_s=12.0, warmup_s=1.0, environment=Environment(), **few, **SHARES
    )


@pytest.fixture(scope="module")
def states(scenario):
    return list(simulate(scenario))


def chairs(roster):
    return [row for row in roster.rider_of.values() if roster.categories[row].name == "movable.wheelchair"]


def corners(state, row):
    x0, x1, half = state.roster.bodies[row].footprint_m
    c, s = np.cos(state.poses.yaw_rad[row]), np.sin(state.poses.yaw_rad[row])
    local = np.array([[x0, -half], [x1, -half], [x1, half], [x0, half]])
    return local @ np.array([[c, s], [-s, c]]) + state.poses.position_m[row, :2]


def test_all_kinds_are_there_and_have_rows_and_categories(states):
    roster = states[0].roster
    kinds = [roster.categories[row].name for row in roster.led_by]
    assert {"movable.pram", "animal.dog"} == set(kinds)
    assert len(chairs(roster)) >= 2
    for row, person in roster.led_by.items():
        assert (
            roster.names[row]
            == f"{roster.names[person]}.{kinds[list(roster.led_by).index(row)].split('.')[1]}"
        )
        assert roster.categories[person].is_person
        assert (roster.specs[person].held == "pram") == (roster.categories[row].name == "movable.pram")
    for person, chair in roster.rider_of.items():
        if chair in chairs(roster):
            assert roster.categories[person].name == "human.pedestrian.wheelchair"


def test_companions_keep_their_place_and_go_on(states):
    roster = states[0].roster
    travelled = np.zeros(len(roster))
    for before, after in pairwise(states):
        travelled += np.hypot(*(after.poses.position_m - before.poses.position_m)[:, :2].T)
    for row, person in roster.led_by.items():
        x, y = beside_m(roster.bodies[row])
        for state in states[::20]:
            c, s = np.cos(state.poses.yaw_rad[person]), np.sin(state.poses.yaw_rad[person])
            wanted = state.poses.position_m[person, :2] + [c * x - s * y, s * x + c * y]
            np.testing.assert_allclose(state.poses.position_m[row, :2], wanted, atol=1e-9)
            assert state.poses.yaw_rad[row] == pytest.approx(state.poses.yaw_rad[person], abs=1e-9)
    walk = [*roster.led_by, *chairs(roster)]
    assert np.median(travelled[walk]) > 7.0
    assert (travelled[walk] > 1.0).mean() > 0.8


def test_wheels_and_strides_count_the_way(states):
    roster = states[0].roster
    for row in [*roster.led_by, *chairs(roster)]:
        rig = roster.bodies[row].skeleton
        dog = roster.categories[row].name == "animal.dog"
        for before, after in zip(states[::10], states[1::10], strict=False):
            way = (after.poses.position_m - before.poses.position_m)[row, :2]
            yaw = (after.poses.yaw_rad[row] + before.poses.yaw_rad[row]) / 2
            if abs(after.poses.yaw_rad[row] - before.poses.yaw_rad[row]) > 0.5:
                continue
            forward = way @ [np.cos(yaw), np.sin(yaw)]
            phase, wheel = (
                (getattr(after.poses, n) - getattr(before.poses, n))[row] for n in ("gait_phase", "wheel_rad")
            )
            counted = phase * rig.stride_m if dog else wheel * rig.wheel_radius_m
            assert counted == pytest.approx(forward, abs=0.004)


def test_nobody_touches_anybody(states):
    """Corners and middles of edges of every box lie in no other box and no person's disc."""
    roster = states[0].roster
    boxes = [row for row, kind in enumerate(roster.categories) if not kind.is_person]
    people = [r for r, k in enumerate(roster.categories) if k.is_person and r not in roster.rider_of]
    moving = [*roster.led_by, *chairs(roster)]
    for state in states[::8]:
        rings = {row: corners(state, row) for row in boxes}
        for row in moving:
            ring = rings[row]
            points = np.concatenate([ring, (ring + np.roll(ring, 1, 0)) / 2])
            for other, hit in rings.items():
                if other != row:
                    edge = np.roll(hit, -1, 0) - hit
                    d = points[:, None] - hit[None]
                    inside = (edge[None, :, 0] * d[..., 1] - edge[None, :, 1] * d[..., 0] > 0).all(1)
                    assert not inside.any(), (roster.names[row], roster.names[other], state.tick)
            edge = np.roll(ring, -1, 0) - ring
            for person in people:
                d = state.poses.position_m[person, :2] - ring
                share = np.clip((d * edge).sum(1) / (edge**2).sum(1), 0, 1)
                assert np.hypot(*(d - share[:, None] * edge).T).min() > 0.2
    assert sum(int(s.memory["last_resort"]) for s in states) == 0


def test_they_do_what_people_do_and_stand_on_the_ground(states):
    roster = states[0].roster
    on_foot = (Activity.STANDING, Activity.WALKING, Activity.CROSSING)
    riders = [person for person, chair in roster.rider_of.items() if chair in chairs(roster)]
    for state in states[::30]:
        bones = bone_matrices(roster.bodies, state.poses)
        for row in [*roster.led_by, *chairs(roster), *riders]:
            assert Activity(int(state.activity[row])) in on_foot
            low = posed_vertices(roster.bodies[row], bones[row])[:, 2].min()
            ground = state.poses.position_m[row, 2]
            assert -0.14 < low - ground < (0.3 if row in riders else 0.05)
        for person, chair in roster.rider_of.items():
            assert state.activity[person] == max(state.activity[chair], Activity.STOPPED)


def test_files_hold_companions(scenario):
    again = from_dict(to_dict(scenario))
    assert again == scenario
    assert [a.companion for a in again.agents if isinstance(a, Pedestrian)] == [
        a.companion for a in scenario.agents if isinstance(a, Pedestrian)
    ]
    assert "companion" in dump(scenario)


def test_shares_are_kept_and_umbrellas_wait_for_rain(world):
    def people(**given):
        agents = [
            a
            for seed in range(4)
            for a in populate(
                world, seed, vehicles=0, cyclists=0, motorcyclists=0, parked=0, people=60, **given
            )
            if isinstance(a, Pedestrian)
        ]
        return agents

    none = people(company=CompanyShares(0, 0, 0, 0, 0))
    assert not any(p.companion or p.body.held != "none" for p in none)
    some = people()
    assert [p.start_m for p in some] == [p.start_m for p in none]
    with_company = np.mean([p.companion is not None for p in some])
    assert 0.02 < with_company < 0.13
    assert not any(p.body.held == "umbrella" for p in some)
    wet = people(company=CompanyShares(umbrellas=1.0))
    free = [p for p in wet if (p.companion is None or p.companion.shape == "dog") and p.body.held != "cane"]
    assert all(p.body.held == "umbrella" for p in free)
    assert all(p.body.held != "umbrella" for p in wet if p.companion and p.companion.shape in CHAIRS)
    with pytest.raises(UsageError, match="prams_share is 2, wanted 0 to 1"):
        CompanyShares(prams=2)


def test_umbrellas_open_in_rain(world):
    few = {"vehicles": 1, "cyclists": 0, "motorcyclists": 0, "parked": 0, "people": 20}
    for rain, wanted in ((0.0, False), (4.0, True)):
        made = default_scenario(world, 1, environment=Environment(rain_mm_per_h=rain), **few)
        assert any(getattr(a.body, "held", "") == "umbrella" for a in made.agents) == wanted


def test_overlaps_at_the_start_are_named(world):
    person = Pedestrian("a", (0.0, 9.0), "stand", companion=CompanionSpec("dog"))
    x, y = beside_m(build_body(CompanionSpec("dog")))
    other = Pedestrian("b", (x, 9.0 + y), "stand")
    made = default_scenario(world, 1, vehicles=0, cyclists=0, motorcyclists=0, parked=0, people=0)
    made = replace(made, agents=(person, other), sensors=())
    assert [c.name for c in roster_of(made).categories][-1] == "animal.dog"
    with pytest.raises(UsageError, match="agents overlap at the start: "):
        next(iter(simulate(made)))


def test_who_has_no_pram_holds_no_bar(world):
    made = default_scenario(world, 1, vehicles=0, cyclists=0, motorcyclists=0, parked=0, people=1)
    lone = replace(made.agents[-1], body=PersonSpec(held="pram"), companion=None)
    record = to_dict(replace(made, agents=(lone,), sensors=()))
    with pytest.raises(UsageError, match=r"agents\[0\]\.pedestrian\.body\.held: 'pram' is for who has one"):
        check_bodies(from_dict(record))
