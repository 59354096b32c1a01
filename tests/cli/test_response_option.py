"""`--response` of `sample` and `run`: a preset for every camera, under what is drawn for them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.scenario import RESPONSES, Scenario
from sim.scenario.files import load

STREET = ["avenue", "--set", "length_m=80", "--set", "vehicles=1", "--set", "parked=0", "--set", "people=0"]


def roadreel(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def sampled(folder: Path, *arguments: object) -> Scenario:
    done = roadreel("sample", *arguments)
    assert done.exit_code == 0, done.output
    (folder / "s.yaml").write_text(done.stdout, encoding="utf-8")
    return load(folder / "s.yaml")


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_every_camera_has_the_preset(tmp_path: Path, name: str) -> None:
    scenario = sampled(tmp_path, *STREET, "--rig", "stereo", "--response", name)
    assert [camera.response for camera in scenario.sensors] == [RESPONSES[name]] * 2
    again = sampled(tmp_path, tmp_path / "s.yaml", "--response", "phone")
    assert [camera.response for camera in again.sensors] == [RESPONSES["phone"]] * 2


def test_what_is_drawn_for_cameras_comes_on_top(tmp_path: Path) -> None:
    scenario = sampled(tmp_path, *STREET, "--response", "plain", "--set", "randomize.camera.bloom=0.02")
    assert {camera.response for camera in scenario.sensors} == {
        dataclasses.replace(RESPONSES["plain"], bloom=0.02)
    }


def test_an_unknown_preset_is_refused() -> None:
    done = roadreel("sample", *STREET, "--response", "dashcams")
    assert done.exit_code == 2
    assert "response 'dashcams'" in done.stderr
    assert "dashcam" in done.stderr.partition("'dashcams'")[2]
    done = roadreel("sample", *STREET, "--set", "response=phone")
    assert done.exit_code == 2
    assert "--response" in done.stderr
