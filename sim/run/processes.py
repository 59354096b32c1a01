"""Jobs -> complete sequences, several at a time, each in a spawned process."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from sim.errors import EnvironmentProblem
from sim.run.job import Call, Job, Progress, Recorder

__all__ = ["record_in_processes"]

_POLL_S = 0.2


def record_in_processes(
    jobs: Iterator[Job],
    call: Call,
    recorder: Recorder,
    stopped: threading.Event,
    progress: Callable[[Progress], None] | None,
    processes: int,
) -> None:
    """Record jobs in this many processes.

    Raises:
        KeyboardInterrupt: `stopped` was set.
        EnvironmentProblem: a process died.
        Exception: what a recorder raised; the other processes stop at their next frame.
    """
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
    os.environ[name] = str(max(0, len(os.sched_getaffinity(0)) // processes - 1))
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
