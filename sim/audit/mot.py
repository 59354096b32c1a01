"""A MOTChallenge folder, ours or another's -> views of every frame, with what ``gt/gt.txt`` says.

A sequence is a folder with ``seqinfo.ini``, ``gt/gt.txt`` and the images ``seqinfo.ini`` names. Lines have
nine columns, as from MOT16 on, or the ten of MOT15, which knows pedestrians only. An object's fields:

| field | from |
|---|---|
| instance_id | column `id` |
| category, class_id | column `class`: the challenge's name of it; `class 14` for one it does not have |
| box2d | left, top, width, height as half-open corners from the image's corner; may leave the image |
| confidence | 0: evaluation ignores the line |
| visibility | 0 to 1; absent where the file has -1 or no such column |
"""

from __future__ import annotations

import configparser
import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sim.audit.pictures import Pictures
from sim.audit.view import View
from sim.errors import UsageError

__all__ = ["MOT_CLASSES", "MotSequence", "mot_sequences"]

MOT_CLASSES = {
    1: "Pedestrian",
    2: "Person on vehicle",
    3: "Car",
    4: "Bicycle",
    5: "Motorbike",
    6: "Non motorized vehicle",
    7: "Static person",
    8: "Distractor",
    9: "Occluder",
    10: "Occluder on the ground",
    11: "Occluder full",
    12: "Reflection",
    13: "Crowd",
}
"""Number in ``gt.txt`` -> name, as in Milan et al. 2016, "MOT16", table 2; the last from MOT20."""

_BEYOND = 1e12
_TRUTH = "gt/gt.txt"
_SUFFIXES = (".png", ".jpg", ".jpeg")
_COLUMNS, _COLUMNS_2015 = 9, 10
_NUMBERS = {"frameRate": 1000, "seqLength": 10_000_000, "imWidth": 100_000, "imHeight": 100_000}
"""Numbers of ``seqinfo.ini`` -> the most each may be."""


def mot_sequences(root: Path) -> list[Callable[[], MotSequence]]:
    """What opens the sequences of a MOTChallenge folder, or of one of its sequences."""
    for pattern in ("", "*/", "train/*/", "mot/*/"):
        if found := sorted(root.glob(pattern + _TRUTH)):
            return [partial(MotSequence, path.parent.parent) for path in found]
    return []


class MotSequence:
    """One sequence.

    Attributes:
        name: of its folder.
        extra: ``seqinfo``: ``frameRate``, ``seqLength``, ``imWidth``, ``imHeight``; ``bad_rows``: sentences
            on lines that are no labels; ``has_images``: None if there is no folder of images; ``numbers``: of
            the frames that have a line or an image.
        frames: how many these are.

    Raises:
        UsageError: ``seqinfo.ini`` is missing or broken, or a file cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.resolve().name
        info, images = _seqinfo(folder / "seqinfo.ini")
        bad: list[str] = []
        self._rows = _rows(folder / _TRUTH, bad)
        self._images = _images(folder / images)
        self._numbers = sorted(set(self._rows) | set(self._images))
        self.frames = len(self._numbers)
        self.extra: Mapping[str, Any] = {
            "seqinfo": info,
            "bad_rows": bad,
            "has_images": bool(self._images) or None,
            "numbers": self._numbers,
        }

    def views(self) -> Iterator[list[View]]:
        """One view per frame, numbered as in the files."""
        for number in self._numbers:
            picture = self._images.get(number)
            yield [
                View(
                    sequence=self.name,
                    frame=number,
                    sensor="img1",
                    tick=number,
                    timestamp_ns=number,
                    lens=None,
                    world_from_camera=None,
                    near_m=0.0,
                    images={} if picture is None else Pictures({"rgb": picture}),
                    objects=self._rows.get(number, []),
                    extra={
                        "seqinfo": self.extra["seqinfo"],
                        "has_images": self.extra["has_images"],
                        "picture": picture,
                    },
                )
            ]


def _seqinfo(path: Path) -> tuple[dict[str, int | float], str]:
    """Numbers of a ``seqinfo.ini`` and the folder of its images. Raises UsageError."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        text = path.read_text("utf-8", errors="replace") if path.is_file() else None
        if text is None:
            raise UsageError(f"{path} is not there, so its folder is no sequence of MOTChallenge")
        parser.read_string(text)
        section = parser["Sequence"]
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (configparser.Error, KeyError) as error:
        raise UsageError(f"{path} is broken: wanted a section [Sequence]: {error}") from None
    info: dict[str, int | float] = {}
    for name, most in _NUMBERS.items():
        value = section.get(name, "")
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        whole = number == round(number) if math.isfinite(number) else False
        if not 0 < number <= most or not (whole or name == "frameRate"):
            raise UsageError(f"{path}: {name} is {value!r:.40}, wanted a number from 1 to {most}")
        info[name] = int(number) if whole else number
    folder = section.get("imDir", "img1")
    if folder in ("", ".", "..") or "/" in folder or "\\" in folder:
        raise UsageError(f"{path}: imDir is {folder!r:.80}, wanted the name of a folder beside it")
    return info, folder


def _rows(path: Path, bad: list[str]) -> dict[int, list[dict[str, Any]]]:
    """Frame -> its rows; sentences on those that cannot be read go to `bad`."""
    out: dict[int, list[dict[str, Any]]] = {}
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            frame, row = _row(line)
        except ValueError as error:
            bad.append(f"{path.name} line {number}: {error}")
            continue
        out.setdefault(frame, []).append(row)
    return out


def _row(line: str) -> tuple[int, dict[str, Any]]:
    """Frame and object of a line. Raises ValueError."""
    fields = line.split(",")
    if len(fields) not in (_COLUMNS, _COLUMNS_2015):
        raise ValueError(f"{len(fields)} columns, wanted {_COLUMNS}, or {_COLUMNS_2015} as in MOT15")
    frame, track, left, top, width, height, confidence, *rest = (float(field) for field in fields)
    if not all(abs(v) < _BEYOND for v in (frame, track, left, top, width, height, confidence, *rest)):
        raise ValueError(f"numbers that are none, or beyond all measure: {line.strip()!r:.80}")
    of_2015 = len(fields) == _COLUMNS_2015
    class_id, visibility = (1.0, -1.0) if of_2015 else (rest[0], rest[1])
    for name, value in (("frame", frame), ("id", track), ("class", class_id)):
        if value != round(value):
            raise ValueError(f"{name} is {value}, wanted a whole number")
    row = {
        "instance_id": int(track),
        "category": MOT_CLASSES.get(int(class_id), f"class {int(class_id)}"),
        "class_id": int(class_id),
        # The top left pixel has the coordinates (1, 1).
        "box2d": (left - 1, top - 1, left - 1 + width, top - 1 + height),
        "confidence": confidence,
    }
    return int(frame), row if visibility == -1 else row | {"visibility": visibility}


def _images(folder: Path) -> dict[int, Path]:
    """Frame -> image."""
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return {int(f.stem): f for f in files if f.suffix.lower() in _SUFFIXES and f.stem.isdecimal()}
