"""The audit's lenses against OpenCV, whose pixel centers lie at whole numbers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from sim.audit.optics import center_rays, centers, project, widest
from sim.audit.view import Lens
from sim.errors import UsageError

PINHOLE = Lens(96, 64, 68.0, 70.0, 47.0, 33.0)
BARREL = Lens(
    96, 64, 68.0, 70.0, 47.0, 33.0, "brown_conrady", (-0.3, 0.09, 1e-3, -7e-4, -0.01, 0.01, 0.0, 0.0)
)
PINCUSHION = Lens(96, 64, 68.0, 70.0, 47.0, 33.0, "brown_conrady", (0.2, 0.05, -2e-3, 1e-3))
FISHEYE = Lens(96, 64, 28.0, 28.5, 47.0, 33.0, "kannala_brandt", (0.02, -0.004, 0.001, -2e-4))
LENSES = (PINHOLE, BARREL, PINCUSHION, FISHEYE)


def _matrix(lens: Lens) -> NDArray[np.float64]:
    """Camera matrix with OpenCV's pixel centers."""
    return np.array([[lens.fx_px, 0, lens.cx_px - 0.5], [0, lens.fy_px, lens.cy_px - 0.5], [0, 0, 1.0]])


def _opencv(lens: Lens, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, N) pixels of (3, N) points, by OpenCV, counted from the corner."""
    still = np.zeros(3)
    if lens.model == "kannala_brandt":
        pixels, _ = cv2.fisheye.projectPoints(
            points.T[:, None].copy(), still, still, _matrix(lens), np.array(lens.coefficients)
        )
    else:
        pixels, _ = cv2.projectPoints(
            points.T.copy(), still, still, _matrix(lens), np.array(lens.coefficients)
        )
    return np.asarray(pixels.reshape(-1, 2).T + 0.5)


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: f"{lens.model}-{len(lens.coefficients)}")
def test_points_land_where_opencv_says(lens: Lens) -> None:
    rng = np.random.default_rng(1)
    points = np.stack([rng.uniform(-2, 2, 500), rng.uniform(-1.5, 1.5, 500), rng.uniform(2.5, 9, 500)])
    assert np.abs(project(lens, points) - _opencv(lens, points)).max() < 1e-9


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: f"{lens.model}-{len(lens.coefficients)}")
def test_rays_of_all_pixels_project_onto_their_centers(lens: Lens) -> None:
    rays = center_rays(lens)
    assert rays.shape == (3, 64, 96)
    there = np.isfinite(rays[2])
    assert (~there).sum() <= 16  # rays perpendicular to the axis, on which a depth is no place
    assert set(np.unique(rays[2][there])) <= {-1.0, 1.0}
    assert np.abs(project(lens, rays * 17.0) - centers(lens))[:, there].max() < 1e-9


def test_fisheye_sees_behind_itself() -> None:
    rays = center_rays(FISHEYE)
    assert (rays[2, :, 0] == -1).any()
    assert (rays[2, 20:44, 30:64] == 1).all()
    behind = np.array([[1.0], [0.5], [-0.1]])
    angle = np.arctan2(np.hypot(1.0, 0.5), -0.1)
    k1, k2, k3, k4 = FISHEYE.coefficients
    radius = angle + k1 * angle**3 + k2 * angle**5 + k3 * angle**7 + k4 * angle**9
    along = np.array([1.0, 0.5]) / np.hypot(1.0, 0.5)
    expected = radius * along * [FISHEYE.fx_px, FISHEYE.fy_px] + [FISHEYE.cx_px, FISHEYE.cy_px]
    assert np.abs(project(FISHEYE, behind)[:, 0] - expected).max() < 1e-9


def test_nothing_is_mapped_behind_or_beyond_where_a_lens_folds() -> None:
    assert np.isnan(project(PINHOLE, np.array([[0.0], [0.1], [-1.0]]))).all()
    strong = Lens(96, 64, 68.0, 68.0, 48.0, 32.0, "brown_conrady", (-0.4, 0.0))
    assert widest(strong) == pytest.approx(np.sqrt(0.99 / 1.2), rel=1e-12)  # 1 + 3 k1 r^2 = 0.01
    assert np.isnan(project(strong, np.array([[0.91], [0.0], [1.0]]))).all()
    assert np.isfinite(project(strong, np.array([[0.90], [0.0], [1.0]]))).all()
    assert widest(PINHOLE) == np.inf
    assert widest(Lens(9, 9, 9, 9, 4, 4, "kannala_brandt", (0.0, 0.0, 0.0, 0.0))) == pytest.approx(np.pi)
    folding = Lens(9, 9, 9, 9, 4, 4, "kannala_brandt", (-0.1, 0.0, 0.0, 0.0))
    assert widest(folding) == pytest.approx(np.sqrt(0.99 / 0.3), rel=1e-12)  # 1 + 3 k1 a^2 = 0.01


def test_pixels_outside_the_image_circle_have_no_ray() -> None:
    rays = center_rays(Lens(96, 64, 12.0, 12.0, 48.0, 32.0, "kannala_brandt", (0.0, 0.0, 0.0, 0.0)))
    assert np.isnan(rays[:, 0, 0]).all()
    assert np.isfinite(rays[:, 32, 48]).all()


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(UsageError, match="'omni' is unknown; known: pinhole"):
        project(Lens(9, 9, 9, 9, 4, 4, "omni", (1.0,)), np.ones((3, 1)))
    with pytest.raises(UsageError, match="omni"):
        center_rays(Lens(9, 9, 9, 9, 4, 4, "omni", (1.0,)))
