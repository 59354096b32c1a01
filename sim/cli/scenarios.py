"""`roadreel scenarios`: the templates there are, or the parameters of one."""

from __future__ import annotations

import click

from sim.scenario.declared import Declared
from sim.scenario.library import named_template, template_names

__all__ = ["scenarios"]


@click.command()
@click.argument("name", required=False)
def scenarios(name: str | None) -> None:
    """List the scenarios that `roadreel run` knows by name, or the parameters of one."""
    if name is None:
        for each in template_names():
            click.echo(f"{each:<26}{named_template(each).about}")
        return
    template = named_template(name)
    click.echo(f"{name}: {template.about}\n")
    for one in template.parameters:
        click.echo(f"  {one.name:<18}{_values(one):<40}{one.about}")


def _values(one: Declared) -> str:
    """Default and range, in SI units."""
    unit = one.unit and f" {one.unit}"
    default = "drawn" if one.value is None else _shown(one.value.value)
    if one.choices:
        return f"{default} of {', '.join(map(str, one.choices))}"
    if one.low is None or one.high is None:
        return f"{default}{unit}"
    return f"{default}{unit}, {_shown(one.low.value)} to {_shown(one.high.value)}"


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
