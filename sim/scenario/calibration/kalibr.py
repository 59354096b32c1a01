"""Kalibr's camera chains (camchain.yaml): pinholes with radtan or equidistant lenses.

`T_cn_cnm1` maps points of the camera before to this one, `T_cam_imu` points of the IMU to the camera;
OpenVINS also has its inverse, `T_imu_cam`. How the IMU sits in a vehicle a chain does not say: poses are in
the frame of the first camera.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import yaml

from sim.errors import UsageError, near_matches
from sim.geometry import BrownConrady, KannalaBrandt, Pose
from sim.scenario.calibration.fields import flat_numbers, lens_of, matrix, pose_of, whole_number
from sim.scenario.calibration.sheet import Entry, Sheet

__all__ = ["is_mine", "read", "write"]

_LENSES = ("radtan", "equidistant", "none")


def is_mine(data: Mapping[str, Any]) -> bool:
    """Whether a YAML document is a chain: cam0 with a camera model."""
    first = data.get("cam0")
    return isinstance(first, Mapping) and "camera_model" in first


def read(data: Mapping[str, Any], source: str) -> Sheet:
    """The cameras of a chain."""
    entries: list[Entry] = []
    first_from_imu: Pose | None = None
    for number in range(sum(bool(re.fullmatch(r"cam\d+", key)) for key in data)):
        key = f"cam{number}"
        where = f"{source}: {key}"
        camera = data.get(key)
        if not isinstance(camera, Mapping):
            raise UsageError(f"{where}: missing, or no mapping; cameras are numbered from 0 without a gap")
        cam_from_imu, imu_from_cam = (_pose(camera, key, where) for key in ("T_cam_imu", "T_imu_cam"))
        if cam_from_imu is None and imu_from_cam is not None:
            cam_from_imu = imu_from_cam.inverse()
        if number == 0:
            pose, first_from_imu = Pose.identity(), cam_from_imu
        else:
            pose = _first_from(camera, where, entries[-1].rig_from_camera, first_from_imu, cam_from_imu)
        entries.append(_entry(camera, where, key, pose))
    return Sheet(tuple(entries), is_in_body=False)


def write(sheet: Sheet) -> str:
    """A chain.

    Raises:
        UsageError: a Brown-Conrady lens with more than k1, k2, p1, p2.
    """
    chain: dict[str, Any] = {}
    for number, entry in enumerate(sheet.entries):
        width, height = entry.size_px or (0, 0)
        k = entry.k
        camera = {
            "camera_model": "pinhole",
            "intrinsics": [float(v) for v in (k[0, 0], k[1, 1], k[0, 2], k[1, 2])],
            **_lens_fields(entry),
            "resolution": [width, height],
            "rostopic": f"/{entry.name}/image_raw",
        }
        if number:
            before = sheet.entries[number - 1]
            motion = (entry.rig_from_camera.inverse() @ before.rig_from_camera).matrix
            camera["T_cn_cnm1"] = (motion + 0.0).tolist()
        chain[f"cam{number}"] = camera
    return yaml.safe_dump(chain, sort_keys=False, default_flow_style=None, width=1000)


def _first_from(
    camera: Mapping[str, Any],
    where: str,
    first_from_before: Pose,
    first_from_imu: Pose | None,
    cam_from_imu: Pose | None,
) -> Pose:
    this_from_before = _pose(camera, "T_cn_cnm1", where)
    if this_from_before is not None:
        return first_from_before @ this_from_before.inverse()
    if cam_from_imu is None or first_from_imu is None:
        raise UsageError(f"{where}.T_cn_cnm1: missing, wanted it, or T_cam_imu of this camera and of cam0")
    return first_from_imu @ cam_from_imu.inverse()


def _pose(camera: Mapping[str, Any], key: str, where: str) -> Pose | None:
    if key not in camera:
        return None
    return pose_of(matrix(camera[key], 4, 4, f"{where}.{key}"), f"{where}.{key}")


def _entry(camera: Mapping[str, Any], where: str, key: str, pose: Pose) -> Entry:
    for field in ("camera_model", "intrinsics", "distortion_model", "resolution"):
        if field not in camera:
            raise UsageError(f"{where}.{field}: missing")
    if camera["camera_model"] != "pinhole":
        raise UsageError(
            f"{where}.camera_model: {camera['camera_model']!r:.60} is not supported, nor are omni, "
            "ds and eucm; wanted 'pinhole'"
        )
    fx, fy, cx, cy = matrix(camera["intrinsics"], 4, 1, f"{where}.intrinsics")[:, 0]
    model = camera["distortion_model"]
    if model not in _LENSES:
        raise UsageError(f"{where}.distortion_model: {near_matches('lens', str(model)[:60], _LENSES)}")
    lens: BrownConrady | KannalaBrandt | None = None
    if model != "none":
        field = f"{where}.distortion_coeffs"
        coefficients = flat_numbers(camera.get("distortion_coeffs", []), field).tolist()
        lens = lens_of(coefficients, (4,), field, is_fisheye=model == "equidistant")
    width, height = matrix(camera["resolution"], 2, 1, f"{where}.resolution")[:, 0].tolist()
    size = (whole_number(width, f"{where}.resolution"), whole_number(height, f"{where}.resolution"))
    topic = str(camera.get("rostopic", "")).strip("/").rpartition("/")[0].replace("/", "_")
    return Entry(topic or key, size, np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1]]), lens, pose)


def _lens_fields(entry: Entry) -> dict[str, Any]:
    if isinstance(entry.lens, KannalaBrandt):
        return {"distortion_model": "equidistant", "distortion_coeffs": list(entry.lens.coefficients)}
    coefficients = entry.lens.coefficients if entry.lens else (0.0,) * 8
    if any(coefficients[4:]):
        raise UsageError(
            f"kalibr: camera {entry.name!r}: radtan has k1, k2, p1 and p2 only, the lens also has k3 to k6 "
            f"{coefficients[4:]}"
        )
    return {"distortion_model": "radtan", "distortion_coeffs": list(coefficients[:4])}
