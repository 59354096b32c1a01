"""A COCO folder -> its sequences: videos where images have ``video_id``, else the stills of each JSON file.

``person_keypoints_X.json`` beside ``instances_X.json`` adds joints to the annotations of the same id.
Polygons become run-length masks. What our own COCO says beyond COCO (amodal masks, visibility, occluders,
our categories, ...) is taken over as far as SCHEMA.md has a field for it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from sim.audit.coco import CocoFile, coco_files
from sim.audit.view import View
from sim.errors import UsageError
from sim.importing.coco_fields import known_fields, number_of, whole_of
from sim.importing.foreign import ForeignSequence, Shot, Sighting, folder_name

__all__ = ["GROUPINGS", "read_coco"]

GROUPINGS = ("auto", "folder", "image")
"""What makes a sequence: videos, or else a file; a folder of images; or every image for itself."""

_INSTANCES, _JOINTS = "instances_", "person_keypoints_"
_MOST_PX = 65535

Record = Mapping[str, Any]


def read_coco(root: Path, grouping: str = "auto") -> Iterator[ForeignSequence]:
    """The sequences of a folder, JSON file by JSON file.

    Args:
        root: with ``annotations/*.json``.
        grouping: one of `GROUPINGS`.

    Raises:
        UsageError: it is no such folder, or a file is broken; the message names file, record and value.
    """
    files, _ = coco_files(root)
    if not files:
        raise UsageError(f"{root} is no COCO folder: it has no annotations/*.json with boxes")
    for path in files:
        if path.name.startswith(_JOINTS) and path.with_name(_INSTANCES + _rest(path)) in files:
            continue  # read with the file of instances
        beside = path.with_name(_JOINTS + _rest(path))
        joints = beside if path.name.startswith(_INSTANCES) and beside in files else None
        yield from _sequences(root, path, grouping, joints)


def _rest(path: Path) -> str:
    """The name of a JSON file without what COCO begins it with."""
    return path.name.removeprefix(_INSTANCES).removeprefix(_JOINTS)


def _sequences(root: Path, path: Path, grouping: str, joints: Path | None) -> Iterator[ForeignSequence]:
    file = CocoFile(root, path)
    data: Mapping[str, list[Record]] = file.extra["coco"]
    of_image = _checked(path, data)
    if joints is not None:
        _add_joints(joints, CocoFile(root, joints).extra["coco"], data["annotations"])
    stem = Path(_rest(path)).stem
    videos = {video["id"]: video for video in data.get("videos", []) if "id" in video}
    split = next((one for one in ("train", "val", "test") if stem.startswith(one)), "train")
    groups: dict[tuple[str, Any], list[Record]] = {}
    for image in data["images"]:
        groups.setdefault(_group(image, stem, grouping, videos), []).append(image)
    for (kind, key), images in groups.items():
        video = videos.get(key, {}) if kind == "video" else {}
        numbered = [whole_of(image, ("frame_id", "frame_index"), path) for image in images]
        is_video = kind == "video" or any("track_id" in row for i in images for row in of_image[i["id"]])
        if kind == "video" and None not in numbered and len(set(numbered)) == len(numbered):
            images = sorted(images, key=lambda image: int(image.get("frame_id", image.get("frame_index"))))
            numbers = sorted(int(number) for number in numbered if number is not None)
        else:
            if kind == "folder":
                images = sorted(images, key=lambda image: str(image["file_name"]))
            numbers = list(range(len(images)))
        name = str(video.get("name", f"{stem}-{key}")) if kind == "video" else str(key)
        rows = [row for image in images for row in of_image[image["id"]] if not row.get("iscrowd")]
        yield ForeignSequence(
            name=folder_name(name),
            tracks=[_track(row) for row in rows],
            shots=partial(_shots, path, file, images, numbers),
            split=split,
            is_video=is_video,
            rate_hz=number_of(video, ("frame_rate", "fps"), path),
            foreign={"has_images": True, "file": path.name},
        )


def _group(image: Record, stem: str, grouping: str, videos: Mapping[Any, Record]) -> tuple[str, Any]:
    """Which sequence an image is of."""
    place = PurePosixPath(str(image["file_name"]))
    if grouping == "image":
        return "image", str(place.with_suffix(""))
    if grouping == "folder":
        return "folder", str(place.parent) if place.parent.name else stem
    return ("video", image["video_id"]) if image.get("video_id") in videos else ("file", stem)


def _checked(path: Path, data: Mapping[str, list[Record]]) -> dict[Hashable, list[Record]]:
    """Annotations by image. Raises UsageError if records refer to nothing, or images are no such."""
    of_image: dict[Hashable, list[Record]] = {}
    for place, image in enumerate(data["images"]):
        where = f"{path}: images[{place}]"
        _check_image(image, where)
        if image["id"] in of_image:
            raise UsageError(f"{where}: id {image['id']!r:.60} is there twice")
        of_image[image["id"]] = []
    categories = set()
    for place, one in enumerate(data["categories"]):
        named = isinstance(one, Mapping) and isinstance(one.get("id"), int | str)
        if not named or not isinstance(one.get("name"), str):
            raise UsageError(f"{path}: categories[{place}] is {one!r:.80}, wanted an id and a name")
        categories.add(one["id"])
    for place, row in enumerate(data["annotations"]):
        where = f"{path}: annotations[{place}]"
        for name in ("id", "image_id", "category_id"):
            if not isinstance(row, Mapping) or not isinstance(row.get(name), int | str):
                raise UsageError(f"{where}: no {name}")
        if row["image_id"] not in of_image:
            raise UsageError(f"{where}: image_id {row['image_id']!r:.60}: there is no such image")
        if row["category_id"] not in categories:
            raise UsageError(f"{where}: category_id {row['category_id']!r:.60}: there is no such category")
        if not isinstance(row.get("track_id", 0), int | str):
            raise UsageError(f"{where}: track_id is {row['track_id']!r:.60}, wanted a number")
        of_image[row["image_id"]].append(row)
    return of_image


def _add_joints(path: Path, data: Mapping[str, list[Record]], rows: list[Record]) -> None:
    """Give annotations the keypoints that another file has for them. Raises UsageError if it has others."""
    known: dict[object, Any] = {row["id"]: row for row in rows}
    for place, row in enumerate(data["annotations"]):
        number = row.get("id") if isinstance(row, Mapping) else None
        if not isinstance(number, int | str) or number not in known:
            raise UsageError(f"{path}: annotations[{place}]: id {number!r:.60} is not among the instances")
        for name in ("keypoints", "num_keypoints"):
            if name in row:
                known[number][name] = row[name]


def _check_image(image: object, where: str) -> None:
    if not isinstance(image, Mapping):
        raise UsageError(f"{where} is {image!r:.60}, wanted a record")
    for name, kinds in (("id", int | str), ("file_name", str), ("width", int), ("height", int)):
        if not isinstance(image.get(name), kinds) or isinstance(image[name], bool):
            raise UsageError(f"{where}: {name} is {image.get(name)!r:.60}")
    for name in ("width", "height"):
        if not 0 < image[name] <= _MOST_PX:
            raise UsageError(f"{where}: {name} is {image[name]!r:.60}, wanted 1 to {_MOST_PX}")
    parts = PurePosixPath(image["file_name"]).parts
    if not parts or parts[0] == "/" or ".." in parts or "\0" in image["file_name"]:
        raise UsageError(
            f"{where}: file_name {image['file_name']!r:.80} is no path below the folder of images"
        )


def _track(row: Record) -> Hashable:
    """What an annotation is known by: its track, or itself."""
    return row["track_id"] if row.get("track_id") is not None else ("annotation", row["id"])


def _shots(path: Path, file: CocoFile, images: Sequence[Record], numbers: Sequence[int]) -> Iterator[Shot]:
    for number, [view] in zip(numbers, file.views_of(images), strict=True):
        image = view.extra["image"]
        where = f"{path}: image {image['id']}"
        size_px = int(image["width"]), int(image["height"])
        yield Shot(
            number=number,
            picture=view.extra["picture"],
            size_px=size_px,
            timestamp_ns=whole_of(image, ("timestamp_ns",), path),
            sightings=list(_sightings(view, size_px, where)),
            foreign={"image_id": image["id"], "file": image["file_name"]},
        )


def _sightings(view: View, size_px: tuple[int, int], where: str) -> Iterator[Sighting]:
    describe: Callable[..., dict[str, Any]] = known_fields
    for thing in view.objects:
        row, who = thing["row"], f"{where}: annotation {thing['annotation_id']}"
        crowd = row.get("iscrowd", 0)
        if crowd not in (0, 1):
            raise UsageError(f"{who}: iscrowd is {crowd!r:.60}, wanted 0 or 1")
        yield Sighting(
            track=None if crowd else _track(row),
            word=str(thing["category"]),
            known=describe(thing, size_px, who),
            foreign={
                "annotation_id": thing["annotation_id"],
                "is_polygon": thing["is_polygon"],
                "area": number_of(row, ("area",), who),
            },
            is_region=bool(crowd),
        )
