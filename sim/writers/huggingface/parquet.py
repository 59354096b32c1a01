"""Frames -> Parquet files with the images inside, as `datasets.load_dataset` and the Hub take them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.dataset.manifest import write_atomically
from sim.dataset.splits import SPLITS
from sim.frame import AMODAL, CHANNELS, Frame
from sim.writers.gaps import channels_not_held
from sim.writers.huggingface.card import card
from sim.writers.huggingface.rows import SCHEMA, capture_row, image_cells, shown
from sim.writers.pool import Encoders
from sim.writers.spool import Spool
from sim.writers.staging import move_into
from sim.writers.writer import WRITERS

__all__ = ["HuggingFaceWriter"]

_GROUP_BYTES = 1 << 24
_FILE_BYTES = 1 << 28


@WRITERS.register("huggingface")
class HuggingFaceWriter:
    """Writes ``huggingface/data/<split>/<sequence>-<number>.parquet`` and ``huggingface/README.md``."""

    limits: ClassVar[str] = (
        "A row is a capture. Agents that show fewer pixels than min_visible_px are left out. Images with "
        "several bands of floats are columns of bytes, TIFF files that Pillow cannot decode. A new file "
        "begins after 256 MiB, and with every sequence."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"rows": 0, "objects": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "huggingface")
        self._spool: Spool | None = None

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """What agents do between frames and what has no column."""
        return (
            *channels_not_held(info, (*CHANNELS, AMODAL)),
            "labels: occluders, joints in 3D, boxes tight on one tick's body, agents that are not seen",
            "states: ticks between frames, signals, lighting",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence."""
        self._info = info
        self._spool = Spool(self._encoders, self._folder / "spool")
        self._data.mkdir(parents=True)

    def state(self, state: WorldState) -> None:
        """Rows are made of frames only."""

    def write(self, frame: Frame) -> None:
        """Ask for a frame's images; rows are written when the sequence ends."""
        assert self._spool is not None
        for sensor, capture in frame.captures.items():
            every = frame.annotations.get(sensor, ())
            seen = shown(self._info, every)
            self._spool.add(frame.index, capture, capture_row(self._info, frame.index, capture, seen))
            self.summary["rows"] += 1
            self.summary["objects"] += len(seen)
            self.summary["dropped"] += len(every) - len(seen)

    def close(self) -> None:
        """Write the rows, a few MiB at a time."""
        assert self._spool is not None
        with _Files(self._data, self._info.name) as files:
            for row, images in self._spool.drain():
                name = f"{row['sequence']}_{row['camera']}_{row['frame']:06d}"
                cells = {channel: path.read_bytes() for channel, path in images.items()}
                files.add({**row, **image_cells(name, cells)}, sum(map(len, cells.values())))
        shutil.rmtree(self._folder / "spool")

    def abort(self) -> None:
        """Close the files as they are."""
        if self._spool is not None:
            self._spool.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new files into ``huggingface/data``, write the card. Raises UsageError if a name is taken."""
        home = root / "huggingface"
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "huggingface")
            for path in sorted(staged.glob("data/*/*.parquet")):
                move_into(path, home / "data" / path.parent.name)
            shutil.rmtree(staged)
        home.mkdir(exist_ok=True)
        splits = [split for split in SPLITS if (home / "data" / split).is_dir()]
        patterns = {split: f"data/{split}/*.parquet" for split in splits}
        write_atomically(home / "README.md", card(patterns))

    @property
    def _data(self) -> Path:
        return self._folder / "data" / self._info.split


class _Files:
    """Rows -> Parquet files in a folder, in groups of about `_GROUP_BYTES`, each file about `_FILE_BYTES`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._rows: list[dict[str, Any]] = []
        self._bytes, self._file_bytes, self._files = 0, 0, 0
        self._writer: pq.ParquetWriter | None = None

    def add(self, row: dict[str, Any], size_bytes: int) -> None:
        """Append a row; `size_bytes` is that of its images."""
        self._rows.append(row)
        self._bytes += size_bytes
        if self._bytes >= _GROUP_BYTES:
            self._flush()

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            self._writer.close()

    def _flush(self) -> None:
        if self._writer is not None and self._file_bytes >= _FILE_BYTES:
            self._writer.close()
            self._writer, self._file_bytes = None, 0
        if self._rows:
            if self._writer is None:
                path = self._folder / f"{self._name}-{self._files:06d}.parquet"
                self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=1)
                self._files += 1
            self._writer.write_table(pa.Table.from_pylist(self._rows, SCHEMA))
            self._file_bytes += self._bytes
        self._rows, self._bytes = [], 0
