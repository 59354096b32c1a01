"""A KITTI folder, ours or another's -> views of every frame, with what its label files say.

The tracking benchmark has a file of labels per sequence (``label_02/0000.txt``), the object benchmark one
per image (``label_2/000000.txt``); ``calib`` and ``image_02`` or ``image_2`` lie beside. An object's fields:

| field | from |
|---|---|
| instance_id, category | columns `track_id` (the row's place in the object benchmark) and `type` |
| box2d | `bbox`: left, top, right, bottom as they are, centers of pixels at whole numbers |
| truncated, occluded, alpha, rotation_y | as they are |
| size_hwl_m, bottom_m | dimensions; location of the bottom's center in the camera |
| box3d | ``size_lwh_m`` alone, for the tracks |

`DontCare` rows are no objects: `View.extra["dont_care"]` counts them, `dont_care_boxes` has their boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.audit.pictures import Pictures
from sim.audit.view import View
from sim.errors import UsageError

__all__ = ["KittiSequence", "kitti_sequences"]

_BEYOND = 1e12
_COLUMNS = 15  # of the object benchmark; tracking has frame and track id before them
_DONT_CARE = "DontCare"
_SIZE_TOLERANCE_M = 0.011  # dimensions are written with two digits
_SUFFIXES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class _Layout:
    """Names of folders."""

    labels: str
    images: str
    is_tracking: bool


_LAYOUTS = (_Layout("label_02", "image_02", True), _Layout("label_2", "image_2", False))


def kitti_sequences(root: Path) -> list[Callable[[], KittiSequence]]:
    """What opens the sequences of a KITTI folder; all images are one in the object benchmark."""
    for home in (root, root / "training", root / "kitti" / "training"):
        for layout in _LAYOUTS:
            files = sorted((home / layout.labels).glob("*.txt"))
            if files and layout.is_tracking:
                return [partial(KittiSequence, home, layout, file.stem, [file]) for file in files]
            if files:
                return [partial(KittiSequence, home, layout, home.name, files)]
    return []


class KittiSequence:
    """One sequence of the tracking benchmark, or all images of the object benchmark.

    Attributes:
        name: of the label file without its suffix.
        home: folder of the folders.
        is_tracking: whether it is of the tracking benchmark.
        extra: ``calib``: file -> its lines, name -> numbers; ``bad_rows``: sentences on rows that are no
            labels; ``has_images``: None if there is no folder of images; ``size_tolerance_m``.
        frames: number of frames.
    """

    def __init__(self, home: Path, layout: _Layout, name: str, files: list[Path]) -> None:
        self.name, self.home, self.is_tracking = name, home, layout.is_tracking
        self._layout = layout
        self._bad: list[str] = []
        self._rows = _rows(files, layout, self._bad)
        self._images = _images(home / layout.images, name, layout)
        stems = [file.stem for file in files]
        self._calib = {stem: _calibration(home / "calib" / f"{stem}.txt") for stem in stems}
        self._stems = {int(stem): stem for stem in stems if stem.isdigit()}
        self.extra: Mapping[str, Any] = {
            "calib": self._calib,
            "bad_rows": self._bad,
            "has_images": bool(self._images) or None,
            "size_tolerance_m": _SIZE_TOLERANCE_M,
        }
        self._numbers = sorted(set(self._rows) | set(self._images))
        self.frames = len(self._numbers)

    def views(self) -> Iterator[list[View]]:
        """One view per frame."""
        for number in self._numbers:
            stem = self.name if self._layout.is_tracking else self._stems.get(number, "")
            lines = self._calib.get(stem) or {}
            rows = self._rows.get(number, [])
            picture = self._images.get(number)
            yield [
                View(
                    sequence=self.name,
                    frame=number,
                    sensor=self._layout.images,
                    tick=number,
                    timestamp_ns=number,
                    lens=None,
                    world_from_camera=None,
                    near_m=0.0,
                    images={} if picture is None else Pictures({"rgb": picture}),
                    objects=[row for row in rows if row["category"] != _DONT_CARE],
                    extra={
                        "projection": _projection(lines),
                        "has_tracks": self._layout.is_tracking or None,
                        "has_images": bool(self._images) or None,
                        "dont_care": sum(row["category"] == _DONT_CARE for row in rows),
                        "dont_care_boxes": [row["box2d"] for row in rows if row["category"] == _DONT_CARE],
                        "picture": picture,
                    },
                )
            ]


def _rows(files: list[Path], layout: _Layout, bad: list[str]) -> dict[int, list[dict[str, Any]]]:
    """Frame -> its rows; sentences on those that cannot be read go to `bad`."""
    out: dict[int, list[dict[str, Any]]] = {}
    for file in files:
        if not layout.is_tracking:
            out[int(file.stem)] = []
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1):
            if not line.strip():
                continue
            try:
                fields = line.split()
                if not layout.is_tracking:
                    fields = [file.stem, str(number), *fields]
                frame, row = _row(fields)
                out.setdefault(frame, []).append(row)
            except ValueError as error:
                bad.append(f"{file.name} line {number}: {error}")
    return out


def _row(fields: list[str]) -> tuple[int, dict[str, Any]]:
    """Frame and object of the columns of a line. Raises ValueError."""
    if len(fields) not in (2 + _COLUMNS, 3 + _COLUMNS):
        raise ValueError(f"{len(fields)} columns, wanted {2 + _COLUMNS}, or one more with a score")
    truncated, occluded, alpha, *numbers = (float(v) for v in fields[3 : 2 + _COLUMNS])
    if not all(abs(v) < _BEYOND for v in (truncated, occluded, alpha, *numbers)):
        raise ValueError("numbers that are none, or beyond all measure")
    height, width, length = numbers[4:7]
    return int(fields[0]), {
        "instance_id": int(fields[1]),
        "category": fields[2],
        "truncated": truncated,
        "occluded": occluded,
        "alpha": alpha,
        "box2d": tuple(numbers[:4]),
        "size_hwl_m": (height, width, length),
        "bottom_m": tuple(numbers[7:10]),
        "rotation_y": numbers[10],
        "box3d": {"size_lwh_m": (length, width, height)},
    }


def _images(folder: Path, name: str, layout: _Layout) -> dict[int, Path]:
    """Frame -> image."""
    if layout.is_tracking:
        folder = folder / name
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return {int(f.stem): f for f in files if f.suffix in _SUFFIXES and f.stem.isdigit()}


def _calibration(path: Path) -> dict[str, list[float]] | None:
    """Lines of a calibration file; None if there is no file. Raises UsageError."""
    if not path.is_file():
        return None
    out = {}
    for line in path.read_text("utf-8", errors="replace").splitlines():
        name, *values = line.replace(":", " ").split() or [""]
        try:
            if name:
                out[name] = [float(value) for value in values]
        except ValueError:
            raise UsageError(f"{path}: {name}: {' '.join(values)!r} are no numbers") from None
    return out


def _projection(lines: Mapping[str, list[float]]) -> NDArray[np.float64] | None:
    """(3, 4) P2, which takes points of the rectified camera to pixels whose centers lie at whole numbers."""
    numbers = lines.get("P2", [])
    return np.reshape(numbers, (3, 4)) if len(numbers) == 12 else None
