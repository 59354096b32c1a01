"""Which joints an image shows: the rule one joint at a time, and walls of known depth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.geometry import BrownConrady, Intrinsics, KannalaBrandt, Pose
from sim.labels.people import seen_keypoints

LENSES = {
    "pinhole": None,
    "brown_conrady": BrownConrady(k1=-0.2, k2=0.05, p1=0.001, p2=-0.0005),
    "kannala_brandt": KannalaBrandt(k1=0.02, k2=-0.003),
}


def camera(name):
    if name == "kannala_brandt":
        return Intrinsics(60, 40, 18.0, 18.5, 30.3, 20.2, LENSES[name])
    return Intrinsics(60, 40, 50.0, 51.0, 30.3, 20.2, LENSES[name])


def by_hand(joint, number, k, instance, depth):
    """Visibility of one joint in the camera frame."""
    if not k.sees(joint):
        return 0
    u, v = k.project(joint)
    column, row = int(np.floor(u)), int(np.floor(v))
    if not (0 <= column < k.width_px and 0 <= row < k.height_px):
        return 0
    if instance[row, column] != number:
        return 1
    surface = joint * (depth[row, column] / joint[2])  # where the joint's ray has that depth
    along = joint / np.linalg.norm(joint)
    return 2 if along @ (joint - surface) <= 0.15 else 1


@pytest.mark.parametrize("lens", LENSES)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_equals_the_rule_joint_by_joint(lens, seed):
    rng = np.random.default_rng(seed)
    k = camera(lens)
    pose = Pose.from_xyz_euler(*rng.uniform(-5, 5, 3), *rng.uniform(-3, 3, 3))
    joints = rng.uniform([-6, -4, -2], [6, 4, 8], (7, 17, 3))
    ids = rng.permutation(9)[:7] + 1
    instance = rng.choice([0, 1, 2, 3], (k.height_px, k.width_px)).astype(np.int32)
    found_pixels = k.project(np.where(k.sees(joints)[..., None], joints, [0, 0, 1.0]))
    depth = rng.uniform(0.5, 12, instance.shape).astype(np.float32)
    # Half of the joints meet their own person's surface, somewhere around the joint.
    for person, number in enumerate(ids):
        for joint, (u, v) in zip(joints[person], found_pixels[person], strict=True):
            if 0 <= u < k.width_px and 0 <= v < k.height_px and rng.uniform() < 0.5:
                instance[int(v), int(u)] = number
                depth[int(v), int(u)] = joint[2] + rng.uniform(-0.3, 0.1)
    found = seen_keypoints(pose.apply(joints), ids, k, pose.inverse(), instance, depth)
    for person, seen in enumerate(found):
        expected = [by_hand(joint, ids[person], k, instance, depth) for joint in joints[person]]
        assert seen.visibility.tolist() == expected
        assert seen.visibility.dtype == np.uint8
        shown = seen.visibility > 0
        np.testing.assert_allclose(seen.pixels[shown], found_pixels[person][shown], atol=1e-9)
        assert (seen.pixels[~shown] == 0).all()
        assert (seen.world_m == pose.apply(joints)[person]).all()


@pytest.mark.parametrize("lens", LENSES)
def test_fifteen_centimetres_along_the_ray(lens):
    """A wall of the person's own before the joint: what counts is the way along the ray, not the depth."""
    k = camera(lens)
    ray = k.rays(np.array([[55.5, 3.5]]))
    for deep, expected in ((0.149, 2), (0.151, 1), (-0.4, 2)):
        joint = ray * 6.0
        wall = np.full((k.height_px, k.width_px), ray[0, 2] * (6.0 - deep), np.float32)
        whole = np.full(wall.shape, 4, np.int32)
        (seen,) = seen_keypoints(joint[None], np.array([4]), k, Pose.identity(), whole, wall)
        assert seen.visibility.tolist() == [expected]
        (seen,) = seen_keypoints(joint[None], np.array([5]), k, Pose.identity(), whole, wall)
        assert seen.visibility.tolist() == [1]


def test_the_image_ends_at_its_borders():
    k = camera("pinhole")
    pixels = np.array(
        [[0.0, 0.0], [59.999, 39.999], [-0.001, 5.0], [60.001, 5.0], [5.0, -0.001], [5.0, 40.001]]
    )
    joints = k.back_project(pixels, np.full(6, 3.0))[None]
    size = (k.height_px, k.width_px)
    args = (k, Pose.identity(), np.zeros(size, np.int32), np.full(size, np.inf, np.float32))
    (seen,) = seen_keypoints(joints, np.array([1]), *args)
    assert seen.visibility.tolist() == [1, 1, 0, 0, 0, 0]
    (behind,) = seen_keypoints(-joints, np.array([1]), *args)
    assert not behind.visibility.any()


def test_nobody():
    k = camera("pinhole")
    size = (k.height_px, k.width_px)
    images = (np.zeros(size, np.int32), np.ones(size, np.float32))
    assert seen_keypoints(np.zeros((0, 17, 3)), np.zeros(0, int), k, Pose.identity(), *images) == []
