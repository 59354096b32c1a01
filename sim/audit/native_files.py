"""A native dataset's folder and manifest -> measures: every file is listed, there, and as it was written."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sim.audit.native import MANIFEST, SEQUENCES, read_json
from sim.audit.view import Measure
from sim.errors import UsageError

__all__ = ["check_files", "read_manifest"]

_SCHEMA_VERSION = 3


def read_manifest(root: Path) -> dict[str, Any]:
    """The manifest of a dataset: ``sequences`` -> names, ``files`` -> path -> (SHA-256, bytes).

    Raises:
        UsageError: there is none, it is broken, or it is of another schema.
    """
    path = root / MANIFEST
    data = read_json(path)
    try:
        version = data["schema_version"]
        if data["schema"] != "roadreel" or version != _SCHEMA_VERSION:
            raise UsageError(
                f"{path}: schema {data['schema']!r} version {version}, wanted roadreel, {_SCHEMA_VERSION}"
            )
        return {
            "sequences": [_folder(entry["name"]) for entry in data["sequences"]],
            "files": {name: (f["sha256"], f["size_bytes"]) for name, f in data["files"].items()},
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError(f"{path} is broken: {type(error).__name__}: {error}") from error


def _folder(name: str) -> str:
    """The name of a sequence. Raises ValueError if it leads out of the folder of sequences."""
    if not name or not all(c.isascii() and (c.isalnum() or c in "_-") for c in name):
        raise ValueError(f"sequence name {name!r:.80}, wanted letters, digits, '_' and '-'")
    return name


def check_files(
    root: Path, manifest: dict[str, Any], threads: int, step: Callable[[], None]
) -> Iterator[Measure]:
    """Compare files with the manifest: missing, altered, unknown; sequences left unfinished.

    Args:
        root: of the dataset.
        manifest: as `read_manifest` gives it.
        threads: to hash with.
        step: called after each file.
    """
    files: dict[str, tuple[str, int]] = manifest["files"]
    present = set(_files_below(root))
    for name in sorted(present - set(files)):
        yield _off(name, "is not listed in the manifest")
    for name in sorted(set(files) - present):
        yield _off(name, "is missing")
    # What is no file could be read for ever; a link could lead anywhere.
    odd = {name for name in present if not stat.S_ISREG((root / name).lstat().st_mode)}
    for name in sorted(odd):
        yield _off(name, "is no regular file")
    listed = [name for name in files if name in present - odd]
    with ThreadPoolExecutor(threads) as pool:
        for name, found in zip(listed, pool.map(_Hashes(root), listed), strict=True):
            step()
            if found != files[name]:
                sentence = "differs from what was written: its SHA-256 or size is not the manifest's"
                yield _off(name, sentence)
            else:
                yield Measure(1, 0.0, 0.0, "files", name)
    complete = {path.parent.name for path in (root / SEQUENCES).glob("[!.]*/sequence.json")}
    for name in sorted(complete ^ set(manifest["sequences"])):
        yield _off(f"{SEQUENCES}/{name}", "is in the manifest or on disk, but not in both")
    for folder in sorted((root / SEQUENCES).glob(".partial-*")):
        yield _off(f"{SEQUENCES}/{folder.name}", "is left from a run that did not end")


def _off(name: str, sentence: str) -> Measure:
    return Measure(1, 1.0, 0.0, "files", name, (sentence,))


class _Hashes:
    """File below a root -> SHA-256 and bytes; what is linked twice is hashed once, give or take a race.

    Formats share images by hard links.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[tuple[int, int], tuple[str, int]] = {}

    def __call__(self, name: str) -> tuple[str, int]:
        path = self._root / name
        status = path.stat()
        key = (status.st_dev, status.st_ino)
        if key not in self._known:
            with path.open("rb") as file:
                self._known[key] = hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
        return self._known[key]


def _files_below(root: Path) -> Iterable[str]:
    """Files that belong to the dataset: all but the manifest and what a dot hides."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            path = (Path(folder) / name).relative_to(root).as_posix()
            if path != MANIFEST and not name.startswith("."):
                yield path
