"""What goes wrong meanwhile: a killed run, a second run, damaged files, a folder half emptied."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import recorders

from sim.dataset.integrity import damaged_files
from sim.errors import EnvironmentProblem, UsageError
from sim.run import Job, run, sequence_name
from sim.run.lock import Lock, locked
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


def stamps(root: Path) -> dict[str, tuple[int, int]]:
    """What changes when a file is written or replaced."""
    return {
        str(p.relative_to(root)): (p.stat().st_ino, p.stat().st_mtime_ns)
        for p in sorted(root.rglob("*"))
        if p.is_file()
    }


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    run(jobs(0, 1, 2), tmp_path / "a", recorder=recorders.fake)
    return tmp_path / "a"


@contextlib.contextmanager
def endless_run(out: Path, processes: int) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process of its own that has begun to record and never ends."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import recorders, test_never_lost as t\n"
        "from pathlib import Path\n"
        "if __name__ == '__main__':\n"
        "    t.run(t.jobs(*range(9)), Path(sys.argv[2]), processes=int(sys.argv[3]),"
        " resume=True, recorder=recorders.never_ends)\n"
    )
    script = out.with_suffix(".py")
    script.write_text(code)
    process = subprocess.Popen(
        [sys.executable, script, Path(__file__).parent, out, str(processes)], stderr=subprocess.PIPE
    )
    try:
        end = time.monotonic() + 60
        while len(recording(out)) < processes and time.monotonic() < end:
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.communicate()


def recording(out: Path) -> list[int]:
    """Processes that have recorded."""
    return [int(p.name.rpartition("-")[2]) for p in out.parent.glob(f"{out.name}.pid-*")]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("processes", [1, 2])
def test_a_second_run_is_refused_and_a_killed_one_is_gone_on_with(dataset: Path, processes: int) -> None:
    fresh = dataset.parent / "b"
    run(jobs(0, 1, 2, 3), fresh, recorder=recorders.fake)
    before = tree(dataset)
    with endless_run(dataset, processes) as process:
        with pytest.raises(UsageError, match="another process is writing to this folder"):
            run(jobs(0), dataset, resume=True, recorder=recorders.fake)
        process.send_signal(signal.SIGKILL)
        process.wait()
        # No process of the killed run may write on: the folder is free once they are all gone.
        run(jobs(0, 1, 2, 3), dataset, resume=True, recorder=recorders.fake)
    assert not any(is_alive(pid) for pid in recording(dataset))
    assert tree(dataset) == tree(fresh)
    assert {n: b for n, b in tree(dataset).items() if n in before and n != "manifest.json"} == {
        n: b for n, b in before.items() if ".partial" not in n and n != "manifest.json"
    }


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_in_order(dataset: Path, number: signal.Signals) -> None:
    before = tree(dataset)
    with endless_run(dataset, 1) as process:
        process.send_signal(number)
        assert b"Interrupted" in process.communicate(timeout=30)[1]
    assert tree(dataset) == before


def test_a_process_that_was_sent_the_lock_holds_it(tmp_path: Path) -> None:
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    with locked(tmp_path) as lock:
        child = context.Process(target=hold, args=(lock, str(tmp_path / "started")))
        child.start()
        while not (tmp_path / "started").exists():
            time.sleep(0.01)
    try:
        descriptor = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        child.kill()
        child.join()
        child.close()
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)


def hold(lock: Lock, started: str) -> None:
    Path(started).touch()
    time.sleep(60)


def test_a_file_system_that_locks_no_folders_has_a_lock_file(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_dir():
            raise OSError(9, "Bad file descriptor")
        real(descriptor, operation)

    before = tree(dataset)
    monkeypatch.setattr("sim.run.lock.fcntl.flock", flock)
    monkeypatch.setattr("sim.run.lock._PATIENCE_S", 0.0)
    with locked(dataset), pytest.raises(UsageError, match="another process is writing"), locked(dataset):
        pass
    run(jobs(0, 1, 2), dataset, resume=True, recorder=recorders.fake)
    assert tree(dataset) == before | {".lock": b""}
    run(jobs(0, 1, 2), dataset, overwrite=True, recorder=recorders.fake)
    assert tree(dataset) == before | {".lock": b""}


def test_resume_writes_no_file_that_is_whole(dataset: Path) -> None:
    before = stamps(dataset / "sequences")
    run(jobs(0, 1, 2, 3), dataset, resume=True, recorder=recorders.fake)
    after = stamps(dataset / "sequences")
    assert before.items() < after.items()
    assert {name.split("/")[0] for name in after.keys() - before.keys()} == {"avenue-0003"}


def spoil(dataset: Path, how: str) -> set[str]:
    """Damage a dataset; which files check must name."""
    text = dataset / "sequences/avenue-0001/000002.txt"
    names = {str(text.relative_to(dataset))}
    if how == "altered":
        text.write_bytes(text.read_bytes().swapcase())
    elif how == "cut":
        text.write_bytes(text.read_bytes()[:-1])
    elif how == "missing":
        text.unlink()
    elif how == "description":
        text = text.with_name("sequence.json")
        text.write_text("{")
        names = {str(text.relative_to(dataset))}
    elif how == "sequence":
        names = {str(p.relative_to(dataset)) for p in text.parent.iterdir()}
        shutil.rmtree(text.parent)
    return names


@pytest.mark.parametrize("how", ["altered", "cut", "missing", "description", "sequence"])
def test_damage_is_mended_by_verify_and_nothing_else_is_written(dataset: Path, how: str) -> None:
    whole, before = tree(dataset), stamps(dataset)
    names = spoil(dataset, how)
    assert set(damaged_files(dataset)) == names
    run(jobs(0, 1, 2), dataset, resume=True, verify=True, recorder=recorders.fake)
    assert tree(dataset) == whole
    after = stamps(dataset)
    assert {name for name in before if before[name] != after[name]} - {"manifest.json"} == names


@pytest.mark.parametrize("how", ["altered", "cut", "missing"])
def test_damage_stays_visible_when_sequences_are_added(dataset: Path, how: str) -> None:
    names = spoil(dataset, how)
    run(jobs(0, 1, 2, 3), dataset, resume=True, recorder=recorders.fake)
    assert set(damaged_files(dataset)) == names
    run(jobs(0, 1, 2, 3), dataset, resume=True, verify=True, recorder=recorders.fake)
    run(jobs(0, 1, 2, 3), dataset.parent / "b", recorder=recorders.fake)
    assert tree(dataset) == tree(dataset.parent / "b")


def test_a_broken_description_is_named_with_what_mends_it(dataset: Path) -> None:
    spoil(dataset, "description")
    with pytest.raises(UsageError, match=r"avenue-0001/sequence.json is broken; --resume --verify"):
        run(jobs(0, 1, 2), dataset, resume=True, recorder=recorders.fake)


def test_a_sequence_somebody_deleted_is_recorded_again(dataset: Path) -> None:
    whole = tree(dataset)
    spoil(dataset, "sequence")
    run(jobs(0, 1, 2), dataset, resume=True, recorder=recorders.fake)
    assert tree(dataset) == whole


def test_what_a_deleted_sequence_listed_is_forgotten(dataset: Path) -> None:
    spoil(dataset, "sequence")
    run(jobs(0, 2), dataset, resume=True, recorder=recorders.fake)
    run(jobs(0, 2), dataset.parent / "b", recorder=recorders.fake)
    assert tree(dataset) == tree(dataset.parent / "b")


def test_damage_of_a_sequence_that_was_not_asked_for_is_named(dataset: Path) -> None:
    spoil(dataset, "cut")
    before = tree(dataset)
    with pytest.raises(UsageError, match=r"avenue-0001/000002.txt is damaged, and nothing .* makes it"):
        run(jobs(0, 2), dataset, resume=True, verify=True, recorder=recorders.fake)
    assert tree(dataset) == before


def test_bytes_that_come_out_otherwise_take_no_file_s_place(dataset: Path) -> None:
    spoil(dataset, "cut")
    before = tree(dataset)
    with pytest.raises(EnvironmentProblem, match=r"000002.txt is damaged and cannot be made again"):
        run(jobs(0, 1, 2), dataset, resume=True, verify=True, options={"min_visible_px": 1},
            recorder=recorders.fake)  # fmt: skip
    assert tree(dataset) == before


def test_verify_is_for_resume(dataset: Path) -> None:
    with pytest.raises(UsageError, match="--verify needs --resume"):
        run(jobs(0), dataset, verify=True, overwrite=True, recorder=recorders.fake)


@pytest.mark.parametrize("how", [{"overwrite": True}, {"resume": True}])
def test_a_folder_half_emptied_is_emptied(dataset: Path, how: dict[str, bool]) -> None:
    (dataset / ".emptying").mkdir()
    (dataset / "manifest.json").unlink()
    shutil.rmtree(dataset / "sequences/avenue-0000")
    run(jobs(1), dataset, recorder=recorders.fake, **how)  # type: ignore[arg-type]
    run(jobs(1), dataset.parent / "b", recorder=recorders.fake)
    assert tree(dataset) == tree(dataset.parent / "b")


def test_a_deleted_sequence_with_files_left_elsewhere_is_put_back_by_verify(dataset: Path) -> None:
    (dataset / "mot/avenue-0001-front").mkdir(parents=True)
    (dataset / "mot/avenue-0001-front/gt.txt").write_text("1,2,3")
    (dataset / "manifest.json").unlink()
    run(jobs(0, 1, 2), dataset, resume=True, recorder=recorders.fake)
    whole = tree(dataset)
    spoil(dataset, "sequence")
    with pytest.raises(UsageError, match=r"'avenue-0001' was deleted, but mot/avenue-0001-front/gt.txt is"):
        run(jobs(0, 1, 2), dataset, resume=True, recorder=recorders.fake)
    run(jobs(0, 1, 2), dataset, resume=True, verify=True, recorder=recorders.fake)
    assert tree(dataset) == whole
