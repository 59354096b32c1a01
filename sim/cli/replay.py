"""`roadreel replay`: the states of recorded sequences -> the same motion filmed by other cameras."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from sim.cli.engines import dataset_folder
from sim.cli.making import refilmed, refilming_options
from sim.cli.recording import recording_options, requested_recording
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.dataset import RecordedSequence
    from sim.run import Job

__all__ = ["replay"]


@click.command()
@click.argument("dataset")
@click.argument("sequences", metavar="[SEQUENCE]...", nargs=-1)
@recording_options
@refilming_options
@click.option(
    "--suffix", metavar="TEXT", default="",
    help="Append -TEXT to the names of sequences, so that several replays go into one dataset.",
)  # fmt: skip
def replay(dataset: str, sequences: tuple[str, ...], suffix: str, **options: Any) -> None:
    """Film the recorded motion of DATASET again: other cameras, light, weather or quality.

    Who is where, and what everybody does, is what was stored, bit for bit; what is not asked for is as it
    was. Without SEQUENCE all are replayed.
    """
    recording = requested_recording(options)
    with dataset_folder(dataset) as folder:
        from sim.dataset import read

        recorded = read(folder)
        chosen = [recorded[name] for name in sequences or recorded.names]
        jobs = _jobs(chosen, suffix, options)
        first = next(jobs, None)
        if first is None:
            raise UsageError(f"{dataset} has no sequences")
        recording.record(chain([first], jobs), first.scenario, len(chosen))


def _jobs(chosen: Sequence[RecordedSequence], suffix: str, options: dict[str, Any]) -> Iterator[Job]:
    from sim.dataset.layout import require_name
    from sim.run import Job, Replay, recorded_scenario

    for sequence in chosen:
        name = require_name(f"{sequence.name}-{suffix}" if suffix else sequence.name)
        yield Job(refilmed(recorded_scenario(sequence), **options), name, Replay.of(sequence))
