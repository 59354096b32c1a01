"""What a calibration file says of cameras, whatever its format, <-> cameras.

The one place where the principal points of such files meet ours: theirs are measured from the centre of the
first pixel, see `sim.geometry.pixel_centres`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.geometry import BrownConrady, KannalaBrandt, Pose
from sim.geometry.pixel_centres import principal_from_whole_centres, principal_to_whole_centres
from sim.scenario.sensors import DEFAULT_CHANNELS, Camera, body_from_camera, intrinsics, with_pose

__all__ = ["Entry", "Sheet", "cameras_of", "sheet_of"]

_WIDE_RAD = np.deg2rad(60.0)
_WIDE_NEAR_M = 0.1
# A wide camera behind a windscreen sees the bonnet 0.2 m below it, which the usual near plane would cut open.


@dataclass(frozen=True, eq=False)
class Entry:
    """One camera of a calibration file.

    Attributes:
        name: as the file has it.
        size_px: width and height, None if the file does not tell.
        k: (3, 3) float64 camera matrix in the file's convention, pixel centres at whole numbers.
        lens: None for a pinhole.
        rig_from_camera: pose of the camera, see `Sheet.is_in_body`.
    """

    name: str
    size_px: tuple[int, int] | None
    k: NDArray[np.float64]
    lens: BrownConrady | KannalaBrandt | None
    rig_from_camera: Pose


@dataclass(frozen=True, eq=False)
class Sheet:
    """All cameras of a calibration file.

    Attributes:
        entries: the cameras.
        is_in_body: poses are in the body frame of the vehicle, or else in the frame of the first camera.
        usual_size_px: size of the images such a file belongs to where its format knows none.
        notes: what of the file was left out, one sentence each.
    """

    entries: tuple[Entry, ...]
    is_in_body: bool
    usual_size_px: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()


def cameras_of(
    sheet: Sheet,
    source: str,
    *,
    mount: str,
    body_from_first: Pose,
    replace_first: bool,
    size_px: tuple[int | None, int | None] = (None, None),
    rate_hz: int = 10,
    channels: tuple[str, ...] = DEFAULT_CHANNELS,
) -> tuple[Camera, ...]:
    """The cameras a sheet describes.

    Args:
        sheet: what the file says.
        source: its name, for messages.
        mount: agent that carries them.
        body_from_first: pose of the first camera if the file does not tell, or `replace_first`.
        replace_first: put the first camera there even if the file tells; the others keep their places to it.
        size_px: image size where the file does not tell.
        rate_hz: frames a second.
        channels: what to record.

    Raises:
        UsageError: a camera that cannot be, with file and camera.
    """
    body_from_rig = Pose.identity()
    if replace_first or not sheet.is_in_body:
        body_from_rig = body_from_first @ sheet.entries[0].rig_from_camera.inverse()
    names = _names(sheet)
    out = []
    for name, entry in zip(names, sheet.entries, strict=True):
        width, height = entry.size_px or _size(sheet, size_px, f"{source}: camera {name!r}")
        if entry.k[0, 1] != 0.0:
            raise UsageError(f"{source}: camera {name!r}: skew is {entry.k[0, 1]}, wanted 0")
        cx_px, cy_px = principal_from_whole_centres(float(entry.k[0, 2]), float(entry.k[1, 2]))
        try:
            camera = Camera(
                name, mount, width_px=width, height_px=height, rate_hz=rate_hz, channels=channels,
                fx_px=float(entry.k[0, 0]), fy_px=float(entry.k[1, 1]), cx_px=cx_px, cy_px=cy_px,
                distortion=entry.lens,
            )  # fmt: skip
        except UsageError as error:
            raise UsageError(f"{source}: {error}") from None
        k = intrinsics(camera)
        if k.is_pinhole:
            camera = dataclasses.replace(camera, distortion=None)
        if k.half_angle_rad > _WIDE_RAD:
            camera = dataclasses.replace(camera, near_m=_WIDE_NEAR_M)
        out.append(with_pose(camera, body_from_rig @ entry.rig_from_camera))
    return tuple(out)


def sheet_of(cameras: Sequence[Camera], *, is_in_body: bool) -> Sheet:
    """The sheet of cameras on one mount, poses in its body frame or in the frame of the first camera."""
    first_from_body = body_from_camera(cameras[0]).inverse()
    entries = []
    for camera in cameras:
        k = intrinsics(camera)
        matrix = k.matrix
        matrix[0, 2], matrix[1, 2] = principal_to_whole_centres(k.cx_px, k.cy_px)
        pose = body_from_camera(camera)
        rig_from_camera = pose if is_in_body else first_from_body @ pose
        lens = None if k.is_pinhole else k.distortion
        entries.append(Entry(camera.name, (k.width_px, k.height_px), matrix, lens, rig_from_camera))
    return Sheet(tuple(entries), is_in_body)


def _size(sheet: Sheet, given: tuple[int | None, int | None], where: str) -> tuple[int, int]:
    """Size of the images of a camera whose file tells none."""
    usual = sheet.usual_size_px or (None, None)
    width, height = given[0] or usual[0], given[1] or usual[1]
    if width is None or height is None:
        raise UsageError(f"{where}: image_width or image_height missing, wanted both")
    return width, height


def _names(sheet: Sheet) -> list[str]:
    """Names safe for folders; numbers instead where two would be the same."""
    names = [re.sub(r"[^A-Za-z0-9_-]+", "_", entry.name).strip("_") for entry in sheet.entries]
    if len(set(names)) < len(names) or not all(names):
        return [f"cam{number}" for number in range(len(names))]
    return names
