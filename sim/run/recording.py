"""One job -> one complete sequence on disk; and whether one on disk is what the job asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.dataset.layout import SEQUENCE, sequence_folder
from sim.dataset.splits import Splits, splits_from_json
from sim.errors import UsageError
from sim.run.job import Job
from sim.scenario.files import to_dict

__all__ = ["differs", "record_job"]


def record_job(
    job: Job, out: Path, writers: Sequence[str], options: Mapping[str, Any], on_frame: Callable[[], None]
) -> None:
    """Record one sequence. Imports the recorder only here: listing and sampling need no OpenGL."""
    from sim.record import record

    record(
        job.scenario, out, writers=writers, sequence=job.sequence, last=False, on_frame=on_frame, **options
    )


def differs(job: Job, out: Path, writers: Sequence[str], splits: Splits | None) -> str:
    """How the complete sequence was recorded otherwise than the job asks for; "" if it is the same.

    Raises:
        UsageError: its description is broken.
    """
    path = sequence_folder(out, job.sequence) / SEQUENCE
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        scenario, formats = stored["scenario"], stored.get("formats", sorted(writers))
        dealt = splits_from_json(stored.get("splits"))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{path} is broken; --resume --verify records what is damaged again") from None
    if scenario != json.loads(json.dumps(to_dict(job.scenario))):
        return "recorded from another scenario"
    if dealt != splits:
        return "recorded with another --split or --split-seed"
    if formats != sorted(writers):
        return f"written as {', '.join(formats)} (`roadreel export` writes further formats)"
    return ""
