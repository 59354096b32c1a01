"""Dotted names -> categories of agents: their class, and what they are called where we write labels."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import UsageError, near_matches
from sim.taxonomy.classes import AGENT_CLASSES, Semantic
from sim.taxonomy.targets import TARGETS, Label

__all__ = ["CATEGORIES", "Category", "category", "occlusion_level"]


@dataclass(frozen=True)
class Category:
    """One kind of agent.

    Attributes:
        name: dotted name, for example ``vehicle.car``.
        semantic: the class of its pixels.
    """

    name: str
    semantic: Semantic

    @property
    def is_vehicle(self) -> bool:
        """True for what drives, False for people and what goes with them."""
        return self.name.startswith("vehicle.")

    @property
    def is_person(self) -> bool:
        """True for people, on foot or riding."""
        return self.name.startswith("human.")

    def label(self, target: str) -> Label | None:
        """What it is called in one of `TARGETS`, None if that has no word for it.

        Raises:
            UsageError: no such target.
        """
        if target not in TARGETS:
            raise UsageError(near_matches("taxonomy", target, TARGETS))
        return TARGETS[target].categories[self.name]


CATEGORIES: dict[str, Category] = {name: Category(name, semantic) for name, semantic in AGENT_CLASSES.items()}


def category(name: str) -> Category:
    """The category called `name`. Raises UsageError with near matches."""
    if name not in CATEGORIES:
        raise UsageError(near_matches("category", name, CATEGORIES))
    return CATEGORIES[name]


def occlusion_level(visibility: float | None) -> int:
    """KITTI's occlusion: 0 from 80 % visible, 1 from 40 %, 2 below, 3 if unknown."""
    if visibility is None:
        return 3
    return 0 if visibility >= 0.8 else 1 if visibility >= 0.4 else 2
