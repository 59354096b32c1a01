"""An event: what happens when, as a value; and every name an event mentions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.actions import Action
from sim.scenario.conditions import AllOf, AnyOf, Condition, Not

__all__ = ["Event", "parts_of"]


@dataclass(frozen=True)
class Event:
    """Something that happens once.

    Attributes:
        name: unique in the scenario.
        do: actions that start together, at the very time the condition comes true.
        when: the condition; None: at the first frame.
    """

    name: str
    do: tuple[Action, ...]
    when: Condition | None = None


def parts_of(event: Event) -> Iterator[tuple[str, object]]:
    """Every condition and action of an event, with its place in it: ``when.all[0].not``, ``do[1]``."""
    if event.when is not None:
        yield from _conditions(event.when, "when")
    for index, action in enumerate(event.do):
        yield f"do[{index}]", action


def _conditions(condition: Condition, place: str) -> Iterator[tuple[str, object]]:
    yield place, condition
    if isinstance(condition, AllOf | AnyOf):
        key = "all" if isinstance(condition, AllOf) else "any"
        for index, one in enumerate(condition.of):
            yield from _conditions(one, f"{place}.{key}[{index}]")
    elif isinstance(condition, Not):
        yield from _conditions(condition.of, f"{place}.not")
