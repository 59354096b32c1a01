"""Tables of nuScenes refer to each other, say where everything was; points lie on what depth images show."""

import dataclasses
import json

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sim.dataset import Splits, read
from sim.errors import UsageError
from sim.geometry import KannalaBrandt, Pose
from sim.scenario import Camera, intrinsics
from sim.testing.toys import ToyStreet
from sim.writers import export
from sim.writers.nuscenes.points import DepthPoints
from sim.writers.nuscenes.words import attribute, start_s, visibility

SHIFT_M = np.array([300.0, 300.0, 0.0])
RIG = (
    Camera("front", "ego", x_m=1.0, z_m=1.6, pitch_deg=4.0, rate_hz=10, width_px=96, height_px=64),
    Camera("left", "ego", x_m=0.5, z_m=1.6, yaw_deg=50.0, rate_hz=5, width_px=80, height_px=64),
    Camera(
        "pole",
        "",
        x_m=-3.0,
        y_m=4.0,
        z_m=5.0,
        yaw_deg=-15.0,
        pitch_deg=20.0,
        rate_hz=5,
        width_px=96,
        height_px=64,
    ),
)
STREET = ToyStreet(seed=3, agents=9, ticks=5, rig=RIG, splits=Splits((1, 1, 0)))


class Tables(dict):
    """Every table by name, and every record by token."""

    def __init__(self, home):
        super().__init__({p.stem: json.loads(p.read_text()) for p in (home / "v1.0-roadreel").glob("*.json")})
        self.splits = self.pop("splits")
        self.home = home
        self.records = {
            (table, record["token"]): record for table, records in self.items() for record in records
        }

    def get(self, table, token):
        return self.records[table, token]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("nuscenes")
    STREET.write(root, "s", ("native", "nuscenes"), last=False)
    dataclasses.replace(STREET, seed=5).write(root, "t", ("native", "nuscenes"))
    return root


@pytest.fixture(scope="module")
def tables(root):
    return Tables(root / "nuscenes")


def matrix(record):
    out = np.eye(4)
    out[:3, :3] = Rotation.from_quat(record["rotation"], scalar_first=True).as_matrix()
    out[:3, 3] = record["translation"]
    return out


def world_from_sensor(tables, data):
    ego = matrix(tables.get("ego_pose", data["ego_pose_token"]))
    ego[:3, 3] -= SHIFT_M
    return ego @ matrix(tables.get("calibrated_sensor", data["calibrated_sensor_token"]))


def scene_frames(root, scene):
    """Frames of a scene and the names of its cameras that each holds."""
    name, _, who = scene["name"].partition("-")
    for frame in read(root)[name]:
        cameras = [c for c in frame.captures if (c == "pole") == (who == "fixed-pole")]
        if cameras:
            yield frame, cameras


def walk(tables, table, token):
    found, before = [], ""
    while token:
        record = tables.get(table, token)
        assert record["prev"] == before
        found.append(record)
        before, token = token, record["next"]
    return found


def test_every_table_is_there_and_every_token_leads_somewhere(tables):
    assert set(tables) == {
        "attribute", "calibrated_sensor", "category", "ego_pose", "instance", "log", "map", "sample",
        "sample_annotation", "sample_data", "scene", "sensor", "visibility",
    }  # fmt: skip
    assert len(tables.records) == sum(len(records) for records in tables.values())
    named = {"first_annotation": "sample_annotation", "last_annotation": "sample_annotation"}
    named |= {"first_sample": "sample", "last_sample": "sample"}
    followed = 0
    for table, records in tables.items():
        for record in records:
            for key, value in record.items():
                if key == "token" or "token" not in key:
                    continue
                kind = key.removesuffix("s").removesuffix("_token")
                for token in value if isinstance(value, list) else [value]:
                    tables.get(named.get(kind, kind), token)
                    followed += 1
            for key in ("prev", "next"):
                assert not record.get(key) or tables.get(table, record[key])
    assert followed > 500
    (ground,) = tables["map"]
    assert ground["log_tokens"] == [log["token"] for log in tables["log"]]
    mask = cv2.imread(str(tables.home / ground["filename"]), cv2.IMREAD_UNCHANGED)
    assert mask.shape == (6000, 6000)
    assert not mask.any()


def test_scenes_are_carriers_and_fixed_cameras(tables):
    assert [s["name"] for s in tables["scene"]] == ["s-ego", "s-fixed-pole", "t-ego", "t-fixed-pole"]
    assert tables.splits == {
        "roadreel_train": [s["name"] for s in tables["scene"] if STREET.splits.of(s["name"][0]) == "train"],
        "roadreel_val": [s["name"] for s in tables["scene"] if STREET.splits.of(s["name"][0]) == "val"],
        "roadreel_test": [],
    }
    assert sorted(s["channel"] for s in tables["sensor"]) == [
        "CAM_FRONT",
        "CAM_LEFT",
        "CAM_POLE",
        "LIDAR_TOP",
    ]
    assert [s["nbr_samples"] for s in tables["scene"]] == [5, 3, 5, 3]


def test_pictures_and_poses_are_those_of_the_frames(root, tables):
    for scene in tables["scene"]:
        samples = walk(tables, "sample", scene["first_sample_token"])
        assert samples[-1]["token"] == scene["last_sample_token"]
        start_us = samples[0]["timestamp"]
        for sample, (frame, cameras) in zip(samples, scene_frames(root, scene), strict=True):
            rows = [d for d in tables["sample_data"] if d["sample_token"] == sample["token"]]
            assert len(rows) == len(cameras) + 1
            for data in rows:
                calibrated = tables.get("calibrated_sensor", data["calibrated_sensor_token"])
                sensor = tables.get("sensor", calibrated["sensor_token"])
                assert data["timestamp"] == sample["timestamp"]
                assert data["filename"].startswith(f"samples/{sensor['channel']}/{scene['name']}__")
                if sensor["modality"] == "lidar":
                    continue
                capture = frame[sensor["channel"].removeprefix("CAM_").lower()]
                assert sample["timestamp"] == start_us + capture.timestamp_ns // 1000
                picture = cv2.imread(str(tables.home / data["filename"]))[..., ::-1]
                assert (picture == capture.rgb).all()
                assert picture.shape[:2] == (data["height"], data["width"])
                found = world_from_sensor(tables, data)
                np.testing.assert_allclose(found, capture.world_from_camera.matrix, atol=1e-12)
                k = capture.intrinsics.matrix
                k[:2, 2] -= 0.5
                np.testing.assert_allclose(calibrated["camera_intrinsic"], k, atol=1e-12)
    assert len({s["timestamp"] for s in tables["sample"]}) == len(tables["sample"])


def test_annotations_are_the_agents_that_some_camera_shows(root, tables):
    tracks = {}
    for scene in tables["scene"]:
        samples = walk(tables, "sample", scene["first_sample_token"])
        for sample, (frame, cameras) in zip(samples, scene_frames(root, scene), strict=True):
            seen = {}
            for a in (a for c in cameras for a in frame.annotations[c]):
                seen.setdefault(a.instance_id, []).append(a)
            rows = [a for a in tables["sample_annotation"] if a["sample_token"] == sample["token"]]
            for row in rows:
                center = np.array(row["translation"]) - SHIFT_M
                boxes = {i: views[0].box3d.world_from_box for i, views in seen.items()}
                i = min(boxes, key=lambda i: np.linalg.norm(boxes[i].translation_m - center))
                views = seen.pop(i)
                a = views[0]
                found = matrix(row)
                found[:3, 3] -= SHIFT_M
                np.testing.assert_allclose(found, boxes[i].matrix, atol=1e-12)
                length, width, height = a.box3d.size_lwh_m
                assert row["size"] == [width, length, height]
                assert max(v.visible_px for v in views) >= 4
                assert a.name != "ego" or "pole" in cameras
                share = sum(v.visible_px for v in views) / sum(v.unoccluded_px for v in views)
                assert row["visibility_token"] == str(1 + sum(share >= level for level in (0.4, 0.6, 0.8)))
                instance = tables.get("instance", row["instance_token"])
                assert tables.get("category", instance["category_token"])["name"] == a.category
                (doing,) = (tables.get("attribute", t)["name"] for t in row["attribute_tokens"])
                vehicle = a.category.startswith("vehicle")
                assert doing == (f"vehicle.{a.activity}" if vehicle else "pedestrian.moving")
                assert tracks.setdefault(row["instance_token"], (scene["name"], i)) == (scene["name"], i)
            for views in seen.values():
                shown = max(v.visible_px for v in views)
                assert shown < 4 or (views[0].name == "ego" and "pole" not in cameras)
    assert len(set(tracks.values())) == len(tracks) == len(tables["instance"]) > 10
    for instance in tables["instance"]:
        chain = walk(tables, "sample_annotation", instance["first_annotation_token"])
        assert chain[-1]["token"] == instance["last_annotation_token"]
        assert len(chain) == instance["nbr_annotations"]
        assert {a["instance_token"] for a in chain} == {instance["token"]}
        times = [tables.get("sample", a["sample_token"])["timestamp"] for a in chain]
        assert times == sorted(set(times))


def test_points_lie_on_the_surfaces_of_every_fourth_pixel(root, tables):
    counted = 0
    for scene in tables["scene"]:
        samples = walk(tables, "sample", scene["first_sample_token"])
        for sample, (frame, cameras) in zip(samples, scene_frames(root, scene), strict=True):
            (data,) = (
                d
                for d in tables["sample_data"]
                if d["sample_token"] == sample["token"] and "LIDAR_TOP" in d["filename"]
            )
            cloud = np.fromfile(tables.home / data["filename"], "<f4").reshape(-1, 5).astype(float)
            assert not cloud[:, 3:].any()
            world = world_from_sensor(tables, data) @ np.column_stack([cloud[:, :3], np.ones(len(cloud))]).T
            expected, on = [], dict.fromkeys(range(20), 0)
            for capture in (frame[c] for c in cameras):
                rows, columns = np.mgrid[: capture.depth_m.shape[0], : capture.depth_m.shape[1]]
                picked = (rows % 4 == 2) & (columns % 4 == 2) & np.isfinite(capture.depth_m)
                pixels = np.column_stack([columns[picked], rows[picked]]) + 0.5
                local = capture.intrinsics.back_project(pixels, capture.depth_m[picked])
                expected.append(capture.world_from_camera.apply(local))
                for i in capture.instance[picked]:
                    on[i] += 1
            # Single precision, some hundred metres away.
            np.testing.assert_allclose(world[:3].T, np.concatenate(expected), atol=1e-4)
            rows = [a for a in tables["sample_annotation"] if a["sample_token"] == sample["token"]]
            boxes = {a.instance_id: a.box3d for c in cameras for a in frame.annotations[c]}
            for row in rows:
                center = np.array(row["translation"]) - SHIFT_M
                i = min(boxes, key=lambda i: np.linalg.norm(boxes[i].world_from_box.translation_m - center))
                assert row["num_lidar_pts"] == on[i]
                counted += on[i]
    assert counted > 100


def test_points_behind_a_fisheye():
    camera = Camera("c", "ego", hfov_deg=190.0, width_px=64, height_px=48, distortion=KannalaBrandt(k1=0.02))
    sides = DepthPoints(camera, Pose.identity())
    rows, columns = np.mgrid[2:48:4, 2:64:4]
    rays = intrinsics(camera).rays(np.stack([columns, rows], -1) + 0.5)
    depth = np.full((48, 64), np.inf)
    depth[2::4, 2::4] = 7.0 * rays[..., 2]  # a sphere
    found = sides.of(depth)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 7.0, atol=1e-5)
    assert (rays[..., 2] < 0).any()
    assert len(found) == (np.abs(rays[..., 2]) >= 0.05).sum()


def test_export_gives_the_same_bytes(root, tmp_path):
    export(root, tmp_path, ["nuscenes"], min_visible_px=4)
    files = {p.relative_to(root) for p in (root / "nuscenes").rglob("*") if p.is_file()}
    assert files == {p.relative_to(tmp_path) for p in (tmp_path / "nuscenes").rglob("*") if p.is_file()}
    for path in files:
        assert (root / path).read_bytes() == (tmp_path / path).read_bytes(), path


def test_attributes_and_levels():
    a = next(a for _, f in ToyStreet(ticks=1).frames() for a in f.annotations["front"])
    doing = {
        ("vehicle.truck", "parked", False): "vehicle.parked",
        ("vehicle.bus", "stopped", False): "vehicle.stopped",
        ("vehicle.bicycle", "moving", True): "cycle.with_rider",
        ("vehicle.motorcycle", "parked", False): "cycle.without_rider",
        ("human.pedestrian.child", "crossing", False): "pedestrian.moving",
        ("human.pedestrian.adult", "standing", False): "pedestrian.standing",
    }
    for (kind, activity, ridden), name in doing.items():
        assert attribute(dataclasses.replace(a, category=kind, activity=activity), ridden) == name
    levels = {0.0: "1", 0.39: "1", 0.4: "2", 0.6: "3", 0.8: "4", 1.0: "4", None: ""}
    assert {share: visibility(share) for share in levels} == levels
    assert 0 <= start_s("f" * 32) < 2**31


def test_without_depth_there_is_no_lidar(tmp_path):
    ToyStreet(ticks=2, channels=("rgb", "instance")).write(tmp_path, formats=("nuscenes",))
    tables = Tables(tmp_path / "nuscenes")
    assert {s["channel"] for s in tables["sensor"]} == {"CAM_FRONT", "CAM_POLE"}
    assert {a["num_lidar_pts"] for a in tables["sample_annotation"]} == {0}
    assert not (tmp_path / "nuscenes/samples/LIDAR_TOP").exists()


def test_names_that_clash(tmp_path):
    cameras = tuple(dataclasses.replace(RIG[0], name=name) for name in ("front", "cam_front"))
    with pytest.raises(UsageError, match="'front' and 'cam_front' would both be CAM_FRONT"):
        ToyStreet(ticks=1, rig=cameras).write(tmp_path, formats=("nuscenes",))
    street = ToyStreet(ticks=1, rig=(RIG[2],))
    fixed = dataclasses.replace(RIG[2], name="b-fixed-pole")
    dataclasses.replace(street, rig=(fixed,)).write(tmp_path, "a-fixed", ("nuscenes",), last=False)
    with pytest.raises(UsageError, match="two scenes are called"):
        street.write(tmp_path, "a-fixed-fixed-b", ("nuscenes",))
