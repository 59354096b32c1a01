"""A distribution as it is written in YAML or on a command line -> values drawn from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.errors import UsageError

__all__ = ["Distribution", "Drawn", "Scalar", "distribution_of"]

Scalar = bool | int | float | str
Drawn = Scalar | tuple[int, int, int]

_HELP = (
    "wanted a value, [low, high], {log: [low, high]}, {normal: [mean, deviation]} or shares such as "
    "{clear: 0.7, rain: 0.3}; on the command line low..high or clear:0.7,rain:0.3"
)


@dataclass(frozen=True)
class Distribution:
    """Where a parameter's values come from.

    Attributes:
        kind: ``value``, ``uniform``, ``log``, ``normal`` or ``shares``.
        numbers: low and high; mean and deviation; or the shares, which add up to 1.
        values: the one value, or those that the shares belong to.
    """

    kind: str
    numbers: tuple[float, ...] = ()
    values: tuple[Scalar, ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether every value is a number; truth values are none."""
        return all(isinstance(one, int | float) and not isinstance(one, bool) for one in self.values)

    def draw(self, rng: np.random.Generator, *, is_color: bool = False) -> Drawn:
        """A value; of a color three whole numbers, as texts too (``"72 76 82"``).

        Raises:
            UsageError: a color that is none.
        """
        if self.kind in ("value", "shares"):
            which = 0 if self.kind == "value" else int(rng.choice(len(self.values), p=self.numbers))
            return _color(self.values[which]) if is_color else self.values[which]
        low, high = self.numbers
        if is_color:
            r, g, b = (round(float(c)) for c in rng.uniform(low, high, 3))
            return r, g, b
        if self.kind == "normal":
            return _short(low + high * float(np.clip(rng.standard_normal(), -3.0, 3.0)))
        if self.kind == "log":
            return _short(math.exp(float(rng.uniform(math.log(low), math.log(high)))))
        return _short(float(rng.uniform(low, high)))


def distribution_of(written: object, name: str) -> Distribution:
    """The distribution that YAML gave, or a text of the command line.

    Args:
        written: a scalar, a list of two numbers or a mapping.
        name: of the parameter, for messages.

    Raises:
        UsageError: anything else.
    """
    if isinstance(written, str):
        return _of_text(written, name)
    if isinstance(written, bool | int | float):
        return Distribution("value", values=(written,))
    if isinstance(written, list | tuple):
        return Distribution("uniform", _pair(written, name, written))
    if isinstance(written, Mapping) and len(written) == 1 and set(written) <= {"log", "normal"}:
        kind, numbers = next(iter(written.items()))
        pair = _pair(numbers, name, written, ordered=kind == "log")
        if min(pair[kind == "normal" :]) <= 0:
            raise UsageError(f"randomize: {name}: {written!r}: wanted numbers above 0")
        return Distribution(str(kind), pair)
    if isinstance(written, Mapping) and written:
        return _shares(dict(written), name)
    raise UsageError(f"randomize: {name}: {written!r:.80}: {_HELP}")


def _of_text(text: str, name: str) -> Distribution:
    low, dots, high = text.partition("..")
    if dots:
        try:
            return Distribution("uniform", _pair((float(low), float(high)), name, text))
        except ValueError:
            raise UsageError(f"randomize: {name}: {text!r:.80}: {_HELP}") from None
    if ":" in text:
        shares: dict[object, object] = {}
        for part in text.split(","):
            value, _, share = part.rpartition(":")
            try:
                shares[value.strip()] = float(share)
            except ValueError:
                raise UsageError(f"randomize: {name}: {part!r:.80} is no value:share; {_HELP}") from None
        return _shares(shares, name)
    return Distribution("value", values=(text,))


def _shares(written: Mapping[object, object], name: str) -> Distribution:
    values, shares = [], []
    for value, share in written.items():
        is_number = isinstance(share, int | float) and not isinstance(share, bool)
        if not is_number or not 0 <= share < math.inf:  # type: ignore[operator]
            raise UsageError(f"randomize: {name}: share {share!r:.40} of {value!r:.40}: {_HELP}")
        values.append(_plain(str(value)))
        shares.append(float(share))  # type: ignore[arg-type]
    total = sum(shares)
    if not 0 < total < math.inf:
        raise UsageError(f"randomize: {name}: shares add up to {total:g}, wanted more than 0")
    return Distribution("shares", tuple(share / total for share in shares), tuple(values))


def _plain(text: str) -> Scalar:
    """Keys of mappings are texts; those that are numbers or truth values mean them."""
    if text in ("true", "false", "True", "False"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _pair(numbers: object, name: str, written: object, *, ordered: bool = True) -> tuple[float, float]:
    if isinstance(numbers, list | tuple) and len(numbers) == 2:
        first, second = numbers
        if all(isinstance(n, int | float) and not isinstance(n, bool) for n in (first, second)):
            if not (math.isfinite(first) and math.isfinite(second)):
                raise UsageError(f"randomize: {name}: {written!r:.80}: wanted finite numbers")
            if ordered and first > second:
                raise UsageError(f"randomize: {name}: {written!r:.80}: wanted the lower number first")
            return float(first), float(second)
    raise UsageError(f"randomize: {name}: {written!r:.80}: {_HELP}")


def _color(value: Scalar) -> tuple[int, int, int]:
    parts = str(value).split()
    if len(parts) != 3 or not all(p.isdecimal() and int(p) <= 255 for p in parts):
        raise UsageError(f"randomize: {value!r:.40} is no color, wanted three whole numbers such as 72 76 82")
    r, g, b = (int(p) for p in parts)
    return r, g, b


def _short(value: float) -> float:
    """Five digits: what was drawn stands in files that people read."""
    return float(f"{value:.5g}")
