"""Jobs -> complete sequences by tasks of a Ray cluster; machines may die, slow ones are overtaken.

An attempt records in a folder of its own and asks the board whether it may deliver; the first one may. So a
sequence can be under way twice, and is in the dataset once.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.errors import EnvironmentProblem, UsageError
from sim.run.delivery import Delivery, SharedFolder
from sim.run.job import Call, Job, Progress, Recorder
from sim.run.lock import Lock
from sim.run.ray_attempts import Attempts
from sim.run.ray_worker import Attempt, Board, Given, attempt, version
from sim.writers.optional import optional

__all__ = ["RayEngine"]

_POLL_S = 0.2
_KNOCK_S = 10.0
_STOPPING_S = 15.0
"""Attempts end at their next frame; what does not by then is ended by force."""

_SEQUENCES_PER_PROCESS = 50
"""A recording process is replaced after so many, for opening worlds leaks a few MB each."""


@dataclass(frozen=True)
class RayEngine:
    """Records by Ray tasks.

    Args:
        address: of the cluster: ``auto`` for the one this machine belongs to, ``host:port``, or ``local`` for
            one on this machine alone that ends with the run; None: what RAY_ADDRESS says, else ``local``.
        sequences: how many at the same time; None: as many as the cluster has cores or GPUs for.
        cpus: cores a sequence takes.
        gpus: GPUs a sequence takes, for example 0.25.

    Raises:
        UsageError: a number is out of its range.
    """

    address: str | None = None
    sequences: int | None = None
    cpus: float = 1.0
    gpus: float = 0.0

    def __post_init__(self) -> None:
        if self.sequences is not None and self.sequences < 1:
            raise UsageError(f"jobs is {self.sequences}, wanted 1 or more")
        if self.cpus <= 0:
            raise UsageError(f"cpus-per-sequence is {self.cpus}, wanted more than 0")
        if self.gpus < 0 or (self.gpus > 1 and self.gpus % 1):
            raise UsageError(f"gpus-per-sequence is {self.gpus}, wanted 0 to 1 or a whole number")
        if self.address is not None and "://" in self.address:
            raise UsageError(
                f"--address {self.address}: wanted auto, local or host:port; from outside the cluster use "
                "`ray job submit -- roadreel run ...`"
            )

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
        """See `sim.run.engines.Engine`."""
        out, writers, options = call
        ray = self._connected()
        try:
            cluster = _Cluster(ray, self)
            way = delivery or SharedFolder.marked(out)
            given = Given(recorder, writers, options, way, version(), max(0, int(self.cpus) - 1))
            attempts = Attempts(cluster.submitter(given), ray.exceptions, cluster.give_up)
            try:
                cluster.run(jobs, attempts, stopped, progress, lambda p, s: way.receive(p, out, s))
            finally:
                cluster.stop(attempts)
        finally:
            ray.shutdown()

    def _connected(self) -> Any:
        """Ray, connected. Raises UsageError without Ray, EnvironmentProblem without a cluster."""
        address = self.address or os.environ.get("RAY_ADDRESS") or "local"
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        own: dict[str, Any] = {}
        if address == "local":
            # A cluster of one machine is nobody else's business: Ray takes the loopback address.
            os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
            own = {"include_dashboard": False}
            if self.sequences is not None:
                own["num_cpus"] = max(1, round(self.sequences * self.cpus))
        ray = optional("ray", "ray", "--engine ray")
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            _knock(address)  # Ray itself waits for minutes
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", **own)
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise EnvironmentProblem(f"--address {address}: no Ray cluster: {error}") from None
        finally:
            if threading.current_thread() is threading.main_thread():
                for number, handler in handlers.items():  # Ray has its own way to end
                    signal.signal(number, handler or signal.SIG_DFL)
        return ray


class _Cluster:
    """Tasks and the board on a connected cluster.

    Args:
        ray: the module.
        engine: what was asked for.
    """

    def __init__(self, ray: Any, engine: RayEngine) -> None:
        self._ray, self._engine = ray, engine
        strategies = optional("ray.util.scheduling_strategies", "ray")
        here = strategies.NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        actor = ray.remote(num_cpus=0, max_restarts=0)(Board)
        self._board = actor.options(scheduling_strategy=here).remote()

    def submitter(self, given: Given) -> Callable[..., Any]:
        """Starts an attempt -> its reference."""
        task = self._ray.remote(
            num_cpus=self._engine.cpus,
            num_gpus=self._engine.gpus,
            max_retries=0,  # what was lost is told from what is wrong here
            max_calls=_SEQUENCES_PER_PROCESS,
            scheduling_strategy="SPREAD",
        )(_attempt)
        shared = self._ray.put(given)
        return lambda job, me: task.remote(job, me, shared, self._board)

    def give_up(self, me: Attempt) -> None:
        """Let another attempt at the sequence deliver."""
        self._ray.get(self._board.give_up.remote(me))

    def places(self) -> int:
        """How many sequences can be recorded at the same time now; machines come and go."""
        if self._engine.sequences is not None:
            return self._engine.sequences
        has = self._ray.cluster_resources()
        wanted = {"CPU": self._engine.cpus, "GPU": self._engine.gpus}
        return max(1, min(int(has.get(kind, 0) / each) for kind, each in wanted.items() if each))

    def run(
        self,
        jobs: Iterator[Job],
        attempts: Attempts,
        stopped: threading.Event,
        progress: Callable[[Progress], None] | None,
        receive: Callable[[bytes, str], None],
    ) -> None:
        """Record all jobs; see `Engine.record`."""
        drawn_all = False
        while True:
            places = self.places()
            # One more than there are places waits, so that none idles and a cluster that can grow does.
            while not drawn_all and len(attempts) <= places:
                job = next(jobs, None)
                drawn_all = job is None
                if job is not None:
                    attempts.start(job)
            if not len(attempts):
                return
            ready, _ = self._ray.wait(attempts.references, num_returns=1, timeout=_POLL_S)
            frames = self._ray.get(self._board.look.remote())
            now_s = time.monotonic()
            attempts.note(frames, now_s)
            for reference in ready:
                done = attempts.ended(reference, self._ray.get, now_s)
                if done is not None:
                    receive(*done)
            if stopped.is_set():
                raise KeyboardInterrupt
            if drawn_all:
                attempts.overtake(places, now_s)
            if progress:
                progress(attempts.progress)

    def stop(self, attempts: Attempts) -> None:
        """Return when nobody records any more."""
        self._ray.get(self._board.stop.remote())
        if attempts.references:
            _, left = self._ray.wait(
                attempts.references, num_returns=len(attempts.references), timeout=_STOPPING_S
            )
            for reference in left:
                self._ray.cancel(reference, force=True)


def _knock(address: str) -> None:
    """Raises OSError if nobody listens at a ``host:port``, ValueError if it is none."""
    if address not in ("auto", "local"):
        host, colon, port = address.rpartition(":")
        if not (colon and port.isdecimal()):
            raise ValueError("wanted auto, local or host:port")
        socket.create_connection((host, int(port)), _KNOCK_S).close()


def _attempt(job: Job, me: Any, given: Given, board: Any) -> Any:
    """The task; runs on any machine of the cluster."""
    ray = optional("ray", "ray", "--engine ray")
    return attempt(job, me, given, board, lambda method, *a: ray.get(method.remote(*a)))
