"""A dataset with damaged files and the jobs it was made from -> the same files again, and no others touched.

A sequence is a pure function of its job, so what was lost can be made anew: beside the dataset, until its
bytes are proven by the SHA-256 in the manifest; only then does a file take the place of the damaged one.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from sim.dataset.integrity import damaged_files, is_whole
from sim.dataset.layout import SEQUENCES
from sim.dataset.manifest import FileEntry
from sim.errors import EnvironmentProblem, UsageError
from sim.run.folder import MENDING
from sim.run.job import Call, Job, Recorder
from sim.writers import WRITERS, finish

__all__ = ["mend"]


def mend(jobs: Iterable[Job], call: Call, recorder: Recorder, stopped: threading.Event) -> tuple[str, ...]:
    """Compare every file with the manifest and make those anew that are missing or differ.

    Args:
        jobs: what the dataset was recorded from; those nothing is damaged of are passed over.
        call: as the dataset was recorded with.
        recorder: records one job.
        stopped: ends the mending if set; files mended so far stay.

    Returns:
        Paths of the files made anew, sorted.

    Raises:
        KeyboardInterrupt: `stopped` was set.
        UsageError: something is damaged that none of the jobs makes, or no manifest is there to compare with.
        EnvironmentProblem: recorded here and now, a sequence has other bytes.
    """

    def on_frame() -> None:
        if stopped.is_set():
            raise KeyboardInterrupt

    out = call[0]
    damaged = damaged_files(out)
    left = dict(damaged)
    for job in jobs:
        if any(_belongs(name, job.sequence) for name in left):
            _take_from(_recorded_anew(job, call, recorder, on_frame), out, left)
            differing = sorted(name for name in left if name.startswith(f"{SEQUENCES}/{job.sequence}/"))
            if differing:
                raise EnvironmentProblem(
                    f"{out}: {_list(differing)} is damaged and cannot be made again: recorded now, the bytes "
                    "are others, as with other versions, another OpenGL or other options; use --overwrite"
                )
    shutil.rmtree(out / MENDING, ignore_errors=True)
    if left:
        _put_together(out, left)
    if left:
        raise UsageError(
            f"{out}: {_list(sorted(left))} is damaged, and nothing that was asked for makes it; give the "
            "same world, seeds and formats as the dataset was recorded with, or use --overwrite"
        )
    return tuple(sorted(damaged))


def _belongs(name: str, sequence: str) -> bool:
    """Whether a file may be of a sequence: formats put its name into those of its files."""
    return sequence in name


def _recorded_anew(job: Job, call: Call, recorder: Recorder, on_frame: Callable[[], None]) -> Path:
    """A dataset of this sequence alone."""
    out, writers, options = call
    scratch = out / MENDING
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    recorder(job, scratch, writers, options, on_frame)
    finish(scratch)
    return scratch


def _take_from(source: Path, out: Path, left: dict[str, FileEntry]) -> None:
    """Move files to where they are missing; strike from `left` what is whole then."""
    for name, entry in list(left.items()):
        if is_whole(source / name, entry):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).replace(out / name)
            del left[name]


def _put_together(out: Path, left: dict[str, FileEntry]) -> None:
    """Write anew what formats put together from all sequences; strike from `left` what is whole then."""
    for name in WRITERS:
        if any(file.startswith(f"{name}/") for file in left):
            WRITERS[name].finish(out, [])
    for name, entry in list(left.items()):
        if is_whole(out / name, entry):
            del left[name]


def _list(names: list[str]) -> str:
    more = f" and {len(names) - 3} more files" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
