"""TAO by TrackEval: boxes and tracks as filmed; ground truth against itself 100, less with ids exchanged."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import trackeval
from common import dataset, facts, report
from filmed import COCO_NAMES, MEMBERS, captures, check_picture, labelled, xywh
from tracked import Scores, most_often, scores

FILES = {"train": "train.json", "val": "validation.json", "test": "test.json"}
_OTHERS = {"person": "baby", "car": "car_(automobile)", "bus": "bus_(vehicle)"}
NAMES = {
    kind: _OTHERS.get(name, name)
    for kind, name in COCO_NAMES.items()
    if kind not in ("vehicle.trailer", "vehicle.tram")
} | {"movable.pram": "baby_buggy", "movable.wheelchair": "wheelchair"}


def compare(data: dict[str, Any], known: dict[str, Any], split: str) -> int:
    """Hold a file against what was filmed; how many boxes it has."""
    home = dataset() / "tao" / "frames"
    names = {c["id"]: c["name"] for c in data["categories"]}
    videos = {v["name"]: v for v in data["videos"]}
    tracks = {t["id"]: t for t in data["tracks"]}
    boxes = 0
    for sequence, camera, found in captures(known, split):
        video = videos.pop(f"{split}/Roadreel/{sequence}-{camera}")
        images = {i["frame_index"]: i for i in data["images"] if i["video_id"] == video["id"]}
        assert sorted(images) == list(range(len(found)))
        for number, capture in enumerate(found):
            image = images[number]
            check_picture(home / image["file_name"], capture)
            rows = {
                tracks[a["track_id"]]["instance_id"]: a
                for a in data["annotations"]
                if a["image_id"] == image["id"]
            }
            expected = labelled(capture, known, NAMES)
            assert rows.keys() == expected.keys(), f"{image['file_name']}: other agents than filmed"
            for i, a in expected.items():
                assert rows[i]["bbox"] == xywh(a["box2d_visible"])
                assert names[rows[i]["category_id"]] == NAMES[a["category"]]
                assert rows[i]["category_id"] not in video["neg_category_ids"]
            boxes += len(rows)
    assert not videos, f"{split}: videos nobody filmed"
    return boxes


def evaluate(data: dict[str, Any], results: list[dict[str, Any]]) -> Scores:
    """What TrackEval says of results."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("gt", data), ("trackers/me/data", results)):
            place = Path(folder) / name
            place.mkdir(parents=True)
            (place / "x.json").write_text(json.dumps(content))
        config = {
            "GT_FOLDER": f"{folder}/gt",
            "TRACKERS_FOLDER": f"{folder}/trackers",
            "TRACKERS_TO_EVAL": ["me"],
            "PRINT_CONFIG": False,
        }
        return scores(trackeval.datasets.TAO(config), "me")


def main() -> None:
    known = facts()
    boxes = matched = 0
    for split in MEMBERS:
        data = json.loads((dataset() / "tao" / "annotations" / FILES[split]).read_text())
        boxes += compare(data, known, split)
        keys = ("image_id", "video_id", "category_id", "track_id", "bbox")
        results = [{key: a[key] for key in keys} | {"score": 1.0} for a in data["annotations"]]
        if not results:
            continue
        perfect = evaluate(data, results)
        present = {c["name"] for c in data["categories"] for r in results if r["category_id"] == c["id"]}
        for name in present:
            hota, mota, idf1, count = perfect[name]
            assert abs(hota - 1) < 1e-9, f"{split}: HOTA of {name} is {hota}"
            assert (mota, idf1) == (1, 1), f"{split}: {name}"
            matched += count
        (person,) = (c["id"] for c in data["categories"] if c["name"] == "baby")
        first, second = most_often(
            (r["video_id"], r["track_id"]) for r in results if r["category_id"] == person
        )
        swap = {first: second, second: first}
        late = {i["id"] for i in data["images"] if i["frame_index"] >= 4}
        for r in results:
            if r["image_id"] in late:
                r["track_id"] = swap.get(r["track_id"], r["track_id"])
        hota, _, idf1, _ = evaluate(data, results)["baby"]
        assert hota < 1 > idf1, f"{split}: exchanged ids cost nothing"
    assert boxes == matched > 0, f"{boxes} boxes, {matched} matched"
    with contextlib.redirect_stdout(sys.__stdout__):
        report("tao", "trackeval", f"{boxes} boxes, HOTA, MOTA, IDF1 100; less with ids exchanged")


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        main()
