"""Jobs -> sequences in one dataset; the same bytes whatever the number of processes.

Every sequence is a pure function of its scenario and becomes visible only once complete; the manifest is
written last. Processes are spawned, never forked: an OpenGL context does not survive a fork.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from sim.dataset.layout import complete_sequences
from sim.errors import EnvironmentProblem, RoadreelError, UsageError
from sim.run.folder import claimed, discard_partial
from sim.run.recording import record_job, same_scenario
from sim.scenario import Scenario
from sim.writers import WRITERS, finish

__all__ = ["Interrupted", "Job", "Progress", "run", "sequence_name"]

_POLL_S = 0.2


class Interrupted(KeyboardInterrupt):
    """Somebody pressed Ctrl-C; what was complete is kept, nothing else is.

    Attributes:
        complete: number of sequences in the dataset.
    """

    def __init__(self, complete: int) -> None:
        super().__init__()
        self.complete = complete


@dataclass(frozen=True)
class Job:
    """One sequence to record: a scenario and the folder-safe name of the sequence."""

    scenario: Scenario
    sequence: str


@dataclass(frozen=True)
class Progress:
    """How far a run has come: sequences complete, frames captured in this run."""

    sequences: int
    frames: int


Recorder = Callable[[Job, Path, Sequence[str], Mapping[str, Any], Callable[[], None]], None]
"""recorder(job, out, writers, options, on_frame) records one sequence and calls on_frame for every frame."""


def sequence_name(scenario: Scenario) -> str:
    """World and seed, for example ``crossing-0007``."""
    return f"{scenario.world.recipe.name}-{scenario.seed:04d}"


def run(
    jobs: Iterable[Job],
    out: str | Path,
    *,
    writers: Sequence[str] = ("native",),
    processes: int = 1,
    resume: bool = False,
    overwrite: bool = False,
    options: Mapping[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
    recorder: Recorder = record_job,
) -> tuple[str, ...]:
    """Record every job into the dataset folder `out`.

    Args:
        jobs: what to record; drawn from as needed, so a long run may generate them.
        out: the dataset's folder.
        writers: registered names of the formats to write.
        processes: sequences recorded at the same time.
        resume: skip sequences that are complete in `out`.
        overwrite: empty `out` first if it holds a dataset.
        options: further arguments of `sim.record`, for example ``min_visible_px``.
        progress: called several times a second.
        recorder: records one job; for tests.

    Returns:
        Names of all complete sequences in the dataset.

    Raises:
        UsageError: a format is unknown, the folder is taken, two jobs have one name, or a sequence to
            resume after has another scenario.
        EnvironmentProblem: a process died.
        Interrupted: SIGINT; the dataset holds the sequences that were complete.
    """
    if processes < 1:
        raise UsageError(f"jobs is {processes}, wanted 1 or more")
    for name in writers:
        WRITERS[name]
    out = Path(out)
    with claimed(out, resume=resume, overwrite=overwrite):
        discard_partial(out)
        todo = _pending(jobs, out)
        call = (out, tuple(writers), dict(options or {}))
        try:
            with _sigint_as_flag() as stopped:
                if processes == 1:
                    _record_here(todo, call, recorder, stopped, progress)
                else:
                    _record_in_processes(todo, call, recorder, stopped, progress, processes)
        except KeyboardInterrupt:
            discard_partial(out)
            complete = complete_sequences(out)
            if complete:
                finish(out)
            raise Interrupted(len(complete)) from None
        except BaseException:
            discard_partial(out)
            with contextlib.suppress(OSError, RoadreelError):  # the first error is the one to tell
                if complete_sequences(out):
                    finish(out)
            raise
        finish(out)
        return tuple(complete_sequences(out))


def _pending(jobs: Iterable[Job], out: Path) -> Iterator[Job]:
    """Jobs that are not complete in `out`; checks names on the way."""
    complete = set(complete_sequences(out))
    seen: set[str] = set()
    for job in jobs:
        if job.sequence in seen:
            raise UsageError(f"two sequences are called {job.sequence!r}: names must differ")
        seen.add(job.sequence)
        if job.sequence not in complete:
            yield job
        elif not same_scenario(out, job.sequence, job.scenario):
            raise UsageError(
                f"{out}: sequence {job.sequence!r} was recorded from another scenario; cannot resume"
            )


Call = tuple[Path, tuple[str, ...], dict[str, Any]]


def _record_here(
    jobs: Iterable[Job],
    call: Call,
    recorder: Recorder,
    stopped: threading.Event,
    progress: Callable[[Progress], None] | None,
) -> None:
    frames = 0

    def on_frame() -> None:
        nonlocal frames
        frames += 1
        if stopped.is_set():
            raise KeyboardInterrupt
        if progress:
            progress(Progress(sequences, frames))

    for sequences, job in enumerate(jobs):
        recorder(job, *call, on_frame)
        if progress:
            progress(Progress(sequences + 1, frames))
        if stopped.is_set():
            raise KeyboardInterrupt


def _record_in_processes(
    jobs: Iterator[Job],
    call: Call,
    recorder: Recorder,
    stopped: threading.Event,
    progress: Callable[[Progress], None] | None,
    processes: int,
) -> None:
    context = multiprocessing.get_context("spawn")
    frames, stop = context.Value("q", 0), context.Event()
    done = 0
    running: set[Future[None]] = set()
    with (
        _rasterizer_threads(processes),
        ProcessPoolExecutor(processes, context, initializer=_start_process, initargs=(frames, stop)) as pool,
    ):
        try:
            while True:
                # One job more than there are processes waits, so that none idles and memory stays bounded.
                while len(running) <= processes and (job := next(jobs, None)) is not None:
                    running.add(pool.submit(_record_there, recorder, job, call))
                if not running:
                    return
                finished, running = wait(running, _POLL_S, FIRST_COMPLETED)
                for future in finished:
                    future.result()
                    done += 1
                if stopped.is_set():
                    raise KeyboardInterrupt
                if progress:
                    progress(Progress(done, frames.value))
        except BrokenProcessPool:
            raise EnvironmentProblem(
                "a recording process died (out of memory?); complete sequences are kept: "
                "try --resume with fewer --jobs"
            ) from None
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _rasterizer_threads(processes: int) -> Iterator[None]:
    """Share the cores out among the processes' software rasterizers; no picture depends on it."""
    name = "LP_NUM_THREADS"
    if name in os.environ:
        yield
        return
    os.environ[name] = str(max(0, (os.cpu_count() or 1) // processes - 1))
    try:
        yield
    finally:
        del os.environ[name]


_process: dict[str, Any] = {}
"""What the pool's initializer leaves for this process: shared frame counter and stop flag."""


def _start_process(frames: Any, stop: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and tells us
    _process.update(frames=frames, stop=stop)


def _record_there(recorder: Recorder, job: Job, call: Call) -> None:
    def on_frame() -> None:
        if _process["stop"].is_set():
            raise KeyboardInterrupt
        with _process["frames"].get_lock():
            _process["frames"].value += 1

    recorder(job, *call, on_frame)


@contextlib.contextmanager
def _sigint_as_flag() -> Iterator[threading.Event]:
    """First Ctrl-C sets the flag, so that no GL call is torn apart; the second interrupts at once."""
    flag = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return

    def on_sigint(number: int, frame: FrameType | None) -> None:
        if flag.is_set():
            raise KeyboardInterrupt
        flag.set()

    before = signal.signal(signal.SIGINT, on_sigint)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGINT, before)
