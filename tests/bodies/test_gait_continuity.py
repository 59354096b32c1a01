"""People who start, halt, creep, turn and run at random: pelvis and joints go on smoothly between ticks."""

from __future__ import annotations

import numpy as np
import pytest

from sim.bodies import PersonSpec, posed_vertices
from sim.bodies.people import (
    advance_gait,
    build_person,
    leg_length_m,
    person_bones,
    pose_columns,
    start_gait,
)

DT_S = 0.05
TICKS = 200
PEOPLE = 80
ACCEL_MPS2, BRAKE_MPS2 = 1.2, 2.2
SPECS = (
    PersonSpec(),
    PersonSpec(age="child", gender=1.0, height=-0.5),
    PersonSpec(age="old", gender=0.0, weight=0.8),
    PersonSpec(gender=1.0, height=0.9),
)
PELVIS, TRUNK, HANDS, KNEES, FEET = 0, np.s_[:8], np.s_[12:14], np.s_[16:18], np.s_[18:22]


def level(xy):
    return np.zeros(len(xy))


GOALS_MPS = {"walk": (0.0, 0.0, 0.15, 0.4, 0.8, 1.3, 1.55), "run": (0.0, 0.8, 2.3, 2.8, 3.3)}


@pytest.fixture(scope="module", params=GOALS_MPS)
def walked(request):
    """How, legs (N,), pelvis heights at rest (N,), joints (T, N, 22, 3), how far bodies leave boxes."""
    rng = np.random.default_rng(1)
    kinds = [build_person(spec) for spec in SPECS]
    people = [kinds[i % len(kinds)] for i in range(PEOPLE)]
    leg_m = np.array([leg_length_m(body) for body in people])
    rest = np.stack([body.skeleton.rest_m for body in people])
    joints = np.concatenate([rest, np.ones((*rest.shape[:2], 1))], -1)
    position, yaw, speed, turning = (
        np.zeros((PEOPLE, 3)),
        np.zeros(PEOPLE),
        np.zeros(PEOPLE),
        np.zeros(PEOPLE),
    )
    goal, turn_goal = np.zeros(PEOPLE), np.zeros(PEOPLE)
    gait, out, beyond_m = start_gait(leg_m, position, yaw, level), [], -np.inf
    for tick in range(TICKS):
        changes = rng.uniform(size=PEOPLE) < 0.04
        goal = np.where(changes, rng.choice(GOALS_MPS[request.param], PEOPLE), goal)
        turn_goal = np.where(changes, rng.choice([0.0, 0.0, 0.0, 0.5, -0.5], PEOPLE), turn_goal)
        # Short legs walk as fast as long ones for their length.
        most = goal * np.sqrt(np.minimum(leg_m / 0.87, 1))
        speed = speed + np.clip(most - speed, -BRAKE_MPS2 * DT_S, ACCEL_MPS2 * DT_S)
        turning = turning + np.clip(turn_goal - turning, -3 * DT_S, 3 * DT_S)
        yaw = yaw + turning * DT_S
        velocity = np.stack([np.cos(yaw), np.sin(yaw)], -1) * speed[:, None]
        position = position + np.concatenate([velocity * DT_S, np.zeros((PEOPLE, 1))], 1)
        gait = advance_gait(gait, leg_m, position, yaw, velocity, turning, DT_S, level)
        bones = person_bones(people, pose_columns(gait, position, yaw), np.arange(PEOPLE)).astype(float)
        out.append(np.einsum("nbij,nbj->nbi", bones[:, :22], joints))
        for i in (0, 1, 2, 3) if tick % 2 else ():
            c, s, body = np.cos(yaw[i]), np.sin(yaw[i]), people[i]
            points = posed_vertices(body, bones[i], body.coarse) - position[i]
            local = points @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) - body.centre_m
            beyond_m = max(beyond_m, (np.abs(local) - np.array(body.size_lwh_m) / 2).max())
    return request.param, leg_m, rest[:, PELVIS, 2], np.array(out), beyond_m


def test_the_pelvis_neither_sinks_nor_jerks(walked):
    how, leg_m, upright_m, joints, _ = walked
    drop, speed, change = {"walk": (0.07, 0.85, 24.0), "run": (0.09, 1.4, 50.0)}[how]
    height = joints[:, :, PELVIS, 2] / leg_m
    assert (upright_m / leg_m - height).max() < drop
    assert np.abs(np.diff(height, axis=0)).max() < speed * DT_S
    assert np.abs(np.diff(height, 2, axis=0)).max() < change * DT_S**2


@pytest.mark.parametrize(
    ("part", "walking_mps2", "running_mps2"),
    [(TRUNK, 20, 42), (HANDS, 33, 60), (KNEES, 60, 140), (FEET, 65, 165)],
    ids=["trunk", "hands", "knees", "feet"],
)
def test_joints_do_not_jump(walked, part, walking_mps2, running_mps2):
    how, *_, joints, _ = walked
    most_mps2 = walking_mps2 if how == "walk" else running_mps2
    change_m = np.linalg.norm(np.diff(joints[:, :, part], 2, axis=0), axis=-1)
    assert change_m.max() < most_mps2 * DT_S**2


def test_bodies_stay_in_their_boxes(walked):
    *_, beyond_m = walked
    assert -0.1 < beyond_m < 0.03


def test_the_walks_are_of_all_kinds(walked):
    how, *_, joints, _ = walked
    moved_mps = np.linalg.norm(np.diff(joints[:, :, PELVIS, :2], axis=0), axis=-1) / DT_S
    rests, walks = moved_mps < 0.01, moved_mps > {"walk": 1.0, "run": 2.0}[how]
    assert rests.sum() > 1000
    assert walks.sum() > 1000
    # Who was walking or running two seconds before.
    assert (rests[40:] & walks[:-40]).sum() > 50
