"""Joints of people of flesh and cloth against rays, cast by embree at the posed triangles."""

from functools import cache

import numpy as np
import pytest
import trimesh

from sim.bodies import (
    KEYPOINT_NAMES,
    PersonSpec,
    bone_matrices,
    build_body,
    keypoints_world,
    posed_vertices,
)
from sim.bodies.people import leg_length_m, pose_columns, steady_stride
from sim.geometry import BrownConrady, Intrinsics, Pose
from sim.labels.people import seen_keypoints

SPECS = (
    PersonSpec(gender=1.0, top="tshirt", bottom="shorts", hair="bald"),
    PersonSpec(gender=0.0, top="coat", bottom="skirt", hair="long", weight=0.7),
    PersonSpec(age="child", top="jacket", bottom="trousers", hair="short"),
    PersonSpec(gender=0.3, height=0.8, weight=-0.8, top="shirt", bottom="trousers", hair="bob"),
)
CAMERA_FROM_CARRIER = Pose(np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]]), np.array([0.0, 1.1, 0.0]))
PINHOLE = Intrinsics(320, 180, 233.0, 233.0, 160.0, 90.0)
BARREL = Intrinsics(320, 180, 233.0, 233.0, 160.0, 90.0, BrownConrady(k1=-0.25, k2=0.07))

PIXEL = np.stack(np.meshgrid(*[np.linspace(0, 1, 9)] * 2), -1).reshape(-1, 2)


def standing(spec, phase, x_m, y_m, yaw_rad):
    """A body mid-stride and its bones."""
    body = build_body(spec)
    gait = steady_stride(leg_length_m(body), 1.3, np.array([phase]))
    bones = bone_matrices([body], pose_columns(gait, np.zeros((1, 3)), np.zeros(1)))[0].astype(float)
    world_from_start = Pose.from_xyz_euler(x_m, y_m, 0.0, yaw_rad)
    moved = world_from_start.rotation @ bones
    moved[..., 3] += world_from_start.translation_m
    return body, moved


def street(people):
    """Meshes of all and the owner of each face, in the camera frame."""
    corners, owner = [], []
    for number, (body, bones) in enumerate(people, 1):
        posed = CAMERA_FROM_CARRIER.apply(posed_vertices(body, bones))[body.mesh.faces]
        corners.append(posed)
        owner.append(np.full(len(posed), number))
    corners = np.concatenate(corners)
    mesh = trimesh.Trimesh(corners.reshape(-1, 3), np.arange(3 * len(corners)).reshape(-1, 3), process=False)
    return trimesh.ray.ray_pyembree.RayMeshIntersector(mesh), np.concatenate(owner)


def first_hits(scene, owner, rays):
    """Owner (0: nobody) and distance of what unit rays from the origin meet first."""
    index = np.zeros(len(rays), int)
    points, ray, face = scene.intersects_location(np.zeros_like(rays), rays, multiple_hits=False)
    distance = np.full(len(rays), np.inf)
    index[ray], distance[ray] = owner[face], np.linalg.norm(points, axis=1)
    return index, distance


@cache
def pixel_rays(k):
    v, u = np.mgrid[: k.height_px, : k.width_px] + 0.5
    return k.rays(np.stack([u, v], -1).reshape(-1, 2))


def pictures(scene, owner, k):
    """Instance and depth image."""
    rays = pixel_rays(k)
    index, distance = first_hits(scene, owner, rays)
    size = (k.height_px, k.width_px)
    return index.reshape(size).astype(np.int32), (distance * rays[:, 2]).reshape(size).astype(np.float32)


def labelled(people, k):
    scene, owner = street(people)
    instance, depth = pictures(scene, owner, k)
    joints = np.concatenate([keypoints_world([body], bones[None]) for body, bones in people])
    ids = np.arange(1, len(people) + 1)
    return scene, owner, joints, seen_keypoints(joints, ids, k, CAMERA_FROM_CARRIER, instance, depth)


def shown(scene, owner, number, joints, directions):
    """Whether the first surface on rays is the person's and at most 0.15 m before its joint."""
    rays = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    index, distance = first_hits(scene, owner, rays)
    deep = np.linalg.norm(joints, axis=1) * (1 - distance * rays[:, 2] / joints[:, 2])
    return (index == number) & (deep <= 0.15)


@pytest.mark.parametrize("k", [PINHOLE, BARREL], ids=["pinhole", "barrel"])
def test_visibility_equals_that_of_the_exact_ray(k):
    """The image has one ray a pixel, the oracle the joint's own: they differ only beside a silhouette."""
    rng = np.random.default_rng(3)
    different = count = 0
    seen = set()
    for _ in range(4):
        people = [
            standing(SPECS[i], rng.uniform(), 3.0 + 1.2 * i, rng.uniform(-1.2, 1.2), rng.uniform(-3.1, 3.1))
            for i in rng.permutation(4)
        ]
        scene, owner, joints, found = labelled(people, k)
        local = CAMERA_FROM_CARRIER.apply(joints)
        for number, (points, keypoints) in enumerate(zip(local, found, strict=True), 1):
            pixels = k.project(points)
            inside = ((pixels >= 0) & (pixels < (k.width_px, k.height_px))).all(1)
            assert ((keypoints.visibility > 0) == inside).all()
            expected = shown(scene, owner, number, points, points)
            differs = inside & (keypoints.visibility == 2) != inside & expected
            # There the joint's pixel holds a silhouette: other rays through it see what the image has.
            for point, pixel in zip(points[differs], pixels[differs], strict=True):
                around = k.rays(np.floor(pixel) + PIXEL)
                answers = shown(scene, owner, number, np.tile(point, (len(around), 1)), around)
                assert answers.any()
                assert not answers.all()
            count += len(points)
            different += int(differs.sum())
            seen |= set(keypoints.visibility.tolist())
    assert {1, 2} <= seen
    assert different < 0.06 * count


@pytest.mark.parametrize("spec", SPECS, ids=["man", "woman", "child", "tall"])
def test_front_and_back(spec):
    """Nose and eyes show from the front only; every joint of somebody who stands free is in the image."""
    face = [0, 1, 2]
    (front,) = labelled([standing(spec, 0.1, 3.0, 0.0, np.pi)], PINHOLE)[3]
    (back,) = labelled([standing(spec, 0.1, 3.0, 0.0, 0.0)], PINHOLE)[3]
    assert front.visibility.min() >= 1
    assert front.visibility[face].tolist() == [2, 2, 2]
    # A child's head is so small that its eyes lie within reach of the rule from behind.
    hidden = face if spec.age != "child" else face[:1]
    assert (back.visibility[hidden] == 1).all()
    limbs = [i for i, n in enumerate(KEYPOINT_NAMES) if n.endswith(("shoulder", "elbow", "knee", "ankle"))]
    assert (front.visibility[limbs] == 2).sum() >= 6
    # Seen from the front the person's left is the image's right.
    left, right = (front.pixels[[KEYPOINT_NAMES.index(f"{s}_shoulder")]][0, 0] for s in ("left", "right"))
    assert left > right
