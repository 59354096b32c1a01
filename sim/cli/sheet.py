"""Frames of a sequence -> one picture: rows in time, columns for every camera's channels and labels."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.dataset import RecordedSequence
from sim.frame import CHANNELS, Frame
from sim.writers.coloring import channel_colors
from sim.writers.overlay import draw_overlay

__all__ = ["contact_sheet"]

Image = NDArray[np.uint8]

TILE_PX = 400
_GAP_PX = 6
_HEAD_PX = 26
_PAPER, _INK = 24, (225, 225, 225)
_LABELS = "labels"


def contact_sheet(sequences: Sequence[RecordedSequence], rows: int = 4) -> Image:
    """A grid of frames, evenly spread over each sequence; a line per camera, a column per channel.

    Args:
        sequences: what to show; of more than `rows` the first ones.
        rows: number of frames, fewer if there are not as many.

    Returns:
        (H, W, 3) uint8 sRGB.
    """
    shown = sequences[:rows]
    columns = _columns(shown)
    width_px = len(columns) * (TILE_PX + _GAP_PX) + _GAP_PX
    lines = [_line([_text_tile(name, _HEAD_PX) for name in columns], width_px)]
    for sequence in shown:
        for number in _spread(len(sequence), rows // len(shown)):
            frame = sequence[number]
            time = f"{sequence.name}, frame {frame.index}, {frame.state.time_s:.2f} s"
            for camera in frame.captures:
                lines.append(_line([_text_tile(f"{camera}   {time}", _HEAD_PX)], width_px))
                lines.append(_line([_tile(frame, camera, column) for column in columns], width_px))
    return np.concatenate(lines)


def _draw(frame: Frame, camera: str, column: str) -> Image:
    if column == _LABELS:
        return draw_overlay(frame, camera)
    return channel_colors(column, frame[camera].channels[column])


def _columns(sequences: Sequence[RecordedSequence]) -> tuple[str, ...]:
    """The picture, the labels, and every other channel that some camera records."""
    recorded = {channel for s in sequences for camera in s.info.sensors for channel in camera.channels}
    return ("rgb", _LABELS, *(name for name in CHANNELS if name in recorded and name != "rgb"))


def _spread(count: int, wanted: int) -> list[int]:
    """Up to `wanted` different numbers of 0..count - 1, the first and the last among them."""
    return sorted({round(x) for x in np.linspace(0, count - 1, min(wanted, count))})


def _tile(frame: Frame, camera: str, column: str) -> Image:
    """One drawing at the size of a tile; paper where the channel was not recorded."""
    capture = frame[camera]
    height_px = round(TILE_PX * capture.intrinsics.height_px / capture.intrinsics.width_px)
    try:
        image = _draw(frame, camera, column)
    except KeyError:
        return _text_tile("not recorded", height_px)
    return np.asarray(cv2.resize(image, (TILE_PX, height_px), interpolation=cv2.INTER_AREA), np.uint8)


def _text_tile(text: str, height_px: int) -> Image:
    out = np.full((height_px, TILE_PX, 3), _PAPER, np.uint8)
    cv2.putText(out, text, (2, height_px - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _INK, 1, cv2.LINE_AA)
    return out


def _line(tiles: Sequence[Image], width_px: int) -> Image:
    """Tiles side by side with gaps, as wide as the sheet."""
    out = np.full((tiles[0].shape[0] + _GAP_PX, width_px, 3), _PAPER, np.uint8)
    for number, tile in enumerate(tiles):
        x = _GAP_PX + number * (TILE_PX + _GAP_PX)
        out[: tile.shape[0], x : x + TILE_PX] = tile
    return out
