"""What a user says about where to record, and where to -> an engine, a folder or a store."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.run import Engine

__all__ = ["dataset_folder", "engine_options", "gaps_of", "requested_engine"]


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of what records; `requested_engine` understands what they give."""
    options = (
        click.option(
            "--engine",
            type=click.Choice(["processes", "ray"]),
            default="processes",
            show_default=True,
            help="What records: processes of this machine, or tasks of a Ray cluster.",
        ),
        click.option(
            "--address",
            metavar="auto|local|HOST:PORT",
            help="With --engine ray: the cluster (RAY_ADDRESS, or one on this machine alone).",
        ),
        click.option("--cpus-per-sequence", type=float, help="With --engine ray: cores for each (1)."),
        click.option(
            "--gpus-per-sequence", type=float, help="With --engine ray: GPUs for each, as 0.25 (0)."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def requested_engine(
    engine: str, jobs: int | None, address: str | None, cpus: float | None, gpus: float | None
) -> Engine:
    """The engine of `engine_options` and ``--jobs``. Raises UsageError."""
    from sim.run import Processes, RayEngine

    if engine == "ray":
        return RayEngine(address, jobs, 1.0 if cpus is None else cpus, gpus or 0.0)
    given = {"--address": address, "--cpus-per-sequence": cpus, "--gpus-per-sequence": gpus}
    for name, value in given.items():
        if value is not None:
            raise UsageError(f"{name} {value} needs --engine ray")
    return Processes(1 if jobs is None else jobs)


def gaps_of(out: str) -> list[str]:
    """Lines for people: what the formats of a finished dataset do not hold."""
    from sim.writers.gaps import report

    with dataset_folder(out, []) as folder:
        return report(folder)


@contextlib.contextmanager
def dataset_folder(dataset: str, sequences: Collection[int] | None = None) -> Iterator[Path]:
    """A dataset's folder; of one in a store, a copy that is gone afterwards.

    Args:
        dataset: folder or URL.
        sequences: numbers of those whose files are needed, None for everything.

    Raises:
        UsageError: there is no dataset.
    """
    from sim.run import fetched, is_url

    if not is_url(dataset):
        yield Path(dataset)
        return
    with tempfile.TemporaryDirectory(prefix="roadreel-") as folder:
        fetched(dataset, Path(folder), sequences)
        yield Path(folder)
