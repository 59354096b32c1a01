"""`roadreel coverage`: a dataset and an axes file -> a table, a page and JSON of what was really seen."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sim.errors import UsageError

__all__ = ["coverage"]


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path), required=False)
@click.option("--axes", type=click.Path(path_type=Path), help="YAML file: measures and their bands.")
@click.option("--html", type=click.Path(path_type=Path), help="Page with heat maps to write (.html).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON in place of the table.")
@click.option("--check", "checked", is_flag=True, help="Exit with 1 if a cell holds less than the goal.")
@click.option("--measures", is_flag=True, help="List what axes can measure, with definitions, and end.")
@click.pass_context
def coverage(
    ctx: click.Context,
    dataset: Path | None,
    axes: Path | None,
    html: Path | None,
    as_json: bool,
    checked: bool,
    measures: bool,
) -> None:
    r"""Count how often each cell of given axes was seen in DATASET, as measured on its labels.

    \b
    An axes file, for example:
      at_least: 20                 # so many make a cell covered (1) ...
      of: frames                   # ... frames, sequences, tracks or objects
      cameras: [front]             # all, if left out
      axes:
        category: [vehicle.car, human.pedestrian]
        distance_m: [0, 10, 20, 40, 80]
        near: {measure: ttc_s, bands: [0, 1.5, 3, .inf]}
      together:
        - [category, distance_m]
    """
    from sim.coverage import MEASURES, measure_coverage, read_plan, to_html, to_json, to_text
    from sim.dataset import read
    from sim.importing import is_imported
    from sim.importing import read as read_imported

    if measures:
        for measure in MEASURES.values():
            words = f" ({', '.join(measure.words)})" if measure.words else ""
            click.echo(f"{measure.name:20} {measure.scope.name.lower():9} {measure.meaning}{words}")
        return
    if dataset is None or axes is None:
        raise UsageError("wanted a DATASET and --axes FILE, or --measures")
    if html is not None and html.suffix != ".html":
        raise UsageError(f"--html {html}: wanted a name that ends in .html")
    plan = read_plan(axes)
    sequences = read_imported(dataset) if is_imported(dataset) else read(dataset)
    talk = sys.stderr.isatty()
    found = measure_coverage(sequences, plan, lambda name: click.echo(name, err=True) if talk else None)
    if html is not None:
        try:
            html.write_text(to_html(found, str(dataset)), "utf-8")
        except OSError as error:
            raise UsageError(f"--html {html}: cannot be written: {error.strerror}") from error
    click.echo(to_json(found) if as_json else to_text(found), nl=as_json)
    if checked and found.missing:
        ctx.exit(1)
