"""A data set's folder -> its sequences -> the frames that were written, images decoded when asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np

from sim.agents.state import WorldState
from sim.dataset.encodings import VIDEO
from sim.dataset.info import SequenceInfo, info_from_json
from sim.dataset.layout import LABELS, SEQUENCE, image_name, sequence_folder, video_name
from sim.dataset.manifest import Manifest, read_manifest
from sim.dataset.records import annotation_from_json, exposure_from_json, pose_from_json
from sim.dataset.states import StateReader
from sim.dataset.stored import StoredImages
from sim.errors import UsageError
from sim.frame import Annotation, Capture, Frame
from sim.scenario import intrinsics

__all__ = ["Dataset", "RecordedSequence", "read"]

_BROKEN = (KeyError, TypeError, AttributeError, ValueError, OverflowError)


def read(path: str | Path) -> Dataset:
    """Open a data set in the native format.

    Args:
        path: its folder.

    Returns:
        Its sequences; images and states are read when they are asked for.

    Raises:
        UsageError: it is no data set, or a file of it is missing or broken; the message names the file.
    """
    root = Path(path)
    return Dataset(root, read_manifest(root))


class Dataset(Sequence["RecordedSequence"]):
    """The sequences of a data set, by number or by name.

    Attributes:
        root: folder of the data set.
        manifest: what ``manifest.json`` says.
    """

    def __init__(self, root: Path, manifest: Manifest) -> None:
        self.root = root
        self.manifest = manifest

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sequences, sorted."""
        return self.manifest.sequences

    @overload
    def __getitem__(self, key: int | str) -> RecordedSequence: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[RecordedSequence]: ...
    def __getitem__(self, key: int | str | slice) -> RecordedSequence | Sequence[RecordedSequence]:
        if isinstance(key, slice):
            return tuple(RecordedSequence(self.root, name) for name in self.names[key])
        if isinstance(key, str):
            if key not in self.names:
                raise UsageError(f"{self.root}: no sequence {key!r}; there are: {', '.join(self.names)}")
            return RecordedSequence(self.root, key)
        return RecordedSequence(self.root, self.names[key])

    def __iter__(self) -> Iterator[RecordedSequence]:
        return (RecordedSequence(self.root, name) for name in self.names)

    def __len__(self) -> int:
        return len(self.names)


class RecordedSequence(Sequence[Frame]):
    """The frames of one sequence.

    Attributes:
        folder: where it lies.
        info: what writers were opened with.
        ticks: ticks whose states are stored.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.folder = sequence_folder(root, name)
        path = self.folder / SEQUENCE
        try:
            data = json.loads(_text(path))
            if data.get("source") is not None:
                raise UsageError(
                    f"{path}: the sequence was imported from {data['source']['format']}, so it has no "
                    "states; sim.importing.read gives its frames"
                )
            self.info: SequenceInfo = info_from_json(root, data)
            self.ticks = range(data["first_tick"], data["first_tick"] + data["ticks"])
            self._states = StateReader(
                self.folder,
                self.info.roster,
                self.info.tick_hz,
                self.ticks.start,
                len(self.ticks),
                tuple(data["signal_names"]),
            )
        except _BROKEN as error:
            raise UsageError(f"{path} is broken: {type(error).__name__}: {error}") from error
        self._intrinsics = {camera.name: intrinsics(camera) for camera in self.info.sensors}
        self._offsets = self._index()

    @property
    def name(self) -> str:
        """The sequence's name."""
        return self.info.name

    def state(self, tick: int) -> WorldState:
        """The state at a tick; what behaviors remembered is not stored. Raises KeyError, UsageError."""
        try:
            return self._states.state(tick)
        except (OSError, *_BROKEN) as error:
            if isinstance(error, KeyError) and tick not in self.ticks:
                raise
            raise UsageError(f"{self.folder}: states are missing or broken: {error}") from error

    @overload
    def __getitem__(self, key: int) -> Frame: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Frame]: ...
    def __getitem__(self, key: int | slice) -> Frame | Sequence[Frame]:
        if isinstance(key, slice):
            return tuple(self._frame(lines) for lines in self._offsets[key])
        return self._frame(self._offsets[key])

    def __len__(self) -> int:
        return len(self._offsets)

    def annotations(self) -> Iterator[tuple[Annotation, ...]]:
        """Annotations of every labelled capture, in order, without states or images. Raises UsageError."""
        for offsets in self._offsets:
            for record in self._records(offsets):
                yield tuple(annotation_from_json(a) for a in record["annotations"] or ())

    def _index(self) -> list[list[int]]:
        """Byte offsets of the lines of each frame."""
        frames: list[list[int]] = []
        last, path = None, self.folder / LABELS
        try:
            with path.open("rb") as file:
                offset = 0
                for line in file:
                    number = int(line[: line.index(b",")].split(b":")[1])
                    if number != last:
                        frames.append([])
                        last = number
                    frames[-1].append(offset)
                    offset += len(line)
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
        except (ValueError, IndexError) as error:
            raise UsageError(f"{path} is broken: line {sum(map(len, frames)) + 1}") from error
        return frames

    def _records(self, offsets: list[int]) -> list[dict[str, Any]]:
        """The lines of a frame."""
        path = self.folder / LABELS
        records: list[dict[str, Any]] = []
        with path.open("rb") as file:
            for offset in offsets:
                file.seek(offset)
                try:
                    records.append(json.loads(file.readline()))
                except ValueError as error:
                    raise UsageError(f"{path} is broken at byte {offset}: {error}") from error
        return records

    def _frame(self, offsets: list[int]) -> Frame:
        path = self.folder / LABELS
        records = self._records(offsets)
        try:
            captures = {record["sensor"]: self._capture(record) for record in records}
            annotations: dict[str, tuple[Annotation, ...]] = {
                record["sensor"]: tuple(annotation_from_json(a) for a in record["annotations"])
                for record in records
                if record["annotations"] is not None
            }
            index, tick = records[0]["frame"], records[0]["tick"]
            if tick not in self.ticks:
                raise ValueError(f"tick {tick!r:.60}, stored are {self.ticks.start} to {self.ticks.stop - 1}")
        except _BROKEN as error:
            raise UsageError(f"{path} is broken at byte {offsets[0]}: {error!r}") from error
        return Frame(index, self.state(tick), captures, annotations)

    def _capture(self, record: Mapping[str, Any]) -> Capture:
        carrier, unoccluded = record["world_from_carrier"], record["unoccluded_px"]
        suffix = self.info.encodings.suffix
        files = {
            channel: self.folder / image_name(record["sensor"], channel, record["frame"], suffix(channel))
            for channel in record["channels"]
        }
        if self.info.encodings.rgb == VIDEO and "rgb" in files:
            files["rgb"] = self.folder / video_name(record["sensor"])
        return Capture(
            sensor=record["sensor"],
            tick=record["tick"],
            timestamp_ns=record["timestamp_ns"],
            intrinsics=self._intrinsics[record["sensor"]],
            world_from_camera=pose_from_json(record["world_from_camera"]),
            world_from_carrier=None if carrier is None else pose_from_json(carrier),
            channels=StoredImages(files, record["timestamp_ns"]),
            unoccluded_px=None if unoccluded is None else np.array(unoccluded, np.int64),
            exposure=exposure_from_json(record.get("exposure")),
        )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
