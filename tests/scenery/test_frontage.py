"""Rows fill their line exactly; nothing beside the kerb stands where people walk."""

from itertools import pairwise

import numpy as np
import pytest

from sim.errors import UsageError
from sim.scenery import FACADE_STYLES
from worlds.frontage import (
    KERB_STRIP_M,
    discs_around,
    row_of_buildings,
    street_furniture,
    street_lamps,
    street_trees,
)

LINES = [((0.0, 8.0), (150.0, 8.0)), ((150.0, -8.0), (0.0, -8.0)), ((3.0, 4.0), (80.0, 90.0))]


def row(start, end, **changed):
    given = {"depth_m": 11.0, "floors_min": 2, "floors_max": 5, "styles": FACADE_STYLES, "shop_share": 0.5,
             "gap_share": 0.0, "seed": 5}  # fmt: skip
    return row_of_buildings(start, end, **{**given, **changed})


def along(line, x, y):
    """Coordinates of points in the line's frame: s along it, t to its left."""
    start, end = np.array(line[0]), np.array(line[1])
    u = (end - start) / np.hypot(*(end - start))
    d = np.column_stack([x, y]) - start
    return d @ u, d @ np.array([-u[1], u[0]])


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("gap_share", [0.0, 0.3])
def test_rows_fill_the_line(line, gap_share):
    houses = row(*line, gap_share=gap_share)
    s, t = along(line, [b.x_m for b in houses], [b.y_m for b in houses])
    width = np.array([b.width_m for b in houses])
    length = np.hypot(line[1][0] - line[0][0], line[1][1] - line[0][1])
    assert np.allclose(t, 0.0, atol=1e-9)
    assert np.isclose(width.sum(), (1 - gap_share) * length)
    assert (s[1:] >= (s + width)[:-1] - 1e-9).all()
    assert s[0] >= -1e-9
    assert (s + width)[-1] <= length + 1e-9
    assert all(2 <= b.floors <= 5 for b in houses)
    assert len({b.seed for b in houses}) == len(houses)
    assert all(a.style != b.style for a, b in pairwise(houses))


def test_fronts_face_the_street_on_the_right():
    (house, *_) = row((0.0, 8.0), (150.0, 8.0))
    facing = (np.sin(house.yaw_rad), -np.cos(house.yaw_rad))
    assert np.allclose(facing, (0, -1))


def test_shares_are_kept():
    many = row((0.0, 0.0), (6000.0, 0.0), shop_share=0.3)
    assert abs(np.mean([b.has_shop for b in many]) - 0.3) < 0.06
    assert not any(b.has_shop for b in row((0.0, 0.0), (600.0, 0.0), shop_share=0.0))


@pytest.mark.parametrize("line", LINES)
def test_things_beside_the_kerb_keep_clear(line):
    trees = street_trees(*line, spacing_m=10, height_min_m=6, height_max_m=9, leaf_share=1.0, seed=2)
    lamps = street_lamps(*line, spacing_m=25, seed=2, keep_clear=discs_around(trees, 1.5))
    things = street_furniture(*line, per_100m=20, seed=2, keep_clear=discs_around((*trees, *lamps), 1.0))
    assert min(len(trees), len(lamps), len(things)) >= 3
    everything = [*trees, *lamps, *things]
    xy = np.array([(o.x_m, o.y_m) for o in everything])
    s, t = along(line, xy[:, 0], xy[:, 1])
    assert (t > 0.2).all()
    assert (t <= KERB_STRIP_M).all()
    assert s.min() >= 0.0
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 9 * np.eye(len(xy))
    assert apart.min() >= 0.8
    for a in lamps:
        assert np.hypot(*(xy[: len(trees)] - [a.x_m, a.y_m]).T).min() >= 1.5


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"gap_share": 1.5}, "gap_share 1.5"),
        ({"floors_min": 6}, "floors_min 6"),
        ({"styles": ()}, "styles"),
        ({"depth_m": 0.0}, "depth_m 0.0"),
    ],
)
def test_bad_parameters_are_named(changed, message):
    with pytest.raises(UsageError, match=message):
        row((0.0, 0.0), (50.0, 0.0), **changed)
    with pytest.raises(UsageError, match="two different points"):
        row((1.0, 1.0), (1.0, 1.0))
