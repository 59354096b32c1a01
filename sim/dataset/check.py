"""A data set's folder -> findings: every file against the manifest, every invariant on every frame."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sim.dataset.invariants import frame_problems
from sim.dataset.layout import LABELS, SEQUENCES, complete_sequences
from sim.dataset.manifest import FileEntry, Manifest, files_below, hash_file, read_manifest
from sim.dataset.reader import RecordedSequence
from sim.errors import UsageError
from sim.frame import Frame

__all__ = ["Finding", "check", "counts"]

_MOST_PER_SEQUENCE = 200  # a broken data set breaks every frame; the first ones tell enough

_COLUMNS = ("tracks", "annotations", "visible", "hidden", "truncated", "pixels")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        where: file, or sequence, frame and camera.
        what: the invariant that fails, with its numbers.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def check(path: str | Path, progress: Progress | None = None) -> list[Finding]:
    """Verify a data set.

    Args:
        path: its folder.
        progress: called with (done, total) steps; a step is a file or a frame.

    Returns:
        What is wrong, empty if nothing is; at most 200 findings a sequence.

    Raises:
        UsageError: it is no data set, or its manifest is broken.
    """
    root = Path(path)
    manifest = read_manifest(root)
    steps = _Steps(progress, len(manifest.files))
    findings = list(_files(root, manifest, steps))
    for name in manifest.sequences:
        found = []
        try:
            for finding in _sequence(root, name, steps):
                found.append(finding)
                if len(found) == _MOST_PER_SEQUENCE:
                    found.append(Finding(name, "more findings are left out"))
                    break
        except UsageError as error:
            found.append(Finding(name, str(error)))
        findings += found
    return findings


def counts(path: str | Path) -> dict[str, dict[str, int]]:
    """A table of what a data set holds in the native format.

    Args:
        path: its folder.

    Returns:
        category -> tracks, annotations, visible, hidden, truncated, pixels; all sequences and cameras.

    Raises:
        UsageError: it is no data set, or it is broken.
    """
    root = Path(path)
    table: dict[str, Counter[str]] = {}
    for name in read_manifest(root).sequences:
        if not (root / SEQUENCES / name / LABELS).exists():
            continue
        tracks: set[tuple[str, int]] = set()
        for labelled in RecordedSequence(root, name).annotations():
            for a in labelled:
                row = table.setdefault(a.category, Counter(dict.fromkeys(_COLUMNS, 0)))
                row["annotations"] += 1
                row["visible" if a.visible_px else "hidden"] += 1
                row["truncated"] += a.truncation > 0
                row["pixels"] += a.visible_px
                tracks.add((a.category, a.instance_id))
        for category, _ in tracks:
            table[category]["tracks"] += 1
    return {category: dict(table[category]) for category in sorted(table)}


class _Steps:
    def __init__(self, report: Progress | None, total: int) -> None:
        self._report, self._done, self.total = report, 0, total

    def __call__(self) -> None:
        self._done += 1
        if self._report is not None:
            self._report(self._done, self.total)


def _files(root: Path, manifest: Manifest, steps: _Steps) -> Iterator[Finding]:
    """Files against the manifest: missing, altered, unknown; sequences left unfinished."""
    present = set(files_below(root))
    for name in sorted(present - set(manifest.files)):
        yield Finding(name, "is not listed in the manifest")
    for name in sorted(set(manifest.files) - present):
        yield Finding(name, "is missing")
    listed = [name for name in manifest.files if name in present]
    hashes: dict[tuple[int, int], FileEntry] = {}

    def entry(name: str) -> FileEntry:
        status = (root / name).stat()
        key = (status.st_dev, status.st_ino)
        if key not in hashes:  # formats share images by hard links: each is hashed once, give or take a race
            hashes[key] = hash_file(root / name)
        return hashes[key]

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for name, found in zip(listed, pool.map(entry, listed), strict=True):
            steps()
            if found != manifest.files[name]:
                yield Finding(
                    name, "differs from what was written: its SHA-256 or size is not the manifest's"
                )
    for name in sorted(set(complete_sequences(root)) ^ set(manifest.sequences)):
        yield Finding(f"{SEQUENCES}/{name}", "is in the manifest or on disk, but not in both")
    for folder in sorted((root / SEQUENCES).glob(".partial-*")):
        yield Finding(f"{SEQUENCES}/{folder.name}", "is left from a run that did not end")


def _sequence(root: Path, name: str, steps: _Steps) -> Iterator[Finding]:
    """One native sequence; others have no labels of their own to check."""
    if not (root / SEQUENCES / name / LABELS).exists():
        return
    sequence = RecordedSequence(root, name)
    steps.total += len(sequence)
    seen: Counter[str] = Counter()
    for number in range(len(sequence)):
        frame = sequence[number]
        steps()
        if frame.index != number:
            yield Finding(f"{name} frame {number}", f"is numbered {frame.index}")
        seen.update(list(frame.captures))
        yield from _frame(sequence, frame)
    for camera in sequence.info.sensors:
        due = sum(tick % (sequence.info.tick_hz // camera.rate_hz) == 0 for tick in sequence.ticks)
        if seen[camera.name] != due:
            yield Finding(f"{name} {camera.name}", f"{seen[camera.name]} captures, {due} were due")


def _frame(sequence: RecordedSequence, frame: Frame) -> Iterator[Finding]:
    for sensor, capture in frame.captures.items():
        where = f"{sequence.name} frame {frame.index} {sensor}"
        try:
            for what in frame_problems(sequence.info, frame.state, capture, frame.annotations.get(sensor)):
                yield Finding(where, what)
        except UsageError as error:
            yield Finding(where, str(error))
