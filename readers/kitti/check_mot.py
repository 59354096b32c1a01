"""MOTChallenge by TrackEval: ground truth against itself 100, less with ids exchanged."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import trackeval
from coco.tracked import Scores, most_often, scores
from common import dataset, facts, report

Rows = dict[str, list[list[str]]]
PERSON = "1"


def evaluate(home: Path, rows: Rows) -> Scores:
    """What TrackEval says of these rows as a tracker's."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        truth, results = Path(folder) / "gt", Path(folder) / "trackers" / "me" / "data"
        results.mkdir(parents=True)
        for name, lines in rows.items():
            shutil.copytree(home / name, truth / name, ignore=shutil.ignore_patterns("img1"))
            (results / f"{name}.txt").write_text(
                "".join(",".join([*line[:6], "1", "-1", "-1", "-1"]) + "\n" for line in lines)
            )
        config = {
            "GT_FOLDER": str(truth),
            "TRACKERS_FOLDER": str(results.parent.parent),
            "TRACKERS_TO_EVAL": ["me"],
            "SKIP_SPLIT_FOL": True,
            "SEQ_INFO": dict.fromkeys(rows),
            "PRINT_CONFIG": False,
        }
        return scores(trackeval.datasets.MotChallenge2DBox(config), "me")


def main() -> None:
    home = dataset() / "mot"
    rows: Rows = {}
    for name, sequence in facts()["sequences"].items():
        for camera in (sensor["camera"]["name"] for sensor in sequence["sensors"]):
            lines = (home / f"{name}-{camera}" / "gt" / "gt.txt").read_text().splitlines()
            people = [row for row in (line.split(",") for line in lines) if row[6:8] == ["1", PERSON]]
            if people:  # TrackEval has no score for a sequence without any
                rows[f"{name}-{camera}"] = people
    hota, mota, idf1, matched = evaluate(home, rows)["pedestrian"]
    assert np.allclose((hota, mota, idf1), 1), (hota, mota, idf1)
    assert matched == sum(map(len, rows.values())) > 0, matched
    names = sorted(rows)
    first, second = most_often((names.index(n), int(row[1])) for n in names for row in rows[n])
    other = {str(first): str(second), str(second): str(first)}
    worse = {
        name: [[row[0], other.get(row[1], row[1]) if int(row[0]) > 4 else row[1], *row[2:]] for row in lines]
        for name, lines in rows.items()
    }
    hota, _, idf1, _ = evaluate(home, worse)["pedestrian"]
    assert hota < 0.999, hota
    assert idf1 < 1, idf1
    report("mot", "trackeval", f"{matched} boxes, HOTA 100, {100 * hota:.1f} with ids exchanged")


if __name__ == "__main__":
    main()
