"""Polygons are cut without losing or doubling area, checked point by point."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenery.cutting import cut_grid, inside, overlap, split_by_line, subtract, triangulate
from sim.scenery.kerbs import KERB_WIDTH_M, kerb_bands


def star(seed: int, count: int) -> np.ndarray:
    """A simple, often concave polygon around the origin."""
    rng = np.random.default_rng(seed)
    turn = (np.arange(count) + rng.uniform(0.1, 0.9, count)) * 2 * np.pi / count
    radius = rng.uniform(2.0, 9.0, count)[:, None]
    return radius * np.column_stack([np.cos(turn), np.sin(turn)])


def ring_area(ring):
    x, y = ring.T
    return 0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)


def areas(triangles):
    a, b = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2


shapes = st.tuples(st.integers(0, 10_000), st.integers(4, 14))


@settings(max_examples=40, deadline=None)
@given(shapes, st.floats(0, 3.1), st.floats(-4, 4))
def test_a_line_splits_without_loss(shape, turn, offset):
    triangles = triangulate(star(*shape))
    normal = np.array([np.cos(turn), np.sin(turn)])
    pieces = split_by_line(triangles, normal, offset)
    assert np.isclose(areas(pieces).sum(), areas(triangles).sum())
    side = pieces @ normal - offset
    assert not ((side.min(1) < -1e-6) & (side.max(1) > 1e-6)).any()


@settings(max_examples=30, deadline=None)
@given(shapes, st.floats(0, 3.1), st.floats(0.5, 4.0))
def test_a_grid_covers_the_polygon_once(shape, turn, step):
    ring = star(*shape)
    along = np.array([np.cos(turn), np.sin(turn)])
    pieces = cut_grid(ring, along, (step, 1.0))
    assert (areas(pieces) > 0).all()
    assert np.isclose(areas(pieces).sum(), ring_area(ring))
    assert inside(ring, pieces[areas(pieces) > 1e-3].mean(1)).all()
    cell = np.floor((pieces.mean(1) @ along) / step)
    assert ((pieces @ along) >= (cell * step - 1e-6)[:, None]).all()
    assert ((pieces @ along) <= ((cell + 1) * step + 1e-6)[:, None]).all()


@settings(max_examples=30, deadline=None)
@given(shapes, shapes, st.floats(-4, 4))
def test_subtracting_leaves_what_is_outside(first, second, shift):
    a, b = star(*first), star(*second) + np.array([shift, 0.5])
    left = subtract(triangulate(a), b)
    points = np.random.default_rng(0).uniform(-10, 10, (4000, 2))
    want = inside(a, points) & ~inside(b, points)
    got = np.zeros(len(points), int)
    for triangle in left:
        got += inside(triangle, points)
    assert np.array_equal(got > 0, want)
    assert got.max(initial=0) <= 1


def test_kerbs_follow_the_rim_and_meet_at_corners():
    ring = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 6.0], [0.0, 6.0]])
    (south, east), rest = kerb_bands(ring, (0, 1))
    assert np.allclose(south, [[0, 0], [10, 0], [10 - KERB_WIDTH_M, KERB_WIDTH_M], [0, KERB_WIDTH_M]])
    assert np.allclose(east, [[10, 0], [10, 6], [10 - KERB_WIDTH_M, 6], [10 - KERB_WIDTH_M, KERB_WIDTH_M]])
    w = KERB_WIDTH_M
    assert np.allclose(rest, [[0, w], [10 - w, w], [10 - w, 6], [0, 6]])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 12))
def test_kerbs_and_what_they_leave_add_up(seed, count):
    rng = np.random.default_rng(seed)
    turn = (np.arange(count) + rng.uniform(0.3, 0.7, count)) * 2 * np.pi / count
    ring = 8.0 * np.column_stack([np.cos(turn), np.sin(turn)])
    edges = tuple(int(i) for i in np.flatnonzero(rng.random(count) < 0.6))
    bands, rest = kerb_bands(ring, edges)
    assert np.isclose(sum(ring_area(b) for b in bands) + ring_area(rest), ring_area(ring))


def test_overlap_is_more_than_touching():
    a = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    assert overlap(a, a + np.array([3.9, 0.0]))
    assert overlap(a, a)
    assert overlap(a, 0.5 * a + [1.0, 1.0])
    assert overlap(0.5 * a + [1.0, 1.0], a)
    assert not overlap(a, a + np.array([4.0, 0.0]))
    assert not overlap(a, a + np.array([9.0, 9.0]))
