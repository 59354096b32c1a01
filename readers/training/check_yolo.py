"""YOLO detection by supervision: every picture, class and box as filmed."""

from __future__ import annotations

import zlib
from pathlib import Path

import cv2
import numpy as np
import supervision as sv
from common import dataset, report
from seen import captures


def main() -> None:
    home = dataset() / "yolo"
    found = {}
    for split in ("train", "val", "test"):
        data = sv.DetectionDataset.from_yolo(
            str(home / "images" / split), str(home / "labels" / split), str(home / "data.yaml")
        )
        for path, _, detections in data:
            found[Path(path).stem] = (
                split,
                Path(path),
                [data.classes[i] for i in detections.class_id],
                detections,
            )
    boxes = 0
    for key, split, record, shown in captures():
        where, path, names, detections = found.pop(key)
        assert where == split, f"{key} is in {where}"
        assert zlib.crc32(cv2.imread(str(path))[..., ::-1].tobytes()) == record["rgb_crc32"], f"{key}: colors"
        assert names == [a["category"] for a in shown], f"{key}: {names}"
        expected = np.array([a["box2d_visible"] for a in shown]).reshape(-1, 4)
        assert np.allclose(detections.xyxy, expected, atol=1e-3), f"{key}: boxes"
        boxes += len(shown)
    assert not found, f"pictures that were not filmed: {sorted(found)}"
    assert boxes > 0, "nobody was filmed"
    report("yolo", "supervision", f"{boxes} boxes as filmed")


if __name__ == "__main__":
    main()
