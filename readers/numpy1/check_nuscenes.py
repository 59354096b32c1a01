"""Poses, boxes, tracks, pictures and points by nuscenes-devkit; its evaluation of the truth as a tracker."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import warnings
import zlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from common import dataset, facts, report
from nuscenes import NuScenes
from nuscenes.eval.common.config import config_factory
from nuscenes.eval.tracking.evaluate import TrackingEval
from nuscenes.eval.tracking.utils import category_to_tracking_name
from nuscenes.utils.data_classes import LidarPointCloud
from nuscenes.utils.geometry_utils import points_in_box, transform_matrix, view_points
from PIL import Image
from pyquaternion import Quaternion
from ridden import holds, joined

VERSION = "v1.0-roadreel"
SHIFT_M = np.array([300.0, 300.0, 0.0])
WORDS = {
    "animal.dog": "animal",
    "human.pedestrian.adult": "human.pedestrian.adult",
    "human.pedestrian.child": "human.pedestrian.child",
    "human.pedestrian.wheelchair": "human.pedestrian.wheelchair",
    "movable.pram": "human.pedestrian.stroller",
    "vehicle.bicycle": "vehicle.bicycle",
    "vehicle.bus": "vehicle.bus.rigid",
    "vehicle.car": "vehicle.car",
    "vehicle.motorcycle": "vehicle.motorcycle",
    "vehicle.trailer": "vehicle.trailer",
    "vehicle.truck": "vehicle.truck",
    "vehicle.van": "vehicle.car",
}
ATTRIBUTES = {
    "walking": "pedestrian.moving",
    "crossing": "pedestrian.moving",
    "standing": "pedestrian.standing",
}


class Scene:
    """A scene and the captures it was made from."""

    def __init__(self, nusc: NuScenes, record: dict[str, Any], known: dict[str, Any]) -> None:
        self.nusc, self.record = nusc, record
        name, _, carrier = record["name"].partition("-fixed-")
        if not carrier:
            name, carrier = record["name"].rsplit("-", 1)
        self.split = known["sequences"][name]["split"]
        self.agents = known["sequences"][name]["agents"]
        cameras = [s["camera"] for s in known["sequences"][name]["sensors"]]
        self.cameras = {
            f"CAM_{c['name'].upper()}": c["name"]
            for c in cameras
            if (c["mount"] == carrier if c["mount"] else c["name"] == carrier)
        }
        self.carrier, self.least_px = carrier, known["min_visible_px"]
        self.k = {s["camera"]["name"]: matrix(s["intrinsics"]) for s in known["sequences"][name]["sensors"]}
        # Time begins where the scene does, at its first frame.
        start_us = nusc.get("sample", record["first_sample_token"])["timestamp"]
        self.captures: dict[int, dict[str, Any]] = defaultdict(dict)
        for capture in known["sequences"][name]["captures"]:
            if capture["sensor"] in self.cameras.values():
                self.captures[start_us + capture["timestamp_ns"] // 1000][capture["sensor"]] = capture

    def samples(self) -> list[dict[str, Any]]:
        found, own = [], self.record["first_sample_token"]
        while own:
            found.append(self.nusc.get("sample", own))
            own = found[-1]["next"]
        return found

    def expected(self, time_us: int) -> dict[int, dict[str, Any]]:
        agents: dict[int, dict[str, Any]] = {}
        for capture in self.captures[time_us].values():
            for a in joined(capture["annotations"], self.agents, WORDS):
                if a["visible_px"] >= self.least_px and a["name"] != self.carrier and a["category"] in WORDS:
                    agents[a["instance_id"]] = a
        return agents


def matrix(k: dict[str, float]) -> np.ndarray:
    """K as the devkit has it: places count from the centre of the first pixel, not from its corner."""
    return np.array([[k["fx_px"], 0, k["cx_px"] - 0.5], [0, k["fy_px"], k["cy_px"] - 0.5], [0, 0, 1]])


def check_pictures(scene: Scene, sample: dict[str, Any]) -> int:
    """Pictures, poses and intrinsics of a sample."""
    nusc, captures = scene.nusc, scene.captures[sample["timestamp"]]
    labels = {label for label, name in scene.cameras.items() if name in captures}
    assert set(sample["data"]) == labels | {"LIDAR_TOP"}, f"{scene.record['name']}: {set(sample['data'])}"
    for label in labels:
        capture = captures[scene.cameras[label]]
        data = nusc.get("sample_data", sample["data"][label])
        with Image.open(nusc.get_sample_data_path(data["token"])) as image:
            assert image.size == (data["width"], data["height"])
            assert zlib.crc32(np.asarray(image).tobytes()) == capture["rgb_crc32"], data["filename"]
        world_from_camera = pose_of(nusc, data)
        world_from_camera[:3, 3] -= SHIFT_M
        assert np.allclose(world_from_camera[:3], capture["world_from_camera"], atol=1e-9), data["filename"]
        _, _, k = nusc.get_sample_data(data["token"])
        assert np.allclose(k, scene.k[scene.cameras[label]], atol=1e-9), data["filename"]
    return len(labels)


def check_boxes(scene: Scene, sample: dict[str, Any], ids: dict[str, int]) -> int:
    """Boxes, words and tracks of a sample.

    Args:
        ids: instance token -> the agent it has stood for so far; grows.
    """
    nusc, expected = scene.nusc, scene.expected(sample["timestamp"])
    assert len(sample["anns"]) == len(expected), f"{scene.record['name']}: {len(sample['anns'])} annotations"
    places = {i: np.array(a["box3d"]["world_from_box"]) for i, a in expected.items()}
    ridden = {agent.get("rider_of") for agent in scene.agents}
    for own in sample["anns"]:
        box, record = nusc.get_box(own), nusc.get("sample_annotation", own)
        center = box.center - SHIFT_M
        found = min(places, key=lambda i: np.linalg.norm(places[i][:, 3] - center))
        a = expected.pop(found)
        assert np.allclose(places[found][:, :3], box.rotation_matrix, atol=1e-9), record
        width, length, height = box.wlh
        assert holds(a, center, (length, width, height), 1e-9), record
        assert box.name == WORDS[a["category"]], record
        doing = [nusc.get("attribute", t)["name"] for t in record["attribute_tokens"]]
        cycle = a["category"] in ("vehicle.bicycle", "vehicle.motorcycle")
        what = ATTRIBUTES.get(a["activity"], f"vehicle.{a['activity']}")
        if cycle:
            what = "cycle.with_rider" if found in ridden else "cycle.without_rider"
        if a["category"] == "human.pedestrian.wheelchair":
            what = "pedestrian.sitting_lying_down"
        assert doing == ([] if a["category"] in ("animal.dog", "movable.pram") else [what]), record
        assert ids.setdefault(record["instance_token"], found) == found, "a track changes its agent"
    assert not expected
    return len(sample["anns"])


def check_points(scene: Scene, sample: dict[str, Any]) -> tuple[int, int]:
    """Points lie on the pixels they were made of; returns how many should and do lie in boxes."""
    nusc = scene.nusc
    lidar = nusc.get("sample_data", sample["data"]["LIDAR_TOP"])
    cloud = LidarPointCloud.from_file(nusc.get_sample_data_path(lidar["token"])).points[:3].astype(float)
    world = pose_of(nusc, lidar) @ np.vstack([cloud, np.ones(cloud.shape[1])])
    assert len(scene.cameras) == 1, "points of more cameras would have to be told apart"
    (label,) = scene.cameras
    camera = nusc.get("sample_data", sample["data"][label])
    local = (np.linalg.inv(pose_of(nusc, camera)) @ world)[:3]
    k = nusc.get("calibrated_sensor", camera["calibrated_sensor_token"])["camera_intrinsic"]
    pixels = view_points(local, np.array(k), normalize=True)[:2]
    assert np.abs(pixels - np.rint((pixels - 2) / 4) * 4 - 2).max() < 0.02, "points beside their pixels"
    counted = inside = 0
    for own in sample["anns"]:
        box, record = nusc.get_box(own), nusc.get("sample_annotation", own)
        counted += record["num_lidar_pts"]
        inside += min(int(points_in_box(box, world[:3], wlh_factor=1.1).sum()), record["num_lidar_pts"])
    return counted, inside


def pose_of(nusc: NuScenes, data: dict[str, Any]) -> np.ndarray:
    """(4, 4) global from sensor."""
    ego = nusc.get("ego_pose", data["ego_pose_token"])
    sensor = nusc.get("calibrated_sensor", data["calibrated_sensor_token"])
    matrices = [transform_matrix(r["translation"], Quaternion(r["rotation"])) for r in (ego, sensor)]
    return matrices[0] @ matrices[1]


def check_chains(nusc: NuScenes) -> None:
    """Records of an instance, and pictures of a camera, are linked both ways, in the order of time."""
    seen = 0
    for instance in nusc.instance:
        own, before, time_us, count = instance["first_annotation_token"], "", -1, 0
        while own:
            record = nusc.get("sample_annotation", own)
            now = nusc.get("sample", record["sample_token"])["timestamp"]
            assert record["prev"] == before
            assert record["instance_token"] == instance["token"]
            assert now > time_us
            before, time_us, own, count = own, now, record["next"], count + 1
        assert (before, count) == (instance["last_annotation_token"], instance["nbr_annotations"])
        seen += count
    assert seen == len(nusc.sample_annotation)
    for data in nusc.sample_data:
        if data["next"]:
            following = nusc.get("sample_data", data["next"])
            assert following["prev"] == data["token"]
            assert following["channel"] == data["channel"]
            assert following["timestamp"] > data["timestamp"]


def submission(scenes: list[Scene]) -> dict[str, Any]:
    """The truth as a tracker would hand it in."""
    results = {}
    for sample in (sample for scene in scenes for sample in scene.samples()):
        rows = []
        for own in sample["anns"]:
            record = scenes[0].nusc.get("sample_annotation", own)
            name = category_to_tracking_name(record["category_name"])
            if name and record["num_lidar_pts"]:
                row = {key: record[key] for key in ("sample_token", "translation", "size", "rotation")}
                row |= {"velocity": [0, 0], "tracking_id": record["instance_token"]}
                rows.append({**row, "tracking_name": name, "tracking_score": 1.0})
        results[sample["token"]] = rows
    used = dict.fromkeys(("use_lidar", "use_radar", "use_map", "use_external"), False)
    return {"meta": {**used, "use_camera": True}, "results": results}


def exchanged(handed_in: dict[str, Any]) -> dict[str, Any]:
    """Every car has the id of the next one in every other sample."""
    results = {}
    for number, (sample, rows) in enumerate(handed_in["results"].items()):
        cars = [row["tracking_id"] for row in rows if row["tracking_name"] == "car"]
        following = dict(zip(cars, cars[1:] + cars[:1], strict=True)) if number % 2 else {}
        results[sample] = [
            {**row, "tracking_id": following.get(row["tracking_id"], row["tracking_id"])} for row in rows
        ]
    return {**handed_in, "results": results}


def evaluate(handed_in: dict[str, Any], split: str, folder: Path) -> dict[str, Any]:
    """The devkit's tracking metrics."""
    path = folder / "submission.json"
    path.write_text(json.dumps(handed_in))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes without any agent have no mean
        config = config_factory("tracking_nips_2019")
        arguments = (config, str(path), split, str(folder), VERSION, str(dataset() / "nuscenes"))
        metrics, _ = TrackingEval(*arguments, verbose=False).evaluate()
    return metrics.serialize()


def main() -> None:
    known = facts()
    nusc = NuScenes(VERSION, str(dataset() / "nuscenes"), verbose=False)
    check_chains(nusc)
    with contextlib.redirect_stdout(io.StringIO()) as listed:
        nusc.list_scenes()
    assert len(listed.getvalue().splitlines()) == len(nusc.scene) == len({log["token"] for log in nusc.log})
    scenes = [Scene(nusc, record, known) for record in nusc.scene]
    pictures = boxes = counted = inside = 0
    for scene in scenes:
        ids: dict[str, int] = {}
        samples = scene.samples()
        assert [s["timestamp"] for s in samples] == sorted(scene.captures), scene.record["name"]
        for sample in samples:
            pictures += check_pictures(scene, sample)
            boxes += check_boxes(scene, sample, ids)
            should, do = check_points(scene, sample)
            counted, inside = counted + should, inside + do
    filmed = sum(len(sequence["captures"]) for sequence in known["sequences"].values())
    assert pictures == filmed, f"{pictures} pictures of {filmed}"
    assert boxes > 0
    assert inside > 0.97 * counted > 0, f"of {counted} points {inside} lie in their boxes"
    mine = [scene for scene in scenes if scene.split == "train"]
    truth = submission(mine)
    with tempfile.TemporaryDirectory() as folder:
        for number, scene in enumerate(scenes):
            picture = Path(folder) / f"{number}.png"
            nusc.render_sample(scene.samples()[-1]["token"], out_path=str(picture), verbose=False)
            assert picture.stat().st_size > 0
        perfect = evaluate(truth, "roadreel_train", Path(folder))
        worse = evaluate(exchanged(truth), "roadreel_train", Path(folder))
    assert (perfect["amota"], perfect["ids"], perfect["fn"], perfect["fp"]) == (1, 0, 0, 0), perfect
    assert worse["ids"] > 0, worse
    assert worse["amota"] < 1, worse
    result = f"{boxes} boxes, AMOTA {perfect['amota']:.1f}, {worse['amota']:.3f} with ids exchanged"
    report("nuscenes", "nuscenes-devkit", result)


if __name__ == "__main__":
    main()
