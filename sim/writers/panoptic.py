"""Frames -> COCO panoptic: pictures, PNG images of segment ids, and what each segment is, things and stuff.

The format is that of COCO's page on data formats and of ``panopticapi``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from sim.dataset import SPLITS, SequenceInfo
from sim.dataset.png import png
from sim.frame import Capture, Frame
from sim.writers.coco_images import CocoImages
from sim.writers.coco_join import Parts
from sim.writers.coco_segments import panoptic_categories, segment_ids, segment_records
from sim.writers.gaps import cameras_not_held, categories_not_held, channels_not_held, classes_not_held
from sim.writers.pixels import NO_CLASSES, cameras_without, classes_and_ids, has_classes_and_ids
from sim.writers.pool import disk_problems
from sim.writers.shard_writer import ShardWriter
from sim.writers.writer import WRITERS

__all__ = ["PanopticWriter"]

_PARTS = {
    "videos": {"id": "videos"},
    "images": {"id": "images", "video_id": "videos"},
    "annotations": {"image_id": "images"},
}
_NAMES: dict[str | None, str] = {None: "panoptic", **{split: f"panoptic_{split}" for split in SPLITS}}


@WRITERS.register("coco-panoptic")
class PanopticWriter(ShardWriter):
    """Writes ``coco-panoptic/images`` and ``annotations/panoptic.json``, PNGs in ``annotations/panoptic/``.

    Where splits were asked for, ``annotations/panoptic_train.json`` and so on, with a folder for each.
    """

    format: ClassVar[str] = "coco-panoptic"
    parts: ClassVar[Parts] = _PARTS
    counted: ClassVar[Sequence[str]] = ("images", "segments", "dropped")
    moved: ClassVar[Sequence[str]] = ("*/*",)
    targets: ClassVar[Mapping[str | None, str]] = {
        split: f"annotations/{folder}.json" for split, folder in _NAMES.items()
    }
    limits: ClassVar[str] = (
        "Pixels of classes COCO has no word for (poles, signs, bins, other street furniture) are void, and "
        "so are agents that show fewer pixels than min_visible_px. Traffic lights and benches are things "
        "without an instance id: all in an image are one segment, marked as a crowd. Only the categories "
        "our classes map to are listed. Riders and their cycles are segments of their own."
    )

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Cameras that do not say what each pixel is; other channels; classes without a word of their own."""
        return (
            *cameras_not_held(info),
            *cameras_without(info, has_classes_and_ids, NO_CLASSES),
            *channels_not_held(info, ("rgb", "instance", "semantic", "panoptic")),
            *categories_not_held(info, "coco", kept=True),
            *classes_not_held("coco"),
            "labels: all but visible masks, their areas and boxes, ids and categories of agents",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a shard."""
        super().open(info)
        self._segments = self._folder / _NAMES[None if info.splits is None else info.split]
        self._segments.mkdir()
        self._images = CocoImages(info)
        for video in self._images.videos():
            self._shard.write("videos", video)

    def write(self, frame: Frame) -> None:
        """Append a frame's pictures, and ask for their segments."""
        for sensor, capture in frame.captures.items():
            if "rgb" not in capture.channels or not has_classes_and_ids(capture.channels):
                continue
            stem = f"{self._info.name}_{sensor}_{frame.index:06d}"
            name = f"{stem}{self._encoders.picture_suffix}"
            self._encoders.save(sensor, "rgb", self._folder / "images" / name)
            self.summary["images"] += 1
            self._shard.write("images", self._images.add(capture, frame.index, name))
            # One lane, so that the lines come in the order of the images.
            job = functools.partial(self._label, capture, self._images.count, f"{stem}.png")
            self._encoders.run("coco-panoptic", job)

    @staticmethod
    def place(folder: Path) -> Path:
        """Images of segments lie beside the files that list them."""
        return folder if folder.name == "images" else "annotations" / folder

    @staticmethod
    def categories() -> list[dict[str, Any]]:
        """COCO's things and stuff."""
        return panoptic_categories()

    def _label(self, capture: Capture, image_id: int, name: str) -> None:
        """Write the segments of one picture."""
        semantic, instance = classes_and_ids(capture.channels)
        ids = segment_ids(semantic, instance, self._info.min_visible_px)
        octets = np.ascontiguousarray(ids, "<i4").view(np.uint8).reshape(*ids.shape, 4)
        path = self._segments / name
        segments = segment_records(ids)
        for segment in segments:
            if "instance_id" in segment:
                segment["category"] = self._info.roster.categories[segment["instance_id"] - 1].name
        with disk_problems(path):
            path.write_bytes(png(octets[..., :3], runs=True))
            self._shard.write(
                "annotations", {"image_id": image_id, "file_name": name, "segments_info": segments}
            )
        self.summary["segments"] += len(segments)
        self.summary["dropped"] += len(np.unique(instance[(ids == 0) & (instance > 0)]))
