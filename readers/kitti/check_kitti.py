"""KITTI tracking by TrackEval: boxes as filmed; ground truth against itself 100, less with ids exchanged."""

from __future__ import annotations

import numpy as np
import trackeval
from common import dataset, facts, report
from numbered import evaluate, exchanged, sequences
from ridden import joined

SPLITS = {"training": ("train", "val"), "training_minus_val": ("train",), "val": ("val",)}
COUNTED = ("Car", "Van", "Truck", "Pedestrian", "Cyclist")
RIDERS = ("human.rider.bicyclist", "human.pedestrian.wheelchair")  # whose boxes hold what they ride


def main() -> None:
    known = facts()
    home = dataset() / "kitti" / "training"
    rows, splits, boxes = {}, {}, 0
    for number, split, captures, agents in sequences(known, "kitti"):
        lines = [line.split() for line in (home / "label_02" / f"{number}.txt").read_text().splitlines()]
        rows[number], splits[number] = [line for line in lines if line[2] in COUNTED], split
        for frame, capture in enumerate(captures):
            for folder in ("image_02", "depth", "flow_occ", "flow_noc"):
                assert (home / folder / number / f"{frame:06d}.png").is_file()
            seen = joined(capture["annotations"], agents, RIDERS)
            amodal = {a["instance_id"]: np.array(a["box2d_amodal"]) for a in seen}
            found = [line for line in rows[number] if int(line[0]) == frame]
            for line in found:
                box = np.clip(np.array(line[6:10], float) + 0.5, 0.5, None)
                expected = np.clip(amodal[int(line[1])], 0.5, [319.5, 179.5] * 2)
                assert np.allclose(box, expected, atol=1e-5), f"{number} {frame}: {line}"
            boxes += len(found)
    assert boxes > 0
    kind = trackeval.datasets.Kitti2DBox
    for name, members in SPLITS.items():
        own = {number: lines for number, lines in rows.items() if splits[number] in members}
        perfect = evaluate(kind, home, {n: [[*line, "1"] for line in v] for n, v in own.items()}, name)
        for word in ("car", "pedestrian"):
            hota, mota, idf1, matched = perfect[word]
            # TrackEval skips what is truncated or lower than 25 px; where it counts none, all scores are 0.
            assert np.allclose((hota, mota, idf1), matched > 0), f"{name}: {word} {perfect[word]}"
            assert matched > 0 or name == "val", f"{name}: no {word}"
    worse = {
        n: [[*line, "1"] for line in exchanged(v, lambda line: line[2] == "Car")] for n, v in rows.items()
    }
    hota, _, idf1, _ = evaluate(kind, home, worse, "training")["car"]
    assert hota < 0.999, hota
    assert idf1 < 1, idf1
    report("kitti", "trackeval", f"{boxes} boxes, HOTA 100, {100 * hota:.1f} with ids exchanged")


if __name__ == "__main__":
    main()
