"""A frame -> a picture of its labels: masks, outlines of what is hidden, boxes, skeletons, names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_matches
from sim.frame import Annotation, Capture, Frame
from sim.writers.coloring import track_color
from sim.writers.outlines import rle_pixels
from sim.writers.strokes import bracket, is_large, outline, skeleton, wireframe

__all__ = ["KINDS", "USUAL_KINDS", "draw_overlay"]

KINDS = ("mask", "amodal", "box2d", "box3d", "keypoints", "label")
"""What can be drawn."""

USUAL_KINDS = ("mask", "box2d", "box3d", "label")
"""What is drawn unless told otherwise: more would hide the picture."""

Image = NDArray[np.uint8]

_NAMED_PX = 40


def draw_overlay(frame: Frame, sensor: str, kinds: Sequence[str] = USUAL_KINDS) -> Image:
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
    painters: tuple[tuple[str, Sequence[Annotation], Callable[[Image, Annotation], None]], ...] = (
        ("amodal", rows, _whole),
        ("box3d", shown, partial(wireframe, capture=capture, scale=scale)),
        ("keypoints", shown, partial(skeleton, scale=scale)),
        ("box2d", shown, partial(bracket, scale=scale, whole="box3d" not in kinds)),
    )
    for kind, agents, paint in painters:
        if kind in kinds:
            for a in agents:
                paint(image, a)
    if "label" in kinds:
        _captions(image, shown, scale)
    return image


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


def _captions(image: Image, rows: Sequence[Annotation], scale: float) -> None:
    """Track id, and category if there is room, beside each box; near agents choose their place first."""
    taken: list[tuple[int, int, int, int]] = []
    for a in sorted(rows, key=lambda a: a.distance_m):
        assert a.box2d_visible is not None
        if a.visible_px < _NAMED_PX * scale * scale:
            continue
        large = is_large(a, scale)
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


def _whole(image: Image, a: Annotation) -> None:
    """The outline of an agent as if nothing hid it, the hidden part tinted."""
    if a.amodal_rle is None:
        return
    mask = rle_pixels(a.amodal_rle)
    seen = rle_pixels(a.mask_rle) if a.mask_rle is not None else np.zeros_like(mask)
    outline(image, mask, mask & ~seen, track_color(a.instance_id))


def _plate(image: Image, plate: tuple[int, int, int, int], color: Sequence[int]) -> None:
    x0, y0, x1, y1 = plate
    under = image[y0:y1, x0:x1].astype(np.float32)
    image[y0:y1, x0:x1] = np.rint(0.2 * under + 0.8 * np.array(color, np.float32)).astype(np.uint8)


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
