"""Frames -> KITTI-MOTS: masks of cars and pedestrians with track ids, as 16-bit PNG and as lines of text.

The format is that of vision.rwth-aachen.de/page/mots and its mots_tools: an object is class * 1000 + id, a
region in which nothing is scored 10000 (class 10), the rest 0; a line is frame, object, class, height, width
and COCO's compressed runs.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TextIO

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import staging_folder
from sim.dataset.png import png
from sim.frame import Capture, Frame
from sim.labels.masks import instance_masks
from sim.taxonomy import Category, Semantic
from sim.writers.gaps import cameras_not_held, categories_not_held, channels_not_held, lenses_not_held
from sim.writers.kitti_numbers import frames_file, in_training, move_numbered, write_seqmaps
from sim.writers.pixels import NO_IDS, areas_px, cameras_without, has_ids, ids_of
from sim.writers.pool import Encoders, disk_problems, link
from sim.writers.writer import WRITERS

__all__ = ["KittiMotsWriter"]

_CLASS = 1000  # factor of the class in an object's number
_IGNORED = 10 * _CLASS
_ALIKE = (Semantic.VAN, Semantic.RIDER)


@WRITERS.register("kitti-mots")
class KittiMotsWriter:
    """Writes ``kitti-mots/training/{image_02,instances,instances_txt}`` and ``kitti-mots/sequences.txt``.

    ``label_02`` has the files of ``instances_txt`` once more, for TrackEval looks for them there.
    """

    limits: ClassVar[str] = (
        "Visible masks of cars and pedestrians, children among them. Vans, riders and what shows fewer "
        "pixels than min_visible_px are regions in which nothing is scored; other agents are background. "
        "Instance ids end at 999. Sequences of all splits lie in training/, seqmaps tell them apart; "
        "TrackEval cannot read one of a single line."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"images": 0, "masks": 0, "ignored": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "kitti-mots")
        self._lines: dict[str, TextIO] = {}
        self._frames: Counter[str] = Counter()

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Cameras without pictures or ids; other channels; categories; too large ids; all but masks."""
        many = len(info.roster) >= _CLASS
        return (
            *cameras_not_held(info),
            *cameras_without(info, has_ids, NO_IDS),
            *channels_not_held(info, ("rgb", "instance")),
            *categories_not_held(info, "kitti-mots"),
            *lenses_not_held(info, "there is no calibration"),
            *([f"agents: those with ids from {_CLASS} on are ignored regions"] if many else []),
            "labels: 3D boxes, joints, masks and boxes of what is hidden, occluders, lights, activity, "
            "velocities, focal lengths, poses",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence for every camera that has pictures and ids."""
        self._info = info
        self._objects = _objects(info.roster.categories)
        self._folder.mkdir()
        for camera in info.sensors:
            if "rgb" in camera.channels and has_ids(camera.channels):
                folder = self._folder / camera.name
                (folder / "image_02").mkdir(parents=True)
                (folder / "instances").mkdir()
                path = folder / "instances_txt.txt"
                self._lines[camera.name] = path.open("w", encoding="ascii", newline="\n")

    def state(self, state: WorldState) -> None:
        """KITTI-MOTS has no use for states."""

    def write(self, frame: Frame) -> None:
        """Ask for a frame's pictures and masks."""
        for sensor, capture in frame.captures.items():
            if sensor not in self._lines:
                continue
            number = self._frames[sensor]
            self._frames[sensor] += 1
            name = f"{number:06d}.png"
            self._encoders.save(sensor, "rgb", self._folder / sensor / "image_02" / name)
            self.summary["images"] += 1
            # One lane, so that the lines come in the order of the images.
            self._encoders.run("kitti-mots", functools.partial(self._label, capture, number))

    def close(self) -> None:
        """End every camera's files."""
        self.abort()
        for camera in self._lines:
            folder = self._folder / camera
            link(folder / "instances_txt.txt", folder / "label_02.txt")
            frames_file(folder, self._frames[camera])

    def abort(self) -> None:
        """Close the files as they are."""
        for file in self._lines.values():
            file.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Give new sequences the next numbers and move them into ``kitti-mots/training``."""
        rows = move_numbered(root, "kitti-mots", sequences, in_training)
        training = root / "kitti-mots" / "training"
        training.mkdir(exist_ok=True)
        write_seqmaps(training, "evaluate_mots", rows, root, last=True)

    def _label(self, capture: Capture, number: int) -> None:
        """Write the masks of one picture."""
        ids = ids_of(capture.channels)
        area_px = areas_px(ids, len(self._info.roster))
        few = (self._objects > 0) & (area_px < self._info.min_visible_px)
        objects = np.where(few, np.uint16(_IGNORED), self._objects)
        image = objects[ids]
        found = instance_masks(image)
        height, width = found.size_hw
        path = self._folder / capture.sensor / "instances" / f"{number:06d}.png"
        with disk_problems(path):
            path.write_bytes(png(image))
            for own, runs in zip(found.ids.tolist(), found.counts, strict=True):
                text = f"{number} {own} {own // _CLASS} {height} {width} {runs.decode('ascii')}\n"
                self._lines[capture.sensor].write(text)
        seen = objects[area_px > 0]
        self.summary["masks"] += int(((seen > 0) & (seen < _IGNORED)).sum())
        self.summary["ignored"] += int((seen == _IGNORED).sum())
        self.summary["dropped"] += int((seen == 0).sum())


def _objects(categories: Sequence[Category]) -> NDArray[np.uint16]:
    """(N + 1,) instance id -> what the pixels of an agent are stored as if it shows enough of them."""
    out = np.zeros(len(categories) + 1, np.uint16)
    for instance_id, kind in enumerate(categories, 1):
        word = kind.label("kitti-mots")
        if word is not None and word.id is not None and instance_id < _CLASS:
            out[instance_id] = word.id * _CLASS + instance_id
        elif word is not None or kind.semantic in _ALIKE:
            out[instance_id] = _IGNORED
    return out
