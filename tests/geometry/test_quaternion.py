"""Quaternions are those SciPy makes, with a positive first part."""

import math

import numpy as np
from scipy.spatial.transform import Rotation

from sim.geometry.quaternion import quaternion_wxyz, quaternions_xyzw


def test_quaternions_of_any_attitude():
    turns = Rotation.concatenate(
        [
            Rotation.random(200, random_state=5),
            Rotation.from_euler(
                "xyz", [[0, 0, 0], [180, 0, 0], [0, 180, 0], [0, 0, 180], [90, 0, 0]], degrees=True
            ),
        ]
    )
    many = quaternions_xyzw(turns.as_matrix())
    for turn, one in zip(turns, many.tolist(), strict=True):
        q = quaternion_wxyz(turn.as_matrix())
        assert q[0] >= 0
        assert abs(np.dot(q, turn.as_quat(scalar_first=True))) > 1 - 1e-14
        assert q == [one[3], *one[:3]]
        assert not any(math.copysign(1, number) < 0 for number in q if number == 0)
