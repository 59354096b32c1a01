"""An output path -> a folder this run alone may write to: empty, resumed or emptied, and locked."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sim.dataset.layout import MANIFEST, SEQUENCES, partial_folder
from sim.dataset.manifest import read_manifest
from sim.errors import UsageError

__all__ = ["claimed", "discard_partial"]


@contextlib.contextmanager
def claimed(out: Path, *, resume: bool, overwrite: bool) -> Iterator[None]:
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
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file, wanted a folder")
    out.mkdir(parents=True, exist_ok=True)
    # A lock on the folder itself leaves no file behind and ends with the process, however that ends.
    descriptor = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"{out}: another process is writing to this folder") from None
        _prepare(out, resume, overwrite)
        yield
    finally:
        os.close(descriptor)


def discard_partial(out: Path) -> None:
    """Delete what sequences that were never completed have left."""
    pattern = partial_folder(out, "*")
    for left in sorted(pattern.parent.glob(pattern.name)):
        shutil.rmtree(left)


def _prepare(out: Path, resume: bool, overwrite: bool) -> None:
    entries = sorted(p.name for p in out.iterdir())
    if not entries:
        return
    if not (resume or overwrite):
        raise UsageError(
            f"{out} is not empty: choose another folder, --resume to go on or --overwrite to empty it"
        )
    if not (out / MANIFEST).is_file() and not (out / SEQUENCES).is_dir():
        raise UsageError(
            f"{out} holds no roadreel dataset ({', '.join(entries[:3])}...): nothing there is touched; "
            "choose another folder"
        )
    if resume and (out / MANIFEST).is_file():
        read_manifest(
            out
        )  # a dataset of another schema version cannot be gone on with: said now, not at the end
    if overwrite:
        for entry in sorted(out.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
