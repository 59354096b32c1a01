"""Random damage to foreign files: refused with a message, or imported, audited and drawn; never a crash."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign_sets import coco_stills, kitti_objects, kitti_tracking, mot17

from sim.audit import check
from sim.errors import UsageError
from sim.importing import draw_imported, import_dataset, read
from sim.randomness import stream
from sim.writers.overlay import KINDS

VALUES = (
    *(None, -1, 0, 1, True, 0.5, 1e308, -1e308, 1e12, float("nan"), float("inf"), 10**30),
    *("", "x", "../x", "1", "\0", "\u00e9" * 300, [], {}, [1], [[1]], [1] * 4, ["a"] * 4, {"a": 1}),
)
WORDS = ("", "-1", "0", "nan", "inf", "1e400", "1e308", "x", "999999999999", "-0.5", "1 2", "\0", "\u00e9")
MAKE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "coco": ("coco", coco_stills),
    "kitti": ("kitti", kitti_tracking),
    "kitti-objects": ("kitti", kitti_objects),
    "mot": ("mot", mot17),
}


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths to everything in a JSON value but itself."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield (*here, key)
        yield from places(part, (*here, key))


def damage(root: Path, rng: np.random.Generator) -> None:
    """Replace one value of a JSON file, or a word of a text."""
    path = sorted(p for p in root.rglob("*") if p.suffix in (".json", ".txt", ".ini"))
    chosen = path[rng.integers(len(path))]
    if chosen.suffix == ".json":
        data = json.loads(chosen.read_text())
        every = list(places(data))
        place = every[rng.integers(len(every))]
        part = data
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = VALUES[rng.integers(len(VALUES))]
        chosen.write_text(json.dumps(data))
        return
    lines = chosen.read_text().splitlines()
    row = rng.integers(len(lines))
    separator = "," if "," in lines[row] else "=" if chosen.suffix == ".ini" else " "
    words = lines[row].split(separator)
    words[rng.integers(len(words))] = WORDS[rng.integers(len(WORDS))]
    lines[row] = separator.join(words)
    chosen.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("kind", MAKE)
def test_damage_is_refused_or_harmless(tmp_path: Path, kind: str) -> None:
    format_name, make = MAKE[kind]
    make(tmp_path / "sound")
    rng, imported, refused = stream(7, f"hostile/{kind}"), 0, 0
    for _ in range(16):
        source, out = tmp_path / "source", tmp_path / "out"
        for folder in (source, out):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "sound", source)
        damage(source, rng)
        try:
            import_dataset(format_name, source, out)
        except UsageError:
            refused += 1
            continue
        imported += 1
        check(out)
        for sequence in read(out):
            for frame in sequence:
                if frame.captures["camera"].size_px is not None:
                    draw_imported(frame, KINDS)
    assert min(imported, refused) > 0
