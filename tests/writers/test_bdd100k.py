"""BDD100K files hold the frames in Scalabel's terms; TrackEval finds the truth perfect, exchanged ids not."""

import dataclasses
import json

import cv2
import numpy as np
import pytest
from pycocotools import mask as mask_tools
from scipy.spatial.transform import Rotation
from test_trackeval import evaluate, longest

from sim.dataset import Splits, read
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import Camera
from sim.taxonomy import TARGETS, Semantic
from sim.testing.toys import ToyStreet
from sim.writers import export
from sim.writers.bdd100k import Bdd100kWriter, classes_png

# pycocotools has not learnt NumPy 2's copy keyword yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

LENS = BrownConrady(k1=-0.2, k2=0.05, k3=-0.01, p1=0.001, p2=-0.002)
RIG = (
    Camera("front", "ego", x_m=1.0, z_m=1.6, pitch_deg=4.0, roll_deg=2.0, width_px=96, height_px=64),
    Camera(
        "pole", x_m=-3.0, y_m=4.0, z_m=5.0, yaw_deg=-15.0, pitch_deg=20.0, rate_hz=5,
        width_px=96, height_px=64, distortion=LENS,
    ),
)  # fmt: skip
STREET = ToyStreet(seed=3, agents=9, ticks=6, rig=RIG, splits=Splits((1, 1, 0)))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("bdd100k")
    STREET.write(root, "s", ("native", "bdd100k"), last=False)
    dataclasses.replace(STREET, seed=5).write(root, "t", ("native", "bdd100k"))
    return root


def videos(root):
    """Folder of the format, split, name of the video, its rows, and frames of its camera."""
    for sequence in read(root):
        for camera in ("front", "pole"):
            split, name = sequence.info.split, f"{sequence.name}-{camera}"
            rows = json.loads((root / f"bdd100k/labels/box_track_20/{split}/{name}.json").read_text())
            captures = [f for f in sequence if camera in f.captures]
            yield split, name, list(zip(rows, captures, strict=True)), camera


def test_every_video_is_in_its_split(root):
    splits = {sequence.name: sequence.info.split for sequence in read(root)}
    assert set(splits.values()) <= {"train", "val"}
    found = {p.stem: p.parent.name for p in (root / "bdd100k").glob("labels/box_track_20/*/*.json")}
    assert found == {f"{name}-{camera}": splits[name] for name in splits for camera in ("front", "pole")}
    names = [p.name for p in (root / "bdd100k/images").rglob("*.png")]
    assert len(set(names)) == len(names) == 2 * (6 + 3)


def test_pictures_masks_and_cameras(root):
    home = root / "bdd100k"
    for split, video, pairs, camera in videos(root):
        for number, (row, frame) in enumerate(pairs):
            capture = frame[camera]
            assert row["name"] == f"{video}-{number + 1:07d}.png"
            assert (row["videoName"], row["index"], row["frameIndex"]) == (video, number, number)
            assert row["timestamp"] * 1_000_000 == capture.timestamp_ns
            picture = cv2.imread(str(home / "images/track" / split / video / row["name"]))[..., ::-1]
            assert (picture == capture.rgb).all()
            assert row["size"] == {"width": 96, "height": 64}
            classes = cv2.imread(
                str(home / "labels/sem_seg/masks" / split / row["name"]), cv2.IMREAD_UNCHANGED
            )
            for value in np.unique(capture.semantic):
                word = TARGETS["bdd100k"].classes[Semantic(value)]
                assert set(classes[capture.semantic == value]) == {word.id}
            extrinsics = row["extrinsics"]
            found = Rotation.from_euler("xyz", extrinsics["rotation"]).as_matrix()
            np.testing.assert_allclose(found, capture.world_from_camera.rotation, atol=1e-12)
            assert extrinsics["location"] == capture.world_from_camera.translation_m.tolist()
            k = capture.intrinsics
            assert row["intrinsics"]["focal"] == [k.fx_px, k.fy_px]
            assert row["intrinsics"]["center"] == [k.cx_px - 0.5, k.cy_px - 0.5]
            lens = {"radial": [-0.2, 0.05, -0.01], "tangential": [0.001, -0.002]} if camera == "pole" else {}
            assert {key: v for key, v in row["intrinsics"].items() if key in ("radial", "tangential")} == lens


def test_labels_are_the_agents_that_are_seen(root):
    ignored = tilted = 0
    for _, _, pairs, camera in videos(root):
        for row, frame in pairs:
            seen = {str(a.instance_id): a for a in frame.annotations[camera] if a.visible_px}
            assert [label["id"] for label in row["labels"]] == list(seen)
            for label in row["labels"]:
                a = seen[label["id"]]
                words, own = label["attributes"], {"car": "car", "adult": "pedestrian", "child": "pedestrian"}
                assert label["category"] == own[a.category.rsplit(".", 1)[-1]]
                x0, y0, x1, y1 = a.box2d_visible
                few = a.visible_px < 4 or x1 - x0 == 1 or y1 - y0 == 1
                ignored += few
                assert words["Crowd"] is words["crowd"] is words["ignored"] is few
                assert words["Occluded"] is words["occluded"] is (a.visibility < 1)
                assert words["Truncated"] is words["truncated"] is (a.truncation > 0)
                assert (words["category"], words["activity"]) == (a.category, a.activity)
                assert (words["visibility"], words["truncation"]) == (a.visibility, a.truncation)
                mask = mask_tools.decode(label["rle"]) > 0
                assert (mask == (frame[camera].instance == a.instance_id)).all()
                down, across = np.nonzero(mask)
                assert label["box2d"] == {
                    "x1": across.min(), "y1": down.min(), "x2": across.max(), "y2": down.max()
                }  # fmt: skip
                check_box(label["box3d"], a, frame[camera])
                tilted += abs(label["box3d"]["orientation"][0]) > 0.05
                assert ("graph" in label) == (a.keypoints is not None)
                if a.keypoints is not None:
                    check_joints(label["graph"], a.keypoints)
    assert ignored
    assert tilted


def check_box(box, a, capture):
    about_x, about_y, about_z = box["orientation"]
    turn = Rotation.from_euler("yzx", [about_y, about_z, about_x]).as_matrix()
    camera_from_body = capture.world_from_camera.inverse() @ a.box3d.world_from_box
    forward, left, up = camera_from_body.rotation.T
    np.testing.assert_allclose(turn.T, [forward, -up, left], atol=1e-12)
    np.testing.assert_allclose(box["location"], camera_from_body.translation_m, atol=1e-12)
    length, width, height = a.box3d.size_lwh_m
    assert box["dimension"] == [height, width, length]
    x, _, z = box["location"]
    difference = box["alpha"] - about_y + np.arctan2(x, z)
    assert np.cos(difference) == pytest.approx(1, abs=1e-12)
    assert abs(box["alpha"]) <= np.pi


def check_joints(graph, joints):
    assert graph["type"] == "Pose2D"
    names = [node["id"] for node in graph["nodes"]]
    assert len(set(names)) == 17
    assert {edge[end] for edge in graph["edges"] for end in ("source", "target")} == set(names)
    for node, place, flag in zip(graph["nodes"], joints.pixels, joints.visibility, strict=True):
        assert node.get("visibility") == {0: None, 1: "N", 2: "V"}[int(flag)]
        assert node["location"] == ((place - 0.5).tolist() if flag else [0, 0])


def test_trackeval(root, tmp_path, capsys):
    import trackeval

    truth, tracks = tmp_path / "truth", tmp_path / "trackers/me/data"
    truth.mkdir()
    tracks.mkdir(parents=True)
    for path in (root / "bdd100k").glob("labels/box_track_20/*/*.json"):
        rows = json.loads(path.read_text())
        (truth / path.name).write_text(json.dumps(rows))
        for row in rows:
            row["labels"] = [label for label in row["labels"] if not label["attributes"]["Crowd"]]
        (tracks / path.name).write_text(json.dumps(rows))

    def make():
        return trackeval.datasets.BDD100K(
            {
                "GT_FOLDER": str(truth),
                "TRACKERS_FOLDER": str(tmp_path / "trackers"),
                "TRACKERS_TO_EVAL": ["me"],
                "PRINT_CONFIG": False,
            }
        )

    found = evaluate(make(), "me")
    for kind in ("car", "pedestrian"):
        hota, mota, idf1, matched = found[kind]
        assert (hota, mota, idf1) == (pytest.approx(1), 1, 1)
        assert matched > 10
    path = tracks / "s-front.json"
    rows = json.loads(path.read_text())
    cars = [label for row in rows for label in row["labels"] if label["category"] == "car"]
    first, second = longest([[label["id"]] for label in cars], 0)
    for label in (label for row in rows[3:] for label in row["labels"]):
        label["id"] = {first: second, second: first}.get(label["id"], label["id"])
    path.write_text(json.dumps(rows))
    hota, mota, idf1, _ = evaluate(make(), "me")["car"]
    assert hota < 0.99
    assert mota < 1
    assert idf1 < 1


def test_export_gives_the_same_bytes(root, tmp_path):
    export(root, tmp_path, ["bdd100k"], min_visible_px=4)
    files = {p.relative_to(root) for p in (root / "bdd100k").rglob("*") if p.is_file()}
    assert files == {p.relative_to(tmp_path) for p in (tmp_path / "bdd100k").rglob("*") if p.is_file()}
    for path in files:
        assert (root / path).read_bytes() == (tmp_path / path).read_bytes(), path


def test_every_class_has_its_number_or_none():
    values = np.array([list(Semantic)], np.uint8)
    found = cv2.imdecode(np.frombuffer(classes_png(values), np.uint8), cv2.IMREAD_UNCHANGED)
    words = [TARGETS["bdd100k"].classes[value] for value in Semantic]
    assert found.tolist() == [[255 if word is None else word.id for word in words]]
    assert {255, 0, 11, 18} <= set(found.ravel())


def test_what_has_no_field_is_named(tmp_path):
    lenses = (None, LENS, dataclasses.replace(LENS, k4=0.01), KannalaBrandt(k1=0.01))
    cameras = [dataclasses.replace(RIG[0], name=f"c{i}", distortion=lens) for i, lens in enumerate(lenses)]
    cameras.append(dataclasses.replace(RIG[0], name="blind", channels=("depth",)))
    street = ToyStreet(ticks=1, rig=tuple(cameras))
    said = Bdd100kWriter.cannot_hold(street.info(tmp_path, "s"))
    assert [s for s in said if s.startswith("lens")] == [
        "lens brown_conrady of camera c2: intrinsics hold the pinhole part",
        "lens kannala_brandt of camera c3: intrinsics hold the pinhole part",
    ]
    assert "channel depth of cameras c0, c1, c2, c3, blind" in said
    assert "camera blind: left out, for it records no rgb" in said
    street.write(tmp_path, "s", ("bdd100k",))
    files = sorted(p.name for p in (tmp_path / "bdd100k/labels/box_track_20/train").iterdir())
    assert files == [f"s-c{i}.json" for i in range(4)]
