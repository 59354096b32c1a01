"""One sequence's states and frames -> all formats asked for; it appears on disk whole or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo, Splits, read, write_manifest
from sim.dataset.durable import flush
from sim.dataset.info import info_to_json
from sim.dataset.integrity import Former
from sim.dataset.layout import (
    SEQUENCE,
    complete_sequences,
    partial_folder,
    sequence_folder,
    staging_folder,
)
from sim.dataset.manifest import Manifest
from sim.errors import UsageError
from sim.frame import Frame
from sim.scenario.portable import MAP_FILE
from sim.writers.pool import Encoders, disk_problems
from sim.writers.writer import WRITERS

__all__ = ["SequenceOutput", "export", "finish"]


class SequenceOutput:
    """A context that writes one sequence in several formats; leaving it by an error deletes what was written.

    Args:
        info: of the sequence.
        formats: names in `WRITERS`.
        threads: encoder threads; the bytes do not depend on their number.
        files: name -> file to copy into the sequence's folder: what its scenario names.

    Raises:
        UsageError: a format is unknown, the sequence exists already, or a file type of images needs a module
            that is not installed.
        EnvironmentProblem: the disk is full or may not be written.
    """

    def __init__(
        self,
        info: SequenceInfo,
        formats: Sequence[str],
        threads: int = 2,
        files: Mapping[str, Path] | None = None,
    ) -> None:
        kinds = {name: WRITERS[name] for name in formats}
        self._info = info
        self._folder = partial_folder(info.root, info.name)
        self._final = sequence_folder(info.root, info.name)
        if self._final.exists():
            raise UsageError(f"sequence {info.name!r} exists already in {info.root}")
        self._encoders = Encoders(threads, encodings=info.encodings)
        with disk_problems(self._folder):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            for name, source in (files or {}).items():
                shutil.copyfile(source, self._folder / name)
        self._writers = {name: kind(self._encoders, self._folder) for name, kind in kinds.items()}
        self._first_tick, self._ticks = 0, 0
        self._signal_names: tuple[str, ...] = ()
        self._frames: Counter[str] = Counter({camera.name: 0 for camera in info.sensors})
        try:
            with disk_problems(self._folder):
                for writer in self._writers.values():
                    writer.open(info)
        except BaseException:
            self.abort()
            raise

    @property
    def summary(self) -> dict[str, Mapping[str, int]]:
        """What each format wrote, left out and ignored: format -> name -> count."""
        return {name: dict(writer.summary) for name, writer in self._writers.items()}

    @property
    def waits(self) -> int:
        """How often `write` had to wait for encoders."""
        return self._encoders.waits

    def state(self, state: WorldState) -> None:
        """Take the state of the next tick. Raises ValueError if a tick was left out."""
        if not self._ticks:
            self._first_tick, self._signal_names = state.tick, state.signal_names
        if state.tick != self._first_tick + self._ticks:
            raise ValueError(f"state of tick {state.tick}, wanted {self._first_tick + self._ticks}")
        self._ticks += 1
        with disk_problems(self._folder):
            for writer in self._writers.values():
                writer.state(state)

    def write(self, frame: Frame) -> None:
        """Take a frame of the tick last given to `state`; its buffers are released when all have read them.

        Raises:
            EnvironmentProblem: the disk is full or may not be written.
            ValueError: the frame is not of the tick last given.
            Exception: whatever went wrong in encoding this or an earlier frame.
        """
        if not self._ticks or frame.state.tick != self._first_tick + self._ticks - 1:
            raise ValueError(
                f"frame of tick {frame.state.tick} without its state; call state() for every tick"
            )
        try:
            with disk_problems(self._folder):
                for writer in self._writers.values():
                    writer.write(frame)
        except BaseException:
            frame.release()
            raise
        self._frames.update(list(frame.captures))
        self._encoders.dispatch(frame)

    def close(self) -> None:
        """Wait for the encoders, end every format and let the sequence appear. Raises as `write` does."""
        try:
            self._encoders.drain()
            with disk_problems(self._folder):
                for writer in self._writers.values():
                    writer.close()
                record = info_to_json(self._info) | {
                    "first_tick": self._first_tick,
                    "ticks": self._ticks,
                    "signal_names": list(self._signal_names),
                    "frames": dict(self._frames),
                    "formats": sorted(self._writers),
                    "not_held": {
                        name: sentences
                        for name, writer in self._writers.items()
                        if (sentences := writer.cannot_hold(self._info))
                    },
                }
                text = json.dumps(record, indent=1, allow_nan=False) + "\n"
                (self._folder / SEQUENCE).write_text(text, "ascii", newline="\n")
                self._encoders.close()
                flush(self._folder)  # a sequence that has appeared is whole even after a power cut
                self._folder.rename(self._final)
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        """Stop and delete everything written for this sequence."""
        self._encoders.close()
        for writer in self._writers.values():
            # The folder is deleted next: nothing that goes wrong here may hide the first error.
            with contextlib.suppress(Exception):
                writer.abort()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> SequenceOutput:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


def finish(root: Path, held_back: Collection[str] = ()) -> Manifest:
    """Put together every format's data set from its complete sequences, and write the manifest, last.

    May be called again after sequences were added.

    Args:
        root: of the data set.
        held_back: complete sequences that other formats take in later: some number sequences as they come.

    Returns:
        The manifest.

    Raises:
        EnvironmentProblem: the disk is full or may not be written.
    """
    sequences = [name for name in complete_sequences(root) if name not in held_back]
    with disk_problems(root):
        former = Former(root)
        for name in WRITERS:
            staged = [s for s in sequences if staging_folder(sequence_folder(root, s), name).is_dir()]
            # Where a call was broken off, everything may have been moved and nothing been put together yet.
            if staged or (root / name).is_dir():
                WRITERS[name].finish(root, staged)
        flush(root)
        return write_manifest(root, former.untouched())


def export(
    dataset: str | Path,
    out: str | Path,
    formats: Sequence[str],
    *,
    threads: int = 2,
    min_visible_px: int = 16,
    splits: Splits | None = None,
) -> dict[str, dict[str, Mapping[str, int]]]:
    """Write a native data set in other formats, without rendering: the same files as during the run.

    Args:
        dataset: folder of the native data set.
        out: folder of the new one.
        formats: names in `WRITERS`.
        threads: encoder threads.
        min_visible_px: see `SequenceInfo`.
        splits: how sequences are dealt out; None: as in the data set.

    Returns:
        sequence -> format -> what was written, left out and ignored.

    Raises:
        UsageError: the data set or a format is not what it should be.
        EnvironmentProblem: the disk is full or may not be written.
    """
    summaries = {}
    root = Path(out)
    for sequence in read(dataset):
        info = dataclasses.replace(
            sequence.info,
            root=root,
            min_visible_px=min_visible_px,
            splits=splits or sequence.info.splits,
        )
        frames = iter(sequence)
        frame = next(frames, None)
        known = sequence.folder / MAP_FILE
        files = {MAP_FILE: known} if known.is_file() else {}
        with SequenceOutput(info, formats, threads, files) as output:
            for tick in sequence.ticks:
                output.state(sequence.state(tick))
                while frame is not None and frame.state.tick == tick:
                    output.write(frame)
                    frame = next(frames, None)
        summaries[sequence.name] = output.summary
    finish(root)
    return summaries
