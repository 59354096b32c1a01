"""What a user says about what becomes of sequences: where to, in which formats, by how many -> a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from sim.cli.datasets import MIN_VISIBLE_HELP, requested_splits, split_options
from sim.cli.engines import engine_options, gaps_of, requested_engine
from sim.cli.progress import RunLine
from sim.dataset.encodings import DEPTH_TYPES, RGB_TYPES, USUAL, Encodings
from sim.errors import UsageError
from sim.run import run as run_jobs
from sim.writers import WRITERS

if TYPE_CHECKING:
    from sim.run import Engine, Job
    from sim.scenario import Scenario

__all__ = ["Recording", "recording_options", "requested_recording"]

_OPTIONS = (
    click.option(
        "--out", required=True, help="Folder of the dataset, or a URL: s3://bucket/path, gs://bucket/path."
    ),
    click.option(
        "--write",
        "writers",
        multiple=True,
        default=("native",),
        show_default=True,
        help=f"Format to write: {', '.join(WRITERS)}. Repeatable.",
    ),
    click.option(
        "--jobs", type=int, help="Sequences recorded at the same time (1; on a cluster all it has room for)."
    ),
    engine_options,
    click.option("--min-visible-px", type=int, help=MIN_VISIBLE_HELP),
    click.option(
        "--rgb",
        default="png",
        show_default=True,
        metavar="|".join(RGB_TYPES),
        help="File type of colors: png, jxl, video (one file a camera) lose nothing.",
    ),
    click.option(
        "--rgb-quality", type=int, help="Of colors, 1 to 100: jpg 95, webp 90; jxl loses only with one."
    ),
    click.option(
        "--depth",
        default="tiff",
        show_default=True,
        metavar="|".join(DEPTH_TYPES),
        help="File type of depth; png16: steps of 1/256 m up to 256 m, as KITTI's.",
    ),
    split_options,
    click.option("--resume", is_flag=True, help="Go on in a folder: skip sequences that are complete."),
    click.option(
        "--verify",
        is_flag=True,
        help="With --resume: compare every file with the manifest first, and make damaged ones anew.",
    ),
    click.option("--overwrite", is_flag=True, help="Empty the folder first, if it holds a roadreel dataset."),
)


def recording_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of everything that records; `requested_recording` understands what they give."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Recording:
    """What becomes of sequences.

    Attributes:
        out: folder of the dataset or URL.
        writers: names of formats.
        engine: what records.
        resume, verify, overwrite: as in `sim.run.run`.
        options: further arguments of `sim.record`.
    """

    out: str
    writers: tuple[str, ...]
    engine: Engine
    resume: bool
    verify: bool
    overwrite: bool
    options: dict[str, Any]

    def record(self, jobs: Iterable[Job], first: Scenario, sequences: int) -> None:
        """Record every job, with a line of progress, and say what there is then.

        Args:
            jobs: what to record.
            first: the scenario of the first, to know how many frames a sequence has.
            sequences: number of jobs.

        Raises:
            RoadreelError: as `sim.run.run`.
        """
        with RunLine(first, sequences) as line:
            complete = run_jobs(
                jobs,
                self.out,
                writers=self.writers,
                engine=self.engine,
                resume=self.resume,
                overwrite=self.overwrite,
                verify=self.verify,
                options=self.options,
                progress=line.update,
            )
        waited = f"waited {line.waits} times" if line.waits else "never waited"
        lines = [
            *gaps_of(self.out),
            f"rendering {waited} for encoders",
            f"{len(complete)} sequence{'s' if len(complete) != 1 else ''} complete in {self.out}",
        ]
        click.echo("\n".join(lines), err=True)


def requested_recording(given: dict[str, Any]) -> Recording:
    """Takes what `recording_options` gave out of `given`. Raises UsageError."""
    writers: tuple[str, ...] = given.pop("writers")
    if len(set(writers)) < len(writers):
        raise UsageError(f"--write names a format twice: {', '.join(writers)}")
    options: dict[str, Any] = {}
    if (encodings := Encodings(given.pop("rgb"), given.pop("depth"), given.pop("rgb_quality"))) != USUAL:
        options["encodings"] = encodings
    if (min_visible_px := given.pop("min_visible_px")) is not None:
        options["min_visible_px"] = min_visible_px
    if (splits := requested_splits(given.pop("split_shares"), given.pop("split_seed"))) is not None:
        options["splits"] = splits
    engine_keys = ("engine", "jobs", "address", "cpus_per_sequence", "gpus_per_sequence")
    engine = requested_engine(*(given.pop(key) for key in engine_keys))
    flags = {key: given.pop(key) for key in ("out", "resume", "verify", "overwrite")}
    return Recording(writers=writers, engine=engine, options=options, **flags)
