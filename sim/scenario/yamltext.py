"""Text of a YAML document -> plain mappings, lists and scalars, or a UsageError that names file and line.

Stricter than YAML: keys are texts and must differ, aliases are refused (they can blow a short file up to any
size), and size and depth are bounded. Looser in one place: `1e-3` is a number, as in YAML 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from sim.errors import UsageError

__all__ = ["line_of", "located", "parse_scalar", "parse_yaml", "read_text", "with_lines"]

MAX_BYTES = 8_000_000
MAX_DEPTH = 20
MAX_NODES = 400_000
"""Mappings, lists and scalars: a scenario of 5000 agents has 250,000."""


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses aliases, repeated keys, deep nesting and more nodes than a scenario has."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As SafeLoader's, guarded."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("aliases are not allowed", event.start_mark)
        self.depth += 1
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _refusal(f"more than {MAX_NODES:,} keys and values", event.start_mark)
        if self.depth > MAX_DEPTH:
            raise _refusal("nested too deeply", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping whose keys are texts and differ."""
        out: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(
                    problem=f"key {key!r:.60} is no text", problem_mark=key_node.start_mark
                )
            if key in out:
                raise _refusal(f"key {key!r:.60} twice", key_node.start_mark)
            out[key] = self.construct_object(value_node, deep=True)
        return out


def _refusal(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _plain_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    return loader.construct_mapping(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _plain_mapping)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)[eE][-+]?\d+$"), list("-+0123456789.")
)


def read_text(path: Path, max_bytes: int = MAX_BYTES) -> str:
    """The text of a file, of which no more is read than there may be.

    Args:
        path: of the file; its name stands in messages.
        max_bytes: how long it may be.

    Raises:
        UsageError: it is longer, or no UTF-8.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UsageError(f"{path.name}: larger than {max_bytes / 1e6:g} MB, which no file of its kind is")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name}: not UTF-8 text (byte {error.start})") from None


def parse_yaml(text: str, source: str) -> object:
    """The document in `text`.

    Args:
        text: YAML.
        source: its file name, for messages.

    Raises:
        UsageError: broken YAML, with line and column.
    """
    if len(text) > MAX_BYTES:
        raise UsageError(f"{source}: larger than {MAX_BYTES // 1_000_000} MB, so no scenario")
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise UsageError(f"{source}{where}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        # ValueError: a timestamp such as 2026-99-99, a number with too many digits.
        raise UsageError(f"{source}: no YAML: {' '.join(str(error).split())}") from None


def parse_scalar(text: str, source: str) -> bool | int | float | str:
    """One YAML scalar, as on the command line: `4`, `2.5`, `true`, `brick`.

    Raises:
        UsageError: the text is a list, a mapping, a date or nothing.
    """
    value = parse_yaml(text, source)
    if not isinstance(value, bool | int | float | str):
        raise UsageError(f"{source}: {text!r:.60} is no number, text, true or false")
    return value


def line_of(text: str, place: str) -> int | None:
    """The line, from 1, of a place in a document that `parse_yaml` reads: ``agents[2].vehicle.lane``.

    What is not in the document has the line of the innermost thing around it that is; None for all else.
    """
    node = yaml.compose(text, _Loader)
    line = None
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", place):
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode) and key:
            for key_node, value_node in node.value:
                if key_node.value == key:
                    line, inner = key_node.start_mark.line + 1, value_node
        elif isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
            inner = node.value[int(index)]
            line = inner.start_mark.line + 1
        if inner is None:
            return line
        node = inner
    return line


@contextmanager
def with_lines(text: str, source: str) -> Iterator[None]:
    """Puts lines into messages that name a field of a document: ``s.yaml: seed: ...``.

    Args:
        text: of the document, which `parse_yaml` could read.
        source: its file name, as messages begin.
    """
    try:
        yield
    except UsageError as error:
        said = [located(message, text, source) for message in str(error).split("\n")]
        raise UsageError("\n".join(said)) from None


def located(message: str, text: str, source: str) -> str:
    """A message that names a field of a document, ``s.yaml: seed: ...``, with the line of the field."""
    place = re.match(rf"{re.escape(source)}: ([A-Za-z_][\w.\[\]-]*)", message)
    line = line_of(text, place[1].rstrip(".")) if place else None
    return message if line is None else f"{source}, line {line}{message[len(source) :]}"
