"""A scenario file with parameters and expressions -> the scenario that it is for some values of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import UsageError
from sim.scenario.checks import check_bodies
from sim.scenario.declared import Declared, Scalar, declared_parameters
from sim.scenario.document import FORMAT
from sim.scenario.named_files import with_named_files
from sim.scenario.parameters import parameter_values, resolved
from sim.scenario.records import from_dict
from sim.scenario.scenario import Scenario
from sim.scenario.yamltext import parse_yaml, read_text, with_lines

__all__ = ["Template", "load_template", "template_of"]


@dataclass(frozen=True)
class Template:
    """A scenario that is not yet concrete.

    Attributes:
        parameters: that it has.
        constants: that expressions may name, too; they cannot be set.
        about: what it is, for people.
        document: what its file says beside these, expressions as they are written.
        path: of the file; what it names lies beside it.
        text: of the file, to find lines in.
    """

    parameters: tuple[Declared, ...]
    document: Mapping[str, Any]
    constants: tuple[Declared, ...] = ()
    about: str = ""
    path: Path = field(default=Path("scenario"), compare=False)
    text: str = field(default="", compare=False, repr=False)

    def scenario(self, settings: Mapping[str, Scalar] | None = None, *, seed: int | None = None) -> Scenario:
        """The scenario for some values of the parameters; it says them in `Scenario.parameters`.

        Args:
            settings: values by name; texts may carry units or be expressions. Others are as declared.
            seed: instead of the document's own.

        Raises:
            UsageError: naming the file, line, field, value and what would be right.
            OSError: a file that the scenario names cannot be read.
        """
        source, own = self.path.name, self.document.get("seed")
        with with_lines(self.text, source):
            seed_of_values = seed if seed is not None else own if isinstance(own, int) else 0
            values = parameter_values(self.parameters, settings or {}, source, seed_of_values, self.constants)
            data = with_named_files(resolved(self.document, values, source), self.path)
            if self.parameters and isinstance(data, dict):
                data["parameters"] = {one.name: values[one.name].value for one in self.parameters}
            scenario = from_dict(data, source, seed=seed)
            try:
                check_bodies(scenario)
            except UsageError as error:
                raise UsageError(f"{source}: {error}") from None
        return scenario


def load_template(path: str | Path) -> Template:
    """The template in a YAML file; a file without parameters is one, too.

    Raises:
        UsageError: naming the file and what would be right.
        OSError: the file cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(
            f"{path}: {'is a folder, no scenario file' if path.is_dir() else 'no such scenario file'}"
        )
    return template_of(read_text(path), path)


def template_of(text: str, path: Path) -> Template:
    """The template that a text of YAML is, as if it were the file of this path. Raises UsageError."""
    data = parse_yaml(text, path.name)
    if not isinstance(data, dict):
        raise UsageError(f"{path.name}: a scenario is a mapping that starts with 'roadreel: {FORMAT}'")
    with with_lines(text, path.name):
        parameters = declared_parameters(data.pop("parameters", None), path.name)
        constants = declared_parameters(data.pop("constants", None), path.name, "constants")
    about = data.pop("about", "")
    if not isinstance(about, str):
        raise UsageError(f"{path.name}: about: {about!r:.60} is not a text")
    return Template(parameters, data, constants, about, path, text)
