"""A frame of an imported sequence -> a picture of those of its labels that were told."""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.geometry import Box2, Box3D, Intrinsics
from sim.geometry.pixel_centres import places_to_whole_centres
from sim.importing.frames import ImportedAnnotation, ImportedCapture, ImportedFrame, ImportedKeypoints
from sim.writers.coloring import track_color
from sim.writers.joints import SKELETON
from sim.writers.outlines import rle_pixels
from sim.writers.strokes import outline

__all__ = ["draw_imported"]

_EDGES = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))
_NEAR_M = 0.1
_IGNORED = (150, 150, 150)
_STRIPE_PX = 12
_SUBPIXEL_BITS = 4
_FAR_OFF_PX = 16000

Image = NDArray[np.uint8]
Color = tuple[int, int, int]


def draw_imported(frame: ImportedFrame, kinds: Collection[str]) -> Image:
    """Draw the labels of a frame over its picture; ignored regions are striped.

    Args:
        frame: what to draw.
        kinds: any of `sim.writers.overlay.KINDS`.

    Returns:
        (H, W, 3) uint8 sRGB, a new array.

    Raises:
        UsageError: there is neither a picture nor a size of one.
    """
    [(sensor, capture)] = frame.captures.items()
    image, rows = _base(frame, capture), frame.annotations[sensor]
    for region in frame.ignored[sensor]:
        _stripes(image, region.box2d)
    # Low boxes reach nearer: they are drawn last.
    for a in sorted(rows, key=lambda a: a.box2d[3]):
        color = track_color(a.instance_id)
        if "mask" in kinds and a.mask_rle is not None:
            mask = rle_pixels(a.mask_rle)
            image[mask] = np.rint(0.7 * image[mask] + 0.3 * np.array(color)).astype(np.uint8)
        if "amodal" in kinds and a.amodal_rle is not None:
            whole = rle_pixels(a.amodal_rle)
            seen = rle_pixels(a.mask_rle) if a.mask_rle is not None else np.zeros_like(whole)
            outline(image, whole, whole & ~seen, color)
        if "box3d" in kinds and a.box3d_camera is not None and capture.intrinsics is not None:
            _wireframe(image, a.box3d_camera, capture.intrinsics, color)
        if "keypoints" in kinds and a.keypoints is not None:
            _skeleton(image, a.keypoints, color)
        if "box2d" in kinds:
            x0, y0, x1, y1 = a.box2d
            corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]])
            _line(image, corners, _IGNORED if a.is_ignored else color)
        if "label" in kinds:
            _caption(image, a, color)
    return image


def _base(frame: ImportedFrame, capture: ImportedCapture) -> Image:
    if "rgb" in capture.channels:
        picture = capture.channels["rgb"]
        return np.array(picture, np.uint8, order="C")
    if capture.size_px is None:
        raise UsageError(f"frame {frame.index}: there is neither a picture nor its size to draw on")
    return np.full((capture.size_px[1], capture.size_px[0], 3), 40, np.uint8)


def _stripes(image: Image, box: Box2) -> None:
    height, width = image.shape[:2]
    x0, x1 = (int(v) for v in np.clip([np.floor(box[0]), np.ceil(box[2])], 0, width))
    y0, y1 = (int(v) for v in np.clip([np.floor(box[1]), np.ceil(box[3])], 0, height))
    if x1 <= x0 or y1 <= y0:
        return
    rows, columns = np.mgrid[y0:y1, x0:x1]
    part = image[y0:y1, x0:x1]
    on = (rows + columns) // (_STRIPE_PX // 2) % 2 == 0
    part[on] = np.rint(0.5 * part[on] + 0.5 * np.array(_IGNORED)).astype(np.uint8)


def _wireframe(image: Image, box: Box3D, camera: Intrinsics, color: Color) -> None:
    corners = box.corners_world  # in the frame the box's pose leads to: the camera's
    for i, j in _EDGES:
        a, b = corners[i], corners[j]
        if max(a[2], b[2]) < _NEAR_M:
            continue
        if min(a[2], b[2]) < _NEAR_M:
            cut = a + (b - a) * ((_NEAR_M - a[2]) / (b[2] - a[2]))
            a, b = (cut, b) if a[2] < _NEAR_M else (a, cut)
        pixels = camera.project(np.stack([a, b]))
        if np.abs(pixels).max() < _FAR_OFF_PX:
            _line(image, pixels, color)


def _skeleton(image: Image, joints: ImportedKeypoints, color: Color) -> None:
    for i, j in SKELETON:
        if joints.visibility[i] and joints.visibility[j]:
            _line(image, joints.pixels[[i, j]], color)


def _caption(image: Image, a: ImportedAnnotation, color: Color) -> None:
    text = f"{a.instance_id} {a.category.rsplit('.', 1)[-1]}"
    x, y = (round(v) for v in np.clip(a.box2d[:2], 0, _FAR_OFF_PX).tolist())
    for shade, width_px in (((15, 15, 15), 3), (color, 1)):
        cv2.putText(
            image, text, (x, max(9, y - 2)), cv2.FONT_HERSHEY_SIMPLEX, 0.34, shade, width_px, cv2.LINE_AA
        )


def _line(image: Image, places: NDArray[np.float64], color: Color) -> None:
    near = places_to_whole_centres(np.clip(places, -_FAR_OFF_PX, _FAR_OFF_PX))
    fixed = np.rint(near * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    cv2.polylines(image, [fixed], False, color, 1, cv2.LINE_AA, _SUBPIXEL_BITS)
