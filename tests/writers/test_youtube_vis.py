"""YouTube-VIS tracks are the frames'; TrackEval scores them 100 against themselves, swapped ids less."""

import json
from itertools import combinations

import cv2
import pytest
from pycocotools import mask as coco_mask
from track_scores import evaluate

from sim.dataset import Splits, read
from sim.taxonomy import CATEGORIES
from sim.testing.toys import ToyStreet
from sim.writers import export

# pycocotools has not learnt NumPy 2's copy keyword yet.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

MIN_VISIBLE_PX = 4


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("youtube_vis")
    for seed, last in ((3, False), (7, True)):
        street = ToyStreet(seed=seed, agents=8, ticks=6, width_px=192, height_px=120)
        street.write(root, f"s{seed}", ("native", "youtube-vis", "coco"), last=last)
    return root


@pytest.fixture(scope="module")
def truth(root):
    return json.loads((root / "youtube-vis/train/instances.json").read_text())


def compressed(mask):
    """An RLE as results hold it, counts as text; None stays None."""
    if mask is None:
        return None
    rle = coco_mask.frPyObjects(mask, *mask["size"])
    return {"size": rle["size"], "counts": rle["counts"].decode("ascii")}


def test_ids_are_dense_and_lists_are_as_long_as_the_video(root, truth):
    for part in ("videos", "annotations"):
        assert [r["id"] for r in truth[part]] == list(range(1, len(truth[part]) + 1))
    videos = {v["id"]: v for v in truth["videos"]}
    names = [name for v in truth["videos"] for name in v["file_names"]]
    assert len({name.split("/")[1] for name in names}) == len(names)
    assert [len({n.split("/")[0] for n in v["file_names"]}) for v in videos.values()] == [1, 1, 1, 1]
    for a in truth["annotations"]:
        video = videos[a["video_id"]]
        assert all(a[key] == video[key] for key in ("width", "height", "length"))
        lists = [a[key] for key in ("segmentations", "bboxes", "areas")]
        assert {len(values) for values in lists} == {video["length"]} == {len(video["file_names"])}
        assert [[v is None for v in values] for values in lists[1:]] == [[v is None for v in lists[0]]] * 2
        assert any(lists[0])
    assert all("keypoints" not in c for c in truth["categories"])
    assert {c["id"]: c["name"] for c in truth["categories"]} == {
        label.id: label.name for c in CATEGORIES.values() if (label := c.label("coco")) is not None
    }


def test_tracks_are_the_frames(root, truth):
    tracks = {(a["video_id"], a["instance_id"]): a for a in truth["annotations"]}
    assert len(tracks) == len(truth["annotations"])
    for video in truth["videos"]:
        name = video["file_names"][0].split("/")[0]
        sequence, sensor = name.split("-")
        frames = [f for f in read(root)[sequence] if sensor in f.captures]
        assert len(frames) == video["length"]
        for number, (frame, file_name) in enumerate(zip(frames, video["file_names"], strict=True)):
            path = root / "youtube-vis/train/JPEGImages" / file_name
            assert (cv2.imread(str(path))[..., ::-1] == frame[sensor].rgb).all()
            assert path.samefile(root / "coco/images" / file_name.split("/")[1])
            rows = {i: a for (v, i), a in tracks.items() if v == video["id"] and a["areas"][number]}
            for a in frame.annotations[sensor]:
                row = rows.pop(a.instance_id, None)
                assert (row is None) == (a.visible_px < MIN_VISIBLE_PX)
                if row is None:
                    continue
                assert row["category"] == a.category
                assert row["category_id"] == CATEGORIES[a.category].label("coco").id
                assert (row["areas"][number], row["name"]) == (a.visible_px, a.name)
                x, y, width, height = row["bboxes"][number]
                assert (x, y, x + width, y + height) == a.box2d_visible
                segmentation = row["segmentations"][number]
                assert isinstance(segmentation["counts"], list)
                mask = coco_mask.decode(coco_mask.frPyObjects(segmentation, *segmentation["size"]))
                assert (mask == (frame[sensor].instance == a.instance_id)).all()
            assert not rows


def trackeval_dataset(work, truth, results):
    import trackeval

    for folder, data in (("gt/youtube_vis_train", truth), ("trackers/youtube_vis_train/me/data", results)):
        (work / folder).mkdir(parents=True, exist_ok=True)
        (work / folder / "instances.json").write_text(json.dumps(data))
    return trackeval.datasets.YouTubeVIS(
        {
            "GT_FOLDER": f"{work}/gt/",
            "TRACKERS_FOLDER": f"{work}/trackers/",
            "TRACKERS_TO_EVAL": ["me"],
            "SPLIT_TO_EVAL": "train",
            "PRINT_CONFIG": False,
        }
    )


def test_trackeval(truth, tmp_path, capsys):
    results = [
        {
            "video_id": a["video_id"],
            "category_id": a["category_id"],
            "score": 0.9,
            "segmentations": [compressed(mask) for mask in a["segmentations"]],
        }
        for a in truth["annotations"]
    ]
    scores = evaluate(trackeval_dataset(tmp_path / "a", truth, results), "me")
    for name in ("car", "person"):
        hota, mota, idf1, matched = scores[name]
        assert (hota, mota, idf1) == (pytest.approx(1), 1, 1)
        (number,) = (c["id"] for c in truth["categories"] if c["name"] == name)
        rows = [a for a in truth["annotations"] if a["category_id"] == number]
        assert matched == sum(area is not None for a in rows for area in a["areas"]) > 10
    # Two people of one video, both seen from the beginning to the end, exchange ids half way.
    seen = [a for a in results if a["category_id"] == 1 and all(a["segmentations"])]
    first, second = next(
        (a, b)
        for a, b in combinations(seen, 2)
        if a["video_id"] == b["video_id"] and len(a["segmentations"]) > 3
    )
    half = len(first["segmentations"]) // 2
    first["segmentations"][half:], second["segmentations"][half:] = (
        second["segmentations"][half:],
        first["segmentations"][half:],
    )
    hota, mota, idf1, _ = evaluate(trackeval_dataset(tmp_path / "b", truth, results), "me")["person"]
    assert hota < 0.99
    assert mota < 1
    assert idf1 < 1


def test_splits_have_folders(root, truth, tmp_path):
    splits = Splits((1, 1, 1), seed=4)
    assert (splits.of("s3"), splits.of("s7")) == ("test", "val")
    export(root, tmp_path, ("youtube-vis",), splits=splits, min_visible_px=MIN_VISIBLE_PX)
    home = tmp_path / "youtube-vis"
    masks = {a["instance_id"]: [] for a in truth["annotations"]}
    for folder, split in (("train", "train"), ("valid", "val"), ("test", "test")):
        data = json.loads((home / folder / "instances.json").read_text())
        names = [name for v in data["videos"] for name in v["file_names"]]
        assert {splits.of(name.split("-")[0]) for name in names} <= {split}
        assert all((home / folder / "JPEGImages" / name).is_file() for name in names)
        for a in data["annotations"]:
            masks[a["instance_id"]].append(a["segmentations"])
    for a in truth["annotations"]:
        masks[a["instance_id"]].remove(a["segmentations"])
    assert not any(masks.values())
    # Nothing is left of what waited on disk.
    assert {p.name for p in tmp_path.rglob("*") if p.is_file() and p.suffix not in (".png", ".jsonl")} == {
        "instances.json",
        "manifest.json",
        "sequence.json",
    }


def test_summary_counts(tmp_path):
    street = ToyStreet(seed=3, ticks=4)
    summary = street.write(tmp_path, formats=("youtube-vis",))["youtube-vis"]
    rows = [(n, a) for _, f in street.frames() for n, v in f.annotations.items() for a in v]
    kept = [(n, a) for n, a in rows if a.visible_px >= MIN_VISIBLE_PX]
    assert summary == {
        "videos": 2,
        "images": 6,
        "tracks": len({(n, a.instance_id) for n, a in kept}),
        "masks": len(kept),
        "dropped": len(rows) - len(kept),
    }
    assert summary["dropped"]
