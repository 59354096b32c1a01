"""`roadreel check` and `roadreel export`: what is on disk, verified or in another format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.engines import dataset_folder
from sim.cli.progress import TerminalLine
from sim.errors import UsageError
from sim.writers import WRITERS

if TYPE_CHECKING:
    from sim.dataset import Splits

__all__ = ["MIN_VISIBLE_HELP", "check", "export", "requested_splits", "split_options"]

MIN_VISIBLE_HELP = "Fewer visible pixels than this: left out or marked as ignored by all formats but native."


def _parse_shares(
    ctx: click.Context, param: click.Parameter, text: str | None
) -> tuple[int, int, int] | None:
    if text is None:
        return None
    from sim.dataset import SPLITS

    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) != len(SPLITS) or not all(n.isascii() and n.isdecimal() for n in numbers):
        raise UsageError(
            f"--split {text!r}: wanted whole shares of {', '.join(SPLITS)}, for example --split 80,10,10"
        )
    train, val, test = map(int, numbers)
    return train, val, test


def split_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that deal sequences out; `requested_splits` understands what they give."""
    seed = click.option("--split-seed", type=int, help="Another number deals them out otherwise (0).")
    shares = click.option(
        "--split",
        "split_shares",
        metavar="TRAIN,VAL,TEST",
        callback=_parse_shares,
        help="Deal whole sequences out to training, validation and test by these shares, for example "
        "80,10,10. More sequences move none of the others. Without it all are for training.",
    )
    return shares(seed(command))


def requested_splits(shares: tuple[int, int, int] | None, seed: int | None) -> Splits | None:
    """The splits of `split_options`, None if none were asked for. Raises UsageError."""
    if shares is None:
        if seed is not None:
            raise UsageError(f"--split-seed {seed} needs --split, for example --split 80,10,10")
        return None
    from sim.dataset import Splits

    return Splits(shares, seed or 0)


@click.command()
@click.argument("dataset")
@click.option("--json", "as_json", is_flag=True, help="Print checks, findings and counts as JSON.")
def check(dataset: str, as_json: bool) -> None:
    """Audit DATASET, by code that shares nothing with what wrote it; also others' COCO, KITTI and MOT.

    Prints what is in it by category, every check with what it compared and its worst case, and what is
    wrong; the exit code is 1 if something is.
    """
    from sim.audit import check as audit

    with dataset_folder(dataset) as folder, TerminalLine() as line:
        report = audit(folder, lambda done, total: line.show(done, total, "steps"))
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=1))
    else:
        findings = "\n".join(f"{finding.check}: {finding}" for finding in report.findings)
        click.echo("\n\n".join(filter(None, (report.contents(), report.table(), findings))))
        click.echo(
            f"{report.found} findings in {dataset}" if report.found else f"{dataset} is sound", err=True
        )
    if report.found:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("dataset")
@click.option(
    "--to",
    "formats",
    multiple=True,
    required=True,
    help=f"Format: {', '.join(name for name in WRITERS if name != 'native')}. Repeatable.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@click.option("--min-visible-px", type=int, help=MIN_VISIBLE_HELP)
@split_options
@click.option("--overwrite", is_flag=True, help="Empty the folder first, if it holds a roadreel dataset.")
def export(
    dataset: str,
    formats: tuple[str, ...],
    out: Path,
    min_visible_px: int | None,
    split_shares: tuple[int, int, int] | None,
    split_seed: int | None,
    overwrite: bool,
) -> None:
    """Write DATASET in other formats; no OpenGL involved."""
    from sim.run import claimed
    from sim.writers import export as export_dataset
    from sim.writers.gaps import report

    splits = requested_splits(split_shares, split_seed)
    with dataset_folder(dataset) as folder, claimed(out, resume=False, overwrite=overwrite):
        export_dataset(
            folder,
            out,
            formats,
            splits=splits,
            **({} if min_visible_px is None else {"min_visible_px": min_visible_px}),
        )
    click.echo("\n".join([*report(out), f"{', '.join(formats)} written to {out}"]), err=True)
