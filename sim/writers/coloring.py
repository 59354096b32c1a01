"""A channel of a capture -> a picture of it, to look at: values as colors, the scale of flows beside them."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.frame import NO_OTHER_FRAME, PANOPTIC_CLASS
from sim.taxonomy import SEMANTIC_COLORS

__all__ = ["channel_colors", "track_color"]

Image = NDArray[np.uint8]
Color = tuple[int, int, int]

_GOLDEN = 0.61803398875
_NEAR_M, _FAR_M = 2.0, 120.0
_NOBODY = (40, 40, 40)
_HIDDEN, _SEEN = (245, 150, 40), (45, 55, 75)
_NOTHING = (90, 90, 90)
_FULL_SCALE = 99.0  # percentile of the lengths: a few very fast pixels would leave the rest without color

# Baker et al. 2007, "A database and evaluation methodology for optical flow": corners of the hue circle and
# how many of its 55 steps lie between them; more where the eye tells more colors apart.
_WHEEL_STEPS = np.cumsum([0, 15, 6, 4, 11, 13, 6])
_WHEEL = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1], [1, 0, 0]], np.float32)
_BEYOND = 0.75  # brightness of what is longer than the scale


def channel_colors(channel: str, array: NDArray[Any]) -> Image:
    """A picture of one channel.

    * `rgb` as it is; `depth` red near to blue far, logarithmic from 2 to 120 m, black where nothing was hit;
    * `semantic` in the taxonomy's colors, `instance` in the tracks', `panoptic` in both;
    * `normal` as (n + 1) / 2 in camera axes (x right, y down, z forward), black at the sky;
    * flows in Middlebury's color circle, hue for direction, white for rest; the circle in the corner says
      which length is fully colored; black where there is none;
    * `scene_flow` gray for rest, plus x, y, z in red, green, blue, fully at the length written in the corner;
    * occlusions orange where hidden or outside, dark where seen, gray where there is no other frame.

    Args:
        channel: key of `sim.frame.CHANNELS`.
        array: its image.

    Returns:
        (H, W, 3) uint8 sRGB, a new array.

    Raises:
        KeyError: no such channel.
    """
    return _COLORINGS[channel](array)


def track_color(instance_id: int) -> Color:
    """A color that belongs to a track; neighbouring ids differ clearly."""
    hue = (instance_id * _GOLDEN) % 1.0
    lightness = (0.62, 0.54, 0.70)[instance_id % 3]
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.85)
    return round(255 * red), round(255 * green), round(255 * blue)


def _depth(depth_m: NDArray[np.float32]) -> Image:
    hit = np.isfinite(depth_m)
    clipped = np.clip(np.where(hit, depth_m, _FAR_M), _NEAR_M, _FAR_M)
    nearness = 1.0 - np.log(clipped / _NEAR_M) / np.log(_FAR_M / _NEAR_M)
    colors = cv2.applyColorMap((nearness * 255).astype(np.uint8), cv2.COLORMAP_TURBO)[..., ::-1]
    return np.where(hit[..., None], colors, 0).astype(np.uint8)


def _instance(instance: NDArray[np.integer]) -> Image:
    colors = [_NOBODY, *(track_color(number) for number in range(1, int(instance.max(initial=0)) + 1))]
    return np.asarray(np.array(colors, np.uint8)[instance])


def _semantic(semantic: NDArray[np.integer]) -> Image:
    table = np.zeros((256, 3), np.uint8)
    for number, color in SEMANTIC_COLORS.items():
        table[number] = color
    return np.asarray(table[semantic])


def _panoptic(panoptic: NDArray[np.int32]) -> Image:
    instance = panoptic % PANOPTIC_CLASS
    return np.where(instance[..., None] > 0, _instance(instance), _semantic(panoptic // PANOPTIC_CLASS))


def _normal(normal: NDArray[np.float32]) -> Image:
    return _bytes(np.where(normal.any(-1, keepdims=True), (normal + 1) / 2, 0))


def _occlusion(occlusion: NDArray[np.uint8]) -> Image:
    table = np.full((256, 3), _HIDDEN, np.uint8)
    table[0], table[NO_OTHER_FRAME] = _SEEN, _NOTHING
    return np.asarray(table[occlusion])


def _flow(flow_px: NDArray[np.float32]) -> Image:
    scale_px = _scale(flow_px)
    picture = _bytes(_wheel(flow_px / scale_px))
    size_px = min(picture.shape[:2]) // 5 | 1
    if size_px > 20 and not np.isnan(flow_px).all():
        v, u = np.mgrid[:size_px, :size_px].astype(np.float32) / (size_px // 2) - 1
        inside = np.hypot(u, v) <= 1
        corner = picture[-size_px - 4 : -4, -size_px - 4 : -4]
        corner[inside] = _bytes(_wheel(np.stack([u, v], -1)))[inside]
        _write(picture, f"{scale_px:.3g} px", picture.shape[1] - size_px - 8)
    return picture


def _scene_flow(step_m: NDArray[np.float32]) -> Image:
    scale_m = _scale(step_m[step_m.any(-1)])  # most of a street stands still
    picture = _bytes(np.where(np.isnan(step_m), 0, np.clip(step_m / scale_m, -1, 1) / 2 + 0.5))
    if min(picture.shape[:2]) > 100 and not np.isnan(step_m).all():
        _write(picture, f"{scale_m:.3g} m", picture.shape[1] - 8)
    return picture


def _scale(vectors: NDArray[np.float32]) -> float:
    """A high percentile of their lengths; 1 where nothing moves."""
    lengths = np.linalg.norm(vectors, axis=-1)
    lengths = lengths[np.isfinite(lengths)]
    return (float(np.percentile(lengths, _FULL_SCALE)) if lengths.size else 0.0) or 1.0


def _wheel(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors (..., 2), scaled, to colors (..., 3) from 0 to 1; black for NaN."""
    length = np.linalg.norm(vectors, axis=-1)[..., None]
    turn = np.arctan2(vectors[..., 1], vectors[..., 0]) % (2 * np.pi) / (2 * np.pi)
    hue = np.stack([np.interp(turn * _WHEEL_STEPS[-1], _WHEEL_STEPS, band) for band in _WHEEL.T], -1)
    colors = np.where(length <= 1, 1 - length * (1 - hue), hue * _BEYOND)
    return np.where(np.isnan(length), 0, colors).astype(np.float32)


def _gray(image: NDArray[Any]) -> Image:
    return np.repeat(image[..., None], 3, -1)


def _bytes(colors: NDArray[np.floating]) -> Image:
    return np.asarray(np.rint(colors * 255), np.uint8)


def _write(picture: Image, text: str, right_px: int) -> None:
    """A text in the bottom row that ends at a column."""
    size = max(0.4, picture.shape[0] / 1200)
    (width_px, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    place = (right_px - width_px, picture.shape[0] - 8)
    for color, thickness in ((0, 3), (255, 1)):
        cv2.putText(
            picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (color,) * 3, thickness, cv2.LINE_AA
        )


_COLORINGS: dict[str, Callable[[NDArray[Any]], Image]] = {
    "rgb": np.array,
    "rgb_clean": np.array,
    "weather_mask": _gray,
    "depth": _depth,
    "instance": _instance,
    "semantic": _semantic,
    "semantic_envelope": _semantic,
    "panoptic": _panoptic,
    "normal": _normal,
    "flow_forward": _flow,
    "flow_backward": _flow,
    "occlusion_forward": _occlusion,
    "occlusion_backward": _occlusion,
    "scene_flow": _scene_flow,
}
