"""YOLO files, read by a reader written from the format's text, hold the boxes and masks of the frames."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.dataset import Splits, read
from sim.taxonomy import CATEGORIES
from sim.testing.toys import ToyStreet
from sim.writers.polygons import single_polygon

MIN_VISIBLE_PX = 4
SPLITS = Splits((1, 1, 1), seed=5)


def labels_of(home, split):
    """What docs.ultralytics.com says: pictures of a split -> rows of (class name, numbers)."""
    data = yaml.safe_load((home / "data.yaml").read_text())
    folder = home / data[split]
    found = {}
    for image in sorted(folder.iterdir()):
        # "the last instance of /images/ in each image path is replaced with /labels/"
        label = home / "labels" / folder.name / f"{image.stem}.txt"
        rows = [line.split() for line in label.read_text().splitlines()]
        found[image] = [(data["names"][int(row[0])], np.array(row[1:], float)) for row in rows]
    assert data["nc"] == len(data["names"])
    return found


def fill(polygon, shape, whole):
    """To pixels, then to whole numbers (Ultralytics cuts off, supervision rounds), then filled."""
    height, width = shape
    corners = whole(polygon.astype(np.float32).reshape(-1, 2) * (width, height)).astype(np.int32)
    return cv2.fillPoly(np.zeros(shape, np.uint8), [corners], 1).astype(bool)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("yolo")
    names = ("s3", "s4", "s7", "s12")
    for number, name in enumerate(names):
        street = ToyStreet(seed=int(name[1:]), ticks=3, splits=SPLITS)
        street.write(root, name, ("native", "yolo", "yolo-segment"), last=number == len(names) - 1)
    return root


@pytest.mark.parametrize("task", ["yolo", "yolo-segment"])
def test_every_seen_agent_has_a_row(root, task):
    home = root / task
    pictures = {split: labels_of(home, split) for split in ("train", "val", "test")}
    assert all(pictures.values())
    found = {path.name: (split, path, rows) for split, of in pictures.items() for path, rows in of.items()}
    assert len(found) == sum(map(len, pictures.values()))
    rows_seen = 0
    for sequence in read(root):
        for frame in sequence:
            for sensor, capture in frame.captures.items():
                split, path, rows = found.pop(f"{sequence.name}_{sensor}_{frame.index:06d}.png")
                assert split == sequence.info.split
                assert (cv2.imread(str(path))[..., ::-1] == capture.rgb).all()
                shown = [a for a in frame.annotations[sensor] if a.visible_px >= MIN_VISIBLE_PX]
                assert [name for name, _ in rows] == [a.category for a in shown]
                rows_seen += len(rows)
                for a, (_, numbers) in zip(shown, rows, strict=True):
                    check_row(task, capture, a, numbers)
    assert not found
    assert rows_seen


def check_row(task, capture, a, numbers):
    assert ((numbers >= 0) & (numbers <= 1)).all()
    mask = capture.instance == a.instance_id
    height, width = mask.shape
    if task == "yolo":
        x, y, w, h = numbers * (width, height, width, height)
        assert (x - w / 2, y - h / 2, x + w / 2, y + h / 2) == pytest.approx(a.box2d_visible, abs=1e-6)
        return
    assert len(numbers) >= 6
    filled = fill(numbers, mask.shape, np.trunc)
    assert (filled == fill(numbers, mask.shape, np.round)).all()
    assert (filled >= mask).all()
    if cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0] == 2:
        assert (filled == mask).all()


def test_without_splits_all_is_for_training_and_validation(tmp_path):
    ToyStreet(seed=3, ticks=1).write(tmp_path, formats=("yolo",))
    data = yaml.safe_load((tmp_path / "yolo/data.yaml").read_text())
    assert (data["train"], data["val"]) == ("images/train", "images/train")
    assert "test" not in data
    assert list(data["names"].values()) == list(CATEGORIES)


def test_what_is_dropped_is_counted(tmp_path):
    street = ToyStreet(seed=3, ticks=4)
    summary = street.write(tmp_path, formats=("yolo", "yolo-segment"))
    rows = [a for _, f in street.frames() for v in f.annotations.values() for a in v]
    kept = sum(a.visible_px >= MIN_VISIBLE_PX for a in rows)
    assert 0 < kept < len(rows)
    wanted = {"images": 6, "objects": kept, "dropped": len(rows) - kept}
    assert summary == {"yolo": wanted, "yolo-segment": wanted}


def test_a_polygon_goes_round_parts_and_holes():
    mask = np.zeros((12, 30), bool)
    mask[1:11, 1:11] = True
    mask[3:6, 3:9] = False
    mask[7:9, 4:6] = False
    assert (fill_pixels(single_polygon(mask), mask.shape) == mask).all()
    mask[2:5, 20:24] = True
    mask[4, 26] = True
    filled = fill_pixels(single_polygon(mask), mask.shape)
    assert (filled >= mask).all()
    extra = filled & ~mask
    # Lines of one pixel: nine columns from x = 11 to 19, two from 24 to 25.
    assert np.flatnonzero(extra.any(0)).tolist() == [*range(11, 20), 24, 25]
    assert extra.sum() == 11


def fill_pixels(polygon, shape):
    return cv2.fillPoly(np.zeros(shape, np.uint8), [polygon.astype(np.int32)], 1).astype(bool)


@settings(max_examples=150, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))).filter(np.any))
def test_a_polygon_holds_every_pixel_and_no_other_but_below_lines(mask):
    polygon = single_polygon(mask)
    assert len(polygon) >= 3
    filled = fill_pixels(polygon, mask.shape)
    assert (filled >= mask).all()
    lines = np.zeros(mask.shape, np.uint8)
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        cv2.line(lines, a.tolist(), b.tolist(), 1)
    assert not (filled & ~mask & ~lines.astype(bool)).any()
