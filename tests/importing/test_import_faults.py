"""Faults planted in foreign labels: found by the audit of what was imported, or refused with their value."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from foreign_sets import (
    Edit,
    coco_stills,
    edit_coco,
    edit_field,
    edit_text,
    kitti_tracking,
    mot17,
)

from sim.audit import check
from sim.errors import UsageError
from sim.importing import import_dataset

Data = dict[str, Any]


def rows_of_one_image(data: Data) -> list[Data]:
    """Annotations of the image that has most."""
    rows = data["annotations"]
    images = [row["image_id"] for row in rows]
    most = max(set(images), key=images.count)
    return [row for row in rows if row["image_id"] == most]


def shifted(data: Data) -> None:
    row = rows_of_one_image(data)[0]
    row["bbox"][0] += 3


def beyond(data: Data) -> None:
    rows_of_one_image(data)[0]["bbox"] = [110.0, 5.0, 30.0, 10.0]


def other_mask(data: Data) -> None:
    first, second = rows_of_one_image(data)[:2]
    first["segmentation"] = second["segmentation"]


def doubled(data: Data) -> None:
    first, second = rows_of_one_image(data)[:2]
    second["track_id"] = first["track_id"]


def other_category(data: Data) -> None:
    rows = [r for r in data["annotations"] if r["track_id"] == data["annotations"][0]["track_id"]]
    rows[0]["category"] = "vehicle.bus"


def remove_a_picture(root: Path) -> None:
    sorted([*root.rglob("img1/*.png"), *root.rglob("image_02/*/*.png")])[1].unlink()


def broken_picture(root: Path) -> None:
    sorted(root.rglob("img1/*"))[1].write_bytes(b"no picture")


KITTI, MOT = "training/label_02/0000.txt", "s5-front/gt/gt.txt"


def kitti_object(column: int, value: object) -> Edit:
    """Change a column of the first row that is an object."""

    def change(lines: list[str]) -> None:
        row = next(n for n, line in enumerate(lines) if "DontCare" not in line)
        fields = lines[row].split()
        fields[column] = str(value)
        lines[row] = " ".join(fields)

    return edit_text(KITTI, change)


FOUND: dict[str, tuple[str, Edit, str]] = {
    "coco-box-beyond-the-image": ("coco", edit_coco(beyond), "coco-boxes"),
    "coco-box-beside-its-mask": ("coco", edit_coco(shifted), "coco-box-mask"),
    "coco-mask-of-another": ("coco", edit_coco(other_mask), "coco-box-mask"),
    "coco-area": ("coco", edit_coco(lambda d: d["annotations"][0].update(area=1)), "coco-area"),
    "coco-id-twice": ("coco", edit_coco(doubled), "unique-ids"),
    "coco-category-changes": ("coco", edit_coco(other_category), "track-category"),
    "coco-visibility": (
        "coco", edit_coco(lambda d: d["annotations"][0].update(visible_fraction=0.123)), "visibility",
    ),
    "kitti-box-beyond-the-image": ("kitti", kitti_object(8, 400.0), "kitti-boxes"),
    "kitti-box-empty": ("kitti", kitti_object(8, 0.0), "imported-fields"),
    "kitti-3d-box-elsewhere": ("kitti", kitti_object(13, 30.0), "kitti-box3d"),
    "kitti-alpha": ("kitti", kitti_object(5, 3.0), "kitti-angles"),
    "kitti-occluded": ("kitti", kitti_object(4, 7), "kitti-ranges"),
    "kitti-size": ("kitti", kitti_object(10, -1.0), "kitti-ranges"),
    "kitti-size-changes": ("kitti", kitti_object(12, 9.0), "track-size"),
    "kitti-no-picture": ("kitti", remove_a_picture, "kitti-images"),
    "mot-box-beyond-the-image": ("mot", edit_field(MOT, 0, 2, 500, ","), "mot-boxes"),
    "mot-box-empty": ("mot", edit_field(MOT, 0, 4, 0, ","), "mot-boxes"),
    "mot-id-twice": ("mot", edit_text(MOT, lambda lines: [lines[0], *lines]), "unique-ids"),
    "mot-visibility": ("mot", edit_field(MOT, 0, 8, 1.5, ","), "mot-ranges"),
    "mot-no-picture": ("mot", remove_a_picture, "mot-images"),
    "mot-broken-picture": ("mot", broken_picture, "readable"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FOUND)
def test_the_audit_finds_a_fault_in_what_was_imported(ours: Path, tmp_path: Path, fault: str) -> None:
    format_name, edit, name = FOUND[fault]
    shutil.copytree(ours / format_name, tmp_path / "source")
    edit(tmp_path / "source")
    import_dataset(format_name, tmp_path / "source", tmp_path / "out")
    assert name in {finding.check for finding in check(tmp_path / "out").findings}


def kitti_id_twice(root: Path) -> None:
    edit_text("training/label_02/0007.txt", lambda lines: [*lines, lines[1]])(root)


def test_a_kitti_track_twice_in_a_frame(tmp_path: Path) -> None:
    source = kitti_tracking(tmp_path / "kitti")
    kitti_id_twice(source)
    import_dataset("kitti", source, tmp_path / "out")
    assert {finding.check for finding in check(tmp_path / "out").findings} == {"unique-ids"}


def set_first(part: str, **fields: object) -> Edit:
    return edit_coco(lambda data: data[part][0].update(fields))


def without(part: str, field: str) -> Edit:
    return edit_coco(lambda data: data[part][0].pop(field))


def write(pattern: str, text: str) -> Edit:
    return edit_text(pattern, lambda _: [text])


RLE = {"size": [30, 40], "counts": [0, 5]}
LABELS, CALIB, OXTS = (f"training/{name}/0007.txt" for name in ("label_02", "calib", "oxts"))
INI, GT = "train/*/seqinfo.ini", "train/*/gt/gt.txt"

REFUSED: dict[str, tuple[str, Edit, str]] = {
    "coco-path-up": ("coco", set_first("images", file_name="../../x.jpg"), r"file_name '../../x"),
    "coco-path-absolute": ("coco", set_first("images", file_name="/etc/passwd"), r"file_name '/etc/passwd'"),
    "coco-no-size": ("coco", without("images", "width"), r"images\[0\]: width is None"),
    "coco-enormous": ("coco", set_first("images", width=10**9), r"width is 1000000000, wanted 1 to 65535"),
    "coco-image-twice": ("coco", set_first("images", id=285), r"images\[1\]: id 285 is there twice"),
    "coco-lost-image": ("coco", set_first("annotations", image_id=9), r"image_id 9: there is no such image"),
    "coco-lost-category": ("coco", set_first("annotations", category_id=7), r"category_id 7"),
    "coco-box-of-three": ("coco", set_first("annotations", bbox=[1, 2, 3]), r"1768: .*bbox \[1, 2, 3\]"),
    "coco-box-nan": ("coco", set_first("annotations", bbox=[1, 2, 3, float("nan")]), r"bbox: nan"),
    "coco-box-text": ("coco", set_first("annotations", bbox=[1, 2, 3, "4"]), r"could not|'4'"),
    "coco-nothing-there": (
        "coco", edit_coco(lambda d: [d["annotations"][0].pop(k) for k in ("bbox", "segmentation")]),
        r"neither bbox nor segmentation",
    ),
    "coco-short-runs": ("coco", set_first("annotations", segmentation=RLE), r"runs add up to 5 pixels"),
    "coco-mask-size": (
        "coco", set_first("annotations", segmentation={"size": [9, 9], "counts": [81]}), r"size is \[9, 9\]",
    ),
    "coco-far-polygon": (
        "coco", set_first("annotations", segmentation=[[0, 0, 1e12, 0, 5, 5]]), r"1768: .*corner",
    ),
    "coco-no-polygon": ("coco", set_first("annotations", segmentation=[[0, 0, 5, 5]]), r"1768: .*three"),
    "coco-crowd": ("coco", set_first("annotations", iscrowd=3), r"iscrowd is 3, wanted 0 or 1"),
    "coco-no-json": ("coco", write("annotations/*.json", "{"), r"instances_val2017.json is broken"),
    "coco-a-list": ("coco", write("annotations/*.json", "[]"), r"no list of images"),
    "kitti-columns": ("kitti", write(LABELS, "0 1 Car 0 0"), r"0007.txt line 1: 5 columns, wanted 17"),
    "kitti-text": (
        "kitti", edit_field(LABELS, 1, 6, "left"), r"0007.txt line 2: .*'left'",
    ),
    "kitti-nan": ("kitti", edit_field(LABELS, 1, 6, "nan"), r"0007.txt line 2: numbers that are none"),
    "kitti-frame-below-0": ("kitti", edit_field(LABELS, 1, 0, -3), r"frame -3, wanted 0 or more"),
    "kitti-calib": ("kitti", edit_text(CALIB, lambda x: ["P2: 1 2 x", *x[4:]]), r"0007.txt: P2: '1 2 x'"),
    "kitti-p2": (
        "kitti", edit_text(CALIB, lambda x: [*x[:2], "P2: " + " ".join(["0"] * 12), *x[3:]]), r"P2: .* not K",
    ),
    "kitti-no-rotation": (
        "kitti", edit_text(CALIB, lambda x: [*x[:4], "R_rect 2 0 0 0 1 0 0 0 1", *x[5:]]), r"R_rect: not",
    ),
    "kitti-oxts-short": ("kitti", edit_text(OXTS, lambda x: x[:1]), r"1 rows, wanted one for frame 1 too"),
    "kitti-oxts-text": ("kitti", edit_field(OXTS, 1, 3, "x"), r"oxts/0007.txt line 2"),
    "kitti-oxts-pole": ("kitti", edit_field(OXTS, 1, 0, 95.0), r"line 2: latitude 95.0, wanted -90 to 90"),
    "mot-no-ini": ("mot", lambda root: next(root.glob(INI)).unlink(), r"seqinfo.ini is not there"),
    "mot-ini-section": ("mot", write(INI, "imWidth=3"), r"seqinfo.ini is broken"),
    "mot-ini-size": (
        "mot", edit_text(INI, lambda x: [*x[:5], "imWidth=wide", *x[6:]]), r"imWidth is 'wide', wanted",
    ),
    "mot-ini-folder": (
        "mot", edit_text(INI, lambda x: [*x[:2], "imDir=../../..", *x[3:]]), r"imDir is '../../..'",
    ),
    "mot-columns": ("mot", write(GT, "1,1,5,5,5"), r"MOT17-02-FRCNN: gt.txt line 1: 5 columns, wanted 9"),
    "mot-nan": ("mot", edit_field(GT, 2, 3, "inf", ","), r"gt.txt line 3: numbers that are none"),
    "mot-fraction": ("mot", edit_field(GT, 0, 1, 1.5, ","), r"gt.txt line 1: id is 1.5, wanted a whole"),
    "mot-frame-0": ("mot", edit_field(GT, 0, 0, 0, ","), r"frame 0 in gt.txt, wanted numbers from 1"),
}  # fmt: skip

MAKE: dict[str, Callable[[Path], Path]] = {"coco": coco_stills, "kitti": kitti_tracking, "mot": mot17}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_understood_is_refused_and_leaves_nothing(tmp_path: Path, fault: str) -> None:
    format_name, edit, message = REFUSED[fault]
    source = MAKE[format_name](tmp_path / "source")
    edit(source)
    with pytest.raises(UsageError, match=message):
        import_dataset(format_name, source, tmp_path / "out")
    left = [path.name for path in (tmp_path / "out").rglob("*") if path.name != "sequences"]
    assert left == []
