"""Frames -> YouTube-VIS: a folder of pictures per video, and one JSON of tracks, each a list over all frames.

The format is that of the 2019 and 2021 challenges (youtube-vos.org, ``pycocotools/ytvos.py``): of every track
a segmentation, box and area per frame, null where it is not seen; runs are not compressed. What is seen waits
on disk until its track is complete, so memory holds one track at a time.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from sim.dataset import SequenceInfo
from sim.frame import Annotation, Frame
from sim.writers.coco_join import Parts, coco_categories, to_line
from sim.writers.gaps import cameras_not_held, categories_not_held, channels_not_held, lenses_not_held
from sim.writers.outlines import rle_runs
from sim.writers.pool import Encoders
from sim.writers.seen import word_if_seen
from sim.writers.shard_writer import ShardWriter
from sim.writers.writer import WRITERS

__all__ = ["YoutubeVisWriter"]

_PARTS = {"videos": {"id": "videos"}, "annotations": {"id": "annotations", "video_id": "videos"}}
_FOLDERS = {None: "train", "train": "train", "val": "valid", "test": "test"}


@WRITERS.register("youtube-vis")
class YoutubeVisWriter(ShardWriter):
    """Writes ``youtube-vis/train/JPEGImages/<sequence>-<camera>/`` and ``youtube-vis/train/instances.json``.

    The folders of the other splits are ``valid`` and ``test``.
    """

    format: ClassVar[str] = "youtube-vis"
    parts: ClassVar[Parts] = _PARTS
    counted: ClassVar[Sequence[str]] = ("videos", "images", "tracks", "masks", "dropped")
    moved: ClassVar[Sequence[str]] = ("*/JPEGImages/*",)
    targets: ClassVar[Mapping[str | None, str]] = {
        split: f"{folder}/instances.json" for split, folder in _FOLDERS.items()
    }
    limits: ClassVar[str] = (
        "Visible masks only, and boxes of them. Agents that show fewer pixels than min_visible_px are absent "
        "in that frame. Categories are those of COCO, for the 40 of YouTube-VIS have no bus and no bicycle; "
        "the full category is kept beside them. Pictures are PNG files, whatever their folder is called."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        super().__init__(encoders, folder)
        self._seen: BinaryIO | None = None
        self._frames: dict[str, array[int]] = {}
        self._places: dict[tuple[str, int], array[int]] = {}

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside pictures and masks; cameras; all but visible masks."""
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb", "instance")),
            *categories_not_held(info, "coco", kept=True),
            *lenses_not_held(info, "there is no calibration"),
            "labels: 3D boxes, joints, masks and boxes of what is hidden, occluders, lights, activity, "
            "velocities, focal lengths, poses",
        )

    def open(self, info: SequenceInfo) -> None:
        """Begin a shard."""
        super().open(info)
        self._images = self._folder / _FOLDERS[info.split] / "JPEGImages"
        self._seen = (self._folder / "seen").open("w+b")

    def write(self, frame: Frame) -> None:
        """Ask for a frame's pictures and keep what is seen in it."""
        for sensor, capture in frame.captures.items():
            if "rgb" not in capture.channels:
                continue
            frames = self._frames.setdefault(sensor, array("q"))
            self._encoders.save(sensor, "rgb", self._images / self._file_name(sensor, frame.index))
            self.summary["images"] += 1
            for annotation in frame.annotations.get(sensor, ()):
                if word_if_seen(annotation, self._info, "coco") is None:
                    self.summary["dropped"] += 1
                else:
                    self._keep(sensor, len(frames), annotation)
            frames.append(frame.index)

    def close(self) -> None:
        """Turn what was seen into tracks and end the shard."""
        assert self._seen is not None
        cameras = [camera for camera in self._info.sensors if camera.name in self._frames]
        for number, camera in enumerate(cameras, 1):
            frames = self._frames[camera.name]
            size = {"width": camera.width_px, "height": camera.height_px, "length": len(frames)}
            names = [self._file_name(camera.name, index) for index in frames]
            self._shard.write("videos", {"id": number, **size, "file_names": names})
            self.summary["videos"] += 1
            for sensor, instance_id in sorted(self._places):
                if sensor == camera.name:
                    self.summary["tracks"] += 1
                    track = {"id": self.summary["tracks"], "video_id": number, **size}
                    self._shard.write("annotations", track | self._track(sensor, instance_id, len(frames)))
        self.abort()
        (self._folder / "seen").unlink()

    def abort(self) -> None:
        """Close the files as they are."""
        super().abort()
        if self._seen is not None:
            self._seen.close()

    @staticmethod
    def categories() -> list[dict[str, Any]]:
        """COCO's, without keypoints."""
        return coco_categories(keypoints=False)

    def _file_name(self, sensor: str, index: int) -> str:
        """Path of a picture below ``JPEGImages``; names of files are unique in the whole data set, too."""
        name = f"{self._info.name}_{sensor}_{index:06d}{self._encoders.picture_suffix}"
        return f"{self._info.name}-{sensor}/{name}"

    def _keep(self, sensor: str, number: int, a: Annotation) -> None:
        """Put one observation of a track on disk."""
        assert self._seen is not None
        assert a.mask_rle is not None
        assert a.box2d_visible is not None
        x0, y0, x1, y1 = a.box2d_visible
        mask = {"size": list(_size(a.mask_rle)), "counts": rle_runs(a.mask_rle).tolist()}
        line = to_line([mask, [x0, y0, x1 - x0, y1 - y0], a.visible_px])
        places = self._places.setdefault((sensor, a.instance_id), array("q"))
        places.extend((number, self._seen.tell()))
        self._seen.write(line.encode("ascii") + b"\n")
        self.summary["masks"] += 1

    def _track(self, sensor: str, instance_id: int, length: int) -> dict[str, Any]:
        """The record of a track, without what it has in common with its video."""
        assert self._seen is not None
        roster = self._info.roster
        kind = roster.categories[instance_id - 1]
        word = kind.label("coco")
        assert word is not None
        lists: tuple[list[Any], list[Any], list[Any]] = ([None] * length, [None] * length, [None] * length)
        places = self._places[sensor, instance_id]
        for number, offset in zip(places[::2], places[1::2], strict=True):
            self._seen.seek(offset)
            for values, value in zip(lists, json.loads(self._seen.readline()), strict=True):
                values[number] = value
        segmentations, boxes, areas_px = lists
        return {
            "category_id": word.id,
            "segmentations": segmentations,
            "bboxes": boxes,
            "areas": areas_px,
            "iscrowd": 0,
            "instance_id": instance_id,
            "name": roster.names[instance_id - 1],
            "category": kind.name,
        }


def _size(rle: Mapping[str, Any]) -> tuple[int, int]:
    """Height and width of a mask's image."""
    height, width = rle["size"]
    return int(height), int(width)
