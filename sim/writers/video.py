"""Frames -> one H.264 video per camera with the labels drawn in, to look at."""

from __future__ import annotations

import functools
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.dataset.videofile import PictureStream
from sim.frame import Frame
from sim.writers.gaps import channels_not_held
from sim.writers.overlay import draw_overlay
from sim.writers.pool import Encoders, disk_problems
from sim.writers.staging import move_to
from sim.writers.writer import WRITERS

__all__ = ["VideoFile", "VideoWriter"]

# With macroblock trees and B frames, short clips read memory that x264 never wrote: bytes differ by chance.
_OPTIONS = {"crf": "20", "preset": "veryfast", "threads": "1", "x264-params": "mbtree=0:bframes=0"}


class VideoFile(PictureStream):
    """An MP4 file that takes pictures; equal pictures give equal bytes.

    Args:
        path: of the file.
        width_px, height_px: of the pictures; an odd column or row is cut off, as 4:2:0 needs.
        rate_hz: pictures a second.
    """

    def __init__(self, path: Path, width_px: int, height_px: int, rate_hz: int) -> None:
        super().__init__(path, "libx264", rate_hz, _OPTIONS)
        self._stream.width, self._stream.height = width_px & ~1, height_px & ~1
        self._stream.pix_fmt = "yuv420p"

    def write(self, image: NDArray[np.uint8]) -> None:
        """Append a picture (H, W, 3) uint8 sRGB."""
        self._append(self._picture(image[: self._stream.height, : self._stream.width]))


@WRITERS.register("video")
class VideoWriter:
    """Writes ``video/<sequence>-<camera>.mp4``."""

    limits: ClassVar[str] = (
        "For people: lossy, hidden agents are not drawn, and agents below 40 pixels get no name."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"pictures": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "video")
        self._files: dict[str, VideoFile] = {}

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside color, and the numbers of all labels."""
        return (
            *channels_not_held(info, ("rgb",)),
            "labels: only masks, boxes, ids and categories, as drawings",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a video for every camera."""
        self._folder.mkdir()
        self._cameras = {camera.name: camera for camera in info.sensors}

    def state(self, state: WorldState) -> None:
        """Videos show frames only."""

    def write(self, frame: Frame) -> None:
        """Append a picture to the video of every camera that took one."""
        for sensor in frame.captures:
            self._encoders.run(f"video/{sensor}", functools.partial(self._draw, frame, sensor))
            self.summary["pictures"] += 1

    def close(self) -> None:
        """End every video."""
        for file in self._files.values():
            file.close()

    def abort(self) -> None:
        """Close the files as they are."""
        for file in self._files.values():
            file.abort()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new videos into ``video/``. Raises UsageError if two have the same name."""
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "video")
            for path in sorted(staged.iterdir()):
                move_to(path, root / "video" / f"{name}-{path.name}")
            shutil.rmtree(staged)

    def _draw(self, frame: Frame, sensor: str) -> None:
        path, camera = self._folder / f"{sensor}.mp4", self._cameras[sensor]
        picture = draw_overlay(frame, sensor)
        with disk_problems(path):
            if sensor not in self._files:
                self._files[sensor] = VideoFile(path, camera.width_px, camera.height_px, camera.rate_hz)
            self._files[sensor].write(picture)
