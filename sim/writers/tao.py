"""Frames -> TAO: pictures per video, and one JSON of images, tracks and boxes with the categories of LVIS.

The format is that of ``tao/toolkit/tao/tao.py`` (TAO-Dataset). It is federated: each video says which
categories were looked for and are not there, and of which some were not labelled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from sim.dataset import SequenceInfo
from sim.dataset.records import rle_to_json
from sim.frame import Annotation, Frame
from sim.taxonomy import CATEGORIES, Label, category
from sim.writers.coco_join import Parts
from sim.writers.gaps import cameras_not_held, categories_not_held, channels_not_held, lenses_not_held
from sim.writers.pool import Encoders
from sim.writers.seen import word_if_seen
from sim.writers.shard_writer import ShardWriter
from sim.writers.writer import WRITERS

__all__ = ["TaoWriter"]

_PARTS = {
    "videos": {"id": "videos"},
    "images": {"id": "images", "video_id": "videos"},
    "tracks": {"id": "tracks", "video_id": "videos"},
    "annotations": {
        "id": "annotations",
        "image_id": "images",
        "video_id": "videos",
        "track_id": "tracks",
    },
}
_FOLDERS = {None: "train", "train": "train", "val": "val", "test": "test"}
_SOURCE = "Roadreel"  # the folder of the data set a video comes from
_SYNSETS = {
    "baby_buggy": "baby_buggy.n.01",
    "baby": "person.n.01",  # of LVIS 0.5: its first synonym of person, child, man, woman
    "bicycle": "bicycle.n.01",
    "bus_(vehicle)": "bus.n.01",
    "car_(automobile)": "car.n.01",
    "dog": "dog.n.01",
    "motorcycle": "motorcycle.n.01",
    "truck": "truck.n.01",
    "wheelchair": "wheelchair.n.01",
}


@WRITERS.register("tao")
class TaoWriter(ShardWriter):
    """Writes ``tao/frames/<split>/Roadreel/<sequence>-<camera>/`` and ``tao/annotations/<split>.json``.

    The file of split val is called ``validation.json``, as in TAO.
    """

    format: ClassVar[str] = "tao"
    parts: ClassVar[Parts] = _PARTS
    counted: ClassVar[Sequence[str]] = ("videos", "images", "tracks", "annotations", "dropped")
    moved: ClassVar[Sequence[str]] = ("frames/*/*/*",)
    targets: ClassVar[Mapping[str | None, str]] = {
        None: "annotations/train.json",
        "train": "annotations/train.json",
        "val": "annotations/validation.json",
        "test": "annotations/test.json",
    }
    limits: ClassVar[str] = (
        "Tight boxes of what is visible, and masks, which TAO's tools do not read. Agents that show fewer "
        "pixels than min_visible_px are left out; where one is seen but never labelled, its category is "
        "marked as not exhaustively labelled in that video. People are category 805, which LVIS 0.5 calls "
        "'baby' (synset person.n.01), cars and vans are 'car_(automobile)'; the full category is kept beside "
        "it. Every frame is labelled, not one a second."
    )

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        super().__init__(encoders, folder)
        self._videos: dict[str, int] = {}
        self._frames: Counter[str] = Counter()
        self._tracks: dict[tuple[str, int], int] = {}
        self._small: set[tuple[str, int]] = set()

    @staticmethod
    def cannot_hold(info: SequenceInfo) -> tuple[str, ...]:
        """Channels beside pictures and masks; cameras; all but what is visible in the picture."""
        return (
            *cameras_not_held(info),
            *channels_not_held(info, ("rgb", "instance")),
            *categories_not_held(info, "tao", kept=True),
            *lenses_not_held(info, "there is no calibration"),
            "labels: 3D boxes, joints, masks and boxes of what is hidden, occluders, lights, activity, "
            "velocities, focal lengths, poses",
        )

    def write(self, frame: Frame) -> None:
        """Append a frame's images, boxes, and tracks that begin with it."""
        for sensor, capture in frame.captures.items():
            if "rgb" not in capture.channels:
                continue
            video = self._videos.setdefault(sensor, len(self._videos) + 1)
            picture = f"{self._info.name}_{sensor}_{frame.index:06d}{self._encoders.picture_suffix}"
            file_name = f"{self._video_name(sensor)}/{picture}"
            self._encoders.save(sensor, "rgb", self._folder / "frames" / file_name)
            self.summary["images"] += 1
            image = {
                "id": self.summary["images"],
                "video_id": video,
                "video": self._video_name(sensor),
                "file_name": file_name,
                "width": capture.intrinsics.width_px,
                "height": capture.intrinsics.height_px,
                "frame_index": self._frames[sensor],
                "timestamp_ns": capture.timestamp_ns,
            }
            self._shard.write("images", image)
            self._frames[sensor] += 1
            for annotation in frame.annotations.get(sensor, ()):
                word = word_if_seen(annotation, self._info, "tao")
                if word is not None:
                    self._append(sensor, annotation, word)
                    continue
                self.summary["dropped"] += 1
                if annotation.visible_px:
                    self._small.add((sensor, annotation.instance_id))

    def close(self) -> None:
        """Append the videos, whose categories are known now, and end the shard."""
        every = {category_id for name in CATEGORIES if (category_id := _category_id(name)) is not None}
        for sensor, number in self._videos.items():
            camera = self._info.camera(sensor)
            labelled = self._categories(sensor, self._tracks.keys())
            unlabelled = self._categories(sensor, self._small - self._tracks.keys())
            video = {
                "id": number,
                "name": self._video_name(sensor),
                "width": camera.width_px,
                "height": camera.height_px,
                "neg_category_ids": sorted(every - labelled - unlabelled),
                "not_exhaustive_category_ids": sorted(unlabelled),
                "metadata": {"dataset": _SOURCE, "sequence": self._info.name, "sensor": sensor},
            }
            self._shard.write("videos", video)
            self.summary["videos"] += 1
        super().close()

    @staticmethod
    def categories() -> list[dict[str, Any]]:
        """TAO's that our taxonomy maps to, with the dotted names they stand for."""
        return _categories()

    def _video_name(self, sensor: str) -> str:
        return f"{_FOLDERS[self._info.split]}/{_SOURCE}/{self._info.name}-{sensor}"

    def _categories(self, sensor: str, agents: Iterable[tuple[str, int]]) -> set[int]:
        """TAO's categories of those agents that belong to this camera."""
        names = (
            self._info.roster.categories[number - 1].name for camera, number in agents if camera == sensor
        )
        return {category_id for name in names if (category_id := _category_id(name)) is not None}

    def _append(self, sensor: str, a: Annotation, word: Label) -> None:
        """Write one box, and its track if it is the first of it."""
        assert a.box2d_visible is not None
        key = (sensor, a.instance_id)
        owner = {"category_id": word.id, "video_id": self._videos[sensor]}
        if key not in self._tracks:
            self.summary["tracks"] += 1
            self._tracks[key] = self.summary["tracks"]
            track = {"id": self._tracks[key], **owner, "instance_id": a.instance_id, "name": a.name}
            self._shard.write("tracks", {**track, "category": a.category})
        self.summary["annotations"] += 1
        x0, y0, x1, y1 = a.box2d_visible
        annotation = {
            "id": self.summary["annotations"],
            "image_id": self.summary["images"],
            "track_id": self._tracks[key],
            **owner,
            "bbox": [x0, y0, x1 - x0, y1 - y0],
            "area": a.visible_px,
            "segmentation": rle_to_json(a.mask_rle),
            "iscrowd": 0,
        }
        self._shard.write("annotations", annotation)


def _category_id(name: str) -> int | None:
    """TAO's number of one of our categories, None if it has no word for it."""
    word = category(name).label("tao")
    return None if word is None else word.id


def _categories() -> list[dict[str, Any]]:
    """TAO's categories that our taxonomy maps to, with the dotted names they stand for."""
    entries: dict[Label, dict[str, Any]] = {}
    for c in CATEGORIES.values():
        word = c.label("tao")
        if word is not None:
            entry: dict[str, Any] = {
                "id": word.id,
                "name": word.name,
                "synset": _SYNSETS[word.name],
                "roadreel_categories": [],
            }
            entries.setdefault(word, entry)["roadreel_categories"].append(c.name)
    return sorted(entries.values(), key=lambda entry: int(entry["id"]))
