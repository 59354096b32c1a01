"""`= 2 * gap + speed * 1.5s` and the values of names -> a quantity: a small language, never Python's eval.

Numbers may carry units, `40km/h`; lengths are not added to times. Text is parsed by Python's own parser, then
walked along a list of what is allowed: no attributes, subscripts, loops or functions of one's own.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from sim.errors import UsageError, near_matches
from sim.scenario.arithmetic import (
    COMPARISONS,
    FUNCTIONS,
    MAX_TEXT,
    SAME,
    bounded,
    common,
    number,
    power,
    product,
)
from sim.scenario.quantities import UNITS, Quantity, quantity_of

__all__ = ["evaluate", "is_expression", "names_in"]

MAX_DEPTH = 30

_UNIT_NAMES = {f"_unit{k}": name for k, name in enumerate(UNITS)}
_PLACEHOLDERS = {name: placeholder for placeholder, name in _UNIT_NAMES.items()}
_BY_LENGTH = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))
_PIECES = re.compile(
    rf"""'[^']*'|"[^"]*"|(?<![\w.])(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?P<unit>{_BY_LENGTH})(?!\w)"""
)


def is_expression(value: object) -> bool:
    """Whether a value of a document is an expression: a text that starts with an equals sign."""
    return isinstance(value, str) and value.startswith("=")


def names_in(expression: str, where: str) -> frozenset[str]:
    """Names whose values an expression needs. Raises UsageError if it is none."""
    return frozenset(
        node.id
        for node in ast.walk(_parsed(expression, where))
        if isinstance(node, ast.Name) and node.id not in _UNIT_NAMES and node.id not in FUNCTIONS
    )


def evaluate(expression: str, values: Mapping[str, Quantity], where: str) -> Quantity:
    """What an expression gives.

    Args:
        expression: with or without the equals sign it starts with in files.
        values: of the names in it.
        where: file and field, for messages.

    Raises:
        UsageError: naming the expression and what is wrong with it.
    """
    tree = _parsed(expression, where)
    try:
        result = _Evaluation(values).of(tree.body, 0)
    except UsageError as error:
        raise UsageError(f"{where}: {expression!r:.80}: {error}") from None
    except (ArithmeticError, ValueError) as error:
        raise UsageError(f"{where}: {expression!r:.80}: {str(error) or type(error).__name__}") from None
    return result


def _parsed(expression: str, where: str) -> ast.Expression:
    text = expression.removeprefix("=").strip()
    if not text or len(text) > MAX_TEXT:
        raise UsageError(f"{where}: {expression!r:.60}: wanted an expression of 1 to {MAX_TEXT} characters")
    spelled = _PIECES.sub(_with_placeholder, text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(spelled, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        said = error.msg if isinstance(error, SyntaxError) else "too long or too deep"
        raise UsageError(f"{where}: {expression!r:.80} is no expression: {said}") from None


def _with_placeholder(match: re.Match[str]) -> str:
    if match["unit"] is None:
        return match[0]
    return f"({match['number']}*{_PLACEHOLDERS[match['unit']]})"


class _Evaluation:
    """Walks one tree."""

    def __init__(self, values: Mapping[str, Quantity]) -> None:
        self._values = values

    def of(self, node: ast.AST, depth: int) -> Quantity:
        """The quantity of a node."""
        if depth > MAX_DEPTH:
            raise UsageError("nested too deeply")
        visit = _VISITS.get(type(node))
        if visit is None:
            raise UsageError(f"{type(node).__name__} is not allowed, wanted numbers, names, + - * / // % **, "
                             "comparisons, and, or, not, `a if b else c` and functions")  # fmt: skip
        return bounded(visit(self, node, depth + 1))

    def constant(self, node: ast.Constant, depth: int) -> Quantity:
        """A number, text or truth value."""
        if not isinstance(node.value, bool | int | float | str):
            raise UsageError(f"{node.value!r:.40} is no number, text or truth value")
        return Quantity(node.value)

    def name(self, node: ast.Name, depth: int) -> Quantity:
        """A parameter, or a unit."""
        if node.id in _UNIT_NAMES:
            return quantity_of(f"1{_UNIT_NAMES[node.id]}", "unit")
        if node.id not in self._values:
            raise UsageError(near_matches("parameter", node.id, self._values))
        return self._values[node.id]

    def unary(self, node: ast.UnaryOp, depth: int) -> Quantity:
        """Signs and `not`."""
        operand = self.of(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return Quantity(not operand.value)
        value = number(operand)
        if isinstance(node.op, ast.Invert):
            raise UsageError("~ is not allowed")
        return Quantity(-value if isinstance(node.op, ast.USub) else value, operand.dimension)

    def binary(self, node: ast.BinOp, depth: int) -> Quantity:
        """Arithmetic."""
        left, right = self.of(node.left, depth), self.of(node.right, depth)
        kind = type(node.op)
        if kind is ast.Add and isinstance(left.value, str) and isinstance(right.value, str):
            return Quantity(left.value + right.value)
        a, b = number(left), number(right)
        if kind in SAME:
            return Quantity(SAME[kind](a, b), common((left, right)))
        if kind is ast.Mult:
            return Quantity(a * b, product(left.dimension, right.dimension, 1))
        if kind is ast.Div:
            return Quantity(a / b, product(left.dimension, right.dimension, -1))
        if kind is ast.FloorDiv:
            return Quantity(a // b, product(left.dimension, right.dimension, -1))
        if kind is ast.Pow:
            return power(left, right)
        raise UsageError(f"operator {kind.__name__} is not allowed")

    def compare(self, node: ast.Compare, depth: int) -> Quantity:
        """`a < b <= c`."""
        sides = [self.of(side, depth) for side in (node.left, *node.comparators)]
        for kind, left, right in zip(map(type, node.ops), sides, sides[1:], strict=False):
            if kind not in COMPARISONS:
                raise UsageError(f"comparison {kind.__name__} is not allowed")
            if left.is_number and right.is_number:
                common((left, right))
            elif kind not in (ast.Eq, ast.NotEq) or type(left.value) is not type(right.value):
                raise UsageError(f"{left.value!r:.40} and {right.value!r:.40} cannot be compared")
            if not COMPARISONS[kind](left.value, right.value):
                return Quantity(False)
        return Quantity(True)

    def both(self, node: ast.BoolOp, depth: int) -> Quantity:
        """`and`, `or`."""
        parts = [bool(self.of(part, depth).value) for part in node.values]
        return Quantity(all(parts) if isinstance(node.op, ast.And) else any(parts))

    def choice(self, node: ast.IfExp, depth: int) -> Quantity:
        """`a if b else c`."""
        return self.of(node.body if self.of(node.test, depth).value else node.orelse, depth)

    def call(self, node: ast.Call, depth: int) -> Quantity:
        """A function of `FUNCTIONS`."""
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise UsageError(f"wanted a call of one of {', '.join(FUNCTIONS)}")
        if node.func.id not in FUNCTIONS:
            raise UsageError(near_matches("function", node.func.id, FUNCTIONS))
        few, many, function = FUNCTIONS[node.func.id]
        given = [self.of(argument, depth) for argument in node.args]
        if not few <= len(given) <= many:
            raise UsageError(f"{node.func.id} takes {few if few == many else f'{few} or more'} values")
        for one in given:
            number(one)
        return function(given)


_VISITS: dict[type[ast.AST], Callable[[_Evaluation, Any, int], Quantity]] = {
    ast.Constant: _Evaluation.constant,
    ast.Name: _Evaluation.name,
    ast.UnaryOp: _Evaluation.unary,
    ast.BinOp: _Evaluation.binary,
    ast.Compare: _Evaluation.compare,
    ast.BoolOp: _Evaluation.both,
    ast.IfExp: _Evaluation.choice,
    ast.Call: _Evaluation.call,
}
