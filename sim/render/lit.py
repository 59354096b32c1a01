"""Nodes of the color pass in; the programs they are drawn with, changed for all when the light changes."""

from __future__ import annotations

from panda3d.core import NodePath

from sim.render.programs import program
from sim.render.quality import Quality

__all__ = ["LitNodes"]


class LitNodes:
    """Everything that light falls on, and what its programs do beyond the least.

    Args:
        quality: adds features of its own.
    """

    def __init__(self, quality: Quality) -> None:
        self._features = frozenset() if quality.soft_shadows else frozenset({"HARD_SHADOWS"})
        self._nodes: list[tuple[NodePath, str]] = []

    def add(self, node: NodePath, kind: str) -> None:
        """Draw a node with the program of a kind of surface, from now on in every light."""
        self._nodes.append((node, kind))
        node.set_shader(program("rgb", kind, self._features))

    def switch(self, feature: str, on: bool) -> None:
        """Draw everything with programs that have a feature, or have it no more; see `program`."""
        if on == (feature in self._features):
            return
        self._features ^= {feature}
        for node, kind in self._nodes:
            node.set_shader(program("rgb", kind, self._features))
