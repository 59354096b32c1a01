"""What a user can mend is one message on stderr and exit code 2, never a traceback."""

from __future__ import annotations

import errno
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.scenario.files import dump
from sim.scenario.sampling import sample


def fails(*arguments: str, code: int = 2) -> str:
    """The message of a command that fails as it should."""
    result: Result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, (result.exit_code, result.output)
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    message = result.stderr.partition("Error: ")[2]
    assert message.endswith("\n")
    return message[:-1]


@pytest.fixture
def scenario_file(tmp_path: Path) -> Path:
    path = tmp_path / "s.yaml"
    path.write_text(dump(sample("avenue", seed=1, vehicles=3, parked=1, people=2)))
    return path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "crosing"], "unknown world 'crosing': did you mean 'crossing'? known: avenue, crossing"),
        (["run", "avenue", "--set", "lane=2"], "unknown avenue setting 'lane': did you mean 'lanes'"),
        (["run", "avenue", "--set", "peple=2"], "unknown avenue setting 'peple': did you mean 'people'?"),
        (["run", "avenue", "--set", "lanes=many"], "setting lanes: 'many' is not a whole number"),
        (["run", "avenue", "--set", "lanes=2.5"], "setting lanes: 2.5 is not a whole number"),
        (["run", "avenue", "--set", "lanes=99"], "avenue: lanes is 99, wanted a whole number from 1 to 3"),
        (["run", "avenue", "--set", "season=monsoon"], "avenue: season is 'monsoon', wanted one of"),
        (["run", "avenue", "--set", "lanes"], "--set 'lanes': wanted KEY=VALUE, for example --set lanes=2"),
        (["run", "avenue", "--set", "lanes=[1"], "--set lanes, line 1, column 3: "),
        (["run", "avenue", "--set", "lanes=[1]"], "--set lanes: '[1]' is no number, text, true or false"),
        (["run", "avenue", "--set", "lanes=1", "--set", "lanes=2"], "--set lanes is given twice"),
        (["run", "avenue", "--set", "tick_hz=7"], "rate_hz 10 does not divide tick_hz 7"),
        (["run", "avenue", "--seed", "-1"], "seed is -1, wanted 0 or more"),
        (["run", "avenue", "--seed", "x"], "Invalid value for '--seed': 'x' is not a valid integer."),
        (["run", "avenue", "--seeds", "5:2"], "--seeds '5:2': wanted FIRST:END with FIRST < END"),
        (["run", "avenue", "--seeds", "0:2", "--seed", "1"], "--seed and --seeds exclude each other"),
        (["run", "avenue", "--duration-s", "0"], "duration_s is 0.0, wanted more than 0, at most 36000"),
        (["run", "avenue", "--duration-s", "nan"], "setting duration_s: nan is not a number"),
        (["run", "avenue", "--duration-s", "1", "--set", "duration_s=2"], "are both given"),
        (["run", "avenue", "--width-px", "9", "--set", "width_px=9"], "--width-px and --set width_px=..."),
        (["run", "avenue", "--width-px", "4"], "width_px is 4, wanted 16 to 8192"),
        (["run", "avenue", "--channels", "rbg"], "unknown channel 'rbg': did you mean 'rgb'?"),
        (["run", "avenue", "--channels", ","], "--channels is empty, wanted some of rgb,depth"),
        (["run", "avenue", "--write", "coca"], "unknown writer 'coca': did you mean 'coco'"),
        (["run", "avenue", "--write", "mot", "--write", "mot"], "--write names a format twice: mot, mot"),
        (["run", "avenue", "--jobs", "0"], "jobs is 0, wanted 1 or more"),
        (["run", "avenue", "--resume", "--overwrite"], "--resume and --overwrite exclude each other"),
        (["run", "none.yaml"], "none.yaml: no such scenario file"),
        (["run", "--jobs", "1"], "wanted one of: the name of a world, a scenario file, --map FILE.xodr"),
        (["sample", "crosing"], "unknown world 'crosing': did you mean 'crossing'?"),
        (["worlds", "crosing"], "unknown world 'crosing': did you mean 'crossing'?"),
        (["check", "nowhere"], "nowhere is not a data set: it has no manifest.json"),
        (["show", "nowhere", "--out", "a.png"], "nowhere is not a data set: it has no manifest.json"),
        (["show", "nowhere", "--out", "a.gif"], "--out a.gif: wanted a name that ends in .png or .mp4"),
        (["show", "nowhere", "--out", "a.png", "--overlay", "box2d"], "unknown overlay 'box2d': "),
        (["show", "nowhere"], "nothing to write: wanted --out FILE.png, --out FILE.mp4 or --contact-sheet"),
        (["export", "nowhere", "--to", "coco"], "nowhere is not a data set: it has no manifest.json"),
        (["dance"], "No such command 'dance'."),
    ],
)  # fmt: skip
def test_each_mistake_is_named(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = ["--out", "new"] if arguments[0] in ("run", "export") and len(arguments) > 1 else []
    said = fails(*arguments, *out)
    assert message in said
    assert len(said) < 700
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("behavior: follow_lane", "behavior: folow_lane", "agents[0].vehicle.behavior: unknown behavior"),
        ("category: ''", "category: car", "agents[0].vehicle.category: unknown category 'car': "),
        ("variant: ", "variant: 7", "agents[0].vehicle.body: variant 7"),
        ("speed_mps: ", "speed_mps: fast #", "agents[0].vehicle.speed_mps: 'fast' is not a number"),
        ("sensors:", "sensor:", "sensor: unknown key 'sensor': did you mean 'sensors'"),
        ("lane: ", "lane: nowhere #", "agents[0].vehicle.lane: unknown lane 'nowhere': "),
        ("roadreel: 1", "roadreel: [", "s.yaml, line 3, column 7: expected"),
    ],
)  # fmt: skip
def test_each_mistake_in_a_file_is_named(
    scenario_file: Path, old: str, new: str, message: str, tmp_path: Path
) -> None:
    edit(scenario_file, old, new)
    said = fails("run", str(scenario_file), "--out", str(tmp_path / "new"))
    assert said.startswith("s.yaml")
    assert message in said
    assert not (tmp_path / "new").exists()


def test_settings_of_the_street_cannot_change_a_file(scenario_file: Path, tmp_path: Path) -> None:
    said = fails("run", str(scenario_file), "--set", "lanes=2", "--out", str(tmp_path / "new"))
    assert (
        said == "unknown scenario file setting 'lanes': "
        "known: duration_s, height_px, quality, rate_hz, tick_hz, warmup_s, width_px"
    )


def test_a_full_folder_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    assert "is not empty" in fails("run", "avenue", "--out", str(tmp_path))
    assert "holds no roadreel dataset" in fails("run", "avenue", "--overwrite", "--out", str(tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["precious"]
    assert "is a file, wanted a folder" in fails("run", "avenue", "--out", str(tmp_path / "precious"))


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EROFS, "the file system is read-only"),
        (errno.EACCES, "permission denied"),
        (errno.ENOSPC, "the disk is full"),
    ],
)
def test_a_folder_that_cannot_be_made_is_named(
    number: int, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *arguments: object, **options: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert fails("run", "avenue", "--out", str(tmp_path / "new")) == f"{tmp_path / 'new'}: {reason}"


def test_a_disk_that_fills_up_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "rgb/000007.png")

    monkeypatch.setattr(importlib.import_module("sim.record"), "record", fill)
    assert fails("run", "avenue", "--out", str(tmp_path / "new")) == "rgb/000007.png: the disk is full"


def test_without_opengl_there_is_a_hint_and_no_traceback(tmp_path: Path) -> None:
    environment = os.environ | {"ROADREEL_NO_GL": "1"}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sim", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    doctor = call("doctor")
    assert doctor.returncode == 1
    assert "apt-get install -y libegl1 libgl1 libgl1-mesa-dri" in doctor.stderr
    assert "python" in doctor.stdout
    run = call("run", "avenue", "--duration-s", "0.1", "--set", "people=0", "--set", "vehicles=1", "--out",
               str(tmp_path / "a"))  # fmt: skip
    assert run.returncode == 2
    assert "apt-get install -y libegl1 libgl1 libgl1-mesa-dri" in run.stderr
    for result in (doctor, run):
        assert "Traceback" not in result.stderr
        assert result.stderr.startswith("Error: no OpenGL")
    assert list((tmp_path / "a").rglob("*.json")) == []
