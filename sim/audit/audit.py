"""A dataset's folder, ours or another's -> the report of every check that applies to its format."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sim.audit.checks import CHECKS, Check, Scope
from sim.audit.coco import CocoFile, coco_files
from sim.audit.coco_checks import COCO_CHECKS
from sim.audit.imported import IMPORTED_CHECKS, ImportedSequence, is_imported
from sim.audit.kitti import kitti_sequences
from sim.audit.kitti_checks import KITTI_CHECKS
from sim.audit.mot import mot_sequences
from sim.audit.mot_checks import MOT_CHECKS
from sim.audit.native import LABELS, MANIFEST, SEQUENCES, NativeSequence, read_json
from sim.audit.native_files import check_files, read_manifest
from sim.audit.report import Report
from sim.audit.runner import READABLE, Recording, run_checks
from sim.audit.tally import Tally
from sim.audit.view import Measure
from sim.errors import UsageError

__all__ = ["FILES", "check"]

FILES = "files"
"""Name of the check of files against the manifest."""

_BOXES = "boxes or masks in it"  # a need that is never met

Progress = Callable[[int, int], None]


def _never(*_: object) -> tuple[Measure, ...]:
    """Stands where the measures of a check come from its format's reader."""
    return ()


_FILES = Check(FILES, "every file is listed, there and unaltered", Scope.SEQUENCE, (), _never)
_READABLE = Check(READABLE, "every file and record can be read", Scope.SEQUENCE, (), _never)


def check(path: str | Path, progress: Progress | None = None, threads: int | None = None) -> Report:
    """Audit a dataset.

    Args:
        path: its folder.
        progress: called with (done, total) steps; a step is a file or a frame.
        threads: frames looked at together; as many as there are processors if None.

    Returns:
        What was compared, the worst cases and what is wrong.

    Raises:
        UsageError: it is no dataset, or what lists its contents is broken.
    """
    root, steps, most = Path(path), _Steps(progress), threads or os.cpu_count() or 1
    if (root / MANIFEST).is_file():
        return _native(root, steps, most)
    files, others = coco_files(root)
    if files:
        opened = [partial(CocoFile, root, file) for file in files]
        return _foreign("coco", (*map(_unseen, others), *COCO_CHECKS), opened, steps, most)
    if sequences := kitti_sequences(root):
        return _foreign("kitti", KITTI_CHECKS, sequences, steps, most)
    if folders := mot_sequences(root):
        return _foreign("mot", MOT_CHECKS, folders, steps, most)
    raise UsageError(
        f"{root} is not a data set: it has no {MANIFEST}, no annotations/*.json as COCO and no label_02 or "
        "label_2 as KITTI, nor gt/gt.txt as MOTChallenge"
    )


def _unseen(file: Path) -> Check:
    """A row of the report for a file of which nothing is verified."""
    return Check(
        file.name, "it holds no boxes, so that nothing is verified", Scope.SEQUENCE, (_BOXES,), _never
    )


class _Steps:
    def __init__(self, report: Progress | None) -> None:
        self._report, self._done, self.total = report, 0, 0

    def __call__(self) -> None:
        self._done += 1
        if self._report is not None:
            self._report(self._done, self.total)


def _native(root: Path, steps: _Steps, threads: int) -> Report:
    manifest = read_manifest(root)
    tally = Tally((_FILES, _READABLE, *_checks_of(root, manifest["sequences"])))
    steps.total = len(manifest["files"])
    tally.add(FILES, "", check_files(root, manifest, threads, steps))
    for name in manifest["sequences"]:
        if not (root / SEQUENCES / name / LABELS).exists():
            continue  # written in other formats only; a missing file is found above
        try:
            imported = ImportedSequence(root, name) if is_imported(root, name) else None
            sequence = imported or NativeSequence(root, name)
        except UsageError as error:
            tally.add(READABLE, name, [Measure(1, 1.0, 0.0, "", name, (str(error),))])
            continue
        steps.total += sequence.frames
        run_checks(sequence, imported.checks if imported else CHECKS, tally, threads, steps)
    return tally.report("native")


def _checks_of(root: Path, names: Sequence[str]) -> tuple[Check, ...]:
    """Ours, and those of the formats that sequences were imported from; each name once."""
    formats: dict[str, None] = {}
    recorded = not names
    for name in names:
        try:
            source = read_json(root / SEQUENCES / name / "sequence.json").get("source")
        except (UsageError, AttributeError):
            source = None  # found when it is opened
        if source is None:
            recorded = True
        elif isinstance(source, dict) and source.get("format") in IMPORTED_CHECKS:
            formats[str(source["format"])] = None
    lists = [*([CHECKS] if recorded else []), *(IMPORTED_CHECKS[one] for one in formats)]
    return tuple({check.name: check for one in lists for check in one}.values())


def _foreign(
    name: str,
    checks: Sequence[Check],
    recordings: Sequence[Callable[[], Recording]],
    steps: _Steps,
    threads: int,
) -> Report:
    """The report of another format; a recording that cannot be opened is a finding."""
    tally = Tally((_READABLE, *checks))
    for place, open_recording in enumerate(recordings, 1):
        try:
            recording = open_recording()
        except UsageError as error:
            tally.add(READABLE, str(place), [Measure(1, 1.0, 0.0, "", name, (str(error),))])
            continue
        steps.total += recording.frames
        run_checks(recording, checks, tally, threads, steps)
    return tally.report(name)
