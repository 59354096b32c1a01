"""Frames -> COCO instances with tracks and keypoints: a JSON for each split and one image folder.

Every sequence first gets a shard, JSON lines with ids of its own; `finish` joins the shards of a split line
by line, so memory does not grow with the data set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sim.dataset import SPLITS, SequenceInfo
from sim.dataset.records import attributes, occluders_to_json, rle_to_json
from sim.frame import AMODAL, Annotation, Frame
from sim.taxonomy import Label, category
from sim.writers.coco_images import CocoImages
from sim.writers.coco_join import Parts, coco_categories
from sim.writers.gaps import cameras_not_held, categories_not_held, channels_not_held
from sim.writers.joints import coco_keypoints
from sim.writers.seen import word_if_seen
from sim.writers.shard_writer import ShardWriter
from sim.writers.writer import WRITERS

__all__ = ["CocoWriter"]

_PARTS = {
    "videos": {"id": "videos"},
    "images": {"id": "images", "video_id": "videos"},
    "annotations": {"id": "annotations", "image_id": "images", "video_id": "videos"},
}


@WRITERS.register("coco")
class CocoWriter(ShardWriter):
    """Writes ``coco/images/<sequence>_<camera>_<frame>.png`` and ``coco/annotations/instances.json``.

    Where splits were asked for, ``instances_train.json``, ``instances_val.json``, ``instances_test.json``.
    """

    format: ClassVar[str] = "coco"
    parts: ClassVar[Parts] = _PARTS
    counted: ClassVar[Sequence[str]] = ("images", "annotations", "dropped")
    moved: ClassVar[Sequence[str]] = ("images/*",)
    targets: ClassVar[Mapping[str | None, str]] = {
        None: "annotations/instances.json",
        **{split: f"annotations/instances_{split}.json" for split in SPLITS},
    }
    limits: ClassVar[str] = (
        "2D only. Agents that show fewer pixels than min_visible_px are left out. Adults and children are "
        "'person', cars and vans are 'car'; the full category is kept beside it. Boxes are measured from the "
        "image's corner, keypoints from the centre of its first pixel, as COCO does; neither is rounded. "
        "People whose joints were not labelled have num_keypoints 0."
    )

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside pictures and masks; categories COCO has no word for; all in three dimensions."""
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb", "instance", AMODAL)),
            *categories_not_held(info, "coco", kept=True),
            "labels: 3D boxes, joints in 3D, velocities, turning rates, poses of the cameras",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a shard."""
        super().open(info)
        self._images = CocoImages(info)
        for video in self._images.videos():
            self._shard.write("videos", video)

    def write(self, frame: Frame) -> None:
        """Append a frame's images and annotations."""
        for sensor, capture in frame.captures.items():
            if "rgb" not in capture.channels:
                continue
            name = f"{self._info.name}_{sensor}_{frame.index:06d}{self._encoders.picture_suffix}"
            self._encoders.save(sensor, "rgb", self._folder / "images" / name)
            self.summary["images"] += 1
            self._shard.write("images", self._images.add(capture, frame.index, name))
            for annotation in frame.annotations.get(sensor, ()):
                word = word_if_seen(annotation, self._info, "coco")
                if word is None:
                    self.summary["dropped"] += 1
                    continue
                self.summary["annotations"] += 1
                self._shard.write("annotations", self._annotation(annotation, sensor, word))

    @staticmethod
    def categories() -> list[dict[str, Any]]:
        """COCO's, with keypoints."""
        return coco_categories()

    def _annotation(self, a: Annotation, sensor: str, word: Label) -> dict[str, Any]:
        assert a.mask_rle is not None
        assert a.box2d_visible is not None
        x0, y0, x1, y1 = a.box2d_visible
        ax0, ay0, ax1, ay1 = a.box2d_amodal
        is_person = category(a.category).is_person
        return {
            "id": self.summary["annotations"],
            "image_id": self._images.count,
            "video_id": self._images.video_ids[sensor],
            "category_id": word.id,
            "track_id": a.instance_id,
            "instance_id": a.instance_id,
            "segmentation": rle_to_json(a.mask_rle),
            "area": a.visible_px,
            "bbox": [x0, y0, x1 - x0, y1 - y0],
            "iscrowd": 0,
            # Evaluation asks every annotation how many keypoints it has.
            **(coco_keypoints(a.keypoints) if is_person else {"num_keypoints": 0}),
            "amodal_bbox": [ax0, ay0, ax1 - ax0, ay1 - ay0],
            "amodal_segmentation": rle_to_json(a.amodal_rle),
            "amodal_area": a.unoccluded_px,
            "visible_fraction": a.visibility,
            "occlusion_level": a.occlusion_level,
            "occluders": occluders_to_json(a.occluders),
            "truncation": a.truncation,
            "distance_m": a.distance_m,
            "name": a.name,
            "category": a.category,
            "activity": a.activity,
            "rider_of": a.rider_of,
            "attributes": attributes(a.lights),
        }
