"""Recordings, read by the mcap library, hold pictures, cameras, poses and boxes of the frames and states."""

from __future__ import annotations

import importlib

import cv2
import numpy as np
import pytest
from mcap.reader import make_reader
from mcap_protobuf.decoder import DecoderFactory
from scipy.spatial.transform import Rotation

from sim.dataset import Splits, read
from sim.errors import UsageError
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import Camera
from sim.testing.toys import ToyStreet
from sim.writers import export

MIN_VISIBLE_PX = 4
LENSES = {
    "plumb": BrownConrady(k1=-0.1, p1=0.001),
    "rational": BrownConrady(k1=-0.1, k4=0.01),
    "fisheye": KannalaBrandt(k1=0.02),
    "pinhole": None,
}
SIZE = {"width_px": 64, "height_px": 48, "hfov_deg": 80.0}
RIG = tuple(Camera(name, "ego", x_m=1.0, z_m=1.6, distortion=lens, **SIZE) for name, lens in LENSES.items())


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("mcap")
    splits = Splits((1, 1, 0), seed=5)
    ToyStreet(seed=3, ticks=4, splits=splits).write(root, "s3", ("native", "mcap"), last=False)
    ToyStreet(seed=4, ticks=2, rig=RIG, splits=splits).write(root, "s4", ("native", "mcap"))
    return root


def messages(root, sequence):
    """Topic -> time -> message; /tf also by frame."""
    found = {}
    path = root / "mcap" / sequence.info.split / f"{sequence.name}.mcap"
    with path.open("rb") as file:
        times = []
        reader = make_reader(file, decoder_factories=[DecoderFactory()])
        for _, channel, entry, message in reader.iter_decoded_messages(log_time_order=False):
            key = channel.topic, getattr(message, "child_frame_id", ""), entry.log_time
            assert entry.publish_time == entry.log_time
            found[key] = message
            times.append(entry.log_time)
            stamp = getattr(message, "timestamp", None)
            assert stamp is None or stamp.seconds * 10**9 + stamp.nanos == entry.log_time
    assert times == sorted(times)
    return found


def matrix(position, orientation):
    out = np.eye(4)
    quaternion = [orientation.x, orientation.y, orientation.z, orientation.w]
    out[:3, :3] = Rotation.from_quat(quaternion).as_matrix()
    out[:3, 3] = position.x, position.y, position.z
    return out


@pytest.mark.parametrize("name", ["s3", "s4"])
def test_messages_are_the_frames(root, name):
    sequence = read(root)[name]
    found = messages(root, sequence)
    for frame in sequence:
        for sensor, capture in frame.captures.items():
            time_ns = capture.timestamp_ns
            pop = lambda topic, child="", t=time_ns: found.pop((topic, child, t))  # noqa: E731
            camera = sequence.info.camera(sensor)
            tf = pop("/tf", sensor)
            assert tf.parent_frame_id == "world"
            np.testing.assert_allclose(
                matrix(tf.translation, tf.rotation), capture.world_from_camera.matrix, atol=1e-12
            )
            if camera.mount and ("/tf", camera.mount, time_ns) in found:
                tf = pop("/tf", camera.mount)
                np.testing.assert_allclose(
                    matrix(tf.translation, tf.rotation), capture.world_from_carrier.matrix, atol=1e-12
                )
            check_images(pop, sensor, capture)
            check_calibration(pop(f"/{sensor}/calibration"), capture)
            shown = [a for a in frame.annotations[sensor] if a.visible_px >= MIN_VISIBLE_PX]
            check_labels(pop(f"/{sensor}/labels"), shown)
            check_boxes(found["/scene", "", time_ns], frame.annotations[sensor])
    assert {(topic, time) for topic, _, time in found} == {
        ("/scene", sequence.state(tick).timestamp_ns) for tick in sequence.ticks
    }


def check_images(pop, sensor, capture):
    for channel in ("rgb", "instance", "semantic"):
        message = pop(f"/{sensor}/{channel}")
        assert (message.format, message.frame_id) == ("png", sensor)
        image = cv2.imdecode(np.frombuffer(message.data, np.uint8), cv2.IMREAD_UNCHANGED)
        assert ((image[..., ::-1] if channel == "rgb" else image) == capture.channels[channel]).all()
    message = pop(f"/{sensor}/depth")
    assert (message.encoding, message.step) == ("32FC1", 4 * message.width)
    depth = np.frombuffer(message.data, "<f4").reshape(message.height, message.width)
    assert (depth == capture.depth_m).all()


def check_calibration(message, capture):
    """OpenCV, which Foxglove follows, finds every point where we do, half a pixel aside."""
    points = np.array([[0.3, -0.2, 2.0], [-0.4, 0.1, 3.0], [0.0, 0.0, 1.0]])
    k, d = np.array(message.K).reshape(3, 3), np.array(message.D)
    if message.distortion_model == "kannala_brandt":
        pixels, _ = cv2.fisheye.projectPoints(points[None], np.zeros(3), np.zeros(3), k, d)
    else:
        assert message.distortion_model in {"", "plumb_bob", "rational_polynomial"}
        assert len(d) == {"": 0, "plumb_bob": 5, "rational_polynomial": 8}[message.distortion_model]
        pixels, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), k, d if len(d) else None)
    np.testing.assert_allclose(pixels.reshape(-1, 2) + 0.5, capture.intrinsics.project(points), atol=1e-9)
    assert (message.width, message.height) == (capture.intrinsics.width_px, capture.intrinsics.height_px)
    assert np.array(message.P).reshape(3, 4)[:, :3].tolist() == k.tolist()


def check_labels(message, shown):
    assert [t.text for t in message.texts] == [f"{a.instance_id} {a.category}" for a in shown]
    for points, a in zip(message.points, shown, strict=True):
        xs, ys = [p.x for p in points.points], [p.y for p in points.points]
        assert (min(xs), min(ys), max(xs), max(ys)) == a.box2d_visible
        assert len(points.points) == 4


def check_boxes(message, annotations):
    entities = {entity.id: entity for entity in message.entities}
    assert len(entities) == 7  # all agents, seen or not
    for a in annotations:
        entity = entities[str(a.instance_id)]
        said = {pair.key: pair.value for pair in entity.metadata}
        assert said == {"name": a.name, "category": a.category, "activity": a.activity}
        (cube,) = entity.cubes
        np.testing.assert_allclose(
            matrix(cube.pose.position, cube.pose.orientation), a.box3d.world_from_box.matrix, atol=1e-12
        )
        assert (cube.size.x, cube.size.y, cube.size.z) == pytest.approx(a.box3d.size_lwh_m, abs=1e-12)


def test_an_export_has_the_same_bytes(root, tmp_path):
    export(root, tmp_path, ("mcap",), min_visible_px=MIN_VISIBLE_PX)
    first = {p.relative_to(root): p.read_bytes() for p in root.rglob("*.mcap")}
    assert len(first) == 2
    assert first == {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*.mcap")}


def test_without_the_libraries_it_says_what_to_type(tmp_path, monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(UsageError, match=r"pip install 'roadreel\[mcap\]'"):
        ToyStreet(ticks=1).write(tmp_path, formats=("mcap",))
    assert list((tmp_path / "sequences").iterdir()) == []
