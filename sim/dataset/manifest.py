"""A finished data set's folder -> manifest.json: versions, sequences, and the SHA-256 of every file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.dataset.durable import write_atomically
from sim.dataset.layout import (
    MANIFEST,
    SCHEMA_VERSION,
    SEQUENCE,
    complete_sequences,
    require_name,
    sequence_folder,
)
from sim.errors import UsageError

__all__ = [
    "FileEntry",
    "Manifest",
    "files_below",
    "hash_file",
    "read_manifest",
    "write_atomically",
    "write_manifest",
]


@dataclass(frozen=True)
class FileEntry:
    """One file: its SHA-256 as 64 hex digits, its size in bytes."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, eq=False)
class Manifest:
    """What ``manifest.json`` says.

    Attributes:
        sequences: names of the complete sequences, sorted.
        environments: versions, OpenGL and CPU features the sequences were made with, each once.
        files: path below the root, with forward slashes -> entry.
        not_held: format -> sentences, sorted, that name what of some sequence it cannot hold.
    """

    sequences: tuple[str, ...]
    environments: tuple[Mapping[str, Any], ...]
    files: Mapping[str, FileEntry]
    not_held: Mapping[str, tuple[str, ...]]


def write_manifest(root: Path, known: Mapping[str, FileEntry] | None = None) -> Manifest:
    """Hash every file below a root and write its manifest, last and atomically.

    Args:
        root: of the data set.
        known: entries to list as they are, whether or not their files are there, see `integrity.Former`.

    Returns:
        What was written.

    Raises:
        UsageError: a sequence's description is broken.
        OSError: a file cannot be read or the manifest not be written.
    """
    sequences = complete_sequences(root)
    files = _hashed(root, sorted({*files_below(root), *(known or {})}), known or {})
    environments: list[Mapping[str, Any]] = []
    entries = []
    gaps: dict[str, set[str]] = {}
    for name in sequences:
        data = _description(sequence_folder(root, name) / SEQUENCE)
        if data["environment"] not in environments:
            environments.append(data["environment"])
        for format_name, sentences in data["not_held"].items():
            gaps.setdefault(format_name, set()).update(sentences)
        entries.append(
            {
                "name": name,
                "status": "complete",
                "split": data.get("split", "train"),  # sequences from before there were splits have none
                "environment": environments.index(data["environment"]),
                "replay_of": data.get("replay_of"),
                "licenses": _licenses(data),
                "ticks": data["ticks"],
                "frames": data["frames"],
            }
        )
    not_held = {name: tuple(sorted(gaps[name])) for name in sorted(gaps)}
    record = {
        "schema": "roadreel",
        "schema_version": SCHEMA_VERSION,
        "environments": environments,
        "sequences": entries,
        "not_held": not_held,
        "files": {name: {"sha256": e.sha256, "size_bytes": e.size_bytes} for name, e in files.items()},
    }
    write_atomically(root / MANIFEST, json.dumps(record, indent=1, ensure_ascii=True) + "\n")
    return Manifest(tuple(sequences), tuple(environments), files, not_held)


def read_manifest(root: Path) -> Manifest:
    """The manifest of a data set.

    Raises:
        UsageError: there is none, it is broken, or it is of another schema version.
    """
    path = root / MANIFEST
    if not path.is_file():
        raise UsageError(f"{root} is not a data set: it has no {MANIFEST}")
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["schema_version"] != SCHEMA_VERSION:
            raise UsageError(
                f"{path}: schema_version is {data['schema_version']}, this version reads {SCHEMA_VERSION}"
            )
        return Manifest(
            tuple(require_name(entry["name"]) for entry in data["sequences"]),
            tuple(data["environments"]),
            {_inside(n): FileEntry(f["sha256"], f["size_bytes"]) for n, f in data["files"].items()},
            {name: tuple(sentences) for name, sentences in data["not_held"].items()},
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError(f"{path} is broken: {type(error).__name__}: {error}") from error


def _hashed(root: Path, names: list[str], known: Mapping[str, FileEntry]) -> dict[str, FileEntry]:
    """Entries of files; formats share images by hard links, so each inode is hashed once, if at all."""
    inodes = {name: _inode(root / name) for name in names if name not in known}
    todo = {inode: name for name, inode in inodes.items()}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = dict(zip(todo, pool.map(lambda name: hash_file(root / name), todo.values()), strict=True))
    return {name: known[name] if name in known else found[inodes[name]] for name in names}


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _licenses(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """License and origin of each body in a sequence that is not ours, once."""
    bodies = [agent.get("body") or {} for agent in data.get("agents", ())]  # what was imported has none
    own = [body["own"] for body in bodies if body.get("own")]
    return [
        {"license": license_, "origin": origin}
        for license_, origin in sorted({(body["license"], body["origin"]) for body in own})
    ]


def _description(path: Path) -> dict[str, Any]:
    """What ``sequence.json`` says, as far as the manifest needs it."""
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        for key in ("environment", "not_held", "ticks", "frames"):
            data[key]
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{path} is broken: {error!r:.100}; --resume --verify records what is damaged again"
        ) from None
    return data


def files_below(root: Path) -> Iterable[str]:
    """Files that belong to the data set: all but the manifest and what a dot hides."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            path = (Path(folder) / name).relative_to(root).as_posix()
            if path != MANIFEST and not name.startswith("."):
                yield path


def _inside(name: str) -> str:
    """A path below the root as it is. Raises ValueError if it leads elsewhere."""
    if name.startswith("/") or "\0" in name or not {"", ".", ".."}.isdisjoint(name.split("/")):
        raise ValueError(f"file {name!r:.100} is not below the data set's folder")
    return name


def hash_file(path: Path) -> FileEntry:
    """The entry of a file as it is now."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileEntry(digest, file.tell())
