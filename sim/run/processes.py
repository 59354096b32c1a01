"""Jobs -> complete sequences, several at a time, each in a spawned process that may die without harm."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from sim.dataset.layout import complete_sequences
from sim.errors import EnvironmentProblem
from sim.run.folder import discard_partial
from sim.run.job import Call, Job, Progress, Recorder
from sim.run.lock import Lock

__all__ = ["record_in_processes"]

_POLL_S = 0.2
_ATTEMPTS = 3
"""A sequence under way this often when a process died is given up: it, or the machine, is the reason."""


def record_in_processes(
    jobs: Iterator[Job],
    call: Call,
    recorder: Recorder,
    stopped: threading.Event,
    progress: Callable[[Progress], None] | None,
    processes: int,
    lock: Lock,
) -> None:
    """Record jobs in this many processes. Where one dies, what was under way is recorded anew.

    Args:
        jobs: drawn from as needed.
        call: what they share.
        recorder: records one job.
        stopped: ends the recording if set.
        progress: called several times a second.
        processes: how many.
        lock: on the dataset's folder; the processes hold it too, so that none outlives it.

    Raises:
        KeyboardInterrupt: `stopped` was set.
        EnvironmentProblem: processes die again and again.
        Exception: what a recorder raised; the other processes stop at their next frame.
    """
    context = multiprocessing.get_context("spawn")
    recording = _Recording(call, recorder, stopped, progress)
    deaths: Counter[str] = Counter()
    counted = 0
    with _rasterizer_threads(processes):
        while True:
            # A process that dies may take a lock with it: each pool has its own, and this process takes none.
            frames, stop = context.Value("q", counted), context.RawValue("b", 0)
            start = (frames, stop, lock)
            pool = ProcessPoolExecutor(processes, context, initializer=_start_process, initargs=start)
            try:
                recording.run(jobs, pool, processes, frames)
                return
            except BrokenProcessPool:
                if stopped.is_set():  # a signal to the whole group of processes reaches both
                    raise KeyboardInterrupt from None
            finally:
                stop.value = 1
                pool.shutdown(wait=True, cancel_futures=True)
            complete = set(complete_sequences(call[0]))
            lost = recording.lost(complete)
            deaths.update(job.sequence for job in lost)
            if tired := sorted(name for name in deaths if deaths[name] >= _ATTEMPTS):
                raise EnvironmentProblem(
                    f"a recording process died {_ATTEMPTS} times while {' or '.join(tired)} was under way "
                    "(out of memory, a crash of OpenGL?); complete sequences are kept: try --resume with "
                    "fewer --jobs"
                )
            discard_partial(call[0])
            jobs, counted = chain(lost, jobs), frames.get_obj().value


class _Recording:
    """What is under way in one pool after the other."""

    def __init__(
        self,
        call: Call,
        recorder: Recorder,
        stopped: threading.Event,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._call, self._recorder = call, recorder
        self._stopped, self._progress = stopped, progress
        self._running: dict[Future[int], Job] = {}
        self._done = self._waits = 0

    def lost(self, complete: Collection[str]) -> list[Job]:
        """Jobs handed to a pool that broke, but those whose sequences are complete all the same."""
        lost = [job for job in self._running.values() if job.sequence not in complete]
        self._done += len(self._running) - len(lost)
        return lost

    def run(
        self, jobs: Iterator[Job], pool: ProcessPoolExecutor, processes: int, frames: Synchronized[int]
    ) -> None:
        """Record all jobs. Raises as `record_in_processes`, and BrokenProcessPool if a process died."""
        self._running.clear()
        while True:
            # One job more than there are processes waits, so that none idles and memory stays bounded.
            while len(self._running) <= processes and (job := next(jobs, None)) is not None:
                try:
                    future = pool.submit(_record_there, self._recorder, job, self._call)
                except BrokenProcessPool:
                    self._running[Future()] = job  # drawn from `jobs`, so it must not be forgotten
                    raise
                self._running[future] = job
            if not self._running:
                return
            for future in wait(self._running, _POLL_S, FIRST_COMPLETED).done:
                self._waits += future.result()
                del self._running[future]
                self._done += 1
            if self._stopped.is_set():
                raise KeyboardInterrupt
            if self._progress:
                self._progress(Progress(self._done, frames.get_obj().value, self._waits))


@contextlib.contextmanager
def _rasterizer_threads(processes: int) -> Iterator[None]:
    """Share the cores out among the processes' software rasterizers; no picture depends on it."""
    name = "LP_NUM_THREADS"
    if name in os.environ:
        yield
        return
    os.environ[name] = str(max(0, len(os.sched_getaffinity(0)) // processes - 1))
    try:
        yield
    finally:
        del os.environ[name]


_process: dict[str, Any] = {}
"""What the pool's initializer leaves for this process: shared frame counter, stop flag, the folder's lock."""


def _start_process(frames: Any, stop: Any, lock: Lock) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and tells us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _process.update(frames=frames, stop=stop, lock=lock)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Where the parent was killed nobody else ends this process, which would go on writing."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _record_there(recorder: Recorder, job: Job, call: Call) -> int:
    def on_frame() -> None:
        if _process["stop"].value:
            raise KeyboardInterrupt
        with _process["frames"].get_lock():
            _process["frames"].value += 1

    return recorder(job, *call, on_frame) or 0
