"""`--rig` of `sample` and `run`, and `roadreel rig`."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from sim.cli import main
from sim.scenario import CAMERA_CHANNELS, Camera, intrinsics
from sim.scenario.calibration import read_rig, write_rig
from sim.scenario.files import load
from sim.testing.toys import ToyStreet

STREET = ["avenue", "--set", "length_m=80", "--set", "vehicles=1", "--set", "parked=0", "--set", "people=0"]


def roadreel(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_a_sampled_scenario_spells_the_rig_out(tmp_path: Path) -> None:
    done = roadreel("sample", *STREET, "--rig", "surround", "--channels", "all", "--width-px", 800)
    assert done.exit_code == 0, done.output
    sensors = yaml.safe_load(done.stdout)["sensors"]
    assert [sensor["mount"] for sensor in sensors] == ["ego"] * 6
    assert {sensor["width_px"] for sensor in sensors} == {800}
    assert {tuple(sensor["channels"]) for sensor in sensors} == {CAMERA_CHANNELS}
    (tmp_path / "s.yaml").write_text(done.stdout, encoding="utf-8")
    again = roadreel("sample", tmp_path / "s.yaml", "--rig", "stereo")
    assert [s["name"] for s in yaml.safe_load(again.stdout)["sensors"]] == ["front_left", "front_right"]


def test_a_calibration_file_goes_through_a_scenario_into_another_format(tmp_path: Path) -> None:
    given = Camera("cam", "ego", width_px=640, height_px=400, fx_px=500.0, cx_px=330.0, cy_px=190.0)
    write_rig((given,), tmp_path / "c.yaml", "opencv")
    done = roadreel("sample", *STREET, "--rig", tmp_path / "c.yaml")
    (tmp_path / "s.yaml").write_text(done.stdout, encoding="utf-8")
    (camera,) = load(tmp_path / "s.yaml").sensors
    assert intrinsics(camera) == intrinsics(given)
    done = roadreel("rig", tmp_path / "s.yaml", "--to", "nuscenes", "--out", tmp_path / "n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "nuscenes does not hold: image size" in done.stderr.splitlines()
    (again,) = read_rig(tmp_path / "n", width_px=640, height_px=400)
    assert intrinsics(again) == intrinsics(given)
    done = roadreel("rig", tmp_path / "n", "--to", "kalibr", "--out", tmp_path / "k.yaml")
    assert done.stderr.splitlines()[-1] == f"wrote 1 camera to {tmp_path / 'k.yaml'}"
    assert intrinsics(read_rig(tmp_path / "k.yaml")[0]).fx_px == 500.0


def test_the_cameras_of_a_dataset_and_those_left_out_are_named(tmp_path: Path) -> None:
    ToyStreet(seed=3).write(tmp_path, "s", ("native",))
    done = roadreel("rig", tmp_path, "--to", "opencv", "--out", tmp_path / "front.yaml")
    assert done.exit_code == 0, done.output
    assert "left out: on other mounts than 'ego': pole" in done.stderr.splitlines()
    assert [camera.name for camera in read_rig(tmp_path / "front.yaml")] == ["front"]
    done = roadreel("rig", tmp_path, "--to", "kitti", "--out", tmp_path / "pole.txt", "--mount", "")
    assert "left out: on other mounts than '': front" in done.stderr.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rig", "nowhere", "--to", "opencv"], "nowhere: no such calibration file"),
        (["rig", "c.yaml", "--to", "xml"], "unknown calibration format 'xml'"),
        (
            ["rig", "c.yaml", "--to", "kitti", "--mount", "car7"],
            "--mount 'car7': no camera there, wanted one of 'ego'",
        ),
    ],
)
def test_what_cannot_be_is_said_with_exit_code_2(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_rig((Camera("cam", "ego"),), "c.yaml", "opencv")
    done = roadreel(*arguments, "--out", "out")
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert not Path("out").exists()
