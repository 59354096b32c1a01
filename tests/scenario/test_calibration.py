"""Calibration files as other programs write them, read and written; OpenCV says where the half pixel goes."""

# ruff: noqa: E501 - lines of calibration files are as long as their programs write them

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.geometry import BrownConrady, Intrinsics, KannalaBrandt, Pose, rotation_from_euler
from sim.scenario import Camera, body_from_camera, intrinsics
from sim.scenario.calibration import FORMATS, read_rig, rig_notes, write_rig
from sim.scenario.sensors import with_pose

OPENCV = """%YAML:1.0
---
calibration_time: "Mon 01 Jan 2024 10:00:00 AM CET"
image_width: 640
image_height: 480
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 5.3591573396163199e+02, 0., 3.4228315473308373e+02, 0.,
       5.3591573396163199e+02, 2.3557082909788173e+02, 0., 0., 1. ]
distortion_coefficients: !!opencv-matrix
   rows: 5
   cols: 1
   dt: d
   data: [ -2.6637260909660682e-01, -3.8588898922304653e-02,
       1.7831947042852964e-03, -2.8122100441115472e-04,
       2.3839153080878486e-01 ]
avg_reprojection_error: 3.9258777009338379e-01
"""
ROS = """image_width: 640
image_height: 480
camera_name: head_camera
camera_matrix:
  rows: 3
  cols: 3
  data: [500.5, 0, 320.25, 0, 501.5, 239.75, 0, 0, 1]
distortion_model: plumb_bob
distortion_coefficients:
  rows: 1
  cols: 5
  data: [-0.1, 0.01, 0.001, -0.002, 0.0]
rectification_matrix:
  rows: 3
  cols: 3
  data: [1, 0, 0, 0, 1, 0, 0, 0, 1]
"""
ROS_TOPIC = """header:
  seq: 3
height: 400
width: 500
distortion_model: "equidistant"
D: [0.01, -0.002, 0.0003, 0.0]
K: [250.0, 0.0, 249.5, 0.0, 251.0, 199.5, 0.0, 0.0, 1.0]
---
"""
PAIR = """%YAML:1.0
---
M1: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 700., 0., 319.5, 0., 700., 239.5, 0., 0., 1. ]
D1: !!opencv-matrix
   rows: 1
   cols: 8
   dt: d
   data: [ 0.1, 0.02, 0.001, 0.002, 0.003, 0.2, 0.01, 0.001 ]
M2: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 702., 0., 318.5, 0., 703., 238.5, 0., 0., 1. ]
D2: !!opencv-matrix
   rows: 1
   cols: 5
   dt: d
   data: [ 0., 0., 0., 0., 0. ]
R: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 1., 0., 0., 0., 1., 0., 0., 0., 1. ]
T: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ -0.12, 0., 0. ]
"""
KALIBR = """cam0:
  cam_overlaps: [1]
  camera_model: pinhole
  distortion_coeffs: [-0.0034823894022493434, 0.0007150348452162257, -0.0020532361418706202, 0.00020293673591811182]
  distortion_model: equidistant
  intrinsics: [190.97847715128717, 190.9733070521226, 254.93170605935475, 256.8974428996504]
  resolution: [512, 512]
  rostopic: /cam0/image_raw
cam1:
  T_cn_cnm1:
  - [1.0, 0.0, 0.0, -0.1]
  - [0.0, 1.0, 0.0, 0.02]
  - [0.0, 0.0, 1.0, 0.003]
  - [0.0, 0.0, 0.0, 1.0]
  cam_overlaps: [0]
  camera_model: pinhole
  distortion_coeffs: [-0.28, 0.07, 0.0002, 0.00002]
  distortion_model: radtan
  intrinsics: [458.654, 457.296, 367.215, 248.375]
  resolution: [752, 480]
  rostopic: /stereo/right/image_raw
"""
KITTI_OBJECT = """P0: 7.215377e+02 0 6.095593e+02 0 0 7.215377e+02 1.728540e+02 0 0 0 1 0
P1: 7.215377e+02 0 6.095593e+02 -3.875744e+02 0 7.215377e+02 1.728540e+02 0 0 0 1 0
P2: 7.215377e+02 0 6.095593e+02 4.485728e+01 0 7.215377e+02 1.728540e+02 2.163791e-01 0 0 1 2.745884e-03
P3: 7.215377e+02 0 6.095593e+02 -3.395242e+02 0 7.215377e+02 1.728540e+02 2.199936e+00 0 0 1 2.729905e-03
R0_rect: 9.999239e-01 9.837760e-03 -7.445048e-03 -9.869795e-03 9.999421e-01 -4.278459e-03 7.402527e-03 4.351614e-03 9.999631e-01
Tr_velo_to_cam: 7.533745e-03 -9.999714e-01 -6.166020e-04 -4.069766e-03 1.480249e-02 7.280733e-04 -9.998902e-01 -7.631618e-02 9.998621e-01 7.523790e-03 1.480755e-02 -2.717806e-01
Tr_imu_to_velo: 9.999976e-01 7.553071e-04 -2.035826e-03 -8.086759e-01 -7.854027e-04 9.998898e-01 -1.482298e-02 3.195559e-01 2.024406e-03 1.482454e-02 9.998881e-01 -7.997231e-01
"""
KITTI_RAW = """calib_time: 09-Jan-2012 13:57:47
corner_dist: 9.950000e-02
S_00: 1.392000e+03 5.120000e+02
K_00: 9.842439e+02 0.000000e+00 6.900000e+02 0.000000e+00 9.808141e+02 2.331966e+02 0.000000e+00 0.000000e+00 1.000000e+00
D_00: -3.728755e-01 2.037299e-01 2.219027e-03 1.383707e-03 -7.233722e-02
R_00: 1.000000e+00 0.000000e+00 0.000000e+00 0.000000e+00 1.000000e+00 0.000000e+00 0.000000e+00 0.000000e+00 1.000000e+00
T_00: 2.573699e-16 -1.059758e-16 1.614870e-16
S_rect_00: 1.242000e+03 3.750000e+02
P_rect_00: 7.215377e+02 0 6.095593e+02 0 0 7.215377e+02 1.728540e+02 0 0 0 1 0
S_01: 1.392000e+03 5.120000e+02
K_01: 9.895267e+02 0.000000e+00 7.020000e+02 0.000000e+00 9.878386e+02 2.455590e+02 0.000000e+00 0.000000e+00 1.000000e+00
D_01: -3.644661e-01 1.790019e-01 1.148107e-03 -6.298563e-04 -5.314062e-02
R_01: 9.993513e-01 1.860866e-02 -3.083487e-02 -1.887662e-02 9.997863e-01 -8.421873e-03 3.067156e-02 8.998467e-03 9.994890e-01
T_01: -5.370000e-01 4.822061e-03 -1.252488e-02
"""
NUSCENES = [
    {"token": "a", "sensor_token": "s1", "translation": [1.70, 0.016, 1.51], "rotation": [0.5, -0.5, 0.5, -0.5],
     "camera_intrinsic": [[1266.4, 0.0, 816.3], [0.0, 1266.4, 491.5], [0.0, 0.0, 1.0]]},
    {"token": "b", "sensor_token": "lidar", "translation": [0.9, 0.0, 1.84], "rotation": [1, 0, 0, 0],
     "camera_intrinsic": []},
    {"token": "c", "sensor_token": "s2", "translation": [0.03, 0.0, 1.58], "rotation": [0.5, -0.5, -0.5, 0.5],
     "camera_intrinsic": [[809.2, 0.0, 829.2], [0.0, 809.2, 481.8], [0.0, 0.0, 1.0]]},
    {"token": "d", "sensor_token": "s1", "translation": [9.0, 9.0, 9.0], "rotation": [1, 0, 0, 0],
     "camera_intrinsic": [[1.0, 0.0, 8.0], [0.0, 1.0, 4.0], [0.0, 0.0, 1.0]]},
]  # fmt: skip
SENSORS = [
    {"token": "s1", "channel": "CAM_FRONT", "modality": "camera"},
    {"token": "s2", "channel": "CAM_BACK", "modality": "camera"},
    {"token": "lidar", "channel": "LIDAR_TOP", "modality": "lidar"},
]


def file(folder: Path, text: str, name: str = "calib.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def tables(folder: Path, calibrated: object = NUSCENES) -> Path:
    file(folder, json.dumps(calibrated), "calibrated_sensor.json")
    return file(folder, json.dumps(SENSORS), "sensor.json").parent


def optics(camera: Camera) -> tuple[float, ...]:
    k = intrinsics(camera)
    return (k.width_px, k.height_px, k.fx_px, k.fy_px, k.cx_px, k.cy_px)


def first_from(cameras: tuple[Camera, ...], index: int) -> Pose:
    return body_from_camera(cameras[0]).inverse() @ body_from_camera(cameras[index])


def test_opencv(tmp_path: Path) -> None:
    (camera,) = read_rig(file(tmp_path, OPENCV))
    assert (camera.name, camera.mount, camera.hfov_deg) == ("camera", "ego", None)
    assert optics(camera) == (640, 480, *[535.91573396163199] * 2, 342.78315473308373, 236.07082909788173)
    assert camera.distortion == BrownConrady(
        -0.26637260909660682, -0.038588898922304653, 0.0017831947042852964, -0.00028122100441115472,
        0.23839153080878486,
    )  # fmt: skip


def test_ros(tmp_path: Path) -> None:
    (camera,) = read_rig(file(tmp_path, ROS), rate_hz=5, channels=("rgb",))
    assert (camera.name, camera.rate_hz, camera.channels) == ("head_camera", 5, ("rgb",))
    assert optics(camera) == (640, 480, 500.5, 501.5, 320.75, 240.25)
    assert camera.distortion == BrownConrady(-0.1, 0.01, 0.001, -0.002)
    (topic,) = read_rig(file(tmp_path, ROS_TOPIC))
    assert optics(topic) == (500, 400, 250.0, 251.0, 250.0, 200.0)
    assert topic.distortion == KannalaBrandt(0.01, -0.002, 0.0003)


def test_a_stereo_pair_of_opencv(tmp_path: Path) -> None:
    left, right = pair = read_rig(file(tmp_path, PAIR), width_px=640, height_px=480)
    assert (left.name, right.name) == ("left", "right")
    assert left.distortion == BrownConrady(0.1, 0.02, 0.001, 0.002, 0.003, 0.2, 0.01, 0.001)
    assert right.distortion is None
    assert optics(right) == (640, 480, 702.0, 703.0, 319.0, 239.0)
    np.testing.assert_allclose(first_from(pair, 1).matrix[:3, 3], [0.12, 0, 0], atol=1e-15)
    # The right camera lies to the right of a vehicle that looks ahead.
    assert right.y_m == pytest.approx(left.y_m - 0.12)


def test_the_two_files_of_opencvs_stereo_calibration(tmp_path: Path) -> None:
    intrinsic, rest = PAIR.split("R: !!")
    path = file(tmp_path, intrinsic.replace("data: [ 0.1,", "data:[ 0.1,"), "intrinsics.yml")
    with pytest.raises(UsageError, match=r"intrinsics\.yml: R: missing"):
        read_rig(path, width_px=640, height_px=480)
    file(tmp_path, "%YAML:1.0\n---\nR: !!" + rest + "R1: 3\n", "extrinsics.yml")
    whole = file(tmp_path, PAIR)
    assert read_rig(path, width_px=640, height_px=480) == read_rig(whole, width_px=640, height_px=480)
    with pytest.raises(UsageError, match=r"calib\.yaml: camera 'left': image_width or image_height missing"):
        read_rig(whole)


def test_kalibr(tmp_path: Path) -> None:
    pair = read_rig(file(tmp_path, KALIBR))
    assert [camera.name for camera in pair] == ["cam0", "stereo_right"]
    assert pair[0].distortion == KannalaBrandt(
        -0.0034823894022493434, 0.0007150348452162257, -0.0020532361418706202, 0.00020293673591811182
    )
    assert pair[1].distortion == BrownConrady(-0.28, 0.07, 0.0002, 0.00002)
    assert optics(pair[0]) == (
        512,
        512,
        190.97847715128717,
        190.9733070521226,
        255.43170605935475,
        257.3974428996504,
    )
    np.testing.assert_allclose(first_from(pair, 1).translation_m, [0.1, -0.02, -0.003], atol=1e-15)
    assert [camera.near_m for camera in pair] == [0.1, 0.3]  # the fisheye sees the bonnet below


def test_kalibr_through_the_imu(tmp_path: Path) -> None:
    chain = KALIBR.replace("T_cn_cnm1:", "T_cam_imu:").replace(
        "cam0:\n",
        "cam0:\n  T_cam_imu:\n  - [0, 1, 0, 0.5]\n  - [-1, 0, 0, 0]\n  - [0, 0, 1, 0]\n  - [0, 0, 0, 1]\n",
    )
    pair = read_rig(file(tmp_path, chain))
    cam0_from_imu = np.array([[0, 1, 0, 0.5], [-1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    cam1_from_imu = np.array([[1, 0, 0, -0.1], [0, 1, 0, 0.02], [0, 0, 1, 0.003], [0, 0, 0, 1.0]])
    expected = cam0_from_imu @ np.linalg.inv(cam1_from_imu)
    np.testing.assert_allclose(first_from(pair, 1).matrix, expected, atol=1e-12)


def test_kalibr_as_openvins_has_it(tmp_path: Path) -> None:
    """%YAML:1.0 without a rule below it, and the inverse of T_cam_imu."""
    pose = "  T_imu_cam: # comment\n    - [0, 0, 1, {x}]\n    - [-1, 0, 0, {y}]\n    - [0, -1, 0, 0]\n    - [0, 0, 0, 1]\n"
    chain = KALIBR.replace("cam0:\n", "cam0:\n" + pose.format(x=1.7, y=0.25)).replace(
        "T_cn_cnm1", "T_nothing"
    )
    chain = "%YAML:1.0 # type\n\n" + chain.replace("cam1:\n", "cam1:\n" + pose.format(x=1.8, y=-0.25))
    pair = read_rig(file(tmp_path, chain))
    np.testing.assert_allclose(first_from(pair, 1).matrix[:3, 3], [0.5, 0, 0.1], atol=1e-12)


def test_kitti(tmp_path: Path) -> None:
    rig = read_rig(file(tmp_path, KITTI_OBJECT, "000000.txt"))
    assert [camera.name for camera in rig] == ["cam0", "cam1", "cam2", "cam3"]
    assert optics(rig[2]) == (1242, 375, 721.5377, 721.5377, 610.0593, 173.354)
    # KITTI's cameras 0 and 1 are 0.54 m apart, 2 and 3 likewise; all 1.65 m above the road.
    assert first_from(rig, 1).translation_m[0] == pytest.approx(0.5372, abs=1e-3)
    assert rig[2].y_m - rig[3].y_m == pytest.approx(0.533, abs=2e-3)
    for camera in rig:
        assert camera.z_m == pytest.approx(1.65, abs=0.02)
        assert camera.x_m == pytest.approx(1.08, abs=0.03)
        assert abs(camera.yaw_deg) < 1
        assert abs(camera.pitch_deg) < 1.5
    # A lidar point projected by the devkit's formula lands where the camera sees it.
    rows = {line.split(":")[0]: np.array(line.split()[1:], float) for line in KITTI_OBJECT.splitlines()}
    cam0_from_velo, rect, velo_from_imu = np.eye(4), np.eye(4), np.eye(4)
    cam0_from_velo[:3] = rows["Tr_velo_to_cam"].reshape(3, 4)
    rect[:3, :3] = rows["R0_rect"].reshape(3, 3)
    velo_from_imu[:3] = rows["Tr_imu_to_velo"].reshape(3, 4)
    point_imu = np.array([20.0, -1.5, 0.3, 1.0])
    for number, camera in enumerate(rig):
        u, v, w = rows[f"P{number}"].reshape(3, 4) @ rect @ cam0_from_velo @ velo_from_imu @ point_imu
        seen = body_from_camera(camera).inverse().apply(point_imu[:3] + np.array([0, 0, 0.93]))
        np.testing.assert_allclose(intrinsics(camera).project(seen), np.array([u, v]) / w + 0.5, atol=1e-3)


def test_kitti_raw(tmp_path: Path) -> None:
    path = file(tmp_path, KITTI_RAW, "calib_cam_to_cam.txt")
    rig = read_rig(tmp_path)
    assert rig == read_rig(path)
    assert optics(rig[0]) == (1392, 512, 984.2439, 980.8141, 690.5, 233.6966)
    assert rig[1].distortion == BrownConrady(-0.3644661, 0.1790019, 0.001148107, -0.0006298563, -0.05314062)
    assert first_from(rig, 1).inverse().translation_m[0] == pytest.approx(-0.537)
    assert rig_notes(path) == ("P_rect_00: cameras are those before rectification",)


def test_nuscenes(tmp_path: Path) -> None:
    front, back = read_rig(tables(tmp_path), rate_hz=2)
    assert (front.name, back.name) == ("CAM_FRONT", "CAM_BACK")
    assert optics(front) == (1600, 900, 1266.4, 1266.4, 816.8, 492.0)
    np.testing.assert_allclose(
        [front.x_m, front.y_m, front.z_m, front.yaw_deg, front.pitch_deg, front.roll_deg],
        [1.70, 0.016, 1.51, 0, 0, 0],
        atol=1e-12,
    )
    assert abs(back.yaw_deg) == pytest.approx(180)
    assert rig_notes(tmp_path) == ("1 more calibrations of the same cameras, of other drives",)
    assert read_rig(tmp_path / "calibrated_sensor.json", rate_hz=2) == (front, back)


def test_the_first_camera_goes_where_it_is_told_and_the_others_follow(tmp_path: Path) -> None:
    told = Pose(rotation_from_euler(0.3, 0.1, 0.2), np.array([1.0, 2.0, 3.0]))
    for path in (tables(tmp_path), file(tmp_path, KALIBR)):
        usual, moved = read_rig(path), read_rig(path, body_from_first=told, mount="")
        np.testing.assert_allclose(body_from_camera(moved[0]).matrix, told.matrix, atol=1e-12)
        np.testing.assert_allclose(first_from(moved, 1).matrix, first_from(usual, 1).matrix, atol=1e-12)
        assert {camera.mount for camera in moved} == {""}
    with pytest.raises(UsageError, match=r"calib\.yaml: wanted body_from_first"):
        read_rig(file(tmp_path, KALIBR), mount="")


MILD = BrownConrady(-0.1, 0.01, 0.001, -0.0005)
RIGS: dict[str, tuple[tuple[Camera, ...], ...]] = {
    "opencv": (
        (Camera("a", "ego", 1.0, 0.2, 1.3, 3.0, 2.0, 1.0, fx_px=900.0, cx_px=641.25, distortion=MILD),),
        (Camera("f", "ego", hfov_deg=180.0, distortion=KannalaBrandt(-0.01, 0.002)),),
        (
            Camera("l", "ego", 1.0, 0.2, 1.3, distortion=BrownConrady(0.1, 0.2, 0.0, 0.0, 0.1, 0.2, 0.1, 0.05)),
            Camera("r", "ego", 1.1, -0.2, 1.2, -5.0, 3.0, 1.0, hfov_deg=50.0),
        ),
    ),
    "kalibr": (
        (
            Camera("a", "ego", 1.0, 0.2, 1.3, distortion=MILD),
            Camera("b", "ego", 1.1, -0.2, 1.2, -95.0, 3.0, 1.0, 640, 480, 120.0, distortion=KannalaBrandt(0.01)),
            Camera("c", "ego", -1.1, 0.3, 1.0, 175.0, fy_px=640.0, fx_px=641.0),
        ),
    ),
    "kitti": (
        (Camera("cam0", "ego", 1.0, 0.2, 1.3, 2.0, 3.0, -1.0, fx_px=800.0, cy_px=300.5),),
        tuple(
            Camera(f"cam{i}", "ego", 1.0 + 0.1 * i, 0.2 - 0.3 * i, 1.3, 2.0, 3.0, -1.0, hfov_deg=60.0 + i)
            for i in range(4)
        ),
    ),
    "kitti_raw": (
        (
            Camera("cam0", "ego", 1.0, 0.2, 1.3, distortion=BrownConrady(-0.1, 0.02, 0.001, 0.002, 0.01)),
            Camera("cam1", "ego", 1.0, -0.3, 1.2, 20.0, 1.0, 2.0, fx_px=701.0, fy_px=690.0),
        ),
    ),
    "nuscenes": (
        tuple(
            Camera(f"CAM_{i}", "ego", 0.2 * i, 0.1 * i, 1.5, 60.0 * i - 180, -3.0 + i, 0.1 * i, hfov_deg=70.0)
            for i in range(6)
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("form", "rig"), [(form, rig) for form, rigs in RIGS.items() for rig in rigs])
def test_reading_undoes_writing(form: str, rig: tuple[Camera, ...], tmp_path: Path) -> None:
    path = tmp_path / "new" / "rig"
    held = write_rig(rig, path, form)
    assert f"{form} does not hold: mount, frame rate, channels, near_m and far_m of the cameras" in held
    tells_pose = f"{form} does not hold: pose of the first camera on its mount" not in held
    again = read_rig(
        path,
        body_from_first=None if tells_pose else body_from_camera(rig[0]),
        width_px=rig[0].width_px,
        height_px=rig[0].height_px,
    )
    if len(rig) == 2 and form == "opencv":
        assert path.read_text(encoding="utf-8").startswith("%YAML:1.0\n---\n")
    assert [camera.name for camera in again] == [camera.name for camera in rig]
    for before, after in zip(rig, again, strict=True):
        np.testing.assert_allclose(optics(after), optics(before), rtol=0, atol=1e-9)
        assert after.distortion == before.distortion
        np.testing.assert_allclose(
            body_from_camera(after).matrix, body_from_camera(before).matrix, rtol=0, atol=1e-9
        )
        assert after.mount == "ego"


def test_opencv_reads_what_is_written_and_projects_half_a_pixel_from_ours(tmp_path: Path) -> None:
    points = np.random.default_rng(3).uniform([-1, -0.6, 2], [1, 0.6, 9], (50, 3))
    zero = np.zeros(3)
    for rig in RIGS["opencv"]:
        path = tmp_path / "rig.yaml"
        write_rig(rig, path, "opencv")
        storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
        for number, camera in enumerate(rig, 1):
            end = "" if len(rig) == 1 else f"_{number}"
            k = storage.getNode(f"camera_matrix{end}").mat()
            d = storage.getNode(f"distortion_coefficients{end}").mat()
            assert storage.getNode("image_width").real() == camera.width_px
            project = cv2.fisheye.projectPoints if d.size == 4 else cv2.projectPoints
            assert (d.size == 4) == (storage.getNode("fisheye_model").real() == 1)
            pixels, _ = project(points[:, None], zero, zero, k, d)
            ours = intrinsics(camera).project(points)
            np.testing.assert_allclose(pixels.reshape(-1, 2), ours - 0.5, rtol=0, atol=1e-9)
        if len(rig) == 2:
            turn, shift = storage.getNode("R").mat(), storage.getNode("T").mat()
            second = body_from_camera(rig[1]).inverse() @ body_from_camera(rig[0])
            np.testing.assert_allclose(points @ turn.T + shift.T, second.apply(points), atol=1e-12)
        storage.release()


@given(
    yaw=st.floats(-180, 180), pitch=st.floats(-90, 90), roll=st.floats(-180, 180), form=st.sampled_from(["nuscenes", "kitti"])
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_every_attitude_survives(
    tmp_path_factory: pytest.TempPathFactory, yaw: float, pitch: float, roll: float, form: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"attitude_{form}"
    camera = Camera("cam0", "ego", 1.0, 2.0, 3.0, yaw, pitch, roll, 1242, 375)
    write_rig((camera,), path, form)
    (again,) = read_rig(path, width_px=1242, height_px=375)
    np.testing.assert_allclose(
        body_from_camera(again).matrix, body_from_camera(camera).matrix, rtol=0, atol=1e-9
    )


def turned(camera: Camera, name: str) -> Camera:
    pose = body_from_camera(camera)
    return with_pose(Camera(name, "ego"), Pose(pose.rotation @ rotation_from_euler(0.1), pose.translation_m))


@pytest.mark.parametrize(
    ("form", "cameras", "message"),
    [
        ("kalib", (Camera("a"),), "unknown calibration format 'kalib': did you mean 'kalibr'"),
        ("opencv", (), "opencv: no camera to write"),
        ("opencv", (Camera("a"),) * 3, "opencv: 3 cameras, wanted one or a stereo pair"),
        ("opencv", (Camera("a"), Camera("b", width_px=64)), "opencv: the cameras differ in image size or lens"),
        ("opencv", (Camera("a"), Camera("b", "ego")), "opencv: cameras on different mounts '', 'ego', wanted one"),
        ("kalibr", (Camera("a", distortion=BrownConrady(k3=0.1)),), "kalibr: camera 'a': radtan has k1, k2, p1"),
        ("kitti", (Camera("a", distortion=MILD),), "kitti: camera 'a' has a brown_conrady lens, wanted pinholes"),
        ("kitti", (Camera("a"),) * 5, "kitti: 5 cameras, wanted at most 4"),
        ("kitti", (Camera("a", "ego"), turned(Camera("a"), "b")), "kitti: camera 'b' looks another way"),
        ("kitti_raw", (Camera("a", distortion=KannalaBrandt()),), "kitti_raw: camera 'a': a lens has k1, k2, p1"),
        ("nuscenes", (Camera("a", distortion=MILD),), "nuscenes: camera 'a' has a brown_conrady lens"),
    ],
)  # fmt: skip
def test_what_a_format_cannot_hold_is_said_and_nothing_written(
    form: str, cameras: tuple[Camera, ...], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        write_rig(cameras, tmp_path / "rig", form)
    assert str(caught.value).startswith(message)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (OPENCV, "-2.6637260909660682e-01", ".nan", "distortion_coefficients.data: nan is not a number"),
        (OPENCV, "2.3839153080878486e-01", "0.1, 0.2", "distortion_coefficients: 6 coefficients, wanted 4 or 5 or 8"),
        (OPENCV, "0., 0., 1. ]", "0., 1. ]", "camera_matrix: 8 numbers, wanted 3 x 3"),
        (OPENCV, "image_width: 640", "image_width: 64.5", "image_width: 64.5 is not a whole number above 0"),
        (OPENCV, "e+02, 0., 3.4228", "e+02, 2., 3.4228", "camera 'camera': skew is 2.0, wanted 0"),
        (OPENCV, "5.3591573396163199e+02, 0.,", "-5, 0.,", "camera 'camera': fx_px is -5.0, wanted 1.0 to"),
        (OPENCV, "-2.6637260909660682e-01", "-5.6", "camera 'camera': distortion: the lens folds inside the image"),
        (OPENCV, "camera_matrix", "matrix", "no calibration this program knows; wanted an OpenCV or ROS YAML file"),
        (ROS, "plumb_bob", "thin_prism", "distortion_model: 'thin_prism' is not supported; supported: plumb_bob"),
        (PAIR, "T: !!opencv", "t: !!opencv", "T: missing, wanted the motion from the first camera on"),
        (PAIR, "[ 1., 0., 0., 0., 1.", "[ 1., 0., 0.5, 0., 1.", "R: not a rotation matrix"),
        (KALIBR, "camera_model: pinhole", "camera_model: omni", "cam0.camera_model: 'omni' is not supported"),
        (KALIBR, "distortion_model: radtan", "distortion_model: fov", "cam1.distortion_model: unknown lens 'fov'"),
        (KALIBR, "T_cn_cnm1", "T_nothing", "cam1.T_cn_cnm1: missing, wanted it, or T_cam_imu"),
        (KALIBR, "cam1:", "cam7:", "cam1: missing, or no mapping; cameras are numbered from 0 without a gap"),
        (KALIBR, "resolution: [512, 512]", "resolution: [512]", "cam0.resolution: 1 numbers, wanted 2 x 1"),
        (KALIBR, "  resolution: [512, 512]\n", "", "cam0.resolution: missing"),
        (KITTI_OBJECT, "P0: 7.215377e+02", "P0: 0 7.215377e+02", "P0: 13 numbers, wanted 3 x 4"),
        (KITTI_OBJECT, "P0: 7.215377e+02", "P0: -7.215377e+02", "P0: not K [I | t] with an upper triangular K"),
        (KITTI_OBJECT, "R0_rect: 9.999239e-01", "R0_rect: 9.9e-01", "R0_rect: not a rotation matrix"),
        (KITTI_RAW, "D_01", "E_01", "D_01: missing"),
        (KITTI_RAW, "S_00: 1.392000e+03", "S_00: 1.3925e+00", "S_00: 1.3925 is not a whole number above 0"),
        ("{", "{", "{" * 50, "line 1, column 21: nested too deeply"),
        ("a: &x [1]\nb: *x", "", "", "line 2, column 4: aliases are not allowed"),
        ("hello", "", "", "no calibration this program knows"),
    ],
)  # fmt: skip
def test_a_broken_file_names_file_field_and_value(
    text: str, old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in text
    with pytest.raises(UsageError) as caught:
        read_rig(file(tmp_path, text.replace(old, new, 1) if old else text, "c.yaml"))
    said = str(caught.value)
    assert said.startswith("c.yaml")
    assert message in said


def with_field(index: int, key: str, value: object) -> list[Any]:
    records = [dict(record) for record in NUSCENES]
    records[index][key] = value
    return records


@pytest.mark.parametrize(
    ("calibrated", "message"),
    [
        ({}, "calibrated_sensor.json: wanted a list of records"),
        ([NUSCENES[1]], "calibrated_sensor.json: no camera of sensor.json in it"),
        (with_field(0, "rotation", [1, 1, 0, 0]), "calibrated_sensor.json[0].rotation: [1, 1, 0, 0] is not a unit"),
        (with_field(2, "translation", [1, "x", 0]), "calibrated_sensor.json[2].translation: 'x' is not a number"),
        (with_field(0, "sensor_token", 3), "calibrated_sensor.json[0].sensor_token: 3 is not a text"),
    ],
)  # fmt: skip
def test_broken_tables_name_record_field_and_value(calibrated: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_rig(tables(tmp_path, calibrated))
    assert str(caught.value).startswith(message)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"neither calibrated_sensor\.json nor calib_cam_to_cam\.txt in this folder"
    ):
        read_rig(tmp_path)
    with pytest.raises(UsageError, match=r"none\.yaml: no such calibration file"):
        read_rig(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match=r"sensor\.json is not beside it"):
        read_rig(file(tmp_path, "[]", "calibrated_sensor.json"))
    file(tmp_path, "[", "calibrated_sensor.json")
    file(tmp_path, "[]", "sensor.json")
    with pytest.raises(UsageError, match=r"calibrated_sensor\.json: no JSON: "):
        read_rig(tmp_path)
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"b\.yaml: not UTF-8 text \(byte 0\)"):
        read_rig(tmp_path / "b.yaml")
    with pytest.raises(UsageError, match=r"big\.yaml: larger than 1 MB, which no file of its kind is"):
        read_rig(file(tmp_path, "#" * 1_000_001, "big.yaml"))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_gives_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = data.draw(st.sampled_from([OPENCV, ROS, ROS_TOPIC, PAIR, KALIBR, KITTI_OBJECT, KITTI_RAW]))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 30)))
    path = file(folder, whole[:start] + data.draw(st.text(max_size=5)) + whole[end:], "damaged.yaml")
    try:
        cameras = read_rig(path)
    except UsageError as error:
        assert str(error).startswith("damaged.yaml")  # noqa: PT017
    else:
        assert all(isinstance(intrinsics(camera), Intrinsics) for camera in cameras)


def test_formats_are_those_with_rigs_here() -> None:
    assert set(FORMATS) == set(RIGS)
