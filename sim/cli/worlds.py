"""`roadreel worlds`: which streets there are, and what can be set in them."""

from __future__ import annotations

import json

import click

from sim.scenario.catalog import Parameter, load_world, parameters_of, world_names
from sim.scenario.sampling import scenario_parameters
from sim.scenario.weather_settings import environment_parameters

__all__ = ["worlds"]


@click.command()
@click.argument("world", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def worlds(world: str | None, as_json: bool) -> None:
    """List the worlds, or the parameters of WORLD: name, default, meaning and range."""
    if world is None:
        lines = {name: _first_line(load_world(name).__doc__) for name in world_names()}
        width = max(map(len, lines), default=0)
        click.echo(
            json.dumps(lines, indent=1)
            if as_json
            else "\n".join(f"{n:{width}}  {d}" for n, d in lines.items())
        )
        return
    module = load_world(world)
    groups = {
        "world": parameters_of(module.build),
        "scenario": scenario_parameters(),
        "environment": environment_parameters(),
    }
    if as_json:
        click.echo(json.dumps({g: [_record(p) for p in ps] for g, ps in groups.items()}, indent=1))
        return
    click.echo(_first_line(module.__doc__))
    click.echo("\nParameters of the street (drawn from the seed unless --set KEY=VALUE):")
    click.echo(_table(groups["world"]))
    click.echo("\nParameters of the scenario (default unless --set KEY=VALUE):")
    click.echo(_table(groups["scenario"]))
    click.echo("\nLight and weather (drawn from the seed unless --set KEY=VALUE):")
    click.echo(_table(groups["environment"]))


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().partition("\n")[0]


def _plain(doc: str) -> str:
    """Docstring text for a terminal."""
    return doc.replace("``", "")


def _record(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "type": parameter.kind.__name__,
        "default": parameter.default,
        "doc": parameter.doc,
    }


def _table(parameters: tuple[Parameter, ...]) -> str:
    names = max((len(p.name) for p in parameters), default=0)
    values = max((len(str(p.default)) for p in parameters), default=0)
    return "\n".join(
        f"  {p.name:{names}}  {p.default!s:{values}}  {_plain(p.doc)}".rstrip() for p in parameters
    )
