"""Frames -> a folder of pictures with metadata.jsonl: the "imagefolder" of Hugging Face `datasets`."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, TextIO

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.dataset.records import pose_to_json, rle_to_json
from sim.dataset.splits import SPLITS
from sim.frame import Annotation, Capture, Frame
from sim.writers.gaps import cameras_not_held, channels_not_held, lenses_not_held
from sim.writers.huggingface.rows import shown
from sim.writers.pool import Encoders
from sim.writers.staging import move_into, move_to
from sim.writers.writer import WRITERS

__all__ = ["ImageFolderWriter"]

_METADATA = "metadata.jsonl"


@WRITERS.register("imagefolder")
class ImageFolderWriter:
    """Writes ``imagefolder/<split>/images/<sequence>_<camera>_<frame>.png`` and its ``metadata.jsonl``."""

    limits: ClassVar[str] = (
        "Pictures, visible boxes, masks, track ids and categories. Agents that show fewer pixels than "
        "min_visible_px are left out. For depth and all other channels there is the format huggingface."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"images": 0, "objects": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "imagefolder")
        self._file: TextIO | None = None

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """All but pictures, poses of cameras, visible boxes, masks and categories."""
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb", "instance")),
            *lenses_not_held(info, "camera_matrix holds the pinhole part"),
            "labels: boxes of hidden parts, 3D boxes, joints, occluders, lights, activity, velocities",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a shard of the metadata."""
        self._info = info
        self._home.mkdir(parents=True)
        self._file = (self._home / _METADATA).open("w", encoding="ascii", newline="\n")

    def state(self, state: WorldState) -> None:
        """Pictures are made of frames only."""

    def write(self, frame: Frame) -> None:
        """Append a frame's pictures and what is seen in them."""
        assert self._file is not None
        for sensor, capture in frame.captures.items():
            if "rgb" not in capture.channels:
                continue
            picture = f"{self._info.name}_{sensor}_{frame.index:06d}{self._encoders.picture_suffix}"
            name = f"images/{picture}"
            self._encoders.save(sensor, "rgb", self._home / name)
            every = frame.annotations.get(sensor, ())
            seen = shown(self._info, every)
            line = _line(self._info.name, name, frame.index, capture, seen)
            self._file.write(json.dumps(line, separators=(",", ":"), allow_nan=False) + "\n")
            self.summary["images"] += 1
            self.summary["objects"] += len(seen)
            self.summary["dropped"] += len(every) - len(seen)

    def close(self) -> None:
        """End the shard."""
        if self._file is not None:
            self._file.close()

    def abort(self) -> None:
        """Close the file as it is."""
        self.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new pictures into ``imagefolder/`` and join the metadata, line by line.

        Raises:
            UsageError: two sequences would write the same picture.
        """
        home = root / "imagefolder"
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "imagefolder")
            for path in sorted(staged.glob("*/images/*")):
                move_into(path, home / path.parents[1].name / "images")
            for path in sorted(staged.glob(f"*/{_METADATA}")):
                move_to(path, home / path.parent.name / "shards" / f"{name}.jsonl")
            shutil.rmtree(staged)
        for split in SPLITS:
            if (home / split).is_dir():
                _join(home / split)

    @property
    def _home(self) -> Path:
        return self._folder / self._info.split


def _join(folder: Path) -> None:
    temporary = folder / f".{_METADATA}.new"
    with temporary.open("wb") as joined:
        for shard in sorted((folder / "shards").iterdir()):
            with shard.open("rb") as lines:
                shutil.copyfileobj(lines, joined)
    temporary.replace(folder / _METADATA)


def _line(
    sequence: str, name: str, index: int, capture: Capture, annotations: Sequence[Annotation]
) -> dict[str, Any]:
    """Objects are one record of lists, as in the guides of `datasets`."""
    boxes = [a.box2d_visible for a in annotations if a.box2d_visible is not None]
    return {
        "file_name": name,
        "sequence": sequence,
        "camera": capture.sensor,
        "frame": index,
        "timestamp_ns": capture.timestamp_ns,
        "camera_matrix": capture.intrinsics.matrix.tolist(),
        "world_from_camera": pose_to_json(capture.world_from_camera),
        "objects": {
            "instance_id": [a.instance_id for a in annotations],
            "category": [a.category for a in annotations],
            "bbox": [[x0, y0, x1 - x0, y1 - y0] for x0, y0, x1, y1 in boxes],
            "area": [a.visible_px for a in annotations],
            "segmentation": [rle_to_json(a.mask_rle) for a in annotations],
        },
    }
