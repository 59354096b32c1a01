"""Lamps of vehicles: where beams begin, how far they go, who lights them."""

import dataclasses

import numpy as np
import pytest

from sim.bodies import LampGroup, Lights, VehicleSpec, build_body
from sim.environment import Environment
from sim.render.night.beams import FAR_M, beam_mesh, beam_reach_m
from sim.render.night.vehicle_lamps import lamp_brightness, lit_lamps
from sim.render.programs import NIGHT_HEAD

NIGHT = Environment(sun_elevation_deg=-20.0)


def moved(state, xy_yaw):
    """The state with its agents elsewhere."""
    place = np.array(xy_yaw, float)
    position = np.concatenate([place[:, :2], np.zeros((len(place), 1))], 1)
    poses = dataclasses.replace(state.poses, position_m=position, yaw_rad=place[:, 2])
    return dataclasses.replace(state, poses=poses)


def test_patches_begin_at_the_lamps_of_the_body():
    body = build_body(VehicleSpec("hatchback", 0, (160, 20, 25)))
    patch = beam_mesh(body)
    ahead = patch.positions_m[:, 2] > 0
    x, z = body.mesh.positions_m[body.mesh.part == LampGroup.HEAD][:, [0, 2]].T
    assert (patch.uv[ahead, 0] == x.max()).all()
    assert z.min() < patch.uv[ahead, 1].min() < z.max()
    assert (patch.positions_m[:, 0] >= 0).all()
    assert patch.positions_m[ahead, 0].max() == FAR_M
    rear, front, _ = body.footprint_m
    assert front - 0.6 < patch.uv[ahead, 0].max() <= front + 0.05
    assert rear - 0.05 <= patch.uv[~ahead, 0].min() < rear + 0.6


def test_people_light_nothing(state):
    bodies = [b for b in state.roster.bodies if b.kind == "person"]
    assert bodies
    assert all(beam_mesh(body) is None for body in bodies)


def test_beams_end_at_the_vehicle_they_fall_on(state):
    # A row of vehicles one behind the other, people beside them who stop nothing.
    vehicles = [i for i, b in enumerate(state.roster.bodies) if b.kind == "vehicle"]
    places = [[10.0 * i, 30.0, 0.0] for i in range(len(state.roster))]
    for k, row in enumerate(vehicles):
        places[row] = [12.0 * k, 0.0, 0.0]
    reach = beam_reach_m(moved(state, places))
    for k, row in enumerate(vehicles[:-1]):
        following = vehicles[k + 1]
        front = state.roster.bodies[row].footprint_m[1]
        rear = state.roster.bodies[following].footprint_m[0]
        assert reach[row] == pytest.approx(12.0 + rear - front, abs=1e-5)
    assert reach[vehicles[-1]] == FAR_M


def test_reach_is_what_marching_along_the_beam_finds(state):
    rng = np.random.default_rng(4)
    bodies = state.roster.bodies
    count = len(bodies)
    found = 0
    for _ in range(20):
        places = np.column_stack(
            [rng.uniform(-25, 25, (count, 2)), rng.choice([0, 0.5, 1, 1.5], count) * np.pi]
        )
        reach = beam_reach_m(moved(state, places))
        for row, body in enumerate(bodies):
            steps = body.footprint_m[1] + np.arange(0, FAR_M, 0.05)
            heading = np.array([np.cos(places[row, 2]), np.sin(places[row, 2])])
            line = places[row, :2] + steps[:, None] * heading
            hit = np.zeros(len(steps), bool)
            for other, there in enumerate(bodies):
                if other == row or there.kind != "vehicle":
                    continue
                rear, front, half = there.footprint_m
                c, s = np.cos(places[other, 2]), np.sin(places[other, 2])
                x, y = ((line - places[other, :2]) @ np.array([[c, -s], [s, c]])).T
                hit |= (x > rear) & (x < front) & (np.abs(y) < half)
            if hit[0]:
                continue  # drawn into one another
            # The axis alone is marched; a beam is 0.4 m wider to each side and may end sooner.
            first = FAR_M if not hit.any() else 0.05 * int(hit.argmax())
            assert reach[row] <= first + 1e-3
            found += first < FAR_M
    assert found > 10


def test_all_that_drive_have_lamps_on_after_dark(state):
    roster = state.roster
    parked = np.zeros(len(roster), bool)
    parked[0] = True
    night = dataclasses.replace(state, environment=NIGHT, roster=dataclasses.replace(roster, parked=parked))
    lit = (lit_lamps(night) & Lights.HEAD) > 0
    assert lit[1:].all()
    assert lit[0] == bool(state.poses.lights[0] & Lights.HEAD)
    assert (lit_lamps(dataclasses.replace(night, environment=Environment())) == state.poses.lights).all()


def test_head_lamps_are_brighter_after_dark_and_those_of_bicycles_weaker(state):
    head = lamp_brightness(dataclasses.replace(state, environment=NIGHT))[:, LampGroup.HEAD - 1]
    assert head[0] == NIGHT_HEAD
    assert 0 < head[6] < 0.2 * NIGHT_HEAD
