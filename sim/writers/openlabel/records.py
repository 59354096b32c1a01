"""Cameras, captures and annotations -> objects of the OpenLABEL JSON schema 1.0.0 (ASAM e.V.).

Boxes in images are (x, y, w, h) of their middle; transforms are named from source to destination and hold the
4 x 4 matrix that multiplies columns: X_dst = M X_src.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.frame import Annotation, Capture
from sim.geometry import Box2, BrownConrady, Pose
from sim.geometry.pixel_centres import principal_to_whole_centres
from sim.geometry.quaternion import quaternions_xyzw
from sim.scenario import Camera, intrinsics, intrinsics_to_json

__all__ = ["box_in_space", "coordinate_systems", "extend", "seen_by", "stream", "transform"]

Record = dict[str, Any]


def coordinate_systems(cameras: Iterable[Camera]) -> Record:
    """The world and every camera in it; where cameras are is told frame by frame."""
    names = [camera.name for camera in cameras]
    world = {"type": "scene_cs", "parent": "", "children": names}
    return {"world": world, **{n: {"type": "sensor_cs", "parent": "world", "children": []} for n in names}}


def stream(camera: Camera) -> Record:
    """A camera: the pinhole matrix as OpenCV has it, and the lens.

    The schema calls the matrix ``camera_matrix``, the library vcd ``camera_matrix_3x4``: both are there. The
    schema's fisheye has no formula, so ours goes into the object for models of one's own.
    """
    k = intrinsics(camera)
    cx, cy = principal_to_whole_centres(k.cx_px, k.cy_px)
    size: Record = {"width_px": k.width_px, "height_px": k.height_px}
    matrix = [k.fx_px, 0, cx, 0, 0, k.fy_px, cy, 0, 0, 0, 1, 0]
    lens = k.distortion
    if lens is None or isinstance(lens, BrownConrady):
        coefficients = [0.0] * 5 if lens is None else list(lens.coefficients)
        pinhole: Record = {
            **size,
            "camera_matrix": matrix,
            "camera_matrix_3x4": matrix,
            "distortion_coeffs": coefficients,
            "distortion_coeffs_1xN": coefficients,
        }
        properties = {"intrinsics_pinhole": pinhole}
    else:
        own = intrinsics_to_json(k)["distortion"]
        properties = {"intrinsics_custom": {**size, "camera_matrix": matrix, "distortion": own}}
    description = f"fixed to {camera.mount}" if camera.mount else "fixed in the world"
    return {"type": "camera", "uri": "", "description": description, "stream_properties": properties}


def transform(capture: Capture) -> Record:
    """From the world to the camera."""
    matrix = capture.world_from_camera.inverse().matrix.ravel().tolist()
    return {"src": "world", "dst": capture.sensor, "transform_src_to_dst": {"matrix4x4": matrix}}


def seen_by(camera: str, a: Annotation) -> Record:
    """What a camera sees of an agent: boxes of what is visible and of the whole, the mask, and numbers."""
    assert a.mask_rle is not None
    assert a.box2d_visible is not None
    counts, size = a.mask_rle["counts"], a.mask_rle["size"]
    assert isinstance(counts, bytes)
    assert isinstance(size, list | tuple)
    shares = {"visibility": a.visibility, "truncation": a.truncation, "distance_m": a.distance_m}
    numbers = [{"name": name, "val": value} for name, value in shares.items() if value is not None]
    return {
        "bbox": [
            _box(camera, "visible", a.box2d_visible) | {"attributes": {"num": numbers}},
            _box(camera, "whole", a.box2d_amodal),
        ],
        "binary": [
            {
                "name": f"{camera}/mask",
                "coordinate_system": camera,
                "data_type": "mask",
                "encoding": "coco-rle",
                "val": counts.decode("ascii"),
                "attributes": {"vec": [{"name": "size", "val": list(size)}]},
            }
        ],
    }


def box_in_space(a: Annotation) -> Record:
    """The agent's box in the world, and what it does."""
    return {
        "cuboid": [
            {
                "name": "box",
                "coordinate_system": "world",
                "val": [*_place(a.box3d.world_from_box), *map(float, a.box3d.size_lwh_m)],
            }
        ],
        "text": [{"name": "activity", "val": a.activity}],
        "vec": [{"name": "velocity_mps", "val": list(a.velocity_mps)}],
    }


def extend(intervals: list[dict[str, int]], frame: int) -> None:
    """Add a frame to intervals without gaps; frames come in ascending order, one of them more than once."""
    if intervals and frame - intervals[-1]["frame_end"] <= 1:
        intervals[-1]["frame_end"] = frame
    else:
        intervals.append({"frame_start": frame, "frame_end": frame})


def _box(camera: str, name: str, box: Box2) -> Record:
    x0, y0, x1, y1 = box
    middle_and_size = [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0]
    return {"name": f"{camera}/{name}", "coordinate_system": camera, "val": middle_and_size}


def _place(pose: Pose) -> list[float]:
    """x, y, z and the quaternion x, y, z, w."""
    return [*pose.translation_m.tolist(), *quaternions_xyzw(pose.rotation).tolist()]
