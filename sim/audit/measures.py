"""Disagreements of many things in one place -> one measure with the worst of them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.audit.view import Measure

__all__ = ["exact", "measure"]


def measure(where: str, off: Iterable[tuple[float, str]], limit: float, unit: str) -> Measure:
    """The measure of several comparisons of one kind.

    Args:
        where: they were made.
        off: (disagreement, sentence) of each; NaN is worse than everything.
        limit: largest disagreement that is accepted.
        unit: of both.
    """
    compared, worst, failures = 0, 0.0, []
    for amount, sentence in off:
        compared += 1
        if math.isnan(amount):
            amount = math.inf
        worst = max(worst, amount)
        if amount > limit:
            failures.append(sentence)
    return Measure(compared, worst, limit, unit, where, tuple(failures))


def exact(where: str, off: Iterable[tuple[bool, str]], unit: str = "") -> Measure:
    """The measure of comparisons that hold or not: (whether it is wrong, sentence) of each."""
    return measure(where, ((float(wrong), sentence) for wrong, sentence in off), 0.0, unit)
