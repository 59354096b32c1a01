"""Frames -> the native format: every channel, annotation and tick's state, nothing lost (SCHEMA.md)."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TextIO

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.colorvideo import ColorVideo
from sim.dataset.encodings import VIDEO
from sim.dataset.images import MAX_INSTANCE_ID
from sim.dataset.layout import LABELS, image_name, video_name
from sim.dataset.records import line_of
from sim.dataset.states import StateWriter
from sim.errors import UsageError
from sim.frame import Capture, Frame
from sim.scenario import intrinsics
from sim.writers.pool import Encoders, disk_problems
from sim.writers.writer import WRITERS

__all__ = ["NativeWriter"]


@WRITERS.register("native")
class NativeWriter:
    """Writes images, ``labels.jsonl``, ``states.parquet`` of a sequence."""

    limits: ClassVar[str] = (
        "Lossless, except that what behaviors remember between ticks is not stored, "
        "and unless a file type that loses is asked for."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter()
        self._encoders, self._folder = encoders, folder
        self._states = StateWriter(folder)
        self._labels: TextIO | None = None
        self._videos: dict[str, ColorVideo] = {}

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """What the chosen file types of color and depth lose."""
        recorded = {channel for camera in info.sensors for channel in camera.channels}
        return tuple(loss for channel, loss in info.encodings.losses.items() if channel in recorded)

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence. Raises UsageError if it has more agents than ids."""
        if len(info.roster) > MAX_INSTANCE_ID:
            raise UsageError(
                f"{len(info.roster)} agents: the native format numbers at most {MAX_INSTANCE_ID}"
            )
        self._colors = info.encodings.rgb
        self._rates_hz = {camera.name: camera.rate_hz for camera in info.sensors}
        self._intrinsics = {camera.name: intrinsics(camera) for camera in info.sensors}
        self._labels = (self._folder / LABELS).open("w", encoding="ascii", newline="\n")

    def state(self, state: WorldState) -> None:
        """Append a state to the tables."""
        self._states.write(state)
        self.summary["states"] += 1

    def write(self, frame: Frame) -> None:
        """Append a frame's lines and ask for its images."""
        assert self._labels is not None
        for sensor, capture in frame.captures.items():
            if capture.intrinsics != self._intrinsics[sensor]:
                raise ValueError(f"capture of {sensor!r}: its intrinsics are not those of the camera")
            self._labels.write(line_of(frame.index, capture, frame.annotations.get(sensor)))
            for channel in capture.channels:
                if channel == "rgb" and self._colors == VIDEO:
                    self._encoders.run(f"native/{sensor}", functools.partial(self._film, capture))
                    continue
                suffix = self._encoders.suffix(channel)
                path = self._folder / image_name(sensor, channel, frame.index, suffix)
                self._encoders.save(sensor, channel, path)
            self.summary["captures"] += 1
            self.summary["annotations"] += len(frame.annotations.get(sensor, ()))
        self.summary["frames"] += 1

    def close(self) -> None:
        """End the tables, the labels and the videos."""
        for video in self._videos.values():
            video.close()
        self._states.close()
        if self._labels is not None:
            self._labels.close()

    def abort(self) -> None:
        """Close the files as they are."""
        if self._labels is not None:
            self._labels.close()
        self._states.abort()
        for video in self._videos.values():
            video.abort()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Nothing is left to do: sequences lie where they belong."""

    def _film(self, capture: Capture) -> None:
        """Append the colors of a capture to the video of its camera."""
        path = self._folder / video_name(capture.sensor)
        with disk_problems(path):
            if capture.sensor not in self._videos:
                path.parent.mkdir(exist_ok=True)
                k = capture.intrinsics
                rate_hz = self._rates_hz[capture.sensor]
                self._videos[capture.sensor] = ColorVideo(path, k.width_px, k.height_px, rate_hz)
            self._videos[capture.sensor].write(capture.channels["rgb"], capture.timestamp_ns)
