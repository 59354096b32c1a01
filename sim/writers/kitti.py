"""Frames -> KITTI tracking: a numbered sequence per camera: images, depth, labels, calibration, GPS."""

from __future__ import annotations

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
from sim.taxonomy import category
from sim.writers.gaps import categories_not_held, channels_not_held, lenses_not_held
from sim.writers.kitti_calib import calibration, oxts_row
from sim.writers.kitti_label import dont_care_row, label_row
from sim.writers.pool import Encoders
from sim.writers.staging import move_to
from sim.writers.writer import WRITERS

__all__ = ["KittiWriter", "depth_png"]

_DEPTH_STEPS_PER_M = 256
_PLACES = {"image_02": "", "depth": "", "label_02": ".txt", "calib": ".txt", "oxts": ".txt"}


def depth_png(depth_m: NDArray[np.generic]) -> bytes:
    """Depth (H, W) metres as a 16-bit PNG of metres * 256; 0 where there is none or it exceeds 255.99 m."""
    # A power of two: the product is exact in single precision.
    steps = np.rint(depth_m.astype(np.float32, copy=False) * np.float32(_DEPTH_STEPS_PER_M))
    steps[~((steps >= 0) & (steps <= 65535))] = 0  # beyond 90 degrees off the axis depth is negative
    return png(steps.astype(np.uint16))


@WRITERS.register("kitti")
class KittiWriter:
    """Writes ``kitti/training/{image_02,depth,label_02,calib,oxts}`` and ``kitti/sequences.txt``."""

    limits: ClassVar[str] = (
        "Boxes turn about the camera's y axis only: under a pitched camera they lean. Occlusion is 0 from "
        "80 % visible, 1 from 40 %, 2 below, 3 where it was not measured; truncation is 0 below 5 %, 1 below "
        "50 %, 2 above. Agents that show fewer pixels than min_visible_px, and those KITTI has no type "
        "for, become DontCare. Depth ends at 256 m. Children are Pedestrian."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"images": 0, "boxes": 0, "dont_care": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "kitti")
        self._labels: dict[str, TextIO] = {}
        self._oxts: dict[str, TextIO] = {}
        self._frames: Counter[str] = Counter()

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside color and depth; categories it has no type of their own for; lenses; masks."""
        return (
            *channels_not_held(info, ("rgb", "depth")),
            *categories_not_held(info, "kitti"),
            *lenses_not_held(info, "images are written as they are, calib holds the pinhole part"),
            "labels: masks, joints, occluders, lights, activity, velocities, tight boxes of visible pixels",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence for every camera."""
        self._info = info
        for camera in info.sensors:
            folder = self._folder / camera.name
            (folder / "image_02").mkdir(parents=True)
            (folder / "depth").mkdir()
            for files, name in ((self._labels, "label_02.txt"), (self._oxts, "oxts.txt")):
                files[camera.name] = (folder / name).open("w", encoding="ascii", newline="\n")
            (folder / "calib.txt").write_text(calibration(camera), "ascii", newline="\n")

    def state(self, state: WorldState) -> None:
        """KITTI has no use for states between frames."""

    def write(self, frame: Frame) -> None:
        """Append a frame's images, labels and GPS row."""
        for sensor, capture in frame.captures.items():
            number = self._frames[sensor]
            self._frames[sensor] += 1
            folder = self._folder / sensor
            if "rgb" in capture.channels:
                self._encoders.save(sensor, "rgb", folder / "image_02" / f"{number:06d}.png")
                self.summary["images"] += 1
            if "depth" in capture.channels:
                self._encoders.save(sensor, "depth", folder / "depth" / f"{number:06d}.png", depth_png)
            self._oxts[sensor].write(
                oxts_row(self._info.camera(sensor), frame.state, capture, self._info.origin)
            )
            for annotation in frame.annotations.get(sensor, ()):
                named = category(annotation.category).label("kitti") is not None
                counts = named and annotation.visible_px >= self._info.min_visible_px
                self.summary["boxes" if counts else "dont_care"] += 1
                row = label_row if counts else dont_care_row
                self._labels[sensor].write(row(number, annotation, capture))

    def close(self) -> None:
        """End every camera's files."""
        self.abort()
        for camera in self._info.sensors:
            count = self._folder / camera.name / "frames"
            count.write_text(f"{self._frames[camera.name]}\n", "ascii", newline="\n")

    def abort(self) -> None:
        """Close the files as they are."""
        for file in (*self._labels.values(), *self._oxts.values()):
            file.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Give new sequences the next numbers and move them into ``kitti/training``."""
        home = root / "kitti"
        home.mkdir(exist_ok=True)
        known = _mapping(home)
        staged = [(n, staging_folder(sequence_folder(root, n), "kitti")) for n in sequences]
        for name, folder in staged:
            listed = {(sequence, camera) for _, sequence, camera, _ in known}
            for camera in sorted(path.name for path in folder.iterdir()):
                if (name, camera) not in listed:
                    frames = (folder / camera / "frames").read_text("ascii").strip()
                    known.append((f"{len(known):04d}", name, camera, frames))
        # The numbers are on disk before anything moves, so an interrupted call goes on with the same ones.
        write_atomically(home / "sequences.txt", "".join(" ".join(row) + "\n" for row in known))
        seqmap = "".join(f"{number} empty 000000 {int(frames):06d}\n" for number, _, _, frames in known)
        (home / "training").mkdir(exist_ok=True)
        write_atomically(home / "training" / "evaluate_tracking.seqmap.training", seqmap)
        numbers = {(sequence, camera): number for number, sequence, camera, _ in known}
        for name, folder in staged:
            for path in sorted(folder.iterdir()):
                for place, suffix in _PLACES.items():
                    target = home / "training" / place / f"{numbers[name, path.name]}{suffix}"
                    move_to(path / f"{place}{suffix}", target)
            shutil.rmtree(folder)


def _mapping(home: Path) -> list[tuple[str, str, str, str]]:
    """Rows of ``sequences.txt``: number, sequence, camera, frames."""
    path = home / "sequences.txt"
    if not path.exists():
        return []
    rows = [line.split() for line in path.read_text("ascii").splitlines()]
    return [(number, sequence, camera, frames) for number, sequence, camera, frames in rows]
