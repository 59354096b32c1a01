"""Frames -> nuScenes: a scene for every agent that carries cameras and for every fixed camera."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.errors import UsageError
from sim.frame import Frame
from sim.scenario import Camera
from sim.writers.coco_join import Shard, adopt
from sim.writers.gaps import cameras_not_held, categories_not_held, channels_not_held, lenses_not_held
from sim.writers.nuscenes.points import DepthPoints, point_file
from sim.writers.nuscenes.scene import LIDAR, Scene, channel
from sim.writers.nuscenes.tables import PARTS, join
from sim.writers.pool import Encoders, disk_problems
from sim.writers.staging import move_to
from sim.writers.writer import WRITERS

__all__ = ["NuScenesWriter"]


@WRITERS.register("nuscenes")
class NuScenesWriter:
    """Writes ``nuscenes/samples/<CHANNEL>/``, ``nuscenes/v1.0-roadreel/<table>.json`` and ``nuscenes/maps/``.

    The splits are called ``roadreel_train``, ``roadreel_val`` and ``roadreel_test``, for the devkit gives the
    bare names a meaning of its own.
    """

    limits: ClassVar[str] = (
        "No lidar and no radar: LIDAR_TOP, which the evaluation asks for, holds every fourth pixel of every "
        "fourth row of the depth images, num_lidar_pts how many of them show the agent; without depth there "
        "is no LIDAR_TOP. Every frame is a key frame. Agents that show fewer pixels than min_visible_px in "
        "every camera are left out, and so is the carrier. Visibility is measured over the cameras of a "
        "scene. Coordinates are moved 300 m north and east, times begin at a moment drawn from the "
        "scene's name, and the map is blank."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter({"samples": 0, "images": 0, "annotations": 0, "dropped": 0})
        self._encoders = encoders
        self._folder = staging_folder(folder, "nuscenes")
        self._shard: Shard | None = None

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside color and, thinned out, depth; categories, lenses; labels in images."""
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb", "depth")),
            *categories_not_held(info, "nuscenes"),
            *lenses_not_held(info, "images are written as they are, camera_intrinsic holds the pinhole part"),
            "labels: masks, boxes in images, joints, occluders, lights, turning rates",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin the scenes. Raises UsageError if two cameras of one carrier would share a channel."""
        self._folder.mkdir()
        self._shard = Shard(self._folder, PARTS)
        groups: dict[str, list[Camera]] = {}
        for camera in info.sensors:
            if "rgb" in camera.channels:
                groups.setdefault(camera.mount or f"/{camera.name}", []).append(camera)
        for cameras in groups.values():
            _check_channels(cameras)
        self._scenes = [Scene(self._shard, info, c[0].mount, c) for c in groups.values()]

    def state(self, state: WorldState) -> None:
        """States between frames have no place."""

    def write(self, frame: Frame) -> None:
        """Append a sample to every scene that has a camera due; ask for its pictures and points."""
        for scene in self._scenes:
            captures = scene.captures(frame)
            if not captures:
                continue
            files, written, dropped = scene.sample(frame)
            for name in captures:
                self._encoders.save(name, "rgb", self._folder / files[name])
            if LIDAR in files:
                depth = {
                    name: (scene.points[name], capture.channels["depth"])
                    for name, capture in captures.items()
                    if name in scene.points
                }
                self._encoders.run("", functools.partial(_save_points, self._folder / files[LIDAR], depth))
            self.summary["samples"] += 1
            self.summary["images"] += len(captures)
            self.summary["annotations"] += written
            self.summary["dropped"] += dropped

    def close(self) -> None:
        """End the scenes."""
        for scene in self._scenes:
            scene.end()
        self.abort()

    def abort(self) -> None:
        """Close the files as they are."""
        if self._shard is not None:
            self._shard.close()

    @staticmethod
    def finish(root: Path, sequences: Sequence[str]) -> None:
        """Move new files into ``nuscenes/`` and write all tables. Raises UsageError if a name is taken."""
        home = root / "nuscenes"
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), "nuscenes")
            for path in sorted((staged / "samples").rglob("*.*")):
                move_to(path, home / path.relative_to(staged))
            adopt(home, name, staged, PARTS)
        join(root, home)


def _check_channels(cameras: Sequence[Camera]) -> None:
    names: dict[str, str] = {}
    for camera in cameras:
        label = channel(camera)
        if label in names:
            raise UsageError(
                f"nuscenes: cameras {names[label]!r} and {camera.name!r} would both be {label}; rename one"
            )
        names[label] = camera.name


def _save_points(path: Path, depth: Mapping[str, tuple[DepthPoints, NDArray[np.generic]]]) -> None:
    data = point_file([points.of(depth_m) for points, depth_m in depth.values()])
    with disk_problems(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
