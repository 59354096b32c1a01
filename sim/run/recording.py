"""One job -> one complete sequence on disk; and whether one on disk is what the job asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.dataset.encodings import USUAL, Encodings, encodings_from_json, encodings_to_json
from sim.dataset.layout import SEQUENCE, sequence_folder
from sim.dataset.splits import Splits, splits_from_json
from sim.errors import UsageError
from sim.run.job import Job
from sim.run.replays import replayed_states
from sim.scenario.portable import portable

__all__ = ["differs", "record_job"]


def record_job(
    job: Job, out: Path, writers: Sequence[str], options: Mapping[str, Any], on_frame: Callable[[], None]
) -> int:
    """Record one sequence. Imports the recorder only here: listing and sampling need no OpenGL.

    Returns:
        How often rendering waited for encoders.
    """
    from sim.record import record

    waits: list[int] = []
    replay = job.replay
    record(
        job.scenario,
        out,
        writers=writers,
        sequence=job.sequence,
        last=False,
        on_frame=on_frame,
        on_waits=waits.append,
        states=None if replay is None else replayed_states(replay, job.scenario),
        replay_of=None if replay is None else replay.record,
        **options,
    )
    return sum(waits)


def differs(
    job: Job, out: Path, writers: Sequence[str], splits: Splits | None, encodings: Encodings = USUAL
) -> str:
    """How the complete sequence was recorded otherwise than the job asks for; "" if it is the same.

    Raises:
        UsageError: its description is broken.
    """
    path = sequence_folder(out, job.sequence) / SEQUENCE
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        scenario, formats = stored["scenario"], stored.get("formats", sorted(writers))
        dealt = splits_from_json(stored.get("splits"))
        encoded = encodings_from_json(stored.get("encodings"))
        replayed = stored.get("replay_of")
    except (KeyError, TypeError, ValueError, AttributeError, UsageError):
        raise UsageError(f"{path} is broken; --resume --verify records what is damaged again") from None
    if scenario != json.loads(json.dumps(portable(job.scenario)[0])):
        return "recorded from another scenario"
    if replayed != (None if job.replay is None else job.replay.record):
        return "replayed from other states, or not at all"
    if dealt != splits:
        return "recorded with another --split or --split-seed"
    if encodings_to_json(encoded) != encodings_to_json(encodings):
        return "recorded with another --rgb, --rgb-quality or --depth"
    if formats != sorted(writers):
        return f"written as {', '.join(formats)} (`roadreel export` writes further formats)"
    return ""
