"""Text of a YAML document -> plain mappings, lists and scalars, or a UsageError that names file and line.

Stricter than YAML: keys are texts and must differ, aliases are refused (they can blow a short file up to any
size), and size and depth are bounded. Looser in one place: `1e-3` is a number, as in YAML 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

from sim.errors import UsageError

__all__ = ["parse_scalar", "parse_yaml"]

MAX_BYTES = 16_000_000
MAX_DEPTH = 20


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses aliases, repeated keys and deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As SafeLoader's, guarded."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("aliases are not allowed", event.start_mark)
        self.depth += 1
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
