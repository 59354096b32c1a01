"""WebDataset by webdataset: a sample for every capture, its colors and its native record."""

from __future__ import annotations

import json
import zlib

import webdataset
from common import dataset, report
from seen import captures


def main() -> None:
    home = dataset() / "webdataset"
    shards = json.loads((home / "shards.json").read_text())
    found = {}
    for split, listed in shards.items():
        urls = [str(home / shard["url"]) for shard in listed]
        data = webdataset.WebDataset(urls, shardshuffle=False).decode("rgb8", only=("rgb.png", "json"))
        for sample in data:
            record, channels = sample["json"], {key.split(".")[0] for key in sample if "." in key}
            found[sample["__key__"]] = (split, record, channels, zlib.crc32(sample["rgb.png"].tobytes()))
    count, labels = len(found), 0
    for key, split, record, _ in captures():
        where, held, channels, crc32 = found.pop(key)
        assert where == split, f"{key} is in {where}"
        assert crc32 == record.pop("rgb_crc32"), f"{key}: colors"
        assert channels == set(record["channels"]), f"{key}: {channels}"
        assert {name: held[name] for name in record} == record, f"{key}: labels"
        labels += len(record["annotations"])
    assert not found, f"samples that were not filmed: {sorted(found)}"
    report("webdataset", "webdataset", f"{count} samples, {labels} labels, every channel")


if __name__ == "__main__":
    main()
