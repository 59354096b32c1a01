"""A frame -> a picture of its labels: tinted masks with outlines, 2D boxes, 3D wireframes, names."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_matches
from sim.frame import Annotation, Capture, Frame
from sim.geometry import Intrinsics

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
_LARGE_PX = 40  # agents this tall, in an image 720 rows high, have room for strong lines and a name
_NAMED_PX = 40


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
    shown = [a for a in rows if a.box2d_visible is not None]
    if "box3d" in kinds:
        for a in shown:
            _wireframe(image, a, capture, scale)
    if "box2d" in kinds:
        for a in shown:
            _rectangle(image, a, scale, whole="box3d" not in kinds)
    if "label" in kinds:
        _captions(image, shown, scale)
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


def _rectangle(image: Image, a: Annotation, scale: float, whole: bool) -> None:
    """Corner brackets around the visible pixels; `whole` adds the thin frame between them."""
    assert a.box2d_visible is not None
    x0, y0, x1, y1 = a.box2d_visible
    color = track_color(a.instance_id)
    # OpenCV puts whole numbers at pixel centres, and the frame lies outside the mask it encloses.
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) - 0.5
    corners += 1.5 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    if whole:
        _lines(image, [np.concatenate([corners, corners[:1]])], color, 1)
    reach = min(10 * scale, (x1 - x0) / 3, (y1 - y0) / 3)
    width_px = max(1, round(2 * scale)) if _height_px(a) >= _LARGE_PX * scale else 1
    arms = []
    for k in range(4):
        here, after, before = corners[k], corners[(k + 1) % 4], corners[k - 1]
        arms.append(np.array([here + reach * _unit(before - here), here, here + reach * _unit(after - here)]))
    _lines(image, arms, color, width_px)


def _wireframe(image: Image, a: Annotation, capture: Capture, scale: float) -> None:
    """The 3D box; large ones have a dark rim, legible on sky and asphalt alike, and a cross in front."""
    corners = capture.world_from_camera.inverse().apply(a.box3d.corners_world)
    color = track_color(a.instance_id)
    segments = [_segment(corners[i], corners[j], capture.intrinsics) for i, j in (*_EDGES, *_FRONT)]
    edges = [s for s in segments[: len(_EDGES)] if s is not None]
    large = _height_px(a) >= _LARGE_PX * scale
    if large:
        _lines(image, edges, tuple(c // 3 for c in color), round(2 * scale) + 1)
        _blend_lines(image, [s for s in segments[len(_EDGES) :] if s is not None], color)
    _lines(image, edges, color, max(1, round(scale)) if large else 1)


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


def _blend_lines(image: Image, lines: Sequence[NDArray[np.float64]], color: Color) -> None:
    """Lines at a third of their strength."""
    if not lines:
        return
    points = np.concatenate(lines)
    low = np.clip(points.min(0) - 2, 0, image.shape[1::-1]).astype(int)
    high = np.clip(points.max(0) + 3, 0, image.shape[1::-1]).astype(int)
    if (high <= low).any():
        return
    part = image[low[1] : high[1], low[0] : high[0]]
    strong = part.copy()
    _lines(strong, [line - low for line in lines], color, 1)
    part[...] = cv2.addWeighted(strong, 0.35, part, 0.65, 0.0)


def _captions(image: Image, rows: Sequence[Annotation], scale: float) -> None:
    """Track id, and category if there is room, beside each box; near agents choose their place first."""
    taken: list[tuple[int, int, int, int]] = []
    for a in sorted(rows, key=lambda a: a.distance_m):
        assert a.box2d_visible is not None
        if a.visible_px < _NAMED_PX * scale * scale:
            continue
        large = _height_px(a) >= _LARGE_PX * scale
        size = (0.42 if large else 0.34) * scale
        text = f"{a.instance_id} {a.category.rsplit('.', 1)[-1]}" if large else str(a.instance_id)
        (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
        pad = round(2 * scale)
        x = int(np.clip(a.box2d_visible[0] - 1, 0, max(0, image.shape[1] - width - 2 * pad)))
        tall = height + below + pad
        for y in (a.box2d_visible[1] - tall - 3, a.box2d_visible[3] + 3):
            top = int(np.clip(y, 0, image.shape[0] - tall))
            plate = (x, top, x + width + 2 * pad, top + tall)
            if not any(_overlap(plate, other) for other in taken):
                taken.append(plate)
                _plate(image, plate, track_color(a.instance_id))
                place = (x + pad, top + height + pad // 2 + 1)
                cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (15, 15, 15), 1, cv2.LINE_AA)
                break


def _plate(image: Image, plate: tuple[int, int, int, int], color: Color) -> None:
    x0, y0, x1, y1 = plate
    under = image[y0:y1, x0:x1].astype(np.float32)
    image[y0:y1, x0:x1] = np.rint(0.2 * under + 0.8 * np.array(color, np.float32)).astype(np.uint8)


def _height_px(a: Annotation) -> float:
    return a.box2d_amodal[3] - a.box2d_amodal[1]


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))
