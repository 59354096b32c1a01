"""The audit of KITTI folders: silent on ours and on sound ones in others' style, loud on broken ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from sim.audit import check
from sim.audit.kitti_checks import KITTI_CHECKS
from sim.testing import ToyStreet

WIDTH, HEIGHT = 1242, 375
P2 = np.array([[721.5377, 0, 609.5593, 44.85728], [0, 721.5377, 172.854, 0.2163791], [0, 0, 1, 0.002745884]])

Rows = list[list[str]]


def found(root: Path) -> set[str]:
    return {finding.check for finding in check(root).findings}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ours")
    for seed, last in ((5, False), (4, True)):
        ToyStreet(seed=seed, ticks=4, agents=8).write(root, f"s{seed}", ("native", "kitti"), last=last)
    return root / "kitti"


@pytest.mark.parametrize("below", ["", "training"])
def test_ours_is_sound_and_every_check_applies(ours: Path, below: str) -> None:
    report = check(ours / below)
    assert (report.format, report.findings) == ("kitti", ())
    assert [one.check for one in report.results] == ["readable", *(one.name for one in KITTI_CHECKS)]
    assert all(one.compared for one in report.results)
    labels = [
        line.split() for f in (ours / "training/label_02").iterdir() for line in f.read_text().splitlines()
    ]
    rows = [line for line in labels if line[2] != "DontCare"]
    assert sum(row["annotations"] for row in report.counts.values()) == len(rows)


def row(
    frame: int, track: int, kind: str, size_hwl: tuple[float, ...], bottom: tuple[float, ...], yaw: float
) -> str:
    """A row with two digits, as the benchmark's files have them; the box is that of the corners."""
    height, width, length = size_hwl
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-height, 0) for z in (-1, 1)], float)
    corners[:, 0] *= length / 2
    corners[:, 2] *= width / 2
    c, s = np.cos(yaw), np.sin(yaw)
    placed = corners @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T + bottom
    u, v, w = P2 @ np.concatenate([placed, np.ones((8, 1))], 1).T
    x0, x1 = np.clip([(u / w).min(), (u / w).max()], 0, WIDTH - 1)
    y0, y1 = np.clip([(v / w).min(), (v / w).max()], 0, HEIGHT - 1)
    alpha = yaw - np.arctan2(bottom[0], bottom[2])
    numbers = (alpha, x0, y0, x1, y1, *size_hwl, *bottom, yaw)
    return f"{frame} {track} {kind} 0 0 " + " ".join(f"{value:.2f}" for value in numbers)


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """A sequence of two frames as in the tracking benchmark, P2 with its baseline, lines without colons."""
    for name in ("label_02", "calib", "image_02/0007"):
        (tmp_path / name).mkdir(parents=True)
    for frame in range(2):
        cv2.imwrite(str(tmp_path / f"image_02/0007/{frame:06d}.png"), np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    lines = []
    for frame in range(2):
        lines.append(
            f"{frame} -1 DontCare -1 -1 -10.00 219.31 188.49 245.50 218.56 -1000 -1000 -1000 -10 -1 -1 -1"
        )
        lines.append(row(frame, 0, "Van", (2.0, 1.82, 4.43), (-4.55, 1.86, 13.41 - frame), -2.12))
        lines.append(row(frame, 1, "Cyclist", (1.86, 0.6, 2.02), (4.6, 1.45, 9.2), 1.57))
        lines.append(row(frame, 2, "Pedestrian", (1.7, 0.5, 0.8), (0.4, 1.5, 22.0 + frame), 0.3))
    (tmp_path / "label_02/0007.txt").write_text("\n".join(lines) + "\n")
    text = "".join(f"P{i}: " + " ".join(f"{v:.12e}" for v in P2.ravel()) + "\n" for i in range(4))
    text += "R_rect 1 0 0 0 1 0 0 0 1\n"
    text += "Tr_velo_cam 0 -1 0 0 0 0 -1 -0.08 1 0 0 -0.27\nTr_imu_velo 1 0 0 -0.81 0 1 0 0.32 0 0 1 -0.8\n"
    (tmp_path / "calib/0007.txt").write_text(text)
    return tmp_path


def test_a_folder_in_others_style_is_sound(others: Path) -> None:
    report = check(others)
    assert report.findings == ()
    compared = {one.check: one.compared for one in report.results}
    assert (compared["kitti-rows"], compared["kitti-boxes"], compared["kitti-box3d"]) == (6, 6, 12)
    assert {name: (row["tracks"], row["annotations"]) for name, row in report.counts.items()} == {
        "Cyclist": (1, 2), "Pedestrian": (1, 2), "Van": (1, 2),
    }  # fmt: skip


def test_the_object_benchmark_has_a_file_per_image(others: Path) -> None:
    rows = [line.split() for line in (others / "label_02/0007.txt").read_text().splitlines()]
    root = others / "object/training"
    for name in ("label_2", "calib", "image_2"):
        (root / name).mkdir(parents=True)
    for frame in range(2):
        text = "".join(" ".join(line[2:]) + "\n" for line in rows if int(line[0]) == frame)
        (root / f"label_2/{frame:06d}.txt").write_text(text)
        (root / f"calib/{frame:06d}.txt").write_bytes((others / "calib/0007.txt").read_bytes())
        (root / f"image_2/{frame:06d}.png").write_bytes((others / "image_02/0007/000000.png").read_bytes())
    report = check(root.parent)
    assert report.findings == ()
    assert {one.check: one.compared for one in report.results}["kitti-box3d"] == 12
    (root / "calib/000001.txt").unlink()
    assert "kitti-calib" in found(root)


def edit(column: int, value: str, number: int = 1) -> Callable[[Path], None]:
    """Change a column of a row of the labels."""

    def change(root: Path) -> None:
        path = root / "label_02/0007.txt"
        rows = [line.split() for line in path.read_text().splitlines()]
        rows[number][column] = value
        path.write_text("".join(" ".join(fields) + "\n" for fields in rows))

    return change


def calib(old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / "calib/0007.txt"
        path.write_text(path.read_text().replace(old, new))

    return change


def swapped_corners(root: Path) -> None:
    rows = [line.split() for line in (root / "label_02/0007.txt").read_text().splitlines()]
    edit(6, rows[1][8])(root)


def middle_for_bottom(root: Path) -> None:
    """The location is that of the box' middle."""
    edit(14, "0.86")(root)


def size_as_lwh(root: Path) -> None:
    """Length, width, height instead of height, width, length."""
    for number in (1, 5):
        edit(10, "4.43", number)(root)
        edit(12, "2.00", number)(root)


FAULTS: list[tuple[str, Callable[[Path], object], str]] = [
    ("a line of 16 columns", edit(16, "", 1), "kitti-rows"),
    ("a number that is none", edit(9, "x"), "kitti-rows"),
    ("a box that is not a number", edit(9, "nan"), "kitti-rows"),
    ("a type there is not", edit(2, "Bus"), "kitti-ranges"),
    ("a truncation of 3", edit(3, "3"), "kitti-ranges"),
    ("an occlusion of 5", edit(4, "5"), "kitti-ranges"),
    ("an angle in degrees", edit(16, "-121.5"), "kitti-ranges"),
    ("a height of zero", edit(10, "0"), "kitti-ranges"),
    ("a track twice in a frame", edit(1, "1"), "kitti-ids"),
    ("a box beyond the image", edit(8, "1242"), "kitti-boxes"),
    ("a box without size", swapped_corners, "kitti-boxes"),
    ("an alpha of another direction", edit(5, "2.12"), "kitti-angles"),
    ("the middle for the bottom", middle_for_bottom, "kitti-box3d"),
    ("sizes in another order", size_as_lwh, "kitti-box3d"),
    ("a box behind the camera", edit(15, "-13.41"), "kitti-box3d"),
    ("a box of another object", edit(13, "4.55"), "kitti-box3d"),
    ("a calibration without file", lambda root: (root / "calib/0007.txt").unlink(), "kitti-calib"),
    ("a calibration without P2", calib("P2", "P9"), "kitti-calib"),
    ("a calibration without lidar", calib("Tr_velo_cam", "Tr_velo"), "kitti-calib"),
    ("a rotation that is none", calib("R_rect 1 0", "R_rect 1 1"), "kitti-calib"),
    ("a calibration of words", calib("R_rect 1", "R_rect one"), "readable"),
    ("an image that is missing", lambda root: (root / "image_02/0007/000001.png").unlink(), "kitti-images"),
    ("an image that is none", lambda root: (root / "image_02/0007/000001.png").write_text("?"), "readable"),
    (
        "an image of another size",
        lambda root: cv2.imwrite(str(root / "image_02/0007/000001.png"), np.zeros((HEIGHT, 99, 3), np.uint8)),
        "kitti-size",
    ),
    ("a track of two types", edit(2, "Truck", 5), "track-category"),
    ("a track of two sizes", edit(12, "4.60", 5), "track-size"),
]


@pytest.mark.parametrize(("change", "name"), [pytest.param(c, n, id=f) for f, c, n in FAULTS])
def test_a_planted_fault_is_found(others: Path, change: Callable[[Path], object], name: str) -> None:
    change(others)
    assert name in found(others)


def test_every_check_has_a_fault_it_finds() -> None:
    assert {name for _, _, name in FAULTS} == {one.name for one in KITTI_CHECKS} | {"readable"}
