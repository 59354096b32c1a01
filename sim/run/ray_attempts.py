"""Attempts that end well, badly or not in time -> sequences that are done, tried again or overtaken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from statistics import median
from types import ModuleType
from typing import Any

from sim.errors import EnvironmentProblem
from sim.run.job import Job, Progress
from sim.run.ray_worker import Attempt, Done

__all__ = ["Attempts"]

_CRASHES = 3
"""A sequence whose process died this often is given up: it, or its appetite for memory, is the reason."""

_LOST_MACHINES = 10
"""A sequence may lose its machine this often: where machines are rented by the hour, that is no reason."""

_SLOW = 1.5
"""An attempt that takes this many times the usual is overtaken when there is room."""


class Attempts:
    """What is under way on a cluster.

    Args:
        submit: submit(job, attempt) starts one -> its reference.
        errors: Ray's module of exceptions.
        give_up: give_up(attempt) lets another attempt at its sequence deliver.
        forget: forget(sequence) is called when one is complete.
    """

    def __init__(
        self,
        submit: Callable[[Job, Attempt], Any],
        errors: ModuleType,
        give_up: Callable[[Attempt], None],
        forget: Callable[[str], None],
    ) -> None:
        self._submit, self._errors, self._give_up, self._forget = submit, errors, give_up, forget
        self._jobs: dict[str, Job] = {}  # not complete yet
        self._running: dict[Any, Attempt] = {}
        self._numbers: Counter[str] = Counter()
        self._crashes: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._begun_s: dict[Attempt, float] = {}
        self._took_s: list[float] = []
        self._frames: dict[str, int] = {}
        self._done = self._waits = 0

    def __len__(self) -> int:
        """Number of sequences under way."""
        return len(self._jobs)

    @property
    def references(self) -> list[Any]:
        """Of all attempts under way."""
        return list(self._running)

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        return Progress(self._done, sum(self._frames.values()), self._waits)

    def start(self, job: Job) -> None:
        """Begin an attempt at a sequence."""
        self._jobs[job.sequence] = job
        self._numbers[job.sequence] += 1
        me = Attempt(job.sequence, self._numbers[job.sequence])
        self._running[self._submit(job, me)] = me

    def note(self, frames: Mapping[Attempt, int], now_s: float) -> None:
        """Take in what the board says: which attempts have begun, and how far they are."""
        for me, count in frames.items():
            self._begun_s.setdefault(me, now_s)
            self._frames[me.sequence] = max(count, self._frames.get(me.sequence, 0))

    def ended(self, reference: Any, get: Callable[[Any], Done], now_s: float) -> tuple[bytes, str] | None:
        """Take in an attempt that has ended.

        Args:
            reference: of the attempt.
            get: gives its result or raises.
            now_s: of a clock that never goes back.

        Returns:
            Parcel and name of the sequence if it is complete now; None if it is not, or was.

        Raises:
            EnvironmentProblem: the sequence's processes, or its machines, die again and again.
            Exception: what the recorder raised.
        """
        me = self._running.pop(reference)
        try:
            done = get(reference)
        except self._errors.RayTaskError as error:
            if me.sequence not in self._jobs:
                return None
            raise error.cause from None
        except self._errors.RayError as error:
            self._died(me, error)
            return None
        if me.sequence not in self._jobs:
            return None
        if done.parcel is None:
            if me.sequence not in {other.sequence for other in self._running.values()}:
                self.start(self._jobs[me.sequence])  # the one that was first has died since
            return None
        del self._jobs[me.sequence]
        self._done += 1
        self._took_s.append(now_s - self._begun_s.get(me, now_s))
        self._forget(me.sequence)
        self._waits += done.waits
        return done.parcel, me.sequence

    def overtake(self, places: int, now_s: float) -> None:
        """Where places idle, begin anew what is slow, longest under way first."""
        once = {me.sequence: me for me in self._running.values()}
        twice = Counter(me.sequence for me in self._running.values())
        slow = [
            (self._begun_s[me], me.sequence)
            for me in once.values()
            if twice[me.sequence] == 1 and me.sequence in self._jobs and self._is_slow(me, now_s)
        ]
        room = places - len(self._running)
        for _, sequence in sorted(slow)[: max(0, room)]:
            self.start(self._jobs[sequence])

    def _is_slow(self, me: Attempt, now_s: float) -> bool:
        """Whether an attempt that has begun takes longer than those that are done have let expect."""
        if me not in self._begun_s or not self._took_s:
            return False
        return now_s - self._begun_s[me] > _SLOW * median(self._took_s)

    def _died(self, me: Attempt, error: Exception) -> None:
        """Begin anew what a process or a machine that is gone had under way. Raises EnvironmentProblem."""
        self._give_up(me)
        if me.sequence not in self._jobs:
            return
        if isinstance(error, (self._errors.NodeDiedError, self._errors.ObjectLostError)):
            self._lost[me.sequence] += 1
        elif isinstance(error, (self._errors.WorkerCrashedError, self._errors.OutOfMemoryError)):
            self._crashes[me.sequence] += 1
        else:
            raise EnvironmentProblem(f"the Ray cluster gave up {me.sequence}: {error}")
        if self._crashes[me.sequence] >= _CRASHES or self._lost[me.sequence] >= _LOST_MACHINES:
            raise EnvironmentProblem(
                f"a recording process died {_CRASHES} times while {me.sequence} was under way, or its "
                f"machine {_LOST_MACHINES} times (out of memory, a crash of OpenGL?); complete sequences are "
                "kept: try --resume with fewer --jobs"
            )
        if me.sequence not in {other.sequence for other in self._running.values()}:
            self.start(self._jobs[me.sequence])
