"""Recordings, read by Rerun's own reader, hold pictures, cameras and boxes of the frames and states."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sim.dataset import Splits, read
from sim.testing.toys import ToyStreet
from sim.writers import export

chunk = pytest.importorskip("rerun.chunk", reason="the extra rerun is not installed")

# Files have no index, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:RRD file has no footer")
MIN_VISIBLE_PX = 4


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("rerun")
    splits = Splits((1, 1, 0), seed=5)
    ToyStreet(seed=3, ticks=3, splits=splits).write(root, "s3", ("native", "rerun"), last=False)
    ToyStreet(seed=4, ticks=2, splits=splits).write(root, "s4", ("native", "rerun"))
    return root


def contents(root, sequence):
    """(entity, time or None) -> component -> values of the one row there."""
    path = root / "rerun" / sequence.info.split / f"{sequence.name}.rrd"
    reader = chunk.RrdReader(path)
    (store,) = reader.recordings()
    assert (store.application_id, store.recording_id) == ("roadreel", sequence.name)
    found = {}
    for piece in reader.stream().to_chunks():
        batch = piece.to_record_batch()
        for row in range(batch.num_rows):
            columns = {f.name: batch.column(i)[row] for i, f in enumerate(batch.schema)}
            time_ns = None if piece.is_static else columns["time"].value
            key = piece.entity_path, time_ns
            assert key not in found
            found[key] = {name: cell for name, cell in columns.items() if ":" in name}
    return found


def numbers(cell):
    return np.array(cell.as_py(), float)


@pytest.mark.parametrize("name", ["s3", "s4"])
def test_rows_are_the_frames(root, name):
    sequence = read(root)[name]
    found = contents(root, sequence)
    assert found.pop(("/", None))
    assert found.pop(("/world", None))
    for camera in sequence.info.sensors:
        check_pinhole(found.pop((f"/world/{camera.name}", None)), sequence[0][camera.name].intrinsics)
    for tick in sequence.ticks:
        state = sequence.state(tick)
        held = found[("/world/agents", state.timestamp_ns)]
        assert len(numbers(held["Boxes3D:centers"])) == len(state.roster)
    for frame in sequence:
        for sensor, capture in frame.captures.items():
            time_ns = capture.timestamp_ns
            place = found.pop((f"/world/{sensor}", time_ns))
            (translation,) = numbers(place["Transform3D:translation"])
            np.testing.assert_allclose(translation, capture.world_from_camera.translation_m, rtol=1e-6)
            columns = numbers(place["Transform3D:mat3x3"]).reshape(3, 3)
            np.testing.assert_allclose(columns.T, capture.world_from_camera.rotation, atol=1e-6)
            check_images(found, sensor, capture)
            shown = [a for a in frame.annotations[sensor] if a.visible_px >= MIN_VISIBLE_PX]
            check_labels(found.pop((f"/world/{sensor}/labels", time_ns)), shown)
            check_boxes(found["/world/agents", time_ns], frame.annotations[sensor])
    assert set(found) == {("/world/agents", sequence.state(t).timestamp_ns) for t in sequence.ticks}


def check_pinhole(held, k):
    matrix = numbers(held["Pinhole:image_from_camera"]).reshape(3, 3).T
    np.testing.assert_allclose(matrix, k.matrix, rtol=1e-6)
    assert numbers(held["Pinhole:resolution"]).ravel().tolist() == [k.width_px, k.height_px]


def check_images(found, sensor, capture):
    time_ns = capture.timestamp_ns
    held = found.pop((f"/world/{sensor}/rgb", time_ns))
    data = np.array(held["EncodedImage:blob"].as_py()[0], np.uint8)
    assert (cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1] == capture.rgb).all()
    assert held["EncodedImage:media_type"].as_py() == ["image/png"]
    for channel, archetype, dtype in (
        ("depth", "DepthImage", "<f4"),
        ("instance", "SegmentationImage", "<u2"),
        ("semantic", "SegmentationImage", "<u2"),
    ):
        held = found.pop((f"/world/{sensor}/{channel}", time_ns))
        data = np.array(held[f"{archetype}:buffer"].as_py()[0], np.uint8)
        image = data.view(dtype).reshape(capture.channels[channel].shape)
        assert (image == capture.channels[channel]).all()


def check_labels(held, shown):
    texts = held["Boxes2D:labels"].as_py()
    assert texts == [f"{a.instance_id} {a.category}" for a in shown]
    middle = numbers(held["Boxes2D:centers"]).reshape(-1, 2)
    half = numbers(held["Boxes2D:half_sizes"]).reshape(-1, 2)
    expected = np.array([a.box2d_visible for a in shown]).reshape(-1, 4)
    assert (np.hstack([middle - half, middle + half]) == expected).all()


def check_boxes(held, annotations):
    centers, half = numbers(held["Boxes3D:centers"]), numbers(held["Boxes3D:half_sizes"])
    turns = Rotation.from_quat(numbers(held["Boxes3D:quaternions"])).as_matrix()
    labels = held["Boxes3D:labels"].as_py()
    for a in annotations:
        row = a.instance_id - 1
        np.testing.assert_allclose(centers[row], a.box3d.world_from_box.translation_m, atol=1e-5)
        np.testing.assert_allclose(half[row] * 2, a.box3d.size_lwh_m, rtol=1e-6)
        np.testing.assert_allclose(turns[row], a.box3d.world_from_box.rotation, atol=1e-6)
        assert labels[row] == f"{a.instance_id} {a.name}"


def test_an_export_has_the_same_bytes(root, tmp_path):
    export(root, tmp_path, ("rerun",), min_visible_px=MIN_VISIBLE_PX)
    first = {p.relative_to(root): p.read_bytes() for p in (root / "rerun").rglob("*.*")}
    assert len(first) == 2
    assert first == {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "rerun").rglob("*.*")}
