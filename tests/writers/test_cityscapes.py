"""Cityscapes files against the frames they were made of; cityscapesScripts itself reads them in readers/."""

import dataclasses
import json

import cv2
import numpy as np
import pytest
from mixed_street import KINDS, MixedStreet

from sim.dataset import SPLITS, Splits, read
from sim.errors import UsageError
from sim.scenario import DEFAULT_CHANNELS
from sim.taxonomy import CATEGORIES, TARGETS, Semantic
from sim.testing.toys import ToyStreet
from sim.writers import WRITERS, export, finish
from sim.writers.city_labels import city_categories, city_images, city_segments

MIN_VISIBLE_PX = 4
WORDS = TARGETS["cityscapes"].classes
THINGS = {"person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle"}
STREET = MixedStreet(seed=3, agents=20, ticks=6, width_px=192, height_px=120)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    root = tmp_path_factory.mktemp("cities")
    return root, STREET.write(root, "s_1", ("native", "cityscapes"))["cityscapes"]


@pytest.fixture(scope="module")
def root(written):
    return written[0]


def captures(root):
    """Base name, frame and capture, as the names of files say."""
    sequence = read(root)[0]
    for path in sorted((root / "cityscapes/leftImg8bit/train/s-1").iterdir()):
        city, camera, frame, kind = path.name.split("_")
        assert (city, kind) == ("s-1", "leftImg8bit.png")
        found = sequence[int(frame)]
        yield path.name.removesuffix("_leftImg8bit.png"), found, found[("front", "pole")[int(camera)]]


def image(path):
    found = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert found is not None, path
    return found


def test_every_picture_has_its_files_and_no_other(root):
    names = [name for name, _, _ in captures(root)]
    assert len(names) == sum(len(frame.captures) for frame in read(root)[0]) == 9
    home = root / "cityscapes"
    for folder, suffixes in {
        "leftImg8bit": ["leftImg8bit.png"],
        "leftImg8bit_sequence": ["leftImg8bit.png"],
        "camera": ["camera.json"],
        "gtFine": ["gtFine_instanceIds.png", "gtFine_labelIds.png", "gtFine_labelTrainIds.png"],
    }.items():
        found = sorted(p.name for p in (home / folder / "train/s-1").iterdir())
        assert found == sorted(f"{name}_{suffix}" for name in names for suffix in suffixes)
        assert [p.name for p in (home / folder / "train").iterdir()] == ["s-1"]
    panoptic = sorted(p.name for p in (home / "gtFine/cityscapes_panoptic_train").iterdir())
    assert panoptic == sorted(f"{name}_gtFine_panoptic.png" for name in names)


def test_pixels_are_the_frames(written):
    root, summary = written
    counts = {"images": 0, "instances": 0, "crowds": 0}
    home = root / "cityscapes"
    for name, frame, capture in captures(root):
        for folder in ("leftImg8bit", "leftImg8bit_sequence"):
            path = home / folder / f"train/s-1/{name}_leftImg8bit.png"
            native = root / f"sequences/s_1/{capture.sensor}/rgb/{frame.index:06d}.png"
            assert path.samefile(native)
        labels, train, own = (
            image(home / f"gtFine/train/s-1/{name}_gtFine_{kind}.png")
            for kind in ("labelIds", "labelTrainIds", "instanceIds")
        )
        assert (labels.dtype, train.dtype, own.dtype) == (np.uint8, np.uint8, np.uint16)
        for semantic in np.unique(capture.semantic):
            here, word = capture.semantic == semantic, WORDS[Semantic(semantic)]
            assert set(labels[here]) == {word.id}
            assert set(train[here]) == {word.train_id}
        expected = labels.astype(int)
        for a in frame.annotations[capture.sensor]:
            mask = capture.instance == a.instance_id
            number = CATEGORIES[a.category].label("cityscapes").id
            # Cityscapes' people and vehicles have instances; `dynamic`, for prams and dogs, has none.
            if a.visible_px >= MIN_VISIBLE_PX and number >= 24:
                expected[mask] = number * 1000 + a.instance_id
                counts["instances"] += 1
            elif a.visible_px:
                counts["crowds"] += 1
        assert (own == expected).all()
        counts["images"] += 1
    assert counts == summary
    assert min(counts.values()) > 0


def test_segments_are_those_of_the_instance_images(root):
    home = root / "cityscapes/gtFine"
    data = json.loads((home / "cityscapes_panoptic_train.json").read_text())
    kinds = {c["id"]: c for c in data["categories"]}
    pictures = {i["id"]: i for i in data["images"]}
    assert len(pictures) == len(data["images"]) == len(data["annotations"])
    crowds = 0
    for a in data["annotations"]:
        picture = pictures.pop(a["image_id"])
        own = image(home / f"train/s-1/{a['image_id']}_gtFine_instanceIds.png").astype(int)
        blue, green, red = np.moveaxis(
            image(home / "cityscapes_panoptic_train" / a["file_name"]).astype(int), 2, 0
        )
        assert (picture["height"], picture["width"]) == own.shape
        ids = red + 256 * green + 65536 * blue
        assert (ids == np.where(np.isin(np.where(own < 1000, own, own // 1000), list(kinds)), own, 0)).all()
        assert {s["id"] for s in a["segments_info"]} == set(np.unique(ids).tolist()) - {0}
        for s in a["segments_info"]:
            ys, xs = np.nonzero(ids == s["id"])
            x, y, width, height = s["bbox"]
            assert (x, y, x + width - 1, y + height - 1) == (xs.min(), ys.min(), xs.max(), ys.max())
            assert s["area"] == len(xs)
            kind = kinds[s["category_id"]]
            assert s["category_id"] == (s["id"] if s["id"] < 1000 else s["id"] // 1000)
            assert s["iscrowd"] == int(s["id"] < 1000 and kind["name"] in THINGS)
            crowds += s["iscrowd"]
    assert not pictures
    assert crowds


def test_camera_files_project_as_the_camera(root):
    """x' = K R^T (x - t), in Cityscapes' axes: the vehicle's, turned by yaw, pitch and roll."""
    axes = np.array([[0, -1, 0], [0, 0, -1], [1, 0, 0]])
    for name, frame, capture in captures(root):
        data = json.loads((root / f"cityscapes/camera/train/s-1/{name}_camera.json").read_text())
        e, k = data["extrinsic"], data["intrinsic"]
        assert set(e) == {"baseline", "pitch", "roll", "x", "y", "yaw", "z"}
        (cy, sy), (cp, sp), (cr, sr) = ((np.cos(e[n]), np.sin(e[n])) for n in ("yaw", "pitch", "roll"))
        turn = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
        turn = turn @ [[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]] @ [[1, 0, 0], [0, cr, -sr], [0, sr, cr]]
        assert data["sensor"]["camera"] == capture.sensor
        carrier = capture.world_from_carrier.matrix if data["sensor"]["mount"] else np.eye(4)
        matrix = np.array([[k["fx"], 0, k["u0"]], [0, k["fy"], k["v0"]], [0, 0, 1]])
        ahead = capture.world_from_camera.apply(np.array([[1.0, 0.5, 9.0], [-2.0, 1.0, 20.0], [0, 0, 5]]))
        for point in ahead:
            local = (np.linalg.inv(carrier) @ [*point, 1])[:3]
            u, v, depth = matrix @ axes @ turn.T @ (local - [e["x"], e["y"], e["z"]])
            truth = capture.intrinsics.project(capture.world_from_camera.inverse().apply(point))
            np.testing.assert_allclose([u / depth, v / depth], truth - 0.5, atol=1e-9)
        assert frame.index < 6


def test_ids_beyond_999_are_crowds_and_the_carrier_has_a_word_of_its_own():
    semantic = np.full((2, 6), Semantic.CAR)
    ids = np.array([[1, 2, 999, 1000, 1000, 1200]] * 2)
    found = city_images(semantic, ids, agents=1200, carrier=2, min_visible_px=2)
    assert found.instance_ids.tolist() == [[26001, 1, 26999, 26, 26, 26]] * 2
    assert found.label_ids.tolist() == [[26, 1, 26, 26, 26, 26]] * 2
    assert found.train_ids.tolist() == [[13, 255, 13, 13, 13, 13]] * 2
    assert (found.instances, found.crowds) == (2, 3)
    crowd, first, last = city_segments(found.panoptic_ids)
    assert (crowd["id"], crowd["iscrowd"], crowd["area"], crowd["bbox"]) == (26, 1, 6, [3, 0, 3, 2])
    assert (first["id"], last["id"], first["iscrowd"], last["iscrowd"]) == (26001, 26999, 0, 0)
    few = city_images(semantic, ids, agents=1200, carrier=0, min_visible_px=3)
    assert few.instance_ids.tolist() == [[26] * 6] * 2


def test_categories_are_those_that_are_evaluated():
    categories = city_categories()
    assert [c["id"] for c in categories] == sorted(c["id"] for c in categories)
    assert {c["name"] for c in categories if c["isthing"]} == THINGS
    ours = {word.id for word in WORDS.values() if word.train_id != 255}
    assert {c["id"] for c in categories if c["roadreel_classes"]} == ours
    assert {c["name"] for c in categories if not c["roadreel_classes"]} == {"wall"}
    for train_id, c in enumerate(categories):
        assert {w.train_id for w in WORDS.values() if w.id == c["id"]} <= {train_id}


def test_splits_are_folders_and_files(tmp_path):
    splits = Splits((2, 1, 1))
    for i in range(8):
        ToyStreet(ticks=1, agents=1, splits=splits).write(tmp_path, f"s{i}", ("cityscapes",), last=False)
    finish(tmp_path)
    home = tmp_path / "cityscapes"
    for split in SPLITS:
        cities = {p.name for p in (home / "leftImg8bit" / split).iterdir()}
        assert cities == {f"s{i}" for i in range(8) if splits.of(f"s{i}") == split}
        data = json.loads((home / f"gtFine/cityscapes_panoptic_{split}.json").read_text())
        assert {i["id"].split("_")[0] for i in data["images"]} == cities
        names = {p.name for p in (home / f"gtFine/cityscapes_panoptic_{split}").iterdir()}
        assert {a["file_name"] for a in data["annotations"]} == names


def test_export_and_the_panoptic_channel_give_the_same_bytes(root, tmp_path):
    export(root, tmp_path / "export", ("cityscapes",), min_visible_px=MIN_VISIBLE_PX)
    channels = tuple(c for c in DEFAULT_CHANNELS if c not in ("instance", "semantic"))
    street = dataclasses.replace(STREET, channels=(*channels, "panoptic"))
    street.write(tmp_path / "panoptic", "s_1", ("cityscapes",), threads=4)
    files = [
        {p.relative_to(r): p.read_bytes() for p in (r / "cityscapes").rglob("*") if p.is_file()}
        for r in (root, tmp_path / "export", tmp_path / "panoptic")
    ]
    assert files[0] == files[1] == files[2]
    assert len(files[0]) == 9 * 7 + 3


def test_cities_of_one_name_are_refused(tmp_path):
    for name in ("a_b", "a-b"):
        ToyStreet(ticks=1, agents=1).write(tmp_path, name, ("cityscapes",), last=False)
    with pytest.raises(UsageError, match="a-b exists already: two sequences"):
        finish(tmp_path)


def test_what_it_cannot_hold_is_named(tmp_path):
    told = WRITERS["cityscapes"].cannot_hold(STREET.info(tmp_path, "s"))
    assert "class bench: written as static, as lamp and bin and street furniture would be" in told
    assert "category vehicle.van: written as car, as vehicle.car would be" in told
    shared = [k for k in KINDS if any(s.startswith(f"category {k}:") for s in told)]
    merged = ("car", "van", "truck", "trailer")
    assert sorted(shared) == sorted(k for k in KINDS if k.startswith("human") or k.endswith(merged))
    blind = ToyStreet(ticks=1, channels=("rgb", "instance"))
    assert blind.write(tmp_path, "b", ("cityscapes",))["cityscapes"]["images"] == 0
    said = "camera pole: left out, for it records neither panoptic nor both instance and semantic"
    assert said in WRITERS["cityscapes"].cannot_hold(blind.info(tmp_path, "b"))
    many = ToyStreet(agents=1000).info(tmp_path, "s")
    assert "agents: those with ids beyond 999 are crowds" in WRITERS["cityscapes"].cannot_hold(many)
