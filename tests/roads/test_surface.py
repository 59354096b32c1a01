"""Points of roads by hand and by brute force; lanes' borders, limits and driving directions."""

import math

import numpy as np
import pytest
from roads.road_maps import NAMES, network

from sim.roads import RoadNetwork
from sim.roads.curves import Arc, Line
from sim.roads.lanes import Lane, LaneHeight, LaneSection
from sim.roads.pieces import Cubic, Pieces
from sim.roads.road import Road, Shape

CENTER = Lane(0, "none")


def straight(**changes):
    lanes = {"left": (), "right": (Lane(-1, "driving", widths=(Cubic(0.0, 3.0),)),)}
    section = LaneSection(0.0, lanes["left"], CENTER, lanes["right"])
    fields = {"plan_view": (Line(0.0, 0.0, 0.0, 0.0, 100.0),), "sections": (section,)} | changes
    return RoadNetwork((Road("r", 100.0, **fields),))


def test_pieces_are_looked_up_as_a_loop_would():
    rng = np.random.default_rng(3)
    owners = []
    for _ in range(40):
        starts = np.sort(rng.choice([0, 1, 2.5, 4, 7, 9, 9.5], rng.integers(0, 7), replace=False))
        owners.append([Cubic(float(s), *rng.normal(size=4).tolist()) for s in starts])
    table = Pieces(owners)
    owner, s = rng.integers(0, 40, 500), rng.uniform(-1, 11, 500)
    s[:100] = rng.choice([0, 1, 2.5, 4, 7, 9, 9.5], 100)
    for value, slope, o, at in zip(table.value(owner, s), table.slope(owner, s), owner, s, strict=True):
        own = [p for p in owners[o] if p.s_m <= at]
        ds = at - own[-1].s_m if own else 0.0
        a, b, c, d = (own[-1].a, own[-1].b, own[-1].c, own[-1].d) if own else (0, 0, 0, 0)
        assert value == pytest.approx(a + b * ds + c * ds**2 + d * ds**3, abs=1e-12)
        assert slope == pytest.approx(b + 2 * c * ds + 3 * d * ds**2, abs=1e-12)


def test_left_is_higher_where_the_superelevation_is_positive():
    road = straight(superelevation=(Cubic(0.0, 0.1),), elevation=(Cubic(0.0, 5.0),))
    (left, right, above) = road.points("r", [10.0] * 3, [2.0, -2.0, 0.0], np.array([0.0, 0.0, 1.0]))
    assert left == pytest.approx((10, 2 * math.cos(0.1), 5 + 2 * math.sin(0.1)))
    assert right == pytest.approx((10, -2 * math.cos(0.1), 5 - 2 * math.sin(0.1)))
    assert above == pytest.approx((10, -math.sin(0.1), 5 + math.cos(0.1)))


def test_height_stands_on_a_slope():
    road = straight(elevation=(Cubic(0.0, 0.0, 0.75),))
    assert road.points("r", [40.0], [0.0], 5.0)[0] == pytest.approx((40 - 3, 0, 30 + 4))


def test_shape_is_linear_along_and_cubic_across():
    shapes = (Shape(20.0, -5.0, 1.0, 0.1), Shape(20.0, 0.0, 0.0, 0.0, 0.02), Shape(60.0, -5.0, 3.0))
    road = straight(shapes=shapes)
    z = road.points("r", [0.0, 20.0, 40.0, 60.0, 100.0, 20.0, 40.0], [-3.0] * 5 + [2.0] * 2)[:, 2]
    np.testing.assert_allclose(z, [1.2, 1.2, 2.1, 3.0, 3.0, 0.08, 1.54], atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_frames_are_rotations_along_the_line(name):
    roads, step = network(name), 1e-4
    for road in roads.roads[:30]:
        s = np.linspace(step, road.length_m - step, 40)
        frame = roads.frame(road.id, s)
        eye = np.swapaxes(frame.world_from_road, 1, 2) @ frame.world_from_road
        np.testing.assert_allclose(eye, np.broadcast_to(np.eye(3), eye.shape), atol=1e-12)
        ahead = (roads.frame(road.id, s + step).xyz_m - roads.frame(road.id, s - step).xyz_m) / (2 * step)
        ahead /= np.linalg.norm(ahead, axis=1)[:, None]
        edges = np.array([g.s_m for g in road.plan_view] + [p.s_m for p in road.elevation])
        inside = np.abs(s[:, None] - edges).min(1) > 2 * step
        np.testing.assert_allclose(frame.world_from_road[inside, :, 0], ahead[inside], atol=1e-5)


def test_borders_of_every_kind():
    lanes = network("every_element").lanes
    row = lanes.row(("main-1", 0, 1))
    s = np.array([0.0, 60.0, 70.0, 90.0])
    offset = [0.1, 0.1, 0.1 + 0.3 - 0.1, 0.5]
    inner, outer = lanes.borders_m(np.full(4, row), s)
    np.testing.assert_allclose(inner, offset, atol=1e-12)
    np.testing.assert_allclose(outer - inner, [3.5, 3.5, 3.4, 3.2], atol=1e-12)
    for lane, begins, ends in (
        (-1, 0.0, -3.25),
        (-2, -3.25, -5.02),
        (-3, -5.02, -6.15333333),
        (-4, None, None),
    ):
        inner, outer = lanes.borders_m(np.array([lanes.row(("main-1", 0, lane))]), np.array([10.0]))
        if lane == -3:
            ends = -5.02 - (0.6 - 0.1333333)
        if lane == -4:
            begins, ends = -5.02 - (0.6 - 0.1333333), -7.52 - (0.6 - 0.1333333)
        assert inner[0] == pytest.approx(0.1 + begins)
        assert outer[0] == pytest.approx(0.1 + ends)


def test_lanes_are_lifted_as_their_heights_say():
    lifted = (LaneHeight(0.0, 0.1, 0.2), LaneHeight(50.0, 0.0, 0.3))
    lane = Lane(1, "sidewalk", widths=(Cubic(0.0, 2.0),), heights=lifted)
    lanes = straight(sections=(LaneSection(0.0, (lane,), CENTER, ()),)).lanes
    z = lanes.points(np.zeros(4, np.intp), np.array([10.0, 10.0, 60.0, 60.0]), np.array([-1, 1, -0.5, 1.0]))[
        :, 2
    ]
    np.testing.assert_allclose(z, [0.1, 0.2, 0.075, 0.3], atol=1e-12)


def test_speed_limits():
    lanes = network("every_element").lanes
    left, right = lanes.row(("main-1", 0, 1)), lanes.row(("main-1", 0, -1))
    beyond, silent = lanes.row(("main-1", 1, -1)), lanes.row(("side 3", 0, 1))
    s = np.array([10.0, 40.0, 60.0, 10.0, 130.0, 160.0, 10.0])
    found = lanes.speed_limit_mps(np.array([left, left, left, right, beyond, beyond, silent]), s)
    np.testing.assert_allclose(found, [50 / 3.6, 30 / 3.6, np.inf, 50 / 3.6, 20 * 0.44704, np.inf, np.nan])


def test_who_keeps_left_drives_along_s_on_the_left():
    for name, along in (("left_hand", {1: 1, -1: -1}), ("every_element", {1: -1, -1: 1})):
        lanes = network(name).lanes
        assert all(lanes.along[n] == along[np.sign(key.lane)] for n, key in enumerate(lanes.keys))


def test_reversed_lanes_are_driven_the_other_way():
    lane = Lane(-1, "driving", widths=(Cubic(0.0, 3.0),), direction="reversed")
    both = Lane(1, "driving", widths=(Cubic(0.0, 3.0),), direction="both")
    lanes = straight(sections=(LaneSection(0.0, (both,), CENTER, (lane,)),)).lanes
    assert lanes.along[lanes.row(("r", 0, -1))] == -1
    assert lanes.both_ways[lanes.row(("r", 0, 1))]


def test_beyond_its_ends_a_road_goes_on_nowhere():
    road = straight(plan_view=(Arc(0.0, 0.0, 0.0, 0.0, 100.0, 0.01),))
    low, start, end, high = road.points("r", [-5.0, 0.0, 100.0, 120.0], [1.0] * 4)
    assert (low == start).all()
    assert (high == end).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_borders_are_distances_whatever_their_sign(sign):
    lanes = tuple(Lane(-k, "driving", borders=(Cubic(0.0, sign * 3.0 * k, sign * 0.01),)) for k in (1, 2))
    table = straight(sections=(LaneSection(0.0, (), CENTER, lanes),)).lanes
    inner, outer = table.borders_m(np.array([0, 1]), np.array([50.0, 50.0]))
    np.testing.assert_allclose(inner, [0, -3.5])
    np.testing.assert_allclose(outer, [-3.5, -6.5])
