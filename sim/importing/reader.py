"""A native data set of imported sequences -> their frames, images decoded when asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np

from sim.dataset.layout import LABELS, SEQUENCE, image_name, sequence_folder
from sim.dataset.manifest import read_manifest
from sim.dataset.records import pose_from_json
from sim.dataset.stored import StoredImages
from sim.errors import UsageError
from sim.frame import Occluder
from sim.geometry import Box2, Box3D, Intrinsics
from sim.importing.frames import (
    ImportedAnnotation,
    ImportedCapture,
    ImportedFrame,
    ImportedKeypoints,
    Region,
)
from sim.importing.writing import SUFFIXES

__all__ = ["ImportedSequence", "is_imported", "read"]

_BROKEN = (KeyError, TypeError, AttributeError, ValueError, OverflowError, UnicodeError)
_SAME = (
    *("instance_id", "name", "category", "visible_px", "unoccluded_px", "visibility", "occlusion_level"),
    *("truncation", "distance_m", "activity", "rider_of", "lights", "is_ignored", "foreign"),
)


def is_imported(path: str | Path) -> bool:
    """Whether a data set has sequences that were imported. Raises UsageError if it is none or broken."""
    root = Path(path)
    return any(_description(root, name).get("source") is not None for name in read_manifest(root).sequences)


def read(path: str | Path) -> tuple[ImportedSequence, ...]:
    """The imported sequences of a data set, by name; those that were recorded are left to `sim.read`.

    Raises:
        UsageError: it is no data set, or a file of it is missing or broken; the message names the file.
    """
    root = Path(path)
    names = read_manifest(root).sequences
    return tuple(
        ImportedSequence(root, name) for name in names if _description(root, name).get("source") is not None
    )


class ImportedSequence(Sequence[ImportedFrame]):
    """The frames of one imported sequence.

    Attributes:
        folder: where it lies.
        name: its name.
        source: what is told of where it comes from: ``format``, ``is_video``, ``left_out``, ...
        agents: records of ``agents`` in ``sequence.json``.
        rate_hz: pictures a second, None if unknown.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.folder, self.name = sequence_folder(root, name), name
        data = _description(root, name)
        path = self.folder / LABELS
        try:
            self.source: Mapping[str, Any] = data["source"]
            self.agents: Sequence[Mapping[str, Any]] = data["agents"]
            self.rate_hz: float | None = data["sensors"][0]["camera"]["rate_hz"]
            self._offsets = [0]
            with path.open("rb") as file:
                for line in file:
                    self._offsets.append(self._offsets[-1] + len(line))
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
        except (*_BROKEN, IndexError) as error:
            raise UsageError(f"{self.folder / SEQUENCE} is broken: {error!r}") from error

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, key: int) -> ImportedFrame: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[ImportedFrame]: ...
    def __getitem__(self, key: int | slice) -> ImportedFrame | Sequence[ImportedFrame]:
        if isinstance(key, slice):
            return tuple(self._frame(place) for place in range(len(self))[key])
        return self._frame(range(len(self))[key])

    def __iter__(self) -> Iterator[ImportedFrame]:
        return (self._frame(place) for place in range(len(self)))

    def _frame(self, place: int) -> ImportedFrame:
        path = self.folder / LABELS
        try:
            with path.open("rb") as file:
                file.seek(self._offsets[place])
                record = json.loads(file.readline())
            sensor = record["sensor"]
            return ImportedFrame(
                record["frame"],
                {sensor: self._capture(record)},
                {sensor: tuple(map(_annotation, record["annotations"]))},
                {sensor: tuple(map(_region, record["ignored"]))},
            )
        except _BROKEN as error:
            raise UsageError(f"{path} line {place + 1} is broken: {error!r}") from error

    def _capture(self, record: Mapping[str, Any]) -> ImportedCapture:
        files = {}
        for channel, suffix in record["suffixes"].items():
            if channel != "rgb" or suffix not in SUFFIXES.values():
                raise ValueError(f"{channel!r:.80} is stored as {suffix!r:.80}")
            files[channel] = self.folder / image_name(record["sensor"], channel, int(record["frame"]), suffix)
        size, lens, pose = record["size_px"], record["intrinsics"], record["world_from_camera"]
        return ImportedCapture(
            sensor=record["sensor"],
            tick=record["tick"],
            timestamp_ns=record["timestamp_ns"],
            size_px=None if size is None else (int(size[0]), int(size[1])),
            intrinsics=None if lens is None else Intrinsics(**lens),
            world_from_camera=None if pose is None else pose_from_json(pose),
            # The time tells pictures of a video apart; what is imported has a file each.
            channels=StoredImages(files, record["timestamp_ns"] or 0),
            foreign=record["foreign"],
        )


def _description(root: Path, name: str) -> dict[str, Any]:
    path = sequence_folder(root, name) / SEQUENCE
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path} is broken: {error}") from error
    if not isinstance(data, dict):
        raise UsageError(f"{path} is broken: no record")
    return data


def _annotation(data: Mapping[str, Any]) -> ImportedAnnotation:
    visible, amodal = _box2(data["box2d_visible"]), _box2(data["box2d_amodal"])
    if visible is None and amodal is None:
        raise ValueError(f"instance {data['instance_id']} has no box")
    occluders, joints = data["occluders"], data["keypoints"]
    return ImportedAnnotation(
        **{name: data[name] for name in _SAME},
        box2d_visible=visible,
        box2d_amodal=amodal,
        mask_rle=_rle(data["mask_rle"]),
        amodal_rle=_rle(data["amodal_rle"]),
        occluders=None if occluders is None else tuple(Occluder(**one) for one in occluders),
        box3d=_box3(data["box3d"], "world_from_box"),
        box3d_camera=_box3(data["box3d_camera"], "camera_from_box"),
        keypoints=None
        if joints is None
        else ImportedKeypoints(
            np.array(joints["pixels"], np.float64), np.array(joints["visibility"], np.uint8)
        ),
    )


def _region(data: Mapping[str, Any]) -> Region:
    box = _box2(data["box2d"])
    if box is None:
        raise ValueError(f"region {data['word']!r:.60} has no box")
    return Region(data["word"], data["category"], box, _rle(data["mask_rle"]))


def _box2(values: Sequence[float] | None) -> Box2 | None:
    if values is None:
        return None
    x0, y0, x1, y1 = values
    return x0, y0, x1, y1


def _box3(data: Mapping[str, Any] | None, name: str) -> Box3D | None:
    if data is None:
        return None
    length, width, height = data["size_lwh_m"]
    return Box3D(pose_from_json(data[name]), (length, width, height))


def _rle(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if data is None else {"size": data["size"], "counts": data["counts"].encode("ascii")}
