"""Frames -> YOLO datasets for detection and for segmentation: a picture and a text file each, and data.yaml.

A row of a label file is the class, counted from 0, and numbers in shares of the picture's width and height:
for detection the middle and the size of the box, for segmentation the corners of one polygon. Classes are our
own categories, for data.yaml names them. Source: docs.ultralytics.com/datasets/detect and /segment.
"""

from __future__ import annotations

import functools
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.dataset.manifest import write_atomically
from sim.dataset.splits import SPLITS
from sim.frame import Annotation, Frame
from sim.taxonomy import CATEGORIES
from sim.writers.gaps import cameras_not_held, channels_not_held
from sim.writers.outlines import rle_pixels
from sim.writers.polygons import single_polygon
from sim.writers.pool import Encoders, disk_problems
from sim.writers.seen import is_seen
from sim.writers.staging import move_to
from sim.writers.writer import WRITERS

__all__ = ["YoloSegmentWriter", "YoloWriter"]

_INSIDE = 0.25
"""How far into its pixel a corner of a polygon lies: readers that cut off and readers that round find it."""

_CLASSES = {name: number for number, name in enumerate(CATEGORIES)}


class _YoloWriter:
    """What both tasks share.

    Attributes:
        format: name of the format and of its folder.
    """

    format: ClassVar[str]

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"images": 0, "objects": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, self.format)

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence."""
        self._info = info
        self._folder.mkdir()

    def state(self, state: WorldState) -> None:
        """YOLO has no use for states."""

    def write(self, frame: Frame) -> None:
        """Ask for a frame's pictures and label files."""
        for sensor, capture in frame.captures.items():
            if "rgb" not in capture.channels:
                continue
            name = f"{self._info.name}_{sensor}_{frame.index:06d}"
            picture = f"{name}{self._encoders.picture_suffix}"
            self._encoders.save(sensor, "rgb", self._folder / "images" / self._info.split / picture)
            self.summary["images"] += 1
            every = frame.annotations.get(sensor, ())
            shown = [a for a in every if is_seen(a, self._info)]
            self.summary["objects"] += len(shown)
            self.summary["dropped"] += len(every) - len(shown)
            size_px = capture.intrinsics.width_px, capture.intrinsics.height_px
            path = self._folder / "labels" / self._info.split / f"{name}.txt"
            self._encoders.run("", functools.partial(self._save, path, shown, size_px))

    def close(self) -> None:
        """Nothing is left to write."""

    def abort(self) -> None:
        """Nothing is open."""

    def _save(self, path: Path, shown: Sequence[Annotation], size_px: tuple[int, int]) -> None:
        rows = (f"{_CLASSES[a.category]} {' '.join(self._numbers(a, *size_px))}\n" for a in shown)
        with disk_problems(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(rows), "ascii", newline="\n")

    @staticmethod
    def _numbers(annotation: Annotation, width_px: int, height_px: int) -> list[str]:
        """What stands behind the class of an agent that is seen."""
        raise NotImplementedError


@WRITERS.register("yolo")
class YoloWriter(_YoloWriter):
    """Writes ``yolo/{images,labels}/<split>/<sequence>_<camera>_<frame>`` and ``yolo/data.yaml``."""

    format: ClassVar[str] = "yolo"
    limits: ClassVar[str] = (
        "Boxes of what is visible, and categories; no track ids. Agents that show fewer pixels than "
        "min_visible_px are left out. Where no sequence is set aside for training or validation, data.yaml "
        "names the other pictures for it, for neither key may be missing."
    )

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """All but pictures, visible boxes and categories."""
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb",)),
            "labels: masks, boxes of hidden parts, 3D boxes, track ids, joints, occluders, activity, cameras",
        )

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new files into ``yolo/`` and name the classes. Raises UsageError if a name is taken."""
        _finish(root, sequences, YoloWriter.format)

    @staticmethod
    def _numbers(annotation: Annotation, width_px: int, height_px: int) -> list[str]:
        """Middle and size of the visible box."""
        assert annotation.box2d_visible is not None
        x0, y0, x1, y1 = annotation.box2d_visible
        across, down = (x0 + x1) / 2 / width_px, (y0 + y1) / 2 / height_px
        return [f"{v:.9f}" for v in (across, down, (x1 - x0) / width_px, (y1 - y0) / height_px)]


@WRITERS.register("yolo-segment")
class YoloSegmentWriter(_YoloWriter):
    """Writes ``yolo-segment/{images,labels}/<split>/<sequence>_<camera>_<frame>`` and its ``data.yaml``."""

    format: ClassVar[str] = "yolo-segment"
    limits: ClassVar[str] = (
        "One polygon an agent: lines join the parts and holes of a mask, and readers that fill the polygon "
        "paint the pixels below lines between parts too. Corners lie in the outer pixels of the mask: filled "
        "as OpenCV does, rim included, all other pixels are those of the mask. No track ids. Agents that "
        "show fewer pixels than min_visible_px are left out. Where no sequence is set aside for training or "
        "validation, data.yaml names the other pictures for it, for neither key may be missing."
    )

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """All but pictures, masks and categories."""
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb", "instance")),
            "labels: boxes of hidden parts, 3D boxes, track ids, joints, occluders, activity, cameras",
        )

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new files into ``yolo-segment/``, name the classes. Raises UsageError if a name is taken."""
        _finish(root, sequences, YoloSegmentWriter.format)

    @staticmethod
    def _numbers(annotation: Annotation, width_px: int, height_px: int) -> list[str]:
        """Corners of the polygon."""
        assert annotation.mask_rle is not None
        assert annotation.box2d_visible is not None
        x0, y0, x1, y1 = (int(v) for v in annotation.box2d_visible)
        corner, size = np.array([x0, y0]), np.array([width_px, height_px])
        pixels = corner + single_polygon(rle_pixels(annotation.mask_rle)[y0:y1, x0:x1])
        return [f"{v:.6f}" for v in ((pixels + _INSIDE) / size).ravel()]


def _finish(root: Path, sequences: Sequence[str], folder: str) -> None:
    home = root / folder
    for name in sequences:
        staged = staging_folder(sequence_folder(root, name), folder)
        for path in sorted(staged.rglob("*")):
            if path.is_file():
                move_to(path, home / path.relative_to(staged))
        shutil.rmtree(staged)
    splits = [split for split in SPLITS if (home / "images" / split).is_dir()]
    lines = [f"{split}: images/{split}" for split in splits]
    lines += [f"{key}: images/{splits[0]}" for key in ("train", "val") if splits and key not in splits]
    names = [f"  {number}: {name}" for name, number in _CLASSES.items()]
    home.mkdir(exist_ok=True)
    write_atomically(home / "data.yaml", "\n".join([*lines, f"nc: {len(names)}", "names:", *names]) + "\n")
