"""A URL -> a local mirror of the dataset there, and what was done to the mirror -> the store, manifest last.

The mirror holds descriptions, small text files and stand-ins, so it takes little space and `finish` works on
it as on any dataset. In the store a sequence is complete when its receipt is there. The manifest is written
after everything it lists; what goes beside it can be done again at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.dataset.layout import MANIFEST, SEQUENCE, SEQUENCES, complete_sequences, sequence_folder
from sim.dataset.manifest import FileEntry, Manifest, files_below, read_manifest
from sim.errors import RoadreelError, UsageError
from sim.run.delivery import RECEIPTS, WAITING, Upload
from sim.run.receipts import StandIn, as_stand_in, is_text, note_files, own_files, stand_in, unpack
from sim.run.store import Store
from sim.run.store_lock import LOCK_OBJECT, Pace, StoreLock, locked_store

__all__ = ["Mirror", "mirrored"]

_TAKEN_IN = ".run/taken-in.json"
"""Which sequences the manifest with a certain SHA-256 takes in; their receipts are no longer needed."""

_EMPTYING = ".emptying"
"""A store with this mark is being emptied; whoever finds it goes on with that."""


class Mirror:
    """A dataset in a store, as far as a run has to know it.

    Args:
        store: where it is.
        folder: an empty one for the mirror.
        lock: on the store.
    """

    def __init__(self, store: Store, folder: Path, lock: StoreLock) -> None:
        self.store, self.folder, self.lock = store, folder, lock
        self._manifest: Manifest | None = None
        self._receipts: set[str] = set()

    @property
    def delivery(self) -> Upload:
        """The way of a sequence into the store and the mirror."""
        return Upload(self.store)

    def fill(self) -> None:
        """Make the mirror of what is in the store. Raises UsageError if that cannot be gone on with."""
        (self.folder / SEQUENCES).mkdir()
        text = self.store.read([MANIFEST]).get(MANIFEST)
        if text is not None:
            (self.folder / MANIFEST).write_bytes(text)
            self._manifest = read_manifest(self.folder)
        self._clear_taken_in(text)
        receipts = [n for n in self.store.names(RECEIPTS) if n.endswith(".tar")]
        for name in receipts:  # one at a time: those of formats that list everything are long
            unpack(self.store.read([name])[name], self.folder, Path(name).stem)
        self._receipts = {Path(name).stem for name in receipts}
        if self._manifest is not None:
            self._fill_finished(self._manifest)
        self._discard_partial()
        self._refuse_strangers()

    def publish(self) -> None:
        """Do in the store what was done in the mirror, and write the manifest last.

        Raises:
            EnvironmentProblem: the lock was lost or the store refuses. It can be done again.
        """
        path = self.folder / MANIFEST
        if not path.is_file():
            return
        former = {} if self._manifest is None else self._manifest.files
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        self.lock.require()
        complete = complete_sequences(self.folder)
        entries = {n: FileEntry(e["sha256"], e["size_bytes"]) for n, e in record["files"].items()}
        copies: list[tuple[str, str]] = []
        uploads: dict[str, Path] = {}
        for name in files_below(self.folder):
            found = stand_in(self.folder / name)
            if found is not None:
                entries[name] = found.entry
                if found.name != name:
                    copies.append((found.name, name))
            elif not name.startswith(f"{SEQUENCES}/") and former.get(name) != entries[name]:
                uploads[name] = self.folder / name
        for sequence in complete:
            entries |= own_files(self.folder, sequence)
        record["files"] = {
            name: {"sha256": entries[name].sha256, "size_bytes": entries[name].size_bytes}
            for name in sorted(entries)
        }
        text = (json.dumps(record, indent=1, ensure_ascii=True) + "\n").encode()
        self._discard_partial()
        taken_in = [name for name in complete if not _is_held_back(self.folder, name)]
        self.store.copy(copies)
        self.store.put(uploads)
        mark = {"manifest": hashlib.sha256(text).hexdigest(), "sequences": taken_in}
        self.store.write(_TAKEN_IN, json.dumps(mark).encode())
        self.lock.require()
        self.store.write(MANIFEST, text)
        self._clear_taken_in(text)

    def _fill_finished(self, manifest: Manifest) -> None:
        """Mirror what formats have joined, and descriptions of sequences whose receipts are gone."""
        descriptions = [
            f"{SEQUENCES}/{name}/{SEQUENCE}" for name in manifest.sequences if name not in self._receipts
        ]
        found = self.store.read(descriptions)
        of_sequence: dict[str, dict[str, FileEntry]] = {}
        downloads: dict[str, Path] = {}
        for name, entry in manifest.files.items():
            if name.startswith(f"{SEQUENCES}/"):
                of_sequence.setdefault(name.split("/")[1], {})[name] = entry
            elif is_text(name):
                downloads[name] = self.folder / name
            else:
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(as_stand_in(StandIn(name, entry)))
        self.store.get(downloads)
        for name, text in found.items():
            sequence = name.split("/")[1]
            folder = sequence_folder(self.folder, sequence)
            folder.mkdir()
            (folder / SEQUENCE).write_bytes(text)
            note_files(self.folder, sequence, of_sequence.get(sequence, {}))

    def _discard_partial(self) -> None:
        """Delete what was put into the store of sequences that were begun and never completed."""
        complete = set(complete_sequences(self.folder))
        for name in self.store.entries(WAITING):
            if name not in complete:
                for folder in (SEQUENCES, WAITING):  # where it was begun is known to the last
                    self.store.delete(self.store.names(f"{folder}/{name}"))

    def _refuse_strangers(self) -> None:
        """Raises UsageError if there are sequences no run of ours can account for."""
        known = {*complete_sequences(self.folder), *(self._manifest.sequences if self._manifest else ())}
        for name in self.store.entries(SEQUENCES):
            if name not in known and self.store.names(f"{SEQUENCES}/{name}"):
                raise UsageError(
                    f"{self.store.url}/{SEQUENCES}/{name} is neither in {MANIFEST} nor left by a run that "
                    "was broken off: move it away, or copy the whole dataset there, with its manifest"
                )

    def _clear_taken_in(self, manifest: bytes | None) -> None:
        """Delete receipts, and what waited, of sequences the manifest in the store has taken in."""
        text = self.store.read([_TAKEN_IN]).get(_TAKEN_IN)
        if text is None:
            return
        mark = json.loads(text)
        if manifest is not None and mark["manifest"] == hashlib.sha256(manifest).hexdigest():
            done = set(mark["sequences"])
            receipts = {f"{RECEIPTS}/{name}.tar" for name in done}
            self.store.delete([name for name in self.store.names(RECEIPTS) if name in receipts])
            waiting = self.store.names(WAITING)
            self.store.delete([name for name in waiting if name[len(WAITING) + 1 :].split("/")[0] in done])
        self.store.delete([_TAKEN_IN])


@contextlib.contextmanager
def mirrored(url: str, *, resume: bool, overwrite: bool, pace: Pace | None = None) -> Iterator[Mirror]:
    """Hold a dataset in a store for writing; what was made of its mirror is put into the store at the end.

    Args:
        url: of the dataset.
        resume: go on with a dataset that is there.
        overwrite: delete a dataset that is there. Nothing else is ever deleted.
        pace: of the lock's beats.

    Raises:
        UsageError: the place is taken by something else, or another run is writing there.
        EnvironmentProblem: the store refuses.
    """
    if resume and overwrite:
        raise UsageError("--resume and --overwrite exclude each other")
    store = Store(url)
    _checked(store, resume or overwrite)  # before anything is written, the lock included
    with tempfile.TemporaryDirectory(prefix="roadreel-mirror-") as folder, locked_store(store, pace) as lock:
        entries = _checked(store, resume or overwrite)
        if overwrite or _EMPTYING in entries:
            _empty(store)
        mirror = Mirror(store, Path(folder), lock)
        with _named(folder, store.url):
            mirror.fill()
            try:
                yield mirror
            except BaseException:
                with contextlib.suppress(RoadreelError):  # the first error is the one to tell
                    mirror.publish()
                raise
            mirror.publish()


@contextlib.contextmanager
def _named(folder: str, url: str) -> Iterator[None]:
    """Errors that name the mirror name the store."""
    try:
        yield
    except RoadreelError as error:
        raise type(error)(str(error).replace(folder, url)) from error


def _checked(store: Store, may_be_there: bool) -> list[str]:
    """What is in the store. Raises UsageError if that may not be written to."""
    entries = store.entries()
    known = {MANIFEST, SEQUENCES, _EMPTYING, LOCK_OBJECT.split("/")[0]}
    if entries and not known.intersection(entries):
        raise UsageError(
            f"{store.url} holds no roadreel dataset ({', '.join(entries[:3])}...): nothing there is touched; "
            "choose another place"
        )
    if set(entries) - {LOCK_OBJECT.split("/")[0]} and not may_be_there:
        raise UsageError(
            f"{store.url} is not empty: choose another place, --resume to go on or --overwrite to empty it"
        )
    return entries


def _empty(store: Store) -> None:
    """Delete everything but the lock; broken off, it can only be gone on with."""
    store.write(_EMPTYING, b"")
    store.delete([name for name in store.names() if name not in (_EMPTYING, LOCK_OBJECT)])
    store.delete([_EMPTYING])


def _is_held_back(mirror: Path, sequence: str) -> bool:
    """Whether a format has yet to take the sequence in."""
    return any(path.is_dir() for path in sequence_folder(mirror, sequence).glob(".*"))
