"""A folder's files -> on the disk itself, so that a power cut after a rename leaves no file empty."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from pathlib import Path

__all__ = ["flush", "write_atomically"]

_FAILED = (errno.EIO, errno.ENOSPC, errno.EDQUOT)


def flush(folder: Path) -> None:
    """Wait until everything written so far to the file system of a folder is on the disk.

    One call for the whole file system is far cheaper than one for each of a sequence's files (syncfs(2));
    where there is none, every file system is flushed.

    Raises:
        OSError: the disk could not take what was written.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None:
            os.sync()
        elif syncfs(descriptor) and ctypes.get_errno() in _FAILED:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that it is either the old one or the whole new one, whatever happens meanwhile."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
