"""Frames -> Cityscapes: pictures, ids of classes and instances, panoptic segments, cameras, videos.

The format is that of the README of cityscapesScripts 2.3. A sequence is a city, a camera of it a sequence of
that city, so that ``<city>_<sequence>_<frame>`` is unique in the whole data set.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.dataset import SPLITS, SequenceInfo
from sim.dataset.png import png
from sim.frame import Capture, Frame
from sim.geometry.pixel_centres import principal_to_whole_centres
from sim.scenario import Camera, intrinsics
from sim.writers.city_labels import MAX_ID, city_categories, city_images, city_segments
from sim.writers.coco_join import Parts
from sim.writers.gaps import (
    cameras_not_held,
    categories_not_held,
    channels_not_held,
    classes_not_held,
    lenses_not_held,
)
from sim.writers.pixels import NO_CLASSES, cameras_without, carrier_id, classes_and_ids, has_classes_and_ids
from sim.writers.pool import disk_problems, link
from sim.writers.shard_writer import ShardWriter
from sim.writers.writer import WRITERS

__all__ = ["CityscapesWriter"]

_PANOPTIC = "cityscapes_panoptic"
_FILES: dict[str | None, str] = {split: f"gtFine/{_PANOPTIC}_{split}.json" for split in SPLITS}


@WRITERS.register("cityscapes")
class CityscapesWriter(ShardWriter):
    """Writes ``cityscapes/{leftImg8bit,leftImg8bit_sequence,gtFine,camera}/<split>/<city>/``.

    Segments lie in ``gtFine/cityscapes_panoptic_<split>.json`` and the folder of that name.
    """

    format: ClassVar[str] = "cityscapes"
    parts: ClassVar[Parts] = {"images": {}, "annotations": {}}
    counted: ClassVar[Sequence[str]] = ("images", "instances", "crowds")
    moved: ClassVar[Sequence[str]] = ("*/*/*/", f"gtFine/{_PANOPTIC}_*/*.png")
    targets: ClassVar[Mapping[str | None, str]] = {None: _FILES[SPLITS[0]], **_FILES}
    limits: ClassVar[str] = (
        "Every frame is labelled, so both kinds of leftImg8bit have the same pictures. Agents that show "
        "fewer pixels than min_visible_px are crowds, of their class but without an id. The vehicle that "
        "carries the camera is 'ego vehicle'. Lamps, benches, bins and other street furniture are 'static', "
        "prams, wheelchairs and dogs 'dynamic', which has no instances. "
        "There are no polygons. Baselines are 0, for there is one camera. An underscore in the name of a "
        "sequence becomes a hyphen in that of its city."
    )

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Cameras without pictures or labels; other channels; classes and categories; lenses."""
        many = len(info.roster) > MAX_ID
        return (
            *cameras_not_held(info),
            *cameras_without(info, has_classes_and_ids, NO_CLASSES),
            *channels_not_held(info, ("rgb", "instance", "semantic", "panoptic")),
            *categories_not_held(info, "cityscapes"),
            *classes_not_held("cityscapes"),
            *lenses_not_held(info, "images are written as they are, camera holds the pinhole part"),
            *([f"agents: those with ids beyond {MAX_ID} are crowds"] if many else []),
            "labels: 3D boxes, joints, masks and boxes of what is hidden, occluders, lights, activity, "
            "velocities, names and poses of vehicles",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a city."""
        super().open(info)
        self._city = info.name.replace("_", "-")
        self._numbers = {
            camera.name: number
            for number, camera in enumerate(info.sensors)
            if "rgb" in camera.channels and has_classes_and_ids(camera.channels)
        }
        for place in ("gtFine", "camera"):
            (self._folder / place / info.split / self._city).mkdir(parents=True)
        self._segments = self._folder / "gtFine" / f"{_PANOPTIC}_{info.split}"
        self._segments.mkdir()
        for name in self._numbers:
            (self._folder / f"{name}.json").write_text(_camera_json(info, name), "ascii", newline="\n")

    def write(self, frame: Frame) -> None:
        """Ask for a frame's pictures and labels."""
        for sensor, capture in frame.captures.items():
            if sensor not in self._numbers:
                continue
            name = f"{self._city}_{self._numbers[sensor]:06d}_{frame.index:06d}"
            for place in ("leftImg8bit", "leftImg8bit_sequence"):
                path = self._place(place, f"{name}_leftImg8bit.png")
                self._encoders.save(sensor, "rgb", path)
            link(self._folder / f"{sensor}.json", self._place("camera", f"{name}_camera.json"))
            self.summary["images"] += 1
            k = capture.intrinsics
            # The name of the picture is as odd in the files that createPanopticImgs makes.
            record = {"id": name, "width": k.width_px, "height": k.height_px}
            self._shard.write("images", {**record, "file_name": f"{name}_gtFine_leftImg8bit.png"})
            # One lane, so that the lines come in the order of the images.
            self._encoders.run("cityscapes", functools.partial(self._label, capture, name))

    @staticmethod
    def categories() -> list[dict[str, Any]]:
        """Those that are evaluated."""
        return city_categories()

    def _place(self, kind: str, name: str) -> Path:
        return self._folder / kind / self._info.split / self._city / name

    def _label(self, capture: Capture, name: str) -> None:
        """Write the labels of one picture."""
        semantic, ids = classes_and_ids(capture.channels)
        images = city_images(
            semantic,
            ids,
            agents=len(self._info.roster),
            carrier=carrier_id(self._info, capture.sensor),
            min_visible_px=self._info.min_visible_px,
        )
        file_name = f"{name}_gtFine_panoptic.png"
        colors = np.zeros((*ids.shape, 3), np.uint8)
        colors[..., 0], colors[..., 1] = images.panoptic_ids & 0xFF, images.panoptic_ids >> 8
        files: dict[Path, NDArray[np.generic]] = {
            self._place("gtFine", f"{name}_gtFine_labelIds.png"): images.label_ids,
            self._place("gtFine", f"{name}_gtFine_labelTrainIds.png"): images.train_ids,
            self._place("gtFine", f"{name}_gtFine_instanceIds.png"): images.instance_ids,
            self._segments / file_name: colors,
        }
        for path, image in files.items():
            with disk_problems(path):
                path.write_bytes(png(image, runs=True))
        record = {"image_id": name, "file_name": file_name}
        self._shard.write("annotations", {**record, "segments_info": city_segments(images.panoptic_ids)})
        self.summary["instances"] += images.instances
        self.summary["crowds"] += images.crowds


def _camera_json(info: SequenceInfo, name: str) -> str:
    """A camera file: pinhole and pose in the vehicle's axes (ISO 8855), or in the world's if it is fixed.

    Angles turn as ``csCalibration.pdf`` of cityscapesScripts has it: Rz(yaw) Ry(pitch) Rx(roll), radians.
    """
    camera: Camera = info.camera(name)
    k = intrinsics(camera)
    u0, v0 = principal_to_whole_centres(k.cx_px, k.cy_px)
    record = {
        "extrinsic": {
            "baseline": 0.0,
            "pitch": float(np.deg2rad(camera.pitch_deg)),
            "roll": float(np.deg2rad(camera.roll_deg)),
            "x": float(camera.x_m),
            "y": float(camera.y_m),
            "yaw": float(np.deg2rad(camera.yaw_deg)),
            "z": float(camera.z_m),
        },
        "intrinsic": {"fx": k.fx_px, "fy": k.fy_px, "u0": u0, "v0": v0},
        "sensor": {"sequence": info.name, "camera": name, "mount": camera.mount},
    }
    return json.dumps(record, indent=4, allow_nan=False) + "\n"
