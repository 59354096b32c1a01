"""Elements -> checked values; errors name file, line, element, attribute, value and what would be right."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NoReturn

from sim.errors import UsageError
from sim.roads.network import Note
from sim.roads.opendrive.document import Element
from sim.roads.pieces import Cubic

__all__ = ["Fields"]

_NUMBER = re.compile(r"[ \t\r\n]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\r\n]*", re.ASCII)
_INTEGER = re.compile(r"[ \t\r\n]*[+-]?[0-9]{1,9}[ \t\r\n]*", re.ASCII)
_LARGEST = 1e9
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")
_SHOWN_CHARS = 60


class Fields:
    """Reads a document and remembers what it did not take over.

    Args:
        path: of the file, for messages.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._notes: dict[str, tuple[int, int]] = {}

    def notes(self) -> tuple[Note, ...]:
        """What was noted, by line."""
        found = [Note(line, text, count) for text, (line, count) in self._notes.items()]
        return tuple(sorted(found))

    def note(self, element: Element, text: str) -> None:
        """Remember that something was not taken over as it stands; like notes are counted."""
        line, count = self._notes.get(text, (element.line, 0))
        self._notes[text] = (min(line, element.line), count + 1)

    def note_unread(self, root: Element) -> None:
        """Note every element and attribute nobody asked for."""
        waiting: list[tuple[Element, str]] = [(root, "")]
        while waiting:
            element, parent = waiting.pop()
            if not element.is_read:
                self.note(element, f"<{element.tag}> in <{parent}> is not read")
                continue
            for name in element.attributes.keys() - element.read:
                self.note(element, f"{name} of <{element.tag}> is not read")
            waiting += [(child, element.tag) for child in reversed(element.children)]

    def fail(self, element: Element, wanted: str, attribute: str = "") -> NoReturn:
        """Raise the error that names the place."""
        value = element.attributes.get(attribute)
        shown = (
            f" {attribute}={value[:_SHOWN_CHARS]!r}"
            if value is not None
            else f" {attribute}"
            if attribute
            else ""
        )
        raise UsageError(f"{self._path}: line {element.line}: <{element.tag}>{shown}: wanted {wanted}")

    def all(self, element: Element | None, tag: str) -> Iterator[Element]:
        """The children of this name."""
        for child in element.children if element is not None else ():
            if child.tag == tag:
                child.is_read = True
                yield child

    def one(self, element: Element | None, tag: str) -> Element | None:
        """The child of this name, None if there is none; an error if there are several."""
        found = list(self.all(element, tag))
        if len(found) > 1:
            self.fail(found[1], f"one <{tag}>; the first is in line {found[0].line}")
        return found[0] if found else None

    def needed(self, element: Element, tag: str) -> Element:
        """The child of this name."""
        found = self.one(element, tag)
        if found is None:
            self.fail(element, f"a <{tag}> in it")
        return found

    def ignore(self, element: Element, *attributes: str) -> None:
        """Count attributes as read that say nothing about roads."""
        element.read.update(attributes)

    def text(self, element: Element, attribute: str, default: str | None = None) -> str:
        """An attribute as it stands; an error if it is missing and has no default."""
        element.read.add(attribute)
        value = element.attributes.get(attribute, default)
        if value is None:
            self.fail(element, "this attribute", attribute)
        return value

    def identifier(self, element: Element, attribute: str = "id") -> str:
        """A text that is not empty."""
        value = self.text(element, attribute)
        if not value.strip():
            self.fail(element, "an id that is not empty", attribute)
        return value

    def word(
        self, element: Element, attribute: str, words: Collection[str], default: str | None = None
    ) -> str:
        """One of a closed list of words."""
        value = self.text(element, attribute, default)
        if value not in words and value != default:
            self.fail(element, " or ".join(sorted(words)), attribute)
        return value

    def number(
        self, element: Element, attribute: str, default: float | None = None, *, low: float = -_LARGEST
    ) -> float:
        """A finite number from `low` on, and not absurdly large."""
        element.read.add(attribute)
        value = element.attributes.get(attribute)
        if (value is None or value == "") and default is not None:
            return default
        if value is None:
            self.fail(element, "this attribute, a number", attribute)
        number = float(value) if _NUMBER.fullmatch(value) else math.nan
        if not low <= number <= _LARGEST:
            self.fail(element, f"a number from {low:g} to {_LARGEST:g}", attribute)
        return number

    def integer(self, element: Element, attribute: str) -> int:
        """A whole number."""
        value = self.text(element, attribute)
        if not _INTEGER.fullmatch(value):
            self.fail(element, "a whole number", attribute)
        return int(value)

    def flag(self, element: Element, attribute: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.text(element, attribute, _TRUE[0] if default else _FALSE[0])
        if value not in (*_TRUE, *_FALSE):
            self.fail(element, "true or false", attribute)
        return value in _TRUE

    def cubics(self, element: Element | None, tag: str, start: str = "s") -> tuple[Cubic, ...]:
        """The children of this name as cubics, in ascending order."""
        found = [
            (child, Cubic(self.number(child, start), *(self.number(child, k, 0.0) for k in "abcd")))
            for child in self.all(element, tag)
        ]
        self.ascending([(child, cubic.s_m) for child, cubic in found], start)
        return tuple(cubic for _, cubic in found)

    def ascending(self, found: list[tuple[Element, float]], attribute: str) -> None:
        """Fail where distances go back."""
        for (_, before), (child, after) in itertools.pairwise(found):
            if after < before:
                self.fail(child, f"at least {before:g}, where the one before it begins", attribute)

    def unique(self, found: list[tuple[Element, str]], attribute: str = "id") -> None:
        """Fail where a name comes twice."""
        counts = Counter(name for _, name in found)
        for child, name in reversed(found):
            if counts[name] > 1:
                first = next(other for other, same in found if same == name)
                self.fail(child, f"another {attribute}: it is that of line {first.line}", attribute)
