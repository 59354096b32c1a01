"""Jobs -> sequences in one dataset; the same bytes whatever the number of processes.

Every sequence is a pure function of its scenario and becomes visible only once complete; the manifest is
written last. Processes are spawned, never forked: an OpenGL context does not survive a fork.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from sim.dataset import Splits
from sim.dataset.layout import complete_sequences
from sim.errors import RoadreelError, UsageError
from sim.run.folder import claimed, discard_partial
from sim.run.job import Call, Interrupted, Job, Progress, Recorder
from sim.run.processes import record_in_processes
from sim.run.recording import record_job, same_scenario, same_splits
from sim.writers import WRITERS, finish

__all__ = ["run"]


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
            resume after has another scenario or was dealt out otherwise.
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
        call = (out, tuple(writers), dict(options or {}))
        todo = _pending(jobs, out, call[2].get("splits"))
        try:
            with _sigint_as_flag() as stopped:
                if processes == 1:
                    _record_here(todo, call, recorder, stopped, progress)
                else:
                    record_in_processes(todo, call, recorder, stopped, progress, processes)
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


def _pending(jobs: Iterable[Job], out: Path, splits: Splits | None) -> Iterator[Job]:
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
        elif not same_splits(out, job.sequence, splits):
            raise UsageError(
                f"{out}: sequence {job.sequence!r} was recorded with another --split or --split-seed; "
                "cannot resume"
            )


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
