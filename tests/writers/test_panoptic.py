"""COCO panoptic by a reader written from the format's text: panopticapi, the official one, is not on PyPI.

The text: https://cocodataset.org/#format-data (4. Panoptic Segmentation) and Kirillov et al., "Panoptic
Segmentation", CVPR 2019, for the quality measure.
"""

import json

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.dataset import SPLITS, Splits, read
from sim.scenario import DEFAULT_CHANNELS
from sim.taxonomy import CATEGORIES, TARGETS, Semantic
from sim.testing.toys import ToyStreet
from sim.writers import WRITERS, export
from sim.writers.coco_segments import panoptic_categories, segment_ids, segment_records

MIN_VISIBLE_PX = 4
THINGS = {1, 2, 3, 4, 6, 7, 8, 10, 15, 18}  # COCO's things have ids up to 90, its stuff from 92 on
CLASS_ID = {s: label.id if label else 0 for s, label in TARGETS["coco"].classes.items()}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("panoptic")
    for seed, last in ((3, False), (7, True)):
        street = ToyStreet(seed=seed, ticks=4)
        street.write(root, f"s{seed}", ("native", "coco", "coco-panoptic"), last=last)
    return root


def load(home, name="panoptic"):
    """The reader: image record, (H, W) segment ids and segments by id, of every image; categories by id."""
    data = json.loads((home / f"annotations/{name}.json").read_text())
    images = {image["id"]: image for image in data["images"]}
    categories = {c["id"]: c for c in data["categories"]}
    assert len(images) == len(data["images"]) == len(data["annotations"])
    out = []
    for a in data["annotations"]:
        image = images.pop(a["image_id"])
        blue, green, red = np.moveaxis(
            cv2.imread(str(home / "annotations" / name / a["file_name"]), cv2.IMREAD_COLOR).astype(int), 2, 0
        )
        ids = red + 256 * green + 256**2 * blue
        assert ids.shape == (image["height"], image["width"])
        segments = {segment["id"]: segment for segment in a["segments_info"]}
        assert len(segments) == len(a["segments_info"])
        assert set(segments) == set(np.unique(ids)) - {0}
        for number, segment in segments.items():
            ys, xs = np.nonzero(ids == number)
            assert segment["area"] == len(xs)
            x, y, width, height = segment["bbox"]
            assert (x, y, x + width - 1, y + height - 1) == (xs.min(), ys.min(), xs.max(), ys.max())
            assert segment["iscrowd"] in (0, 1)
            assert segment["category_id"] in categories
        stuff = [s["category_id"] for s in segments.values() if not categories[s["category_id"]]["isthing"]]
        assert len(set(stuff)) == len(stuff)
        out.append((image, ids, segments))
    assert not images
    return out, categories


def quality(truth, found):
    """PQ of every category: IoU of segments that overlap by more than half, over TP + FP / 2 + FN / 2.

    Pixels void in the truth count for no union; unmatched segments that are mostly void or crowd for nothing.
    """
    sums = {}
    for (_, ids, segments), (_, other_ids, others) in zip(truth, found, strict=True):
        matched, matched_others = set(), set()
        for number, segment in segments.items():
            for other, guess in others.items():
                both = int(((ids == number) & (other_ids == other)).sum())
                if segment["iscrowd"] or segment["category_id"] != guess["category_id"] or not both:
                    continue
                void = int(((ids == 0) & (other_ids == other)).sum())
                iou = both / (segment["area"] + int((other_ids == other).sum()) - both - void)
                if iou > 0.5:
                    matched.add(number)
                    matched_others.add(other)
                    total = sums.setdefault(segment["category_id"], [0.0, 0.0])
                    total[0] += iou
                    total[1] += 1
        for number, segment in segments.items():
            if number not in matched and not segment["iscrowd"]:
                sums.setdefault(segment["category_id"], [0.0, 0.0])[1] += 0.5
        for other, guess in others.items():
            crowd = [
                n for n, s in segments.items() if s["iscrowd"] and s["category_id"] == guess["category_id"]
            ]
            mask = other_ids == other
            if other not in matched_others and np.isin(ids[mask], [0, *crowd]).mean() <= 0.5:
                sums.setdefault(guess["category_id"], [0.0, 0.0])[1] += 0.5
    return {number: iou / count for number, (iou, count) in sums.items()}


def test_segments_are_the_frames(root):
    items, categories = load(root / "coco-panoptic")
    assert len({image["file_name"] for image, _, _ in items}) == len(items)
    seen = 0
    for image, ids, segments in items:
        frame = read(root)[image["sequence"]][image["frame"]]
        capture = frame[image["sensor"]]
        pixels = cv2.imread(str(root / "coco-panoptic/images" / image["file_name"]))[..., ::-1]
        assert (pixels == capture.rgb).all()
        rows = {s["instance_id"]: s for s in segments.values() if "instance_id" in s}
        for a in frame.annotations[image["sensor"]]:
            row = rows.pop(a.instance_id, None)
            if a.visible_px < MIN_VISIBLE_PX:
                assert row is None
                assert not ids[capture.instance == a.instance_id].any()
                continue
            assert ((ids == row["id"]) == (capture.instance == a.instance_id)).all()
            x, y, width, height = row["bbox"]
            assert (x, y, x + width, y + height) == a.box2d_visible
            assert (row["category"], row["iscrowd"]) == (a.category, 0)
            assert categories[row["category_id"]]["name"] == CATEGORIES[a.category].label("coco").name
            seen += 1
        assert not rows
        scenery = capture.instance == 0
        for semantic in np.unique(capture.semantic[scenery]):
            here = scenery & (capture.semantic == semantic)
            found = {segments[n]["category_id"] if n else 0 for n in np.unique(ids[here]).tolist()}
            assert found == {CLASS_ID[Semantic(semantic)]}
    assert seen > 20


def test_pictures_are_shared_with_other_formats(root):
    for image, _, _ in load(root / "coco-panoptic")[0]:
        name = image["file_name"]
        assert (root / "coco-panoptic/images" / name).samefile(root / "coco/images" / name)


def test_the_truth_scores_one_against_itself_and_less_when_disturbed(root):
    truth, categories = load(root / "coco-panoptic")
    scores = quality(truth, truth)
    assert set(scores.values()) == {1.0}
    assert {bool(categories[number]["isthing"]) for number in scores} == {True, False}
    image, ids, segments = truth[0]
    cars = [n for n, s in segments.items() if s["category_id"] == 3]
    assert cars
    wrong = {n: {**s, "category_id": 8} if n in cars else s for n, s in segments.items()}
    scores = quality(truth, [(image, ids, wrong), *truth[1:]])
    assert scores[3] < 1
    assert scores[8] == 0
    moved = np.roll(ids, 3, axis=1)
    scores = quality(truth, [(image, moved, segments), *truth[1:]])
    assert 0 < scores[1] < 1


@st.composite
def labelled(draw):
    """Classes, and instance ids where the class is an agent's, one class an agent."""
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    numbers = st.integers(0, len(Semantic) - 1)
    scenery = np.array([s for s in Semantic if s < Semantic.PERSON])
    agents = np.array([s for s in Semantic if s >= Semantic.PERSON])
    semantic = scenery[draw(arrays(int, shape, elements=numbers)) % len(scenery)].astype(np.uint8)
    kinds = agents[draw(arrays(int, 4, elements=numbers)) % len(agents)]
    instance = draw(arrays(np.int32, shape, elements=st.integers(0, 4)))
    semantic = np.where(instance > 0, kinds[instance - 1], semantic).astype(np.uint8)
    # Far ids need the third byte.
    return semantic, np.where(instance == 4, 65535, instance).astype(np.int32)


@given(labelled(), st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_any_classes_and_ids_pixel_by_pixel(images, min_visible_px):
    semantic, instance = images
    ids = segment_ids(semantic, instance, min_visible_px)
    for (y, x), number in np.ndenumerate(ids):
        agent = int(instance[y, x])
        word = CLASS_ID[Semantic(int(semantic[y, x]))]
        seen = not agent or (instance == agent).sum() >= min_visible_px
        assert number == (word + 256 * agent if seen and word else 0)
    records = segment_records(ids)
    assert [r["id"] for r in records] == sorted(set(ids.ravel().tolist()) - {0})
    for record in records:
        ys, xs = np.nonzero(ids == record["id"])
        assert record["area"] == len(xs)
        assert record["bbox"] == [xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1]
        assert record.get("instance_id", 0) == record["id"] // 256
        crowd = record["category_id"] in THINGS and "instance_id" not in record
        assert record["iscrowd"] == crowd


def test_categories_are_those_of_coco():
    entries = panoptic_categories()
    assert {e["id"] for e in entries if e["isthing"]} == THINGS
    assert all(e["id"] > 91 for e in entries if not e["isthing"])
    assert [e["id"] for e in entries] == sorted(set(CLASS_ID.values()) - {0})
    assert {name for e in entries for name in e["roadreel_classes"]} == {
        s.name.lower().replace("_", " ") for s, number in CLASS_ID.items() if number
    }
    assert len({tuple(e["color"]) for e in entries}) == len(entries)


def test_the_panoptic_channel_alone_is_enough(tmp_path):
    for name, channels in (("a", DEFAULT_CHANNELS), ("b", ("rgb", "panoptic")), ("c", ("rgb", "instance"))):
        ToyStreet(seed=3, ticks=3, channels=channels).write(tmp_path / name, "s", ("coco-panoptic",))
    files = [
        {p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n / "coco-panoptic").rglob("*.*")}
        for n in ("a", "b", "c")
    ]
    assert files[0] == files[1]
    assert len(files[0]) > 6
    # Without classes there is nothing to write, and it is said so.
    assert not [path for path in files[2] if path.suffix == ".png"]
    info = ToyStreet(channels=("rgb", "instance")).info(tmp_path, "s")
    said = "left out, for it records neither panoptic nor both instance and semantic"
    sentences = WRITERS["coco-panoptic"].cannot_hold(info)
    assert [s for s in sentences if s.endswith(said)] == [f"camera front: {said}", f"camera pole: {said}"]


def test_classes_that_share_or_lack_a_word_are_named(tmp_path):
    sentences = WRITERS["coco-panoptic"].cannot_hold(ToyStreet().info(tmp_path, "s"))
    assert [s for s in sentences if s.startswith("class ")] == [
        "class road: written as road, as marking would be",
        "class marking: written as road, as road would be",
        "class pavement: written as pavement-merged, as kerb would be",
        "class kerb: written as pavement-merged, as pavement would be",
        "class pole: void, there is no word for it",
        "class sign: void, there is no word for it",
        "class bin: void, there is no word for it",
        "class street furniture: void, there is no word for it",
    ]


def test_splits_and_export(root, tmp_path):
    splits = Splits((1, 1, 0), seed=1)
    assert {splits.of("s3"), splits.of("s7")} == {"train", "val"}
    export(root, tmp_path, ("coco-panoptic",), splits=splits, min_visible_px=MIN_VISIBLE_PX)
    whole = {image["file_name"]: (ids, segments) for image, ids, segments in load(root / "coco-panoptic")[0]}
    found = {}
    for split in splits.names:
        items, _ = load(tmp_path / "coco-panoptic", f"panoptic_{split}")
        for image, ids, segments in items:
            assert splits.of(image["sequence"]) == split
            found[image["file_name"]] = ids, segments
            assert (tmp_path / "coco-panoptic/images" / image["file_name"]).is_file()
    assert found.keys() == whole.keys()
    for name, (ids, segments) in found.items():
        assert (ids == whole[name][0]).all()
        assert segments == whole[name][1]
    assert {p.name for p in (tmp_path / "coco-panoptic/annotations").iterdir()} == {
        f"panoptic_{split}{suffix}" for split in SPLITS[:2] for suffix in ("", ".json")
    }


def test_summary_counts(tmp_path):
    street = ToyStreet(seed=3, ticks=4)
    summary = street.write(tmp_path, formats=("coco-panoptic",))["coco-panoptic"]
    rows = [a for _, f in street.frames() for v in f.annotations.values() for a in v]
    items, _ = load(tmp_path / "coco-panoptic")
    assert summary == {
        "images": len(items),
        "segments": sum(len(segments) for _, _, segments in items),
        "dropped": sum(0 < a.visible_px < MIN_VISIBLE_PX for a in rows),
    }
    assert summary["dropped"]
