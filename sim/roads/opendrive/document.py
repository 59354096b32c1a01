"""XML text -> elements that know their line and what of them was read.

Nothing is resolved or loaded: document types and entities are refused, sizes and depths are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from sim.errors import UsageError

__all__ = ["Element", "parse"]

MAX_BYTES = 512 * 2**20
_MAX_DEPTH = 64
_MAX_ELEMENTS = 5_000_000
_PIECE_BYTES = 1 << 20
_NAMESPACE = "\t"
_TEXT_CHARS = 65536


class Element:
    """An XML element.

    Attributes:
        tag: its name without namespace.
        line: where it begins, from 1.
        attributes: as texts.
        children: in their order.
        text: what stands in it, in one piece.
        read: names of the attributes that were asked for.
        is_read: True once the element itself was asked for.
    """

    __slots__ = ("attributes", "children", "is_read", "line", "read", "tag", "text")

    def __init__(self, tag: str, line: int, attributes: dict[str, str]) -> None:
        self.tag, self.line, self.attributes = tag, line, attributes
        self.children: list[Element] = []
        self.text = ""
        self.read: set[str] = set()
        self.is_read = False

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in the order of the file."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += element.children[::-1]


def parse(path: Path) -> Element:
    """The root element of an XML file.

    Raises:
        UsageError: for a file that cannot be read, is not XML, is too large, has a document type or entities.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UsageError(f"{path}: {size} bytes: wanted at most {MAX_BYTES}")
        with path.open("rb") as file:
            return _Builder(path).run(iter(lambda: file.read(_PIECE_BYTES), b""))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None


class _Builder:
    def __init__(self, path: Path) -> None:
        self._path, self._count = path, 0
        self._open: list[Element] = []
        self._root: Element | None = None
        parser = expat.ParserCreate(namespace_separator=_NAMESPACE)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        self._parser = parser

    def run(self, pieces: Iterator[bytes]) -> Element:
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            raise UsageError(f"{self._path}: not XML: {error}; wanted an OpenDRIVE file") from None
        assert self._root is not None, "expat refuses documents without an element"
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        self._count += 1
        if len(self._open) >= _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            limit = f"elements within {_MAX_DEPTH} others, at most {_MAX_ELEMENTS} of them"
            raise UsageError(f"{self._path}: line {line}: <{_plain(name)}>: wanted {limit}")
        element = Element(_plain(name), line, {_plain(k): v for k, v in attributes.items()})
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        own = self._open[-1]
        if len(own.text) < _TEXT_CHARS:
            own.text += text

    def _refuse(self, *_about: object) -> None:
        line = self._parser.CurrentLineNumber
        raise UsageError(f"{self._path}: line {line}: a document type or entity: wanted a file without")


def _plain(name: str) -> str:
    return name.rpartition(_NAMESPACE)[2]
