"""A frame -> a picture of its labels: tinted masks with outlines, 2D boxes, 3D wireframes, names."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_matches
from sim.frame import Annotation, Capture, Frame
from sim.geometry import Box3D, Intrinsics

__all__ = ["KINDS", "draw_overlay", "track_color"]

KINDS = ("mask", "box2d", "box3d", "label")
"""What can be drawn."""

Image = NDArray[np.uint8]
Color = tuple[int, int, int]

_EDGES = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))
_FRONT = ((0, 5), (1, 4))  # a cross on the face the agent looks out of
_NEAR_M = 0.1
_SUBPIXEL_BITS = 4
_GOLDEN = 0.61803398875


def draw_overlay(frame: Frame, sensor: str, kinds: Sequence[str] = KINDS) -> Image:
    """Draw a capture's annotations over its picture.

    Args:
        frame: labelled frame.
        sensor: the capture to draw.
        kinds: any of `KINDS`.

    Returns:
        (H, W, 3) uint8 sRGB, a new array.

    Raises:
        UsageError: a kind is unknown.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(near_matches("overlay", kind, KINDS))
    capture = frame.captures[sensor]
    # Far ones first, so that what is near is drawn over them.
    rows = sorted(frame.annotations.get(sensor, ()), key=lambda a: -a.distance_m)
    image = _base(capture)
    if "mask" in kinds and "instance" in capture.channels:
        image = _tint(image, capture.instance, rows)
    scale = max(1.0, capture.intrinsics.height_px / 720)
    if "box3d" in kinds:
        for a in rows:
            if a.visible_px:
                _wireframe(image, a.box3d, capture, track_color(a.instance_id), scale)
    if "box2d" in kinds:
        for a in rows:
            if a.box2d_visible is not None:
                _rectangle(image, a, scale)
    if "label" in kinds:
        _captions(image, rows, scale)
    return image


def track_color(instance_id: int) -> Color:
    """A color that belongs to a track; neighbouring ids differ clearly."""
    hue = (instance_id * _GOLDEN) % 1.0
    lightness = (0.62, 0.54, 0.70)[instance_id % 3]
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.85)
    return round(255 * red), round(255 * green), round(255 * blue)


def _base(capture: Capture) -> Image:
    if "rgb" in capture.channels:
        return np.array(capture.rgb, np.uint8, order="C")
    shape = (capture.intrinsics.height_px, capture.intrinsics.width_px, 3)
    return np.full(shape, 40, np.uint8)


def _tint(image: Image, instance: NDArray[np.int32], rows: Sequence[Annotation]) -> Image:
    """Blend each mask's color into its pixels, more along its rim."""
    palette = np.zeros((int(instance.max(initial=0)) + 1, 3), np.float32)
    for a in rows:
        if a.instance_id < len(palette):
            palette[a.instance_id] = track_color(a.instance_id)
    owned = instance > 0
    ids = instance.astype(np.uint16)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    rim = owned & (cv2.erode(ids, cross) != cv2.dilate(ids, cross))
    share = np.where(rim, 0.85, 0.30)[owned][:, None].astype(np.float32)
    out = image.copy()
    mixed = image[owned] * (1 - share) + palette[instance[owned]] * share
    out[owned] = np.rint(mixed).astype(np.uint8)
    return out


def _rectangle(image: Image, a: Annotation, scale: float) -> None:
    """A thin frame around the visible pixels with stronger corners."""
    assert a.box2d_visible is not None
    x0, y0, x1, y1 = a.box2d_visible
    color = track_color(a.instance_id)
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) - 0.5
    _lines(image, [np.concatenate([corners, corners[:1]])], color, 1)
    reach = min(12 * scale, (x1 - x0) / 4, (y1 - y0) / 4)
    for k in range(4):
        here, after, before = corners[k], corners[(k + 1) % 4], corners[k - 1]
        arms = [here + reach * _unit(before - here), here, here + reach * _unit(after - here)]
        _lines(image, [np.array(arms)], color, max(2, round(2 * scale)))


def _wireframe(image: Image, box: Box3D, capture: Capture, color: Color, scale: float) -> None:
    camera_from_world = capture.world_from_camera.inverse()
    corners = camera_from_world.apply(box.corners_world)
    dark = tuple(c // 3 for c in color)
    segments = [_segment(corners[i], corners[j], capture.intrinsics) for i, j in _EDGES]
    crosses = [_segment(corners[i], corners[j], capture.intrinsics) for i, j in _FRONT]
    drawn = [s for s in segments if s is not None]
    # A dark rim keeps the lines legible on sky and asphalt alike.
    _lines(image, drawn, dark, max(2, round(2 * scale) + 1))
    _lines(image, drawn, color, max(1, round(scale)))
    _lines(image, [s for s in crosses if s is not None], color, 1)


def _segment(a: NDArray[np.float64], b: NDArray[np.float64], k: Intrinsics) -> NDArray[np.float64] | None:
    """The part of an edge before the camera, in pixels (2, 2)."""
    if a[2] < _NEAR_M and b[2] < _NEAR_M:
        return None
    if min(a[2], b[2]) < _NEAR_M:
        cut = a + (b - a) * ((_NEAR_M - a[2]) / (b[2] - a[2]))
        a, b = (cut, b) if a[2] < _NEAR_M else (a, cut)
    pixels = k.project(np.stack([a, b])) - 0.5
    return None if np.abs(pixels).max() > 16000 else pixels


def _lines(image: Image, lines: Sequence[NDArray[np.float64]], color: Sequence[int], width_px: int) -> None:
    shifted = [np.rint(line * (1 << _SUBPIXEL_BITS)).astype(np.int32) for line in lines]
    cv2.polylines(image, shifted, False, tuple(color), width_px, cv2.LINE_AA, _SUBPIXEL_BITS)


def _captions(image: Image, rows: Sequence[Annotation], scale: float) -> None:
    """Track id and category on a plate above each box; plates give way to those already there."""
    taken: list[tuple[int, int, int, int]] = []
    size = 0.42 * scale
    for a in sorted(rows, key=lambda a: a.distance_m):
        if a.box2d_visible is None or a.visible_px < 40:
            continue
        text = f"{a.instance_id} {a.category.rsplit('.', 1)[-1]}"
        (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
        pad = round(3 * scale)
        x = int(np.clip(a.box2d_visible[0], 0, max(0, image.shape[1] - width - 2 * pad)))
        tall = height + below + pad
        for y in (a.box2d_visible[1] - tall, a.box2d_visible[3], a.box2d_visible[1]):
            top = int(np.clip(y, 0, image.shape[0] - tall))
            plate = (x, top, x + width + 2 * pad, top + tall)
            if not any(_overlap(plate, other) for other in taken):
                break
        else:
            continue
        taken.append(plate)
        color = track_color(a.instance_id)
        cv2.rectangle(image, plate[:2], plate[2:], color, cv2.FILLED, cv2.LINE_AA)
        place = (x + pad, top + height + pad // 2 + 1)
        cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (15, 15, 15), 1, cv2.LINE_AA)


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))
