"""`roadreel validate` and `roadreel schema`: scenario files checked, and what may stand in them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.cli.scripted import problems_of, template_called
from sim.errors import UsageError
from sim.scenario.schema import scenario_schema

__all__ = ["schema", "validate"]


@click.command()
@click.argument("sources", metavar="FILE|NAME...", nargs=-1, required=True)
@click.option("--simulate", is_flag=True, help="Also run each without filming: what starts, what is met.")
def validate(sources: tuple[str, ...], simulate: bool) -> None:
    """Check scenario files, or scenarios known by name, without filming them.

    Every problem is told with file, line, field, value and what would be right. Exit code 1 if there is one.
    """
    bad = 0
    for source in sources:
        try:
            template = template_called(source)
            if template is None:
                raise UsageError(f"{source}: is a world, wanted a scenario file or the name of a scenario")
            scenario = template.scenario()
            problems = problems_of(template, scenario) if simulate else []
        except (UsageError, OSError) as error:
            problems = str(error).split("\n")
        bad += bool(problems)
        for problem in problems:
            click.echo(problem)
    click.echo(f"{len(sources)} scenarios, {bad} with problems", err=True)
    if bad:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="File to write it to instead of printing it.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of scenario files, for editors and other programs."""
    text = json.dumps(scenario_schema(), indent=1, sort_keys=True)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
