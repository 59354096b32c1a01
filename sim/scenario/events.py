"""An event: what happens when, as a value; and every name an event mentions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.actions import Action
from sim.scenario.conditions import Condition

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
    """Every condition and action of an event, with its place in it: ``when.all[0]``, ``do[1]``."""
    if event.when is not None:
        yield from _conditions(event.when, "when")
    for index, action in enumerate(event.do):
        yield f"do[{index}]", action


def _conditions(condition: Condition, place: str) -> Iterator[tuple[str, object]]:
    inner = getattr(condition, "of", None)
    yield place, condition
    if isinstance(inner, tuple):
        for index, one in enumerate(inner):
            yield from _conditions(one, f"{place}[{index}]")
    elif dataclasses.is_dataclass(inner):
        yield from _conditions(inner, place)  # type: ignore[arg-type]
