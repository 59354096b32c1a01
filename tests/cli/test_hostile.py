"""Input made to do harm: refused with a message, before anything is allocated, or read elsewhere."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import sim
from sim.cli import main
from sim.errors import UsageError
from sim.scenario import Camera
from sim.scenario.files import dump, load
from sim.scenario.sampling import sample
from sim.scenario.yamltext import MAX_BYTES, MAX_NODES, parse_yaml, read_text
from sim.testing import ToyStreet


def refused(call: Callable[[], object], message: str, most_bytes: int = 20_000_000) -> None:
    """The call raises UsageError with that message and never holds more memory than that."""
    tracemalloc.start()
    try:
        with pytest.raises(UsageError, match=message):
            call()
        assert tracemalloc.get_traced_memory()[1] < most_bytes
    finally:
        tracemalloc.stop()


@pytest.fixture
def scenario_text() -> str:
    return dump(sample("avenue", seed=1, vehicles=1, cyclists=0, motorcyclists=0, parked=0, people=0))


def test_a_yaml_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines))
    refused(lambda: load(tmp_path / "bomb.yaml"), "bomb.yaml, line 2, column 10: aliases are not allowed")


def test_nesting_is_bounded() -> None:
    refused(lambda: parse_yaml("[" * 100_000, "s.yaml"), "line 1, column 21: nested too deeply", 10_000_000)


def test_the_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.scenario.yamltext.MAX_NODES", 100)
    assert parse_yaml("[" + "1," * 99 + "]", "s.yaml") == [1] * 99
    with pytest.raises(UsageError, match=r"s.yaml, line 1, column 200: more than 100 keys and values"):
        parse_yaml("[" + "1," * 101 + "]", "s.yaml")
    assert MAX_NODES < 1_000_000


def test_a_file_of_a_terabyte_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    with path.open("wb") as file:
        file.truncate(10**12)
    refused(lambda: load(path), "s.yaml: larger than 8 MB", 2 * MAX_BYTES + 1_000_000)
    refused(lambda: sim.read_rig(path), "s.yaml: larger than 1 MB", 3_000_000)


def test_a_text_that_ends_too_late_is_refused_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("é" * 10)
    assert read_text(tmp_path / "s", 20) == "é" * 10
    with pytest.raises(UsageError, match=r"^s: larger than 1.9e-05 MB"):
        read_text(tmp_path / "s", 19)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("width_px: 1280", "width_px: 100000", "width_px is 100000, wanted 16 to 8192"),
        ("height_px: 720", "height_px: 1000000000000", "height_px is 1000000000000, wanted 16 to 8192"),
        (
            "duration_s: 8.0",
            "duration_s: 1.0e+300",
            "duration_s is 1e.300, wanted more than 0, at most 36000",
        ),
        ("tick_hz: 20", "tick_hz: 1000000000", "tick_hz is 1000000000, wanted 1 to 1000"),
        ("name: front", "name: ../../front", "camera name '../../front': wanted letters, digits"),
        ("name: front", "name: /front", "camera name '/front': wanted letters, digits"),
        ("name: avenue", "name: ../avenue", "unknown world '../avenue'"),
        ("parameters: {", "parameters: {length_m: 1.0e+12}  # ", "length_m is 1000000000000.0, wanted"),
    ],
)
def test_sizes_and_paths_are_refused(
    scenario_text: str, tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in scenario_text
    (tmp_path / "s.yaml").write_text(scenario_text.replace(old, new, 1))
    refused(lambda: load(tmp_path / "s.yaml"), message, 30_000_000)


def test_a_million_agents_are_refused(scenario_text: str) -> None:
    scenario = sample("avenue", seed=1, vehicles=1, cyclists=0, motorcyclists=0, parked=0, people=0)
    refused(
        lambda: dataclasses.replace(scenario, agents=scenario.agents[:1] * 1_000_000),
        "1000000 agents, wanted at most 5000",
        20_000_000,
    )
    refused(lambda: sample("avenue", seed=1, people=1_000_000), "people is 1000000, wanted 0 to 500", 10**7)
    cameras = (Camera("a"),) * 65
    with pytest.raises(UsageError, match="65 sensors, wanted at most 64"):
        dataclasses.replace(scenario, sensors=cameras)


@pytest.mark.parametrize(("key", "instead"), [("seed", "--seed"), ("rig", "--rig"), ("world", "WORLD")])
def test_settings_that_have_an_option_are_named(key: str, instead: str) -> None:
    result = CliRunner().invoke(main, ["sample", "avenue", "--set", f"{key}=1"])
    assert result.exit_code == 2
    assert f"--set {key}: wanted the " in result.stderr
    assert instead in result.stderr


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    ToyStreet(agents=1, ticks=1, width_px=16, height_px=16).write(tmp_path / "d")
    return tmp_path / "d"


def change(path: Path, edit: Callable[[dict[str, object]], None]) -> None:
    record = json.loads(path.read_text())
    edit(record)
    path.write_text(json.dumps(record))


@pytest.mark.parametrize("name", ["../outside", "/etc", "", ".", "a/../../b"])
def test_a_manifest_names_no_sequence_elsewhere(dataset: Path, name: str) -> None:
    change(dataset / "manifest.json", lambda r: r["sequences"][0].update(name=name))  # type: ignore[index]
    for reads in (sim.check, sim.read):
        with pytest.raises(UsageError, match="sequence name "):
            reads(dataset)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "sequences/../../x", "a//b", "./a"])
def test_a_manifest_lists_no_file_elsewhere(dataset: Path, name: str) -> None:
    change(dataset / "manifest.json", lambda r: r["files"].update({name: {"sha256": "", "size_bytes": 1}}))  # type: ignore[attr-defined]
    assert [f.where for f in sim.check(dataset).findings] == [name]
    with pytest.raises(UsageError, match="is not below the data set's folder"):
        sim.read(dataset)


@pytest.mark.parametrize("name", ["*.png", "*.tiff", "labels.jsonl", "states.parquet", "sequence.json"])
@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_what_is_no_file_is_a_finding_and_not_read(dataset: Path, kind: str, name: str) -> None:
    victim = next(dataset.rglob(name))
    victim.unlink()
    if kind == "pipe":
        os.mkfifo(victim)
    else:
        victim.symlink_to("/dev/zero")
    found = {
        finding.where: finding.what for finding in sim.check(dataset).findings if finding.check == "files"
    }
    assert found[str(victim.relative_to(dataset))] == "is no regular file"
    assert len(found) == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [("width_px", 10**9, "images of 1000000000 x 16 pixels"), ("height_px", 0, "images of 16 x 0 pixels")],
)
def test_an_image_size_that_cannot_be_is_a_finding(
    dataset: Path, field: str, value: int, message: str
) -> None:
    path = dataset / "sequences/toy/sequence.json"
    change(path, lambda r: r["sensors"][0]["intrinsics"].update({field: value}))  # type: ignore[index]
    assert any(message in finding.what for finding in sim.check(dataset).findings)


def test_a_camera_s_name_leads_nowhere(dataset: Path) -> None:
    path = dataset / "sequences/toy/sequence.json"
    change(path, lambda r: r["sensors"][0]["camera"].update(name="../../../etc"))  # type: ignore[index]
    assert any("camera name '../../../etc'" in finding.what for finding in sim.check(dataset).findings)


def test_a_frame_at_a_tick_that_is_not_there_is_named(dataset: Path) -> None:
    path = dataset / "sequences/toy/labels.jsonl"
    path.write_text(path.read_text().replace('"tick":0', '"tick":-1'))
    with pytest.raises(UsageError, match=r"labels.jsonl is broken at byte 0: .*tick -1, stored are 0 to 0"):
        list(sim.read(dataset)[0])


def test_a_number_too_large_for_its_field_is_named(tmp_path: Path) -> None:
    ToyStreet(agents=4, ticks=1).write(tmp_path)
    path = tmp_path / "sequences/toy/labels.jsonl"
    text = re.sub(r'"visibility":\[\d', '"visibility":[-1', path.read_text(), count=1)
    assert text != path.read_text()
    path.write_text(text)
    with pytest.raises(UsageError, match=r"labels.jsonl is broken at byte \d+: OverflowError"):
        list(sim.read(tmp_path)[0])
