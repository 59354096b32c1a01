"""`roadreel check` and `roadreel export`: what is on disk, verified or in another format."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.run import claimed

__all__ = ["MIN_VISIBLE_HELP", "check", "export"]

MIN_VISIBLE_HELP = "Fewer visible pixels than this: left out or marked as ignored in COCO, KITTI and MOT."


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def check(dataset: Path, as_json: bool) -> None:
    """Verify every file and every invariant of DATASET; exit 1 and a list if anything is wrong."""
    from sim.dataset import check as check_dataset

    findings = check_dataset(dataset)
    if as_json:
        click.echo(json.dumps([str(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(f"{len(findings)} findings in {dataset}" if findings else f"{dataset} is sound", err=True)
    if findings:
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

    with claimed(out, resume=False, overwrite=overwrite):
        export_dataset(
            dataset, out, formats, **({} if min_visible_px is None else {"min_visible_px": min_visible_px})
        )
    click.echo(f"{', '.join(formats)} written to {out}", err=True)
