"""MOTChallenge by motmetrics: rows as filmed; ground truth against itself, then with two tracks exchanged."""

from __future__ import annotations

import itertools

import motmetrics
import numpy as np
import pandas as pd
from common import dataset, facts, report

CLASS_OF = {"human.pedestrian.adult": 1, "human.pedestrian.child": 1}


def summary(truth: pd.DataFrame, tracks: pd.DataFrame) -> pd.Series:
    found = motmetrics.utils.compare_to_groundtruth(truth, tracks, "iou", distth=0.5)
    metrics = ["mota", "idf1", "num_switches", "num_objects"]
    return motmetrics.metrics.create().compute(found, metrics=metrics).iloc[0]


def exchanged(people: pd.DataFrame) -> pd.DataFrame | None:
    """Two long tracks swap their ids in the second half of the time; None if no two lie side by side."""
    rows = people.reset_index()
    late = rows["FrameId"] > rows["FrameId"].median()
    counts = rows[~late].groupby("Id").size().sort_values(ascending=False, kind="stable")
    pairs = itertools.combinations(counts.index, 2)
    pair = next((pair for pair in pairs if side_by_side(rows[late], *pair)), None)
    if pair is None:
        return None
    first, second = pair
    rows["Id"] = np.where(
        late & (rows["Id"] == first), second, np.where(late & (rows["Id"] == second), first, rows["Id"])
    )
    return rows.set_index(["FrameId", "Id"]).sort_index()


def side_by_side(rows: pd.DataFrame, first: int, second: int) -> bool:
    """Whether two tracks have common frames and their boxes overlap in none, so that an exchange shows."""
    one, other = (rows[rows["Id"] == i].set_index("FrameId") for i in (first, second))
    both = one.join(other, how="inner", lsuffix="1", rsuffix="2")
    apart = (both["X1"] + both["Width1"] < both["X2"]) | (both["X2"] + both["Width2"] < both["X1"])
    return len(both) > 0 and bool(apart.all())


def main() -> None:
    known = facts()
    boxes = switches = 0
    for name, sequence in known["sequences"].items():
        for camera in (sensor["camera"]["name"] for sensor in sequence["sensors"]):
            path = dataset() / "mot" / f"{name}-{camera}" / "gt" / "gt.txt"
            rows = motmetrics.io.loadtxt(path, fmt="mot16", min_confidence=-1)
            captures = [c for c in sequence["captures"] if c["sensor"] == camera]
            expected = {
                (number, a["instance_id"]): (
                    *a["box2d_amodal"],
                    a["visible_px"] >= known["min_visible_px"],
                )
                for number, capture in enumerate(captures, 1)
                for a in capture["annotations"]
                if CLASS_OF.get(a["category"]) == 1
            }
            people = rows[rows["ClassId"] == 1]
            assert set(people.index) == set(expected), f"{path}: other rows than were filmed"
            for key, row in people.iterrows():
                x0, y0, x1, y1, shown = expected[key]
                # motmetrics counts pixels from zero once it has read them.
                read = row[["X", "Y", "Width", "Height"]].to_numpy(float)
                assert np.allclose(read, (x0, y0, x1 - x0, y1 - y0), atol=1e-5), f"{path}: box of {key}"
                assert row["Confidence"] == shown, f"{path}: confidence of {key}"
            people = people[people["Confidence"] == 1]
            if people.empty:
                continue
            perfect = summary(people, people)
            assert (perfect["mota"], perfect["idf1"], perfect["num_switches"]) == (1, 1, 0), perfect
            assert perfect["num_objects"] == len(people)
            boxes += len(people)
            wrong = exchanged(people)
            if wrong is not None:
                swapped = summary(people, wrong)
                assert swapped["num_switches"] > 0, f"{path}: {swapped}"
                assert swapped["mota"] < 1
                switches += int(swapped["num_switches"])
    assert boxes > 0, "nobody was filmed"
    assert switches > 0, "no tracks to exchange"
    report("mot", "motmetrics", f"{boxes} boxes, MOTA 100, IDF1 100; {switches} switches when exchanged")


if __name__ == "__main__":
    main()
