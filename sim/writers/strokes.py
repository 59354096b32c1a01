"""Boxes, skeletons and outlines of agents -> lines in a picture, as thick as the agent has room for."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.frame import Annotation, Capture
from sim.geometry import Intrinsics
from sim.geometry.pixel_centres import places_to_whole_centres
from sim.writers.coloring import track_color
from sim.writers.joints import SKELETON

__all__ = ["bracket", "is_large", "outline", "skeleton", "wireframe"]

Image = NDArray[np.uint8]
Color = tuple[int, int, int]
Points = NDArray[np.float64]

_EDGES = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))
_FRONT = ((0, 5), (1, 4))  # a cross on the face the agent looks out of
_NEAR_M = 0.1
_BENT = np.linspace(0, 1, 25)  # places along an edge that a lens may bend
_FAR_OFF_PX = 16000
_SUBPIXEL_BITS = 4
_LARGE_PX = 40  # agents this tall, in an image 720 rows high, have room for strong lines and a name
_JOINTED_PX = 80  # people this tall have room for joints


def is_large(a: Annotation, scale: float) -> bool:
    """Whether an agent has room for strong lines; `scale` is the image's height / 720, at least 1."""
    return a.box2d_amodal[3] - a.box2d_amodal[1] >= _LARGE_PX * scale


def bracket(image: Image, a: Annotation, scale: float, whole: bool) -> None:
    """Corner brackets around the visible pixels; `whole` adds the thin frame between them."""
    assert a.box2d_visible is not None
    x0, y0, x1, y1 = a.box2d_visible
    color = track_color(a.instance_id)
    # The frame lies outside the mask it encloses.
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    corners += 1.5 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    if whole:
        _lines(image, [np.concatenate([corners, corners[:1]])], color, 1)
    reach = min(10 * scale, (x1 - x0) / 3, (y1 - y0) / 3)
    width_px = max(1, round(2 * scale)) if is_large(a, scale) else 1
    arms = []
    for k in range(4):
        here, after, before = corners[k], corners[(k + 1) % 4], corners[k - 1]
        arms.append(np.array([here + reach * _unit(before - here), here, here + reach * _unit(after - here)]))
    _lines(image, arms, color, width_px)


def wireframe(image: Image, a: Annotation, capture: Capture, scale: float) -> None:
    """The 3D box; large ones have a dark rim, legible on sky and asphalt alike, and a cross in front."""
    corners = capture.world_from_camera.inverse().apply(a.box3d.corners_world)
    color = track_color(a.instance_id)
    edges, cross = (
        [line for i, j in pairs for line in _edge(corners[i], corners[j], capture.intrinsics)]
        for pairs in (_EDGES, _FRONT)
    )
    large = is_large(a, scale)
    if large:
        _lines(image, edges, tuple(c // 3 for c in color), round(2 * scale) + 1)
        _blend_lines(image, cross, color)
    _lines(image, edges, color, max(1, round(scale)) if large else 1)


def skeleton(image: Image, a: Annotation, scale: float) -> None:
    """Joints inside the image and the lines between them: filled where visible, hollow where hidden."""
    if a.keypoints is None:
        return
    pixels, flags = a.keypoints.pixels, a.keypoints.visibility
    color = track_color(a.instance_id)
    lines = [pixels[[i, j]] for i, j in SKELETON if flags[i] and flags[j]]
    height_px = a.box2d_amodal[3] - a.box2d_amodal[1]
    width_px = max(1, round(scale))
    if height_px < _JOINTED_PX * scale:
        _lines(image, lines, color, width_px)
        return
    dark: Color = (color[0] // 4, color[1] // 4, color[2] // 4)
    _lines(image, lines, dark, width_px + 2)
    _lines(image, lines, color, width_px)
    radius_px = float(np.clip(height_px / 70, 1.5 * scale, 4.0 * scale))
    for place, flag in zip(pixels[flags > 0], flags[flags > 0], strict=True):
        _dot(image, place, radius_px + scale, dark)
        _dot(image, place, radius_px, color)
        if flag == 1:
            _dot(image, place, radius_px * 0.55, dark)


def outline(image: Image, mask: NDArray[np.bool_], hidden: NDArray[np.bool_], color: Color) -> None:
    """The rim of a mask (H, W), and a tint on the part of it that something hides."""
    inner = cv2.erode(mask.view(np.uint8), cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    paint = np.array(color, np.float32)
    for part, share in ((hidden, 0.45), (mask & (inner == 0), 0.9)):
        image[part] = np.rint(image[part] * (1 - share) + paint * share).astype(np.uint8)


def _edge(a: Points, b: Points, k: Intrinsics) -> list[Points]:
    """The parts of an edge that the camera sees, each (M, 2) pixels."""
    if k.is_pinhole:
        if a[2] < _NEAR_M and b[2] < _NEAR_M:
            return []
        if min(a[2], b[2]) < _NEAR_M:
            cut = a + (b - a) * ((_NEAR_M - a[2]) / (b[2] - a[2]))
            a, b = (cut, b) if a[2] < _NEAR_M else (a, cut)
        points = np.stack([a, b])
    else:
        points = a + _BENT[:, None] * (b - a)
        points = points[k.sees(points)]
        if len(points) < 2:
            return []
    pixels = k.project(points)
    return [] if np.abs(pixels).max() > _FAR_OFF_PX else [pixels]


def _lines(image: Image, lines: Sequence[Points], color: Sequence[int], width_px: int) -> None:
    cv2.polylines(
        image, [_fixed(line) for line in lines], False, tuple(color), width_px, cv2.LINE_AA, _SUBPIXEL_BITS
    )


def _dot(image: Image, place: Points, radius_px: float, color: Color) -> None:
    x, y = (int(v) for v in _fixed(place))
    radius = round(radius_px * (1 << _SUBPIXEL_BITS))
    cv2.circle(image, (x, y), radius, color, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS)


def _fixed(places: Points) -> NDArray[np.int32]:
    return np.rint(places_to_whole_centres(places) * (1 << _SUBPIXEL_BITS)).astype(np.int32)


def _blend_lines(image: Image, lines: Sequence[Points], color: Color) -> None:
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


def _unit(vector: Points) -> Points:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))
