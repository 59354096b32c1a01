"""KITTI files against the world they describe, through readers written from KITTI's own definitions."""

import cv2
import numpy as np
import pytest

from sim.dataset import read
from sim.geometry import rotation_from_euler
from sim.taxonomy import occlusion_level
from sim.testing.toys import ToyStreet
from sim.writers.kitti import depth_png
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
