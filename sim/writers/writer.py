"""What a writer is, and the registry of writers: one sequence's states and frames -> files of one format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Protocol

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.frame import Frame
from sim.registry import Registry
from sim.writers.pool import Encoders

__all__ = ["WRITERS", "Writer"]


class Writer(Protocol):
    """Writes one sequence in one format; made anew for every sequence.

    A writer puts its files below ``staging_folder(folder, format)`` of the unfinished sequence's folder (the
    native one: into that folder itself); `finish` moves them to where the format wants them.

    Attributes:
        limits: what the format cannot say, is left out or marked as ignored, for people.
    """

    limits: ClassVar[str]

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """One sentence per channel, category, lens or kind of label of a sequence that has no place here."""

    @property
    def summary(self) -> Mapping[str, int]:
        """What was written, left out, ignored: name -> count."""

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        """Args: the threads that write images; the folder of the unfinished sequence."""

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence."""

    def state(self, state: WorldState) -> None:
        """Take the state of the next tick; called for every tick, before the frame of that tick."""

    def write(self, frame: Frame) -> None:
        """Take a frame. Its arrays may only be read by what is handed to the encoders."""

    def close(self) -> None:
        """End the sequence; everything handed to the encoders is on disk by then."""

    def abort(self) -> None:
        """End without success; the folder is deleted afterwards."""

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Put together what concerns the whole data set; may be called again after sequences were added."""


WRITERS: Registry[type[Writer]] = Registry("writer")
"""Formats by name; `@WRITERS.register("yolo")` adds one."""
