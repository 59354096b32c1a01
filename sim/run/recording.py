"""One job -> one complete sequence on disk; and whether one on disk is of the same scenario."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.dataset.layout import SEQUENCE, sequence_folder
from sim.dataset.splits import Splits, splits_from_json
from sim.run.job import Job
from sim.scenario import Scenario
from sim.scenario.files import to_dict

__all__ = ["record_job", "same_scenario", "same_splits"]


def record_job(
    job: Job, out: Path, writers: Sequence[str], options: Mapping[str, Any], on_frame: Callable[[], None]
) -> None:
    """Record one sequence. Imports the recorder only here: listing and sampling need no OpenGL."""
    from sim.record import record

    record(
        job.scenario, out, writers=writers, sequence=job.sequence, last=False, on_frame=on_frame, **options
    )


def same_scenario(out: Path, sequence: str, scenario: Scenario) -> bool:
    """True if the complete sequence was recorded from an equal scenario."""
    return bool(_stored(out, sequence)["scenario"] == json.loads(json.dumps(to_dict(scenario))))


def same_splits(out: Path, sequence: str, splits: Splits | None) -> bool:
    """True if the complete sequence was dealt out as these splits would."""
    return splits_from_json(_stored(out, sequence).get("splits")) == splits


def _stored(out: Path, sequence: str) -> dict[str, Any]:
    """What ``sequence.json`` says."""
    path = sequence_folder(out, sequence) / SEQUENCE
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stored
