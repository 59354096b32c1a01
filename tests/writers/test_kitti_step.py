"""KITTI-STEP by a reader written from the format's text: no package on PyPI reads it.

The text: DeepLab2's ``g3doc/setup/kitti_step.md``; Weber et al., "STEP: Segmenting and Tracking Every Pixel",
2021, for the quality measure.
"""

import dataclasses

import cv2
import numpy as np
import pytest
from mixed_street import MixedStreet

from sim.dataset import Splits, read
from sim.scenario import DEFAULT_CHANNELS
from sim.taxonomy import TARGETS, Semantic
from sim.testing.toys import ToyStreet
from sim.writers import WRITERS, export, finish

MIN_VISIBLE_PX = 4
CLASSES = (
    "road sidewalk building wall fence pole traffic_light traffic_sign vegetation terrain sky person rider "
    "car truck bus train motorcycle bicycle"
)
NUMBERS = {name: number for number, name in enumerate(CLASSES.split())}
VOID, PERSON, CAR = 255, 11, 13
STREET = MixedStreet(seed=3, agents=20, ticks=6, width_px=192, height_px=120)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    root = tmp_path_factory.mktemp("step")
    return root, STREET.write(root, "s", ("native", "kitti", "kitti-step"))["kitti-step"]


@pytest.fixture(scope="module")
def root(written):
    return written[0]


def load(path):
    """The reader: (H, W) class and (H, W) track id."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert image.dtype == np.uint8
    blue, green, red = np.moveaxis(image.astype(int), 2, 0)
    return red, 256 * green + blue


def maps(home, split="train"):
    """Sequence -> (class, id) of its frames in order."""
    out = {}
    for folder in sorted((home / "panoptic_maps" / split).iterdir()):
        paths = sorted(folder.iterdir())
        assert [p.name for p in paths] == [f"{i:06d}.png" for i in range(len(paths))]
        assert [p.name for p in sorted((home / "images" / split / folder.name).iterdir())] == [
            p.name for p in paths
        ]
        out[folder.name] = [load(path) for path in paths]
    return out


def quality(truth, found):
    """Segmentation and tracking quality: the geometric mean of mIoU and of how well tracks are found."""
    confusion = np.zeros((256, 256), int)
    scores = []
    for number, frames in truth.items():
        a = [np.concatenate([m[i].ravel() for m in frames]) for i in (0, 1)]
        b = [np.concatenate([m[i].ravel() for m in found[number]]) for i in (0, 1)]
        np.add.at(confusion, (a[0], b[0]), 1)
        for kind in (PERSON, CAR):
            own, others = np.where(a[0] == kind, a[1], 0), np.where(b[0] == kind, b[1], 0)
            for track in set(np.unique(own).tolist()) - {0}:
                mask, score = own == track, 0.0
                for other in set(np.unique(others[mask]).tolist()) - {0}:
                    both = int((mask & (others == other)).sum())
                    score += both * both / int((mask | (others == other)).sum())
                scores.append(score / int(mask.sum()))
    counted = confusion[:VOID, :VOID]
    kinds = np.flatnonzero(counted.sum(1))
    union = counted.sum(0)[kinds] + counted.sum(1)[kinds] - counted.diagonal()[kinds]
    return float(np.sqrt(np.mean(counted.diagonal()[kinds] / union) * np.mean(scores))), len(scores)


def test_maps_are_the_frames(written):
    root, summary = written
    counts = dict.fromkeys(("images", "masks", "dropped"), 0)
    seen = set()
    found = maps(root / "kitti-step")
    for line in (root / "kitti-step/sequences.txt").read_text().splitlines():
        number, name, camera, frames = line.split()
        truth = [f for f in read(root)[0] if camera in f.captures]
        assert (name, len(truth)) == ("s", int(frames))
        for frame, (kinds, ids) in zip(truth, found.pop(number), strict=True):
            capture = frame[camera]
            for semantic in np.unique(capture.semantic):
                word = TARGETS["cityscapes"].classes[Semantic(semantic)].name.replace(" ", "_")
                seen.add(word)
                assert set(kinds[capture.semantic == semantic]) == {NUMBERS.get(word, VOID)}
            expected = np.zeros(ids.shape, int)
            for a in frame.annotations[camera]:
                mask = capture.instance == a.instance_id
                tracked = a.visible_px >= MIN_VISIBLE_PX and kinds[mask][0] in (PERSON, CAR)
                expected[mask] = a.instance_id if tracked else 0
                counts["masks"] += int(tracked)
                counts["dropped"] += int(a.visible_px > 0 and not tracked)
            assert (ids == expected).all()
            counts["images"] += 1
    assert not found
    assert counts == summary
    assert min(counts.values()) > 0
    assert {"road", "traffic_light", "static", "unlabeled", "person", "car", "rider", "truck"} < seen


def test_pictures_are_shared_with_kitti(root):
    for path in (root / "kitti-step/images/train").glob("*/*.png"):
        assert path.samefile(root / "kitti/training/image_02" / path.parent.name / path.name)


def test_the_truth_scores_one_and_exchanged_ids_less(root):
    truth = maps(root / "kitti-step")
    score, tracks = quality(truth, truth)
    assert score == pytest.approx(1, abs=1e-12)
    assert tracks > 5
    persons = {i for kinds, ids in truth["0000"] for i in np.unique(ids[kinds == PERSON]).tolist()} - {0}
    first, second, *_ = sorted(persons)

    def exchanged(ids):
        return np.where(ids == first, second, np.where(ids == second, first, ids))

    half = len(truth["0000"]) // 2
    worse = [(k, exchanged(ids) if i >= half else ids) for i, (k, ids) in enumerate(truth["0000"])]
    assert quality(truth, {**truth, "0000": worse})[0] < 0.999


def test_what_carries_the_camera_is_void(tmp_path):
    street = MixedStreet(seed=3, agents=2, ticks=2)
    rig = tuple(dataclasses.replace(c, mount="a1") if c.name == "front" else c for c in street.cameras)
    rig = tuple(dataclasses.replace(c, x_m=-4.0, z_m=3.0, pitch_deg=30.0) if c.mount else c for c in rig)
    street = dataclasses.replace(street, rig=rig)
    street.write(tmp_path, "s", ("native", "kitti-step"))
    own = street.roster.names.index("a1") + 1
    hidden = 0
    for frame, (kinds, ids) in zip(read(tmp_path)[0], maps(tmp_path / "kitti-step")["0000"], strict=True):
        mask = frame["front"].instance == own
        assert not ids[mask].any()
        assert set(kinds[mask]) <= {VOID}
        hidden += mask.sum()
    assert hidden > 50


def test_splits(tmp_path):
    splits = Splits((2, 1, 1))
    for i in range(8):
        ToyStreet(ticks=1, agents=1, splits=splits).write(tmp_path, f"s{i}", ("kitti-step",), last=False)
    finish(tmp_path)
    rows = [r.split() for r in (tmp_path / "kitti-step/sequences.txt").read_text().splitlines()]
    for split in ("train", "val", "test"):
        found = maps(tmp_path / "kitti-step", split)
        assert list(found) == [n for n, name, _, _ in rows if splits.of(name) == split]
        assert found


def test_export_and_the_panoptic_channel_give_the_same_bytes(root, tmp_path):
    export(root, tmp_path / "export", ("kitti-step",), min_visible_px=MIN_VISIBLE_PX)
    channels = tuple(c for c in DEFAULT_CHANNELS if c not in ("instance", "semantic"))
    street = dataclasses.replace(STREET, channels=(*channels, "panoptic"))
    street.write(tmp_path / "panoptic", "s", ("kitti-step",))
    files = [
        {p.relative_to(r): p.read_bytes() for p in (r / "kitti-step").rglob("*") if p.is_file()}
        for r in (root, tmp_path / "export", tmp_path / "panoptic")
    ]
    assert files[0] == files[1] == files[2]
    assert len(files[0]) > 15


def test_what_it_cannot_hold_is_named(tmp_path):
    told = WRITERS["kitti-step"].cannot_hold(STREET.info(tmp_path, "s"))
    for sentence in (
        "ids: none for human.rider.bicyclist, human.rider.motorcyclist, vehicle.bicycle, vehicle.bus, "
        "vehicle.motorcycle, vehicle.truck",
        "category vehicle.van: written as car, as vehicle.car would be",
        "class bench: void, there is no word for it",
        "class kerb: written as sidewalk, as pavement would be",
    ):
        assert sentence in told
    blind = ToyStreet(channels=("rgb", "instance")).info(tmp_path, "s")
    said = "camera pole: left out, for it records neither panoptic nor both instance and semantic"
    assert said in WRITERS["kitti-step"].cannot_hold(blind)
    many = ToyStreet(agents=1000).info(tmp_path, "s")
    assert sum(s.startswith("agents:") for s in WRITERS["kitti-step"].cannot_hold(many)) == 1
