"""Frames -> MOTChallenge: a sequence per camera, boxes with track ids; frames and pixels count from one."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TextIO

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.frame import Annotation, Frame
from sim.taxonomy import Label, category
from sim.writers.gaps import categories_not_held, channels_not_held, lenses_not_held
from sim.writers.pool import Encoders
from sim.writers.staging import move_to
from sim.writers.writer import WRITERS

__all__ = ["MotWriter"]

_UNKNOWN = -1


@WRITERS.register("mot")
class MotWriter:
    """Writes ``mot/<sequence>-<camera>/`` with ``img1/``, ``gt/gt.txt`` and ``seqinfo.ini``."""

    limits: ClassVar[str] = (
        "2D boxes of the whole body, clipped to the image. Adults and children are class 1, cars and vans "
        "class 3; MOT16 to MOT20 score class 1 only. Agents that show fewer pixels than min_visible_px have "
        "confidence 0, which evaluation ignores; those MOTChallenge has no class for have no row. Visibility "
        "is -1 where it was not measured."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"images": 0, "boxes": 0, "ignored": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "mot")
        self._truth: dict[str, TextIO] = {}
        self._frames: Counter[str] = Counter()

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside color; categories it has no class of their own for; cameras; all but 2D boxes."""
        return (
            *channels_not_held(info, ("rgb",)),
            *categories_not_held(info, "mot"),
            *lenses_not_held(info, "there is no calibration"),
            "labels: masks, 3D boxes, joints, occluders, lights, activity, velocities, focal lengths, poses",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a sequence for every camera."""
        self._info = info
        for camera in info.sensors:
            folder = self._folder / camera.name
            (folder / "gt").mkdir(parents=True)
            (folder / "img1").mkdir()
            path = folder / "gt" / "gt.txt"
            self._truth[camera.name] = path.open("w", encoding="ascii", newline="\n")

    def state(self, state: WorldState) -> None:
        """MOTChallenge has no use for states."""

    def write(self, frame: Frame) -> None:
        """Append a frame's images and boxes."""
        for sensor, capture in frame.captures.items():
            self._frames[sensor] += 1
            number = self._frames[sensor]
            if "rgb" in capture.channels:
                picture = f"{number:06d}{self._encoders.picture_suffix}"
                self._encoders.save(sensor, "rgb", self._folder / sensor / "img1" / picture)
                self.summary["images"] += 1
            for annotation in frame.annotations.get(sensor, ()):
                word = category(annotation.category).label("mot")
                counts = word is not None and annotation.visible_px >= self._info.min_visible_px
                self.summary["boxes" if counts else "ignored"] += 1
                if word is not None:
                    self._truth[sensor].write(_row(number, annotation, word, counts))

    def close(self) -> None:
        """End every camera's files."""
        self.abort()
        for camera in self._info.sensors:
            lines = (
                "[Sequence]",
                f"name={self._info.name}-{camera.name}",
                "imDir=img1",
                f"frameRate={camera.rate_hz}",
                f"seqLength={self._frames[camera.name]}",
                f"imWidth={camera.width_px}",
                f"imHeight={camera.height_px}",
                f"imExt={self._encoders.picture_suffix}",
            )
            path = self._folder / camera.name / "seqinfo.ini"
            path.write_text("\n".join(lines) + "\n", "ascii", newline="\n")

    def abort(self) -> None:
        """Close the files as they are."""
        for file in self._truth.values():
            file.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new sequences into ``mot/``. Raises UsageError if two lead to the same name."""
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "mot")
            for folder in sorted(staged.iterdir()):
                move_to(folder, root / "mot" / f"{name}-{folder.name}")
            shutil.rmtree(staged)


def _row(number: int, a: Annotation, word: Label, counts: bool) -> str:
    """frame, id, left, top, width, height, confidence, class, visibility."""
    x0, y0, x1, y1 = a.box2d_amodal
    # MOTChallenge gives the top left pixel the coordinates (1, 1).
    box = f"{x0 + 1:.6f},{y0 + 1:.6f},{x1 - x0:.6f},{y1 - y0:.6f}"
    visibility = _UNKNOWN if a.visibility is None else a.visibility
    return f"{number},{a.instance_id},{box},{int(counts)},{word.id},{visibility:.6f}\n"
