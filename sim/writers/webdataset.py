"""Frames -> WebDataset: tar files whose members of one name are one sample, for training from a stream.

A sample is a capture: ``<sequence>_<camera>_<frame>`` with ``.json`` (the native record) and one image per
channel, ``.rgb.png``, ``.depth.tiff`` and so on, as in the native format. Source: the WebDataset format
specification of webdataset 1.0 (keys end at the first dot, samples are contiguous).
"""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import tarfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.info import info_to_json
from sim.dataset.layout import sequence_folder, staging_folder
from sim.dataset.manifest import write_atomically
from sim.dataset.records import record_of
from sim.dataset.splits import SPLITS
from sim.frame import Frame
from sim.scenario import intrinsics_to_json
from sim.writers.pool import Encoders
from sim.writers.spool import Spool
from sim.writers.staging import move_into, move_to
from sim.writers.writer import WRITERS

__all__ = ["WebDatasetWriter"]

_SHARD_BYTES = 1 << 28
_RECORD = "sequence.json"


@WRITERS.register("webdataset")
class WebDatasetWriter:
    """Writes ``webdataset/{<split>/<sequence>-<number>.tar,sequences/<sequence>.json,shards.json}``."""

    limits: ClassVar[str] = (
        "Frames only: states of agents at other ticks, of limbs, wheels and signals are left out. A new file "
        "begins after 256 MiB, and with every sequence."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"samples": 0, "shards": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "webdataset")
        self._spool: Spool | None = None

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Every channel, label and camera is held, states are not."""
        return ("states: ticks between frames, poses of limbs and wheels, signals, lighting",)

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence."""
        self._info = info
        self._spool = Spool(self._encoders, self._folder / "spool", chosen_types=True)
        (self._folder / info.split).mkdir()

    def state(self, state: WorldState) -> None:
        """Samples are made of frames only."""

    def write(self, frame: Frame) -> None:
        """Ask for a frame's images; samples are packed when the sequence ends."""
        assert self._spool is not None
        for sensor, capture in frame.captures.items():
            record = {
                "key": f"{self._info.name}_{sensor}_{frame.index:06d}",
                "sequence": self._info.name,
                "intrinsics": intrinsics_to_json(capture.intrinsics),
                **record_of(frame.index, capture, frame.annotations.get(sensor)),
            }
            self._spool.add(frame.index, capture, record)
            self.summary["samples"] += 1

    def close(self) -> None:
        """Pack the samples."""
        assert self._spool is not None
        shards: list[dict[str, Any]] = []
        tar = None
        for record, images in self._spool.drain():
            text = json.dumps(record, separators=(",", ":"), allow_nan=False).encode("ascii")
            if tar is None or tar.offset >= _SHARD_BYTES:
                _end(tar, shards)
                url = f"{self._info.split}/{self._info.name}-{len(shards):06d}.tar"
                tar = tarfile.open(self._folder / url, "w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
                shards.append({"url": url, "nsamples": 0})
            _add(tar, f"{record['key']}.json", text)
            for channel, path in images.items():
                _add(tar, f"{record['key']}.{channel}{path.suffix}", path.read_bytes())
            shards[-1]["nsamples"] += 1
        _end(tar, shards)
        self.summary["shards"] = len(shards)
        info = dataclasses.replace(self._info, encodings=self._info.encodings.of_images)
        own = json.dumps({**info_to_json(info), "shards": shards}, indent=1, allow_nan=False)
        (self._folder / _RECORD).write_text(f"{own}\n", "ascii", newline="\n")
        shutil.rmtree(self._folder / "spool")

    def abort(self) -> None:
        """Close the files as they are."""
        if self._spool is not None:
            self._spool.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new shards into ``webdataset/`` and list all of them. Raises UsageError if a name is taken."""
        home = root / "webdataset"
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "webdataset")
            for path in sorted(staged.glob("*/*.tar")):
                move_into(path, home / path.parent.name)
            # The record last: where it is, all shards are.
            move_to(staged / _RECORD, home / "sequences" / f"{name}.json")
            shutil.rmtree(staged)
        found: dict[str, list[Any]] = {split: [] for split in SPLITS}
        for path in sorted((home / "sequences").glob("*.json")):
            record = json.loads(path.read_text("ascii"))
            found[record["split"]] += record["shards"]
        write_atomically(home / "shards.json", json.dumps(found, indent=1) + "\n")


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    """A member without owner or time, so that equal samples give equal bytes."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def _end(tar: tarfile.TarFile | None, shards: list[dict[str, Any]]) -> None:
    if tar is not None:
        tar.close()
        shards[-1]["filesize"] = Path(str(tar.name)).stat().st_size
