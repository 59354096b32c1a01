"""Extents of posed bodies against finely cut triangles, through a pinhole and through lenses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.bodies import MAX_BONES, PersonSpec, VehicleSpec, build_body, posed_vertices
from sim.geometry import BrownConrady, Intrinsics, KannalaBrandt, Pose
from sim.labels.extents import body_extents
from sim.labels.skin import outer_skin
from sim.labels.view import clip, may_be_in_view
from sim.testing.toys import box_body

NEAR_M = 0.3
PINHOLE = Intrinsics(1280, 720, 880.0, 884.0, 642.0, 357.0)
BARREL = Intrinsics(1280, 720, 600.0, 602.0, 642.0, 357.0, BrownConrady(-0.22, 0.06, 0.001, -0.0007, -0.007))
NARROW_BARREL = Intrinsics(1280, 720, 700.0, 702.0, 642.0, 357.0, BrownConrady(-0.2, 0.05, 0.001, -0.0007))
PINCUSHION = Intrinsics(1280, 720, 1100.0, 1102.0, 642.0, 357.0, BrownConrady(k1=0.2, k2=0.05))
FISHEYE = Intrinsics(1280, 960, 370.0, 372.0, 642.0, 478.0, KannalaBrandt(0.02, -0.005, 0.001, -0.0002))
LENSES = {"barrel": BARREL, "narrow_barrel": NARROW_BARREL, "pincushion": PINCUSHION, "fisheye": FISHEYE}

LIE_DOWN = Pose(np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]]), np.zeros(3))  # camera_from_carrier


def placed(body, distance_m, bearing_rad, yaw_rad, below_m=1.5):
    """Bones of an unbent body around a camera that looks along +x from the origin."""
    x, y = distance_m * np.cos(bearing_rad), distance_m * np.sin(bearing_rad)
    pose = Pose.from_xyz_euler(x, y, -below_m, yaw_rad)
    return np.tile(pose.matrix[:3], (MAX_BONES, 1, 1))


def extent(body, bones, k):
    (found,) = body_extents([body], [bones], [outer_skin(body).posed(bones)], k, LIE_DOWN, NEAR_M)
    return found


def clipped(corners, near_m):
    """Triangles (T, 3, 3) that cover a triangle's part before the near plane."""
    out = []
    for a, b in zip(corners, np.roll(corners, -1, 0), strict=True):
        if a[2] >= near_m:
            out.append(a)
        if (a[2] >= near_m) != (b[2] >= near_m):
            out.append(a + (b - a) * (near_m - a[2]) / (b[2] - a[2]))
    return [np.array([out[0], out[i], out[i + 1]]) for i in range(1, len(out) - 1)]


def fine(triangles, parts):
    """Points all over triangles (T, 3, 3), their corners and edges included."""
    i, j = np.meshgrid(np.arange(parts + 1), np.arange(parts + 1))
    kept = i + j <= parts
    shares = np.stack([parts - i[kept] - j[kept], i[kept], j[kept]], 1) / parts
    return np.einsum("st,ftk->fsk", shares, triangles).reshape(-1, 3)


def nearness(points, k):
    """What the near limit is about: depth, or beyond 120 degrees distance."""
    return points[:, 2] if k.half_angle_rad <= np.pi / 3 else np.linalg.norm(points, axis=1)


def bounds(pixels):
    return np.concatenate([pixels.min(0), pixels.max(0)])


@pytest.fixture(scope="module")
def bodies():
    return {
        "car": build_body(VehicleSpec("hatchback", 0, (160, 20, 25))),
        "person": build_body(PersonSpec(gender=1.0)),
        "box": box_body("vehicle", (4.2, 1.8, 1.5), (9, 9, 9), 34),
    }


@pytest.mark.parametrize("kind", ["car", "person", "box"])
@pytest.mark.parametrize(("distance_m", "bearing_rad", "yaw_rad"), [(1.0, 1.4, 0.1), (0.4, -1.2, 1.0)])
def test_behind_a_pinhole_equals_finely_cut_triangles(bodies, kind, distance_m, bearing_rad, yaw_rad):
    body = bodies[kind]
    bones = placed(body, distance_m, bearing_rad, yaw_rad, below_m=1.0)
    corners = LIE_DOWN.apply(posed_vertices(body, bones))[body.mesh.faces]
    assert corners[..., 2].min() < NEAR_M < corners[..., 2].max()
    points = fine(np.array([t for c in corners for t in clipped(c, NEAR_M)]), 8)
    expected = bounds(PINHOLE.project(points))
    found = extent(body, bones, PINHOLE)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-3)
    # Truncation is the share of that box outside the image, to be counted by areas.
    x0, y0, x1, y1 = expected
    inside = max(min(x1, 1280) - max(x0, 0), 0) * max(min(y1, 720) - max(y0, 0), 0)
    assert clip(found, PINHOLE)[1] == pytest.approx(1 - inside / ((x1 - x0) * (y1 - y0)), abs=1e-6)


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("kind", ["car", "person", "box"])
def test_lenses_bend_edges(bodies, kind, lens):
    """What the lens sees whole: equal to finely cut triangles; in a fisheye also beside the camera."""
    body, k = bodies[kind], LENSES[lens]
    bearings = (0.0, 0.35, -0.5) if lens != "fisheye" else (0.0, 1.0, 1.62, -1.6)
    bulge = 0.0
    for distance_m, bearing_rad in zip((5.0, 7.0, 9.0, 6.0), bearings, strict=False):
        bones = placed(body, distance_m, bearing_rad, 1.57, below_m=2.5)
        corners = LIE_DOWN.apply(posed_vertices(body, bones))[body.mesh.faces]
        assert k.sees(corners).all()
        expected = bounds(k.project(fine(corners, 128 if kind == "box" else 8)))
        found = np.array(extent(body, bones, k))
        np.testing.assert_allclose(found, expected, atol=0.06)
        bulge = max(bulge, np.abs(bounds(k.project(corners.reshape(-1, 3))) - found).max())
    if kind == "box" and lens != "pincushion":
        assert bulge > 1.0


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("kind", ["car", "person"])
def test_where_the_view_ends(bodies, kind, lens):
    """Bodies around the camera: only what the lens can see counts."""
    body, k = bodies[kind], LENSES[lens]
    partly = 0
    for bearing_rad in np.linspace(-1.7, 3.1, 9):
        bones = placed(body, 2.2 if kind == "car" else 0.5, bearing_rad, bearing_rad + 1.5, below_m=0.9)
        corners = LIE_DOWN.apply(posed_vertices(body, bones))[body.mesh.faces]
        parts = 4 if k.half_angle_rad <= np.pi / 3 else 8
        if parts == 8:
            points = fine(corners, parts)
            points = points[nearness(points, k) >= NEAR_M]
        else:
            points = fine(np.array([t for c in corners for t in clipped(c, NEAR_M)]).reshape(-1, 3, 3), parts)
        shown = k.sees(points)
        found = extent(body, bones, k)
        if not shown.any():
            assert found is None
            continue
        cut = len(points) < len(fine(corners[:1], parts)) * len(corners)
        partly += cut or not shown.all()
        # Far outside the image, where the view ends or the body is very near, fine is not fine enough.
        window = np.array([k.width_px, k.height_px] * 2)
        expected, found = (np.clip(b, -window, 2 * window) for b in (bounds(k.project(points[shown])), found))
        np.testing.assert_allclose(found, expected, atol=0.06 if shown.all() and not cut else 10.0)
    assert partly


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([PINHOLE, *LENSES.values()]),
    st.tuples(*[st.floats(-12, 12)] * 3),
    st.floats(0.05, 3.0),
    st.integers(0, 2**32 - 1),
)
def test_no_sphere_in_view_is_left_out(k, centre, reach_m, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(200, 3))
    points *= reach_m * rng.uniform(0.5, 1, (200, 1)) / np.linalg.norm(points, axis=1, keepdims=True)
    points += centre
    points = points[k.sees(points)]
    pixels = k.project(points)
    size = (k.width_px, k.height_px)
    seen = (pixels >= 0).all(1) & (pixels < size).all(1) & (nearness(points, k) >= NEAR_M)
    if seen.any():
        assert may_be_in_view(k, np.array([centre]), np.array([reach_m]), NEAR_M).all()


def test_far_aside_is_left_out():
    ahead, aside, behind = np.array([[0, 0, 30.0]]), np.array([[30.0, 0, 1.0]]), np.array([[0, 0, -30.0]])
    one = np.array([2.0])
    for k in (PINHOLE, BARREL, PINCUSHION):
        assert [bool(may_be_in_view(k, c, one, NEAR_M)[0]) for c in (ahead, aside, behind)] == [
            True,
            False,
            False,
        ]
    assert [bool(may_be_in_view(FISHEYE, c, one, NEAR_M)[0]) for c in (ahead, aside, behind)] == [
        True,
        True,
        False,
    ]
