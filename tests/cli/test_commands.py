"""Commands that need no OpenGL: what they print, and what `run` hands to the driver."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click.testing
import pytest

from sim.cli import main
from sim.cli.progress import frames_of
from sim.dataset import Encodings
from sim.run import Job, Processes, Progress, RayEngine
from sim.scenario.catalog import load_world, parameters_of, world_names
from sim.scenario.files import dump, load
from sim.scenario.sampling import sample, scenario_parameters
from sim.scenario.weather_settings import environment_parameters

WORLDS = [
    *("avenue", "crossing", "highway", "old_town", "parking_lot", "residential", "roundabout"),
    *("school_gate", "town"),
]

Invoke = Callable[..., click.testing.Result]


@pytest.fixture
def invoke() -> Invoke:
    def call(*arguments: str) -> click.testing.Result:
        result = click.testing.CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result

    return call


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `run` was called with, instead of running."""
    calls: dict[str, Any] = {}

    def fake(jobs: Iterable[Job], out: Path, **options: Any) -> tuple[str, ...]:
        calls.update(options, jobs=list(jobs), out=out)
        return tuple(job.sequence for job in calls["jobs"])

    monkeypatch.setattr("sim.cli.recording.run_jobs", fake)
    return calls


def test_worlds_lists_every_world_with_its_first_line(invoke: Invoke) -> None:
    lines = invoke("worlds").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(world_names()) == WORLDS
    for line, name in zip(lines, world_names(), strict=True):
        assert line.endswith((load_world(name).__doc__ or "").splitlines()[0])


@pytest.mark.parametrize("world", WORLDS)
def test_worlds_prints_every_parameter_with_default_and_doc(invoke: Invoke, world: str) -> None:
    known = (*parameters_of(load_world(world).build), *scenario_parameters(), *environment_parameters())
    assert all(parameter.doc for parameter in known)
    lines = [" ".join(line.split()) for line in invoke("worlds", world).stdout.splitlines()]
    for parameter in known:
        assert f"{parameter.name} {parameter.default} {parameter.doc.replace('``', '')}" in lines
    groups = json.loads(invoke("worlds", world, "--json").stdout)
    assert [p["name"] for group in groups.values() for p in group] == [p.name for p in known]


def test_every_parameter_of_build_can_be_set() -> None:
    import inspect

    for name in world_names():
        build = load_world(name).build
        assert [p.name for p in parameters_of(build)] == list(inspect.signature(build).parameters)


def test_options_of_light_reach_the_scenario(invoke: Invoke) -> None:
    asked = (
        "--weather", "rain", "--time", "2026-06-21T22:30", "--latitude-deg", "52", "--set", "people=2",
        "--set", "vehicles=2", "--set", "randomize.wetness=0.9..1", "--set", "environment.wind_mps=3",
    )  # fmt: skip
    text = invoke("sample", "avenue", "--seed", "3", *asked).stdout
    wanted = sample(
        "avenue", seed=3, weather="rain", time="2026-06-21T22:30", latitude_deg=52.0, people=2, vehicles=2,
        **{"randomize.wetness": "0.9..1", "environment.wind_mps": 3},
    )  # fmt: skip
    assert text == dump(wanted)
    assert wanted.environment.is_dark
    assert wanted.environment.rain_mm_per_h > 0
    assert 0.9 <= wanted.environment.wetness <= 1
    assert wanted.environment.wind_mps == 3


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--weather", "rian"), "unknown weather 'rian': did you mean 'rain'"),
        (("--randomize", "wild"), "level of randomization 'wild': did you mean 'wide'"),
        (("--time", "noon", "--latitude-deg", "5"), "time: 'noon' is no date and time"),
        (("--set", "randomize.rain_mm_per_h=9..2"), "wanted the lower number first"),
    ],
)
def test_light_that_cannot_be_is_refused(asked: tuple[str, ...], told: str) -> None:
    refused = click.testing.CliRunner().invoke(main, ("sample", "avenue", *asked))
    assert refused.exit_code == 2
    assert told in refused.stderr


def test_sample_prints_the_scenario_of_the_seed(invoke: Invoke, tmp_path: Path) -> None:
    text = invoke("sample", "crossing", "--seed", "7", "--set", "lanes=2", "--set", "people=3").stdout
    assert text == dump(sample("crossing", seed=7, lanes=2, people=3))
    (tmp_path / "s.yaml").write_text(text)
    assert load(tmp_path / "s.yaml") == sample("crossing", seed=7, lanes=2, people=3)


def test_sample_takes_the_options_of_cameras(invoke: Invoke, tmp_path: Path) -> None:
    options = ("--width-px", "64", "--height-px", "36", "--rate-hz", "5", "--channels", "depth,rgb")
    (tmp_path / "s.yaml").write_text(invoke("sample", "avenue", "--duration-s", "1.5", *options).stdout)
    scenario = load(tmp_path / "s.yaml")
    assert scenario.duration_s == 1.5
    assert scenario.seed == 0
    assert {(s.width_px, s.height_px, s.rate_hz, s.channels) for s in scenario.sensors} == {
        (64, 36, 5, ("rgb", "depth"))
    }


def test_seeds_give_a_sequence_each(invoke: Invoke, recorded: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "a"
    invoke("run", "avenue", "--seeds", "3:6", "--jobs", "2", "--out", str(out), "--set", "people=1")
    assert recorded["out"] == str(out)
    assert recorded["engine"] == Processes(2)
    assert recorded["writers"] == ("native",)
    assert [job.sequence for job in recorded["jobs"]] == ["avenue-0003", "avenue-0004", "avenue-0005"]
    assert [job.scenario for job in recorded["jobs"]] == [
        sample("avenue", seed=s, people=1) for s in (3, 4, 5)
    ]


def test_a_sampled_file_is_the_same_job_as_its_seed(
    invoke: Invoke, recorded: dict[str, Any], tmp_path: Path
) -> None:
    out, file = str(tmp_path / "a"), tmp_path / "s.yaml"
    invoke("run", "crossing", "--seed", "7", "--out", out, "--duration-s", "8", "--set", "people=2")
    by_seed = recorded["jobs"]
    file.write_text(invoke("sample", "crossing", "--seed", "7", "--set", "people=2").stdout)
    invoke("run", str(file), "--out", out)
    assert recorded["jobs"] == by_seed
    assert [dump(job.scenario) for job in recorded["jobs"]] == [dump(job.scenario) for job in by_seed]


def test_options_change_a_file(invoke: Invoke, recorded: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(invoke("sample", "avenue", "--seed", "7", "--set", "people=2").stdout)
    changes = ("--seeds", "1:3", "--set", "tick_hz=40", "--duration-s", "1", "--rate-hz", "40")
    invoke("run", str(file), "--out", str(tmp_path / "a"), *changes)
    assert [(j.sequence, j.scenario.seed) for j in recorded["jobs"]] == [
        ("avenue-0001", 1),
        ("avenue-0002", 2),
    ]
    for job in recorded["jobs"]:
        assert (job.scenario.tick_hz, job.scenario.duration_s) == (40, 1.0)
        assert job.scenario.agents == load(file).agents
        assert {camera.rate_hz for camera in job.scenario.sensors} == {40}


def test_formats_and_flags_reach_the_driver(invoke: Invoke, recorded: dict[str, Any], tmp_path: Path) -> None:
    writers = [f"--write={name}" for name in ("native", "coco", "kitti", "mot")]
    invoke("run", "avenue", *writers, "--min-visible-px=9", "--resume", "--out", str(tmp_path / "a"))
    assert recorded["writers"] == ("native", "coco", "kitti", "mot")
    assert recorded["options"] == {"min_visible_px": 9}
    assert (recorded["resume"], recorded["overwrite"]) == (True, False)


def test_file_types_reach_the_driver(invoke: Invoke, recorded: dict[str, Any], tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "a"))
    invoke("run", "avenue", "--rgb=jpg", "--rgb-quality=80", "--depth=exr", *out)
    assert recorded["options"] == {"encodings": Encodings("jpg", "exr", 80)}
    invoke("run", "avenue", "--rgb=png", "--depth=tiff", *out)
    assert recorded["options"] == {}


@pytest.mark.parametrize("waits", [0, 3])
def test_a_run_says_how_often_rendering_waited(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, waits: int
) -> None:
    def fake(
        jobs: Iterable[Job], out: Path, progress: Callable[[Progress], None], **options: Any
    ) -> list[str]:
        progress(Progress(1, 5, waits))
        return ["one"]

    monkeypatch.setattr("sim.cli.recording.run_jobs", fake)
    lines = invoke("run", "avenue", "--out", str(tmp_path)).stderr.splitlines()
    said = f"rendering waited {waits} times for encoders" if waits else "rendering never waited for encoders"
    assert lines == [said, f"1 sequence complete in {tmp_path}"]


def test_stdout_of_run_is_empty_and_progress_is_for_terminals(
    invoke: Invoke, recorded: dict[str, Any], tmp_path: Path
) -> None:
    result = invoke("run", "avenue", "--out", str(tmp_path / "a"))
    assert result.stdout == ""
    assert result.stderr == f"rendering never waited for encoders\n1 sequence complete in {tmp_path / 'a'}\n"


@pytest.mark.parametrize(
    ("rates", "frames"), [((10,), 10), ((10, 10), 10), ((4, 5), 8), ((20, 4), 20), ((1,), 1)]
)
def test_frames_are_counted_as_ticks_with_a_camera_due(rates: tuple[int, ...], frames: int) -> None:
    import dataclasses

    from sim.scenario import Camera

    cameras = tuple(Camera(f"c{i}", rate_hz=rate) for i, rate in enumerate(rates))
    scenario = dataclasses.replace(
        sample("avenue", seed=0, people=1), sensors=cameras, duration_s=1.0, tick_hz=20
    )
    assert frames_of(scenario) == frames


def test_help_shows_units_and_every_command(invoke: Invoke) -> None:
    commands = ["doctor", "worlds", "sample", "run", "export", "check", "show"]
    text = invoke("--help").stdout
    for name in commands:
        assert f"\n  {name} " in text
        assert invoke(name, "--help").stdout.startswith("Usage: ")


def test_progress_is_one_line_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from sim.cli.progress import RunLine
    from sim.run import Progress

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    clock = iter([0.0, 10.0, 10.1, 20.0])
    monkeypatch.setattr("sim.cli.progress.time.perf_counter", lambda: next(clock))
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with RunLine(sample("avenue", seed=0, people=1, duration_s=1.0), 3) as line:
        for progress in (Progress(1, 10), Progress(1, 11), Progress(2, 25)):
            line.update(progress)
    assert terminal.getvalue() == (
        "\r\x1b[Ksequence 2/3  10/30 frames  1.0 frames/s  0:20 left"
        "\r\x1b[Ksequence 3/3  25/30 frames  1.2 frames/s  0:04 left"
        "\r\x1b[K"
    )


def test_options_of_a_cluster_make_an_engine(
    invoke: Invoke, recorded: dict[str, Any], tmp_path: Path
) -> None:
    options = ("--engine", "ray", "--address", "auto", "--jobs", "9", "--gpus-per-sequence", "0.25")
    invoke("run", "avenue", *options, "--set", "people=1", "--out", str(tmp_path / "a"))
    assert recorded["engine"] == RayEngine("auto", sequences=9, cpus=1.0, gpus=0.25)
