"""Replays: the recorded motion again, bit for bit, whatever films it."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.agents.state import WorldState
from sim.bodies import Lights, PoseColumns
from sim.cli import main
from sim.dataset import SequenceInfo, read
from sim.dataset.layout import SEQUENCE, STATES
from sim.environment import Environment, WeatherChange
from sim.errors import UsageError
from sim.run import Job, Replay, recorded_scenario, replayed_states, run
from sim.scenario import Scenario
from sim.scenario.files import to_dict
from sim.scenario.sampling import sample
from sim.simulation import simulate
from sim.writers import SequenceOutput, finish

NIGHT = Environment(sun_elevation_deg=-20.0, rain_mm_per_h=6.0, wetness=1.0)
DUSK = (WeatherChange(0.3, Environment(sun_elevation_deg=9.0)),)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    drawn = sample(
        "crossing", seed=5, vehicles=7, cyclists=2, motorcyclists=1, articulated=1, parked=3, people=8,
        duration_s=0.6, warmup_s=1.0, width_px=64, height_px=36, sun_elevation_deg=30.0, cloud_cover=0.1,
    )  # fmt: skip
    return dataclasses.replace(drawn, weather_changes=DUSK)


@pytest.fixture(scope="module")
def dataset(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario's states, without a frame."""
    root: Path = tmp_path_factory.mktemp("replay")
    states = list(simulate(scenario))
    info = SequenceInfo.of(
        root, "s", scenario=to_dict(scenario), tick_hz=scenario.tick_hz, origin=scenario.world.origin,
        roster=states[0].roster, sensors=scenario.sensors, environment={},
    )  # fmt: skip
    with SequenceOutput(info, ("native",)) as output:
        for state in states:
            output.state(state)
    finish(root)
    return root


def columns(state: WorldState) -> dict[str, object]:
    """All of a state that is no memory, arrays as bytes with their type."""
    poses = {f.name: getattr(state.poses, f.name) for f in dataclasses.fields(PoseColumns)}
    fields = {f.name: getattr(state, f.name) for f in dataclasses.fields(state)} | poses
    for name in ("memory", "poses", "roster"):
        del fields[name]
    arrays = {k: (v.dtype.str, v.shape, v.tobytes()) for k, v in fields.items() if isinstance(v, np.ndarray)}
    names = {"names": state.roster.names, "riders": state.roster.rider_of, "towed": state.roster.towed_by}
    return fields | arrays | names


def replayed(dataset: Path, **changes: object) -> list[WorldState]:
    sequence = read(dataset)["s"]
    return list(
        replayed_states(
            Replay.of(sequence),
            dataclasses.replace(recorded_scenario(sequence), **changes),  # type: ignore[arg-type]
        )
    )


def test_the_scenario_comes_back_whole(dataset: Path, scenario: Scenario) -> None:
    assert recorded_scenario(read(dataset)["s"]) == scenario


def test_states_come_back_bit_for_bit(dataset: Path, scenario: Scenario) -> None:
    states, again = list(simulate(scenario)), replayed(dataset)
    assert len(again) == len(states) == scenario.ticks
    kinds = {c.name for c in states[0].roster.categories}
    assert {"human.rider.bicyclist", "vehicle.trailer", "human.pedestrian.adult"} <= kinds
    for one, other in zip(states, again, strict=True):
        assert columns(other) == columns(one)
        assert all(a is b for a, b in zip(other.roster.bodies, one.roster.bodies, strict=True))


@pytest.mark.parametrize("changes", [{"environment": NIGHT, "weather_changes": ()}, {"weather_changes": ()}])
def test_other_light_gives_the_states_that_a_run_in_it_has(
    dataset: Path, scenario: Scenario, changes: dict[str, object]
) -> None:
    """Nobody moves otherwise in other weather, so a simulation in it is an oracle for the head lamps."""
    states = list(simulate(dataclasses.replace(scenario, **changes)))  # type: ignore[arg-type]
    again = replayed(dataset, **changes)
    for one, other in zip(states, again, strict=True):
        assert columns(other) == columns(one)
    before = np.array([s.poses.lights & Lights.HEAD for s in simulate(scenario)], bool)
    after = np.array([s.poses.lights & Lights.HEAD for s in again], bool)
    assert (before != after).any()


def test_a_shorter_replay_is_the_beginning(dataset: Path) -> None:
    short = replayed(dataset, duration_s=0.25, weather_changes=())
    assert [s.tick for s in short] == [0, 1, 2, 3, 4]


def test_more_than_was_stored_is_refused(dataset: Path) -> None:
    with pytest.raises(UsageError, match=r"duration_s is 2\.0, wanted at most 0\.6: no more is stored"):
        replayed(dataset, duration_s=2.0)


def copy_with(dataset: Path, root: Path, change: dict[str, object]) -> Path:
    """The dataset with its first agent's description changed."""
    folder = root / "sequences" / "s"
    folder.mkdir(parents=True)
    source = dataset / "sequences" / "s"
    record = json.loads((source / SEQUENCE).read_text())
    record["agents"][0] |= change
    (folder / SEQUENCE).write_text(json.dumps(record))
    for name in (STATES, "labels.jsonl"):
        (folder / name).write_bytes((source / name).read_bytes())
    finish(root)
    return root


@pytest.mark.parametrize("change", [{"name": "other"}, {"size_lwh_m": [4.0, 1.7, 1.5]}, {"towed_by": 2}])
def test_bodies_of_another_version_are_refused(
    dataset: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    with pytest.raises(UsageError, match="another body of agent 'ego' than the one that recorded"):
        recorded_scenario(read(copy_with(dataset, tmp_path, change))["s"])


def test_states_that_change_meanwhile_are_refused(dataset: Path, tmp_path: Path) -> None:
    sequence = read(copy_with(dataset, tmp_path, {}))["s"]
    replay, scenario = Replay.of(sequence), recorded_scenario(sequence)
    with (sequence.folder / STATES).open("ab") as file:
        file.write(b"x")
    with pytest.raises(UsageError, match=r"states\.parquet: was changed since the replay began"):
        next(replayed_states(replay, scenario))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such"], "no sequence 'no-such'; there are: s"),
        (["--set", "tick_hz=10"], "a replay moves as it was recorded; only `run` can set that"),
        (["--set", "vehicles=3"], "unknown scenario file setting 'vehicles'"),
        (["--duration-s", "9"], "duration_s is 9.0, wanted at most 0.6: no more is stored"),
        (["--suffix", "a/b"], "sequence name 's-a/b'"),
    ],
)
def test_mistakes_are_named(dataset: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["replay", str(dataset), *arguments, "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


@pytest.mark.gl
def test_the_same_cameras_and_light_give_the_same_bytes_and_a_rainy_night_the_same_labels(
    scenario: Scenario, tmp_path: Path
) -> None:
    from sim.scenario import CAMERA_CHANNELS

    short = dataclasses.replace(
        scenario, duration_s=0.2, weather_changes=(),
        sensors=tuple(dataclasses.replace(s, channels=CAMERA_CHANNELS) for s in scenario.sensors),
    )  # fmt: skip
    run([Job(short, "s")], tmp_path / "a")
    sequence = read(tmp_path / "a")["s"]
    again, replay = recorded_scenario(sequence), Replay.of(sequence)
    night = dataclasses.replace(again, environment=NIGHT)
    jobs = [Job(again, "s", replay), Job(night, "night", replay)]
    run(jobs, tmp_path / "b", processes=2)
    files = {
        name: {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        for name, folder in (
            ("first", sequence.folder),
            ("again", tmp_path / "b/sequences/s"),
            ("night", tmp_path / "b/sequences/night"),
        )
    }
    first, same, dark = (files[name] for name in ("first", "again", "night"))
    assert first.keys() == same.keys() == dark.keys()
    assert {name for name in first if first[name] != same[name]} == {SEQUENCE}
    assert json.loads(same[SEQUENCE])["replay_of"] == replay.record
    assert json.loads(first[SEQUENCE]) | {"replay_of": replay.record} == json.loads(same[SEQUENCE])
    differing = {name for name in first if first[name] != dark[name]}
    # What shows or says light and weather; every other channel is that of the day.
    shows = {name for name in first if name.split("/")[1:2] in (["rgb"], ["rgb_clean"], ["weather_mask"])}
    assert differing - shows == {SEQUENCE, STATES, "labels.jsonl"}
    assert {name for name in first if "/rgb/" in name} <= differing
    for one, other in zip(first["labels.jsonl"].splitlines(), dark["labels.jsonl"].splitlines(), strict=True):
        day, rain = json.loads(one), json.loads(other)
        assert day.pop("exposure") != rain.pop("exposure")
        for record in (day, rain):
            for annotation in record["annotations"]:
                annotation["lights"] &= ~Lights.HEAD
                del annotation["attributes"]["head_lamps"]
        assert day == rain
    manifest = json.loads((tmp_path / "b/manifest.json").read_text())
    assert [entry["replay_of"] for entry in manifest["sequences"]] == [replay.record] * 2
    import sim

    assert sim.check(tmp_path / "b").findings == ()
    with pytest.raises(UsageError, match="was replayed from other states, or not at all"):
        run([Job(again, "s")], tmp_path / "b", resume=True)
