"""A folder of pictures by Hugging Face datasets: pictures, classes, boxes and masks as filmed."""

from __future__ import annotations

import os
import tempfile
import zlib

import numpy as np
from common import dataset, report
from seen import captures

os.environ["HF_HUB_OFFLINE"] = "1"
from datasets import load_dataset


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        data = load_dataset("imagefolder", data_dir=str(dataset() / "imagefolder"), cache_dir=cache)
        found = {
            f"{row['sequence']}_{row['camera']}_{row['frame']:06d}": (
                "val" if split == "validation" else split,
                row,
            )
            for split, rows in data.items()
            for row in rows
        }
    count, objects = len(found), 0
    for key, split, record, shown in captures():
        where, row = found.pop(key)
        assert where == split, f"{key} is in {where}"
        assert zlib.crc32(np.asarray(row["image"]).tobytes()) == record["rgb_crc32"], f"{key}: colors"
        held = row["objects"]
        assert held["instance_id"] == [a["instance_id"] for a in shown], f"{key}: ids"
        assert held["category"] == [a["category"] for a in shown], f"{key}: classes"
        boxes = [a["box2d_visible"] for a in shown]
        assert held["bbox"] == [[x0, y0, x1 - x0, y1 - y0] for x0, y0, x1, y1 in boxes], f"{key}: boxes"
        assert held["segmentation"] == [a["mask_rle"] for a in shown], f"{key}: masks"
        objects += len(shown)
    assert not found, f"pictures that were not filmed: {sorted(found)}"
    assert objects > 0, "nobody was filmed"
    report("imagefolder", "datasets", f"{count} pictures, {objects} objects: masks, boxes, ids")


if __name__ == "__main__":
    main()
