"""A KITTI folder -> its sequences: boxes, tracks, 3D boxes, cameras and, where there is ``oxts``, poses.

Pixels' centers are whole numbers in KITTI's files, boxes are of whole bodies as far as they are in the image.
3D boxes lie in the rectified axes of camera 0; P2 says where camera 2, which took the pictures, is in them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.audit.kitti import KittiSequence, kitti_sequences
from sim.audit.view import View
from sim.dataset.records import pose_to_json
from sim.errors import UsageError
from sim.geometry import Intrinsics, Pose
from sim.geometry.pixel_centres import places_from_whole_centres, principal_from_whole_centres
from sim.importing.foreign import ForeignSequence, Shot, Sighting, folder_name
from sim.importing.kitti_poses import Poses, camera_shift_m, read_poses
from sim.scenario.calibration.fields import matrix

__all__ = ["read_kitti"]

_RATE_HZ = 10  # of every recording of KITTI (Geiger et al. 2013, "Vision meets robotics")
_DONT_CARE = "DontCare"
_OWN = ("box2d", "truncated", "occluded", "alpha", "rotation_y", "size_hwl_m", "bottom_m")
_MOST_PX = 65535


def read_kitti(root: Path) -> Iterator[ForeignSequence]:
    """The sequences of the tracking benchmark; the pictures of the object benchmark are one, without tracks.

    Raises:
        UsageError: it is no such folder, or a file is broken; the message names file, line and value.
    """
    opened = kitti_sequences(root)
    if not opened:
        raise UsageError(
            f"{root} is no KITTI folder: it has no label_02/*.txt or label_2/*.txt, in training/"
        )
    return (_sequence(open_one()) for open_one in opened)


def _sequence(recording: KittiSequence) -> ForeignSequence:
    if bad := recording.extra["bad_rows"]:
        more = f", and {len(bad) - 1} more lines" if len(bad) > 1 else ""
        raise UsageError(f"{recording.home}: {bad[0]}{more}")
    views = [view for group in recording.views() for view in group]
    if views and views[0].frame < 0:
        raise UsageError(f"{recording.home}: {recording.name}: frame {views[0].frame}, wanted 0 or more")
    poses = None
    if recording.is_tracking:
        calib = recording.extra["calib"][recording.name]
        poses = read_poses(recording.home / "oxts" / f"{recording.name}.txt", calib, recording.name)
    return ForeignSequence(
        name=folder_name(recording.name),
        tracks=[_track(view, thing) for view in views for thing in view.objects],
        shots=partial(_shots, recording, views, poses),
        is_video=recording.is_tracking,
        rate_hz=_RATE_HZ if recording.is_tracking else None,
        origin=None if poses is None else poses.origin,
        foreign={
            "has_images": bool(recording.extra["has_images"]),
            "size_tolerance_m": recording.extra["size_tolerance_m"],
        },
    )


def _track(view: View, thing: Mapping[str, Any]) -> Hashable:
    """The track id; in the object benchmark, which has none, a row of an image."""
    return thing["instance_id"] if view.extra["has_tracks"] else (view.frame, thing["instance_id"])


def _shots(recording: KittiSequence, views: list[View], poses: Poses | None) -> Iterator[Shot]:
    for view in views:
        picture = view.extra["picture"]
        size_px = None if picture is None else _size(picture)
        where = f"{recording.home / 'calib'}: frame {view.frame}: P2"
        projection = view.extra["projection"]
        camera, shift_m = None, np.zeros(3)
        if projection is not None:
            projection = matrix(projection.ravel().tolist(), 3, 4, where)
            shift_m = camera_shift_m(projection, where)
            camera = None if size_px is None else _intrinsics(projection, size_px)
        pose = None if poses is None else poses.at(view.frame)
        yield Shot(
            number=view.frame,
            picture=picture,
            size_px=size_px,
            intrinsics=camera,
            world_from_camera=pose,
            sightings=[
                *(_sighting(view, thing, shift_m, pose) for thing in view.objects),
                *(_region(box) for box in view.extra["dont_care_boxes"]),
            ],
            foreign={} if projection is None else {"projection": projection.ravel().tolist()},
        )


def _intrinsics(projection: NDArray[np.float64], size_px: tuple[int, int]) -> Intrinsics:
    """The pinhole of P = K [I | t]."""
    k = projection[:, :3]
    cx_px, cy_px = principal_from_whole_centres(float(k[0, 2]), float(k[1, 2]))
    return Intrinsics(*size_px, float(k[0, 0]), float(k[1, 1]), cx_px, cy_px)


def _sighting(
    view: View, thing: Mapping[str, Any], shift_m: NDArray[np.float64], pose: Pose | None
) -> Sighting:
    height, width, length = thing["size_hwl_m"]
    camera_from_box, size = None, [length, width, height]
    if min(size) > 0:
        camera_from_box = _camera_from_box(thing, shift_m)
    world_from_box = None if camera_from_box is None or pose is None else pose @ camera_from_box
    graded = thing["truncated"]
    return Sighting(
        track=_track(view, thing),
        word=thing["category"],
        known={
            "box2d_amodal": places_from_whole_centres(np.array(thing["box2d"])).tolist(),
            # The tracking benchmark grades: 0, 1, 2. The object benchmark has the share.
            "truncation": None if view.extra["has_tracks"] or not 0 <= graded <= 1 else graded,
            "occlusion_level": int(thing["occluded"]) if thing["occluded"] in (0, 1, 2, 3) else None,
            "box3d": _box(world_from_box, size),
            "box3d_camera": _box(camera_from_box, size, "camera_from_box"),
        },
        foreign={"type": thing["category"], **{name: thing[name] for name in _OWN}},
    )


def _region(box: tuple[float, ...]) -> Sighting:
    return Sighting(
        track=None,
        word=_DONT_CARE,
        known={"box2d_amodal": places_from_whole_centres(np.array(box)).tolist()},
        is_region=True,
    )


def _camera_from_box(thing: Mapping[str, Any], shift_m: NDArray[np.float64]) -> Pose:
    """Center and axes (x forward, y left, z up) of a 3D box in camera 2.

    rotation_y turns about y, which points down; at 0 an object looks along x (readme.txt of the devkit).
    """
    c, s = np.cos(thing["rotation_y"]), np.sin(thing["rotation_y"])
    ahead, left, up = (c, 0.0, -s), (s, 0.0, c), (0.0, -1.0, 0.0)
    center = np.array(thing["bottom_m"]) - [0.0, thing["size_hwl_m"][0] / 2, 0.0] + shift_m
    return Pose(np.array([ahead, left, up]).T, center)


def _box(pose: Pose | None, size: list[float], name: str = "world_from_box") -> dict[str, Any] | None:
    return None if pose is None else {name: pose_to_json(pose), "size_lwh_m": size}


def _size(path: Path) -> tuple[int, int]:
    """Width and height of an image file, from its header. Raises UsageError."""
    try:
        with Image.open(path) as image:
            width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise UsageError(f"{path}: no such image: {error}") from None
    if max(width, height) > _MOST_PX:
        raise UsageError(f"{path}: {width} x {height} pixels, wanted at most {_MOST_PX} a side")
    return width, height
