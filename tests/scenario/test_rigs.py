"""Rigs: where their cameras stand and look, on vehicles of every size; and scenarios filmed by them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.bodies import VehicleSpec, build_body
from sim.errors import UsageError
from sim.geometry import BrownConrady
from sim.scenario import Camera, Scenario, body_from_camera, intrinsics
from sim.scenario.calibration import write_rig
from sim.scenario.rigs import BASELINE_M, pole, stereo, surround
from sim.scenario.sampling import sample, with_settings

LENS = BrownConrady(-0.1, 0.01, 0.001, -0.0005)


@pytest.fixture(scope="module")
def street() -> Scenario:
    return sample("avenue", seed=1, vehicles=2, parked=0, people=1, length_m=80.0)


def test_disparity_is_focal_length_times_baseline_over_depth() -> None:
    camera = Camera("c", "ego", 1.0, 0.5, 1.3, 25.0, 4.0, -2.0)
    left, right = stereo(camera, 0.3)
    assert (left.name, right.name) == ("c_left", "c_right")
    points = np.random.default_rng(5).uniform([-3, -2, 2], [3, 2, 50], (40, 3))
    right_from_left = body_from_camera(right).inverse() @ body_from_camera(left)
    k = intrinsics(left)
    shift = k.project(points) - intrinsics(right).project(right_from_left.apply(points))
    np.testing.assert_allclose(shift[:, 0], k.fx_px * 0.3 / points[:, 2], rtol=0, atol=1e-9)
    np.testing.assert_allclose(shift[:, 1], 0, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(body_from_camera(left).matrix, body_from_camera(camera).matrix)


@pytest.mark.parametrize("baseline_m", [0.0, -1.0, 11.0, math.nan])
def test_a_baseline_out_of_range_is_said(baseline_m: float) -> None:
    with pytest.raises(UsageError, match=r"baseline_m is .*, wanted above 0, at most 10"):
        stereo(Camera("c"), baseline_m)


@pytest.mark.parametrize("shape", ["hatchback", "sedan", "suv", "van"])
def test_six_cameras_see_all_around_from_outside_the_body(shape: str) -> None:
    body = build_body(VehicleSpec(shape=shape))
    cameras = surround(VehicleSpec(shape=shape))
    assert len({camera.name for camera in cameras}) == 6
    turns = np.arange(0.0, 360.0, 0.25)
    far = 500 * np.stack([np.cos(np.deg2rad(turns)), np.sin(np.deg2rad(turns)), 0 * turns], -1)
    seen = np.zeros(len(turns), int)
    for camera in cameras:
        k, camera_from_body = intrinsics(camera), body_from_camera(camera).inverse()
        points = camera_from_body.apply(far)
        u = k.project(points)[:, 0]
        seen += k.sees(points) & (u >= 0) & (u <= k.width_px)
        # Nothing of the body is nearer than the near plane would cut, so no camera looks at its inside.
        vertices = body.mesh.positions_m
        below = np.hypot(vertices[:, 0] - camera.x_m, vertices[:, 1] - camera.y_m) < 0.3
        assert vertices[below, 2].max() < camera.z_m
        rear_m, nose_m, half_width_m = body.footprint_m
        assert rear_m < camera.x_m < nose_m
        assert abs(camera.y_m) < half_width_m
    assert seen.min() >= 1
    assert cameras[3].hfov_deg == 110.0
    assert all(camera.hfov_deg == 70.0 for camera in cameras if camera.name != "back")


@pytest.mark.parametrize("aim", [(10.0, 3.0, 0.0), (-4.0, 0.0, 9.0), (1.0, 2.0, -1.0)])
def test_a_camera_on_a_pole_has_its_aim_in_the_middle_and_a_level_horizon(aim: tuple[float, ...]) -> None:
    camera = pole(Camera("p", "ego", distortion=LENS, hfov_deg=60.0), (1.0, 2.0, 6.0), aim)
    k, pose = intrinsics(camera), body_from_camera(camera)
    assert camera.mount == ""
    np.testing.assert_allclose(k.project(pose.inverse().apply(np.array(aim))), [k.cx_px, k.cy_px], atol=1e-9)
    np.testing.assert_allclose(pose.translation_m, [1.0, 2.0, 6.0])
    assert pose.rotation[2, 0] == pytest.approx(0, abs=1e-15)  # the image's rows are level
    assert pose.rotation[2, 1] < 1e-15  # and its columns point down
    with pytest.raises(UsageError, match=r"look_at_m is .*, where the camera stands"):
        pole(Camera("p"), aim, aim)


def test_default_rigs_replace_the_default_cameras(street: Scenario) -> None:
    pair = with_settings(street, {}, rig="stereo").sensors
    front = street.sensors[0]
    np.testing.assert_allclose(
        (body_from_camera(pair[0]).translation_m + body_from_camera(pair[1]).translation_m) / 2,
        body_from_camera(front).translation_m,
        atol=1e-12,
    )
    assert math.dist(*(body_from_camera(camera).translation_m for camera in pair)) == pytest.approx(
        BASELINE_M
    )
    size = {"width_px": 320, "height_px": 180, "rate_hz": 5}
    around = with_settings(street, size, rig="surround").sensors
    assert {(c.width_px, c.height_px, c.rate_hz, c.mount) for c in around} == {(320, 180, 5, "ego")}
    drawn = sample(
        "avenue", seed=1, rig="surround", vehicles=2, parked=0, people=1, length_m=80.0, width_px=320
    )
    assert drawn.agents == street.agents
    assert {(c.width_px, c.height_px) for c in drawn.sensors} == {(320, 900)}


def test_a_calibration_file_is_a_rig_with_its_own_size(street: Scenario, tmp_path: Path) -> None:
    given = Camera("cam", width_px=640, height_px=400, fx_px=500.0, cx_px=330.0, cy_px=190.0, distortion=LENS)
    write_rig((given,), tmp_path / "c.yaml", "opencv")
    (camera,) = with_settings(street, {}, channels=["rgb"], rig=str(tmp_path / "c.yaml")).sensors
    assert intrinsics(camera) == intrinsics(given)
    assert camera.channels == ("rgb",)
    np.testing.assert_allclose(
        body_from_camera(camera).matrix, body_from_camera(street.sensors[0]).matrix, atol=1e-12
    )
    (half,) = with_settings(street, {"width_px": 320, "height_px": 200}, rig=str(tmp_path / "c.yaml")).sensors
    k = intrinsics(half)
    assert (k.fx_px, k.fy_px, k.cx_px, k.cy_px) == (250.0, 250.0, 165.0, 95.0)


def test_rigs_that_cannot_be_are_said(street: Scenario) -> None:
    with pytest.raises(UsageError, match="rig 'sterio': wanted stereo, surround or a calibration file"):
        with_settings(street, {}, rig="sterio")
    with pytest.raises(UsageError, match="rig 'stereo': the scenario has no vehicle 'ego' to carry it"):
        sample("avenue", seed=1, rig="stereo", vehicles=0, parked=0, people=1, length_m=80.0)


def test_public_names_make_a_rig(tmp_path: Path) -> None:
    left, right = sim.stereo(sim.Camera("c", "ego", distortion=sim.KannalaBrandt(0.01)), 0.2)
    sim.write_rig((left, right), tmp_path / "chain.yaml", "kalibr")
    again = sim.read_rig(tmp_path / "chain.yaml", body_from_first=body_from_camera(left))
    assert [camera.name for camera in again] == ["c_left", "c_right"]
    np.testing.assert_allclose(body_from_camera(again[1]).matrix, body_from_camera(right).matrix, atol=1e-12)
    assert len(sim.surround()) == 6
