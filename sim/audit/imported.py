"""A sequence imported from another format -> views of what its labels say, and the checks that apply.

Imported sequences have no states, and null for all that their format does not hold. What only the other
format has words for lies in ``foreign``, of captures and annotations, in the words of its reader in this
package; with the fields of SCHEMA.md it makes the views that the checks of that format were written for.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.audit.checks import CHECKS, Check, Scope
from sim.audit.coco_checks import COCO_CHECKS
from sim.audit.kitti_checks import KITTI_CHECKS
from sim.audit.measures import exact
from sim.audit.mot_checks import MOT_CHECKS
from sim.audit.native import LABELS, SEQUENCES, lens_of, pose_of, read_json
from sim.audit.pictures import Pictures
from sim.audit.view import Measure, View
from sim.errors import UsageError

__all__ = ["IMPORTED_CHECKS", "ImportedSequence", "is_imported"]

_BROKEN = (KeyError, TypeError, AttributeError, ValueError, IndexError)
_SUFFIXES = (".png", ".jpg", ".webp", ".jxl")
_HALF_PX = 0.5  # COCO's joints are measured from the center of the first pixel

_NEVER_WHOLE = (
    "visible-box visible-area amodal-box unoccluded camera-mount joint-pixels joint-visibility joint-box "
    "joint-sides joint-bones"
)
"""Checks that need of every annotation what other formats have for some, or that compare otherwise."""

_OF_FILES = "kitti-rows kitti-calib kitti-ids mot-rows mot-frames mot-ids coco-ids coco-tracks"
"""Checks of another format's files, which are not there any more; `unique-ids` counts tracks."""


def is_imported(root: Path, name: str) -> bool:
    """Whether a sequence came from another format. Raises UsageError if ``sequence.json`` is broken."""
    path = root / SEQUENCES / name / "sequence.json"
    data = read_json(path)
    if not isinstance(data, dict):
        raise UsageError(f"{path} is broken: no record")
    return data.get("source") is not None


class ImportedSequence:
    """One imported sequence; attributes and errors are those of `sim.audit.native.NativeSequence`."""

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self._folder = root / SEQUENCES / name
        data = read_json(self._folder / "sequence.json")
        try:
            source = data["source"]
            self.checks: tuple[Check, ...] = IMPORTED_CHECKS[source["format"]]
            self.extra: Mapping[str, Any] = data | source
            self._is_video = bool(source["is_video"])
            self.frames = sum(int(count) for count in data["frames"].values())
        except _BROKEN as error:
            raise UsageError(f"{self._folder}: broken: {error!r}") from error

    def views(self) -> Iterator[list[View]]:
        """One view per frame. Raises UsageError if a line is broken."""
        path = self._folder / LABELS
        if not path.is_file():
            raise UsageError(f"{path}: is missing")
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield [self._view(json.loads(line))]
                except _BROKEN as error:
                    raise UsageError(f"{path} line {number} is broken: {error!r}") from error

    def _view(self, record: Mapping[str, Any]) -> View:
        sensor, frame, foreign = record["sensor"], int(record["frame"]), record["foreign"]
        if sensor not in self.extra["frames"] or not sensor.isidentifier():
            raise ValueError(f"sensor {sensor!r:.80}")
        files = {}
        for channel, suffix in record["suffixes"].items():
            if channel != "rgb" or suffix not in _SUFFIXES:
                raise ValueError(f"{channel!r:.80} is stored as {suffix!r:.80}")
            files[channel] = self._folder / sensor / channel / f"{frame:06d}{suffix}"
        width, height = record["size_px"] or (None, None)
        lens, pose = record["intrinsics"], record["world_from_camera"]
        projection = foreign.get("projection")
        return View(
            sequence=self.name,
            frame=frame,
            sensor=sensor,
            tick=int(record["tick"]),
            timestamp_ns=int(record["timestamp_ns"] or 0),
            lens=None if lens is None else lens_of(lens),
            world_from_camera=None if pose is None else pose_of(pose),
            near_m=0.0,
            images=Pictures(files),
            objects=[_thing(one) for one in record["annotations"]],
            extra={
                "image": {"width": width, "height": height, "file_name": foreign.get("file", "its image")},
                "seqinfo": {"imWidth": width, "imHeight": height},
                "has_images": self.extra["has_images"] or None,
                "has_tracks": True if self._is_video else None,
                "projection": None if projection is None else _projection(projection),
            },
        )


def _projection(numbers: object) -> NDArray[np.float64]:
    """(3, 4) of twelve numbers."""
    return np.array(numbers, np.float64).reshape(3, 4)


def _thing(annotation: Mapping[str, Any]) -> dict[str, Any]:
    """An annotation with what only its format says, joints as COCO has them."""
    thing = {**annotation["foreign"], **annotation, "joints": None, "num_keypoints": None}
    if thing["box3d"] is None and thing["box3d_camera"] is not None:
        thing["box3d"] = {"size_lwh_m": thing["box3d_camera"]["size_lwh_m"]}
    keypoints = thing.pop("keypoints")
    if keypoints is not None:
        flags = keypoints["visibility"]
        places = [(x - _HALF_PX, y - _HALF_PX) if flag else (0, 0)
                  for (x, y), flag in zip(keypoints["pixels"], flags, strict=True)]  # fmt: skip
        thing["joints"] = [v for (x, y), flag in zip(places, flags, strict=True) for v in (x, y, flag)]
        thing["num_keypoints"] = sum(flag > 0 for flag in flags)
    return thing


def known_fields(view: View) -> Iterator[Measure]:
    """Categories are dotted names, ids whole numbers, and boxes four numbers in order."""
    off = []
    for thing in view.objects:
        who = f"instance {thing['instance_id']}"
        name = thing["category"]
        off.append((not isinstance(name, str) or "." not in name, f"{who}: category {name!r:.80}"))
        off.append((not isinstance(thing["instance_id"], int), f"{who}: no whole number"))
        boxes = [thing[one] for one in ("box2d_visible", "box2d_amodal") if thing[one] is not None]
        off.append((not boxes, f"{who} has no box"))
        for x0, y0, x1, y1 in boxes:
            off.append((not (x0 < x1 and y0 < y1), f"{who}: box {(x0, y0, x1, y1)} is empty"))
    yield exact(view.where, off, "fields")


def _of_words(run: Callable[[View], Iterable[Measure]]) -> Callable[[View], Iterable[Measure]]:
    """A check of the format's own words for categories."""

    def of_words(view: View) -> Iterable[Measure]:
        things = [{**thing, "category": thing["type"]} for thing in view.objects]
        return run(dataclasses.replace(view, objects=things))

    return of_words


def _fitted(check: Check) -> Check:
    """The check as it can be asked of imported sequences."""
    if check.name == "occlusion-level":
        return dataclasses.replace(check, needs=("occlusion_level", "visibility"))
    if check.name == "kitti-ranges":
        return dataclasses.replace(check, needs=("type",), run=_of_words(check.run))
    return check


def _checks(foreign: Iterable[Check]) -> tuple[Check, ...]:
    """The format's own checks, then ours that it does not have; those without what they need say so."""
    left_out = {*_NEVER_WHOLE.split(), *_OF_FILES.split()}
    own = [check for check in foreign if check.name not in left_out]
    known = left_out | {check.name for check in own}
    fields = Check(
        "imported-fields", "ids, categories and boxes are such", Scope.VIEW, ("foreign",), known_fields
    )
    return (fields, *map(_fitted, own), *(_fitted(one) for one in CHECKS if one.name not in known))


IMPORTED_CHECKS: dict[str, tuple[Check, ...]] = {
    "coco": _checks(COCO_CHECKS),
    "kitti": _checks(KITTI_CHECKS),
    "mot": _checks(MOT_CHECKS),
}
"""What is verified of sequences imported from each format."""
