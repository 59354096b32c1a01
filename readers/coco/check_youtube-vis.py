"""YouTube-VIS by TrackEval: tracks as filmed; ground truth against itself 100, less with ids exchanged."""

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
from pycocotools import mask as coco_mask
from tracked import Scores, most_often, scores

FOLDERS = {"train": "train", "val": "valid", "test": "test"}


def compressed(runs: dict[str, Any] | None) -> dict[str, Any] | None:
    """A mask as results hold it."""
    if runs is None:
        return None
    rle = coco_mask.frPyObjects(runs, *runs["size"])
    return {"size": rle["size"], "counts": rle["counts"].decode("ascii")}


def compare(data: dict[str, Any], known: dict[str, Any], split: str) -> int:
    """Hold a file against what was filmed; how many masks it has."""
    home = dataset() / "youtube-vis" / FOLDERS[split] / "JPEGImages"
    names = {c["id"]: c["name"] for c in data["categories"]}
    videos = {v["file_names"][0].split("/")[0]: v for v in data["videos"]}
    masks = 0
    for sequence, camera, found in captures(known, split):
        video = videos.pop(f"{sequence}-{camera}")
        assert len(found) == video["length"] == len(video["file_names"])
        tracks = {a["instance_id"]: a for a in data["annotations"] if a["video_id"] == video["id"]}
        for number, capture in enumerate(found):
            check_picture(home / video["file_names"][number], capture)
            rows = {i: a for i, a in tracks.items() if a["segmentations"][number] is not None}
            expected = labelled(capture, known)
            assert rows.keys() == expected.keys(), f"{video['file_names'][number]}: other agents than filmed"
            for i, a in expected.items():
                assert compressed(rows[i]["segmentations"][number]) == a["mask_rle"]
                assert rows[i]["bboxes"][number] == xywh(a["box2d_visible"])
                assert rows[i]["areas"][number] == a["visible_px"]
                assert names[rows[i]["category_id"]] == COCO_NAMES[a["category"]]
            masks += len(rows)
    assert not videos, f"{split}: videos nobody filmed"
    return masks


def evaluate(data: dict[str, Any], results: list[dict[str, Any]]) -> Scores:
    """What TrackEval says of results."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("gt/youtube_vis_x", data), ("trackers/youtube_vis_x/me/data", results)):
            place = Path(folder) / name
            place.mkdir(parents=True)
            (place / "instances.json").write_text(json.dumps(content))
        config = {
            "GT_FOLDER": f"{folder}/gt/",
            "TRACKERS_FOLDER": f"{folder}/trackers/",
            "TRACKERS_TO_EVAL": ["me"],
            "SPLIT_TO_EVAL": "x",
            "PRINT_CONFIG": False,
        }
        return scores(trackeval.datasets.YouTubeVIS(config), "me")


def main() -> None:
    known = facts()
    masks = matched = 0
    for split in MEMBERS:
        data = json.loads((dataset() / "youtube-vis" / FOLDERS[split] / "instances.json").read_text())
        masks += compare(data, known, split)
        results = [
            {"video_id": a["video_id"], "category_id": a["category_id"], "score": 1.0, "track": a["id"]}
            | {"segmentations": [compressed(mask) for mask in a["segmentations"]]}
            for a in data["annotations"]
        ]
        if not results:
            continue
        perfect = evaluate(data, results)
        present = {c["name"] for c in data["categories"] for r in results if r["category_id"] == c["id"]}
        for name in present:
            hota, mota, idf1, count = perfect[name]
            assert abs(hota - 1) < 1e-9, f"{split}: HOTA of {name} is {hota}"
            assert (mota, idf1) == (1, 1), f"{split}: {name}"
            matched += count
        people = {r["track"]: r for r in results if r["category_id"] == 1}
        first, second = (
            people[track]["segmentations"]
            for track in most_often(
                (r["video_id"], r["track"]) for r in people.values() for mask in r["segmentations"] if mask
            )
        )
        half = len(first) // 2
        first[half:], second[half:] = second[half:], first[half:]
        hota, _, idf1, _ = evaluate(data, results)["person"]
        assert hota < 1 > idf1, f"{split}: exchanged ids cost nothing"
    assert masks == matched > 0, f"{masks} masks, {matched} matched"
    with contextlib.redirect_stdout(sys.__stdout__):
        report("youtube-vis", "trackeval", f"{masks} masks, HOTA, MOTA, IDF1 100; less with ids exchanged")


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        main()
