"""Ways of recorded agents as CSV files: written exactly; who is led along them moves as recorded."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.dataset import SequenceInfo, read
from sim.dataset.trajectories import recorded_trajectories
from sim.scenario.files import load, to_dict
from sim.scenario.sampling import sample
from sim.scenario.trajectory_files import read_trajectory
from sim.simulation import simulate
from sim.writers import SequenceOutput, finish


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """States of a street, without a frame."""
    root: Path = tmp_path_factory.mktemp("ways")
    scenario = sample(
        "crossing", seed=5, vehicles=3, cyclists=1, motorcyclists=0, articulated=1, parked=0, parked_cycles=0,
        people=3, duration_s=1.5, warmup_s=1.0,
    )  # fmt: skip
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


def call(*arguments: object) -> str:
    result = CliRunner().invoke(main, ["trajectories", *map(str, arguments)])
    assert result.exit_code in (0, 2)
    assert "Traceback" not in result.output
    return f"{result.exit_code} {result.output}"


def test_files_hold_the_states_bit_for_bit(dataset: Path, tmp_path: Path) -> None:
    assert call(dataset, "--out", tmp_path / "out") == f"0 wrote 8 trajectories to {tmp_path / 'out'}\n"
    sequence = read(dataset)["s"]
    ways = recorded_trajectories(sequence)
    names = {path.stem for path in (tmp_path / "out").iterdir()}
    assert names == set(ways) == {"ego", "car1", "car2", "lorry1", "bike1", "p1", "p2", "p3"}
    for name, way in ways.items():
        assert read_trajectory(tmp_path / "out" / f"{name}.csv") == way
        row = sequence.info.roster.row(name)
        states = [sequence.state(tick) for tick in sequence.ticks]
        assert list(zip(way.x_m, way.y_m, strict=True)) == [
            tuple(state.poses.position_m[row, :2].tolist()) for state in states
        ]
        assert bool(way.speed_mps) == sequence.info.roster.categories[row].is_vehicle


def test_who_is_led_along_them_moves_as_recorded(dataset: Path, tmp_path: Path) -> None:
    call(dataset, "s", "--agent", "car1", "--agent", "p2", "--out", tmp_path / "ways")
    path = tmp_path / "s.yaml"
    path.write_text(
        "roadreel: 1\nworld: {name: crossing}\nseed: 1\nduration_s: 1.5\nsensors: []\nagents:\n"
        "- vehicle: {name: car1, behavior: trajectory, trajectory: ways/car1.csv}\n"
        "- pedestrian: {name: p2, behavior: trajectory, trajectory: ways/p2.csv}\n"
    )
    sequence = read(dataset)["s"]
    rows = [sequence.info.roster.row(name) for name in ("car1", "p2")]
    for state in simulate(load(path)):
        recorded = sequence.state(state.tick)
        assert np.array_equal(state.poses.position_m[:, :2], recorded.poses.position_m[rows, :2])
        assert np.allclose(state.poses.yaw_rad, recorded.poses.yaw_rad[rows], atol=1e-12)
        if state.tick < len(sequence.ticks) - 1:
            assert np.allclose(state.velocity_mps[0], recorded.velocity_mps[rows[0]], atol=1e-9)


def test_mistakes_are_named(dataset: Path, tmp_path: Path) -> None:
    assert "no sequence 'x'" in call(dataset, "x", "--out", tmp_path / "a")
    assert "unknown agent 'cra1': did you mean 'car1'" in call(
        dataset, "--agent", "cra1", "--out", tmp_path / "a"
    )
    assert "unknown agent 'bike1.rider'" in call(dataset, "--agent", "bike1.rider", "--out", tmp_path / "a")
    assert "exists already" in call(dataset, "--out", tmp_path)
    assert "is not a data set" in call(tmp_path, "--out", tmp_path / "a")
    assert not (tmp_path / "a").exists()
