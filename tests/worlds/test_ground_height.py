"""The height of the ground, against a slow and plain test of every point in every patch."""

import numpy as np
import pytest

from worlds import avenue, crossing


def is_inside(ring, x, y):
    inside = False
    for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


@pytest.mark.parametrize("world", [avenue.build(), crossing.build()], ids=["avenue", "crossing"])
def test_the_last_patch_that_holds_a_point_says_its_height(world):
    rng = np.random.default_rng(5)
    x0, y0, x1, y1 = world.bounds_m
    points = rng.uniform((x0, y0), (x1, y1), (400, 2))
    expected = []
    for x, y in points:
        holding = [patch.z_m for patch in world.ground if is_inside(patch.outline_m, x, y)]
        expected.append(holding[-1] if holding else 0.0)
    assert len(set(expected)) > 1
    assert world.ground_height_m(points).tolist() == expected
