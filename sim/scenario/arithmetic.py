"""Quantities -> sums, products, powers and functions of them, dimensions kept: what expressions can do."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from sim.errors import UsageError
from sim.scenario.quantities import PLAIN, UNITS, Dimension, Quantity, unit_text

__all__ = ["COMPARISONS", "FUNCTIONS", "MAX_TEXT", "SAME", "bounded", "common", "number", "power", "product"]

MAX_TEXT = 400
"""Longest text that expressions are or give."""
_LARGEST = 1e15
_MAX_POWER = 8


def number(quantity: Quantity) -> Any:
    """The number of a quantity. Raises UsageError if it is none."""
    if not quantity.is_number:
        raise UsageError(f"{quantity.value!r:.40} is not a number")
    return quantity.value


def bounded(quantity: Quantity) -> Quantity:
    """The quantity, if it is of reasonable size. Raises UsageError."""
    if isinstance(quantity.value, complex) or (quantity.is_number and not abs(quantity.value) <= _LARGEST):  # type: ignore[arg-type]
        raise UsageError("the result is no number of reasonable size")
    if isinstance(quantity.value, str) and len(quantity.value) > MAX_TEXT:
        raise UsageError("the result is too long a text")
    return quantity


def common(quantities: Sequence[Quantity]) -> Dimension:
    """The dimension of things added or compared; plain numbers are taken in SI units of the others."""
    found = {one.dimension for one in quantities} - {PLAIN}
    if len(found) > 1:
        raise UsageError(f"{' and '.join(sorted(unit_text(d) for d in found))} do not go together")
    return found.pop() if found else PLAIN


def product(a: Dimension, b: Dimension, sign: int) -> Dimension:
    """Dimension of a product (sign 1) or quotient (-1)."""
    one, two, three, four = (x + sign * y for x, y in zip(a, b, strict=True))
    return one, two, three, four


def power(base: Quantity, exponent: Quantity) -> Quantity:
    """One quantity to the power of another, a plain number. Raises UsageError."""
    power = number(exponent)
    if exponent.dimension != PLAIN or abs(power) > _MAX_POWER:
        raise UsageError(f"wanted a plain exponent from -{_MAX_POWER} to {_MAX_POWER}")
    one, two, three, four = (p * Fraction(power) for p in base.dimension)
    return Quantity(number(base) ** power, (one, two, three, four))


def _same(function: Callable[..., Any]) -> Callable[[Sequence[Quantity]], Quantity]:
    """A function whose result has the dimension of what it is given."""
    return lambda given: Quantity(function(*(one.value for one in given)), common(given))


def _angle(function: Callable[[float], float]) -> Callable[[Sequence[Quantity]], Quantity]:
    """A function of an angle."""

    def apply(given: Sequence[Quantity]) -> Quantity:
        if given[0].dimension not in (PLAIN, UNITS["rad"].dimension):
            raise UsageError(f"{unit_text(given[0].dimension)} is no angle")
        return Quantity(function(number(given[0])))

    return apply


def _atan2(given: Sequence[Quantity]) -> Quantity:
    common(given)
    return Quantity(math.atan2(number(given[0]), number(given[1])), UNITS["rad"].dimension)


FUNCTIONS: dict[str, tuple[int, int, Callable[[Sequence[Quantity]], Quantity]]] = {
    "min": (1, 8, _same(min)),
    "max": (1, 8, _same(max)),
    "abs": (1, 1, _same(abs)),
    "floor": (1, 1, _same(math.floor)),
    "ceil": (1, 1, _same(math.ceil)),
    "round": (1, 1, _same(round)),
    "hypot": (2, 2, _same(math.hypot)),
    "sqrt": (1, 1, lambda given: power(given[0], Quantity(0.5))),
    "sin": (1, 1, _angle(math.sin)),
    "cos": (1, 1, _angle(math.cos)),
    "tan": (1, 1, _angle(math.tan)),
    "atan2": (2, 2, _atan2),
}
"""Name -> fewest and most values it takes, and what it does."""

SAME: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mod: operator.mod,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
