"""Prams, wheelchairs, dogs, trams: closed meshes on the right bones, rolling, stepping, bending, levels."""

import cv2
import numpy as np
import pytest
from scipy.spatial import cKDTree

from sim.bodies import (
    CompanionSpec,
    PersonSpec,
    PoseColumns,
    RiderSpec,
    VehicleSpec,
    bone_matrices,
    build_body,
    keypoints_world,
    posed_vertices,
)
from sim.bodies.company import CHAIRS, COMPANION_CATEGORIES, COMPANION_VARIANTS, PRAM_BAR_M, sample_companion
from sim.bodies.company.breeds import LEGS
from sim.bodies.company.dog_rig import leg_bone
from sim.bodies.company.models import PUSH_RAD
from sim.bodies.people import BAR_AHEAD_M, hip_ahead_m, leg_length_m, pose_columns, steady_stride
from sim.bodies.people.holding import HELD_BONE
from sim.bodies.people.skeleton import BONES
from sim.errors import UsageError
from sim.taxonomy import AGENT_CLASSES, Semantic

SPECS = [CompanionSpec(shape, k) for shape, count in COMPANION_VARIANTS.items() for k in range(count)]
ALL = [*SPECS, VehicleSpec("tram", 0), VehicleSpec("tram", 1)]


def columns(count=1, **given):
    zero = np.zeros(count)
    values = {
        "position_m": np.zeros((count, 3)),
        **dict.fromkeys(("yaw_rad", "pitch_rad", "roll_rad", "wheel_rad", "steer_rad"), zero),
        **dict.fromkeys(("gait_phase", "gait_weight", "look_yaw_rad"), zero),
        "foot_m": np.zeros((count, 2, 3)),
        "foot_yaw_rad": np.zeros((count, 2)),
        "foot_pitch_rad": np.zeros((count, 2)),
        "lights": np.zeros(count, np.uint8),
    }
    return PoseColumns(**(values | given))


@pytest.fixture(scope="module", params=ALL, ids=lambda s: f"{s.shape}/{s.variant}")
def body(request):
    return build_body(request.param)


def test_meshes_are_closed_and_face_outward(body):
    for mesh in (body.mesh, body.coarse, body.far):
        _, point = np.unique(mesh.positions_m.round(5), axis=0, return_inverse=True)
        corners = point.ravel()[mesh.faces]
        corners = corners[(corners != np.roll(corners, 1, 1)).all(1)]
        ways = {}
        for one, other in corners[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2).tolist():
            ways[one, other] = ways.get((one, other), 0) + 1
        open_edges = [edge for edge, times in ways.items() if times != ways.get(edge[::-1], 0)]
        if body.kind == "vehicle" and "TRAIN" not in {Semantic(int(s)).name for s in mesh.semantic}:
            assert not open_edges
        p = mesh.positions_m[mesh.faces].astype(float)
        assert np.einsum("ij,ij->", p[:, 0], np.cross(p[:, 1], p[:, 2])) > 0
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-3)
        np.testing.assert_allclose(mesh.weights.sum(1), 1, atol=1e-5)


def test_fewer_faces_from_afar(body):
    near, coarse, far = (len(m.faces) for m in (body.mesh, body.coarse, body.far))
    assert far < coarse / 1.8 < near / 2.5
    assert near < 5000


def silhouette(mesh, azimuth, pixel_m):
    c, s = np.cos(azimuth), np.sin(azimuth)
    plane = np.stack([mesh.positions_m @ np.array([-s, c, 0.0]), mesh.positions_m[:, 2]], 1)
    shape = plane / pixel_m + [np.ceil(30 / pixel_m) if pixel_m > 0.01 else 400, 20]
    out = np.zeros((420, int(60 / pixel_m) if pixel_m > 0.01 else 800), np.uint8)
    for triangle in np.round(shape[mesh.faces] * 16).astype(np.int32):
        cv2.fillConvexPoly(out, triangle, 1, shift=4)
    return out > 0


def test_lesser_levels_keep_outlines_and_extent(body):
    """The project's rule: coarse vertices within 2.5 cm of the fine surface, far silhouettes within 6 %."""
    pixel_m = 0.02 if body.size_lwh_m[0] > 3 else 0.005
    a, b, c = (body.mesh.positions_m[body.mesh.faces[:, k]].astype(float) for k in range(3))
    rng = np.random.default_rng(3)
    size = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    face = rng.choice(len(size), 60_000, p=size / size.sum())
    share = rng.dirichlet(np.ones(3), len(face))[:, :, None]
    surface = share[:, 0] * a[face] + share[:, 1] * b[face] + share[:, 2] * c[face]
    away = cKDTree(np.concatenate([surface, a, b, c])).query(body.coarse.positions_m)[0]
    assert np.percentile(away, 95) < (0.04 if pixel_m > 0.01 else 0.02)
    assert away.max() < 0.025 + (0.035 if pixel_m > 0.01 else 0.0)  # samples lie 3 cm apart on large bodies
    areas = []
    for azimuth in np.arange(8) * np.pi / 4:
        fine, far = (silhouette(m, azimuth, pixel_m) for m in (body.mesh, body.far))
        assert not fine[:, [0, -1]].any()
        areas.append(far.sum() / fine.sum())
    assert np.mean(areas) == pytest.approx(1, abs=0.06)
    assert np.abs(np.array(areas) - 1).max() < 0.085
    low, high = body.mesh.positions_m.min(0), body.mesh.positions_m.max(0)
    for mesh in (body.coarse, body.far):
        assert (mesh.positions_m.min(0) > low - 0.015).all()
        assert (mesh.positions_m.max(0) < high + 0.015).all()


def test_boxes_hold_every_pose(body):
    rng = np.random.default_rng(1)
    at = columns(
        24,
        wheel_rad=rng.uniform(-50, 50, 24),
        gait_phase=rng.uniform(0, 9, 24),
        gait_weight=rng.uniform(0, 1, 24),
    )
    half, centre = np.array(body.size_lwh_m) / 2, np.array(body.centre_m)
    for bones in bone_matrices([body] * 24, at):
        for mesh in (body.mesh, body.coarse, body.far):
            assert (np.abs(posed_vertices(body, bones, mesh) - centre) - half).max() < 0.02


@pytest.mark.parametrize(
    "spec", [s for s in SPECS if s.shape != "dog"], ids=lambda s: f"{s.shape}/{s.variant}"
)
def test_wheels_roll_without_slipping(spec):
    body, rolled_m = build_body(spec), 0.31
    w = body.skeleton.wheels
    at = columns(2, wheel_rad=np.array([0.0, rolled_m / w.rear_radius_m]))
    before, after = bone_matrices([body, body], at).astype(float)
    for bone, x, radius in ((1, w.wheelbase_m, w.front_radius_m), (2, 0.0, w.rear_radius_m)):
        contact = after[bone] @ np.linalg.inv(np.vstack([before[bone], [0, 0, 0, 1]])) @ [x, 0.0, 0.0, 1.0]
        turned = rolled_m / radius
        assert contact[0] == pytest.approx(x - radius * np.sin(turned), abs=1e-5)
        assert contact[2] == pytest.approx(radius - radius * np.cos(turned), abs=1e-5)


@pytest.mark.parametrize("variant", range(5))
def test_paws_on_the_ground_stay_where_they_are(variant):
    body = build_body(CompanionSpec("dog", variant))
    dog, step_m = body.skeleton, 0.002
    phases = np.linspace(0, 1, 80, endpoint=False)
    rest = np.array(
        [body.mesh.positions_m[body.mesh.joints[:, 0] == leg_bone(k, 2)].min(0) for k in range(4)]
    )
    paths = []
    for shift in (0.0, step_m):
        at = columns(
            80,
            gait_phase=phases + shift / dog.stride_m,
            gait_weight=np.ones(80),
            position_m=np.outer(np.full(80, shift), [1.0, 0, 0]),
        )
        bones = bone_matrices([body] * 80, at).astype(float)
        points = np.stack(
            [bones[:, leg_bone(k, 2)] @ np.append(rest[k] * [1, 1, 0], 1.0) for k in range(len(LEGS))], 1
        )
        paths.append(points)
    first, points = paths
    down = first[..., 2] < 0.02
    assert (down.sum(1) >= 2).mean() > 0.9, "dogs that walk have two paws or more on the ground"
    slips = np.linalg.norm((points - first)[..., :2], axis=-1)[down]
    assert np.median(slips) < 0.12 * step_m
    rigid = bones[..., :3] @ bones[..., :3].swapaxes(-1, -2)
    np.testing.assert_allclose(rigid, np.broadcast_to(np.eye(3), rigid.shape), atol=1e-4)


PEOPLE = [PersonSpec(gender=0.9, top="shirt"), PersonSpec(gender=0.1, height=-0.5), PersonSpec(age="old")]


@pytest.mark.parametrize("person", PEOPLE, ids=["man", "woman", "old"])
@pytest.mark.parametrize("shape", CHAIRS)
def test_who_sits_in_a_wheelchair(shape, person):
    chair = build_body(CompanionSpec(shape, 0))
    rider = build_body(RiderSpec(person, CompanionSpec(shape, 0)))
    for turn in (0.0, 0.7, 1.9):
        at = columns(
            2,
            position_m=np.array([[0.0, 0, 0], [hip_ahead_m(rider), 0, 0]]),
            wheel_rad=np.full(2, turn),
            gait_weight=np.ones(2),
        )
        bones = bone_matrices([chair, rider], at).astype(float)
        skin = posed_vertices(rider, bones[1])
        half, centre = np.array(rider.size_lwh_m) / 2, np.array(rider.centre_m)
        inside = skin - [hip_ahead_m(rider), 0, 0] - centre
        assert (np.abs(inside) - half).max() < 0.02
        m = rider.skeleton.seat.measures
        rest = rider.skeleton.rest_m
        joints = {b: bones[1, k] @ np.append(rest[k], 1.0) for k, b in enumerate(BONES)}
        for one, other in (("thigh_l", "calf_l"), ("calf_l", "foot_l"), ("upperarm_r", "lowerarm_r")):
            wanted = np.linalg.norm(rest[BONES.index(one)] - rest[BONES.index(other)])
            assert np.linalg.norm(joints[one] - joints[other]) == pytest.approx(wanted, abs=2e-4)
        assert abs(joints["thigh_l"][2] - m.saddle_m[1]) < 0.16, "hips are on the seat"
        assert joints["calf_l"][0] > joints["thigh_l"][0] + 0.2, "knees are before the hips"
        if m.rim_m is not None:
            for side in "lr":
                x, z, radius = m.rim_m
                hand = joints[f"hand_{side}"]
                assert abs(np.hypot(hand[0] - x, hand[2] - z) - radius) < 0.13, "hands are at the rims"
    seen = keypoints_world([chair, rider], bones)
    assert np.isnan(seen[0]).all()
    assert np.isfinite(seen[1]).all()


def test_hands_go_with_the_rims_and_come_back():
    person = PersonSpec(gender=0.9)
    rider = build_body(RiderSpec(person, CompanionSpec("wheelchair", 0)))
    turns = np.linspace(0, 2 * PUSH_RAD, 60)
    bones = bone_matrices([rider] * 60, columns(60, wheel_rad=turns, gait_weight=np.ones(60)))
    hand = bones[:, BONES.index("hand_l")] @ np.append(rider.skeleton.rest_m[BONES.index("hand_l")], 1.0)
    assert np.abs(np.diff(hand, axis=0)).max() < 0.035, "no jumps"
    np.testing.assert_allclose(hand[0], hand[-1], atol=2e-3)
    assert hand[30, 0] > hand[0, 0] + 0.15, "forward while pushing"


def held(spec, phase=0.1, speed=1.2):
    body = build_body(spec)
    gait = steady_stride(leg_length_m(body), speed, np.array([phase]))
    bones = bone_matrices([body], pose_columns(gait, np.zeros((1, 3)), np.zeros(1)))[0].astype(float)
    joints = {b: bones[k] @ np.append(body.skeleton.rest_m[k], 1.0) for k, b in enumerate(BONES)}
    return body, bones, joints


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_umbrellas_are_over_heads_and_in_hands(seed):
    spec = PersonSpec(held="umbrella", seed=seed, gender=0.1 * seed)
    body, bones, joints = held(spec)
    side = "lr"[body.skeleton.held_side]
    thing = body.mesh.joints[:, 0] == HELD_BONE
    canopy = posed_vertices(body, bones)[thing]
    own = posed_vertices(body, bones)[~thing]
    top = canopy[canopy[:, 2] > canopy[:, 2].max() - 0.3]
    head = joints["head"]
    assert np.hypot(*(top[:, :2].mean(0) - head[:2])) < 0.2
    assert top[:, 2].min() > own[:, 2].max() - 0.12
    grip = bones[HELD_BONE][:, 3]
    assert np.linalg.norm(grip - joints[f"hand_{side}"]) < 0.11
    assert joints[f"hand_{side}"][2] > joints["spine_02"][2] - 0.1


def test_canes_touch_the_ground_when_the_other_foot_does():
    spec = PersonSpec(held="cane", age="old", seed=3)
    heights = []
    for phase in np.arange(12) / 12:
        body, bones, joints = held(spec, phase, 0.9)
        tip = bones[HELD_BONE] @ [0.0, 0.0, -body.skeleton.held_m, 1.0]
        heights.append(tip[2])
        hand = "lr"[body.skeleton.held_side]
        assert np.linalg.norm(bones[HELD_BONE][:, 3] - joints[f"hand_{hand}"]) < 0.12
    assert min(heights) == pytest.approx(0.0, abs=0.012)
    assert sum(h < 0.02 for h in heights) >= 6
    assert max(heights) > 0.03


def test_hands_hold_the_bar_of_the_pram():
    _, _, joints = held(PersonSpec(held="pram", seed=2))
    pram = build_body(CompanionSpec("pram", 0))
    assert pram.footprint_m[0] == pytest.approx(PRAM_BAR_M[0], abs=0.03)
    for side, sign in (("l", 1), ("r", -1)):
        assert np.linalg.norm(joints[f"hand_{side}"] - [BAR_AHEAD_M, sign * 0.15, PRAM_BAR_M[1]]) < 0.13


@pytest.mark.parametrize("variant", [0, 1])
def test_trams_bend_at_their_joints(variant):
    body = build_body(VehicleSpec("tram", variant))
    m = body.skeleton.model
    straight, bent = bone_matrices([body] * 2, columns(2, steer_rad=np.array([0.0, 0.3]))).astype(float)
    np.testing.assert_allclose(straight, np.broadcast_to(np.eye(3, 4), straight.shape), atol=1e-6)
    for k, x in enumerate(m.joints_m):
        here, there = (bent[n] @ [x, 0.0, 1.0, 1.0] for n in (k, k + 1))
        np.testing.assert_allclose(here, there, atol=1e-5)
    headings = np.arctan2(bent[: m.sections, 1, 0], bent[: m.sections, 0, 0])
    assert (np.diff(headings) > 0.02).all(), "each section turns on to the left"
    assert m.length_m == pytest.approx(body.size_lwh_m[0], abs=0.2)
    assert AGENT_CLASSES["vehicle.tram"] == Semantic.TRAIN
    assert (body.mesh.semantic == Semantic.TRAIN).all()


def test_samples_can_be_built_and_have_their_class():
    rng = np.random.default_rng(5)
    drawn = [sample_companion(rng, shape) for shape in COMPANION_VARIANTS for _ in range(12)]
    for spec in drawn:
        assert (build_body(spec).mesh.semantic == AGENT_CLASSES[COMPANION_CATEGORIES[spec.shape]]).all()
    again = np.random.default_rng(5)
    assert drawn == [sample_companion(again, shape) for shape in COMPANION_VARIANTS for _ in range(12)]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (CompanionSpec("dok"), "did you mean 'dog'"),
        (CompanionSpec("pram", 2), "2 of a pram, wanted 0 to 1"),
        (CompanionSpec("dog", 0, (0, 0, 300)), "wanted three numbers from 0 to 255"),
        (PersonSpec(held="sword"), "held: 'sword' is not known; use one of none, umbrella, cane, pram"),
        (
            RiderSpec(PersonSpec(age="child"), CompanionSpec("powered_wheelchair")),
            "do not reach its footrest",
        ),
        (VehicleSpec("tram", 2), "variant 2 of vehicle shape 'tram': wanted 0 to 1"),
        (VehicleSpec("tram", 0, livery="taxi"), "livery 'taxi' of a tram"),
    ],
)
def test_impossible_bodies_are_named(spec, message):
    with pytest.raises(UsageError, match=message):
        build_body(spec)
