"""Angles give back the rotation they were taken from, at any attitude."""

import numpy as np
from scipy.spatial.transform import Rotation

from sim.geometry.pose import euler_from_rotation, rotation_from_euler


def test_angles_of_any_attitude():
    turns = [*Rotation.random(300, random_state=2).as_matrix()]
    turns += [
        rotation_from_euler(y, p, r)
        for y in (0.0, 1.0, -2.0)
        for p in (-np.pi / 2, np.pi / 2)
        for r in (0, 3)
    ]
    for turn in turns:
        angles = euler_from_rotation(turn)
        np.testing.assert_allclose(rotation_from_euler(*angles), turn, atol=1e-14)
        assert abs(angles[1]) <= np.pi / 2
