"""Croissant by mlcroissant: metadata without errors, pictures, captures and objects as filmed."""

from __future__ import annotations

import zlib

import mlcroissant
import numpy as np
from common import dataset, report
from seen import captures, mask_of


def main() -> None:
    data = mlcroissant.Dataset(str(dataset() / "croissant" / "croissant.json"))
    issues = data.metadata.ctx.issues
    assert not issues.errors, issues.report()
    warnings = sorted(text.split("/")[-1].split('"')[0] for text in issues.warnings)
    rows = {row["captures/capture"].decode(): row for row in data.records("captures")}
    pictures = {
        row["pictures/capture"].decode(): np.asarray(row["pictures/picture"])
        for row in data.records("pictures")
    }
    objects: dict[str, list[dict]] = {}
    for row in data.records("objects"):
        objects.setdefault(row["objects/capture"].decode(), []).append(row)
    categories = {row["categories/name"] for row in data.records("categories")}
    count, seen = len(rows), 0
    for key, split, record, shown in captures():
        row = rows.pop(key)
        assert row["captures/split"].decode() == split, f"{key}: split"
        assert (
            np.reshape(row["captures/world_from_camera"], (3, 4)).tolist() == record["world_from_camera"]
        ), key
        assert zlib.crc32(pictures.pop(key).tobytes()) == record["rgb_crc32"], f"{key}: colors"
        for annotation, held in zip(shown, objects.pop(key, []), strict=True):
            assert held["objects/instance_id"] == annotation["instance_id"], f"{key}: ids"
            assert held["objects/category"].decode() == annotation["category"], f"{key}: categories"
            assert annotation["category"] in categories
            x0, y0, x1, y1 = annotation["box2d_visible"]
            assert list(held["objects/bbox"]) == [x0, y0, x1 - x0, y1 - y0], f"{key}: boxes"
            rle = {"size": annotation["mask_rle"]["size"], "counts": held["objects/segmentation"].decode()}
            assert mask_of(rle).sum() == held["objects/area"] == annotation["visible_px"], f"{key}: masks"
            assert (
                np.reshape(held["objects/world_from_box"], (3, 4)).tolist()
                == (annotation["box3d"]["world_from_box"])
            ), f"{key}: boxes in space"
        seen += len(shown)
    assert not rows, f"rows that were not filmed: {sorted(rows)}"
    assert not pictures, f"pictures that were not filmed: {sorted(pictures)}"
    assert not objects, f"objects of other captures: {sorted(objects)}"
    assert seen > 0, "nobody was filmed"
    left = f"no errors, to add: {', '.join(warnings)}"
    report("croissant", "mlcroissant", f"{count} captures, {seen} objects, pictures; {left}")


if __name__ == "__main__":
    main()
