"""Numbers that carry a unit, `40km/h` -> SI values with a dimension; and the unit a field's name promises."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from sim.errors import UsageError, near_matches

__all__ = [
    "PLAIN",
    "UNITS",
    "Dimension",
    "Quantity",
    "Unit",
    "in_unit",
    "quantity_of",
    "unit_of_field",
    "unit_text",
]

Dimension = tuple[Fraction, Fraction, Fraction, Fraction]
"""Exponents of meter, second, radian and kilogram."""


def _dimension(m: int = 0, s: int = 0, rad: int = 0, kg: int = 0) -> Dimension:
    return Fraction(m), Fraction(s), Fraction(rad), Fraction(kg)


PLAIN = _dimension()
"""Of a number without unit."""


@dataclass(frozen=True)
class Unit:
    """A unit: `per_si` of it make one SI unit of its dimension; 3.6 km/h are 1 m/s."""

    per_si: Fraction
    dimension: Dimension


@dataclass(frozen=True)
class Quantity:
    """A value in SI units. Texts and truth values are plain.

    Attributes:
        value: the number, or a text or truth value.
        dimension: of the number.
    """

    value: bool | int | float | str
    dimension: Dimension = PLAIN

    @property
    def is_number(self) -> bool:
        """Whether it is a number; truth values are none."""
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)


_SPEED, _ANGLE = _dimension(m=1, s=-1), _dimension(rad=1)
_PI = Fraction(math.pi)
UNITS = {
    "m": Unit(Fraction(1), _dimension(m=1)),
    "km": Unit(Fraction(1, 1000), _dimension(m=1)),
    "cm": Unit(Fraction(100), _dimension(m=1)),
    "mm": Unit(Fraction(1000), _dimension(m=1)),
    "s": Unit(Fraction(1), _dimension(s=1)),
    "ms": Unit(Fraction(1000), _dimension(s=1)),
    "min": Unit(Fraction(1, 60), _dimension(s=1)),
    "h": Unit(Fraction(1, 3600), _dimension(s=1)),
    "m/s": Unit(Fraction(1), _SPEED),
    "km/h": Unit(Fraction(18, 5), _SPEED),
    "mph": Unit(Fraction(3600, 1) / Fraction(1609344, 1000), _SPEED),
    "mm/h": Unit(Fraction(3_600_000), _SPEED),
    "m/s2": Unit(Fraction(1), _dimension(m=1, s=-2)),
    "rad": Unit(Fraction(1), _ANGLE),
    "deg": Unit(180 / _PI, _ANGLE),
    "rad/s": Unit(Fraction(1), _dimension(s=-1, rad=1)),
    "deg/s": Unit(180 / _PI, _dimension(s=-1, rad=1)),
    "kg": Unit(Fraction(1), _dimension(kg=1)),
    "t": Unit(Fraction(1, 1000), _dimension(kg=1)),
    "Hz": Unit(Fraction(1), _dimension(s=-1)),
}
"""Written right behind a number: `40km/h`, `-3m/s2`."""

_SUFFIXES = {
    "mm_per_h": "mm/h",
    "mps2": "m/s2",
    "radps": "rad/s",
    "mps": "m/s",
    "kph": "km/h",
    "rad": "rad",
    "deg": "deg",
    "hz": "Hz",
    "kg": "kg",
    "m": "m",
    "s": "s",
}
"""Ends of fields' names, and in which unit such fields are."""

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_WRITTEN = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z][A-Za-z/]*2?)\s*")


def quantity_of(written: bool | int | float | str, where: str) -> Quantity:
    """What a scalar of YAML or the command line means: `40km/h` is 11.1 m/s, `40` is 40, `day` is a text.

    Raises:
        UsageError: a number with an unknown unit, or one that is not finite.
    """
    if not isinstance(written, str):
        if isinstance(written, float) and not math.isfinite(written):
            raise UsageError(f"{where}: {written!r} is not a finite number")
        return Quantity(written)
    match = _WRITTEN.fullmatch(written)
    if match is None:
        return Quantity(written)
    number, name = match.groups()
    if name not in UNITS:
        raise UsageError(f"{where}: {written!r:.60}: {near_matches('unit', name, UNITS)}")
    value = float(Fraction(number) / UNITS[name].per_si) if len(number) < 40 else math.inf
    if not math.isfinite(value):
        raise UsageError(f"{where}: {written!r:.60} is no number of reasonable size")
    return Quantity(value, UNITS[name].dimension)


def in_unit(quantity: Quantity, unit: Unit | None, where: str) -> bool | int | float | str:
    """The number a field of this unit takes; a plain number is in the field's unit already.

    Args:
        quantity: the value.
        unit: of the field, None for fields of plain numbers.
        where: for messages.

    Raises:
        UsageError: the quantity has another dimension.
    """
    wanted = PLAIN if unit is None else unit.dimension
    if quantity.dimension == PLAIN:
        return quantity.value
    angles_apart = quantity.dimension[2] == 0 and wanted[2] != 0
    comparable = (*wanted[:2], Fraction(0), wanted[3]) if angles_apart else wanted
    if quantity.dimension != comparable:
        raise UsageError(
            f"{where}: {quantity.value:.6g} {unit_text(quantity.dimension)}, wanted {unit_text(wanted)}"
        )
    factor = Fraction(1) if unit is None else unit.per_si
    return quantity.value if factor == 1 else float(Fraction(quantity.value) * factor)


def unit_of_field(name: str) -> Unit | None:
    """The unit that the end of a field's name states: `speed_mps`, `yaw_deg`; None if it states none."""
    for suffix, unit in _SUFFIXES.items():
        if name == suffix or name.endswith("_" + suffix):
            return UNITS[unit]
    return None


def unit_text(dimension: Dimension) -> str:
    """A dimension as people write its SI unit: `m/s2`; `a plain number` for none."""
    for name, unit in UNITS.items():
        if unit.per_si == 1 and unit.dimension == dimension:
            return name
    parts = [f"{n}^{p}" for n, p in zip(("m", "s", "rad", "kg"), dimension, strict=True) if p]
    return " ".join(parts) or "a plain number"
