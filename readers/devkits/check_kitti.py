"""KITTI tracking by pykitti: pictures, rows of labels, and poses of the cameras from the GPS."""

from __future__ import annotations

import contextlib
import io
import zlib
from typing import Any

import numpy as np
import pykitti
import pykitti.utils
from common import dataset, facts, report
from pykitti.tracking import KittiTrackingLabels
from ridden import holds, joined

WORDS = {
    "human.pedestrian.adult": "Pedestrian",
    "human.pedestrian.child": "Pedestrian",
    "human.pedestrian.wheelchair": "Pedestrian",
    "human.rider.bicyclist": "Cyclist",
    "movable.pram": "Misc",
    "vehicle.car": "Car",
    "vehicle.trailer": "Misc",
    "vehicle.tram": "Tram",
    "vehicle.truck": "Truck",
    "vehicle.van": "Van",
}


def matrices(path: Any) -> dict[str, np.ndarray]:
    """Calibration of a sequence; as in KITTI's own tracking files some names have no colon after them."""
    rows = [line.replace(":", "").split() for line in path.read_text().splitlines()]
    return {name: np.array(values, float) for name, *values in rows}


def homogeneous(rows: Any) -> np.ndarray:
    return np.vstack([np.reshape(rows, (3, 4)), [0, 0, 0, 1]])


def check_poses(number: str, captures: list[dict[str, Any]]) -> None:
    """Where the camera is, relative to its first place, by GPS and calibration."""
    home = dataset() / "kitti" / "training"
    calibration = matrices(home / "calib" / f"{number}.txt")
    camera_from_imu = homogeneous(calibration["Tr_velo_cam"]) @ homogeneous(calibration["Tr_imu_velo"])
    packets = pykitti.utils.load_oxts_packets_and_poses([str(home / "oxts" / f"{number}.txt")])
    assert len(packets) == len(captures), number
    found = [packet.T_w_imu @ np.linalg.inv(camera_from_imu) for packet in packets]
    filmed = [homogeneous(capture["world_from_camera"]) for capture in captures]
    for own, truth in zip(found, filmed, strict=True):
        assert np.allclose(own[:3, :3], truth[:3, :3], atol=1e-6), number
        moved, expected = own[:3, 3] - found[0][:3, 3], truth[:3, 3] - filmed[0][:3, 3]
        assert np.allclose(moved, expected, atol=1e-3), f"{number}: {moved} {expected}"


def check_rows(
    number: str, captures: list[dict[str, Any]], agents: list[dict[str, Any]], least_px: int
) -> int:
    """Labels of a sequence; returns how many."""
    path = dataset() / "kitti" / "training" / "label_02" / f"{number}.txt"
    rows = KittiTrackingLabels(str(path), split_on_reappear=False)._df
    count = 0
    for frame, capture in enumerate(captures):
        seen = [
            a
            for a in joined(capture["annotations"], agents, WORDS)
            if a["visible_px"] >= least_px and a["category"] in WORDS
        ]
        own = rows[rows.index == frame]
        assert len(own) == len(seen), f"{number} {frame}: {len(own)} rows of {len(seen)}"
        for (_, row), a in zip(own.iterrows(), seen, strict=True):
            assert row["class"] == WORDS[a["category"]], f"{number} {frame}: {a['name']}"
            # pykitti names the columns of a box's height, width and length after the axes x, y and z.
            height, width, length = row["xd"], row["yd"], row["zd"]
            bottom = homogeneous(capture["world_from_camera"]) @ [row["x"], row["y"], row["z"], 1]
            center = bottom[:3] + np.array(a["box3d"]["world_from_box"])[:, 2] * height / 2
            assert holds(a, center, (length, width, height), 1e-5), f"{number} {frame}: {a['name']}"
            count += 1
    return count


def main() -> None:
    known = facts()
    home = dataset() / "kitti"
    pictures = boxes = 0
    for line in (home / "sequences.txt").read_text().splitlines():
        number, name, camera, _ = line.split()
        captures = [c for c in known["sequences"][name]["captures"] if c["sensor"] == camera]
        with contextlib.redirect_stdout(io.StringIO()):
            sequence = pykitti.tracking(str(home / "training"), number)
        for picture, capture in zip(sequence.cam2, captures, strict=True):
            assert zlib.crc32(np.asarray(picture).tobytes()) == capture["rgb_crc32"], f"{number}"
            pictures += 1
        check_poses(number, captures)
        boxes += check_rows(number, captures, known["sequences"][name]["agents"], known["min_visible_px"])
    assert boxes > 0
    report("kitti", "pykitti", f"{pictures} pictures and poses, {boxes} labels")


if __name__ == "__main__":
    main()
