"""`roadreel check` and `roadreel export`: what is on disk, verified or in another format."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.cli.progress import TerminalLine
from sim.run import claimed

__all__ = ["MIN_VISIBLE_HELP", "check", "export"]

MIN_VISIBLE_HELP = "Fewer visible pixels than this: left out or marked as ignored in COCO, KITTI and MOT."


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print checks, findings and counts as JSON.")
def check(dataset: Path, as_json: bool) -> None:
    """Audit DATASET, by code that shares nothing with what wrote it; also COCO and KITTI made by others.

    Prints what is in it by category, every check with what it compared and its worst case, and what is
    wrong; the exit code is 1 if something is.
    """
    from sim.audit import check as audit

    with TerminalLine() as line:
        report = audit(dataset, lambda done, total: line.show(done, total, "steps"))
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
    from sim.writers.gaps import report

    with claimed(out, resume=False, overwrite=overwrite):
        export_dataset(
            dataset, out, formats, **({} if min_visible_px is None else {"min_visible_px": min_visible_px})
        )
    click.echo("\n".join([*report(out), f"{', '.join(formats)} written to {out}"]), err=True)
