"""`roadreel check` and `roadreel export`: what is on disk, verified or in another format."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import click

from sim.cli.progress import TerminalLine
from sim.run import claimed

__all__ = ["MIN_VISIBLE_HELP", "check", "export"]

MIN_VISIBLE_HELP = "Fewer visible pixels than this: left out or marked as ignored in COCO, KITTI and MOT."


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print findings and counts as JSON.")
def check(dataset: Path, as_json: bool) -> None:
    """Verify every file and every invariant of DATASET.

    Prints what is in it, by category; or, with exit code 1, what is wrong.
    """
    from sim.dataset import check as check_dataset
    from sim.dataset import counts

    with TerminalLine() as line:
        findings = check_dataset(dataset, lambda done, total: line.show(done, total, "steps"))
    table = {} if findings else counts(dataset)
    if as_json:
        record = {"findings": [dataclasses.asdict(finding) for finding in findings], "counts": table}
        click.echo(json.dumps(record, indent=1))
    else:
        click.echo("\n".join(map(str, findings)) if findings else _table(table))
        click.echo(f"{len(findings)} findings in {dataset}" if findings else f"{dataset} is sound", err=True)
    if findings:
        raise click.exceptions.Exit(1)


def _table(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Categories as lines, counts as columns."""
    columns = list(next(iter(counts.values()), {}))
    width = max((len(name) for name in counts), default=0)
    lines = [" " * width + "".join(f"{column:>13}" for column in columns)]
    lines += [
        f"{name:{width}}" + "".join(f"{row[column]:>13}" for column in columns)
        for name, row in counts.items()
    ]
    return "\n".join(lines)


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--to", "formats", multiple=True, required=True, help="Format: coco, kitti, mot, video. Repeatable."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@click.option("--min-visible-px", type=int, help=MIN_VISIBLE_HELP)
@click.option("--overwrite", is_flag=True, help="Empty the folder first, if it holds a roadreel dataset.")
def export(
    dataset: Path, formats: tuple[str, ...], out: Path, min_visible_px: int | None, overwrite: bool
) -> None:
    """Write DATASET in other formats; no OpenGL involved."""
    from sim.writers import export as export_dataset

    with claimed(out, resume=False, overwrite=overwrite):
        export_dataset(
            dataset, out, formats, **({} if min_visible_px is None else {"min_visible_px": min_visible_px})
        )
    click.echo(f"{', '.join(formats)} written to {out}", err=True)
