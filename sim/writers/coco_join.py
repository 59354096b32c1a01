"""Shards of a COCO-like data set, one per sequence -> a JSON file for each split, in constant memory."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from sim.dataset.layout import SCHEMA_VERSION, complete_sequences
from sim.dataset.splits import grouped
from sim.taxonomy import CATEGORIES, Label
from sim.writers.joints import coco_category
from sim.writers.staging import move_into

__all__ = ["Parts", "Shard", "adopt", "coco_categories", "join", "to_line"]

Parts = Mapping[str, Mapping[str, str]]
"""Lists of a JSON file, in order -> keys of their records that are ids -> the list whose records they number.

Ids count from one in every shard; those of later shards go on where those of earlier ones ended.
"""

_SHARDS = "shards"


class Shard:
    """One sequence's records, a file of JSON lines for every list.

    Args:
        folder: where the files are made; it exists.
        parts: of the format.
    """

    def __init__(self, folder: Path, parts: Parts) -> None:
        self._files: dict[str, TextIO] = {
            part: (folder / f"{part}.jsonl").open("w", encoding="ascii", newline="\n") for part in parts
        }

    def write(self, part: str, record: Mapping[str, Any]) -> None:
        """Append a record. Raises ValueError if a number is not finite."""
        self._files[part].write(to_line(record) + "\n")

    def close(self) -> None:
        """Close the files; calling it again does nothing."""
        for file in self._files.values():
            file.close()


def to_line(record: Any) -> str:
    """JSON without blanks, in one line. Raises ValueError if a number is not finite."""
    return json.dumps(record, separators=(",", ":"), allow_nan=False)


def adopt(home: Path, name: str, staged: Path, parts: Parts) -> None:
    """Move a sequence's shard to ``shards/<name>`` of a data set and delete what is left of its folder.

    Raises:
        UsageError: the data set has a shard of this name.
    """
    for part in parts:
        move_into(staged / f"{part}.jsonl", home / _SHARDS / name)
    shutil.rmtree(staged)


def join(
    root: Path,
    home: Path,
    parts: Parts,
    categories: Sequence[Mapping[str, Any]],
    targets: Mapping[str | None, str],
) -> None:
    """Write one JSON file for every split from all shards adopted so far, but those of deleted sequences.

    Args:
        root: of the data set.
        home: folder of the format in it.
        parts: of the format.
        categories: its list of categories.
        targets: split, None where none was asked for -> path of its file below `home`.
    """
    names = [name for name in complete_sequences(root) if (home / _SHARDS / name).is_dir()]
    groups: dict[str, list[Path]] = {}
    for split, members in grouped(root, names).items():
        groups.setdefault(targets[split], []).extend(home / _SHARDS / name for name in members)
    for target, shards in groups.items():
        _join(sorted(shards), home / target, parts, categories)


def _join(
    shards: Sequence[Path], target: Path, parts: Parts, categories: Sequence[Mapping[str, Any]]
) -> None:
    first = dict.fromkeys(parts, 0)
    offsets = []
    for shard in shards:
        offsets.append(dict(first))
        for part in parts:
            first[part] += sum(1 for _ in _lines(shard, part))
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".new")
    with temporary.open("w", encoding="ascii", newline="\n") as file:
        header = {"description": "Made by roadreel", "version": str(SCHEMA_VERSION)}
        file.write(
            f'{{"info": {json.dumps(header)},\n"licenses": [],\n"categories": {json.dumps(categories)}'
        )
        for part, ids in parts.items():
            file.write(f',\n"{part}": [')
            comma = ""
            for shard, offset in zip(shards, offsets, strict=True):
                for line in _lines(shard, part):
                    record = json.loads(line)
                    for key, owner in ids.items():
                        record[key] += offset[owner]
                    file.write(f"{comma}\n{to_line(record)}")
                    comma = ","
            file.write("\n]")
        file.write("\n}\n")
    temporary.replace(target)


def coco_categories(keypoints: bool = True) -> list[dict[str, Any]]:
    """COCO's categories that our taxonomy maps to, with the dotted names they stand for.

    Args:
        keypoints: say which joints people have.
    """
    entries: dict[Label, dict[str, Any]] = {}
    for c in CATEGORIES.values():
        word = c.label("coco")
        if word is None:
            continue
        entry: dict[str, Any] = {
            "id": word.id,
            "name": word.name,
            "supercategory": "vehicle" if c.is_vehicle else "person" if c.is_person else "animal",
            "roadreel_categories": [],
            **(coco_category() if keypoints and c.is_person else {}),
        }
        entries.setdefault(word, entry)["roadreel_categories"].append(c.name)
    return sorted(entries.values(), key=lambda entry: entry["id"])


def _lines(shard: Path, part: str) -> Iterator[str]:
    with (shard / f"{part}.jsonl").open(encoding="ascii") as file:
        yield from file
