"""A folder -> the right to write to it, held by one run and the processes it started, until the last ends."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from multiprocessing.reduction import DupFd
from pathlib import Path

from sim.errors import UsageError

__all__ = ["LOCK_FILE", "Lock", "locked"]

_PAUSE_S = 0.05
_PATIENCE_S = 3.0
"""The processes of a run that was killed end within a moment; a run that is alive is not waited for long."""

_NO_FOLDERS = (errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EISDIR)
"""What network file systems answer that lock only files open for writing."""

LOCK_FILE = ".lock"


class Lock:
    """A held lock. Sent to a spawned process, that process holds it too.

    Args:
        descriptor: open file the lock is on.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __reduce__(self) -> tuple[object, ...]:
        return _received, (DupFd(self._descriptor),)


def _received(sent: object) -> Lock:
    """The lock in the process it was sent to; it is held until that process ends."""
    return Lock(sent.detach())  # type: ignore[attr-defined]


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[Lock]:
    """Hold the lock of a folder that exists.

    It is on the folder itself and leaves no file behind; where a file system has no such locks it is on a
    hidden file in it.

    Raises:
        UsageError: another run holds it.
        OSError: the folder cannot be opened or locked.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            _wait_for(descriptor, folder)
        except OSError as error:
            if error.errno not in _NO_FOLDERS:
                raise
            os.close(descriptor)
            descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o666)
            _wait_for(descriptor, folder)
        yield Lock(descriptor)
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, folder: Path) -> None:
    for _ in range(1 + round(_PATIENCE_S / _PAUSE_S)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(_PAUSE_S)
    raise UsageError(f"{folder}: another process is writing to this folder")
