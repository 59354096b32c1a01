"""KITTI-MOTS read by TrackEval, and by a reader of its PNG images written from the page of the format.

The text: https://www.vision.rwth-aachen.de/page/mots (annotation format).
"""

import dataclasses

import cv2
import numpy as np
import pytest
from mixed_street import MixedStreet
from pycocotools import mask as coco_mask
from track_scores import evaluate

from sim.dataset import Splits, read
from sim.scenario import DEFAULT_CHANNELS
from sim.testing.toys import ToyStreet
from sim.writers import WRITERS, export, finish

# pycocotools asks NumPy 1's way for its arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MIN_VISIBLE_PX = 4
CLASSES = {"vehicle.car": 1, "human.pedestrian.adult": 2, "human.pedestrian.child": 2}
IGNORED = {"vehicle.van", "human.rider.bicyclist", "human.rider.motorcyclist"}


STREET = MixedStreet(seed=3, agents=20, ticks=6, width_px=192, height_px=120)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    root = tmp_path_factory.mktemp("mots")
    return root, STREET.write(root, "s", ("native", "kitti-mots"))["kitti-mots"]


@pytest.fixture(scope="module")
def root(written):
    return written[0]


def objects(a):
    """What an agent's pixels are, by the page: class * 1000 + id, 10000 where nothing is scored, 0."""
    if a.category in IGNORED or (a.category in CLASSES and a.visible_px < MIN_VISIBLE_PX):
        return 10000
    return CLASSES[a.category] * 1000 + a.instance_id if a.category in CLASSES else 0


def captures(root):
    for line in (root / "kitti-mots/sequences.txt").read_text().splitlines():
        number, name, camera, frames = line.split()
        found = [(f[camera], f.annotations[camera]) for f in read(root)[0] if camera in f.captures]
        assert (name, len(found)) == ("s", int(frames))
        yield number, found


def test_png_and_text_are_the_masks(written):
    root, summary = written
    counts = dict.fromkeys(("images", "masks", "ignored", "dropped"), 0)
    home = root / "kitti-mots/training"
    for number, found in captures(root):
        text = (home / f"instances_txt/{number}.txt").read_text()
        assert text == (home / f"label_02/{number}.txt").read_text()
        rows = [line.split(" ") for line in text.splitlines()]
        assert [int(row[0]) for row in rows] == sorted(int(row[0]) for row in rows)
        for index, (capture, annotations) in enumerate(found):
            image = cv2.imread(str(home / f"instances/{number}/{index:06d}.png"), cv2.IMREAD_UNCHANGED)
            assert image.dtype == np.uint16
            expected = np.zeros(image.shape, int)
            for a in annotations:
                expected[capture.instance == a.instance_id] = objects(a)
                if a.visible_px:
                    kind = {0: "dropped", 10000: "ignored"}.get(objects(a), "masks")
                    counts[kind] += 1
            assert (image == expected).all()
            own = {int(row[1]): row for row in rows if int(row[0]) == index}
            assert len(own) == sum(int(row[0]) == index for row in rows)
            assert own.keys() == set(np.unique(image).tolist()) - {0}
            for number_of, (_, _, kind, height, width, runs) in own.items():
                assert int(kind) == number_of // 1000
                mask = coco_mask.decode({"size": [int(height), int(width)], "counts": runs.encode()})
                assert (mask.astype(bool) == (image == number_of)).all()
            picture = cv2.imread(str(home / f"image_02/{number}/{index:06d}.png"))
            assert (picture[..., ::-1] == capture.rgb).all()
            counts["images"] += 1
    assert min(counts.values()) > 0
    assert counts == summary


def dataset(root, work, split="training"):
    import trackeval

    return trackeval.datasets.KittiMOTS(
        {
            "GT_FOLDER": str(root / "kitti-mots/training"),
            "TRACKERS_FOLDER": str(work),
            "TRACKERS_TO_EVAL": ["me"],
            "SPLIT_TO_EVAL": split,
            "PRINT_CONFIG": False,
        }
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_truth_scores_one_and_exchanged_ids_less(root, tmp_path, capsys):
    results = tmp_path / "me/data"
    results.mkdir(parents=True)
    rows = {}
    for path in sorted((root / "kitti-mots/training/label_02").iterdir()):
        rows[path.name] = [r.split(" ") for r in path.read_text().splitlines() if r.split()[2] != "10"]
        (results / path.name).write_text("".join(" ".join(r) + "\n" for r in rows[path.name]))
    scores = evaluate(dataset(root, tmp_path), "me")
    for kind, number in (("car", "1"), ("pedestrian", "2")):
        hota, mota, idf1, matched = scores[kind]
        assert (hota, mota, idf1) == (pytest.approx(1), 1, 1)
        assert matched == sum(r[2] == number for own in rows.values() for r in own) > 5
    front = rows["0000.txt"]
    ids = [r[1] for r in front if r[2] == "2"]
    first, second = sorted(set(ids), key=lambda i: (-ids.count(i), i))[:2]
    other = {first: second, second: first}
    lines = [[r[0], other.get(r[1], r[1]) if int(r[0]) >= 3 else r[1], *r[2:]] for r in front]
    (results / "0000.txt").write_text("".join(" ".join(r) + "\n" for r in lines))
    hota, mota, idf1, _ = evaluate(dataset(root, tmp_path), "me")["pedestrian"]
    assert hota < 0.99
    assert mota < 1
    assert idf1 < 1
    assert evaluate(dataset(root, tmp_path), "me")["car"] == scores["car"]


def test_seqmaps_name_the_last_frame_and_the_splits(tmp_path):
    splits = Splits((2, 1, 1))
    for i in range(8):
        ToyStreet(ticks=3, agents=1, splits=splits).write(tmp_path, f"s{i}", ("kitti-mots",), last=False)
    finish(tmp_path)
    for path in (tmp_path / "kitti-mots/training/label_02").iterdir():
        results = tmp_path / "me/data"
        results.mkdir(parents=True, exist_ok=True)
        (results / path.name).write_text(path.read_text())
    found = {name: dataset(tmp_path, tmp_path, name).seq_lengths for name in ("training", "val", "test")}
    rows = [r.split() for r in (tmp_path / "kitti-mots/sequences.txt").read_text().splitlines()]
    for name, members in (("training", ("train", "val")), ("val", ("val",)), ("test", ("test",))):
        assert found[name] == {n: int(k) for n, s, _, k in rows if splits.of(s) in members}


def test_export_and_the_panoptic_channel_give_the_same_bytes(root, tmp_path):
    export(root, tmp_path / "export", ("kitti-mots",), min_visible_px=MIN_VISIBLE_PX)
    channels = tuple(c for c in DEFAULT_CHANNELS if c not in ("instance", "semantic"))
    street = dataclasses.replace(STREET, channels=(*channels, "panoptic"))
    street.write(tmp_path / "panoptic", "s", ("kitti-mots",))
    files = [
        {p.relative_to(r): p.read_bytes() for p in (r / "kitti-mots").rglob("*") if p.is_file()}
        for r in (root, tmp_path / "export", tmp_path / "panoptic")
    ]
    assert files[0] == files[1] == files[2]
    assert len(files[0]) > 20


def test_ids_beyond_999_and_cameras_without_ids_are_named(tmp_path):
    street = ToyStreet(ticks=1, agents=1000)
    told = WRITERS["kitti-mots"].cannot_hold(street.info(tmp_path, "s"))
    assert "agents: those with ids from 1000 on are ignored regions" in told
    assert not [s for s in WRITERS["kitti-mots"].cannot_hold(STREET.info(tmp_path, "s")) if "1000" in s]
    blind = ToyStreet(ticks=2, agents=2, channels=("rgb", "depth"))
    summary = blind.write(tmp_path, "b", ("kitti-mots",))["kitti-mots"]
    assert set(summary.values()) == {0}
    told = WRITERS["kitti-mots"].cannot_hold(blind.info(tmp_path, "b"))
    for camera in ("front", "pole"):
        assert f"camera {camera}: left out, for it records neither instance nor panoptic" in told
    assert (tmp_path / "kitti-mots/sequences.txt").read_text() == ""
