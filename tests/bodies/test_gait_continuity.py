"""People who start, halt, creep and turn at random: pelvis and joints go on smoothly from tick to tick."""

from __future__ import annotations

import numpy as np
import pytest

from sim.bodies import PersonSpec
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


@pytest.fixture(scope="module", params=[1, 2])
def walked(request):
    """Legs (N,), pelvis heights at rest (N,) and places of all joints (T, N, 22, 3)."""
    rng = np.random.default_rng(request.param)
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
    gait, out = start_gait(leg_m, position, yaw, level), []
    for _ in range(TICKS):
        changes = rng.uniform(size=PEOPLE) < 0.04
        goal = np.where(changes, rng.choice([0.0, 0.0, 0.15, 0.4, 0.8, 1.3, 1.55], PEOPLE), goal)
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
    return leg_m, rest[:, PELVIS, 2], np.array(out)


def test_the_pelvis_neither_sinks_nor_jerks(walked):
    leg_m, upright_m, joints = walked
    height = joints[:, :, PELVIS, 2] / leg_m
    assert (upright_m / leg_m - height).max() < 0.07
    assert np.abs(np.diff(height, axis=0)).max() < 0.85 * DT_S
    assert np.abs(np.diff(height, 2, axis=0)).max() < 24 * DT_S**2


@pytest.mark.parametrize(
    ("part", "most_mps2"),
    [(TRUNK, 20.0), (HANDS, 33.0), (KNEES, 60.0), (FEET, 65.0)],
    ids=["trunk", "hands", "knees", "feet"],
)
def test_joints_do_not_jump(walked, part, most_mps2):
    _, _, joints = walked
    change_m = np.linalg.norm(np.diff(joints[:, :, part], 2, axis=0), axis=-1)
    assert change_m.max() < most_mps2 * DT_S**2


def test_the_walks_are_of_all_kinds(walked):
    _, _, joints = walked
    moved_mps = np.linalg.norm(np.diff(joints[:, :, PELVIS, :2], axis=0), axis=-1) / DT_S
    rests, walks = moved_mps < 0.01, moved_mps > 1.0
    assert rests.sum() > 2000
    assert walks.sum() > 1000
    assert (rests[20:] & walks[:-20]).sum() > 50, "people who were walking a second before"
