"""Frames and states -> one file a sequence, in the order of time: what formats of recordings share."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.dataset.records import pose_to_json
from sim.frame import Frame
from sim.writers.agent_boxes import agent_boxes
from sim.writers.optional import optional
from sim.writers.pool import Encoders
from sim.writers.spool import Spool
from sim.writers.staging import move_into

__all__ = ["RecordingWriter", "move_recordings"]


class RecordingWriter:
    """Keeps what a recording needs until the sequence ends; subclasses write it.

    Records of states have ``time_ns``, ``boxes`` (pose and size of every agent) and ``activity``; those of
    captures ``time_ns``, ``camera``, poses, and ``seen``: instance ids and visible boxes.

    Attributes:
        format: name of the format, of its folder and of its extra.
        suffix: of its files.
        module: what has to be installed.
        held: channels whose images are kept.
    """

    format: ClassVar[str]
    suffix: ClassVar[str]
    module: ClassVar[str]
    held: ClassVar[Collection[str]]

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter()
        self._encoders = encoders
        self._folder = staging_folder(folder, self.format)
        self._spool: Spool | None = None

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence. Raises UsageError if the extra is not installed."""
        optional(self.module, self.format)
        self._info = info
        self._spool = Spool(self._encoders, self._folder / "spool")

    def state(self, state: WorldState) -> None:
        """Keep the boxes of a tick."""
        assert self._spool is not None
        boxes = [[pose_to_json(b.world_from_box), list(b.size_lwh_m)] for b in agent_boxes(self._info, state)]
        self._spool.note({"time_ns": state.timestamp_ns, "boxes": boxes, "activity": state.activity.tolist()})

    def write(self, frame: Frame) -> None:
        """Keep the cameras' poses and what they see, and ask for their images."""
        assert self._spool is not None
        for sensor, capture in frame.captures.items():
            carrier = capture.world_from_carrier
            record = {
                "time_ns": capture.timestamp_ns,
                "camera": sensor,
                "world_from_camera": pose_to_json(capture.world_from_camera),
                "world_from_carrier": None if carrier is None else pose_to_json(carrier),
                "seen": [
                    [a.instance_id, list(a.box2d_visible)]
                    for a in frame.annotations.get(sensor, ())
                    if a.box2d_visible is not None and a.visible_px >= self._info.min_visible_px
                ],
            }
            self._spool.add(frame.index, capture, record, self.held)

    def close(self) -> None:
        """Write the recording."""
        path = self._folder / self._info.split / f"{self._info.name}.{self.suffix}"
        path.parent.mkdir()
        self._record(path)
        shutil.rmtree(self._folder / "spool")

    def abort(self) -> None:
        """Close the files as they are."""
        if self._spool is not None:
            self._spool.close()

    def _record(self, path: Path) -> None:
        """Write all that was kept."""
        raise NotImplementedError


def move_recordings(root: Path, sequences: Sequence[str], format_name: str) -> None:
    """Move new recordings into the format's folder. Raises UsageError if a name is taken."""
    for name in sequences:
        staged = staging_folder(sequence_folder(root, name), format_name)
        for path in sorted(staged.glob("*/*")):
            move_into(path, root / format_name / path.parent.name)
        shutil.rmtree(staged)
