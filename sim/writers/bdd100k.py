"""Frames -> BDD100K and Scalabel: a video a camera, a JSON list of frames for each, masks of classes."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TextIO

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.dataset.manifest import write_atomically
from sim.dataset.png import png
from sim.frame import Frame
from sim.geometry import Box2
from sim.taxonomy import TARGETS, Semantic, category
from sim.writers.coco_join import to_line
from sim.writers.gaps import cameras_not_held, categories_not_held, channels_not_held, lenses_not_held
from sim.writers.pool import Encoders
from sim.writers.scalabel import frame_to_json, is_held, label_to_json
from sim.writers.staging import move_to
from sim.writers.writer import WRITERS

__all__ = ["Bdd100kWriter", "classes_png"]

_IGNORED = 255
_LABELS = "labels/box_track_20"
_MASKS = "labels/sem_seg/masks"
_IMAGES = "images/track"

_GROUPS = {
    "human": ("pedestrian", "rider"),
    "vehicle": ("car", "truck", "bus", "train"),
    "bike": ("motorcycle", "bicycle"),
}
"""Categories of BDD100K's box tracking and what they are averaged in."""


def classes_png(semantic: NDArray[np.generic]) -> bytes:
    """Classes (H, W) as a PNG of BDD100K's numbers for training; 255 where it has no word."""
    table = np.full(256, _IGNORED, np.uint8)
    for value in Semantic:
        word = TARGETS["bdd100k"].classes[value]
        if word is not None and word.id is not None:
            table[value] = word.id
    return png(table[semantic.astype(np.uint8, copy=False)])


@WRITERS.register("bdd100k")
class Bdd100kWriter:
    """Writes ``bdd100k/{images/track,labels/box_track_20,labels/sem_seg/masks}/<split>``.

    A video is called ``<sequence>-<camera>``, its pictures ``<video>-0000001.png`` and so on.
    """

    limits: ClassVar[str] = (
        "Boxes are tight on what is visible. Agents that show fewer pixels than min_visible_px, or just "
        "one row or column of them, are crowd and ignored; those that show none are left out. Adults and "
        "children are 'pedestrian', cars and vans 'car', riders of both kinds 'rider'; the full category is "
        "an attribute. Times are whole milliseconds."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"images": 0, "labels": 0, "ignored": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "bdd100k")
        self._files: dict[str, TextIO] = {}
        self._frames: Counter[str] = Counter()

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside color, masks and classes; lenses with more terms; labels without a field."""
        bent = tuple(camera for camera in info.sensors if not is_held(camera.distortion))
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb", "instance", "semantic")),
            *categories_not_held(info, "bdd100k", kept=True),
            *lenses_not_held(dataclasses.replace(info, sensors=bent), "intrinsics hold the pinhole part"),
            "labels: boxes and masks of hidden parts, joints in 3D, occluders, lights, velocities",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a video for every camera."""
        self._info = info
        folder = self._folder / _LABELS / info.split
        folder.mkdir(parents=True)
        for camera in info.sensors:
            if "rgb" in camera.channels:
                path = folder / f"{info.name}-{camera.name}.json"
                self._files[camera.name] = path.open("w", encoding="ascii", newline="\n")

    def state(self, state: WorldState) -> None:
        """BDD100K has no use for states."""

    def write(self, frame: Frame) -> None:
        """Append a frame to the video of every camera that is due."""
        for sensor, capture in frame.captures.items():
            if sensor not in self._files:
                continue
            labels = []
            for a in frame.annotations.get(sensor, ()):
                if a.box2d_visible is None or category(a.category).label("bdd100k") is None:
                    self.summary["dropped"] += 1
                    continue
                is_ignored = a.visible_px < self._info.min_visible_px or _is_line(a.box2d_visible)
                self.summary["ignored" if is_ignored else "labels"] += 1
                labels.append(label_to_json(a, capture, is_ignored))
            video = f"{self._info.name}-{sensor}"
            record = frame_to_json(capture, video, self._frames[sensor], labels)
            self._files[sensor].write(("," if self._frames[sensor] else "[") + "\n" + to_line(record))
            self._frames[sensor] += 1
            self.summary["images"] += 1
            pictures = self._folder / _IMAGES / self._info.split / video
            self._encoders.save(sensor, "rgb", pictures / record["name"])
            if "semantic" in capture.channels:
                masks = self._folder / _MASKS / self._info.split
                self._encoders.save(sensor, "semantic", masks / record["name"], classes_png)

    def close(self) -> None:
        """End every video's list."""
        for sensor, file in self._files.items():
            file.write("\n]\n" if self._frames[sensor] else "[]\n")
        self.abort()

    def abort(self) -> None:
        """Close the files as they are."""
        for file in self._files.values():
            file.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new files into ``bdd100k/`` and name the categories. Raises UsageError if a name is taken."""
        home = root / "bdd100k"
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "bdd100k")
            for path in sorted(staged.rglob("*.*")):
                move_to(path, home / path.relative_to(staged))
            shutil.rmtree(staged)
        groups = [
            {"name": group, "subcategories": [{"name": name} for name in names]}
            for group, names in _GROUPS.items()
        ]
        write_atomically(home / "config.json", json.dumps({"categories": groups}, indent=1) + "\n")


def _is_line(box_px: Box2) -> bool:
    """Whether a box has no area where its last pixel is taken for its end, as TrackEval does."""
    x0, y0, x1, y1 = box_px
    return min(x1 - x0, y1 - y0) <= 1
