"""Quaternions are those SciPy makes, with a positive first part."""

import numpy as np
from scipy.spatial.transform import Rotation

from sim.geometry.quaternion import quaternion_wxyz


def test_quaternions_of_any_attitude():
    turns = Rotation.concatenate(
        [
            Rotation.random(200, random_state=5),
            Rotation.from_euler(
                "xyz", [[0, 0, 0], [180, 0, 0], [0, 180, 0], [0, 0, 180], [90, 0, 0]], degrees=True
            ),
        ]
    )
    for turn in turns:
        q = quaternion_wxyz(turn.as_matrix())
        assert q[0] >= 0
        assert abs(np.dot(q, turn.as_quat(scalar_first=True))) > 1 - 1e-14
