"""Frames of a sequence -> one picture: rows in time, columns for every camera's channels and labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.dataset import RecordedSequence
from sim.frame import Capture, Frame
from sim.taxonomy import SEMANTIC_COLORS
from sim.writers.overlay import draw_overlay, track_color

__all__ = ["contact_sheet", "depth_colors", "instance_colors", "semantic_colors"]

Image = NDArray[np.uint8]

TILE_PX = 288
_GAP_PX = 6
_HEAD_PX = 30
_PAPER, _INK = 24, (225, 225, 225)
_NEAR_M, _FAR_M = 2.0, 120.0


def contact_sheet(sequences: Sequence[RecordedSequence], rows: int = 6) -> Image:
    """A grid of frames, evenly spread over each sequence.

    Args:
        sequences: what to show; of more than `rows` the first ones.
        rows: number of frames, fewer if there are not as many.

    Returns:
        (H, W, 3) uint8 sRGB.
    """
    shown = sequences[:rows]
    lines = []
    for sequence in shown:
        for number in _spread(len(sequence), rows // len(shown)):
            frame = sequence[number]
            tiles = [tile for camera in frame.captures for tile in _tiles(frame, camera)]
            title = f"{sequence.name}   frame {frame.index}   {frame.state.time_s:.2f} s"
            lines.append(_row([_captioned(image, caption) for caption, image in tiles], title))
    width = max(line.shape[1] for line in lines)
    padded = [np.pad(a, ((0, 0), (0, width - a.shape[1]), (0, 0)), constant_values=_PAPER) for a in lines]
    return np.concatenate(padded)


def depth_colors(depth_m: NDArray[np.float32]) -> Image:
    """Depth (H, W) as colors, red near and blue far on a logarithmic scale; black where nothing was hit."""
    hit = np.isfinite(depth_m)
    clipped = np.clip(np.where(hit, depth_m, _FAR_M), _NEAR_M, _FAR_M)
    nearness = 1.0 - np.log(clipped / _NEAR_M) / np.log(_FAR_M / _NEAR_M)
    colors = cv2.applyColorMap((nearness * 255).astype(np.uint8), cv2.COLORMAP_TURBO)[..., ::-1]
    return np.where(hit[..., None], colors, 0).astype(np.uint8)


def instance_colors(instance: NDArray[np.integer]) -> Image:
    """Instance ids (H, W) in the colors of the overlay; dark gray where there is none."""
    colors = [(40, 40, 40), *(track_color(number) for number in range(1, int(instance.max(initial=0)) + 1))]
    return np.asarray(np.array(colors, np.uint8)[instance])


def semantic_colors(semantic: NDArray[np.uint8]) -> Image:
    """Semantic classes (H, W) in the taxonomy's colors."""
    table = np.zeros((256, 3), np.uint8)
    for number, color in SEMANTIC_COLORS.items():
        table[number] = color
    return np.asarray(table[semantic], np.uint8)


_CHANNELS: dict[str, Callable[[Capture], Image]] = {
    "rgb": lambda capture: capture.rgb,
    "depth": lambda capture: depth_colors(capture.depth_m),
    "instance": lambda capture: instance_colors(capture.instance),
    "semantic": lambda capture: semantic_colors(capture.semantic),
}


def _spread(count: int, wanted: int) -> list[int]:
    """Up to `wanted` different numbers of 0..count - 1, the first and the last among them."""
    return sorted({round(x) for x in np.linspace(0, count - 1, min(wanted, count))})


def _tiles(frame: Frame, camera: str) -> list[tuple[str, Image]]:
    """Captions and pictures of one camera."""
    capture = frame[camera]
    out = [(f"{camera} {n}", draw(capture)) for n, draw in _CHANNELS.items() if n in capture.channels]
    if "rgb" in capture.channels:
        out.insert(1, (f"{camera} labels", draw_overlay(frame, camera)))
    return out


def _captioned(image: Image, caption: str) -> Image:
    height = round(TILE_PX * image.shape[0] / image.shape[1])
    small = cv2.resize(image, (TILE_PX, height), interpolation=cv2.INTER_AREA)
    for color, thickness in (((0, 0, 0), 3), (_INK, 1)):
        cv2.putText(small, caption, (6, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.42, color, thickness, cv2.LINE_AA)
    return np.asarray(small, np.uint8)


def _row(tiles: Sequence[Image], title: str) -> Image:
    """Tiles side by side below their title."""
    height = max(tile.shape[0] for tile in tiles)
    width = len(tiles) * (TILE_PX + _GAP_PX) + _GAP_PX
    out = np.full((_HEAD_PX + height + _GAP_PX, width, 3), _PAPER, np.uint8)
    cv2.putText(out, title, (_GAP_PX, 21), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _INK, 1, cv2.LINE_AA)
    for number, tile in enumerate(tiles):
        x = _GAP_PX + number * (TILE_PX + _GAP_PX)
        out[_HEAD_PX : _HEAD_PX + tile.shape[0], x : x + TILE_PX] = tile
    return out
