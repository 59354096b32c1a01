"""A store -> the right to write to it: an object that names the owner and beats while the owner lives.

A store has no locks that end with a process. So the owner writes the object anew every few seconds, and
whoever finds it watches it: if it does not change for several beats, the owner is gone. No clock is compared.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import EnvironmentProblem, RoadreelError, UsageError
from sim.run.store import Store

__all__ = ["LOCK_OBJECT", "Pace", "StoreLock", "locked_store"]

LOCK_OBJECT = ".run/lock.json"


@dataclass(frozen=True)
class Pace:
    """How often an owner beats, and how long one is watched that does not.

    Attributes:
        beat_s: seconds between two beats.
        patience_s: seconds without a beat after which an owner is taken for gone.
    """

    beat_s: float = 5.0
    patience_s: float = 30.0


class StoreLock:
    """A held lock; `require` says when it was lost.

    Args:
        store: what is locked.
        pace: of the beats.
    """

    def __init__(self, store: Store, pace: Pace) -> None:
        self._store, self._pace = store, pace
        self._token, self._beats = secrets.token_hex(8), 0
        self._lost = ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="store-lock", daemon=True)

    def acquire(self) -> None:
        """Take the lock, if need be after having seen that its owner is gone.

        Raises:
            UsageError: another run is writing there.
        """
        seen, since_s = b"", time.monotonic()
        while not self._store.create(LOCK_OBJECT, self._content()):
            now = self._store.read([LOCK_OBJECT]).get(LOCK_OBJECT, b"")
            if seen and now and now != seen:
                raise UsageError(f"{self._store.url}: another run is writing there ({_owner(now)})")
            if now != seen:
                seen, since_s = now, time.monotonic()
            if time.monotonic() - since_s >= self._pace.patience_s:
                self._store.delete([LOCK_OBJECT])
            elif now:
                time.sleep(self._pace.beat_s / 2)
        self._thread.start()

    def require(self) -> None:
        """Raises EnvironmentProblem if the lock is no longer ours: nothing more may be written."""
        if self._lost:
            raise EnvironmentProblem(f"{self._store.url}: {self._lost}")

    def release(self) -> None:
        """Give the lock back, unless it was lost."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        if not self._lost and self._is_ours():
            self._store.delete([LOCK_OBJECT])

    def _content(self) -> bytes:
        owner = {"token": self._token, "host": socket.gethostname(), "process": os.getpid()}
        return json.dumps(owner | {"beat": self._beats}).encode()

    def _is_ours(self) -> bool:
        found = self._store.read([LOCK_OBJECT]).get(LOCK_OBJECT, b"")
        return self._token.encode() in found

    def _beat(self) -> None:
        """Beat until released. A store that does not answer for longer than others wait ends the lock."""
        heard_s = time.monotonic()
        while not self._ended.wait(self._pace.beat_s):
            try:
                if not self._is_ours():
                    self._lost = "another run has taken over"
                    return
                self._beats += 1
                self._store.write(LOCK_OBJECT, self._content())
                heard_s = time.monotonic()
            except RoadreelError as problem:
                if time.monotonic() - heard_s > self._pace.patience_s / 2:
                    self._lost = f"the lock could not be kept: {problem}"
                    return


@contextlib.contextmanager
def locked_store(store: Store, pace: Pace | None = None) -> Iterator[StoreLock]:
    """Hold the lock of a store. Raises UsageError if another run holds it."""
    lock = StoreLock(store, pace or Pace())
    lock.acquire()
    try:
        yield lock
    finally:
        lock.release()


def _owner(content: bytes) -> str:
    try:
        owner = json.loads(content)
        return f"process {owner['process']} on {owner['host']}"
    except (ValueError, KeyError, TypeError):
        return "its owner cannot be read"
