"""KITTI-MOTS by TrackEval: masks as filmed; ground truth against itself 100, less with ids exchanged."""

from __future__ import annotations

import cv2
import numpy as np
import trackeval
from coco.filmed import check_picture
from common import dataset, facts, report
from numbered import evaluate, exchanged, sequences
from pycocotools import mask as mask_tools

CLASSES = {"vehicle.car": 1, "human.pedestrian.adult": 2, "human.pedestrian.child": 2}
SPLITS = {"training": ("train", "val"), "val": ("val",)}


def main() -> None:
    known = facts()
    home = dataset() / "kitti-mots" / "training"
    rows, splits, masks = {}, {}, 0
    for number, split, captures, _ in sequences(known, "kitti-mots"):
        lines = [line.split() for line in (home / "instances_txt" / f"{number}.txt").read_text().splitlines()]
        rows[number], splits[number] = [line for line in lines if line[2] != "10"], split
        for frame, capture in enumerate(captures):
            check_picture(home / "image_02" / number / f"{frame:06d}.png", capture)
            path = home / "instances" / number / f"{frame:06d}.png"
            image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            expected = {
                CLASSES[a["category"]] * 1000 + a["instance_id"]: mask_tools.decode(a["mask_rle"]) > 0
                for a in capture["annotations"]
                if a["category"] in CLASSES and a["visible_px"] >= known["min_visible_px"]
            }
            own = {int(line[1]): line for line in lines if int(line[0]) == frame}
            assert own.keys() - {10000} == expected.keys(), f"{path}: other agents than filmed"
            for value, line in own.items():
                rle = {"size": [int(line[3]), int(line[4])], "counts": line[5].encode()}
                assert ((mask_tools.decode(rle) > 0) == (image == value)).all(), f"{path}: {value}"
                assert int(line[2]) == value // 1000
            for value, mask in expected.items():
                assert (mask == (image == value)).all(), f"{path}: {value}"
            assert set(np.unique(image).tolist()) - {0} == own.keys()
            masks += len(expected)
    kind = trackeval.datasets.KittiMOTS
    for name, members in SPLITS.items():
        perfect = evaluate(kind, home, {n: v for n, v in rows.items() if splits[n] in members}, name)
        for word in ("car", "pedestrian"):
            kind_id = {"car": "1", "pedestrian": "2"}[word]
            there = sum(line[2] == kind_id for n, v in rows.items() if splits[n] in members for line in v)
            assert np.allclose(perfect[word][:3], there > 0), f"{name}: {word} {perfect[word]}"
            assert perfect[word][3] == there, f"{name}: {word}"
            assert there > 0 or name == "val", f"{name}: no {word}"
    worse = {n: exchanged(v, lambda line: line[2] == "1") for n, v in rows.items()}
    hota, _, idf1, _ = evaluate(kind, home, worse, "training")["car"]
    assert hota < 0.999, hota
    assert idf1 < 1, idf1
    report("kitti-mots", "trackeval", f"{masks} masks, HOTA 100, {100 * hota:.1f} with ids exchanged")


if __name__ == "__main__":
    main()
