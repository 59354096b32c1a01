"""YOLO segmentation by supervision: classes and masks as filmed, but for pixels below lines between parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import supervision as sv
from common import dataset, report
from seen import captures, mask_of


def main() -> None:
    home = dataset() / "yolo-segment"
    found = {}
    for split in ("train", "val", "test"):
        data = sv.DetectionDataset.from_yolo(
            str(home / "images" / split),
            str(home / "labels" / split),
            str(home / "data.yaml"),
            force_masks=True,
        )
        for path, _, detections in data:
            found[Path(path).stem] = (split, [data.classes[i] for i in detections.class_id], detections)
    overlaps = []
    for key, split, _, shown in captures():
        where, names, detections = found.pop(key)
        assert where == split, f"{key} is in {where}"
        assert names == [a["category"] for a in shown], f"{key}: {names}"
        for number, annotation in enumerate(shown):
            mask, filled = mask_of(annotation["mask_rle"]), detections.mask[number]
            assert (filled >= mask).all(), f"{key}: pixels of {annotation['name']} are missing"
            overlaps.append(mask.sum() / filled.sum())
    assert not found, f"pictures that were not filmed: {sorted(found)}"
    exact, mean = np.mean(np.array(overlaps) == 1), np.mean(overlaps)
    assert mean > 0.98, f"mean IoU {mean}"
    report(
        "yolo-segment",
        "supervision",
        f"{len(overlaps)} masks: {exact:.1%} equal, mean IoU {mean:.4f}, no pixel missing",
    )


if __name__ == "__main__":
    main()
