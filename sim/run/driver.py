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

from sim.dataset.encodings import USUAL
from sim.dataset.integrity import forget_deleted_sequences
from sim.dataset.layout import MANIFEST, complete_sequences
from sim.errors import RoadreelError, UsageError
from sim.run.folder import claimed, discard_partial
from sim.run.job import Call, Interrupted, Job, Progress, Recorder
from sim.run.mending import mend
from sim.run.processes import record_in_processes
from sim.run.recording import differs, record_job
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
    verify: bool = False,
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
        verify: with `resume`, compare all files with the manifest first and make damaged ones anew.
        options: further arguments of `sim.record`, for example ``min_visible_px``.
        progress: called several times a second.
        recorder: records one job; for tests.

    Returns:
        Names of all complete sequences in the dataset.

    Raises:
        UsageError: a format is unknown, the folder is taken, two jobs have one name, or a sequence to
            resume after has another scenario, was dealt out otherwise or written in other formats.
        EnvironmentProblem: processes die again and again, or what is damaged cannot be made again.
        Interrupted: SIGINT or SIGTERM; the dataset holds the sequences that were complete.
    """
    if processes < 1:
        raise UsageError(f"jobs is {processes}, wanted 1 or more")
    if verify and not resume:
        raise UsageError("--verify needs --resume: it mends a dataset that is there")
    for name in writers:
        WRITERS[name]
    out = Path(out)
    with claimed(out, resume=resume, overwrite=overwrite) as lock:
        discard_partial(out)
        call = (out, tuple(writers), dict(options or {}))
        drawn: list[str] = []
        try:
            with _signals_as_flag() as stopped:
                if verify and (out / MANIFEST).is_file():
                    jobs = list(jobs)
                    mend(jobs, call, recorder, stopped)
                forget_deleted_sequences(out)
                todo = _pending(jobs, call, drawn)
                if processes == 1:
                    _record_here(todo, call, recorder, stopped, progress)
                else:
                    record_in_processes(todo, call, recorder, stopped, progress, processes, lock)
        except KeyboardInterrupt:
            discard_partial(out)
            complete = complete_sequences(out)
            if complete:
                finish(out, _beyond_a_gap(out, drawn))
            raise Interrupted(len(complete)) from None
        except BaseException:
            with contextlib.suppress(OSError, RoadreelError):  # the first error is the one to tell
                discard_partial(out)
                if complete_sequences(out):
                    finish(out, _beyond_a_gap(out, drawn))
            raise
        finish(out)
        return tuple(complete_sequences(out))


def _beyond_a_gap(out: Path, drawn: Sequence[str]) -> set[str]:
    """Complete sequences that come after one that is not.

    Formats that number sequences as they come take these in when the gap is closed, so that a run that was
    broken off and gone on with gives the numbers of one that was not.
    """
    complete = complete_sequences(out)
    gap = min(set(drawn) - set(complete), default=None)
    return set() if gap is None else {name for name in complete if name in drawn and name > gap}


def _pending(jobs: Iterable[Job], call: Call, drawn: list[str]) -> Iterator[Job]:
    """Jobs that are not complete in the dataset; appends all their names to `drawn` on the way.

    Raises:
        UsageError: a name is there twice, or a complete sequence is not what its job asks for.
    """
    out, writers, options = call
    complete, seen = set(complete_sequences(out)), set[str]()
    for job in jobs:
        if job.sequence in seen:
            raise UsageError(f"two sequences are called {job.sequence!r}: names must differ")
        seen.add(job.sequence)
        drawn.append(job.sequence)
        if job.sequence not in complete:
            yield job
        elif difference := differs(job, out, writers, options.get("splits"), options.get("encodings", USUAL)):
            raise UsageError(f"{out}: sequence {job.sequence!r} was {difference}; cannot resume")


def _record_here(
    jobs: Iterable[Job],
    call: Call,
    recorder: Recorder,
    stopped: threading.Event,
    progress: Callable[[Progress], None] | None,
) -> None:
    frames = waits = 0

    def on_frame() -> None:
        nonlocal frames
        frames += 1
        if stopped.is_set():
            raise KeyboardInterrupt
        if progress:
            progress(Progress(sequences, frames, waits))

    for sequences, job in enumerate(jobs):
        waits += recorder(job, *call, on_frame) or 0
        if progress:
            progress(Progress(sequences + 1, frames, waits))
        if stopped.is_set():
            raise KeyboardInterrupt


@contextlib.contextmanager
def _signals_as_flag() -> Iterator[threading.Event]:
    """First Ctrl-C or SIGTERM sets the flag, so that no GL call is torn apart; a second raises at once."""
    flag = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        if flag.is_set():
            raise KeyboardInterrupt
        flag.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield flag
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
