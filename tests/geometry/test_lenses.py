"""Lenses: OpenCV agrees, forward and back, and nothing far off the axis lands inside an image."""

from __future__ import annotations

import dataclasses
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.geometry import BrownConrady, Intrinsics, KannalaBrandt
from sim.geometry.radial import MIN_GROWTH, RadialMap

WIDE = KannalaBrandt(-0.012, 0.006, -0.004, 0.0008)
MILD = BrownConrady(-0.3, 0.11, 0.0012, -0.0007, -0.02)
RATIONAL = BrownConrady(0.6, 0.2, -0.0008, 0.0011, 0.03, 0.9, 0.35, 0.05)
LENSES: list[BrownConrady | KannalaBrandt] = [MILD, RATIONAL, WIDE, BrownConrady(), KannalaBrandt()]


def camera(lens: BrownConrady | KannalaBrandt | None) -> Intrinsics:
    return Intrinsics(1280, 720, 900.0, 890.0, 651.25, 348.5, lens)


def opencv_project(k: Intrinsics, points: NDArray[Any]) -> NDArray[np.float64]:
    """Pixels by OpenCV, moved from its pixel centres at whole numbers to ours."""
    matrix = k.matrix
    matrix[:2, 2] -= 0.5
    zero = np.zeros(3)
    if isinstance(k.distortion, KannalaBrandt):
        coefficients = np.array(k.distortion.coefficients)
        pixels, _ = cv2.fisheye.projectPoints(points[:, None], zero, zero, matrix, coefficients)
    else:
        coefficients = np.array(k.distortion.coefficients if k.distortion else np.zeros(8))
        pixels, _ = cv2.projectPoints(points[:, None], zero, zero, matrix, coefficients)
    return np.asarray(pixels.reshape(-1, 2) + 0.5, np.float64)


def grid(k: Intrinsics, margin_px: float = 0.0) -> NDArray[np.float64]:
    u = np.linspace(-margin_px, k.width_px + margin_px, 41)
    v = np.linspace(-margin_px, k.height_px + margin_px, 23)
    return np.stack(np.meshgrid(u, v), -1)


@pytest.mark.parametrize("lens", [None, *LENSES])
def test_project_is_opencvs(lens: BrownConrady | KannalaBrandt | None) -> None:
    k = camera(lens)
    points = (k.rays(grid(k)) * np.linspace(0.5, 90, 41)[:, None]).reshape(-1, 3)
    np.testing.assert_allclose(k.project(points), opencv_project(k, points), rtol=0, atol=1e-9)


@pytest.mark.parametrize("lens", [MILD, RATIONAL])
def test_rays_are_opencvs_undistort_points(lens: BrownConrady) -> None:
    k = camera(lens)
    matrix = k.matrix
    matrix[:2, 2] -= 0.5
    pixels = grid(k).reshape(-1, 2)
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 500, 1e-14)
    undistort = getattr(cv2, "undistortPointsIter", cv2.undistortPoints)  # the name before OpenCV 5
    plane = undistort(
        pixels[:, None] - 0.5, matrix, np.array(lens.coefficients), R=np.eye(3), P=np.eye(3), criteria=stop
    ).reshape(-1, 2)
    rays = k.rays(pixels)
    np.testing.assert_allclose(rays[:, :2] / rays[:, 2:], plane, rtol=0, atol=1e-9)


def test_rays_are_opencvs_fisheye_undistort_points() -> None:
    k = dataclasses.replace(camera(WIDE), width_px=900)
    matrix = k.matrix
    matrix[:2, 2] -= 0.5
    pixels = grid(k).reshape(-1, 2)
    plane = cv2.fisheye.undistortPoints(
        pixels[:, None] - 0.5, matrix, np.array(WIDE.coefficients), criteria=(3, 200, 1e-14)
    ).reshape(-1, 2)
    rays = k.rays(pixels)
    np.testing.assert_allclose(rays[:, :2] / rays[:, 2:], plane, rtol=0, atol=1e-9)


small = st.floats(-0.15, 0.15)
tiny = st.floats(-0.002, 0.002)
brown = st.builds(BrownConrady, small, small, tiny, tiny, small, small, small, small)
kannala = st.builds(KannalaBrandt, small, small, tiny, tiny)


@given(lens=brown | kannala, focal=st.floats(0.9, 3.0), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_rays_undo_project_for_every_lens_an_image_accepts(
    lens: BrownConrady | KannalaBrandt, focal: float, seed: int
) -> None:
    size, reach, corner = 200, _reach(lens), np.hypot(0.5 / focal, 0.5 / (1.1 * focal))
    optics = (size, size, focal * size, focal * size * 1.1, size / 2, size / 2, lens)
    if corner > 0.97 * reach:
        if corner > 1.03 * reach:
            with pytest.raises(ValueError, match="folds inside the image"):
                Intrinsics(*optics)
        return
    k = Intrinsics(*optics)
    rng = np.random.default_rng(seed)
    pixels = rng.uniform(0, size, (64, 2))
    rays = k.rays(pixels)
    np.testing.assert_allclose(np.linalg.norm(rays, axis=1), 1, rtol=0, atol=1e-15)
    np.testing.assert_allclose(k.project(rays), pixels, rtol=0, atol=1e-10)
    assert k.sees(rays).all()
    again = k.rays(k.project(rays * rng.uniform(0.1, 300, (64, 1))))
    np.testing.assert_allclose(again, rays, rtol=0, atol=1e-12)
    assert np.arctan2(np.hypot(*rays.T[:2]), rays[:, 2]).max() <= k.half_angle_rad


def _reach(lens: BrownConrady | KannalaBrandt) -> float:
    """By sampling: how far out in the image plane a lens reaches before it all but stops growing."""
    r = np.linspace(0, np.pi if isinstance(lens, KannalaBrandt) else 20.0, 20001)
    s = r * r
    if isinstance(lens, KannalaBrandt):
        value = r * np.polyval([*lens.coefficients[::-1], 1], s)
    else:
        k1, k2, _, _, k3, k4, k5, k6 = lens.coefficients
        denominator = np.polyval([k6, k5, k4, 1], s)
        value = np.where(
            denominator > 0, r * np.polyval([k3, k2, k1, 1], s) / np.maximum(denominator, 1e-9), -1e9 * r
        )
    grows = (np.diff(value) > MIN_GROWTH * np.diff(r)) & (np.diff(value) < 100 * np.diff(r))
    return float(value[-1] if grows.all() else value[np.argmin(grows)])


@given(lens=brown | kannala, direction=st.floats(0, 2 * np.pi), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_farther_off_the_axis_is_farther_out_in_the_image(
    lens: BrownConrady | KannalaBrandt, direction: float, seed: int
) -> None:
    is_fisheye = isinstance(lens, KannalaBrandt)
    if isinstance(lens, BrownConrady):
        lens = dataclasses.replace(lens, p1=0.0, p2=0.0)
    angles = np.sort(np.random.default_rng(seed).uniform(0, np.pi if is_fisheye else 1.57, 100))
    points = np.stack(
        [np.sin(angles) * np.cos(direction), np.sin(angles) * np.sin(direction), np.cos(angles)], -1
    )
    plane = lens.distort(points)
    out = plane @ np.array([np.cos(direction), np.sin(direction)])
    assert (np.diff(out) > 0).all()
    np.testing.assert_allclose(np.hypot(*plane.T), out, rtol=1e-12)


TILTED = BrownConrady(-0.35, 0.06, 0.01, -0.008)
ASKEW = BrownConrady(p1=-0.1, p2=0.08)  # without a limit its tangential terms would fold far off the axis


@pytest.mark.parametrize("lens", [MILD, RATIONAL, TILTED, ASKEW, WIDE])
def test_what_no_ray_of_the_image_hits_is_never_projected_into_it(lens: BrownConrady | KannalaBrandt) -> None:
    k = Intrinsics(640, 480, 620.0, 610.0, 322.0, 236.0, lens)
    rng = np.random.default_rng(4)
    points = rng.normal(size=(200_000, 3)) * [3, 3, 1]
    points = points[points[:, 2] > 0] if isinstance(lens, BrownConrady) else points
    pixels = k.project(points)
    inside = ((pixels >= 0) & (pixels < [640, 480])).all(1)
    angle = np.arctan2(np.hypot(points[:, 0], points[:, 1]), points[:, 2])
    assert 500 < inside.sum() < len(inside) - 500
    assert angle[inside].max() <= k.half_angle_rad
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    np.testing.assert_allclose(k.rays(pixels[inside]), unit[inside], rtol=0, atol=1e-12)


def test_a_fisheye_sees_behind_the_camera() -> None:
    k = Intrinsics.from_hfov(800, 800, np.deg2rad(220), WIDE)
    left, right = k.rays(np.array([[0.0, 400.0], [800.0, 400.0]]))
    assert np.rad2deg(np.arccos(left @ right)) == pytest.approx(140)  # 220 degrees the other way round
    assert left[2] == pytest.approx(np.cos(np.deg2rad(110)), abs=1e-12)
    assert k.sees(left)
    point = 7.0 * right
    np.testing.assert_allclose(k.back_project(k.project(point), point[2]), point, rtol=0, atol=1e-9)
    behind = k.project(np.array([0.0, 0.0, -1.0]))
    assert behind[0] > 800
    assert not k.sees(np.array([0.0, 0.0, -1.0]))


@pytest.mark.parametrize("lens", [None, *LENSES])
def test_back_project_keeps_the_depth_and_lands_on_the_pixel(
    lens: BrownConrady | KannalaBrandt | None,
) -> None:
    k = camera(lens)
    pixels = grid(k, margin_px=20.0)
    depth = np.linspace(0.3, 200, pixels[..., 0].size).reshape(pixels.shape[:2])
    points = k.back_project(pixels, depth)
    np.testing.assert_array_equal(points[..., 2], depth)
    np.testing.assert_allclose(k.project(points), pixels, rtol=0, atol=1e-9)


def test_a_lens_that_distorts_nothing_is_a_pinhole() -> None:
    bare = camera(None)
    same = camera(BrownConrady())
    points = np.random.default_rng(1).uniform(0.1, 9, (50, 3))
    np.testing.assert_array_equal(same.project(points), bare.project(points))
    assert bare.is_pinhole
    assert same.is_pinhole
    assert not camera(MILD).is_pinhole
    assert not camera(KannalaBrandt()).is_pinhole
    assert same.pinhole == camera(MILD).pinhole == bare
    np.testing.assert_array_equal(bare.sees(np.array([[0, 0, 1.0], [5, 5, 0.0], [0, 0, -1.0]])), [1, 0, 0])


@pytest.mark.parametrize(
    ("hfov_deg", "lens"), [(70, None), (150, None), (80, MILD), (120, RATIONAL), (60, WIDE), (220, WIDE)]
)
def test_the_horizontal_field_of_view_is_the_one_asked_for(
    hfov_deg: float, lens: BrownConrady | KannalaBrandt | None
) -> None:
    if isinstance(lens, BrownConrady):
        lens = dataclasses.replace(lens, p1=0.0, p2=0.0)
    k = Intrinsics.from_hfov(1000, 400, np.deg2rad(hfov_deg), lens)
    ray = k.rays(np.array([1000.0, 200.0]))
    assert np.rad2deg(np.arctan2(ray[0], ray[2])) * 2 == pytest.approx(hfov_deg, abs=1e-9)
    corner = k.rays(np.zeros(2))
    assert k.half_angle_rad == pytest.approx(np.arctan2(np.hypot(*corner[:2]), corner[2]), abs=1e-12)


@pytest.mark.parametrize(
    ("lens", "message"),
    [
        (
            BrownConrady(-0.6),
            r"folds inside the image: brown_conrady \(-0\.6, .*\) holds up to 36\.6 degrees off the axis",
        ),
        (KannalaBrandt(-0.3), r"folds inside the image: kannala_brandt \(-0\.3, 0, 0, 0\) holds up to 60\.1"),
        (BrownConrady(p1=0.9), "folds inside the image"),
    ],
)
def test_a_lens_that_folds_inside_the_image_is_refused(
    lens: BrownConrady | KannalaBrandt, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Intrinsics(1000, 1000, 450.0, 450.0, 500.0, 500.0, lens)


def test_a_field_of_view_beyond_the_lens_is_refused() -> None:
    with pytest.raises(ValueError, match=r"holds up to 36\.6 degrees off the axis, wanted 45\.0 degrees"):
        Intrinsics.from_hfov(100, 10, np.deg2rad(90), BrownConrady(-0.6))


def test_a_radial_map_is_its_polynomial_to_the_limit_and_its_tangent_beyond() -> None:
    radial = RadialMap((1.0, -0.3), (1.0,))  # slope 1 - 0.9 r^2
    assert radial.limit == pytest.approx(np.sqrt((1 - MIN_GROWTH) / 0.9), rel=1e-12)
    r = np.linspace(0, 3, 301)
    top = radial.limit - 0.3 * radial.limit**3
    expected = np.where(r <= radial.limit, r - 0.3 * r**3, top + MIN_GROWTH * (r - radial.limit))
    np.testing.assert_allclose(radial(r), expected, rtol=1e-12)
    np.testing.assert_allclose(radial.inverse(radial(r)), r, rtol=1e-12)
    # Before its pole at 2, where (1 + q) / (1 - q)^2 = 100 with q = r^2 / 4.
    assert RadialMap((1.0,), (1.0, -0.25)).limit == pytest.approx(
        np.sqrt((201 - np.sqrt(801)) / 50), rel=1e-12
    )
    assert RadialMap((1.0, -0.25), (1.0, -0.25)).limit == pytest.approx(2, rel=1e-3)  # nothing over nothing
    assert RadialMap((1.0,), (1.0,), pull=0.5).limit == pytest.approx((1 - MIN_GROWTH) / 0.5, rel=1e-12)
    assert RadialMap((1.0, 0.1), (1.0,), farthest=np.pi).limit == np.pi
    assert RadialMap((1.0, 0.0625), (1.0, 0.0625, 0.0, -5e-48)).limit == 1e6  # its pole is beyond any image


@pytest.mark.parametrize("numerator", [(1.0,), (1.0, 0.0, 0.0, 329.5), (1.0, 0.0, 0.0, 1.4149)])
@pytest.mark.parametrize("denominator", [(1.0,), (1.0, -2e-7, 7e-7, 0.0138), (1.0, 0.0, 0.0, 1e-5)])
def test_a_radial_map_is_undone_from_anywhere(
    numerator: tuple[float, ...], denominator: tuple[float, ...]
) -> None:
    """High powers and plateaus between slopes, where Newton's steps alone are slow or go round in circles."""
    radial = RadialMap(numerator, denominator)
    r = np.geomspace(1e-6, 1e3, 400)
    slope = radial.slope(r)
    np.testing.assert_allclose(radial.inverse(radial(r)), r, rtol=1e-12)
    assert (slope >= MIN_GROWTH * (1 - 1e-9)).all()
