"""SCHEMA.md names every field that imported sequences have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import sim.dataset
from sim.importing import FORMATS, import_dataset

TEXT = (Path(sim.dataset.__file__).parent / "SCHEMA.md").read_text("utf-8")
SECTION = re.split(r"\n## ", TEXT.split("## Imported sequences\n", 1)[1])[0]


def named(title: str) -> set[str]:
    """Names in the first column of the table with this head."""
    rows = SECTION.split(f"| {title} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return {name.strip() for row in rows for name in row.split("|")[1].split(",")}


def lines_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]


def test_every_field_is_described(ours: Path, tmp_path: Path) -> None:
    sources: set[str] = set()
    own = set(lines_of(ours / "sequences/s4")[0]["annotations"][0])
    for name in FORMATS:
        import_dataset(name, ours / name, tmp_path / name)
        folder = next((tmp_path / name / "sequences").iterdir())
        description = json.loads((folder / "sequence.json").read_text())
        recorded = json.loads((ours / "sequences/s4/sequence.json").read_text())
        assert set(description) - set(recorded) == {"source"}
        assert set(description["agents"][0]) - set(recorded["agents"][0]) == {"word"}
        sources |= set(description["source"])
        lines = lines_of(folder)
        ignored = [f"ignored[].{key}" for line in lines for one in line["ignored"] for key in one]
        assert {key for line in lines for key in line} | set(ignored) <= named("field of a line")
        annotations = [one for line in lines for one in line["annotations"]]
        told = {key for one in annotations for key in one}
        assert told - own == named("field of an annotation")
        assert own <= told
        for word in {key for one in (*annotations, *lines) for key in one["foreign"]}:
            assert f"`{word}`" in SECTION
    assert sources == named("field of `source`")
