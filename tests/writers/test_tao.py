"""TAO's boxes and tracks are the frames'; TrackEval scores them 100 against themselves, swapped ids less."""

import json
from collections import defaultdict
from itertools import combinations

import pytest
from pycocotools import mask as coco_mask
from track_scores import evaluate

from sim.dataset import Splits, read
from sim.taxonomy import CATEGORIES
from sim.testing.toys import ToyStreet
from sim.writers import export

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

MIN_VISIBLE_PX = 4
EVERY_CATEGORY = {32, 95, 174, 211, 382, 714, 805, 1144, 1202}
PERSON, CAR = 805, 211
WORDS = {kind: word.id for kind, c in CATEGORIES.items() if (word := c.label("tao"))}


def street(seed):
    return ToyStreet(seed=seed, agents=8, ticks=6, width_px=192, height_px=120)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("tao")
    for seed, last in ((3, False), (7, True)):
        street(seed).write(root, f"s{seed}", ("native", "tao", "coco"), last=last)
    return root


@pytest.fixture(scope="module")
def truth(root):
    return json.loads((root / "tao/annotations/train.json").read_text())


def test_ids_are_dense_and_agree(truth):
    for part in ("videos", "images", "tracks", "annotations"):
        assert [r["id"] for r in truth[part]] == list(range(1, len(truth[part]) + 1))
    images, tracks = ({r["id"]: r for r in truth[part]} for part in ("images", "tracks"))
    videos = {v["id"]: v["name"] for v in truth["videos"]}
    assert len(set(videos.values())) == len(videos) == 4
    for image in images.values():
        assert image["video"] == videos[image["video_id"]] == image["file_name"].rpartition("/")[0]
    for a in truth["annotations"]:
        track = tracks[a["track_id"]]
        assert (a["category_id"], a["video_id"]) == (track["category_id"], track["video_id"])
        assert a["video_id"] == images[a["image_id"]]["video_id"]
    assert {a["track_id"] for a in truth["annotations"]} == set(tracks)
    for number in videos:
        indices = [i["frame_index"] for i in images.values() if i["video_id"] == number]
        assert indices == list(range(len(indices)))
    assert {c["id"] for c in truth["categories"]} == EVERY_CATEGORY
    assert sorted(n for c in truth["categories"] for n in c["roadreel_categories"]) == list(WORDS)


def test_boxes_are_the_frames(root, truth):
    tracks = {t["id"]: t for t in truth["tracks"]}
    rows = defaultdict(dict)
    for a in truth["annotations"]:
        rows[a["image_id"]][tracks[a["track_id"]]["instance_id"]] = a
    for image in truth["images"]:
        sequence, sensor = image["video"].rpartition("/")[2].split("-")
        frames = [f for f in read(root)[sequence] if sensor in f.captures]
        frame = frames[image["frame_index"]]
        capture = frame[sensor]
        path = root / "tao/frames" / image["file_name"]
        assert path.samefile(root / "coco/images" / path.name)
        assert (image["height"], image["width"]) == capture.instance.shape
        assert image["timestamp_ns"] == capture.timestamp_ns
        for a in frame.annotations[sensor]:
            row = rows[image["id"]].pop(a.instance_id, None)
            assert (row is None) == (a.visible_px < MIN_VISIBLE_PX)
            if row is not None:
                x, y, width, height = row["bbox"]
                assert (x, y, x + width, y + height) == a.box2d_visible
                assert row["category_id"] == CATEGORIES[a.category].label("tao").id
                track = tracks[row["track_id"]]
                assert (track["name"], track["category"]) == (a.name, a.category)
                assert row["area"] == a.visible_px
                assert (coco_mask.decode(row["segmentation"]) == (capture.instance == a.instance_id)).all()
    assert not any(rows.values())


@pytest.mark.parametrize("min_visible_px", [1, 60, 400])
def test_each_video_says_what_is_not_in_it(root, tmp_path, min_visible_px):
    export(root, tmp_path, ("tao",), min_visible_px=min_visible_px)
    truth = json.loads((tmp_path / "tao/annotations/train.json").read_text())
    small = 0
    for video in truth["videos"]:
        sequence, sensor = video["name"].rpartition("/")[2].split("-")
        seen = defaultdict(list)
        for frame in read(root)[sequence]:
            for a in frame.annotations.get(sensor, ()):
                seen[a.category, a.instance_id].append(a.visible_px)
        labelled = {WORDS[kind] for (kind, _), px in seen.items() if max(px) >= min_visible_px}
        missed = {WORDS[kind] for (kind, _), px in seen.items() if 0 < max(px) < min_visible_px}
        small += len(missed & labelled)
        assert video["neg_category_ids"] == sorted(EVERY_CATEGORY - labelled - missed)
        assert video["not_exhaustive_category_ids"] == sorted(missed)
        assert {t["category_id"] for t in truth["tracks"] if t["video_id"] == video["id"]} == labelled
    assert bool(small) == (min_visible_px > 1)


def trackeval_dataset(work, truth, results):
    import trackeval

    for folder, data in (("gt", truth), ("trackers/me/data", results)):
        (work / folder).mkdir(parents=True, exist_ok=True)
        (work / folder / "train.json").write_text(json.dumps(data))
    return trackeval.datasets.TAO(
        {
            "GT_FOLDER": str(work / "gt"),
            "TRACKERS_FOLDER": str(work / "trackers"),
            "TRACKERS_TO_EVAL": ["me"],
            "PRINT_CONFIG": False,
        }
    )


def test_trackeval(truth, tmp_path, capsys):
    keys = ("image_id", "video_id", "category_id", "track_id", "bbox")
    results = [{key: a[key] for key in keys} | {"score": 0.9} for a in truth["annotations"]]
    scores = evaluate(trackeval_dataset(tmp_path / "a", truth, results), "me")
    for name, number in (("baby", PERSON), ("car_(automobile)", CAR)):
        hota, mota, idf1, matched = scores[name]
        assert (hota, mota, idf1) == (pytest.approx(1), 1, 1)
        assert matched == sum(a["category_id"] == number for a in truth["annotations"]) > 10
    # The two people of one video that are seen most often exchange ids half way.
    counts = defaultdict(int)
    for a in results:
        if a["category_id"] == PERSON:
            counts[a["video_id"], a["track_id"]] += 1
    pairs = [pair for pair in combinations(sorted(counts), 2) if pair[0][0] == pair[1][0]]
    (video, first), (_, second) = max(pairs, key=lambda pair: min(counts[key] for key in pair))
    images = [i["id"] for i in truth["images"] if i["video_id"] == video]
    swap = {first: second, second: first}
    for a in results:
        if a["video_id"] == video and a["image_id"] >= images[len(images) // 2]:
            a["track_id"] = swap.get(a["track_id"], a["track_id"])
    hota, mota, idf1, _ = evaluate(trackeval_dataset(tmp_path / "b", truth, results), "me")["baby"]
    assert hota < 0.99
    assert mota < 1
    assert idf1 < 1


def test_splits_have_files(root, truth, tmp_path):
    splits = Splits((1, 1, 0), seed=1)
    assert {splits.of("s3"), splits.of("s7")} == {"train", "val"}
    export(root, tmp_path, ("tao",), splits=splits, min_visible_px=MIN_VISIBLE_PX)
    home, annotations = tmp_path / "tao", []
    assert {p.name for p in (home / "annotations").iterdir()} == {"train.json", "validation.json"}
    for file, split in (("train", "train"), ("validation", "val")):
        data = json.loads((home / f"annotations/{file}.json").read_text())
        for image in data["images"]:
            assert image["file_name"].startswith(f"{split}/Roadreel/")
            assert splits.of(image["video"].rpartition("/")[2].split("-")[0]) == split
            assert (home / "frames" / image["file_name"]).is_file()
        annotations += [a["segmentation"] for a in data["annotations"]]
    order = str
    assert sorted(annotations, key=order) == sorted(
        (a["segmentation"] for a in truth["annotations"]), key=order
    )


def test_summary_counts(tmp_path):
    summary = street(3).write(tmp_path, formats=("tao",))["tao"]
    rows = [(n, a) for _, f in street(3).frames() for n, v in f.annotations.items() for a in v]
    kept = [(n, a) for n, a in rows if a.visible_px >= MIN_VISIBLE_PX]
    assert summary == {
        "videos": 2,
        "images": 9,
        "tracks": len({(n, a.instance_id) for n, a in kept}),
        "annotations": len(kept),
        "dropped": len(rows) - len(kept),
    }
