"""A template's name -> the template: scenarios that come with the library, a YAML file each."""

from __future__ import annotations

from pathlib import Path

from sim.errors import UsageError, near_matches
from sim.scenario.template import Template, load_template

__all__ = ["named_template", "template_names"]

_FOLDER = Path(__file__).parent / "templates"


def template_names() -> tuple[str, ...]:
    """Names of every template there is, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def named_template(name: str) -> Template:
    """The template of this name. Raises UsageError with near matches."""
    if name not in template_names():
        raise UsageError(near_matches("scenario", name, template_names()))
    return load_template(_FOLDER / f"{name}.yaml")
