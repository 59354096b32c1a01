"""People: shapes are sound, legs reach, and feet that bear do not slide, whatever the body does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import pytest

from sim.bodies import MAX_BONES, Body, PersonSpec, posed_vertices
from sim.bodies.people import (
    BONES,
    GaitColumns,
    PersonShares,
    advance_gait,
    build_person,
    fabric_textures,
    leg_length_m,
    person_bones,
    pose_columns,
    sample_person,
    start_gait,
    steady_stride,
)
from sim.bodies.people.details import INKS
from sim.bodies.people.head import PUPIL_RGB
from sim.bodies.people.shape import human_data
from sim.errors import UsageError
from sim.geometry import Mesh
from sim.randomness import stream
from sim.taxonomy import Semantic

DT_S = 0.05
PLAIN_LOOKS = [
    PersonSpec(),
    PersonSpec(age="child", gender=1.0, top="tshirt", bottom="shorts", height=-0.5),
    PersonSpec(age="old", gender=0.0, top="coat", bottom="skirt", hair="bob", weight=0.8),
    PersonSpec(gender=0.0, top="shirt", bottom="skirt", hair="long", height=0.8, weight=-0.7),
    PersonSpec(gender=1.0, top="coat", hair="bald", height=0.9, muscle=0.8),
]
LOOKS = [
    *PLAIN_LOOKS,
    PersonSpec(gender=1.0, top="jacket", headwear="beanie", bag="backpack"),
    PersonSpec(gender=0.0, top="coat", headwear="headscarf", bag="shoulder", hair="long"),
    PersonSpec(gender=1.0, top="shirt", headwear="cap", vest=True, bag="tote"),
    PersonSpec(age="child", top="jacket", headwear="hood", bag="backpack"),
    PersonSpec(age="old", gender=0.0, headwear="hat", hair="bob", vest=True, top="coat"),
    PersonSpec(gender=0.0, hair="ponytail", top="tshirt", seed=3),
    PersonSpec(gender=0.0, hair="bun", top="jacket", seed=4),
    PersonSpec(gender=1.0, hair="curly", top="shirt", seed=5),
]


def level(xy):
    return np.zeros(len(xy))


def kerb(xy):
    """Two pavements 0.12 m above a carriageway."""
    return np.where((xy[:, 0] > 2.0) & (xy[:, 0] < 6.0), 0.0, 0.12)


@lru_cache
def bodies(count: int = 6) -> tuple[Body, ...]:
    drawn = [sample_person(stream(5, f"p{i}")) for i in range(count - 2)]
    return (build_person(LOOKS[1]), build_person(LOOKS[4]), *(build_person(s) for s in drawn))


Tick = tuple[GaitColumns, np.ndarray, np.ndarray, np.ndarray]


def walk(seconds: float, seed: int, ground=level) -> Iterator[Tick]:
    """People who wander, turn on the spot, stop dead and are pushed: (gait, position, yaw, velocity)."""
    people = bodies()
    n, rng = len(people), np.random.default_rng(seed)
    leg_m = np.array([leg_length_m(b) for b in people])
    yaw, position = rng.uniform(-3, 3, n), np.zeros((n, 3))
    if ground is kerb:
        yaw = rng.uniform(-0.3, 0.3, n)
    position[:, 2] = ground(position[:, :2])
    gait = start_gait(leg_m, position, yaw, ground)
    speed, turning, goal, goal_turn = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    push = np.zeros((n, 2))
    for tick in range(int(seconds / DT_S)):
        if tick % 30 == 0:
            goal = rng.choice([0.0, 0.7, 1.3, 1.7], n)
            goal_turn = rng.choice([0.0, 0.0, 0.8, -0.8], n) * (0.3 if ground is kerb else 1)
            push = rng.normal(0, 0.25, (n, 2)) * (rng.uniform(size=(n, 1)) < 0.2)
        speed += np.clip(goal - speed, -4 * DT_S, 1.5 * DT_S)
        turning += np.clip(goal_turn - turning, -3 * DT_S, 3 * DT_S)
        push = push * 0.85
        yaw = yaw + turning * DT_S
        velocity = np.stack([np.cos(yaw), np.sin(yaw)], -1) * speed[:, None] + push
        position = position + np.concatenate([velocity * DT_S, np.zeros((n, 1))], 1)
        position[:, 2] = ground(position[:, :2])
        gait = advance_gait(gait, leg_m, position, yaw, velocity, turning, DT_S, ground)
        yield gait, position, yaw, velocity


def soles(body: Body) -> list[np.ndarray]:
    """Vertices on the sole of the left and right shoe."""
    bottom = body.mesh.positions_m[:, 2] < 0.002
    left = body.mesh.positions_m[:, 1] > 0
    return [np.flatnonzero(bottom & left), np.flatnonzero(bottom & ~left)]


@pytest.mark.parametrize("ground", [level, kerb])
def test_what_bears_does_not_slide(ground):
    people = bodies()
    before: list[list[np.ndarray | None]] = [[None, None] for _ in people]
    worst, planted, rolled = 0.0, 0, 0
    for gait, position, yaw, _ in walk(12, 3, ground):
        bones = person_bones(people, pose_columns(gait, position, yaw), np.arange(len(people)))
        swinging = gait.swinging
        for i, body in enumerate(people):
            for k, sole in enumerate(soles(body)):
                if swinging[i] == k:
                    before[i][k] = None
                    continue
                part = replace_vertices(body, sole)
                now = posed_vertices(part, bones[i])
                last = before[i][k]
                if last is not None:
                    # What touches the ground now and a tick ago has stayed where it was.
                    ground_m = gait.foot_m[i, k, 2]
                    touching = (now[:, 2] < ground_m + 0.001) & (last[:, 2] < ground_m + 0.001)
                    # A foot that rolls from heel to toes within one tick keeps no vertex down.
                    if touching.any():
                        worst = max(worst, float(np.linalg.norm((now - last)[touching], axis=1).max()))
                        planted += 1
                    else:
                        rolled += 1
                before[i][k] = now
    assert planted > 1000
    assert rolled < 0.01 * planted
    assert worst < 0.001


def replace_vertices(body: Body, rows: np.ndarray) -> Body:
    """A body of a few vertices, to pose nothing else."""
    m = body.mesh
    columns = ("positions_m", "normals", "uv", "color", "layer", "part", "semantic", "joints", "weights")
    return replace(
        body, mesh=replace(m, faces=np.zeros((0, 3), np.int32), **{c: getattr(m, c)[rows] for c in columns})
    )


def test_bearing_feet_keep_exact_place_and_heading():
    last = None
    for gait, _, _, _ in walk(20, 7):
        if last is not None:
            for k in (0, 1):
                bears = (gait.swinging != k) & (last.swinging != k)
                assert (gait.foot_m[bears, k] == last.foot_m[bears, k]).all()
                assert (gait.foot_yaw_rad[bears, k] == last.foot_yaw_rad[bears, k]).all()
        last = gait


@pytest.mark.parametrize(("ground", "seed"), [(level, 1), (level, 2), (kerb, 3)])
def test_legs_reach_their_feet_and_bones_are_rigid(ground, seed):
    people = bodies()
    rest = np.stack([b.skeleton.rest_m for b in people])
    for gait, position, yaw, _ in walk(15, seed, ground):
        bones = person_bones(people, pose_columns(gait, position, yaw), np.arange(len(people))).astype(float)
        r = bones[..., :3]
        np.testing.assert_allclose(r @ r.swapaxes(-1, -2), np.broadcast_to(np.eye(3), r.shape), atol=2e-6)
        assert (np.linalg.det(r) > 0.99).all()
        for parent, child in (
            (14, 16),
            (15, 17),
            (16, 18),
            (17, 19),
            (8, 10),
            (9, 11),
            (10, 12),
            (11, 13),
            (3, 4),
        ):
            point = np.concatenate([rest[:, child], np.ones((len(people), 1))], 1)
            by_parent = np.einsum("nij,nj->ni", bones[:, parent], point)
            by_child = np.einsum("nij,nj->ni", bones[:, child], point)
            assert np.linalg.norm(by_parent - by_child, axis=1).max() < 0.005, (BONES[parent], BONES[child])


def test_pelvis_stays_up():
    people = bodies()
    leg = np.array([leg_length_m(b) for b in people])
    rest = np.stack([b.skeleton.rest_m[0] for b in people])
    for gait, position, yaw, _ in walk(15, 4):
        bones = person_bones(people, pose_columns(gait, position, yaw), np.arange(len(people)))
        point = np.concatenate([rest, np.ones((len(people), 1))], 1)
        height = np.einsum("nij,nj->ni", bones[:, 0], point)[:, 2]
        drop = (rest[:, 2] - height) / leg
        assert drop.max() < 0.20
        assert drop.min() > -0.06


def test_motion_is_continuous():
    """No vertex jumps: a tick moves nothing further than a swinging foot flies."""
    people, last = bodies(), None
    for gait, position, yaw, velocity in walk(10, 11):
        bones = person_bones(people, pose_columns(gait, position, yaw), np.arange(len(people)))
        at = np.einsum(
            "nbij,nbj->nbi", bones[:, :22], np.stack([with_one(b.skeleton.rest_m) for b in people])
        )
        if last is not None:
            step = np.linalg.norm(at - last, axis=-1)
            assert step[:, :18].max() < 0.36
            assert step[:, :6].max() < 0.20
        last = at
        assert np.isfinite(velocity).all()


def with_one(points):
    return np.concatenate([points, np.ones((len(points), 1))], 1)


def test_small_changes_make_small_changes():
    people = bodies()
    rows = np.arange(len(people))
    rng = np.random.default_rng(0)
    for tick, (gait, position, yaw, _) in enumerate(walk(6, 13)):
        if tick % 10:
            continue
        columns = pose_columns(gait, position, yaw, rng.uniform(-0.5, 0.5, len(people)))
        moved = replace(
            columns,
            **{
                f: getattr(columns, f) + rng.uniform(-1e-5, 1e-5, getattr(columns, f).shape)
                for f in (
                    "position_m",
                    "yaw_rad",
                    "gait_phase",
                    "gait_weight",
                    "foot_m",
                    "foot_yaw_rad",
                    "look_yaw_rad",
                )
            },
        )
        a, b = person_bones(people, columns, rows), person_bones(people, moved, rows)
        for i, body in enumerate(people):
            assert np.abs(posed_vertices(body, a[i]) - posed_vertices(body, b[i])).max() < 3e-3


def test_stopping_brings_feet_together_and_then_nothing_moves():
    people = bodies()
    n = len(people)
    leg_m, position, yaw = np.array([leg_length_m(b) for b in people]), np.zeros((n, 3)), np.zeros(n)
    gait = start_gait(leg_m, position, yaw, level)
    velocity = np.tile([1.3, 0.0], (n, 1))
    for _ in range(60):
        position = position + np.array([1.3 * DT_S, 0, 0])
        gait = advance_gait(gait, leg_m, position, yaw, velocity, yaw, DT_S, level)
    steps = gait.phase * 2
    for _ in range(40):
        gait = advance_gait(gait, leg_m, position, yaw, velocity * 0, yaw, DT_S, level)
    assert (gait.phase * 2 - steps < 3).all()
    assert not gait.stepping.any()
    assert (np.abs(gait.foot_m[:, 0, 0] - gait.foot_m[:, 1, 0]) < 0.05).all()
    later = advance_gait(gait, leg_m, position, yaw, velocity * 0, yaw, DT_S, level)
    np.testing.assert_array_equal(later.foot_m, gait.foot_m)
    np.testing.assert_array_equal(later.foot_yaw_rad, gait.foot_yaw_rad)
    np.testing.assert_array_equal(later.phase, gait.phase)


def test_cadence_follows_the_walk_ratio():
    leg_m = np.array([0.87, 0.60])
    position, yaw, velocity = np.zeros((2, 3)), np.zeros(2), np.tile([1.3, 0.0], (2, 1))
    gait = start_gait(leg_m, position, yaw, level)
    phases = []
    for _ in range(400):
        position = position + np.array([1.3 * 0.02, 0, 0])
        gait = advance_gait(gait, leg_m, position, yaw, velocity, yaw, 0.02, level)
        phases.append(gait.phase)
    cadence_hz = 2 * (phases[-1] - phases[100]) / (299 * 0.02)
    assert cadence_hz[0] == pytest.approx(1.83, abs=0.08)
    assert cadence_hz[1] > 1.2 * cadence_hz[0]


def test_turning_on_the_spot_steps_round():
    leg_m, position = np.array([0.85]), np.zeros((1, 3))
    gait = start_gait(leg_m, position, np.zeros(1), level)
    yaw, zero = np.zeros(1), np.zeros((1, 2))
    for tick in range(100):
        rate = np.array([1.2 if tick < 50 else 0.0])
        yaw = yaw + rate * DT_S
        gait = advance_gait(gait, leg_m, position, yaw, zero, rate, DT_S, level)
    assert not gait.stepping.any()
    assert np.abs(gait.foot_yaw_rad - yaw[0]).max() < 0.3
    assert np.linalg.norm(gait.foot_m[0, :, :2], axis=1).max() < 0.2


def test_feet_land_on_the_ground_below_them():
    for gait, _, _, _ in walk(12, 3, kerb):
        for k in (0, 1):
            bears = gait.swinging != k
            foot = gait.foot_m[bears, k]
            ankle = kerb(foot[:, :2])
            assert (np.isclose(foot[:, 2], ankle) | (foot[:, 2] > ankle)).all()
            assert np.isin(np.round(foot[:, 2], 6), [0, 0.12]).all()


@pytest.mark.parametrize("spec", LOOKS)
def test_meshes_are_sound(spec):
    body = build_person(spec)
    m = body.mesh
    assert 1800 <= len(m.faces) <= (3650 if spec in PLAIN_LOOKS else 4500)
    np.testing.assert_allclose(m.weights.sum(1), 1, atol=1e-5)
    assert m.joints.max() < len(BONES) <= MAX_BONES
    np.testing.assert_allclose(np.linalg.norm(m.normals, axis=1), 1, atol=1e-3)
    assert (m.semantic == Semantic.PERSON).all()
    assert (m.part == 0).all()
    assert m.layer.max() < len(fabric_textures())
    assert (m.layer[m.faces] == m.layer[m.faces[:, :1]]).all()
    assert np.isfinite(m.positions_m).all()
    a, b, c = (m.positions_m[m.faces[:, k]].astype(float) for k in range(3))
    face = np.cross(b - a, c - a)
    # Shading normals lie on the outer side of nearly every face.
    agrees = np.einsum("fi,fi->f", face, m.normals[m.faces].sum(1)) > 0
    assert agrees.mean() > 0.97


@pytest.mark.parametrize("spec", LOOKS)
def test_nobody_stands_below_the_ground_or_leaves_the_box(spec):
    body = build_person(spec)
    gait = start_gait(np.array([leg_length_m(body)]), np.zeros((1, 3)), np.zeros(1), level)
    bones = person_bones([body], pose_columns(gait, np.zeros((1, 3)), np.zeros(1)), np.array([0]))
    points = posed_vertices(body, bones[0])
    assert points[:, 2].min() > -0.02
    assert points[:, 2].max() == pytest.approx(body.size_lwh_m[2], abs=0.09)


@pytest.mark.parametrize("seed", [21, 24])
def test_extent_holds_the_body_that_walks_turns_and_is_pushed(seed):
    people = bodies()
    for tick, (gait, position, yaw, _) in enumerate(walk(18, seed)):
        if tick % 2:
            continue
        bones = person_bones(people, pose_columns(gait, position, yaw), np.arange(len(people)))
        for i, body in enumerate(people):
            c, s = np.cos(yaw[i]), np.sin(yaw[i])
            local = (posed_vertices(body, bones[i]) - position[i]) @ np.array(
                [[c, -s, 0], [s, c, 0], [0, 0, 1]]
            )
            beyond = np.abs(local - body.centre_m) - np.array(body.size_lwh_m) / 2
            assert beyond.max() < 0.03


PIXEL_M = 0.0025


def silhouette(mesh: Mesh, azimuth_rad: float, elevation_rad: float) -> np.ndarray:
    """(H, W) bool: what an orthographic view of the bind pose covers."""
    ca, sa, ce, se = np.cos(azimuth_rad), np.sin(azimuth_rad), np.cos(elevation_rad), np.sin(elevation_rad)
    axes = np.array([[-sa, ca, 0], [-se * ca, -se * sa, -ce]])
    corners = ((mesh.positions_m - [0, 0, 0.9]) @ axes.T / PIXEL_M + 500)[mesh.faces]
    out = np.zeros((1000, 1000), np.uint8)
    for triangle in np.round(corners * 16).astype(np.int32):
        cv2.fillConvexPoly(out, triangle, 1, shift=4)
    return out > 0


def farthest_m(of: np.ndarray, beyond: np.ndarray) -> float:
    """How far a part of the first silhouette may lie from the second one."""
    away = cv2.distanceTransform((~beyond).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float(away[of].max()) * PIXEL_M


@pytest.mark.parametrize("spec", LOOKS)
def test_silhouettes_from_afar_are_those_from_near_by(spec):
    body = build_person(spec)
    assert body.coarse is not None
    for azimuth, elevation in ((0.0, 0.0), (0.8, 0.0), (1.57, 0.0), (2.4, 0.0), (0.5, 0.6)):
        fine, coarse = (silhouette(m, azimuth, elevation) for m in (body.mesh, body.coarse))
        assert 0.97 < coarse.sum() / fine.sum() < 1.06
        assert farthest_m(fine, coarse) < 0.021 + PIXEL_M, (azimuth, elevation)
        assert farthest_m(coarse, fine) < 0.023, (azimuth, elevation)


@pytest.mark.parametrize("spec", LOOKS)
def test_coarse_meshes_are_few_of_the_same_points(spec):
    body = build_person(spec)
    fine, coarse = body.mesh, body.coarse
    assert coarse is not None
    assert 400 < len(coarse.faces) <= (800 if spec in PLAIN_LOOKS else 1150)
    assert (np.count_nonzero(fine.weights, axis=1) <= 3).all()
    assert (np.count_nonzero(coarse.weights, axis=1) <= 2).all()
    np.testing.assert_allclose(coarse.weights.sum(1), 1, atol=1e-5)

    near = np.linalg.norm(fine.positions_m[:, None] - coarse.positions_m, axis=-1)
    columns = ("normals", "uv", "color", "layer", "semantic")
    for i in range(len(coarse.positions_m)):
        # Near by and from afar a point has the same normal, color and fabric and nearly the same place.
        twins = np.flatnonzero(near[:, i] < 0.005)
        if len(twins) == 0:
            # Only under hair are points of which the fine mesh shows nothing.
            np.testing.assert_array_equal(coarse.color[i, :3], spec.hair_srgb)
            continue
        same = np.ones(len(twins), bool)
        for c in columns:
            same &= (getattr(fine, c)[twins] == getattr(coarse, c)[i]).reshape(len(twins), -1).all(1)
        assert same.any()
    assert (coarse.positions_m.min(0) > fine.positions_m.min(0) - 0.005).all()
    assert (coarse.positions_m.max(0) < fine.positions_m.max(0) + 0.005).all()
    assert set(np.unique(coarse.layer)) == set(np.unique(fine.layer))


@pytest.mark.parametrize("part", ["head", "hand_l", "hand_r"])
def test_coarse_skin_has_no_holes(part):
    """From afar the only border of heads and hands is where they end, and that is the same from near by."""

    def border(faces: np.ndarray) -> set[tuple[int, int]]:
        edges = [(int(f[k]), int(f[(k + 1) % 3])) for f in faces for k in range(3)]
        assert len(set(edges)) == len(edges)
        return {e for e in edges if e[::-1] not in set(edges)}

    faces = human_data().faces
    assert len(faces[f"{part}_far"]) < 0.5 * len(faces[part])
    fine, coarse = border(faces[part]), border(faces[f"{part}_far"])
    # From near by, heads are open behind eyes and lips as well.
    assert coarse == fine if part != "head" else coarse < fine
    assert sorted(a for a, _ in coarse) == sorted(b for _, b in coarse) == sorted({a for a, _ in coarse})
    if part == "head":
        data = human_data()
        head, rim = data.base_m[data.spans["head"]], [a for a, _ in coarse]
        assert head[rim, 2].max() < head[:, 2].max() - 0.2


def stride(body: Body) -> np.ndarray:
    """(3, bones, 3, 4) bone matrices at three moments of a quick step."""
    gait = steady_stride(leg_length_m(body), 1.5, np.array([0.1, 0.35, 0.6]))
    return person_bones([body] * 3, pose_columns(gait, np.zeros((3, 3)), np.zeros(3)), np.arange(3))


@pytest.mark.parametrize("spec", LOOKS)
def test_coarse_bodies_bend_like_fine_ones(spec):
    """Two bones a vertex do: the coarse mesh keeps to the fine one in a stride."""
    body = build_person(spec)
    assert body.coarse is not None
    for b in stride(body):
        shapes = []
        for mesh in (body.mesh, body.coarse):
            shapes.append(replace(mesh, positions_m=posed_vertices(body, b, mesh).astype(np.float32)))
        for azimuth in (0.0, 1.57):
            fine, coarse = (silhouette(m, azimuth, 0.0) for m in shapes)
            assert farthest_m(fine, coarse) < 0.03
            assert farthest_m(coarse, fine) < 0.03


@pytest.mark.parametrize("spec", LOOKS)
def test_far_bodies_have_the_same_outline_standing_and_in_a_stride(spec):
    body = build_person(spec)
    assert body.far is not None
    poses = [(body.mesh, body.far)]
    for b in stride(body):
        poses.append(
            tuple(replace(m, positions_m=posed_vertices(body, b, m).astype(np.float32)) for m in poses[0])  # type: ignore[arg-type]
        )
    for shapes in poses:
        for azimuth in np.arange(8) * np.pi / 4:
            fine, far = (silhouette(m, azimuth, 0.05) for m in shapes)
            assert 0.94 < far.sum() / fine.sum() < 1.06
            assert farthest_m(fine, far) < 0.07, azimuth
            assert farthest_m(far, fine) < 0.045, azimuth


@pytest.mark.parametrize("spec", LOOKS)
def test_far_meshes_are_fewer_of_the_same_points(spec):
    """Each vertex has color, fabric, normal and strongest bone of a fine one from which it moved level."""
    body = build_person(spec)
    fine, far = body.mesh, body.far
    assert far is not None
    assert 200 < len(far.faces) <= (265 if spec in PLAIN_LOOKS else 340)
    assert (np.count_nonzero(far.weights, axis=1) <= 2).all()
    np.testing.assert_allclose(far.weights.sum(1), 1, atol=1e-5)
    for mesh in (far, fine):
        assert (mesh.layer[mesh.faces] == mesh.layer[mesh.faces[:, :1]]).all()

    def looks(mesh: Mesh) -> np.ndarray:
        parts = mesh.color, mesh.layer[:, None], mesh.normals, mesh.positions_m[:, 2:], mesh.joints[:, :1]
        return np.concatenate([part.astype(np.float32) for part in parts], 1)

    # Only under hair are points of which the fine mesh shows nothing.
    bare = ~(far.color[:, :3] == np.array(spec.hair_srgb)).all(1) | (spec.hair == "bald")
    same = (looks(far)[bare, None] == looks(fine)[None]).all(2)
    moved_m = np.linalg.norm(far.positions_m[bare, None] - fine.positions_m[None], axis=2)
    assert (np.where(same, moved_m, np.inf).min(1) < 0.0151).all()
    assert (far.positions_m.min(0) > fine.positions_m.min(0) - 0.015).all()
    assert (far.positions_m.max(0) < fine.positions_m.max(0) + 0.015).all()
    half = np.array(body.size_lwh_m) / 2
    for b in stride(body):
        beyond = np.abs(posed_vertices(body, b, far) - body.centre_m) - half
        assert beyond[:, :2].max() < 0
        assert beyond[:, 2].max() < 0.02


def test_heads_turn_and_feet_stay():
    body = build_person(PersonSpec())
    gait = start_gait(np.array([leg_length_m(body)] * 2), np.zeros((2, 3)), np.zeros(2), level)
    columns = pose_columns(gait, np.zeros((2, 3)), np.zeros(2), np.array([0.0, 0.8]))
    bones = person_bones([body, body], columns, np.array([0, 1]))
    head, feet = BONES.index("head"), slice(14, 22)
    turn = bones[1, head, :, :3] @ bones[0, head, :, :3].T
    assert np.arctan2(turn[1, 0], turn[0, 0]) == pytest.approx(0.8, abs=0.02)
    np.testing.assert_array_equal(bones[0, feet], bones[1, feet])


def test_rows_choose_people():
    people = bodies()
    *_, (gait, position, yaw, _) = walk(2, 9)
    columns = pose_columns(gait, position, yaw)
    everyone = person_bones(people, columns, np.arange(len(people)))
    some = person_bones([people[4], people[1]], columns, np.array([4, 1]))
    np.testing.assert_allclose(some, everyone[[4, 1]], atol=1e-6)
    assert person_bones(people, columns, np.array([], int)).shape == (0, MAX_BONES, 3, 4)


def test_people_are_balanced_and_repeatable():
    drawn = [sample_person(stream(2, f"p{i}")) for i in range(3000)]
    ages = np.array([s.age for s in drawn])
    for age, share in (("child", 0.12), ("young", 0.68), ("old", 0.20)):
        assert (ages == age).mean() == pytest.approx(share, abs=0.03)
    assert np.mean([s.gender > 0.5 for s in drawn]) == pytest.approx(0.5, abs=0.03)
    np.testing.assert_allclose(np.mean([s.ancestry for s in drawn], 0), 1 / 3, atol=0.02)
    light, dark = np.array([238, 196, 168]), np.array([70, 42, 28])
    melanin = [np.mean((light - s.skin_srgb) / (light - dark)) for s in drawn]
    assert np.mean(melanin) == pytest.approx(1.2 / 2.7, abs=0.04)
    assert all(s.gender < 0.5 for s in drawn if s.bottom == "skirt")
    worn = np.array([s.headwear for s in drawn])
    women = np.array([s.gender < 0.5 and s.age != "child" for s in drawn])
    assert (worn[women] == "headscarf").mean() == pytest.approx(0.12, abs=0.025)
    assert not (worn[~women] == "headscarf").any()
    assert set(worn) == {"none", "beanie", "cap", "hat", "headscarf", "hood"}
    bags = np.array([s.bag for s in drawn])
    assert (bags != "none").mean() == pytest.approx(0.12 * 0.26 + 0.68 * 0.37 + 0.2 * 0.31, abs=0.03)
    assert np.mean([s.vest for s in drawn if s.age != "child"]) == pytest.approx(0.03, abs=0.012)
    assert not any(s.vest for s in drawn if s.age == "child")
    assert drawn[:50] == [sample_person(stream(2, f"p{i}")) for i in range(50)]
    assert all(abs(sum(s.ancestry) - 1) < 1e-3 for s in drawn)
    assert sample_person(stream(2, "x"), age="old", hair="bob").age == "old"


def test_shares_of_people_are_arguments():
    wanted = PersonShares(child=0.3, old=0.5, female=0.8, skin_light=1.0, skin_dark=3.0, beard=0.9, scarf=0.6)
    drawn = [sample_person(stream(5, f"p{i}"), wanted) for i in range(1500)]
    assert np.mean([s.age == "child" for s in drawn]) == pytest.approx(0.3, abs=0.04)
    assert np.mean([s.age == "old" for s in drawn]) == pytest.approx(0.5, abs=0.04)
    assert np.mean([s.gender < 0.5 for s in drawn]) == pytest.approx(0.8, abs=0.04)
    light, dark = np.array([238, 196, 168]), np.array([70, 42, 28])
    melanin = [np.mean((light - s.skin_srgb) / (light - dark)) for s in drawn]
    assert np.mean(melanin) == pytest.approx(0.75, abs=0.04)
    men = [s for s in drawn if s.gender > 0.5 and s.age != "child"]
    assert np.mean([s.beard != "none" for s in men]) == pytest.approx(0.9, abs=0.05)
    assert all(s.beard == "none" for s in drawn if s.gender < 0.5 or s.age == "child")
    coats = [s.top in ("jacket", "coat") for s in drawn]
    assert np.mean([s.scarf for s in drawn]) == pytest.approx(0.6 * np.mean(coats), abs=0.04)
    bare = [
        sample_person(stream(6, f"p{i}"), PersonShares(headwear=0, headscarf=0, bag=0, vest=0))
        for i in range(200)
    ]
    assert {(s.headwear, s.bag, s.vest) for s in bare} == {("none", "none", False)}
    with pytest.raises(UsageError, match=r"people\.beard is 1\.5, wanted 0 to 1"):
        PersonShares(beard=1.5)
    with pytest.raises(UsageError, match=r"people\.child \+ people\.old"):
        PersonShares(child=0.6, old=0.5)


def test_equal_descriptions_give_one_body_and_different_ones_differ():
    spec = PersonSpec(seed=4)
    assert build_person(spec) is build_person(PersonSpec(seed=4))
    again = build_person.__wrapped__(spec)
    np.testing.assert_array_equal(again.mesh.positions_m, build_person(spec).mesh.positions_m)
    np.testing.assert_array_equal(again.mesh.color, build_person(spec).mesh.color)
    tall = build_person(PersonSpec(seed=4, height=0.8))
    assert tall.size_lwh_m[2] > build_person(spec).size_lwh_m[2] + 0.05
    assert leg_length_m(build_person(LOOKS[1])) < 0.8 * leg_length_m(build_person(LOOKS[4]))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("age", "baby"),
        ("hair", "mohawk"),
        ("beard", "long"),
        ("top", "toga"),
        ("bottom", "kilt"),
        ("gender", 1.2),
        ("height", -1.5),
        ("weight", float("nan")),
        ("ancestry", (0.5, 0.5, 0.5)),
        ("skin_srgb", (300, 0, 0)),
        ("headwear", "crown"),
        ("bag", "trunk"),
        ("vest_srgb", (0, 0, 256)),
        ("seed", -1),
    ],
)
def test_bad_descriptions_are_refused_by_name(field, value):
    with pytest.raises(UsageError, match=rf"person\.{field}"):
        build_person(replace(PersonSpec(), **{field: value}))


def test_unknown_fields_and_bodies_without_legs_are_refused():
    with pytest.raises(UsageError, match="hair"):
        sample_person(stream(1, "x"), hairs="bob")
    with pytest.raises(UsageError, match="legs"):
        leg_length_m(replace(bodies()[0], kind="vehicle", skeleton=None))


def test_fabrics_are_tints_that_tile():
    tiles = fabric_textures()
    assert tiles.shape == (16, 128, 128, 4)
    assert tiles.dtype == np.uint8
    assert len(np.unique(tiles[0, ..., 3])) == 1, "skin has no folds"
    assert (np.ptp(tiles[1:, ..., 3], axis=(1, 2)) > 120).all()
    assert tiles[..., :3].mean() > 190
    # Across the edge a tile changes no more than inside it.
    for band, axis in ((0, 1), (0, 2), (3, 1), (3, 2)):
        t = tiles[..., band].astype(float)
        inside = np.abs(np.diff(t, axis=axis)).mean((1, 2))
        edge = np.abs(np.take(t, 0, axis) - np.take(t, -1, axis)).mean(1)
        assert (edge < 2.5 * inside + 1).all()


def test_some_shirts_have_prints_on_the_chest_alone():
    inks, found = {tuple(map(int, ink)) for ink in INKS}, []
    for seed in range(20):
        body = build_person(PersonSpec(top="tshirt", seed=seed))
        printed = np.array([tuple(c) in inks for c in body.mesh.color[:, :3].tolist()])
        found.append(printed.any())
        if not printed.any():
            continue
        at, normals = body.mesh.positions_m[printed], body.mesh.normals[printed]
        assert (normals[:, 0] > 0.4).all(), "on the front"
        assert np.abs(at[:, 1].mean()) < 0.01, "in the middle"
        assert np.ptp(at[:, 1]) < 0.22
        assert 0.6 < at[:, 2].min() / body.size_lwh_m[2] < at[:, 2].max() / body.size_lwh_m[2] < 0.85
        colors = [set(map(tuple, m.color[:, :3].tolist())) for m in (body.coarse, body.far) if m is not None]
        assert not any(inks & seen for seen in colors), "from near by alone"
    assert 4 <= sum(found) <= 14


def test_heads_are_their_own_mirror_images():
    """Triangles of one half are those of the other, so no face is crooked by the choice of its triangles."""
    data = human_data()
    points, faces = data.base_m[data.spans["head"]].astype(float), data.faces["head"]
    twin = np.linalg.norm(points[:, None] * [1, -1, 1] - points, axis=-1)
    assert twin.min(1).max() < 1e-4
    mirrored = twin.argmin(1)[faces]
    assert {frozenset(f) for f in faces.tolist()} == {frozenset(f) for f in mirrored.tolist()}


@pytest.mark.parametrize("age", ["child", "young", "old"])
def test_eyes_look_ahead_with_pupils_in_their_middles(age):
    body = build_person(PersonSpec(age=age, headwear="headscarf"))
    eyes = body.skeleton.face_m[1:3]
    pupils = (body.mesh.color[:, :3] == PUPIL_RGB).all(1)
    at = body.mesh.positions_m[pupils].astype(float)
    for eye, side in zip(eyes, (1, -1), strict=True):
        own = at[at[:, 1] * side > 0]
        assert len(own) > 8
        assert np.abs(own[:, 1:].mean(0) - eye[1:]).max() < 5e-4
        assert 0.008 < own[:, 0].min() - eye[0] < own[:, 0].max() - eye[0] < 0.016


def test_heads_have_a_back_from_the_neck_to_the_crown():
    """Level rays from behind, beside the middle, meet the head at every height."""
    data = human_data()
    points, faces = data.base_m[data.spans["head"]].astype(float), data.faces["head"]
    neck = data.base_m[data.spans["joint"]][BONES.index("neck_01")][2]
    a, b, c = (points[faces[:, k]][:, 1:] for k in range(3))
    for y in (-0.021, 0.0005, 0.013):
        for z in np.linspace(neck + 0.03, points[:, 2].max() - 0.01, 40):
            sides = [
                (q - p)[:, 0] * (z - p[:, 1]) - (q - p)[:, 1] * (y - p[:, 0])
                for p, q in ((a, b), (b, c), (c, a))
            ]
            # Triangles whose outer side shows from behind run clockwise over (y, z) as seen from ahead.
            assert (np.stack(sides).max(0) < 0).sum() >= 1, (y, z)
