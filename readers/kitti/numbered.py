"""What was filmed, by KITTI's numbers; what TrackEval says of a tracker: for the checks beside it."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from coco.tracked import Scores, scores
from common import dataset

__all__ = ["evaluate", "exchanged", "sequences"]

Rows = Mapping[str, list[list[str]]]
"""Number of a sequence -> lines of a tracker's file, split at blanks."""


def sequences(
    known: dict[str, Any], home: str
) -> Iterator[tuple[str, str, list[dict[str, Any]], list[dict[str, Any]]]]:
    """Number, split, captures and agents of every numbered sequence; all that were filmed are among them."""
    left = {(n, s["camera"]["name"]) for n, found in known["sequences"].items() for s in found["sensors"]}
    for line in (dataset() / home / "sequences.txt").read_text().splitlines():
        number, name, camera, frames = line.split()
        left.remove((name, camera))
        sequence = known["sequences"][name]
        found = [c for c in sequence["captures"] if c["sensor"] == camera]
        assert len(found) == int(frames), line
        yield number, sequence["split"], found, sequence["agents"]
    assert not left, f"{home}: {left} are missing"


def exchanged(lines: list[list[str]], concerns: Callable[[list[str]], bool]) -> list[list[str]]:
    """Lines of a sequence of which those that are concerned hand their ids round in the second half."""
    ids = sorted({line[1] for line in lines if concerns(line)})
    after = dict(zip(ids, [*ids[1:], *ids[:1]], strict=True))
    middle = np.median([int(line[0]) for line in lines]) if lines else 0
    return [
        [line[0], after[line[1]] if concerns(line) and int(line[0]) > middle else line[1], *line[2:]]
        for line in lines
    ]


def evaluate(kind: Callable[[dict[str, Any]], Any], truth: Path, rows: Rows, split: str) -> Scores:
    """What TrackEval says of these rows as a tracker's."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "me" / "data"
        results.mkdir(parents=True)
        for number, lines in rows.items():
            (results / f"{number}.txt").write_text("".join(" ".join(line) + "\n" for line in lines))
        config = {
            "GT_FOLDER": str(truth),
            "TRACKERS_FOLDER": folder,
            "TRACKERS_TO_EVAL": ["me"],
            "SPLIT_TO_EVAL": split,
            "PRINT_CONFIG": False,
        }
        with contextlib.redirect_stdout(sys.stderr):
            return scores(kind(config), "me")
