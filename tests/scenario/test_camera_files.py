"""Cameras in a file of their own are those a scenario file would have."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from sim.errors import UsageError
from sim.geometry import BrownConrady
from sim.scenario import Camera, Pedestrian, Scenario
from sim.scenario.camera_files import is_camera_file, read_cameras
from sim.scenario.catalog import build_world
from sim.scenario.files import dump
from sim.scenario.sampling import with_settings

CAMERAS = (
    Camera("pole", x_m=1.0, z_m=6.0, pitch_deg=20.0, hfov_deg=50.0, channels=("rgb",)),
    Camera("bike", "p0", fx_px=900.0, cx_px=600.5, distortion=BrownConrady(k1=-0.1)),
)
SCENARIO = Scenario(build_world("avenue", {}), (Pedestrian("p0", (0.0, 6.0)),), (Camera("front"),))


def written(folder: Path, text: str) -> Path:
    path = folder / "cameras.yaml"
    path.write_text(text)
    return path


def test_sensors_of_a_scenario_are_the_cameras_of_a_file(tmp_path: Path) -> None:
    text = dump(dataclasses.replace(SCENARIO, sensors=CAMERAS))
    sensors = yaml.safe_load(text)["sensors"]
    path = written(tmp_path, yaml.dump({"roadreel": 1, "sensors": sensors}))
    assert is_camera_file(path)
    assert read_cameras(path) == CAMERAS
    assert with_settings(SCENARIO, {}, rig=str(path)).sensors == CAMERAS
    smaller = with_settings(SCENARIO, {"width_px": 640, "rate_hz": 5}, rig=str(path)).sensors
    assert [(c.width_px, c.rate_hz) for c in smaller] == [(640, 5)] * 2
    assert not is_camera_file(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sensors: []", "cameras.yaml: roadreel: missing"),
        ("roadreel: 1\nsensors: []", "sensors: is empty, wanted at least one camera"),
        ("roadreel: 1\nsensors: [{name: a, fov: 3}]", r"sensors\[0\]\.fov: unknown key 'fov'"),
        ("roadreel: 1\nsensors: [{name: a, x_m: 2e5}]", r"sensors\[0\]: camera 'a': x_m is 200000"),
        ("roadreel: 1\nseed: 2\nsensors: []", "no camera file: wanted 'roadreel: 1' and the list 'sensors'"),
        ("roadreel: 1\nsensors: [{name: a, mount: b}]", "mount 'b' is no agent of the scenario"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match=message):
        with_settings(SCENARIO, {}, rig=str(path))


def test_an_ego_vehicle_is_needed_by_other_rigs_only() -> None:
    with pytest.raises(UsageError, match="no vehicle 'ego' to carry it"):
        with_settings(SCENARIO, {}, rig="stereo")
