"""One attempt at a sequence in a Ray task -> its parcel; and the board where attempts and the driver meet.

Ray is not imported here: the driver wraps what this module defines.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import EnvironmentProblem, RoadreelError
from sim.run.delivery import Delivery
from sim.run.job import Job, Recorder

__all__ = ["Attempt", "Board", "Done", "Given", "attempt", "version"]

_EVERY_S = 0.3


@dataclass(frozen=True)
class Attempt:
    """A try at a sequence: its name and the number of the try."""

    sequence: str
    number: int


@dataclass(frozen=True)
class Given:
    """What all attempts of a run share.

    Attributes:
        recorder: records one job.
        writers, options: of the run.
        delivery: the way of a sequence to the dataset.
        version: of this distribution on the driver.
        rasterizer_threads: of software OpenGL, beside the thread that draws.
    """

    recorder: Recorder
    writers: tuple[str, ...]
    options: Mapping[str, Any]
    delivery: Delivery
    version: str
    rasterizer_threads: int


@dataclass(frozen=True)
class Done:
    """An attempt's end.

    Attributes:
        parcel: what the driver needs to let the sequence appear; None if another attempt was first, or the
            run was stopped.
        waits: how often rendering waited for encoders.
    """

    parcel: bytes | None
    waits: int = 0


@dataclass
class Board:
    """What attempts tell and ask; an actor beside the driver."""

    stopped: bool = False
    frames: dict[Attempt, int] = field(default_factory=dict)
    sending: dict[str, Attempt] = field(default_factory=dict)

    def tell(self, attempt: Attempt, frames: int) -> bool:
        """Note how far an attempt is -> whether it shall go on."""
        self.frames[attempt] = frames
        return not self.stopped and self.sending.get(attempt.sequence, attempt) == attempt

    def may_send(self, attempt: Attempt) -> bool:
        """Whether an attempt may deliver: the first that asks may, until it is given up."""
        return not self.stopped and self.sending.setdefault(attempt.sequence, attempt) == attempt

    def give_up(self, attempt: Attempt) -> None:
        """An attempt has died; another one may deliver in its place."""
        if self.sending.get(attempt.sequence) == attempt:
            del self.sending[attempt.sequence]

    def forget(self, sequence: str) -> None:
        """A sequence is complete; what others tell of it no longer matters."""
        self.frames = {me: count for me, count in self.frames.items() if me.sequence != sequence}

    def stop(self) -> None:
        """All attempts shall end at their next frame."""
        self.stopped = True

    def look(self) -> dict[Attempt, int]:
        """How many frames every attempt that has begun has captured."""
        return dict(self.frames)


class _Ended(BaseException):
    """Another attempt was first, or the run was stopped."""


def attempt(job: Job, me: Attempt, given: Given, board: Any, call: Any) -> Done:
    """Record a sequence and deliver it.

    Args:
        job: what to record.
        me: this attempt.
        given: what it shares with others.
        board: handle of the `Board`.
        call: call(method, *arguments) asks the board and waits.

    Raises:
        EnvironmentProblem: this machine has another version, or does not see the dataset's folder.
        Exception: what the recorder raised.
    """
    if version() != given.version:
        raise EnvironmentProblem(
            f"a machine of the cluster has roadreel {version()}, the driver has {given.version}: the bytes "
            "could differ; use one image for all"
        )
    os.environ.setdefault("LP_NUM_THREADS", str(given.rasterizer_threads))
    frames, told_s = 0, time.monotonic()

    def tell() -> None:
        nonlocal told_s
        told_s = time.monotonic()
        if not call(board.tell, me, frames):
            raise _Ended

    def on_frame() -> None:
        nonlocal frames
        frames += 1
        if time.monotonic() - told_s >= _EVERY_S:
            tell()

    with contextlib.suppress(_Ended), given.delivery.attempt() as scratch:
        tell()
        waits = given.recorder(job, Path(scratch), given.writers, given.options, on_frame)
        tell()
        if call(board.may_send, me):
            return Done(given.delivery.send(scratch, job.sequence), waits or 0)
    return Done(None)


def version() -> str:
    """Of this distribution, as it is installed here."""
    try:
        return importlib.metadata.version("roadreel")
    except importlib.metadata.PackageNotFoundError as error:
        raise RoadreelError("roadreel is not installed") from error
