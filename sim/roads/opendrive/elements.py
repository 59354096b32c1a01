"""Values -> XML elements: numbers with all their digits, None left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from xml.etree import ElementTree

from sim.roads.pieces import Cubic

__all__ = ["Parent", "add", "add_cubics"]

Parent: TypeAlias = "ElementTree.Element"


def add(parent: Parent, tag: str, **attributes: str | float | bool | None) -> Parent:
    """A child with these attributes in this order; those that are None are left out."""
    texts = {name: _text(value) for name, value in attributes.items() if value is not None}
    return ElementTree.SubElement(parent, tag, texts)


def add_cubics(parent: Parent, tag: str, cubics: Sequence[Cubic], start: str = "s") -> None:
    """One child for each cubic."""
    for p in cubics:
        add(parent, tag, **{start: p.s_m}, a=p.a, b=p.b, c=p.c, d=p.d)


def _text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)
