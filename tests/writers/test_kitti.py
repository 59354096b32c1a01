"""KITTI files against the world they describe, through readers written from KITTI's own definitions."""

import shutil

import cv2
import numpy as np
import pytest

from sim.dataset import Splits, read
from sim.dataset.codecs import depth_png
from sim.geometry import rotation_from_euler
from sim.scenario import DEFAULT_CHANNELS
from sim.taxonomy import occlusion_level
from sim.testing.toys import ToyStreet
from sim.writers import WRITERS, finish, kitti_numbers
from sim.writers.kitti import flow_png
from sim.writers.kitti_label import truncation_level

MIN_VISIBLE_PX = 4


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("kitti")
    ToyStreet(seed=3).write(root, "s", ("native", "kitti"))
    return root


def sequences(root):
    """number, camera, its (frame, capture) pairs."""
    sequence = read(root)[0]
    for line in (root / "kitti/sequences.txt").read_text().splitlines():
        number, name, camera, frames = line.split()
        pairs = [(f, f[camera]) for f in sequence if camera in f.captures]
        assert (name, int(frames)) == ("s", len(pairs))
        yield number, camera, pairs


def labels(root, number):
    rows = [r.split() for r in (root / f"kitti/training/label_02/{number}.txt").read_text().splitlines()]
    assert {len(row) for row in rows} == {17}
    return rows


def calibration(root, number):
    out = {}
    for line in (root / f"kitti/training/calib/{number}.txt").read_text().splitlines():
        name, *values = line.replace(":", "").split()
        out[name] = np.array(values, float)
    return out


def test_labels_project_to_the_boxes_of_the_frames(root):
    ignored = 0
    for number, camera, pairs in sequences(root):
        rows = labels(root, number)
        projection = calibration(root, number)["P2"].reshape(3, 4)
        for index, (frame, capture) in enumerate(pairs):
            mine = [r for r in rows if int(r[0]) == index]
            assert len(mine) == len(frame.annotations[camera])
            for row, a in zip(mine, frame.annotations[camera], strict=True):
                box = np.array(row[6:10], float)
                width, height = capture.intrinsics.width_px, capture.intrinsics.height_px
                expected = np.clip(np.array(a.box2d_amodal) - 0.5, 0, [width - 1, height - 1] * 2)
                np.testing.assert_allclose(box, expected, atol=1e-6)
                if a.visible_px < MIN_VISIBLE_PX:
                    assert row[1:6] == ["-1", "DontCare", "-1", "-1", "-10"]
                    ignored += 1
                    continue
                assert int(row[1]) == a.instance_id
                assert row[2] == ("Car" if "car" in a.category else "Pedestrian")
                h, w, length, x, y, z, turn = (float(v) for v in row[10:17])
                assert (length, w, h) == pytest.approx(a.box3d.size_lwh_m, abs=1e-6)
                # KITTI: corners of the box on its bottom centre, turned about y, in the camera's axes.
                c, s = np.cos(turn), np.sin(turn)
                middle = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]) @ [0, -h / 2, 0] + [x, y, z]
                u, v, depth = projection @ [*middle, 1]
                exact = capture.world_from_camera.inverse().apply(a.box3d.world_from_box.translation_m)
                # The box leans with the camera's pitch: its middle moves by at most that angle.
                assert np.linalg.norm(middle - exact) < 0.4 * h
                expected = capture.intrinsics.project(middle)
                np.testing.assert_allclose([u / depth, v / depth], expected - 0.5, atol=1e-9)
                alpha = float(row[5])
                assert np.cos(alpha - turn + np.arctan2(x, z)) == pytest.approx(1, abs=1e-9)
    assert ignored


def test_heading_is_kittis(root):
    """rotation_y 0 looks along the camera's x axis, -pi/2 along its z axis."""
    for number, camera, pairs in sequences(root):
        rows = labels(root, number)
        for index, (frame, capture) in enumerate(pairs):
            kept = [a for a in frame.annotations[camera] if a.visible_px >= MIN_VISIBLE_PX]
            mine = [r for r in rows if int(r[0]) == index and r[1] != "-1"]
            for row, a in zip(mine, kept, strict=True):
                turn = float(row[16])
                ahead = capture.world_from_camera.rotation.T @ a.box3d.world_from_box.rotation[:, 0]
                flat = np.array([ahead[0], ahead[2]]) / np.hypot(ahead[0], ahead[2])
                np.testing.assert_allclose(flat, [np.cos(turn), -np.sin(turn)], atol=1e-6)


def test_calibration_chain_and_gps_give_the_camera_back(root):
    """imu -> velo -> camera and the oxts row, read as the KITTI development kit does."""
    for number, camera, pairs in sequences(root):
        calib = calibration(root, number)
        cam_from_velo, velo_from_imu = np.eye(4), np.eye(4)
        cam_from_velo[:3] = calib["Tr_velo_cam"].reshape(3, 4)
        velo_from_imu[:3] = calib["Tr_imu_velo"].reshape(3, 4)
        assert (calib["R_rect"] == np.eye(3).ravel()).all()
        rows = np.loadtxt(root / f"kitti/training/oxts/{number}.txt", ndmin=2)
        assert rows.shape == (len(pairs), 30)
        earth, scale = 6378137.0, np.cos(np.deg2rad(48.0))
        origin = np.array(
            [scale * earth * np.deg2rad(11.0), scale * earth * np.log(np.tan(np.deg2rad(69.0)))]
        )
        for row, (frame, capture) in zip(rows, pairs, strict=True):
            lat, lon, alt, roll, pitch, yaw = row[:6]
            world_from_imu = np.eye(4)
            world_from_imu[:3, :3] = rotation_from_euler(yaw, pitch, roll)
            east = scale * earth * np.deg2rad(lon) - origin[0]
            north = scale * earth * np.log(np.tan(np.deg2rad((90 + lat) / 2))) - origin[1]
            world_from_imu[:3, 3] = east, north, alt - 500.0
            found = world_from_imu @ np.linalg.inv(cam_from_velo @ velo_from_imu)
            np.testing.assert_allclose(found, capture.world_from_camera.matrix, atol=2e-6)
            ego = frame.state["ego"]
            expected = (
                [ego.velocity_mps[1], ego.velocity_mps[0], ego.speed_mps, 0, 0] if camera == "front" else 0
            )
            np.testing.assert_allclose(row[6:11], expected, atol=1e-9)


def test_depth_is_in_256ths_of_a_metre(root):
    for number, _, pairs in sequences(root):
        for index, (_, capture) in enumerate(pairs):
            path = root / f"kitti/training/depth/{number}/{index:06d}.png"
            stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            assert stored.dtype == np.uint16
            near = capture.depth_m < 65535.5 / 256
            assert (stored[~near] == 0).all()
            assert (stored[near] == np.rint(capture.depth_m[near].astype(float) * 256)).all()
    edge = np.array([[np.inf, 255.99, 256.0, 1e9, 0.5, -3.0]], np.float32)
    assert cv2.imdecode(np.frombuffer(depth_png(edge), np.uint8), -1).tolist() == [[0, 65533, 0, 0, 128, 0]]


def decode_flow(data):
    """The reader: (H, W, 2) pixels and (H, W) bool, by the flow devkit's readme."""
    raw = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert raw.dtype == np.uint16
    valid, v, u = np.moveaxis(raw, 2, 0)
    assert set(np.unique(valid)) <= {0, 1}
    assert not raw[valid == 0].any()
    return np.stack([(c.astype(float) - 2**15) / 64 for c in (u, v)], 2), valid == 1


def test_flow_is_kittis(tmp_path):
    street = ToyStreet(seed=3, channels=(*DEFAULT_CHANNELS, "flow_forward", "occlusion_forward"))
    street.write(tmp_path, "s", ("native", "kitti"))
    hidden = moved = 0
    for number, _, pairs in sequences(tmp_path):
        for index, (_, capture) in enumerate(pairs):
            home = tmp_path / "kitti/training"
            flow, valid = decode_flow((home / f"flow_occ/{number}/{index:06d}.png").read_bytes())
            truth = capture.channels["flow_forward"]
            with np.errstate(invalid="ignore"):
                steps = np.rint(truth.astype(float) * 64)
                assert (valid == ((steps >= -(2**15)) & (steps < 2**15)).all(2)).all()
            assert np.abs(flow - truth)[valid].max(initial=0) <= 1 / 128
            seen_flow, seen = decode_flow((home / f"flow_noc/{number}/{index:06d}.png").read_bytes())
            assert (seen == (valid & (capture.channels["occlusion_forward"] == 0))).all()
            assert (seen_flow[seen] == flow[seen]).all()
            hidden += int((valid & ~seen).sum())
            moved += int((np.abs(flow) > 1).any(2)[valid].sum())
            assert valid.any() == (index < len(pairs) - 1)
    assert hidden > 100
    assert moved > 1000


def test_flow_ends_at_512_px():
    flow = np.array([[[-512, 0], [511.984375, -0.015625], [512, 0], [0, -512.02], [np.nan, 0], [1e9, 1]]])
    found, valid = decode_flow(flow_png(flow.astype(np.float32)))
    assert valid.tolist() == [[True, True, False, False, False, False]]
    assert (found[valid] == flow[valid]).all()
    none = np.zeros(valid.shape, bool)
    assert not decode_flow(flow_png(flow.astype(np.float32), none))[1].any()


def test_occlusion_without_flow_is_named(tmp_path):
    for channels, named in ((("flow_forward", "occlusion_forward"), 0), (("occlusion_forward",), 1)):
        sentences = WRITERS["kitti"].cannot_hold(ToyStreet(channels=("rgb", *channels)).info(tmp_path, "s"))
        assert sum(s.startswith("channel occlusion_forward") for s in sentences) == named


def test_cameras_without_flow_have_no_folder_for_it(root):
    assert not list((root / "kitti/training").glob("flow*"))


def test_levels():
    assert [occlusion_level(v) for v in (1.0, 0.8, 0.79, 0.4, 0.39, 0.0, None)] == [0, 0, 1, 1, 2, 2, 3]
    assert [truncation_level(v) for v in (0.0, 0.049, 0.05, 0.49, 0.5, 1.0)] == [0, 0, 1, 1, 2, 2]


def test_numbers_stay_when_sequences_are_added(tmp_path):
    for name in ("m", "a", "z"):
        ToyStreet(ticks=1, agents=1).write(tmp_path, name, ("kitti",))
    listed = [row.split()[:3] for row in (tmp_path / "kitti/sequences.txt").read_text().splitlines()]
    assert listed == [
        [f"{i:04d}", name, camera]
        for i, (name, camera) in enumerate((n, c) for n in ("m", "a", "z") for c in ("front", "pole"))
    ]


def test_splits_are_seqmaps(tmp_path):
    splits = Splits((2, 1, 1))
    names = [f"s{i}" for i in range(8)]
    for name in names:
        ToyStreet(ticks=2, agents=1, splits=splits).write(tmp_path, name, ("kitti",), last=False)
    finish(tmp_path)
    home = tmp_path / "kitti"
    rows = [row.split() for row in (home / "sequences.txt").read_text().splitlines()]
    found = {}
    for path in (home / "training").glob("evaluate_tracking.seqmap.*"):
        lines = [line.split() for line in path.read_text().splitlines()]
        assert all(line[1:3] == ["empty", "000000"] for line in lines)
        found[path.suffix[1:]] = [(line[0], int(line[3])) for line in lines]
    wanted = {"training": "train val", "training_minus_val": "train", "val": "val", "test": "test"}
    assert found == {
        key: [(n, int(frames)) for n, name, _, frames in rows if splits.of(name) in value.split()]
        for key, value in wanted.items()
    }
    assert all(found.values())


def test_an_interrupted_finish_goes_on(tmp_path, monkeypatch):
    for name in ("a", "b"):
        ToyStreet(ticks=2, agents=1).write(tmp_path / "whole", name, ("kitti",))
        ToyStreet(ticks=2, agents=1).write(tmp_path / "cut", name, ("kitti",), last=False)
    moves = []

    def failing(source, target, move=kitti_numbers.move_to):
        moves.append(target)
        if len(moves) % 4 == 0:
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr(kitti_numbers, "move_to", failing)
    interrupted = 0
    while True:
        try:
            finish(tmp_path / "cut")
            break
        except KeyboardInterrupt:
            interrupted += 1
    assert interrupted > 2
    files = [
        {p.relative_to(root): p.read_bytes() for p in (root / "kitti").rglob("*") if p.is_file()}
        for root in (tmp_path / "whole", tmp_path / "cut")
    ]
    assert files[0] == files[1]


def test_deleted_sequences_are_in_no_seqmap_and_keep_their_number(tmp_path):
    for name in ("a", "b"):
        ToyStreet(ticks=1, agents=1).write(tmp_path, name, ("kitti",))
    shutil.rmtree(tmp_path / "sequences/a")
    ToyStreet(ticks=1, agents=1).write(tmp_path, "c", ("kitti",))
    seqmap = (tmp_path / "kitti/training/evaluate_tracking.seqmap.training").read_text()
    assert [line.split()[0] for line in seqmap.splitlines()] == ["0002", "0003", "0004", "0005"]
