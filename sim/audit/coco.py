"""A COCO folder, ours or another's -> views of every image, with what its JSON says in the audit's words.

``annotations/*.json`` with ``images`` and ``annotations``; pictures in ``images/``, in a folder of the JSON's
name without ``instances_`` or ``person_keypoints_``, or in the folder itself. An object's fields:

| field | from |
|---|---|
| annotation_id, instance_id | ``id``; a number for each ``track_id`` of each video, or else for each ``id`` |
| category | ``category`` (ours) or the name of ``category_id`` |
| box2d_visible | ``bbox``, as half-open corners |
| mask_rle, is_polygon | ``segmentation``: RLE of either kind, or polygons, then filled as pycocotools does |
| area, iscrowd, joints, num_keypoints | as there; ``joints`` is ``keypoints`` |
| amodal_rle, unoccluded_px, visibility, occlusion_level, truncation, occluders | ours, where they are |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pycocotools import mask as coco_mask

from sim.audit.native import read_json
from sim.audit.pictures import Pictures
from sim.audit.view import View
from sim.errors import UsageError

__all__ = ["CocoFile", "coco_files"]

_PREFIXES = ("instances_", "person_keypoints_")
_WITHOUT_BOXES = ("captions_", "panoptic_", "image_info_")

_OURS = {
    "amodal_segmentation": "amodal_rle",
    "amodal_area": "unoccluded_px",
    "visible_fraction": "visibility",
    "occlusion_level": "occlusion_level",
    "truncation": "truncation",
    "occluders": "occluders",
}
_BEYOND = 4
_BROKEN = (KeyError, TypeError, AttributeError, ValueError, IndexError)


def coco_files(root: Path) -> tuple[list[Path], list[Path]]:
    """The JSON files of a COCO folder: those with boxes and masks, and others; none if it is no such."""
    files = sorted((root / "annotations").glob("*.json"))
    others = [file for file in files if file.name.startswith(_WITHOUT_BOXES)]
    return [file for file in files if file not in others], others


class CocoFile:
    """One JSON file: a recording whose frames are its images.

    Args:
        root: of the COCO folder.
        path: of the JSON file.

    Attributes:
        name: of the file.
        extra: its contents as ``coco``.
        frames: number of images.

    Raises:
        UsageError: it cannot be read, or it has no lists of images and annotations.
    """

    def __init__(self, root: Path, path: Path) -> None:
        data = read_json(path)
        for part in ("images", "annotations", "categories"):
            if not isinstance(data, dict) or not isinstance(data.get(part), list):
                raise UsageError(f"{path}: no list of {part}, so it is no COCO detection file")
        self.name = path.stem
        self.extra: Mapping[str, Any] = {"coco": data}
        self.frames = len(data["images"])
        self._path, self._folders = path, _folders(root, path)
        self._tracks: dict[object, int] = {}

    def views(self) -> Iterator[list[View]]:
        """One view per image. Raises UsageError if a record is broken."""
        return self.views_of(self.extra["coco"]["images"])

    def views_of(self, images: Sequence[Mapping[str, Any]]) -> Iterator[list[View]]:
        """One view per image of some of them. Raises UsageError if a record is broken."""
        data = self.extra["coco"]
        try:
            names = {category["id"]: str(category["name"]) for category in data["categories"]}
            of_image: dict[object, list[Mapping[str, Any]]] = {}
            for annotation in data["annotations"]:
                of_image.setdefault(annotation["image_id"], []).append(annotation)
            for place, image in enumerate(images):
                yield [self._view(place, image, of_image.get(image["id"], []), names)]
        except _BROKEN as error:
            raise UsageError(f"{self._path} is broken: {error!r}") from error

    def _view(
        self, place: int, image: Mapping[str, Any], rows: list[Mapping[str, Any]], names: Mapping[int, str]
    ) -> View:
        name = str(image["file_name"])
        where = next((folder / name for folder in self._folders if (folder / name).is_file()), None)
        things = []
        for row in rows:
            try:
                things.append(self._thing(row, image, names))
            except _BROKEN as error:
                raise UsageError(f"{self._path} is broken: annotation {row.get('id')}: {error!r}") from error
        return View(
            sequence=self.name,
            frame=place,
            sensor=name,
            tick=place,
            timestamp_ns=int(image.get("timestamp_ns", 0)),
            lens=None,
            world_from_camera=None,
            near_m=0.0,
            images={} if where is None else Pictures({"rgb": where}),
            objects=things,
            extra={
                "image": image,
                "has_tracks": any("track_id" in row for row in rows) or None,
                "picture": where,
            },
        )

    def _thing(
        self, row: Mapping[str, Any], image: Mapping[str, Any], names: Mapping[int, str]
    ) -> dict[str, Any]:
        """An annotation in the audit's words."""
        segmentation = row.get("segmentation")
        track = (image.get("video_id"), row["track_id"]) if "track_id" in row else row["id"]
        thing = {
            "annotation_id": row["id"],
            "row": row,
            "instance_id": self._tracks.setdefault(track, len(self._tracks) + 1),
            "category": row.get("category") or names.get(row["category_id"], f"id {row['category_id']}"),
            "box2d_visible": _corners(row.get("bbox")),
            "is_polygon": isinstance(segmentation, list),
            "mask_rle": _rle(segmentation, int(image["height"]), int(image["width"])),
            "area": row.get("area"),
            "iscrowd": row.get("iscrowd"),
            "joints": row.get("keypoints") if row.get("num_keypoints") else None,
            "num_keypoints": row.get("num_keypoints"),
        }
        thing["visible_px"] = None if thing["is_polygon"] else row.get("area")
        return thing | {ours: row[name] for name, ours in _OURS.items() if name in row}


def _corners(box: Sequence[float] | None) -> tuple[float, float, float, float] | None:
    """Half-open corners of x, y, width, height."""
    if box is None:
        return None
    if len(box) != 4:
        raise ValueError(f"bbox {box!r:.80}, wanted 4 numbers")
    x, y, width, height = (float(v) for v in box)
    return x, y, x + width, y + height


def _folders(root: Path, path: Path) -> tuple[Path, ...]:
    """Where pictures may lie."""
    stem = path.stem
    for prefix in _PREFIXES:
        stem = stem.removeprefix(prefix)
    return root / "images", root / stem, root / "images" / stem, root


def _rle(segmentation: object, height_px: int, width_px: int) -> Mapping[str, Any] | None:
    """The RLE of a segmentation; polygons are filled."""
    if isinstance(segmentation, Mapping):
        return segmentation
    if not isinstance(segmentation, list) or not segmentation:
        return None
    if any(len(polygon) < 6 or len(polygon) % 2 for polygon in segmentation):
        raise ValueError("a polygon has fewer than three corners")
    # pycocotools walks along every edge, however long it is.
    most = _BEYOND * max(height_px, width_px)
    if not all(-most <= float(v) <= most for polygon in segmentation for v in polygon):
        raise ValueError(f"a polygon has a corner more than {_BEYOND} images away")
    return dict(coco_mask.merge(coco_mask.frPyObjects(segmentation, height_px, width_px)))
