"""A world's name -> the module that makes it, and what its parameters are.

Worlds are found through the entry point group `sim.worlds`, the door strangers use too; a checkout that is
not installed has none, and there every module of the package `worlds` with `build` and `sample` counts.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Protocol, cast

import numpy as np

from sim.errors import UsageError, near_matches
from sim.world import World

__all__ = [
    "Parameter",
    "Scalar",
    "WorldModule",
    "attribute_docs",
    "build_world",
    "load_world",
    "parameters_of",
    "world_names",
]

Scalar = bool | int | float | str
_GROUP = "sim.worlds"
_FILE_GROUP = "sim.file_worlds"
"""Worlds that are made from a file, so that no list of streets to draw from holds them."""
_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


class WorldModule(Protocol):
    """What a module of the catalogue offers."""

    __doc__: str | None

    def build(self, **parameters: Scalar) -> World:
        """The world these parameters describe."""
        ...

    def sample(self, rng: np.random.Generator, **fixed: Scalar) -> World:
        """A world whose parameters are drawn, except those in `fixed`."""
        ...


@dataclass(frozen=True)
class Parameter:
    """One keyword of a function that a user may set by name.

    Attributes:
        name: the keyword.
        kind: bool, int, float or str.
        default: value if it is not set.
        doc: what the function's docstring says about it, on one line.
    """

    name: str
    kind: type
    default: Scalar
    doc: str

    def accept(self, value: object, where: str = "parameter") -> Scalar:
        """The value as this parameter's kind; whole numbers pass as numbers.

        Raises:
            UsageError: naming `where`, this parameter, the value and what would be right.
        """
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            if abs(value) > 1e300:
                raise UsageError(f"{where} {self.name}: the number is too large")
            return float(value)
        is_kind = isinstance(value, self.kind) and (self.kind is bool or not isinstance(value, bool))
        if not is_kind or (isinstance(value, float) and not np.isfinite(value)):
            raise UsageError(f"{where} {self.name}: {value!r:.60} is not {_KINDS[self.kind]}")
        return cast(Scalar, value)


def world_names() -> tuple[str, ...]:
    """Names of every world there is, sorted."""
    return tuple(sorted(_modules()))


def load_world(name: str) -> WorldModule:
    """The module of a world, also of one made from a file. Raises UsageError with near matches."""
    modules = {**_modules(), **_modules(from_file=True)}
    if name not in modules:
        raise UsageError(near_matches("world", name, modules))
    return cast(WorldModule, importlib.import_module(modules[name]))


def build_world(name: str, parameters: Mapping[str, object]) -> World:
    """The world `name` with these parameters; those not given take their defaults.

    Raises:
        UsageError: unknown world or parameter, wrong type, value out of range.
    """
    module = load_world(name)
    known = {p.name: p for p in parameters_of(module.build)}
    for key in parameters:
        if key not in known:
            raise UsageError(near_matches(f"{name} parameter", key, known))
    accepted = {key: known[key].accept(value) for key, value in parameters.items()}
    if "path" in accepted:
        return module.build(**accepted)  # a file may be another one next time
    # The text tells 0.0 from -0.0, which are equal.
    return _built(name, tuple(sorted((key, value, repr(value)) for key, value in accepted.items())))


@lru_cache(maxsize=4)
def _built(name: str, parameters: tuple[tuple[str, Scalar, str], ...]) -> World:
    """Worlds are values: scenarios of one street, read one after another, share it."""
    return load_world(name).build(**{key: value for key, value, _ in parameters})


def parameters_of(function: Callable[..., object]) -> tuple[Parameter, ...]:
    """The keyword-only scalar parameters of a function, in order, with their lines of its docstring."""
    docs = _entries(inspect.getdoc(function) or "", "Args")
    out = []
    for name, entry in inspect.signature(function, eval_str=True).parameters.items():
        if entry.kind is entry.KEYWORD_ONLY and entry.annotation in _KINDS:
            out.append(Parameter(name, entry.annotation, entry.default, docs.get(name, "")))
    return tuple(out)


@lru_cache(maxsize=2)
def _modules(from_file: bool = False) -> Mapping[str, str]:
    """World name -> module path, looked up once: reading what is installed takes longer than a scenario."""
    group = _FILE_GROUP if from_file else _GROUP
    installed = {entry.name: entry.value for entry in entry_points(group=group)}
    return installed or _modules_of_checkout(from_file)


def _modules_of_checkout(from_file: bool) -> dict[str, str]:
    spec = importlib.util.find_spec("worlds")
    found: dict[str, str] = {}
    for info in pkgutil.iter_modules(spec.submodule_search_locations if spec else None):
        if spec is None or info.name.startswith("_"):
            continue
        module = importlib.import_module(f"worlds.{info.name}")
        is_world = hasattr(module, "build") and hasattr(module, "sample")
        if is_world and from_file == ("path" in inspect.signature(module.build).parameters):
            found[info.name] = module.__name__
    return found


def attribute_docs(source: type) -> dict[str, str]:
    """Attribute name -> what the docstring of a class says about it, on one line."""
    return _entries(inspect.getdoc(source) or "", "Attributes")


def _entries(doc: str, title: str) -> dict[str, str]:
    """Name -> its text in a section of a Google-style docstring; `a, b: text` counts for both."""
    section = re.search(rf"^{title}:\n((?:[ \t]+.*\n?|\n)*)", doc, re.MULTILINE)
    out: dict[str, str] = {}
    if section:
        for entry in re.finditer(r"^ {4}(\w[\w, ]*):((?:.*\n?)(?: {5,}.*\n?)*)", section[1], re.MULTILINE):
            for name in entry[1].split(","):
                out[name.strip()] = " ".join(entry[2].split())
    return out
