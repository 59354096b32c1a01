"""Frames and wishes ("this image at that path") -> files, encoded in threads beside the renderer.

Every image is encoded once, however many formats want it: the first path gets the bytes, the others a hard
link. A frame's buffers are given back when the last job that reads them is done. An image that was stored
with losses is handed on as it was stored: encoded again it would lose again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.dataset.encodings import USUAL, Encode, Encodings
from sim.dataset.images import ENCODERS, decode
from sim.dataset.layout import IMAGE_SUFFIX
from sim.dataset.stored import StoredImages
from sim.errors import EnvironmentProblem
from sim.frame import Frame

__all__ = ["Encoders", "disk_problems", "link"]

_KNOWN_TO_ALL = (".png", ".jpg", ".webp")


@dataclass
class _Order:
    """All that was asked for one frame."""

    images: dict[tuple[str, str, Encode], list[Path]] = field(default_factory=dict)
    jobs: list[tuple[str, Callable[[], None]]] = field(default_factory=list)


class Encoders:
    """Threads that encode and write.

    Args:
        threads: how many encode at a time, at least 1; the bytes written do not depend on it.
        frames: how many frames may be under way; `dispatch` waits when there are more.
        encodings: file types of color and depth.

    Attributes:
        waits: how often `dispatch` had to wait.

    Raises:
        UsageError: a file type needs a module that is not installed.
    """

    def __init__(self, threads: int = 2, frames: int = 3, encodings: Encodings = USUAL) -> None:
        self.waits = 0
        self._encodings = encodings
        self._own = {channel: encodings.encoder(channel) for channel in ENCODERS}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoder")
        self._room = threading.BoundedSemaphore(frames)
        self._frames = frames
        self._lock = threading.Lock()
        self._order = _Order()
        self._lanes: dict[str, Future[None]] = {}
        self._error: BaseException | None = None
        self._stopped = False

    def suffix(self, channel: str) -> str:
        """File type of a channel's images, with its dot, in formats that take any."""
        return self._encodings.suffix(channel)

    @property
    def picture_suffix(self) -> str:
        """File type of colors in formats that take any: the chosen, or PNG where few readers know that."""
        return self.suffix("rgb") if self.suffix("rgb") in _KNOWN_TO_ALL else IMAGE_SUFFIX["rgb"]

    def save(self, sensor: str, channel: str, path: Path, encode: Encode | None = None) -> None:
        """Ask for an image of the next frame dispatched.

        Args:
            sensor: whose capture.
            channel: which array of it.
            path: file to write; its folder is made.
            encode: array to bytes, a module's function; by default what the path's suffix says: the chosen
                file type of the channel, or its usual one.

        Raises:
            ValueError: the suffix is neither of the two.
        """
        if encode is None:
            if path.suffix not in (self.suffix(channel), IMAGE_SUFFIX[channel]):
                raise ValueError(f"{path}: {channel} images end in {self.suffix(channel)}")
            encode = self._own[channel] if path.suffix == self.suffix(channel) else ENCODERS[channel]
        self._order.images.setdefault((sensor, channel, encode), []).append(path)

    def run(self, lane: str, job: Callable[[], None]) -> None:
        """Ask for a job on the next frame dispatched; jobs of one lane run in order, one at a time."""
        self._order.jobs.append((lane, job))

    def dispatch(self, frame: Frame) -> None:
        """Start all that was asked for, on this frame; its buffers are released when the last job is done.

        Raises:
            the first error of any job of this or an earlier frame.
        """
        order, self._order = self._order, _Order()
        jobs: list[tuple[str, Callable[[], None]]] = list(order.jobs)
        for (sensor, channel, encode), paths in order.images.items():
            images = frame.captures[sensor].channels
            jobs.append(("", _Image(self._bytes_of(images, channel, encode), paths)))
        self._raise_error(frame)
        if not self._room.acquire(blocking=False):
            self.waits += 1
            self._room.acquire()
        left = len(jobs) + 1

        def done() -> None:
            nonlocal left
            with self._lock:
                left -= 1
                last = left == 0
            if last:
                frame.release()
                self._room.release()

        for lane, job in jobs:
            before = self._lanes.get(lane) if lane else None
            future = self._pool.submit(self._perform, job, before, done)
            if lane:
                self._lanes[lane] = future
        done()
        self._raise_error(None)

    def drain(self) -> None:
        """Wait until everything dispatched is written. Raises the first error of any job."""
        for _ in range(self._frames):
            self._room.acquire()
        self._room.release(self._frames)
        self._raise_error(None)

    def close(self) -> None:
        """Stop the threads; what has not begun is left undone."""
        self._stopped = True
        self._pool.shutdown(wait=True)

    def _bytes_of(
        self, images: Mapping[str, NDArray[np.generic]], channel: str, encode: Encode
    ) -> Callable[[], bytes]:
        """What makes the file of an image."""
        again = channel in self._encodings.losses and encode is self._own[channel]
        if (
            again
            and isinstance(images, StoredImages)
            and images.files[channel].suffix == self.suffix(channel)
        ):
            return partial(_stored, images.files[channel], channel)
        return partial(encode, images[channel])

    def _perform(
        self, job: Callable[[], None], before: Future[None] | None, done: Callable[[], None]
    ) -> None:
        try:
            # Jobs start in the order they were submitted, so the one waited for runs or is done: no deadlock.
            if before is not None:
                before.result()
            if not self._stopped and self._error is None:
                job()
        except BaseException as error:  # an error of a thread must reach whoever waits for the frame
            with self._lock:
                self._error = self._error or error
        finally:
            done()

    def _raise_error(self, frame: Frame | None) -> None:
        if self._error is not None:
            if frame is not None:
                frame.release()
            raise self._error


class _Image:
    """Make the bytes of one image and put them at its paths."""

    def __init__(self, encode: Callable[[], bytes], paths: list[Path]) -> None:
        self._encode, self._paths = encode, paths

    def __call__(self) -> None:
        first, *others = self._paths
        data = self._encode()
        with disk_problems(first):
            for path in self._paths:
                path.parent.mkdir(parents=True, exist_ok=True)
            first.write_bytes(data)
            for path in others:
                link(first, path)


def _stored(path: Path, channel: str) -> bytes:
    """The bytes of a file that can be decoded. Raises UsageError."""
    decode(path, channel)
    return path.read_bytes()


def link(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError as error:
        if isinstance(error, FileExistsError):
            raise
        shutil.copyfile(source, target)


@contextlib.contextmanager
def disk_problems(path: Path) -> Iterator[None]:
    """Turn errors of the file system (disk full, no permission) into `EnvironmentProblem` with a message."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        raise EnvironmentProblem(f"cannot write {where}: {error.strerror or error}") from error
