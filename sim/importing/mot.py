"""A MOTChallenge folder -> its sequences: boxes of whole bodies, tracks, visibility; no cameras, no masks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sim.audit.mot import MotSequence, mot_sequences
from sim.audit.view import View
from sim.errors import UsageError
from sim.importing.foreign import ForeignSequence, Shot, Sighting, folder_name

__all__ = ["read_mot"]


def read_mot(root: Path) -> Iterator[ForeignSequence]:
    """The sequences of a folder, or the one it is.

    Boxes are clipped to the image and what lies outside is the truncation; a box that does not reach into the
    image stays as it is, for the audit to find. Lines of confidence 0 are marked as ignored.

    Raises:
        UsageError: it is no such folder, or a file is broken; the message names file, line and value.
    """
    opened = mot_sequences(root)
    if not opened:
        raise UsageError(f"{root} is no MOTChallenge folder: it has no gt/gt.txt, nor has a folder in it")
    return (_sequence(open_one()) for open_one in opened)


def _sequence(recording: MotSequence) -> ForeignSequence:
    if bad := recording.extra["bad_rows"]:
        more = f", and {len(bad) - 1} more lines" if len(bad) > 1 else ""
        raise UsageError(f"{recording.name}: {bad[0]}{more}")
    views = [view for group in recording.views() for view in group]
    if views and views[0].frame < 1:
        raise UsageError(f"{recording.name}: frame {views[0].frame} in gt.txt, wanted numbers from 1")
    info = recording.extra["seqinfo"]
    return ForeignSequence(
        name=folder_name(recording.name),
        tracks=[thing["instance_id"] for view in views for thing in view.objects],
        shots=partial(_shots, views, info),
        rate_hz=info["frameRate"],
        foreign={"has_images": bool(recording.extra["has_images"])},
    )


def _shots(views: list[View], info: Mapping[str, Any]) -> Iterator[Shot]:
    size_px = info["imWidth"], info["imHeight"]
    for view in views:
        yield Shot(
            number=view.frame - 1,
            picture=view.extra["picture"],
            size_px=size_px,
            sightings=[_sighting(thing, size_px) for thing in view.objects],
        )


def _sighting(thing: Mapping[str, Any], size_px: tuple[int, int]) -> Sighting:
    box, truncation = _clipped(thing["box2d"], size_px)
    foreign = ("box2d", "class_id", "confidence")
    return Sighting(
        track=thing["instance_id"],
        word=thing["category"],
        known={
            "box2d_amodal": box,
            "truncation": truncation,
            "visibility": thing.get("visibility"),
            "is_ignored": thing["confidence"] == 0,
        },
        foreign={name: thing[name] for name in foreign},
    )


def _clipped(box: tuple[float, ...], size_px: tuple[int, int]) -> tuple[list[float], float | None]:
    """A box as far as it lies in the image, and the share that does not; as it is if all of it does not."""
    x0, y0, x1, y1 = box
    left, top, right, bottom = max(x0, 0.0), max(y0, 0.0), min(x1, size_px[0]), min(y1, size_px[1])
    if left >= right or top >= bottom:
        return [x0, y0, x1, y1], None
    share = (right - left) * (bottom - top) / ((x1 - x0) * (y1 - y0))
    return [left, top, right, bottom], 1.0 - share
