"""A dataset in the native format -> views of every sequence in order, read as SCHEMA.md describes the files.

What stands in `View.extra` beside the fields of a line of ``labels.jsonl``:

| key | value |
|---|---|
| agents | records of the agents in sequence.json, in the order of instance ids |
| camera | description of the camera in sequence.json |
| state | column of states.parquet -> its list at this tick, array (N,) |
| tick_hz | ticks a second |
| exact_depth | True; absent where depth is stored in steps of 1/256 m, too coarse for some checks |
| recorded | names of the channels the line lists |
| world_from_carrier | (4, 4) float64; absent for a fixed camera |
| unoccluded_px | list by instance id from 1; absent if it was not measured |
| is_first, is_last | whether the camera has no frame before, or after, this one |
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.audit.pictures import CHANNELS, VIDEO_SUFFIX, Pictures, suffix_of
from sim.audit.states import States
from sim.audit.view import Lens, View
from sim.errors import UsageError

__all__ = ["LABELS", "MANIFEST", "SEQUENCES", "NativeSequence", "lens_of", "pose_of", "read_json"]

MANIFEST = "manifest.json"
SEQUENCES = "sequences"
LABELS = "labels.jsonl"

_WIDEST_PX = 8192
_NS_PER_MS = 1_000_000

_BROKEN = (KeyError, TypeError, AttributeError, ValueError, IndexError)

_COEFFICIENTS: dict[str, tuple[str, ...]] = {
    "pinhole": (),
    "brown_conrady": ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6"),
    "kannala_brandt": ("k1", "k2", "k3", "k4"),
}


class NativeSequence:
    """One sequence.

    Args:
        root: folder of the dataset.
        name: of the sequence.

    Attributes:
        name: of the sequence.
        extra: contents of sequence.json.
        frames: number of frames.

    Raises:
        UsageError: a file is missing or broken; the message names it.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self._folder = root / SEQUENCES / name
        self.extra: Mapping[str, Any] = read_json(self._folder / "sequence.json")
        try:
            self._encodings: Mapping[str, Any] = self.extra.get("encodings", {})
            self._cameras = {_folder(s["camera"]["name"]): s["camera"] for s in self.extra["sensors"]}
            self._lenses = {s["camera"]["name"]: lens_of(s["intrinsics"]) for s in self.extra["sensors"]}
            self._lines = self._index()
        except _BROKEN as error:
            raise UsageError(f"{self._folder}: broken: {error!r}") from error
        self.frames = len({frame for frame, _ in self._lines})

    def views(self) -> Iterator[list[View]]:
        """All captures, those of one frame together. Raises UsageError as the class does."""
        states = States(self._folder / "states.parquet", int(self.extra["first_tick"]))
        lines = self._lines
        seen: dict[str, int] = {}
        last = {sensor: place for place, (_, sensor) in enumerate(lines)}
        group: list[View] = []
        with (self._folder / LABELS).open("rb") as file:
            for place, line in enumerate(file):
                frame, sensor = lines[place]
                if group and group[0].frame != frame:
                    yield group
                    group = []
                ends = {"is_first": sensor not in seen, "is_last": last[sensor] == place}
                seen[sensor] = place
                try:
                    group.append(self._view(json.loads(line), states, ends))
                except _BROKEN as error:
                    where = f"{self._folder / LABELS} line {place + 1}"
                    raise UsageError(f"{where} is broken: {error!r}") from error
        if group:
            yield group

    def _index(self) -> list[tuple[int, str]]:
        """Frame and camera of every line."""
        path = self._folder / LABELS
        _require_file(path)
        _require_file(self._folder / "states.parquet")
        try:
            with path.open("rb") as file:
                records = (json.loads(line) for line in file)
                return [(int(record["frame"]), str(record["sensor"])) for record in records]
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from error

    def _view(self, record: dict[str, Any], states: States, ends: Mapping[str, bool]) -> View:
        sensor, frame = record["sensor"], record["frame"]
        extra = {
            "agents": self.extra["agents"],
            "camera": self._cameras[sensor],
            "tick_hz": self.extra["tick_hz"],
            "recorded": record["channels"],
            "state": states.at(record["tick"]),
            "unoccluded_px": record["unoccluded_px"],
            "exposure": record.get("exposure"),
            **ends,
        }
        if self._encodings.get("depth", {}).get("type") != "png16":
            extra["exact_depth"] = True
        if record["world_from_carrier"] is not None:
            extra["world_from_carrier"] = pose_of(record["world_from_carrier"])
        files = {
            channel: self._file(sensor, channel, frame)
            for channel in record["channels"]
            if channel in CHANNELS
        }
        return View(
            sequence=self.name,
            frame=frame,
            sensor=sensor,
            tick=record["tick"],
            timestamp_ns=record["timestamp_ns"],
            lens=self._lenses[sensor],
            world_from_camera=pose_of(record["world_from_camera"]),
            near_m=float(self._cameras[sensor]["near_m"]),
            images=Pictures(files, record["timestamp_ns"] // _NS_PER_MS),
            objects=record["annotations"] or (),
            extra=extra,
        )

    def _file(self, sensor: str, channel: str, frame: int) -> Path:
        """Where the image of a channel is: a file of its own, or the video of its camera."""
        suffix = suffix_of(channel, self._encodings)
        if suffix == VIDEO_SUFFIX:
            return self._folder / sensor / f"{channel}{suffix}"
        return self._folder / sensor / channel / f"{frame:06d}{suffix}"


def _folder(name: str) -> str:
    """The name of a camera. Raises ValueError if it leads out of the folder of its sequence."""
    if not name or not all(c.isalnum() or c in "_-" for c in name):
        raise ValueError(f"camera name {name!r:.80}, wanted letters, digits, '_' and '-'")
    return name


def lens_of(data: Mapping[str, Any]) -> Lens:
    """The lens of ``intrinsics``. Raises UsageError, KeyError, TypeError or ValueError if they are broken."""
    distortion: Mapping[str, Any] = data.get("distortion") or {"model": "pinhole"}
    model = distortion["model"]
    if model not in _COEFFICIENTS:
        raise UsageError(f"sequence.json: lens model {model!r}, known: {', '.join(sorted(_COEFFICIENTS))}")
    width, height = int(data["width_px"]), int(data["height_px"])
    if not (0 < width <= _WIDEST_PX and 0 < height <= _WIDEST_PX):
        raise ValueError(f"images of {width} x {height} pixels, wanted 1 to {_WIDEST_PX}")
    fx, fy, cx, cy = (float(data[name]) for name in ("fx_px", "fy_px", "cx_px", "cy_px"))
    coefficients = tuple(float(distortion[name]) for name in _COEFFICIENTS[model])
    limit = float(distortion.get("limit", "inf"))
    return Lens(width, height, fx, fy, cx, cy, model, coefficients, limit)


def pose_of(rows: list[list[float]]) -> NDArray[np.float64]:
    """(4, 4) of the three rows [r r r t]. Raises ValueError if they are not three by four."""
    matrix = np.array(rows, np.float64)
    if matrix.shape != (3, 4):
        raise ValueError(f"a pose has 3 rows of 4 numbers, not {matrix.shape}")
    return np.concatenate([matrix, [[0.0, 0.0, 0.0, 1.0]]])


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises UsageError if it is missing or no JSON."""
    _require_file(path)
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path} is broken: {error}") from error


def _require_file(path: Path) -> None:
    """Raises UsageError for a pipe or a device, which could be read for ever."""
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: cannot be read: is no regular file")
