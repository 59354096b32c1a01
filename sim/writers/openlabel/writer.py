"""Frames -> ``openlabel/<split>/<sequence>.json``, written frame by frame, and ``openlabel/images``."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, TextIO

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import SCHEMA_VERSION, sequence_folder, staging_folder
from sim.frame import Frame
from sim.writers.gaps import cameras_not_held, channels_not_held
from sim.writers.openlabel.records import (
    box_in_space,
    coordinate_systems,
    extend,
    seen_by,
    stream,
    transform,
)
from sim.writers.pool import Encoders
from sim.writers.seen import is_seen
from sim.writers.staging import move_into
from sim.writers.writer import WRITERS

__all__ = ["OpenLabelWriter"]

_FRAMES = "frames.jsonl"


@WRITERS.register("openlabel")
class OpenLabelWriter:
    """Writes ``openlabel/<split>/<sequence>.json`` and ``images/<sequence>_<camera>_<frame>.png`` there."""

    limits: ClassVar[str] = (
        "Agents that show fewer pixels than min_visible_px are left out of the frame. Types are our "
        "categories; there is no ontology. Masks are binary data in COCO's run-length code. Camera matrices "
        "count pixels as OpenCV does, boxes from the image's corner; fisheyes are a custom model."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"images": 0, "objects": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "openlabel")
        self._file: TextIO | None = None
        self._frames: list[dict[str, int]] = []
        self._objects: dict[int, dict[str, Any]] = {}

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside pictures and masks; what is not said of objects."""
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb", "instance")),
            "labels: joints, occluders, lights, turning rates, masks of hidden parts",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence."""
        self._info = info
        self._folder.mkdir()
        self._file = (self._folder / _FRAMES).open("w", encoding="ascii", newline="\n")

    def state(self, state: WorldState) -> None:
        """Files are made of frames only."""

    def write(self, frame: Frame) -> None:
        """Append a frame and ask for its pictures."""
        assert self._file is not None
        properties: dict[str, Any] = {"timestamp": frame.state.time_s, "streams": {}, "transforms": {}}
        objects: dict[int, dict[str, list[Any]]] = {}
        for sensor, capture in frame.captures.items():
            if "rgb" not in capture.channels:
                continue
            name = f"{self._info.name}_{sensor}_{frame.index:06d}.png"
            self._encoders.save(sensor, "rgb", self._folder / "images" / name)
            self.summary["images"] += 1
            properties["streams"][sensor] = {"uri": f"../images/{name}"}
            properties["transforms"][f"world_to_{sensor}"] = transform(capture)
            for a in frame.annotations.get(sensor, ()):
                if not is_seen(a, self._info):
                    self.summary["dropped"] += 1
                    continue
                self.summary["objects"] += 1
                held = objects.setdefault(a.instance_id, box_in_space(a))
                for kind, entries in seen_by(sensor, a).items():
                    held.setdefault(kind, []).extend(entries)
        for number, held in objects.items():
            entry = self._objects.setdefault(number, self._object(number))
            extend(entry["frame_intervals"], frame.index)
            for kind, data in held.items():
                for name in (piece["name"] for piece in data):
                    pointer = {"type": kind, "frame_intervals": []}
                    known = entry["object_data_pointers"].setdefault(name, pointer)
                    extend(known["frame_intervals"], frame.index)
        extend(self._frames, frame.index)
        record = {
            "frame_properties": properties,
            "objects": {str(number): {"object_data": objects[number]} for number in sorted(objects)},
        }
        self._file.write(f'"{frame.index}":{_text(record)}\n')

    def close(self) -> None:
        """Put the file together: what is known of the sequence, then its frames, line by line."""
        self.abort()
        path = self._folder / self._info.split / f"{self._info.name}.json"
        path.parent.mkdir()
        with path.open("w", encoding="ascii", newline="\n") as out:
            out.write('{"openlabel":{\n')
            for name, value in self._head().items():
                out.write(f'"{name}":{_text(value)},\n')
            out.write('"frames":{')
            comma = ""
            with (self._folder / _FRAMES).open(encoding="ascii") as lines:
                for line in lines:
                    out.write(f"{comma}\n{line.rstrip()}")
                    comma = ","
            out.write("\n}\n}}\n")
        (self._folder / _FRAMES).unlink()

    def abort(self) -> None:
        """Close the file as it is."""
        if self._file is not None:
            self._file.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new files into ``openlabel/``. Raises UsageError if a name is taken."""
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "openlabel")
            for path in sorted(staged.glob("*/*")):
                move_into(path, root / "openlabel" / path.parent.name)
            shutil.rmtree(staged)

    def _head(self) -> dict[str, Any]:
        cameras = [camera for camera in self._info.sensors if "rgb" in camera.channels]
        return {
            "metadata": {
                "schema_version": "1.0.0",
                "name": self._info.name,
                "annotator": "Roadreel",
                "file_version": str(SCHEMA_VERSION),
            },
            "coordinate_systems": coordinate_systems(cameras),
            "streams": {camera.name: stream(camera) for camera in cameras},
            "frame_intervals": self._frames,
            "objects": {str(number): self._objects[number] for number in sorted(self._objects)},
        }

    def _object(self, number: int) -> dict[str, Any]:
        roster = self._info.roster
        return {
            "name": roster.names[number - 1],
            "type": roster.categories[number - 1].name,
            "frame_intervals": [],
            "object_data_pointers": {},
        }


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
