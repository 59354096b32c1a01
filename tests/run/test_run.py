"""Runs of many sequences: the same bytes however many processes, resumable, nothing half done."""

from __future__ import annotations

import dataclasses
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import recorders

from sim.dataset import Encodings
from sim.errors import EnvironmentProblem, UsageError
from sim.run import Interrupted, Job, Progress, run, sequence_name
from sim.scenario import Camera, Pedestrian, Scenario
from sim.scenario.catalog import build_world

SCENARIO = Scenario(
    build_world("avenue", {"length_m": 80.0}), (Pedestrian("p0", (0.0, 6.0)),), (Camera("front"),), 1.0
)


def jobs(*seeds: int) -> Iterator[Job]:
    for seed in seeds:
        scenario = dataclasses.replace(SCENARIO, seed=seed)
        yield Job(scenario, sequence_name(scenario))


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder: path -> bytes; empty folders count too."""
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else b"" for p in sorted(root.rglob("*"))}


def test_the_number_of_processes_changes_no_byte(tmp_path: Path) -> None:
    names = tuple(f"avenue-{seed:04d}" for seed in range(4))
    for processes in (1, 2):
        out = tmp_path / str(processes)
        assert run(jobs(*range(4)), out, processes=processes, recorder=recorders.fake) == names
    assert tree(tmp_path / "1") == tree(tmp_path / "2")
    assert {p.name for p in (tmp_path / "1").iterdir()} == {"manifest.json", "sequences"}


def test_progress_counts_sequences_and_frames(tmp_path: Path) -> None:
    seen: list[Progress] = []
    run(jobs(0, 1), tmp_path / "a", progress=seen.append, recorder=recorders.fake)
    frames = recorders.FRAMES
    assert seen == [
        *(Progress(0, n + 1) for n in range(frames)), Progress(1, frames),
        *(Progress(1, frames + n + 1) for n in range(frames)), Progress(2, 2 * frames),
    ]  # fmt: skip


def test_a_run_after_resume_is_the_run_without_a_break(tmp_path: Path) -> None:
    run(jobs(0, 1), tmp_path / "a", recorder=recorders.fake)
    run(jobs(0, 1, 2, 3), tmp_path / "a", resume=True, recorder=recorders.fake)
    run(jobs(0, 1, 2, 3), tmp_path / "b", recorder=recorders.fake)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_resume_records_nothing_twice(tmp_path: Path) -> None:
    run(jobs(0, 1), tmp_path / "a", recorder=recorders.fake)
    seen: list[Progress] = []
    run(jobs(0, 1), tmp_path / "a", resume=True, progress=seen.append, recorder=recorders.fake)
    assert seen == []


def test_resume_refuses_another_scenario_of_the_same_name(tmp_path: Path) -> None:
    run(jobs(0), tmp_path / "a", recorder=recorders.fake)
    before = tree(tmp_path / "a")
    other = Job(dataclasses.replace(SCENARIO, duration_s=2.0), "avenue-0000")
    with pytest.raises(UsageError, match="'avenue-0000' was recorded from another scenario"):
        run([other], tmp_path / "a", resume=True, recorder=recorders.fake)
    assert tree(tmp_path / "a") == before


def test_a_folder_that_is_not_empty_is_refused_untouched(tmp_path: Path) -> None:
    run(jobs(0), tmp_path / "a", recorder=recorders.fake)
    before = tree(tmp_path / "a")
    with pytest.raises(UsageError, match=r"is not empty: .* --resume .* --overwrite"):
        run(jobs(1), tmp_path / "a", recorder=recorders.fake)
    assert tree(tmp_path / "a") == before


def test_overwrite_leaves_what_a_fresh_run_leaves(tmp_path: Path) -> None:
    run(jobs(0, 1, 2), tmp_path / "a", recorder=recorders.fake)
    run(jobs(1), tmp_path / "a", overwrite=True, recorder=recorders.fake)
    run(jobs(1), tmp_path / "b", recorder=recorders.fake)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_resume_refuses_a_dataset_of_another_schema(tmp_path: Path) -> None:
    run(jobs(0), tmp_path, recorder=recorders.fake)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema_version": 3', '"schema_version": 2'))
    before = tree(tmp_path)
    with pytest.raises(UsageError, match="schema_version is 2, this version reads 3"):
        run(jobs(0, 1), tmp_path, resume=True, recorder=recorders.fake)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("how", [{"overwrite": True}, {"resume": True}])
def test_a_folder_without_a_dataset_is_never_written_to(tmp_path: Path, how: dict[str, bool]) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("a year of work")
    before = tree(tmp_path)
    with pytest.raises(UsageError, match="holds no roadreel dataset"):
        run(jobs(0), tmp_path, recorder=recorders.fake, **how)  # type: ignore[arg-type]
    assert tree(tmp_path) == before


def test_two_sequences_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two sequences are called 'avenue-0001'"):
        run(jobs(1, 1), tmp_path / "a", recorder=recorders.fake)


@pytest.mark.parametrize("processes", [1, 2])
def test_ctrl_c_keeps_complete_sequences_and_nothing_else(tmp_path: Path, processes: int) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.sequences >= 2:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted) as caught:
        run(
            jobs(*range(60)), tmp_path / "a", processes=processes, progress=interrupt, recorder=recorders.fake
        )
    assert signal.getsignal(signal.SIGINT) is before
    kept = sorted(p.name for p in (tmp_path / "a" / "sequences").iterdir())
    assert 2 <= len(kept) == caught.value.complete < 60
    run((job for job in jobs(*range(60)) if job.sequence in kept), tmp_path / "b", recorder=recorders.fake)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_surfaces_as_it_is_and_leaves_no_half_sequence(tmp_path: Path, processes: int) -> None:
    with pytest.raises(OSError, match="No space left"):
        run(jobs(0, 1, 2, 3), tmp_path / "a", processes=processes, recorder=recorders.fails_at_2)
    kept = {p.name for p in (tmp_path / "a" / "sequences").iterdir()}
    assert kept <= {"avenue-0000", "avenue-0001", "avenue-0003"}
    run(jobs(0, 1, 2, 3), tmp_path / "a", resume=True, recorder=recorders.fake)
    run(jobs(0, 1, 2, 3), tmp_path / "b", recorder=recorders.fake)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_process_that_dies_every_time_is_an_environment_problem(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"a recording process died 3 times while .*avenue-0002"):
        run(jobs(0, 1, 2, 3), tmp_path / "a", processes=2, recorder=recorders.dies_at_2)
    assert not list((tmp_path / "a" / "sequences").glob(".*"))
    run(jobs(0, 1, 2, 3), tmp_path / "a", resume=True, recorder=recorders.fake)
    run(jobs(0, 1, 2, 3), tmp_path / "b", recorder=recorders.fake)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_what_a_dead_process_had_under_way_is_recorded_anew(tmp_path: Path) -> None:
    seen: list[Progress] = []
    names = run(
        jobs(*range(6)), tmp_path / "a", processes=2, progress=seen.append, recorder=recorders.dies_once_at_2
    )
    assert (tmp_path / "a.died").exists()
    run(jobs(*range(6)), tmp_path / "b", recorder=recorders.fake)
    assert names == tuple(f"avenue-{seed:04d}" for seed in range(6))
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert [p.sequences for p in seen] == sorted(p.sequences for p in seen)
    assert [p.frames for p in seen] == sorted(p.frames for p in seen)


def test_resume_refuses_other_formats(tmp_path: Path) -> None:
    run(jobs(0), tmp_path, recorder=recorders.fake)
    before = tree(tmp_path)
    with pytest.raises(UsageError, match=r"'avenue-0000' was written as native \(`roadreel export` writes"):
        run(jobs(0, 1), tmp_path, writers=("native", "mot"), resume=True, recorder=recorders.fake)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("processes", [1, 2])
def test_waits_for_encoders_are_counted_over_all_sequences(tmp_path: Path, processes: int) -> None:
    seen: list[Progress] = []
    run(jobs(0, 1, 2), tmp_path, processes=processes, progress=seen.append, recorder=recorders.waits_twice)
    assert seen[-1] == Progress(3, 3 * recorders.FRAMES, 6)


def test_resume_refuses_other_file_types(tmp_path: Path) -> None:
    run(jobs(0), tmp_path, recorder=recorders.fake)
    others = {"encodings": Encodings("jpg")}
    with pytest.raises(UsageError, match=r"another --rgb, --rgb-quality or --depth; cannot resume"):
        run(jobs(0, 1), tmp_path, resume=True, options=others, recorder=recorders.fake)
    usual = {"encodings": Encodings("png", "tiff")}
    assert len(run(jobs(0, 1), tmp_path, resume=True, options=usual, recorder=recorders.fake)) == 2
