"""Parquet files by Hugging Face datasets: pictures, depth, classes, boxes, masks and poses as filmed."""

from __future__ import annotations

import os
import tempfile
import zlib

import numpy as np
from common import dataset, report
from seen import captures, mask_of

os.environ["HF_HUB_OFFLINE"] = "1"
from datasets import ClassLabel, Image, load_dataset


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        data = load_dataset(str(dataset() / "huggingface"), cache_dir=cache)
        features = next(iter(data.values())).features
        classes = features["objects"]["category"].feature
        assert isinstance(classes, ClassLabel), classes
        assert isinstance(features["image"], Image), features["image"]
        found = {
            f"{row['sequence']}_{row['camera']}_{row['frame']:06d}": (split, number)
            for split, rows in data.items()
            for number, row in enumerate(rows.select_columns(["sequence", "camera", "frame"]))
        }
        count, objects = len(found), 0
        for key, split, record, shown in captures():
            where, number = found.pop(key)
            row = data[where][number]
            assert where == split, f"{key} is in {where}"
            colors = np.asarray(row["image"])
            assert zlib.crc32(colors.tobytes()) == record["rgb_crc32"], f"{key}: colors"
            instance, depth = np.asarray(row["instance"]), np.asarray(row["depth"])
            assert (depth.dtype, depth.shape) == (np.float32, instance.shape)
            assert row["world_from_camera"] == record["world_from_camera"], f"{key}: pose"
            held = row["objects"]
            assert held["instance_id"] == [a["instance_id"] for a in shown], f"{key}: ids"
            assert classes.int2str(held["category"]) == [a["category"] for a in shown], f"{key}: classes"
            for place, annotation in enumerate(shown):
                x0, y0, x1, y1 = annotation["box2d_visible"]
                assert held["bbox"][place] == [x0, y0, x1 - x0, y1 - y0], f"{key}: boxes"
                rle = {"size": instance.shape, "counts": held["segmentation"][place]}
                assert (mask_of(rle) == (instance == annotation["instance_id"])).all(), f"{key}: masks"
            objects += len(shown)
    assert not found, f"rows that were not filmed: {sorted(found)}"
    assert objects > 0, "nobody was filmed"
    report(
        "huggingface", "datasets", f"{count} rows, {objects} objects: pictures, depth, masks, boxes, poses"
    )


if __name__ == "__main__":
    main()
