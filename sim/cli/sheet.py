"""Frames of a sequence -> one picture: rows in time, columns for every camera's channels and labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.dataset import RecordedSequence
from sim.frame import Frame
from sim.taxonomy import SEMANTIC_COLORS
from sim.writers.overlay import draw_overlay, track_color

__all__ = ["contact_sheet", "depth_colors", "instance_colors", "semantic_colors"]

Image = NDArray[np.uint8]

TILE_PX = 400
_GAP_PX = 6
_HEAD_PX = 26
_PAPER, _INK = 24, (225, 225, 225)
_NEAR_M, _FAR_M = 2.0, 120.0


def contact_sheet(sequences: Sequence[RecordedSequence], rows: int = 4) -> Image:
    """A grid of frames, evenly spread over each sequence; a line per camera, a column per channel.

    Args:
        sequences: what to show; of more than `rows` the first ones.
        rows: number of frames, fewer if there are not as many.

    Returns:
        (H, W, 3) uint8 sRGB.
    """
    shown = sequences[:rows]
    lines = [_line([_text_tile(name, _HEAD_PX) for name in _COLUMNS])]
    for sequence in shown:
        for number in _spread(len(sequence), rows // len(shown)):
            frame = sequence[number]
            time = f"{sequence.name}, frame {frame.index}, {frame.state.time_s:.2f} s"
            for camera in frame.captures:
                lines.append(_line([_text_tile(f"{camera}   {time}", _HEAD_PX)]))
                lines.append(_line([_tile(frame, camera, draw) for draw in _COLUMNS.values()]))
    return np.concatenate(lines)


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


def _labels(frame: Frame, camera: str) -> Image:
    return draw_overlay(frame, camera)


def _of(channel: str, colors: Callable[[Any], Image]) -> Callable[[Frame, str], Image]:
    """A drawing of one channel."""
    return lambda frame, camera: colors(frame[camera].channels[channel])


_COLUMNS: dict[str, Callable[[Frame, str], Image]] = {
    "rgb": _of("rgb", np.asarray),
    "labels": _labels,
    "depth": _of("depth", depth_colors),
    "instance": _of("instance", instance_colors),
    "semantic": _of("semantic", semantic_colors),
}


def _spread(count: int, wanted: int) -> list[int]:
    """Up to `wanted` different numbers of 0..count - 1, the first and the last among them."""
    return sorted({round(x) for x in np.linspace(0, count - 1, min(wanted, count))})


def _tile(frame: Frame, camera: str, draw: Callable[[Frame, str], Image]) -> Image:
    """One drawing at the size of a tile; paper where the channel was not recorded."""
    capture = frame[camera]
    height_px = round(TILE_PX * capture.intrinsics.height_px / capture.intrinsics.width_px)
    try:
        image = draw(frame, camera)
    except KeyError:
        return _text_tile("not recorded", height_px)
    return np.asarray(cv2.resize(image, (TILE_PX, height_px), interpolation=cv2.INTER_AREA), np.uint8)


def _text_tile(text: str, height_px: int) -> Image:
    out = np.full((height_px, TILE_PX, 3), _PAPER, np.uint8)
    cv2.putText(out, text, (2, height_px - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _INK, 1, cv2.LINE_AA)
    return out


def _line(tiles: Sequence[Image]) -> Image:
    """Tiles side by side with gaps, as wide as the sheet."""
    width_px = len(_COLUMNS) * (TILE_PX + _GAP_PX) + _GAP_PX
    out = np.full((tiles[0].shape[0] + _GAP_PX, width_px, 3), _PAPER, np.uint8)
    for number, tile in enumerate(tiles):
        x = _GAP_PX + number * (TILE_PX + _GAP_PX)
        out[: tile.shape[0], x : x + TILE_PX] = tile
    return out
