"""An output path -> a folder this run alone may write to: empty, resumed or emptied, and locked."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from sim.dataset.layout import MANIFEST, SEQUENCES, partial_folder
from sim.dataset.manifest import read_manifest
from sim.errors import UsageError
from sim.run.lock import LOCK_FILE, Lock, locked

__all__ = ["ATTEMPTS", "MENDING", "claimed", "discard_partial"]

MENDING = ".mending"
"""Folder below the root in which damaged sequences are recorded again."""

ATTEMPTS = ".attempts"
"""Folder below the root in which sequences are recorded where several machines may record the same one."""

_EMPTYING = ".emptying"
"""A folder with this mark is being emptied; whoever finds it goes on with that."""


@contextlib.contextmanager
def claimed(out: Path, *, resume: bool, overwrite: bool) -> Iterator[Lock]:
    """Hold the folder `out` for writing.

    Args:
        out: the dataset's folder; made if it is not there.
        resume: go on in a folder that holds a dataset.
        overwrite: empty a folder that holds a dataset. Nothing else is ever deleted.

    Raises:
        UsageError: the folder is not empty, holds something else or a dataset of another schema version, or
            another process writes to it.
        OSError: it cannot be made or written.
    """
    if resume and overwrite:
        raise UsageError("--resume and --overwrite exclude each other")
    if out.parts and out.parts[0].endswith(":"):
        raise UsageError(f"{out} is a URL, wanted a folder: only `roadreel run` writes to URLs")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file, wanted a folder")
    out.mkdir(parents=True, exist_ok=True)
    with locked(out) as lock:
        _prepare(out, resume, overwrite)
        yield lock


def discard_partial(out: Path) -> None:
    """Delete what sequences that were never completed, or never put in place, have left."""
    pattern = partial_folder(out, "*")
    for left in sorted(pattern.parent.glob(pattern.name)):
        shutil.rmtree(left)
    for name in (MENDING, ATTEMPTS):
        if (out / name).is_dir():
            shutil.rmtree(out / name)


def _prepare(out: Path, resume: bool, overwrite: bool) -> None:
    entries = sorted(p.name for p in out.iterdir() if p.name != LOCK_FILE)
    if not entries:
        return
    if not (resume or overwrite):
        raise UsageError(
            f"{out} is not empty: choose another folder, --resume to go on or --overwrite to empty it"
        )
    if _EMPTYING not in entries and not (out / MANIFEST).is_file() and not (out / SEQUENCES).is_dir():
        raise UsageError(
            f"{out} holds no roadreel dataset ({', '.join(entries[:3])}...): nothing there is touched; "
            "choose another folder"
        )
    if overwrite or _EMPTYING in entries:
        _empty(out)
    elif (out / MANIFEST).is_file():
        # A dataset of another schema version cannot be gone on with: said now, not at the end.
        read_manifest(out)


def _empty(out: Path) -> None:
    """Delete everything; broken off, it can only be gone on with, for what is left is no dataset."""
    (out / _EMPTYING).mkdir(exist_ok=True)
    for entry in sorted(out.iterdir()):
        if entry.name in (_EMPTYING, LOCK_FILE):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    (out / _EMPTYING).rmdir()
