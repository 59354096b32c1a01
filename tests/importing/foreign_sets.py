"""Small data sets in other formats: ours, exported; and hand-made ones as others write them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Roster
from sim.scenario import CAMERA_CHANNELS, Camera
from sim.taxonomy import category
from sim.testing import ToyStreet

Edit = Callable[[Path], object]

KINDS = (
    "vehicle.car",
    "human.pedestrian.adult",
    "human.pedestrian.child",
    "vehicle.van",
    "human.rider.bicyclist",
    "human.rider.motorcyclist",  # KITTI has no word for it
)
RIG = (
    Camera("front", "ego", x_m=1.0, z_m=1.6, width_px=120, height_px=80, channels=CAMERA_CHANNELS),
    Camera(
        *("pole", "", -3.0, 4.0, 5.0, -15.0, 20.0),
        width_px=96, height_px=64, rate_hz=5, channels=CAMERA_CHANNELS,
    ),
)  # fmt: skip


class Mixed(ToyStreet):
    """Boxes of several categories in turn."""

    @property
    def roster(self) -> Roster:
        roster = super().roster
        kinds = tuple(category(KINDS[i % len(KINDS)]) for i in range(len(roster)))
        return dataclasses.replace(roster, categories=kinds)


def write_ours(root: Path) -> None:
    """Two sequences of two cameras in the native format and in all that can be imported."""
    for seed, last in ((5, False), (4, True)):
        Mixed(seed=seed, ticks=4, agents=9, rig=RIG).write(
            root, f"s{seed}", ("native", "coco", "kitti", "mot"), last=last
        )


def edit_text(pattern: str, change: Callable[[list[str]], list[str] | None]) -> Edit:
    """Change the lines of the first file that matches."""

    def edit(root: Path) -> None:
        path = sorted(root.glob(pattern))[0]
        lines = path.read_text().splitlines()
        lines = change(lines) or lines
        path.write_text("\n".join(lines) + "\n")

    return edit


def edit_field(pattern: str, row: int, column: int, value: object, separator: str = " ") -> Edit:
    """Replace one column of one line."""

    def change(lines: list[str]) -> None:
        fields = lines[row].split(separator)
        fields[column] = str(value)
        lines[row] = separator.join(fields)

    return edit_text(pattern, change)


def edit_coco(change: Callable[[dict[str, Any]], object]) -> Edit:
    """Change what the JSON file says."""

    def edit(root: Path) -> None:
        [path] = root.glob("annotations/*.json")
        data = json.loads(path.read_text())
        change(data)
        path.write_text(json.dumps(data))

    return edit


def picture(path: Path, width: int, height: int, shade: int = 90) -> None:
    """A picture of one color."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((height, width, 3), shade, np.uint8))


def uncompressed(mask: NDArray[np.bool_]) -> dict[str, Any]:
    """COCO's uncompressed RLE: runs of zeros and ones in turn, column by column."""
    flat = mask.T.ravel().astype(int)
    ends = np.flatnonzero(np.diff(flat, prepend=0))
    return {"size": list(mask.shape), "counts": np.diff([0, *ends, flat.size]).tolist()}


STILLS = (40, 30)
"""Width and height of the first picture of `coco_stills`."""


def coco_stills(root: Path) -> Path:
    """Pictures of several sizes and types without tracks, as in COCO's val2017: polygons, a crowd, joints."""
    picture(root / "val2017/000000000139.jpg", 40, 30)
    picture(root / "val2017/000000000285.JPEG", 24, 32)
    picture(root / "val2017/000000000632.png", 50, 20)
    crowd = np.zeros((30, 40), bool)
    crowd[20:28, 3:9] = crowd[22:25, 20:26] = True
    person = np.zeros((30, 40), bool)
    person[4:16, 28:36] = True
    joints = np.zeros((17, 3))
    joints[[0, 5, 11]] = [[32.0, 5.0, 2], [31.0, 8.0, 2], [29.0, 12.0, 1]]
    names = {
        139: ("000000000139.jpg", 40, 30),
        285: ("000000000285.JPEG", 24, 32),
        632: ("000000000632.png", 50, 20),
    }
    data = {
        "info": {"year": 2017, "date_created": "2017/09/01"},
        "licenses": [],
        "images": [
            {"id": i, "file_name": n, "width": w, "height": h, "license": 1, "coco_url": "http://images/x"}
            for i, (n, w, h) in names.items()
        ],
        "categories": [
            {"id": 1, "name": "person", "supercategory": "person"},
            {"id": 3, "name": "car", "supercategory": "vehicle"},
            {"id": 19, "name": "horse", "supercategory": "animal"},
        ],
        "annotations": [
            {
                "id": 1768, "image_id": 139, "category_id": 3, "iscrowd": 0,
                "segmentation": [[5.12, 4.3, 20.7, 4.9, 22.4, 13.8, 6.0, 14.25]],
                "bbox": [5.12, 4.3, 17.28, 9.95], "area": 150.7,
            },
            {
                "id": 900100000139, "image_id": 139, "category_id": 1, "iscrowd": 1,
                "segmentation": uncompressed(crowd), "bbox": [3, 20, 23, 8], "area": int(crowd.sum()),
            },
            {
                "id": 1769, "image_id": 139, "category_id": 1, "iscrowd": 0,
                "segmentation": uncompressed(person), "bbox": [28.0, 4.0, 8.0, 12.0], "area": 96.0,
                "keypoints": joints.ravel().tolist(), "num_keypoints": 3,
            },
            {"id": 5, "image_id": 285, "category_id": 19, "iscrowd": 0, "bbox": [1, 1, 9, 9], "area": 81.0},
            {"id": 6, "image_id": 285, "category_id": 3, "iscrowd": 0, "bbox": [2.5, 3, 9, 9], "area": 81.0},
        ],
    }  # fmt: skip
    (root / "annotations").mkdir()
    (root / "annotations/instances_val2017.json").write_text(json.dumps(data))
    return root


P2 = np.array([[721.5377, 0, 609.5593, 44.85728], [0, 721.5377, 172.854, 0.2163791], [0, 0, 1, 0.002745884]])
VELO = "7.967514e-03 -9.999679e-01 -8.462264e-04 -1.377769e-02 -2.771053e-03 8.241710e-04 -9.999958e-01 "
VELO += "-5.542117e-02 9.999644e-01 7.969825e-03 -2.764397e-03 -2.918589e-01"
IMU = "9.999976e-01 7.553071e-04 -2.035826e-03 -8.086759e-01 -7.854027e-04 9.998898e-01 -1.482298e-02 "
IMU += "3.195559e-01 2.024406e-03 1.482454e-02 9.998881e-01 -7.997231e-01"


def kitti_row(
    frame: int, track: int, kind: str, hwl: tuple[float, ...], bottom: tuple[float, ...], yaw: float
) -> str:
    """A row as the tracking benchmark has them; the 2D box is that of the corners, cut at the image."""
    height, width, length = hwl
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-height, 0) for z in (-1, 1)], float)
    corners[:, 0] *= length / 2
    corners[:, 2] *= width / 2
    c, s = np.cos(yaw), np.sin(yaw)
    placed = corners @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T + bottom
    u, v, w = P2 @ np.concatenate([placed, np.ones((8, 1))], 1).T
    x0, x1 = np.clip([(u / w).min(), (u / w).max()], 0, 1241)
    y0, y1 = np.clip([(v / w).min(), (v / w).max()], 0, 374)
    numbers = (yaw - np.arctan2(bottom[0], bottom[2]), x0, y0, x1, y1, *hwl, *bottom, yaw)
    return f"{frame} {track} {kind} 0 0 " + " ".join(f"{value:f}" for value in numbers)


def kitti_tracking(root: Path) -> Path:
    """Two frames as in the tracking benchmark: DontCare, ids from 0, P2 with its baseline, GPS rows."""
    for frame in range(2):
        picture(root / f"training/image_02/0007/{frame:06d}.png", 1242, 375)
    lines = []
    for frame in range(2):
        nothing = "-1000.000000 -1000.000000 -1000.000000 -10.000000 -1.000000 -1.000000 -1.000000"
        lines += [
            f"{frame} -1 DontCare -1 -1 -10.000000 219.31 188.49 245.50 218.56 {nothing}",
            kitti_row(frame, 0, "Van", (2.0, 1.823, 4.433), (-4.55, 1.86, 13.41 - frame), -2.115),
            kitti_row(frame, 1, "Cyclist", (1.86, 0.6, 2.02), (4.6, 1.45, 9.2), 1.57),
            kitti_row(frame, 2, "Pedestrian", (1.7, 0.5, 0.8), (0.4, 1.5, 22.0 + frame), 0.3),
            kitti_row(frame, 3, "Misc", (3.2, 2.5, 12.0), (9.0, 1.5, 40.0), -1.5),
            kitti_row(frame, 4, "Person", (1.2, 0.5, 0.8), (-2.0, 1.5, 18.0), 0.3),
        ]
    text = "".join(f"P{i}: " + " ".join(f"{v:.12e}" for v in P2.ravel()) + "\n" for i in range(4))
    files = {
        "label_02": lines,
        "calib": [
            *text.splitlines(), "R_rect 1 0 0 0 1 0 0 0 1", f"Tr_velo_cam {VELO}", f"Tr_imu_velo {IMU}",
        ],
        # East at 10 m/s, 49 degrees north: 0.1 s are 1 m.
        "oxts": [
            f"49.011212804408 {8.4228850417969 + step:.13f} 116.4 0.0 0.0 0.0 " + " ".join(["0"] * 24)
            for step in (0.0, np.rad2deg(1.0 / (6378137.0 * np.cos(np.deg2rad(49.011212804408)))))
        ],
    }  # fmt: skip
    for name, rows in files.items():
        path = root / "training" / name / "0007.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(rows) + "\n")
    return root


def kitti_objects(root: Path) -> Path:
    """Two pictures as in the object benchmark: no tracks, truncation as a share, sizes that differ."""
    home = root / "training"
    for frame, (width, height) in ((0, (1242, 375)), (3, (1224, 370))):
        picture(home / f"image_2/{frame:06d}.png", width, height)
        rows = [
            kitti_row(0, 0, "Car", (1.5, 1.6, 4.0), (-3.0, 1.6, 15.0), -1.6),
            kitti_row(0, 0, "Pedestrian", (1.7, 0.5, 0.8), (0.4, 1.5, 22.0), 0.3),
        ]
        lines = [line.split()[2:] for line in rows]
        lines[0][1] = "0.25"
        nothing = ["-1"] * 3 + ["-1000"] * 3 + ["-10"]
        lines.append(["DontCare", "-1", "-1", "-10", "503.89", "169.71", "590.61", "190.13", *nothing])
        for name, text in {
            "label_2": "\n".join(map(" ".join, lines)) + "\n",
            "calib": "".join(f"P{i}: " + " ".join(map(str, P2.ravel())) + "\n" for i in range(4))
            + f"R0_rect: 1 0 0 0 1 0 0 0 1\nTr_velo_to_cam: {VELO}\nTr_imu_to_velo: {IMU}\n",
        }.items():
            (home / name).mkdir(exist_ok=True)
            (home / name / f"{frame:06d}.txt").write_text(text)
    return root


def mot17(root: Path) -> Path:
    """A sequence as in MOT17, of three frames: classes that are not scored, boxes that leave the image."""
    folder = root / "train/MOT17-02-FRCNN"
    (folder / "gt").mkdir(parents=True)
    for frame in (1, 2, 3):
        picture(folder / f"img1/{frame:06d}.jpg", 192, 108)
    (folder / "seqinfo.ini").write_text(
        "[Sequence]\nname=MOT17-02-FRCNN\nimDir=img1\nframeRate=30\nseqLength=3\n"
        "imWidth=192\nimHeight=108\nimExt=.jpg\n\n"
    )
    (folder / "gt/gt.txt").write_text(
        "1,1,91,48,15,38,1,1,1\n2,1,92,48,15,38,1,1,0.5\n3,1,93,48,15,38,1,1,0.25\n"
        "1,2,-9,20,20,40,1,1,0.86173\n"  # half of it lies left of the image
        "2,3,150,30,30,20,0,3,1\n3,3,151,30,30,20,0,3,0.9\n"  # cars are not scored
        "1,4,60,60,10,30,0,7,1\n"  # static person
        "1,5,10,80,12,20,0,8,1\n2,6,10,10,12,20,0,12,1\n"  # distractor, reflection
        "1,7,100,10,12,90,0,9,0.2\n"  # occluder
    )
    return root
