"""COCO's keypoints of posed people: on the skeleton, inside the limbs, on the face, left and right."""

import dataclasses

import numpy as np
import pytest
from scipy.spatial import Delaunay

from sim.bodies import (
    KEYPOINT_NAMES,
    MAX_BONES,
    PersonSpec,
    PoseColumns,
    VehicleSpec,
    bone_matrices,
    build_body,
    keypoints_world,
    posed_vertices,
)
from sim.bodies.people import BONES, leg_length_m, pose_columns, steady_stride
from sim.geometry import rotation_from_euler

SPECS = (
    PersonSpec(gender=1.0, top="tshirt", bottom="shorts", hair="bald"),
    PersonSpec(gender=0.0, age="old", top="coat", bottom="skirt", hair="long", weight=0.7),
    PersonSpec(age="child", top="jacket", bottom="trousers", hair="short"),
    PersonSpec(gender=0.3, height=0.8, weight=-0.8, top="shirt", bottom="trousers", hair="bob"),
)
PHASES = np.array([0.1, 0.35, 0.6, 0.85])


def walking(bodies, phases, look_yaw_rad=0.0):
    """World_from_bind of people mid-stride, each at the origin and heading +x."""
    gaits = [steady_stride(leg_length_m(b), 1.3, np.array([p])) for b, p in zip(bodies, phases, strict=True)]
    names = [f.name for f in dataclasses.fields(PoseColumns)]
    rows = [pose_columns(g, np.zeros((1, 3)), np.zeros(1), np.full(1, look_yaw_rad)) for g in gaits]
    return bone_matrices(
        bodies, PoseColumns(**{n: np.concatenate([getattr(r, n) for r in rows]) for n in names})
    )


def at(points, name):
    return points[..., KEYPOINT_NAMES.index(name), :]


@pytest.fixture(scope="module")
def people():
    return [build_body(spec) for spec in SPECS for _ in PHASES]


@pytest.fixture(scope="module")
def bones(people):
    return walking(people, np.tile(PHASES, len(SPECS)))


def test_names_are_cocos():
    names = "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow "
    names += "left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle"
    assert " ".join(KEYPOINT_NAMES) == names


@pytest.mark.parametrize(
    ("joint", "parent"),
    [
        ("shoulder", "clavicle"),
        ("elbow", "upperarm"),
        ("wrist", "lowerarm"),
        ("hip", "pelvis"),
        ("knee", "thigh"),
        ("ankle", "calf"),
    ],
)
def test_joints_hold_both_bones_together(people, bones, joint, parent):
    """A joint is where two bones meet: the one before it must carry it to the same place."""
    own = {"shoulder": "upperarm", "elbow": "lowerarm", "wrist": "hand", "hip": "thigh", "knee": "calf"}
    found = keypoints_world(people, bones)
    for side, short in (("left", "l"), ("right", "r")):
        bone = f"{own.get(joint, 'foot')}_{short}"
        before = parent if parent in BONES else f"{parent}_{short}"
        for row, body in enumerate(people):
            rest = body.skeleton.rest_m[BONES.index(bone)]
            matrix = bones[row, BONES.index(before)].astype(float)
            carried = matrix[:, :3] @ rest + matrix[:, 3]
            np.testing.assert_allclose(at(found[row], f"{side}_{joint}"), carried, atol=2e-5)


def test_joints_lie_inside_the_limbs(people, bones):
    found = keypoints_world(people, bones)
    for row in range(0, len(people), len(PHASES) + 1):
        body, points = people[row], posed_vertices(people[row], bones[row])
        for joint, (above, below) in {
            "elbow": ("upperarm", "lowerarm"),
            "wrist": ("lowerarm", "hand"),
            "knee": ("thigh", "calf"),
            "ankle": ("calf", "foot"),
        }.items():
            for side, short in (("left", "l"), ("right", "r")):
                pair = [BONES.index(f"{b}_{short}") for b in (above, below)]
                held = (np.isin(body.mesh.joints, pair) * body.mesh.weights).sum(1) > 0.5
                hull = Delaunay(points[held])
                assert hull.find_simplex(at(found[row], f"{side}_{joint}")) >= 0, (row, side, joint)


def test_faces(people):
    """In the bind pose: the nose is the foremost of the head, eyes and ears lie left and right of it."""
    bind = np.tile(np.eye(3, 4), (len(people), MAX_BONES, 1, 1))
    found = keypoints_world(people, bind)
    head = BONES.index("head")
    for row, body in enumerate(people):
        held = (body.mesh.joints == head) * body.mesh.weights
        skull = body.mesh.positions_m[held.sum(1) > 0.99]
        nose = at(found[row], "nose")
        assert abs(nose[0] - skull[:, 0].max()) < 0.006
        assert abs(nose[1]) < 0.002
        # Human eyes are 5 to 7.5 cm apart, ears 12 to 17 cm; ears are behind the eyes, the nose below them.
        scale = skull[:, 2].max() / 1.65
        left, right = at(found[row], "left_eye"), at(found[row], "right_eye")
        assert 0.04 < left[1] - right[1] < 0.075
        ear_l, ear_r = at(found[row], "left_ear"), at(found[row], "right_ear")
        assert 0.11 < ear_l[1] - ear_r[1] < 0.18
        assert 0.05 * scale < left[0] - ear_l[0] < 0.12
        assert nose[2] < left[2]
        for side in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"):
            mine, other = at(found[row], f"left_{side}"), at(found[row], f"right_{side}")
            assert mine[1] > 0
            np.testing.assert_allclose(mine * [1, -1, 1], other, atol=0.004)


def test_the_face_turns_with_the_head_alone():
    body = build_body(SPECS[0])
    straight, turned = (keypoints_world([body], walking([body], [0.1], look))[0] for look in (0.0, 0.7))
    assert (straight[5:] == turned[5:]).all()
    apart = np.linalg.norm(straight[:, None] - straight[None], axis=-1)[:5, :5]
    np.testing.assert_allclose(
        np.linalg.norm(turned[:, None] - turned[None], axis=-1)[:5, :5], apart, atol=1e-6
    )
    ahead = [at(p, "nose") - (at(p, "left_ear") + at(p, "right_ear")) / 2 for p in (straight, turned)]
    angle = np.diff(np.arctan2([a[1] for a in ahead], [a[0] for a in ahead]))
    assert angle == pytest.approx(0.7, abs=0.03)


def test_they_move_with_the_person(people, bones):
    turn, shift = rotation_from_euler(2.1, 0.1, -0.05), np.array([12.0, -7.0, 0.3])
    moved = turn @ bones.astype(float)
    moved[..., 3] += shift
    np.testing.assert_allclose(
        keypoints_world(people, moved), keypoints_world(people, bones) @ turn.T + shift, atol=1e-5
    )


def test_cars_have_none(people, bones):
    mixed = [people[0], build_body(VehicleSpec("hatchback", 0, (160, 20, 25))), people[5]]
    rows = np.stack([bones[0], np.tile(np.eye(3, 4), (MAX_BONES, 1, 1)), bones[5]])
    found = keypoints_world(mixed, rows)
    assert np.isnan(found[1]).all()
    assert (found[[0, 2]] == keypoints_world([people[0], people[5]], bones[[0, 5]])).all()
    assert keypoints_world([], np.zeros((0, MAX_BONES, 3, 4))).shape == (0, 17, 3)
