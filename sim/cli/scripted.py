"""What a user calls a scenario -> its template; and what does not go as it says, told before it is filmed."""

from __future__ import annotations

from pathlib import Path

import click

from sim.errors import UsageError
from sim.rehearsal import rehearse
from sim.scenario.catalog import world_names
from sim.scenario.library import named_template, template_names
from sim.scenario.scenario import Scenario
from sim.scenario.template import Template, load_template
from sim.scenario.yamltext import located

__all__ = ["problems_of", "rehearsed", "template_called"]


def template_called(source: str) -> Template | None:
    """The template of a file or of this name; None if a world is meant.

    A world's name is never a file or template; anything that looks like a path is a file.
    """
    if source in world_names():
        return None
    if Path(source).exists() or "/" in source or source.endswith((".yaml", ".yml")):
        return load_template(source)
    return named_template(source) if source in template_names() else None


def problems_of(template: Template, scenario: Scenario) -> list[str]:
    """What does not go as a scenario says, with file and line; see `sim.rehearsal`."""
    source = template.path.name
    return [located(f"{source}: {said}", template.text, source) for said in rehearse(scenario)]


def rehearsed(template: Template | None, scenario: Scenario, strict: bool) -> Scenario:
    """The scenario, after what does not go as it says has been told, if it has events.

    Raises:
        UsageError: something does not, and `strict`.
    """
    if template is not None and (scenario.events or scenario.expect):
        problems = problems_of(template, scenario)
        if problems and strict:
            raise UsageError("\n".join(problems))
        for problem in problems:
            click.echo(f"warning: {problem}", err=True)
    return scenario
