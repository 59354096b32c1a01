"""OpenCV's FileStorage YAML and ROS's camera_info: one camera or a stereo pair.

R and T of a pair map points of the first camera to the second, as `cv2.stereoCalibrate` gives them. Four
coefficients without the name of a model are those of Brown and Conrady.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.geometry import KannalaBrandt, Pose
from sim.scenario.calibration.fields import flat_numbers, lens_of, matrix, rotation, whole_number
from sim.scenario.calibration.sheet import Entry, Sheet

__all__ = ["is_mine", "read", "write"]

_K = ("camera_matrix", "cameraMatrix", "Camera_Matrix", "K", "M", "k")
_D = ("distortion_coefficients", "Distortion_Coefficients", "distCoeffs", "dist_coeffs", "D", "d")
_WIDTH, _HEIGHT = ("image_width", "image_Width", "width"), ("image_height", "image_Height", "height")
_PAIR = (("1", "2"), ("_1", "_2"), ("_left", "_right"), ("Left", "Right"))
_FISHEYE = ("equidistant", "fisheye", "kannala_brandt")
_BROWN = ("plumb_bob", "rational_polynomial", "radtan", "brown_conrady", "")


def is_mine(data: Mapping[str, Any]) -> bool:
    """Whether a YAML document has a camera matrix by one of OpenCV's names."""
    return _first(data, _K, "") is not None or _suffixes(data) is not None


def read(data: Mapping[str, Any], source: str) -> Sheet:
    """The camera or pair of a document."""
    suffixes = _suffixes(data)
    if suffixes is None:
        return Sheet((_entry(data, source, "", Pose.identity(), "camera"),), is_in_body=False)
    for key in ("R", "T"):
        if key not in data:
            raise UsageError(f"{source}: {key}: missing, wanted the motion from the first camera on")
    second_from_first = Pose(
        rotation(matrix(data["R"], 3, 3, f"{source}: R"), f"{source}: R"),
        matrix(data["T"], 3, 1, f"{source}: T")[:, 0],
    )
    first = _entry(data, source, suffixes[0], Pose.identity(), "left")
    return Sheet((first, _entry(data, source, suffixes[1], second_from_first.inverse(), "right")), False)


def write(sheet: Sheet) -> str:
    """One camera or a pair of one size as OpenCV's YAML.

    Raises:
        UsageError: more than two cameras, or two that differ in size or lens model.
    """
    entries = sheet.entries
    if len(entries) > 2:
        raise UsageError(f"opencv: {len(entries)} cameras, wanted one or a stereo pair")
    if len({(entry.size_px, isinstance(entry.lens, KannalaBrandt)) for entry in entries}) > 1:
        raise UsageError("opencv: the cameras differ in image size or lens model, wanted the same for both")
    width, height = entries[0].size_px or (0, 0)
    is_fisheye = isinstance(entries[0].lens, KannalaBrandt)
    lines = ["%YAML:1.0", "---", f"image_width: {width}", f"image_height: {height}"]
    lines.append(f"distortion_model: {'equidistant' if is_fisheye else 'rational_polynomial'}")
    lines.append(f"fisheye_model: {int(is_fisheye)}")
    for number, entry in enumerate(entries, 1):
        end = "" if len(entries) == 1 else f"_{number}"
        coefficients = entry.lens.coefficients if entry.lens else (0.0,) * 8
        lines.append(f"camera_name{end}: {entry.name}")
        lines += _matrix(f"camera_matrix{end}", entry.k)
        lines += _matrix(f"distortion_coefficients{end}", np.array([coefficients]))
    if len(entries) == 2:
        second_from_first = entries[1].rig_from_camera.inverse() @ entries[0].rig_from_camera
        lines += _matrix("R", second_from_first.rotation)
        lines += _matrix("T", second_from_first.translation_m[:, None])
    return "\n".join(lines) + "\n"


def _entry(data: Mapping[str, Any], source: str, end: str, pose: Pose, name: str) -> Entry:
    key = _first(data, _K, end) or ""
    k = matrix(data[key], 3, 3, f"{source}: {key}")
    model_key = _first(data, ("distortion_model",), end) or _first(data, ("distortion_model",), "")
    model = data[model_key] if model_key else ""
    if model not in (*_FISHEYE, *_BROWN):
        known = ", ".join(m for m in (*_BROWN, *_FISHEYE) if m)
        raise UsageError(f"{source}: {model_key}: {model!r:.60} is not supported; supported: {known}")
    is_fisheye = model in _FISHEYE or any(data.get(flag) for flag in ("fisheye_model", "fisheye"))
    lens_key = _first(data, _D, end)
    lens = None
    if lens_key:
        where = f"{source}: {lens_key}"
        coefficients = flat_numbers(data[lens_key], where)
        if is_fisheye or coefficients.size:
            counts = (4,) if is_fisheye else (4, 5, 8, 12, 14)
            lens = lens_of(coefficients.tolist(), counts, where, is_fisheye=is_fisheye)
    elif is_fisheye:
        raise UsageError(f"{source}: distortion_coefficients{end}: missing, wanted 4 of the fisheye")
    name_key = _first(data, ("camera_name",), end)
    return Entry(str(data[name_key]) if name_key else name, _size(data, source, end), k, lens, pose)


def _size(data: Mapping[str, Any], source: str, end: str) -> tuple[int, int] | None:
    keys = [_first(data, names, end) or _first(data, names, "") for names in (_WIDTH, _HEIGHT)]
    if not all(keys):
        return None
    width, height = (whole_number(data[str(key)], f"{source}: {key}") for key in keys)
    return width, height


def _first(data: Mapping[str, Any], names: Sequence[str], end: str) -> str | None:
    return next((name + end for name in names if name + end in data), None)


def _suffixes(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """What the keys of a pair's two cameras end in, None if there is no pair."""
    return next((pair for pair in _PAIR if all(_first(data, _K, end) for end in pair)), None)


def _matrix(key: str, values: NDArray[np.float64]) -> list[str]:
    data = ", ".join(repr(float(v) + 0.0) for v in values.ravel())
    rows, columns = values.shape
    return [
        f"{key}: !!opencv-matrix",
        f"   rows: {rows}",
        f"   cols: {columns}",
        "   dt: d",
        f"   data: [ {data} ]",
    ]
