"""`roadreel formats`: what a dataset can be written in."""

from __future__ import annotations

import json

import click

from sim.writers import FORMATS, WRITERS

__all__ = ["formats"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def formats(as_json: bool) -> None:
    """List the formats that can be written, and what each holds."""
    lines = {name: FORMATS[name][1] if name in FORMATS else "of another package" for name in WRITERS}
    width = max(map(len, lines))
    text = "\n".join(f"{name:{width}}  {held}" for name, held in lines.items())
    click.echo(json.dumps(lines, indent=1) if as_json else text)
