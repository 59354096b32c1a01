"""Parts of the geometry checks against brute force: places between pixels, smooth surfaces, sums."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from sim.audit.geometry_flow import seen_error
from sim.audit.geometry_measures import among_pixels, quantile_of_pixels, share_of_pixels
from sim.audit.geometry_pixels import Landing, moved, points, ranges, smooth, steepness
from sim.audit.geometry_poses import world_from_body, world_from_mount
from sim.audit.optics import center_rays, centers, project
from sim.audit.view import Lens, View
from sim.geometry import Pose
from sim.scenario import Camera, body_from_camera

LENS = Lens(24, 16, 20.0, 21.0, 11.0, 8.5)


def _view(depth: np.ndarray, instance: np.ndarray | None = None, lens: Lens = LENS) -> View:
    ids = np.zeros(depth.shape, np.int32) if instance is None else instance
    images = {"depth": depth.astype(np.float32), "instance": ids}
    return View("s", 0, "c", 0, 0, lens, np.eye(4), 0.1, images, ())


def _plane(normal: tuple[float, float, float], distance_m: float, lens: Lens = LENS) -> np.ndarray:
    """Depth of the plane normal . p = distance."""
    rays = center_rays(lens)
    return distance_m / np.tensordot(np.array(normal), rays, 1)


def test_between_is_bilinear_and_knows_the_border() -> None:
    rng = np.random.default_rng(0)
    image = rng.normal(size=(16, 24))
    pixels = np.stack([rng.uniform(-1, 25, 400), rng.uniform(-1, 17, 400)])
    landing = Landing(pixels, _view(np.ones((16, 24))))
    u, v = pixels
    assert (landing.inside == ((u >= 0.5) & (u < 23.5) & (v >= 0.5) & (v < 15.5))).all()
    expected = map_coordinates(image, [v - 0.5, u - 0.5], order=1, mode="nearest")
    assert landing.between(image)[landing.inside] == pytest.approx(expected[landing.inside], abs=1e-12)


def test_on_asks_all_four_pixels() -> None:
    rng = np.random.default_rng(1)
    flags = rng.uniform(size=(16, 24)) < 0.8
    pixels = np.stack([rng.uniform(-1, 25, 400), rng.uniform(-1, 17, 400)])
    landing = Landing(pixels, _view(np.ones((16, 24))))
    for (u, v), found in zip(pixels.T, landing.on(flags), strict=True):
        column, row = int(np.floor(u - 0.5)), int(np.floor(v - 0.5))
        inside = 0 <= column < 23 and 0 <= row < 15
        assert found == (inside and bool(flags[row : row + 2, column : column + 2].all()))


@pytest.mark.parametrize("normal", [(0.0, 0.0, 1.0), (0.0, 1.0, 0.6), (0.5, -0.2, 1.0)])
def test_a_plane_is_smooth_all_over_however_it_lies(normal: tuple[float, float, float]) -> None:
    found = smooth(_view(_plane(normal, 7.0)))
    assert found[1:-1, 1:-1].all()
    assert not found[[0, -1]].any()
    assert not found[:, [0, -1]].any()


def test_edges_of_depth_and_of_things_are_not_smooth() -> None:
    depth = _plane((0, 0, 1), 7.0)
    depth[:, 12:] = 9.0
    assert not smooth(_view(depth))[:, 11:13].any()
    assert smooth(_view(depth))[1:-1, 1:11].all()
    ids = np.zeros(depth.shape, np.int32)
    ids[8, 5] = 3
    found = smooth(_view(_plane((0, 0, 1), 7.0), ids))
    assert not found[7:10, 4:7].any()
    assert found[1:-1, 1:-1].sum() == 14 * 22 - 9


def test_steepness_is_that_of_the_own_surface() -> None:
    far_m = ranges(_view(_plane((0.0, 1.0, 0.7), 6.0)))
    found = steepness(_view(_plane((0.0, 1.0, 0.7), 6.0)))
    rows = np.abs(np.diff(far_m, axis=0))
    assert found[5, 5] == pytest.approx(
        max(min(rows[4, 5], rows[5, 5]), np.abs(np.diff(far_m, axis=1))[5, 4:6].min())
    )
    wall = np.full((16, 24), 5.0)
    wall[:, 12:] = np.inf
    assert (
        steepness(_view(wall)).max() < 0.3
    )  # neither the sky nor the wall is steep; the edge is not counted


def test_what_stands_on_a_road_does_not_make_it_flat() -> None:
    road = _plane((0.0, 1.0, 0.02), 1.4)
    instance = np.zeros((16, 24), np.int32)
    instance[:12, 8:16] = 1
    depth = np.where(instance == 1, road[12, 10], road)
    depth[depth <= 0] = np.inf
    found, far_m = steepness(_view(depth, instance)), ranges(_view(depth))
    # Above the road's pixel is the back of a vehicle, as far away; below it the road, much nearer.
    assert np.abs(far_m[11, 10] - far_m[12, 10]) < 0.1
    assert found[12, 10] == pytest.approx(far_m[12, 10] - far_m[13, 10])


def test_points_of_a_fisheye_lie_behind_it_too() -> None:
    lens = Lens(24, 16, 6.5, 6.5, 12.0, 8.0, "kannala_brandt", (0.01, 0.0, 0.0, 0.0))
    sphere_m = 5.0
    rays = center_rays(lens)
    depth = sphere_m * rays[2] / np.linalg.norm(rays, axis=0)
    view = _view(depth, lens=lens)
    assert (depth < 0).any()
    assert np.linalg.norm(points(view), axis=0) == pytest.approx(np.full((16, 24), sphere_m), rel=1e-6)
    assert ranges(view) == pytest.approx(np.full((16, 24), sphere_m), rel=1e-6)


def test_the_sky_is_only_turned() -> None:
    motion = np.eye(4)
    motion[:3, 3] = 1.0, 2.0, 3.0
    places = np.ones((3, 2, 2))
    far = np.array([[True, False], [False, True]])
    found = moved(motion, places, far)
    assert (found[:, far] == 1.0).all()
    assert (found[:, ~far] == np.array([2.0, 3.0, 4.0])[:, None]).all()


def test_errors_outside_the_image_are_angles() -> None:
    """A point nearly beside the camera flies off the image; a tiny turn of its ray moves it far."""
    ray = np.array([40.0, 3.0, 1.0])
    step = 1e-6 * np.linalg.norm(ray)
    turned = ray + step * np.array([-1.0, 0.0, 40.0]) / np.hypot(1, 40)
    both = project(LENS, np.stack([ray, turned], 1))
    error = seen_error(LENS, both[:, 1:], both[:, :1])
    assert np.hypot(*(both[:, 1] - both[:, 0])) > 0.02
    assert error[0] == pytest.approx(1e-6 * LENS.fx_px, rel=0.02)
    inside = centers(LENS)[:, 3, 4:5]
    assert seen_error(LENS, inside + 0.3, inside)[0] == pytest.approx(np.hypot(0.3, 0.3))


def test_poses_are_those_of_the_library() -> None:
    state = {n: [0.0, v] for n, v in zip(("x_m", "y_m", "z_m"), (4.0, -2.0, 0.5), strict=True)}
    state |= {
        n: [0.0, v] for n, v in zip(("yaw_rad", "pitch_rad", "roll_rad"), (2.1, 0.2, -0.3), strict=True)
    }
    expected = Pose.from_xyz_euler(4.0, -2.0, 0.5, 2.1, 0.2, -0.3).matrix
    assert world_from_body(state, 1) == pytest.approx(expected, abs=1e-15)
    camera = Camera("c", x_m=1.0, y_m=2.0, z_m=3.0, yaw_deg=40.0, pitch_deg=-10.0, roll_deg=5.0)
    fields = ("x_m", "y_m", "z_m", "yaw_deg", "pitch_deg", "roll_deg")
    found = world_from_mount({name: getattr(camera, name) for name in fields})
    assert found == pytest.approx(body_from_camera(camera).matrix, abs=1e-15)


def test_measures_count_what_is_beyond_the_limit() -> None:
    view = _view(np.ones((4, 5)))
    error = np.zeros((4, 5))
    error[2, 3], error[0, 0] = 0.7, np.nan
    judged = np.ones((4, 5), bool)
    found = among_pixels(view, "flow", error, judged, 0.5, "px")
    assert (found.compared, found.worst, len(found.failures)) == (20, np.inf, 1)
    assert "2 of 20 px" in found.failures[0]
    judged[0, 0] = False
    found = among_pixels(view, "flow", error, judged, 0.5, "px")
    assert (found.worst, found.where) == (0.7, "s frame 0 c at (3, 2)")
    assert among_pixels(view, "flow", error, judged, 0.7, "px").failures == ()
    assert among_pixels(view, "flow", error, np.zeros((4, 5), bool), 0.5, "px").compared == 0


def test_a_handful_of_pixels_is_left_out_of_shares() -> None:
    view = _view(np.ones((4, 5)))
    wrong = np.arange(1000) < 14
    found = share_of_pixels(view, "{} of {}".format, wrong, 1000, 0.01)
    assert (found.worst, found.failures) == (0.01, ())
    found = share_of_pixels(view, "{} of {}".format, np.arange(1000) < 15, 1000, 0.01)
    assert found.failures == ("15 of 1000",)
    errors = np.arange(1000.0)
    assert quantile_of_pixels(view, "flow", errors, 0.99, 1.0, "px").worst == 989.0
    assert quantile_of_pixels(view, "flow", errors[:10], 0.99, 5.0, "px").failures == ()
    assert quantile_of_pixels(view, "flow", errors[:10], 0.99, 4.0, "px").worst == 5.0
    assert quantile_of_pixels(view, "flow", errors[:4], 0.99, 0.0, "px").compared == 0
