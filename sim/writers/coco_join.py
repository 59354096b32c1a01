"""Shards of a COCO data set, one per sequence -> one JSON file, line by line: memory does not grow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.dataset.layout import SCHEMA_VERSION
from sim.taxonomy import CATEGORIES, Label
from sim.writers.joints import coco_category

__all__ = ["PARTS", "join"]

PARTS = ("videos", "images", "annotations")
"""Lists of a COCO file, each a file of its own in a shard."""


def join(home: Path) -> None:
    """Write ``annotations/instances.json``; ids of later shards go on where those of earlier ones ended.

    Args:
        home: folder of the COCO data set; its shards lie in ``shards/<sequence>/<part>.jsonl``.
    """
    shards = sorted(path for path in (home / "shards").iterdir() if path.is_dir())
    first = {"videos": 0, "images": 0, "annotations": 0}
    offsets = []
    for shard in shards:
        offsets.append(dict(first))
        for part in PARTS:
            first[part] += sum(1 for _ in _lines(shard / f"{part}.jsonl"))
    target = home / "annotations" / "instances.json"
    target.parent.mkdir(exist_ok=True)
    temporary = target.with_suffix(".new")
    links = {"video_id": "videos", "image_id": "images"}
    with temporary.open("w", encoding="ascii", newline="\n") as file:
        header = {"description": "Made by roadreel", "version": str(SCHEMA_VERSION)}
        file.write(
            f'{{"info": {json.dumps(header)},\n"licenses": [],\n"categories": {json.dumps(_categories())}'
        )
        for part in PARTS:
            file.write(f',\n"{part}": [')
            comma = ""
            for shard, offset in zip(shards, offsets, strict=True):
                for record in _lines(shard / f"{part}.jsonl"):
                    record["id"] += offset[part]
                    for key, owner in links.items():
                        if key in record:
                            record[key] += offset[owner]
                    file.write(f"{comma}\n{json.dumps(record, separators=(',', ':'))}")
                    comma = ","
            file.write("\n]")
        file.write("\n}\n")
    temporary.replace(target)


def _categories() -> list[dict[str, Any]]:
    """COCO's categories that our taxonomy maps to, with the dotted names they stand for."""
    entries: dict[Label, dict[str, Any]] = {}
    for c in CATEGORIES.values():
        word = c.label("coco")
        if word is None:
            continue
        entry: dict[str, Any] = {
            "id": word.id,
            "name": word.name,
            "supercategory": "vehicle" if c.is_vehicle else "person",
            "roadreel_categories": [],
            **({} if c.is_vehicle else coco_category()),
        }
        entries.setdefault(word, entry)["roadreel_categories"].append(c.name)
    return sorted(entries.values(), key=lambda entry: entry["id"])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="ascii") as file:
        for line in file:
            yield json.loads(line)
