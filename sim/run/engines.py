"""Jobs -> complete sequences, by processes of this machine or by whatever else can run tasks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from sim.errors import UsageError
from sim.run.delivery import Delivered, Delivery
from sim.run.job import Call, Job, Progress, Recorder
from sim.run.lock import Lock
from sim.run.processes import record_in_processes

__all__ = ["Engine", "Processes"]


class Engine(Protocol):
    """Records jobs; the bytes do not depend on which one does."""

    def record(
        self,
        jobs: Iterator[Job],
        call: Call,
        recorder: Recorder,
        stopped: threading.Event,
        progress: Callable[[Progress], None] | None,
        lock: Lock,
        delivery: Delivery | None,
    ) -> None:
        """Record all jobs; when this returns or raises, nobody records any more.

        Args:
            jobs: drawn from as needed.
            call: what they share.
            recorder: records one job.
            stopped: ends the recording if set.
            progress: called several times a second.
            lock: on the run's folder.
            delivery: the way of a sequence to where it belongs, if that is not the run's folder.

        Raises:
            KeyboardInterrupt: `stopped` was set.
            EnvironmentProblem: what records dies again and again.
            Exception: what a recorder raised.
        """


@dataclass(frozen=True)
class Processes:
    """Records in this process, or in several spawned ones of this machine.

    Args:
        number: sequences recorded at the same time, at least 1.

    Raises:
        UsageError: the number is less than 1.
    """

    number: int = 1

    def __post_init__(self) -> None:
        if self.number < 1:
            raise UsageError(f"jobs is {self.number}, wanted 1 or more")

    def record(
        self,
        jobs: Iterator[Job],
        call: Call,
        recorder: Recorder,
        stopped: threading.Event,
        progress: Callable[[Progress], None] | None,
        lock: Lock,
        delivery: Delivery | None,
    ) -> None:
        """See `Engine`."""
        if delivery is not None:
            recorder = Delivered(recorder, delivery)
        if self.number == 1:
            _record_here(jobs, call, recorder, stopped, progress)
        else:
            record_in_processes(jobs, call, recorder, stopped, progress, self.number, lock)


def _record_here(
    jobs: Iterator[Job],
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
