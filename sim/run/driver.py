"""Jobs -> sequences in one dataset, in a folder or a store; the same bytes whoever records them.

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
from sim.run.delivery import Delivery
from sim.run.engines import Engine, Processes
from sim.run.folder import claimed, discard_partial
from sim.run.job import Call, Interrupted, Job, Progress, Recorder
from sim.run.lock import Lock
from sim.run.mending import mend
from sim.run.mirror import mirrored
from sim.run.recording import differs, record_job
from sim.run.store import is_url
from sim.writers import WRITERS, finish

__all__ = ["run"]


def run(
    jobs: Iterable[Job],
    out: str | Path,
    *,
    writers: Sequence[str] = ("native",),
    processes: int = 1,
    engine: Engine | None = None,
    resume: bool = False,
    overwrite: bool = False,
    verify: bool = False,
    options: Mapping[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
    recorder: Recorder = record_job,
) -> tuple[str, ...]:
    """Record every job into the dataset `out`.

    Args:
        jobs: what to record; drawn from as needed, so a long run may generate them.
        out: the dataset's folder, or a URL that fsspec knows, for example ``s3://bucket/dataset``.
        writers: registered names of the formats to write.
        processes: sequences recorded at the same time on this machine.
        engine: what records, in place of these processes.
        resume: skip sequences that are complete in `out`.
        overwrite: empty `out` first if it holds a dataset.
        verify: with `resume`, compare all files with the manifest first and make damaged ones anew; for
            folders.
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
    engine = engine or Processes(processes)
    if verify and not resume:
        raise UsageError("--verify needs --resume: it mends a dataset that is there")
    for name in writers:
        WRITERS[name]
    shared = (tuple(writers), dict(options or {}))
    if not is_url(out):
        folder = Path(out)
        with claimed(folder, resume=resume, overwrite=overwrite) as lock:
            return _record_all(jobs, (folder, *shared), engine, lock, verify, progress, recorder, None)
    if verify:
        raise UsageError(f"--verify is for folders, not for {out}: `roadreel check` compares what is there")
    with mirrored(str(out), resume=resume, overwrite=overwrite) as mirror:

        def watch(now: Progress) -> None:
            mirror.lock.require()
            if progress:
                progress(now)

        with claimed(mirror.folder, resume=True, overwrite=False) as lock:
            call = (mirror.folder, *shared)
            return _record_all(jobs, call, engine, lock, False, watch, recorder, mirror.delivery)


def _record_all(
    jobs: Iterable[Job],
    call: Call,
    engine: Engine,
    lock: Lock,
    verify: bool,
    progress: Callable[[Progress], None] | None,
    recorder: Recorder,
    delivery: Delivery | None,
) -> tuple[str, ...]:
    """Record every job and finish the dataset; see `run`."""
    out = call[0]
    discard_partial(out)
    drawn: list[str] = []
    try:
        with _signals_as_flag() as stopped:
            if verify and (out / MANIFEST).is_file():
                jobs = list(jobs)
                mend(jobs, call, recorder, stopped)
            forget_deleted_sequences(out)
            engine.record(_pending(jobs, call, drawn), call, recorder, stopped, progress, lock, delivery)
        discard_partial(out)
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
