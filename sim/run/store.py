"""A URL fsspec knows (s3://, gs://, file://, ...) -> files put, read, copied and deleted below it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.errors import EnvironmentProblem, RoadreelError, UsageError
from sim.writers.optional import optional

__all__ = ["Store", "is_url"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

_WHOLE_OR_NOT = {"s3", "s3a", "gs", "gcs", "az", "abfs", "memory"}
"""Stores in which an object appears whole; elsewhere a file is written beside its place and renamed."""

_BATCH = 1000


def is_url(out: str | Path) -> bool:
    """Whether an output is below a URL, not in a folder. A `Path` never is: it has lost a slash."""
    return isinstance(out, str) and _URL.match(out) is not None


class Store:
    """Files below a URL. Names are relative to it, with forward slashes.

    Args:
        url: for example ``s3://bucket/dataset``. Keys, endpoints and regions come from where the store's own
            library looks for them (environment, configuration files).

    Raises:
        UsageError: the module for such URLs is not installed, or there is none.
        EnvironmentProblem: the store refuses.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        protocol = url.partition("://")[0].lower()
        fsspec = optional("fsspec", "gcs" if protocol in ("gs", "gcs") else "s3", f"output to {url}")
        # Listings are never remembered: other machines write at the same time.
        options: dict[str, Any] = {"use_listings_cache": False}
        if protocol in ("file", "local"):
            options = {"auto_mkdir": True}
        try:
            self._fs, self._root = fsspec.core.url_to_fs(self.url, **options)
        except ImportError as error:
            raise UsageError(f"{url}: {error}; pip install 'roadreel[s3]' or 'roadreel[gcs]'") from None
        except ValueError as error:
            raise UsageError(f"{url}: {error}") from None
        self._appears_whole = protocol in _WHOLE_OR_NOT

    def names(self, below: str = "") -> list[str]:
        """All files below a folder, sorted; none if it is not there."""
        with self._problems(), contextlib.suppress(FileNotFoundError):
            found = self._fs.find(self._at(below))
            return sorted(str(path)[len(self._root) :].lstrip("/") for path in found)
        return []

    def entries(self, below: str = "") -> list[str]:
        """Names of the files and folders in a folder, sorted, without what is in those."""
        with self._problems(), contextlib.suppress(FileNotFoundError, NotADirectoryError):
            found = self._fs.ls(self._at(below), detail=False)
            return sorted({str(path).rstrip("/").rpartition("/")[2] for path in found} - {""})
        return []

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """Contents of those of the files that are there."""
        out: dict[str, bytes] = {}
        for batch in _batches(names):
            with self._problems():
                found = self._fs.cat([self._at(name) for name in batch], on_error="return")
            for name in batch:
                data = found.get(self._at(name))
                if isinstance(data, bytes):
                    out[name] = data
                elif data is not None and not isinstance(data, FileNotFoundError):
                    raise self._problem(data)
        return out

    def write(self, name: str, data: bytes) -> None:
        """Write a file so that it is there whole or not at all."""
        with self._problems():
            if self._appears_whole:
                self._fs.pipe_file(self._at(name), data)
            else:
                beside = self._at(f"{name}.new")
                self._fs.pipe_file(beside, data)
                self._fs.mv(beside, self._at(name))

    def create(self, name: str, data: bytes) -> bool:
        """Write a file that is not there yet; False if it is.

        Where the store can, that is one indivisible step; where it cannot, two that do this at the same
        instant may both succeed.
        """
        with self._problems():
            try:
                self._fs.pipe_file(self._at(name), data, mode="create")
            except FileExistsError:
                return False
            except (NotImplementedError, TypeError, ValueError):
                if self._fs.exists(self._at(name)):
                    return False
                self._fs.pipe_file(self._at(name), data)
        return True

    def put(self, files: Mapping[str, Path]) -> None:
        """Upload files, many at a time: name -> where it lies here."""
        for batch in _batches(list(files)):
            with self._problems():
                self._fs.put([str(files[name]) for name in batch], [self._at(name) for name in batch])

    def get(self, files: Mapping[str, Path]) -> None:
        """Download files, many at a time: name -> where to. Raises EnvironmentProblem if one is missing."""
        for folder in {path.parent for path in files.values()}:
            folder.mkdir(parents=True, exist_ok=True)
        for batch in _batches(list(files)):
            with self._problems():
                self._fs.get([self._at(name) for name in batch], [str(files[name]) for name in batch])

    def copy(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Copy files within the store, without moving their bytes through this machine where it can."""
        for batch in _batches(pairs):
            sources, targets = zip(*batch, strict=True)
            with self._problems():
                self._fs.copy([self._at(n) for n in sources], [self._at(n) for n in targets])

    def delete(self, names: Sequence[str]) -> None:
        """Delete files; those that are gone already are left alone."""
        for batch in _batches(names):
            with self._problems():
                for_sure = [self._at(name) for name in batch]
                try:
                    self._fs.rm(for_sure)
                except FileNotFoundError:
                    for path in for_sure:
                        with contextlib.suppress(FileNotFoundError):
                            self._fs.rm_file(path)

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}" if name else str(self._root)

    @contextlib.contextmanager
    def _problems(self) -> Iterator[None]:
        """What a store's library raises -> one message that names the URL."""
        try:
            yield
        except RoadreelError:
            raise
        except Exception as error:
            raise self._problem(error) from error

    def _problem(self, error: Exception) -> EnvironmentProblem:
        return EnvironmentProblem(f"{self.url}: {type(error).__name__}: {error}")

    def __reduce__(self) -> tuple[object, ...]:
        return Store, (self.url,)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Parts of a list that a store takes at a time."""
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
