"""A sequence of another format -> a folder of the native one: labels, description, images as they are."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from sim.dataset.durable import flush
from sim.dataset.layout import LABELS, SEQUENCE, image_name, partial_folder, sequence_folder
from sim.dataset.records import pose_to_json
from sim.errors import UsageError
from sim.importing.foreign import ForeignSequence, Shot, Sighting, instance_ids
from sim.importing.names import IGNORE, Names
from sim.scenario import intrinsics_to_json
from sim.writers.pool import disk_problems

__all__ = ["CAMERA", "FIELDS", "SUFFIXES", "Summary", "write_sequence"]

CAMERA = "camera"
"""Name of the one camera of an imported sequence."""

FIELDS = (
    *("instance_id", "name", "category", "box2d_visible", "box2d_amodal", "visible_px", "unoccluded_px"),
    *("visibility", "occlusion_level", "truncation", "mask_rle", "amodal_rle", "occluders", "box3d"),
    *("box3d_posed", "box3d_camera", "velocity_mps", "yaw_rate_radps", "distance_m", "is_parked"),
    *("activity", "rider_of", "lights", "attributes", "keypoints", "is_ignored"),
)
"""Fields of an imported annotation; what its format does not hold is null."""

SUFFIXES = {".png": ".png", ".jpg": ".jpg", ".jpeg": ".jpg", ".webp": ".webp", ".jxl": ".jxl"}
"""File types of pictures the native format has -> how it spells them."""

_DEFAULTS: Mapping[str, Any] = dict.fromkeys(FIELDS) | {"activity": "", "is_ignored": False}


@dataclass(eq=False)
class Summary:
    """What an import did.

    Attributes:
        sequences, frames, annotations, ignored: how many there are; `ignored` are regions.
        without_picture: frames whose picture is not there.
        left_out: word -> objects that have no category.
        not_read: files of the source that hold no boxes.
    """

    sequences: int = 0
    frames: int = 0
    annotations: int = 0
    ignored: int = 0
    without_picture: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    not_read: list[str] = field(default_factory=list)

    def add(self, other: Summary) -> None:
        """Take over what another one counted."""
        for one in ("sequences", "frames", "annotations", "ignored", "without_picture"):
            setattr(self, one, getattr(self, one) + getattr(other, one))
        self.left_out.update(other.left_out)


def write_sequence(
    root: Path, format_name: str, source: ForeignSequence, given: Mapping[str, str], *, link: bool
) -> Summary:
    """Write one sequence; it appears whole, or not at all.

    Args:
        root: of the data set.
        format_name: where the sequence comes from, one of `sim.importing.names.FORMATS`.
        source: the sequence.
        given: word -> category, see `Names`.
        link: make hard links of pictures where the file system can, in place of copies.

    Returns:
        What was written and left out.

    Raises:
        UsageError: a file of the source is broken.
        EnvironmentProblem: the disk is full or may not be written.
    """
    folder, final = partial_folder(root, source.name), sequence_folder(root, source.name)
    if final.exists():
        raise UsageError(
            f"two sequences lead to the name {source.name!r}: rename one, or import them into two folders"
        )
    try:
        with disk_problems(folder):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            with (folder / LABELS).open("w", encoding="ascii", newline="\n") as labels:
                writing = _Writing(folder, source, Names(format_name, given), link, labels)
                for shot in source.shots():
                    writing.add(shot)
            text = json.dumps(writing.description(format_name), indent=1, allow_nan=False) + "\n"
            (folder / SEQUENCE).write_text(text, "ascii", newline="\n")
            flush(folder)
            folder.rename(final)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return writing.summary


class _Writing:
    """One sequence under way."""

    def __init__(
        self, folder: Path, source: ForeignSequence, names: Names, link: bool, labels: TextIO
    ) -> None:
        self.summary = Summary(sequences=1, left_out=names.left_out)
        self._folder, self._source, self._names, self._link = folder, source, names, link
        self._labels = labels
        self._ids = instance_ids(source.tracks)
        self._agents: dict[int, dict[str, Any]] = {}
        self._sizes: set[tuple[int, int] | None] = set()
        self._last = -1

    def add(self, shot: Shot) -> None:
        """Append a frame."""
        if shot.number <= self._last:
            raise UsageError(f"{self._source.name}: frame {shot.number} comes after frame {self._last}")
        self._last, index = shot.number, self.summary.frames
        suffixes = {}
        if shot.picture is None:
            self.summary.without_picture += 1
        else:
            suffixes["rgb"] = self._keep(shot.picture, index)
        annotations, ignored = self._sorted(shot)
        pose = shot.world_from_camera
        record = {
            "frame": index,
            "sensor": CAMERA,
            "tick": shot.number,
            "timestamp_ns": self._timestamp_ns(shot),
            "channels": list(suffixes),
            "suffixes": suffixes,
            "size_px": None if shot.size_px is None else list(shot.size_px),
            "intrinsics": None if shot.intrinsics is None else intrinsics_to_json(shot.intrinsics),
            "world_from_camera": None if pose is None else pose_to_json(pose),
            "world_from_carrier": None,
            "unoccluded_px": None,
            "annotations": annotations,
            "ignored": ignored,
            "foreign": dict(shot.foreign),
        }
        self._labels.write(json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n")
        self._sizes.add(shot.size_px)
        self.summary.frames += 1
        self.summary.annotations += len(annotations)
        self.summary.ignored += len(ignored)

    def description(self, format_name: str) -> dict[str, Any]:
        """What ``sequence.json`` says."""
        source, rate = self._source, self._source.rate_hz
        size_px = next(iter(self._sizes)) if len(self._sizes) == 1 else None
        camera = {
            "name": CAMERA,
            "width_px": None if size_px is None else size_px[0],
            "height_px": None if size_px is None else size_px[1],
            "rate_hz": rate,
            "channels": ["rgb"] if self.summary.without_picture < self.summary.frames else [],
        }
        return {
            "name": source.name,
            "split": source.split,
            "splits": None,
            "tick_hz": int(rate) if rate is not None and rate == round(rate) else None,
            "origin": None if source.origin is None else dataclasses.asdict(source.origin),
            "environment": {},
            "sensors": [{"camera": camera, "intrinsics": None}],
            "agents": [self._agents[number] for number in sorted(self._agents)],
            "scenario": None,
            "first_tick": None,
            "ticks": None,
            "signal_names": [],
            "frames": {CAMERA: self.summary.frames},
            "formats": ["native"],
            "not_held": {},
            "source": {
                "format": format_name,
                "is_video": source.is_video,
                "left_out": dict(sorted(self.summary.left_out.items())),
                "without_picture": self.summary.without_picture,
                **source.foreign,
            },
        }

    def _timestamp_ns(self, shot: Shot) -> int | None:
        rate = self._source.rate_hz
        if shot.timestamp_ns is not None or rate is None:
            return shot.timestamp_ns
        return int(shot.number * 1_000_000_000 // rate)

    def _sorted(self, shot: Shot) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Annotations by instance id, and regions in which nothing is scored."""
        annotations, ignored = [], []
        for sighting in shot.sightings:
            name = self._names.of(sighting.word)
            if sighting.is_region or name == IGNORE:
                ignored.append(_region(sighting, self._ids, None if name == IGNORE else name))
            elif name is not None:
                annotations.append(self._annotation(sighting, name))
        return sorted(annotations, key=lambda one: int(one["instance_id"])), ignored

    def _annotation(self, sighting: Sighting, name: str) -> dict[str, Any]:
        number = self._ids[sighting.track]
        box = sighting.known.get("box3d_camera")
        agent = {
            "instance_id": number,
            "name": sighting.known.get("name", f"{name.rsplit('.', 1)[-1]}{number}"),
            "category": name,
            "word": sighting.word,
            "is_parked": None,
            "size_lwh_m": None if box is None else box["size_lwh_m"],
            "centre_m": None,
            "body": None,
        }
        handle = self._agents.setdefault(number, agent)["name"]
        told = {"instance_id": number, "name": handle, "category": name, **sighting.known}
        return {**_DEFAULTS, **told, "foreign": dict(sighting.foreign)}

    def _keep(self, picture: Path, index: int) -> str:
        """Copy or link a picture; returns its suffix. Raises UsageError if the native format has no such."""
        suffix = SUFFIXES.get(picture.suffix.lower())
        if suffix is None:
            raise UsageError(
                f"{picture}: images end in {', '.join(SUFFIXES)} in the native format, and none is made anew"
            )
        real = picture.resolve()
        if not real.is_file():
            raise UsageError(f"{picture}: is no regular file")
        target = self._folder / image_name(CAMERA, "rgb", index, suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._link:
            try:
                os.link(real, target)
                return suffix
            except OSError:  # another file system, or one without hard links
                pass
        shutil.copyfile(real, target)
        return suffix


def _region(sighting: Sighting, ids: Mapping[Any, int], name: str | None) -> dict[str, Any]:
    """A region in which nothing is scored."""
    box = sighting.known.get("box2d_visible") or sighting.known.get("box2d_amodal")
    return {
        "word": sighting.word,
        "category": name,
        "instance_id": None if sighting.track is None else ids[sighting.track],
        "box2d": box,
        "mask_rle": sighting.known.get("mask_rle"),
        "foreign": dict(sighting.foreign),
    }
