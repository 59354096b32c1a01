"""Captures' records and images -> files beside the sequence, and back in order: for formats of large files.

Images are encoded by threads, in any order, and shared with other formats; a tar or Parquet file wants their
bytes in order. So they wait on disk, most often as hard links, until the sequence ends.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from sim.dataset.layout import image_name
from sim.frame import CHANNELS, Capture
from sim.writers.pool import Encoders

__all__ = ["Spool"]


class Spool:
    """What was seen of one sequence, waiting to be packed.

    Args:
        encoders: the threads that write images.
        folder: an empty one, for the spool alone.
        chosen_types: keep images in the file types chosen for the data set, not in the usual ones that every
            reader knows.
    """

    def __init__(self, encoders: Encoders, folder: Path, *, chosen_types: bool = False) -> None:
        self._encoders, self._folder = encoders, folder
        self._chosen_types = chosen_types
        folder.mkdir(parents=True)
        self._file: TextIO = self._path.open("w", encoding="ascii", newline="\n")

    @property
    def _path(self) -> Path:
        return self._folder / "records.jsonl"

    def add(
        self, index: int, capture: Capture, record: Mapping[str, Any], channels: Collection[str] = CHANNELS
    ) -> None:
        """Append a capture.

        Args:
            index: number of the frame.
            capture: what the camera saw.
            record: anything JSON can say.
            channels: of which images are kept.
        """
        wanted = [channel for channel in capture.channels if channel in channels]
        suffixes = {c: self._encoders.suffix(c) if self._chosen_types else None for c in wanted}
        images = {c: image_name(capture.sensor, c, index, suffix) for c, suffix in suffixes.items()}
        for channel, name in images.items():
            self._encoders.save(capture.sensor, channel, self._folder / name)
        self._append(record, images)

    def note(self, record: Mapping[str, Any]) -> None:
        """Append a record without images."""
        self._append(record, {})

    def drain(self) -> Iterator[tuple[dict[str, Any], dict[str, Path]]]:
        """Records and their image files, by channel, in the order of `add`; called when all are on disk.

        Each file is deleted after its turn, so this can be done once.
        """
        self._file.close()
        with self._path.open(encoding="ascii") as lines:
            for line in lines:
                record, images = json.loads(line)
                paths = {channel: self._folder / name for channel, name in images.items()}
                yield record, paths
                for path in paths.values():
                    path.unlink()

    def close(self) -> None:
        """Close the file as it is."""
        self._file.close()

    def _append(self, record: Mapping[str, Any], images: Mapping[str, str]) -> None:
        self._file.write(json.dumps([record, images], separators=(",", ":"), allow_nan=False) + "\n")
