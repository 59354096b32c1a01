"""What readers of other formats hand on: sequences of shots, each with the objects seen in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.geometry import Intrinsics, Pose
from sim.world import Origin

__all__ = ["ForeignSequence", "Shot", "Sighting", "folder_name", "instance_ids"]

_MOST_IDS = 65535  # as many as the native format has


@dataclass(frozen=True, eq=False)
class Sighting:
    """One object in one picture.

    Attributes:
        track: what it is known by in its sequence; None for a region that is no object.
        word: what its format calls it.
        known: fields of an annotation in SCHEMA.md, as JSON has them; the others are null.
        foreign: what only its format has words for.
        is_region: nothing is scored in it, whatever it is called.
    """

    track: Hashable
    word: str
    known: Mapping[str, Any]
    foreign: Mapping[str, Any] = field(default_factory=dict)
    is_region: bool = False


@dataclass(frozen=True, eq=False)
class Shot:
    """One picture.

    Attributes:
        number: of the frame in its format, 0 or more, rising.
        picture: its file, None if it is not there.
        sightings: what is seen in it.
        timestamp_ns, size_px, intrinsics, world_from_camera: where they are known.
        foreign: what only its format has words for.
    """

    number: int
    picture: Path | None
    sightings: Sequence[Sighting]
    timestamp_ns: int | None = None
    size_px: tuple[int, int] | None = None
    intrinsics: Intrinsics | None = None
    world_from_camera: Pose | None = None
    foreign: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ForeignSequence:
    """One sequence in another format.

    Attributes:
        name: fit for a folder.
        tracks: whatever `Sighting.track` will be, in order of appearance.
        shots: gives all pictures in order; raises UsageError if a file is broken.
        split: ``train``, ``val`` or ``test``.
        is_video: the pictures follow one another; else they have nothing to do with each other.
        rate_hz: pictures a second, None if unknown.
        origin: where the world's (0, 0, 0) lies, if there is a world.
        foreign: what only its format says of the whole sequence.
    """

    name: str
    tracks: Sequence[Hashable]
    shots: Callable[[], Iterator[Shot]]
    split: str = "train"
    is_video: bool = True
    rate_hz: float | None = None
    origin: Origin | None = None
    foreign: Mapping[str, Any] = field(default_factory=dict)


def folder_name(text: str) -> str:
    """A name fit for a folder: what is neither letter nor digit becomes a hyphen."""
    fit = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "-" for c in text)
    return fit.strip("-") or "sequence"


def instance_ids(tracks: Sequence[Hashable]) -> dict[Hashable, int]:
    """Instance ids of tracks, from 1.

    The tracks' own numbers if they are whole and from 1, one more if they are from 0, as KITTI's; else, or
    beyond 65535, numbered as they appear.
    """
    distinct = list(dict.fromkeys(tracks))
    numbers = [one for one in distinct if isinstance(one, int) and not isinstance(one, bool)]
    if distinct and len(numbers) == len(distinct) and min(numbers) >= 0:
        shift = 1 if min(numbers) == 0 else 0
        if max(numbers) + shift <= _MOST_IDS:
            return {one: one + shift for one in numbers}
    return {one: place for place, one in enumerate(distinct, 1)}
