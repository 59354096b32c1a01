"""Frames -> KITTI-STEP: pictures, and PNG images with the class and track id of every pixel.

The format is that of DeepLab2's ``kitti_step.md``: R is the class as Cityscapes numbers it for training, 255
for void; G and B are id // 256 and id % 256 of persons and cars, 0 for all else.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.agents.state import WorldState
from sim.dataset import SPLITS, SequenceInfo
from sim.dataset.layout import staging_folder
from sim.dataset.png import png
from sim.dataset.splits import grouped
from sim.frame import Capture, Frame
from sim.writers.gaps import (
    cameras_not_held,
    categories_not_held,
    channels_not_held,
    classes_not_held,
    lenses_not_held,
)
from sim.writers.kitti_numbers import Numbered, frames_file, move_numbered
from sim.writers.pixels import (
    NO_CLASSES,
    areas_px,
    cameras_without,
    carrier_id,
    class_table,
    classes_and_ids,
    has_classes_and_ids,
)
from sim.writers.pool import Encoders, disk_problems
from sim.writers.writer import WRITERS

__all__ = ["KittiStepWriter"]

_VOID = 255
_TRAIN_IDS = class_table("kitti-step", _VOID, np.uint8)
_TRACKED = ("person", "car")
_MOST = 999  # DeepLab2 packs a pixel as class * 1000 + id


@WRITERS.register("kitti-step")
class KittiStepWriter:
    """Writes ``kitti-step/{images,panoptic_maps}/<split>/<number>/`` and ``kitti-step/sequences.txt``."""

    limits: ClassVar[str] = (
        "Ids of persons and cars only; children are persons, vans are cars. Persons and cars that show fewer "
        "pixels than min_visible_px have id 0, as crowds do. Classes Cityscapes does not evaluate (lamps, "
        "benches, bins, other street furniture) are void, and so is the vehicle that carries the camera. "
        "DeepLab2 tells ids apart up to 999."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"images": 0, "masks": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "kitti-step")
        self._frames: Counter[str] = Counter()

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Cameras without pictures or labels; other channels; classes and categories; all but masks."""
        words = {c.name: c.label("kitti-step") for c in info.roster.categories}
        untracked = [n for n, word in sorted(words.items()) if word is not None and word.name not in _TRACKED]
        many = len(info.roster) > _MOST
        return (
            *cameras_not_held(info),
            *cameras_without(info, has_classes_and_ids, NO_CLASSES),
            *channels_not_held(info, ("rgb", "instance", "semantic", "panoptic")),
            *categories_not_held(info, "kitti-step"),
            *([f"ids: none for {', '.join(untracked)}"] if untracked else []),
            *classes_not_held("kitti-step"),
            *lenses_not_held(info, "there is no calibration"),
            *([f"agents: DeepLab2 reads ids beyond {_MOST} as those of another class"] if many else []),
            "labels: 3D boxes, joints, masks and boxes of what is hidden, occluders, lights, activity, "
            "velocities, focal lengths, poses",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence for every camera that has pictures and labels."""
        self._info = info
        self._folder.mkdir()
        words = [c.label("kitti-step") for c in info.roster.categories]
        self._tracked = np.array([False, *(word is not None and word.name in _TRACKED for word in words)])
        for camera in info.sensors:
            if "rgb" in camera.channels and has_classes_and_ids(camera.channels):
                for place in ("images", "panoptic_maps"):
                    (self._folder / camera.name / place).mkdir(parents=True)
                self._frames[camera.name] = 0

    def state(self, state: WorldState) -> None:
        """KITTI-STEP has no use for states."""

    def write(self, frame: Frame) -> None:
        """Ask for a frame's pictures and panoptic maps."""
        for sensor, capture in frame.captures.items():
            if sensor not in self._frames:
                continue
            name = f"{self._frames[sensor]:06d}.png"
            self._frames[sensor] += 1
            self._encoders.save(sensor, "rgb", self._folder / sensor / "images" / name)
            self.summary["images"] += 1
            # One lane, for all of them count.
            self._encoders.run("kitti-step", functools.partial(self._label, capture, name))

    def close(self) -> None:
        """End every camera's folder."""
        for camera, frames in self._frames.items():
            frames_file(self._folder / camera, frames)

    def abort(self) -> None:
        """Nothing is open."""

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Give new sequences the next numbers and move them into their splits."""
        splits = {name: split for split, names in grouped(root, sequences).items() for name in names}

        def target(home: Path, name: Path, row: Numbered) -> Path:
            return home / name / (splits[row.sequence] or SPLITS[0]) / row.number

        move_numbered(root, "kitti-step", sequences, target)

    def _label(self, capture: Capture, name: str) -> None:
        """Write the panoptic map of one picture."""
        semantic, ids = classes_and_ids(capture.channels)
        area_px = areas_px(ids, len(self._info.roster))
        kept = self._tracked & (area_px >= max(self._info.min_visible_px, 1))
        own = carrier_id(self._info, capture.sensor)
        kept[own] = False
        tracked = np.where(kept[ids], ids, 0)
        out = np.empty((*ids.shape, 3), np.uint8)
        out[..., 0] = _TRAIN_IDS[semantic]
        if own:
            out[ids == own, 0] = _VOID
        out[..., 1], out[..., 2] = tracked >> 8, tracked & 0xFF
        path = self._folder / capture.sensor / "panoptic_maps" / name
        with disk_problems(path):
            path.write_bytes(png(out, runs=True))
        self.summary["masks"] += int(kept.sum())
        self.summary["dropped"] += int(((area_px > 0) & ~kept).sum())
