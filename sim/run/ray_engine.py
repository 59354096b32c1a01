"""Jobs -> complete sequences by tasks of a Ray cluster; machines may die, slow ones are overtaken.

An attempt records in a folder of its own and asks the board whether it may deliver; the first one may. So a
sequence can be under way twice, and is in the dataset once.
"""

from __future__ import annotations

import contextlib
import os
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
from sim.run.ray_connection import LOCAL, connected, ray_module
from sim.run.ray_worker import Attempt, Board, Given, attempt, version
from sim.writers.optional import optional

__all__ = ["RayEngine"]

_POLL_S = 0.2
_STOPPING_S = 15.0
"""Attempts end at their next frame; what does not by then is ended by force."""

_GROWING_S = 600.0
"""A cluster may need so long to get its first machine that is large enough."""

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
        cores = None if self.sequences is None else max(1, round(self.sequences * self.cpus))
        with connected(self._address, cores) as ray:
            cluster = _Cluster(ray, self)
            way = delivery or SharedFolder.marked(out)
            given = Given(recorder, writers, options, way, version(), max(0, int(self.cpus) - 1))
            attempts = Attempts(cluster.submitter(given), ray.exceptions, cluster.give_up, cluster.forget)
            try:
                cluster.run(jobs, attempts, stopped, progress, lambda p, s: way.receive(p, out, s))
            finally:
                cluster.stop(attempts)

    @property
    def is_local(self) -> bool:
        """Whether the cluster is this machine alone."""
        return self._address == LOCAL

    @property
    def _address(self) -> str:
        return self.address or os.environ.get("RAY_ADDRESS") or LOCAL


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

    def forget(self, sequence: str) -> None:
        """Ask the board no more about a sequence."""
        self._board.forget.remote(sequence)

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
        drawn_all, begun_s = False, time.monotonic()
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
            if not frames:
                self._require_room(now_s - begun_s)
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

    def _require_room(self, waited_s: float) -> None:
        """Raises EnvironmentProblem if no machine is large enough for a sequence, and none is to come."""
        wanted = {"CPU": self._engine.cpus, "GPU": self._engine.gpus}
        machines = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        if any(all(has.get(kind, 0) >= each for kind, each in wanted.items()) for has in machines):
            return
        if self._engine.is_local or waited_s > _GROWING_S:
            most = {kind: max((has.get(kind, 0) for has in machines), default=0) for kind in wanted}
            raise EnvironmentProblem(
                f"no machine has {wanted['CPU']:g} cores and {wanted['GPU']:g} GPUs for a sequence; the most "
                f"are {most['CPU']:g} and {most['GPU']:g}: lower --cpus-per-sequence or --gpus-per-sequence"
            )

    def stop(self, attempts: Attempts) -> None:
        """Return when nobody records any more."""
        with contextlib.suppress(self._ray.exceptions.RayError):  # a first error is the one to tell
            self._ray.get(self._board.stop.remote())
        if attempts.references:
            _, left = self._ray.wait(
                attempts.references, num_returns=len(attempts.references), timeout=_STOPPING_S
            )
            for reference in left:
                self._ray.cancel(reference, force=True)


def _attempt(job: Job, me: Any, given: Given, board: Any) -> Any:
    """The task; runs on any machine of the cluster."""
    ray = ray_module()
    return attempt(job, me, given, board, lambda method, *a: ray.get(method.remote(*a)))
