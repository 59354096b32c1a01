"""A data set's folder and its manifest -> which files are no longer as they were written, and which are."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sim.dataset.durable import write_atomically
from sim.dataset.layout import MANIFEST, SEQUENCES, complete_sequences
from sim.dataset.manifest import FileEntry, Manifest, hash_file, read_manifest
from sim.errors import UsageError

__all__ = ["Former", "damaged_files", "forget_deleted_sequences", "is_whole"]

Stamp = tuple[int, int, int]


class Former:
    """What the manifest of a data set lists, and a stamp of each file, taken before more is written.

    A file that was not written since keeps its entry unread: damage done to it in between is then found by
    whoever compares it with the new manifest, instead of being taken for what was recorded.

    Args:
        root: of the data set; where it has no manifest nothing is known.

    Raises:
        UsageError: as `read_manifest`.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files = read_manifest(root).files if (root / MANIFEST).is_file() else {}
        self._stamps = {name: _stamp(root / name) for name in self._files}

    def untouched(self) -> dict[str, FileEntry]:
        """Entries of files nobody has written or deleted since; those that were missing are still missed."""
        return {
            name: self._files[name]
            for name, stamp in self._stamps.items()
            if _stamp(self._root / name) == stamp
        }


def damaged_files(root: Path) -> dict[str, FileEntry]:
    """Files that are missing or not as the manifest says -> what it says of them.

    Raises:
        UsageError: as `read_manifest`.
    """
    files = read_manifest(root).files
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        whole = pool.map(lambda name: is_whole(root / name, files[name]), files)
        return {name: files[name] for name, good in zip(files, whole, strict=True) if not good}


def forget_deleted_sequences(root: Path) -> None:
    """Strike sequences that somebody deleted from the manifest, with all files that are gone.

    What is recorded in their place is then listed as it is, not as the former one was.

    Raises:
        UsageError: files of a deleted sequence in other formats are left, and would be in the way; or as
            `read_manifest`.
    """
    if not (root / MANIFEST).is_file():
        return
    manifest: Manifest = read_manifest(root)
    gone = set(manifest.sequences) - set(complete_sequences(root))
    if not gone:
        return
    for name in sorted(gone):
        left = _left_elsewhere(root, manifest, name)
        if left:
            raise UsageError(
                f"{root}: sequence {name!r} was deleted, but {left} is there; --resume --verify puts the "
                "sequence back, --overwrite begins anew"
            )
    of_gone = tuple(f"{SEQUENCES}/{name}/" for name in sorted(gone))
    record: dict[str, Any] = json.loads((root / MANIFEST).read_text("utf-8"))
    record["sequences"] = [entry for entry in record["sequences"] if entry["name"] not in gone]
    files: Mapping[str, Any] = record["files"]
    record["files"] = {
        name: entry
        for name, entry in files.items()
        if not name.startswith(of_gone) and (root / name).exists()
    }
    write_atomically(root / MANIFEST, json.dumps(record, indent=1, ensure_ascii=True) + "\n")


def _left_elsewhere(root: Path, manifest: Manifest, sequence: str) -> str:
    """A file of another format that has the sequence's name in its own and is there, or ""."""
    named = re.compile(rf"(?<![A-Za-z0-9_-]){re.escape(sequence)}(?![A-Za-z0-9])")
    outside = (name for name in manifest.files if not name.startswith(f"{SEQUENCES}/"))
    return next((name for name in outside if named.search(name) and (root / name).exists()), "")


def is_whole(path: Path, entry: FileEntry) -> bool:
    """Whether a file is there and as its entry says."""
    try:
        return path.stat().st_size == entry.size_bytes and hash_file(path) == entry
    except OSError:
        return False


def _stamp(path: Path) -> Stamp | None:
    """Inode, time of the last write, size; None if there is no such file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
