"""A sequence that was put into a store -> its receipt: what the run's machine needs to know of it.

Formats are joined by moving files and reading the small text files among them (`sim.writers.finish`). So
the machine of a run keeps a *mirror* of the dataset in which every file that is only moved is a stand-in, a
line that says where its bytes lie in the store. What was done to the stand-ins is then done to the objects.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.dataset.layout import SEQUENCE, SEQUENCES, partial_folder, sequence_folder
from sim.dataset.manifest import FileEntry, hash_file
from sim.run.store import Store

__all__ = [
    "StandIn",
    "as_stand_in",
    "is_text",
    "note_files",
    "own_files",
    "send_sequence",
    "stand_in",
    "unpack",
]

_MARK = b"roadreel stand-in "
_TEXTS = {"", ".json", ".jsonl", ".txt", ".ini", ".csv", ".yaml", ".md"}
"""Files that `finish` may read; all others are only moved."""

_OWN_FILES = ".files.json"
"""Hidden beside a mirrored ``sequence.json``: entries of the sequence's own files, which are in the store."""


@dataclass(frozen=True)
class StandIn:
    """A file that lies in the store.

    Attributes:
        name: where.
        entry: its SHA-256 and size.
    """

    name: str
    entry: FileEntry


def is_text(name: str) -> bool:
    """Whether a file of a format has to be in the mirror as it is."""
    return Path(name).suffix in _TEXTS


def as_stand_in(found: StandIn) -> bytes:
    """What the mirror has in place of a file."""
    return _MARK + json.dumps([found.name, found.entry.sha256, found.entry.size_bytes]).encode()


def stand_in(path: Path) -> StandIn | None:
    """What a file of the mirror stands for, None if it is itself."""
    with path.open("rb") as file:
        if file.read(len(_MARK)) != _MARK:
            return None
        name, sha256, size_bytes = json.loads(file.read())
    return StandIn(name, FileEntry(sha256, size_bytes))


def own_files(mirror: Path, sequence: str) -> dict[str, FileEntry]:
    """Entries of a mirrored sequence's own files, by their names below the root."""
    path = sequence_folder(mirror, sequence) / _OWN_FILES
    return {name: FileEntry(*entry) for name, entry in json.loads(path.read_text("ascii")).items()}


def send_sequence(scratch: Path, sequence: str, store: Store, waiting: str) -> bytes:
    """Put a sequence's files into a store.

    Its own files are put where they belong; of what other formats keep for `finish`, those below ``waiting``
    that are not the same file as one put already.

    Args:
        scratch: a dataset that holds the sequence.
        sequence: its name.
        store: where to.
        waiting: folder in the store.

    Returns:
        The receipt. The sequence counts only once that is in the store.
    """
    folder = sequence_folder(scratch, sequence)
    own: dict[str, tuple[str, int]] = {}
    uploads: dict[str, Path] = {}
    found: dict[tuple[int, int], StandIn] = {}  # formats share images by hard links
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        paths = sorted(folder.rglob("*"))
        hidden = {path for path in paths if path.relative_to(folder).parts[0].startswith(".")}
        for path in [*(p for p in paths if p not in hidden), *(p for p in paths if p in hidden)]:
            name = path.relative_to(folder).as_posix()
            if path.is_dir():
                if path in hidden:  # some formats have folders without files
                    tar.add(path, name, recursive=False)
                continue
            if path in hidden and is_text(name):
                tar.add(path, name)
                continue
            status = path.stat()
            inode = status.st_dev, status.st_ino
            known = found.get(inode)
            if known is None or path not in hidden:
                place = f"{waiting}/{name}" if path in hidden else f"{SEQUENCES}/{sequence}/{name}"
                known = StandIn(place, known.entry if known else hash_file(path))
                found[inode] = known
                uploads[place] = path
            if path in hidden:
                _add(tar, name, as_stand_in(known))
            else:
                own[known.name] = known.entry.sha256, known.entry.size_bytes
        _add(tar, SEQUENCE, (folder / SEQUENCE).read_bytes())
        _add(tar, _OWN_FILES, json.dumps(own).encode())
    store.put(uploads)
    return archive.getvalue()


def note_files(mirror: Path, sequence: str, files: Mapping[str, FileEntry]) -> None:
    """Note the entries of a sequence's own files in the mirror."""
    text = json.dumps({name: (entry.sha256, entry.size_bytes) for name, entry in files.items()})
    (sequence_folder(mirror, sequence) / _OWN_FILES).write_text(text, "ascii")


def unpack(receipt: bytes, mirror: Path, sequence: str) -> None:
    """Let a sequence appear in the mirror, by one rename; one that is there already is left alone."""
    partial, final = partial_folder(mirror, f"{sequence}.receipt"), sequence_folder(mirror, sequence)
    if final.exists():
        return
    with tarfile.open(fileobj=io.BytesIO(receipt)) as tar:
        tar.extractall(partial, filter="data")
    partial.rename(final)


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))
