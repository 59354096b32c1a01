"""nuScenes' words, tokens and tables: shards of sequences -> one JSON file for every table.

Source: the schema in nuscenes-devkit, ``docs/schema_nuscenes.md``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.dataset.manifest import write_atomically
from sim.dataset.png import png
from sim.dataset.splits import SPLITS, grouped
from sim.errors import UsageError
from sim.frame import Annotation
from sim.taxonomy import CATEGORIES
from sim.writers.coco_join import to_line

__all__ = ["MAP_CORNER_M", "PARTS", "VERSION", "Chain", "attribute", "join", "shards", "token", "visibility"]

VERSION = "v1.0-roadreel"
"""Folder of the tables; the devkit looks up our splits because the name is not one of nuScenes' own."""

MAP_CORNER_M = 300.0
"""The map's south-west corner, where nuScenes' coordinates begin, lies so far from our origin."""

PARTS: Mapping[str, Mapping[str, str]] = {
    name: {}
    for name in (
        "calibrated_sensor",
        "ego_pose",
        "instance",
        "log",
        "sample",
        "sample_annotation",
        "sample_data",
        "scene",
        "sensor",
    )
}
"""Tables that grow with the sequences."""

_PIXELS_PER_M = 10
_ATTRIBUTES = {
    "vehicle.moving": "Vehicle is moving.",
    "vehicle.stopped": "Vehicle, with a driver in it, is standing still.",
    "vehicle.parked": "Vehicle stands and nobody drives it.",
    "cycle.with_rider": "There is a rider on the bicycle or motorcycle.",
    "cycle.without_rider": "There is no rider on the bicycle or motorcycle.",
    "pedestrian.sitting_lying_down": "The person sits or lies down.",
    "pedestrian.standing": "The person stands.",
    "pedestrian.moving": "The person moves.",
}
_VISIBILITY = {"1": ("v0-40", 0.0), "2": ("v40-60", 0.4), "3": ("v60-80", 0.6), "4": ("v80-100", 0.8)}
_CYCLES = ("vehicle.bicycle", "vehicle.motorcycle")


class Chain:
    """Records of one table in the order of time, each linked to those before and after it, then handed on.

    Args:
        write: takes finished records.

    Attributes:
        count: how many there were.
        first, last: tokens, "" if there were none.
    """

    def __init__(self, write: Callable[[Mapping[str, Any]], None]) -> None:
        self._write = write
        self._waiting: dict[str, Any] | None = None
        self.count, self.first, self.last = 0, "", ""

    def add(self, record: Mapping[str, Any]) -> None:
        """Append a record without ``prev`` and ``next``."""
        own = str(record["token"])
        self._hand_on(own)
        self._waiting = {**record, "prev": self.last}
        self.count += 1
        self.first, self.last = self.first or own, own

    def end(self) -> None:
        """Nothing follows the last one."""
        self._hand_on("")
        self._waiting = None

    def _hand_on(self, following: str) -> None:
        if self._waiting is not None:
            self._write({**self._waiting, "next": following})


def token(*parts: object) -> str:
    """32 hexadecimal digits that belong to these words alone."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def attribute(a: Annotation, is_ridden: bool) -> str:
    """Name of the one attribute of an agent.

    Args:
        a: the agent.
        is_ridden: whether somebody rides it.
    """
    if a.category in _CYCLES:
        return "cycle.with_rider" if is_ridden else "cycle.without_rider"
    if CATEGORIES[a.category].is_vehicle:
        return f"vehicle.{a.activity}"
    return "pedestrian.standing" if a.activity == "standing" else "pedestrian.moving"


def visibility(share: float | None) -> str:
    """Token of the level of a visible share, 0..1; "" if it was not measured."""
    return "" if share is None else [key for key, (_, least) in _VISIBILITY.items() if share >= least][-1]


def shards(home: Path) -> Path:
    """Folder in which each sequence has one with its part of the tables."""
    return home / "shards"


def join(root: Path, home: Path) -> None:
    """Write all tables, the splits and the map from the shards that are there.

    Args:
        root: of the data set.
        home: folder of the format in it.

    Raises:
        UsageError: two scenes have one name.
    """
    names = sorted(path.name for path in shards(home).iterdir() if path.is_dir())
    tables = home / VERSION
    tables.mkdir(exist_ok=True)
    for table in PARTS:
        # Cars of many sequences have sensors of one name: one record.
        lines = _lines(home, names, table)
        _write(tables / f"{table}.json", dict.fromkeys(lines) if table == "sensor" else lines)
    words = {label.name: None for c in CATEGORIES.values() if (label := c.label("nuscenes")) is not None}
    fixed = {
        "category": [{"token": token("category", w), "name": w, "description": ""} for w in words],
        "attribute": [
            {"token": token("attribute", name), "name": name, "description": text}
            for name, text in _ATTRIBUTES.items()
        ],
        "visibility": [
            {"token": key, "level": level, "description": f"share of the pixels that is seen: {level}"}
            for key, (level, _) in _VISIBILITY.items()
        ],
        "map": [_map(home, [json.loads(line)["token"] for line in _lines(home, names, "log")])],
    }
    for table, records in fixed.items():
        _write(tables / f"{table}.json", map(to_line, records))
    splits: dict[str, list[str]] = {f"roadreel_{split}": [] for split in SPLITS}
    for split, members in grouped(root, names).items():
        scenes = [json.loads(line)["name"] for line in _lines(home, members, "scene")]
        splits[f"roadreel_{split or SPLITS[0]}"] += scenes
    _check_names([name for scenes in splits.values() for name in scenes])
    write_atomically(tables / "splits.json", json.dumps(splits, indent=1) + "\n")


def _map(home: Path, logs: list[str]) -> dict[str, Any]:
    """The record of the one map, on which no ground is marked; the devkit draws nothing without one."""
    own = token("map")
    path = home / "maps" / f"{own}.png"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        side_px = round(2 * MAP_CORNER_M * _PIXELS_PER_M)
        temporary = path.with_suffix(".new")
        temporary.write_bytes(png(np.zeros((side_px, side_px), np.uint8)))
        temporary.replace(path)
    return {
        "token": own,
        "category": "semantic_prior",
        "filename": f"maps/{path.name}",
        "log_tokens": logs,
    }


def _check_names(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                f"nuscenes: two scenes are called {name!r}; rename a sequence, or the camera or its carrier"
            )


def _lines(home: Path, names: Iterable[str], table: str) -> Iterator[str]:
    for name in names:
        with (shards(home) / name / f"{table}.jsonl").open(encoding="ascii") as file:
            yield from (line.rstrip("\n") for line in file)


def _write(path: Path, lines: Iterable[str]) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="ascii", newline="\n") as file:
        comma = "[\n"
        for line in lines:
            file.write(f"{comma}{line}")
            comma = ",\n"
        file.write("[]\n" if comma == "[\n" else "\n]\n")
    temporary.replace(path)
