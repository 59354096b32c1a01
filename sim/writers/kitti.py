"""Frames -> KITTI tracking: a numbered sequence per camera: images, depth, flow, labels, calibration, GPS."""

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
from sim.dataset.codecs import depth_png
from sim.dataset.layout import staging_folder
from sim.dataset.png import png
from sim.frame import Capture, Frame
from sim.taxonomy import category
from sim.writers.gaps import categories_not_held, channels_not_held, lenses_not_held
from sim.writers.kitti_calib import calibration, oxts_row
from sim.writers.kitti_label import dont_care_row, label_row
from sim.writers.kitti_numbers import frames_file, in_training, move_numbered, write_seqmaps
from sim.writers.pool import Encoders, disk_problems
from sim.writers.riders import joined
from sim.writers.writer import WRITERS

__all__ = ["KittiWriter", "flow_png"]

_FLOW_STEPS_PER_PX = 64
_NO_FLOW = 32768  # what a flow of 0 is stored as
_MOST = 65535
_SEEN = 0  # in the channel occlusion_forward


def flow_png(flow_px: NDArray[np.generic], counts: NDArray[np.bool_] | None = None) -> bytes:
    """Flow as KITTI's 16-bit RGB: u * 64 + 2^15, v likewise, 1 where both hold; all 0 where they do not.

    The format is that of the devkit of KITTI's flow benchmark 2015 (``readme.txt``).

    Args:
        flow_px: (H, W, 2) float32 pixels to the right and down; nan where there is none.
        counts: (H, W) where it is wanted; everywhere by default.

    Returns:
        A PNG file. Nothing holds beyond [-512, 512) px.
    """
    # A power of two, then whole numbers of 16 bits: single precision is exact.
    steps = flow_px.astype(np.float32, copy=False) * np.float32(_FLOW_STEPS_PER_PX)
    np.rint(steps, out=steps)
    steps += np.float32(_NO_FLOW)
    u, v = steps[..., 0], steps[..., 1]
    holds = (u >= 0) & (u <= _MOST) & (v >= 0) & (v <= _MOST)
    if counts is not None:
        holds &= counts
    out = np.empty((*holds.shape, 3), np.uint16)
    out[..., 0], out[..., 1], out[..., 2] = np.where(holds, u, 0), np.where(holds, v, 0), holds
    return png(out)


@WRITERS.register("kitti")
class KittiWriter:
    """Writes ``kitti/training/{image_02,depth,flow_occ,flow_noc,label_02,calib,oxts}``, ``sequences.txt``.

    ``flow_noc`` only has pixels whose surface point is seen in the next frame, ``flow_occ`` all.
    """

    limits: ClassVar[str] = (
        "Boxes turn about the camera's y axis only: under a pitched camera they lean. Occlusion is 0 from "
        "80 % visible, 1 from 40 %, 2 below, 3 where it was not measured; truncation is 0 below 5 %, 1 below "
        "50 %, 2 above. Agents that show fewer pixels than min_visible_px, and those KITTI has no type "
        "for, become DontCare. The box of a Cyclist holds the bicycle too. Depth ends at 256 m, flow at "
        "512 px. Children are Pedestrian. "
        "Sequences of all splits lie in training/, seqmaps tell them apart; TrackEval cannot read one of a "
        "single line."
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
        """Channels beside color, depth and flow; categories without a type of their own; lenses; masks."""
        return (
            *channels_not_held(info, _held(info)),
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
            if "flow_forward" in capture.channels:
                path = folder / "flow_occ" / f"{number:06d}.png"
                self._encoders.save(sensor, "flow_forward", path, flow_png)
                if "occlusion_forward" in capture.channels:
                    path = folder / "flow_noc" / f"{number:06d}.png"
                    self._encoders.run("", functools.partial(_write_seen_flow, capture, path))
            self._oxts[sensor].write(
                oxts_row(self._info.camera(sensor), frame.state, capture, self._info.origin)
            )
            found = frame.annotations.get(sensor, ())
            for annotation in joined(found, self._info, frame.state, "kitti"):
                named = category(annotation.category).label("kitti") is not None
                counts = named and annotation.visible_px >= self._info.min_visible_px
                self.summary["boxes" if counts else "dont_care"] += 1
                row = label_row if counts else dont_care_row
                self._labels[sensor].write(row(number, annotation, capture))

    def close(self) -> None:
        """End every camera's files."""
        self.abort()
        for camera in self._info.sensors:
            frames_file(self._folder / camera.name, self._frames[camera.name])

    def abort(self) -> None:
        """Close the files as they are."""
        for file in (*self._labels.values(), *self._oxts.values()):
            file.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Give new sequences the next numbers and move them into ``kitti/training``."""
        rows = move_numbered(root, "kitti", sequences, in_training)
        training = root / "kitti" / "training"
        training.mkdir(exist_ok=True)
        write_seqmaps(training, "evaluate_tracking", rows, root)


def _held(info: SequenceInfo) -> tuple[str, ...]:
    """Channels; occlusion only says which pixels of the flow are seen again."""
    alone = any(
        "occlusion_forward" in camera.channels and "flow_forward" not in camera.channels
        for camera in info.sensors
    )
    return ("rgb", "depth", "flow_forward", *([] if alone else ["occlusion_forward"]))


def _write_seen_flow(capture: Capture, path: Path) -> None:
    flow, occlusion = capture.channels["flow_forward"], capture.channels["occlusion_forward"]
    data = flow_png(flow, occlusion == _SEEN)
    with disk_problems(path):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
