"""Frames -> ``croissant/``: images, two Parquet tables a sequence, and the metadata that describe them."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import IMAGE_SUFFIX, sequence_folder, staging_folder
from sim.dataset.manifest import write_atomically
from sim.frame import CHANNELS, Frame
from sim.writers.croissant.metadata import metadata
from sim.writers.croissant.tables import CAPTURES, OBJECTS, capture_row, object_row, schema
from sim.writers.gaps import channels_not_held
from sim.writers.pool import Encoders
from sim.writers.seen import is_seen
from sim.writers.staging import move_into
from sim.writers.writer import WRITERS

__all__ = ["CroissantWriter"]

_ROWS = 1024
_TABLES = {"captures": schema(CAPTURES), "objects": schema(OBJECTS)}


@WRITERS.register("croissant")
class CroissantWriter:
    """Writes ``croissant/images/<sequence>_<camera>_<frame>.<channel>``, tables and ``croissant.json``."""

    limits: ClassVar[str] = (
        "Agents that show fewer pixels than min_visible_px are left out. Whoever publishes the data has to "
        "add the license and the date, of which validation warns. Readers of Croissant turn images into "
        "three bands of bytes: other channels than rgb are described as files only."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"captures": 0, "objects": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "croissant")
        self._files: dict[str, pq.ParquetWriter] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """What has no column in its tables."""
        return (
            *channels_not_held(info, CHANNELS),
            "labels: boxes of hidden parts, joints, occluders, lights, turning rates, agents nobody sees",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin the tables."""
        self._info = info
        for name, columns in _TABLES.items():
            (self._folder / name).mkdir(parents=True)
            path = self._folder / name / f"{info.name}.parquet"
            self._files[name] = pq.ParquetWriter(path, columns, compression="zstd")

    def state(self, state: WorldState) -> None:
        """The tables are made of frames only."""

    def write(self, frame: Frame) -> None:
        """Append a frame's rows and ask for its images."""
        for sensor, capture in frame.captures.items():
            name = f"{self._info.name}_{sensor}_{frame.index:06d}"
            for channel in capture.channels:
                path = self._folder / "images" / f"{name}.{channel}{IMAGE_SUFFIX[channel]}"
                self._encoders.save(sensor, channel, path)
            self._rows["captures"].append(capture_row(self._info, name, frame.index, capture))
            self.summary["captures"] += 1
            for annotation in frame.annotations.get(sensor, ()):
                if not is_seen(annotation, self._info):
                    self.summary["dropped"] += 1
                    continue
                self._rows["objects"].append(object_row(name, annotation))
                self.summary["objects"] += 1
        for name, rows in self._rows.items():
            if len(rows) >= _ROWS:
                self._flush(name)

    def close(self) -> None:
        """End the tables."""
        for name, file in self._files.items():
            self._flush(name)
            file.close()

    def abort(self) -> None:
        """Close the tables as they are."""
        for file in self._files.values():
            file.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new files into ``croissant/`` and describe all. Raises UsageError if a name is taken."""
        home = root / "croissant"
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "croissant")
            for path in sorted(staged.glob("*/*")):
                move_into(path, home / path.parent.name)
            shutil.rmtree(staged)
        channels = {path.suffixes[-2][1:] for path in (home / "images").glob("*")}
        write_atomically(home / "croissant.json", json.dumps(metadata(channels), indent=1) + "\n")

    def _flush(self, name: str) -> None:
        if self._rows[name]:
            self._files[name].write_table(pa.Table.from_pylist(self._rows[name], _TABLES[name]))
            self._rows[name] = []
