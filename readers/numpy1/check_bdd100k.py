"""BDD100K by scalabel: boxes, masks, boxes in space, cameras; its evaluation of the truth as a tracker."""

from __future__ import annotations

import copy
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from common import dataset, facts, report
from PIL import Image
from pycocotools import mask as mask_tools
from scalabel.eval.mot import acc_single_video_mot, evaluate_track
from scalabel.label.io import group_and_sort, load, load_label_config
from scalabel.label.transforms import box2d_to_xyxy, graph_to_keypoints, rle_to_box2d, rle_to_mask
from scalabel.label.typing import Config, Frame, Label
from scalabel.label.utils import get_matrix_from_extrinsics, get_matrix_from_intrinsics
from scalabel.vis.geometry import Label3d

WORDS = {
    "human.pedestrian.adult": "pedestrian",
    "human.pedestrian.child": "pedestrian",
    "human.pedestrian.wheelchair": "rider",
    "human.rider.bicyclist": "rider",
    "human.rider.motorcyclist": "rider",
    "vehicle.trailer": "truck",
    "vehicle.tram": "train",
    "vehicle.van": "car",
}
UNNAMED = ("animal.dog", "movable.pram", "movable.wheelchair")
TRAIN_IDS = {
    "pedestrian": 11,
    "rider": 12,
    "car": 13,
    "truck": 14,
    "bus": 15,
    "train": 16,
    "motorcycle": 17,
    "bicycle": 18,
}


def check_label(label: Label, a: dict[str, Any], capture: dict[str, Any], least_px: int) -> None:
    """One agent."""
    where = f"{capture['sensor']} {capture['frame']}: {a['name']}"
    assert label.category == WORDS.get(a["category"], a["category"].rsplit(".", 1)[-1]), where
    x0, y0, x1, y1 = a["box2d_visible"]
    unscored = a["visible_px"] < least_px or min(x1 - x0, y1 - y0) == 1
    assert label.attributes["crowd"] == label.attributes["ignored"] == unscored, where
    assert box2d_to_xyxy(label.box2d) == a["box2d_visible"], where
    assert label.box2d == rle_to_box2d(label.rle), where
    mask = rle_to_mask(label.rle)
    assert (mask == mask_tools.decode(a["mask_rle"])).all(), where
    assert mask.sum() == a["visible_px"] > 0, where
    corners = np.array(Label3d.from_box3d(label.box3d).vertices)
    camera_from_world = np.linalg.inv(np.vstack([capture["world_from_camera"], [0, 0, 0, 1]]))
    world_from_box = np.vstack([a["box3d"]["world_from_box"], [0, 0, 0, 1]])
    half = np.array(a["box3d"]["size_lwh_m"]) / 2
    # Forward, then down, then left, as the corners are numbered.
    signs = [(x, y, z) for x in (-1, 1) for z in (1, -1) for y in (-1, 1)]
    own = camera_from_world @ world_from_box @ np.column_stack([signs * half, np.ones(8)]).T
    assert np.allclose(corners, own[:3].T, atol=1e-9), where
    if a["keypoints"] is not None:
        joints = np.array(graph_to_keypoints(label.graph)).reshape(-1, 3)
        flags = np.array(a["keypoints"]["visibility"])
        assert (joints[:, 2] == flags).all(), where
        expected = np.array(a["keypoints"]["pixels"]) - 0.5
        assert np.allclose(joints[flags > 0, :2], expected[flags > 0]), where


def check_frame(
    frame: Frame, capture: dict[str, Any], k: dict[str, float], folders: tuple[Path, Path], least_px: int
) -> int:
    """One picture, its camera and labels; returns how many count."""
    pictures, masks = folders
    with Image.open(pictures / str(frame.videoName) / frame.name) as image:
        assert zlib.crc32(np.asarray(image).tobytes()) == capture["rgb_crc32"], frame.name
        assert image.size == (frame.size.width, frame.size.height)
    assert frame.timestamp == capture["timestamp_ns"] // 10**6, frame.name
    assert np.allclose(
        get_matrix_from_extrinsics(frame.extrinsics)[:3], capture["world_from_camera"], atol=1e-9
    )
    matrix = [[k["fx_px"], 0, k["cx_px"] - 0.5], [0, k["fy_px"], k["cy_px"] - 0.5], [0, 0, 1]]
    assert np.allclose(get_matrix_from_intrinsics(frame.intrinsics), matrix, atol=1e-9)
    agents = {
        str(a["instance_id"]): a
        for a in capture["annotations"]
        if a["visible_px"] and a["category"] not in UNNAMED
    }
    assert {label.id for label in frame.labels} == set(agents), frame.name
    with Image.open(masks / frame.name) as image:
        classes = np.asarray(image)
    assert set(np.unique(classes)) <= {*range(19), 255}, frame.name
    for label in frame.labels:
        assert (classes[rle_to_mask(label.rle) > 0] == TRAIN_IDS[label.category]).all(), frame.name
        check_label(label, agents[label.id], capture, least_px)
    return sum(not label.attributes["ignored"] for label in frame.labels)


def exchanged(videos: list[list[Frame]]) -> list[list[Frame]]:
    """Every car has the id of the next one in every other frame."""
    out = copy.deepcopy(videos)
    for frame in (frame for video in out for frame in video[::2]):
        cars = [label for label in frame.labels if label.category == "car"]
        ids = [label.id for label in cars]
        for label, other in zip(cars, ids[1:] + ids[:1], strict=True):
            label.id = other
    return out


def scores(truth: list[list[Frame]], tracks: list[list[Frame]], config: Config) -> tuple[float, float]:
    """Overall MOTA and IDF1, percent."""
    found = evaluate_track(acc_single_video_mot, truth, tracks, config, nproc=1)
    return found.MOTA[-1]["OVERALL"], found.IDF1[-1]["OVERALL"]


def main() -> None:
    known, home = facts(), dataset() / "bdd100k"
    config = load_label_config(str(home / "config.json"))
    boxes = frames = 0
    videos: list[list[Frame]] = []
    for split in sorted({s["split"] for s in known["sequences"].values()}):
        found = group_and_sort(load(str(home / "labels/box_track_20" / split)).frames)
        videos += found
        for video in found:
            name, camera = str(video[0].videoName).rsplit("-", 1)
            sequence = known["sequences"][name]
            assert sequence["split"] == split, name
            (k,) = (s["intrinsics"] for s in sequence["sensors"] if s["camera"]["name"] == camera)
            captures = [c for c in sequence["captures"] if c["sensor"] == camera]
            for frame, capture in zip(video, captures, strict=True):
                folders = home / "images/track" / split, home / "labels/sem_seg/masks" / split
                boxes += check_frame(frame, capture, k, folders, known["min_visible_px"])
                frames += 1
    assert frames == sum(len(s["captures"]) for s in known["sequences"].values())
    perfect, worse = scores(videos, videos, config), scores(videos, exchanged(videos), config)
    assert perfect == (100, 100), perfect
    assert worse[0] < 100, worse
    assert worse[1] < 100, worse
    report("bdd100k", "scalabel", f"{boxes} boxes, MOTA 100, IDF1 100, {worse[1]:.1f} with ids exchanged")


if __name__ == "__main__":
    main()
