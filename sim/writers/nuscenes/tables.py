"""Shards of sequences in nuScenes' tables -> one JSON file for every table.

Source: the schema in nuscenes-devkit, ``docs/schema_nuscenes.md``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.dataset.manifest import write_atomically
from sim.dataset.png import png
from sim.dataset.splits import SPLITS, grouped
from sim.errors import UsageError
from sim.writers.coco_join import to_line
from sim.writers.nuscenes.places import MAP_CORNER_M
from sim.writers.nuscenes.words import token, word_tables

__all__ = ["PARTS", "VERSION", "join", "shards"]

VERSION = "v1.0-roadreel"
"""Folder of the tables; the devkit looks up our splits because the name is not one of nuScenes' own."""

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
    fixed = {
        **word_tables(),
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
    for name, count in Counter(names).items():
        if count > 1:
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
