"""The section `parameters` of a scenario file -> parameters with SI values, ranges and distributions."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from sim.errors import UsageError, near_matches
from sim.randomization import Distribution, distribution_of
from sim.scenario.arithmetic import FUNCTIONS
from sim.scenario.expressions import is_expression
from sim.scenario.quantities import PLAIN, Quantity, Unit, in_unit, quantity_of, unit_text

__all__ = ["Declared", "Scalar", "declared_parameters"]

Scalar = bool | int | float | str

_KEYS = ("value", "range", "choices", "draw", "about")
_HELP = f"wanted a value such as 40km/h, or a mapping of {', '.join(_KEYS)}"


@dataclass(frozen=True)
class Declared:
    """A parameter as a file declares it. Numbers are SI.

    Attributes:
        name: by which expressions know it.
        value: if it is not set; a text that starts with ``=`` is an expression; None: drawn.
        low, high: what it may be, None for no bound.
        choices: what it may be, () for anything.
        draw: how it is drawn where values are drawn; None: evenly from range or choices.
        about: what it means, for people.
    """

    name: str
    value: Quantity | None
    low: Quantity | None = None
    high: Quantity | None = None
    choices: tuple[Scalar, ...] = ()
    draw: Distribution | None = None
    about: str = ""

    @property
    def unit(self) -> str:
        """SI unit of its values, "" for plain ones."""
        for one in (self.low, self.high, self.value):
            if one is not None and one.dimension != PLAIN:
                return unit_text(one.dimension)
        return ""

    @property
    def distribution(self) -> Distribution | None:
        """Where its values come from if they are drawn; None if nothing says it."""
        if self.draw is not None:
            return self.draw
        if self.choices:
            return Distribution("shares", (1 / len(self.choices),) * len(self.choices), self.choices)
        if self.low is not None and self.high is not None:
            return Distribution("uniform", (float(self.low.value), float(self.high.value)))
        return None

    def accept(self, quantity: Quantity, where: str) -> Quantity:
        """The quantity in the parameter's dimension.

        Raises:
            UsageError: of another kind or dimension, or out of range.
        """
        wanted = next(
            (o for o in (self.low, self.value) if o is not None and not is_expression(o.value)), None
        )
        if wanted is not None:
            if wanted.is_number != quantity.is_number:
                kind = (
                    "a number"
                    if wanted.is_number
                    else "a text"
                    if isinstance(wanted.value, str)
                    else "true or false"
                )
                raise UsageError(f"{where}: {quantity.value!r:.60} is not {kind}")
            unit = Unit(Fraction(1), wanted.dimension) if wanted.dimension != PLAIN else None
            quantity = Quantity(in_unit(quantity, unit, where), wanted.dimension)
        shown = self.unit and f" {self.unit}"
        for bound, beyond in ((self.low, -1), (self.high, 1)):
            if bound is not None and (quantity.value - bound.value) * beyond > 0:  # type: ignore[operator]
                low, high = (o and f"{o.value:.6g}" for o in (self.low, self.high))
                raise UsageError(
                    f"{where}: {quantity.value:.6g}{shown} is out of range, wanted {low} to {high}{shown}"
                )
        if self.choices and quantity.value not in self.choices:
            known = ", ".join(str(one) for one in self.choices)
            raise UsageError(f"{where}: {quantity.value!r:.60}, wanted one of {known}")
        return quantity


def declared_parameters(section: object, source: str, title: str = "parameters") -> tuple[Declared, ...]:
    """The parameters that a section of a file declares.

    Raises:
        UsageError: naming the source, the parameter and what would be right.
    """
    if section is None:
        return ()
    if not isinstance(section, Mapping):
        raise UsageError(f"{source}: {title}: {section!r:.60} is not a mapping")
    return tuple(_declared(name, written, f"{source}: {title}.{name}") for name, written in section.items())


def _declared(name: object, written: object, where: str) -> Declared:
    name = str(name)
    is_name = name.isidentifier() and not name.startswith("_") and not keyword.iskeyword(name)
    if not is_name or name in FUNCTIONS:
        raise UsageError(f"{where}: wanted a name of letters, digits and '_' that is no function or keyword")
    if not isinstance(written, Mapping):
        return Declared(name, _quantity(written, where))
    for key in written:
        if key not in _KEYS:
            raise UsageError(f"{where}: {near_matches('key', str(key), _KEYS)}")
    value = _quantity(written["value"], f"{where}.value") if "value" in written else None
    low = high = None
    if "range" in written:
        bounds = written["range"]
        if not isinstance(bounds, list) or len(bounds) != 2:
            raise UsageError(f"{where}.range: {bounds!r:.60}, wanted [lowest, highest]")
        low, high = (_bound(one, f"{where}.range") for one in bounds)
        if low.dimension != high.dimension or not low.value <= high.value:  # type: ignore[operator]
            raise UsageError(f"{where}.range: {bounds!r:.60}, wanted the lower of two like numbers first")
    choices = written.get("choices", [])
    if not isinstance(choices, list):
        raise UsageError(f"{where}.choices: {choices!r:.60} is not a list")
    kinds = tuple(_quantity(one, f"{where}.choices") for one in choices)
    if len({one.dimension for one in kinds}) > 1:
        raise UsageError(f"{where}.choices: {choices!r:.60}, wanted like values")
    draw = distribution_of(_si(written["draw"], f"{where}.draw"), name) if "draw" in written else None
    about = written.get("about", "")
    if not isinstance(about, str):
        raise UsageError(f"{where}.about: {about!r:.60} is not a text")
    out = Declared(name, value, low, high, tuple(one.value for one in kinds), draw, about)
    if value is not None and not is_expression(value.value):
        accepted = out.accept(value, where)
        return replace(out, value=accepted)
    return out


def _bound(written: object, where: str) -> Quantity:
    quantity = _quantity(written, where)
    if not quantity.is_number:
        raise UsageError(f"{where}: {written!r:.60} is not a number")
    return quantity


def _quantity(written: object, where: str) -> Quantity:
    if not isinstance(written, bool | int | float | str):
        raise UsageError(f"{where}: {written!r:.60}: {_HELP}")
    return Quantity(written) if is_expression(written) else quantity_of(written, where)


def _si(written: object, where: str) -> object:
    """A distribution whose numbers with units have become SI numbers."""
    if isinstance(written, Mapping):
        return {key: _si(one, where) for key, one in written.items()}
    if isinstance(written, list):
        return [_si(one, where) for one in written]
    return _quantity(written, where).value
