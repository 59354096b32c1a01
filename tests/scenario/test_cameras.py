"""Cameras as descriptions: fields of view and calibrated ones, lenses, files, records, attitudes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.geometry import BrownConrady, KannalaBrandt, Pose, rotation_from_euler
from sim.scenario import (
    Camera,
    Pedestrian,
    Scenario,
    body_from_camera,
    camera_from_json,
    camera_to_json,
    intrinsics,
    intrinsics_to_json,
)
from sim.scenario.catalog import build_world
from sim.scenario.files import dump, from_dict, to_dict
from sim.scenario.sensors import resized, with_pose
from sim.scenario.yamltext import parse_yaml

WORLD = build_world("avenue", {"length_m": 80.0})
CALIBRATED = Camera(
    "c", width_px=1392, height_px=512, fx_px=984.2, fy_px=980.8, cx_px=690.5, cy_px=234.6,
    distortion=BrownConrady(-0.37, 0.2, 0.001, -0.0004, -0.07),
)  # fmt: skip
FISHEYE = Camera("f", width_px=1280, height_px=960, hfov_deg=190.0, distortion=KannalaBrandt(-0.01, 0.003))

coefficient = st.floats(-1e-3, 1e-3)
lenses = (
    st.none() | st.builds(BrownConrady, *[coefficient] * 8) | st.builds(KannalaBrandt, *[coefficient] * 4)
)
cameras = st.builds(Camera, name=st.just("c"), hfov_deg=st.floats(10, 120), distortion=lenses) | st.builds(
    Camera,
    name=st.just("c"),
    fx_px=st.floats(500, 3000),
    fy_px=st.none() | st.floats(500, 3000),
    cx_px=st.none() | st.floats(500, 700),
    cy_px=st.none() | st.floats(300, 400),
    distortion=lenses,
)


def filmed_by(camera: Camera) -> Scenario:
    return Scenario(WORLD, (Pedestrian("p", (1.0, 2.0)),), (camera,), 2.0, 20, 7)


@given(cameras)
@settings(max_examples=60, deadline=None)
def test_files_and_records_give_the_equal_camera_back(camera: Camera) -> None:
    scenario = filmed_by(camera)
    read = from_dict(parse_yaml(dump(scenario), "s.yaml"), "s.yaml")
    assert repr(read.sensors) == repr(scenario.sensors)
    assert type(read.sensors[0].distortion) is type(camera.distortion)
    again = camera_from_json(json.loads(json.dumps(camera_to_json(camera))))
    assert again == camera
    assert intrinsics(again) == intrinsics(camera)


def test_files_name_the_lens() -> None:
    record = to_dict(filmed_by(CALIBRATED))["sensors"][0]
    assert record["distortion"] == {
        "model": "brown_conrady", "k1": -0.37, "k2": 0.2, "p1": 0.001, "p2": -0.0004, "k3": -0.07,
        "k4": 0.0, "k5": 0.0, "k6": 0.0,
    }  # fmt: skip
    assert record["hfov_deg"] is None
    assert record == camera_to_json(CALIBRATED)
    assert intrinsics_to_json(intrinsics(FISHEYE))["distortion"]["model"] == "kannala_brandt"
    whole = to_dict(filmed_by(Camera("c", fx_px=700)))["sensors"][0]
    assert type(whole["fx_px"]) is float


def test_intrinsics_are_those_given() -> None:
    k = intrinsics(CALIBRATED)
    assert (k.fx_px, k.fy_px, k.cx_px, k.cy_px) == (984.2, 980.8, 690.5, 234.6)
    assert k.distortion == CALIBRATED.distortion
    plain = intrinsics(Camera("c", fx_px=700.0))
    assert (plain.fx_px, plain.fy_px, plain.cx_px, plain.cy_px) == (700.0, 700.0, 640.0, 360.0)
    assert Camera("c").hfov_deg == 70.0
    assert Camera("c", fx_px=700.0).hfov_deg is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"fy_px": 700.0}, "camera 'c': fy_px is 700.0 without fx_px; wanted both"),
        ({"cy_px": 1.0}, "camera 'c': cy_px is 1.0 without fx_px; wanted both"),
        ({"fx_px": 700.0, "hfov_deg": 70.0}, "camera 'c': hfov_deg is 70.0 and fx_px 700.0, wanted one"),
        ({"fx_px": float("nan")}, "camera 'c': fx_px is nan, wanted 1.0 to 1000000.0"),
        ({"hfov_deg": 151.0}, "camera 'c': hfov_deg is 151.0, wanted 1 to 150.0"),
        (
            {"hfov_deg": 221.0, "distortion": KannalaBrandt()},
            "camera 'c': hfov_deg is 221.0, wanted 1 to 220.0",
        ),
        (
            {"fx_px": 100.0},
            "camera 'c': fx_px is 100.0, a horizontal field of view of 162.2 degrees, wanted at most 150.0",
        ),
        (
            {"hfov_deg": 100.0, "distortion": BrownConrady(-0.6)},
            "camera 'c': distortion: brown_conrady (-0.6, 0, 0, 0, 0, 0, 0, 0) holds up to 36.6 degrees off "
            "the axis, wanted 50.0 degrees and more",
        ),
    ],
)  # fmt: skip
def test_what_a_camera_cannot_be_is_said(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        Camera("c", **fields)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("lens", "message"),
    [
        ({"k1": 1.0}, "distortion.model: missing, wanted brown_conrady or kannala_brandt"),
        (
            {"model": "brown"},
            "distortion.model: unknown lens model 'brown': did you mean 'brown_conrady'? known: "
            "brown_conrady, kannala_brandt",
        ),
        (
            {"model": "kannala_brandt", "k5": 1.0},
            "distortion.k5: unknown key 'k5': did you mean 'k4' or 'k3' or 'k2'? known: "
            "k1, k2, k3, k4, model",
        ),
        ({"model": "brown_conrady", "k1": "a"}, "distortion.k1: 'a' is not a number"),
        (5, "distortion: 5 is not a mapping"),
    ],
)
def test_what_a_file_cannot_say_of_a_lens_is_said(lens: object, message: str) -> None:
    record = to_dict(filmed_by(Camera("c")))
    record["sensors"][0]["distortion"] = lens
    with pytest.raises(UsageError) as caught:
        from_dict(record, "s.yaml")
    assert str(caught.value) == f"s.yaml: sensors[0].{message}"


def test_a_huge_coefficient_is_said() -> None:
    record = to_dict(filmed_by(Camera("c")))
    record["sensors"][0]["distortion"] = {"model": "brown_conrady", "p2": 1e300}
    with pytest.raises(
        UsageError, match=r"sensors\[0\]: brown_conrady: p2 is 1e\+300, wanted -1e\+06 to 1e\+06"
    ):
        from_dict(record, "s.yaml")


@given(
    st.floats(-180, 180),
    st.floats(-90, 90) | st.sampled_from([90.0, -90.0, 89.9999999, -89.99999999999]),
    st.floats(-180, 180),
)
@settings(max_examples=300, deadline=None)
def test_attitudes_come_back_from_their_angles(yaw: float, pitch: float, roll: float) -> None:
    rotation = rotation_from_euler(*np.deg2rad([yaw, pitch, roll]))
    axes = body_from_camera(Camera("c")).rotation
    wanted = Pose(rotation @ axes, np.array([1.0, -2.0, 3.0]))
    camera = with_pose(Camera("c"), wanted)
    got = body_from_camera(camera)
    np.testing.assert_allclose(got.rotation, wanted.rotation, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(got.translation_m, wanted.translation_m)


@pytest.mark.parametrize("camera", [CALIBRATED, FISHEYE, Camera("c", hfov_deg=80.0)])
def test_another_size_keeps_the_horizontal_field_of_view(camera: Camera) -> None:
    before, after = intrinsics(camera), intrinsics(resized(camera, 640, 220))
    assert (after.width_px, after.height_px) == (640, 220)
    scale = 640 / camera.width_px
    rays = np.array([[-0.3, 0.1, 1.0], [0.2, 0.0, 1.0], [0.05, -0.07, 1.0]])
    middle = np.array([before.width_px, before.height_px]) / 2
    np.testing.assert_allclose(
        after.project(rays) - [320, 110], (before.project(rays) - middle) * scale, rtol=0, atol=1e-9
    )
