"""Riders: hips on the saddle, hands on the bars, feet on the pedals or one on the ground, at any lean."""

from itertools import product

import numpy as np
import pytest

from sim.bodies import (
    KEYPOINT_NAMES,
    PersonSpec,
    PoseColumns,
    RiderSpec,
    VehicleSpec,
    bone_matrices,
    build_body,
    keypoints_world,
    posed_vertices,
)
from sim.bodies.cycles import CYCLE_SHAPES
from sim.bodies.cycles.rig import BARS, CRANKS, PEDALS
from sim.bodies.people import fitted, hip_ahead_m, sample_rider, stand_roll_rad
from sim.bodies.people.skeleton import BONES
from sim.errors import UsageError

PERSON = PersonSpec(gender=0.4, top="tshirt")
MACHINES = [VehicleSpec("bicycle", 2), *(VehicleSpec(shape, 0) for shape in CYCLE_SHAPES)]
WHERE, YAW = np.array([4.0, -3.0, 0.12]), 0.8


def posed(machine, person=PERSON, *, wheel=0.0, steer=0.0, roll=0.0, ride=1.0, foot=0.0, look=0.0):
    """Bodies and bones (2, MAX_BONES, 3, 4) of a machine and its rider, as a state holds them."""
    machine = fitted(person, machine)
    rider = build_body(RiderSpec(person, machine))
    ahead = hip_ahead_m(rider) * np.array([np.cos(YAW), np.sin(YAW), 0.0])
    both = np.ones(2)
    bodies = [build_body(machine), rider]
    columns = PoseColumns(
        position_m=np.array([WHERE, WHERE + ahead]),
        yaw_rad=YAW * both,
        pitch_rad=0 * both,
        roll_rad=roll * both,
        wheel_rad=wheel * both,
        steer_rad=steer * both,
        gait_phase=foot * both,
        gait_weight=ride * both,
        foot_m=np.zeros((2, 2, 3)),
        foot_yaw_rad=np.zeros((2, 2)),
        foot_pitch_rad=np.zeros((2, 2)),
        look_yaw_rad=look * both,
        lights=np.zeros(2, np.uint8),
    )
    return bodies, bone_matrices(bodies, columns).astype(float)


def joint(bodies, bones, name):
    row = BONES.index(name)
    return bones[1, row] @ np.append(bodies[1].skeleton.rest_m[row], 1.0)


def on(bones, bone, point):
    return bones[0, bone] @ np.append(point, 1.0)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: f"{m.shape}/{m.variant}")
def test_limbs_keep_their_lengths_and_hands_hold_the_bars(machine):
    for wheel, steer, roll in product((0.0, 2.0, 5.5), (-0.3, 0.0, 0.3), (-0.2, 0.1)):
        bodies, bones = posed(machine, wheel=wheel, steer=steer, roll=roll)
        rest = bodies[1].skeleton.rest_m
        for side in "lr":
            chains = (("upperarm", "lowerarm", "hand"), ("thigh", "calf", "foot"))
            for chain in chains:
                rows = [BONES.index(f"{bone}_{side}") for bone in chain]
                at = [joint(bodies, bones, f"{bone}_{side}") for bone in chain]
                for k in (0, 1):
                    wanted = np.linalg.norm(rest[rows[k + 1]] - rest[rows[k]])
                    assert np.linalg.norm(at[k + 1] - at[k]) == pytest.approx(wanted, abs=2e-4)
            x, y, z = bodies[0].skeleton.measures.grip_m
            grip = on(bones, BARS, [x, y if side == "l" else -y, z])
            assert np.linalg.norm(joint(bodies, bones, f"hand_{side}") - grip) < 0.12


@pytest.mark.parametrize("machine", MACHINES[:2], ids=lambda m: m.shape)
def test_feet_stay_on_the_pedals_all_the_way_round(machine):
    gear = fitted(PERSON, machine)
    for turn in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        bodies, bones = posed(machine, wheel=turn * build_body(gear).skeleton.measures.gear, roll=0.1)
        m = bodies[0].skeleton.measures
        knees = []
        for side, name, bone in ((1, "l", PEDALS[0]), (-1, "r", PEDALS[1])):
            axle = on(bones, bone, [m.crank_m[0], side * 0.125, m.crank_m[1] + side * m.crank_length_m])
            ball = joint(bodies, bones, f"ball_{name}")
            assert np.linalg.norm(ball - axle) < 0.04
            hip, knee, ankle = (joint(bodies, bones, f"{b}_{name}") for b in ("thigh", "calf", "foot"))
            straight = np.linalg.norm(ankle - hip) / bodies[1].skeleton.leg_length_m
            assert 0.5 < straight < 0.9999
            knees.append((knee - hip) @ np.array([np.cos(YAW), np.sin(YAW), 0.0]))
        assert min(knees) > 0.1, "knees bend forward"
        assert bones[0, CRANKS][:, :3] @ bones[0, CRANKS][:, :3].T == pytest.approx(np.eye(3), abs=1e-5)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: f"{m.shape}/{m.variant}")
def test_who_stands_has_one_foot_on_the_ground(machine):
    for foot, name, side in ((0.0, "l", 1.0), (0.5, "r", -1.0)):
        machine_body = build_body(RiderSpec(PERSON, fitted(PERSON, machine)))
        bodies, bones = posed(machine, ride=0.0, foot=foot, roll=-side * stand_roll_rad(machine_body))
        skin = posed_vertices(bodies[1], bones[1])
        lowest = skin[:, 2].min()
        assert -0.035 < lowest - WHERE[2] < 0.03
        left = np.array([-np.sin(YAW), np.cos(YAW)])
        foot_at = joint(bodies, bones, f"ball_{name}")
        assert abs(foot_at[2] - WHERE[2]) < 0.06
        assert 0.12 < side * (foot_at[:2] - WHERE[:2]) @ left < 0.45


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: f"{m.shape}/{m.variant}")
def test_boxes_hold_riders_who_sit_upright(machine):
    rng = np.random.default_rng(2)
    bodies, _ = posed(machine)
    half, centre = np.array(bodies[1].size_lwh_m) / 2, np.array(bodies[1].centre_m)
    c, s = np.cos(YAW), np.sin(YAW)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    origin = WHERE + turn @ [hip_ahead_m(bodies[1]), 0, 0]
    for _ in range(12):
        _, bones = posed(
            machine, wheel=rng.uniform(0, 40), steer=rng.uniform(-0.35, 0.35), look=rng.uniform(-0.6, 0.6)
        )
        inside = np.abs((posed_vertices(bodies[1], bones[1]) - origin) @ turn - centre) - half
        assert inside.max() < 0.05
    assert half[1] < 0.45
    assert bodies[0].footprint_m[2] > half[1] - 0.06


def test_keypoints_are_those_of_a_person_who_sits():
    bodies, bones = posed(VehicleSpec("bicycle", 0), wheel=1.0)
    points = dict(zip(KEYPOINT_NAMES, keypoints_world(bodies, bones)[1], strict=True))
    assert np.isnan(keypoints_world(bodies, bones)[0]).all()
    up = WHERE[2]
    assert (
        points["nose"][2] > points["left_shoulder"][2] > points["left_hip"][2] > points["left_ankle"][2] > up
    )
    assert 0.9 < points["left_hip"][2] - up < 1.15
    ahead = np.array([np.cos(YAW), np.sin(YAW), 0.0])
    assert (points["left_wrist"] - points["left_shoulder"]) @ ahead > 0.2
    assert (points["nose"] - points["left_ear"]) @ ahead > 0.05


def test_sampled_riders_fit_what_they_ride():
    rng = np.random.default_rng(3)
    for shape in CYCLE_SHAPES:
        person, machine = sample_rider(rng, shape), VehicleSpec(shape, 0)
        machine = fitted(person, machine)
        assert fitted(person, machine) == machine
        body = build_body(RiderSpec(person, machine))
        assert 1.5 < body.size_lwh_m[2] < 2.2
        assert (person.headwear == "motor_helmet") == shape.startswith("motor")


def test_children_are_refused():
    with pytest.raises(UsageError, match="are too short for it, wanted an adult"):
        build_body(RiderSpec(PersonSpec(age="child", height=-0.8), VehicleSpec("bicycle", 1)))
