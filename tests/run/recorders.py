"""Recorders for tests: what `record_job` does, without OpenGL; importable by spawned processes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.dataset.layout import partial_folder, sequence_folder
from sim.run import Job
from sim.scenario.files import to_dict

FRAMES = 5


def fake(
    job: Job, out: Path, writers: Sequence[str], options: Mapping[str, Any], on_frame: Callable[[], None]
) -> None:
    """Writes a sequence made of the scenario alone; if interrupted, leaves half of one behind."""
    partial = partial_folder(out, job.sequence)
    partial.mkdir(parents=True)
    for number in range(FRAMES):
        (partial / f"{number:06d}.txt").write_text(f"{job.scenario.seed} {number} {writers} {options}")
        on_frame()
    record = {
        "scenario": to_dict(job.scenario),
        "environment": {},
        "ticks": 1,
        "frames": {"front": FRAMES},
        "formats": sorted(writers),
        "not_held": {},
    }
    (partial / "sequence.json").write_text(json.dumps(record))
    partial.rename(sequence_folder(out, job.sequence))


def fails_at_2(job: Job, *rest: Any) -> None:
    """Breaks off in the sequence of seed 2."""
    if job.scenario.seed == 2:
        partial_folder(rest[0], job.sequence).mkdir(parents=True)
        raise OSError(28, "No space left on device")
    fake(job, *rest)


def dies_at_2(job: Job, *rest: Any) -> None:
    """The process is gone in the sequence of seed 2, every time."""
    if job.scenario.seed == 2:
        partial_folder(rest[0], job.sequence).mkdir(parents=True)
        os._exit(9)
    fake(job, *rest)


def dies_once_at_2(job: Job, *rest: Any) -> None:
    """The process is gone in the sequence of seed 2, the first time; a file beside the dataset remembers."""
    mark = Path(f"{rest[0]}.died")
    if job.scenario.seed == 2 and not mark.exists():
        mark.touch()
        partial_folder(rest[0], job.sequence).mkdir(parents=True)
        os._exit(9)
    fake(job, *rest)


def never_ends(
    job: Job, out: Path, writers: Sequence[str], options: Mapping[str, Any], on_frame: Callable[[], None]
) -> None:
    """Films on and on; a file beside the dataset names the process."""
    partial_folder(out, job.sequence).mkdir(parents=True)
    Path(f"{out}.pid-{os.getpid()}").touch()
    while True:
        on_frame()
        time.sleep(0.01)


def waits_twice(job: Job, *rest: Any) -> int:
    """As `fake`; rendering waited twice for encoders."""
    fake(job, *rest)
    return 2
