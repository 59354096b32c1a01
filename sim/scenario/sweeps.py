"""A template's parameters and a way to vary them -> rows of values, one for each run."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import UsageError, near_matches
from sim.randomization import Distribution
from sim.randomness import stream
from sim.scenario.declared import Declared, Scalar
from sim.scenario.quantities import Quantity, quantity_of
from sim.scenario.template import Template
from sim.scenario.yamltext import parse_scalar

__all__ = ["METHODS", "Varied", "rows_of", "varied_parameters"]

Row = dict[str, Scalar]


@dataclass(frozen=True)
class Varied:
    """A parameter that a sweep varies, in SI units.

    Attributes:
        name: of the parameter.
        values: that it takes, () if it may be anything in a range.
        low, high: the range.
        draw: how it is drawn, None for evenly.
    """

    name: str
    values: tuple[Scalar, ...] = ()
    low: float = 0.0
    high: float = 0.0
    draw: Distribution | None = None

    def levels(self, steps: int) -> tuple[Scalar, ...]:
        """Its values, or so many of its range, both ends among them."""
        return self.values or tuple(np.linspace(self.low, self.high, max(steps, 2)).tolist())

    def at(self, share: float) -> Scalar:
        """Its value at a share from 0 to below 1 of all there are."""
        if self.values:
            return self.values[int(share * len(self.values))]
        return self.low + share * (self.high - self.low)


def varied_parameters(template: Template, asked: Mapping[str, str]) -> tuple[Varied, ...]:
    """The parameters that a sweep of a template varies.

    Args:
        template: whose parameters.
        asked: name -> ``LOW..HIGH`` or ``A,B,C``, with units; if there is none, every parameter with a
            range, choices or a distribution.

    Raises:
        UsageError: an unknown name, or values that the parameter does not take.
    """
    known = {one.name: one for one in template.parameters}
    for name in asked:
        if name not in known:
            raise UsageError(f"{template.path.name}: {near_matches('parameter', name, known)}")
    if asked:
        return tuple(_asked(known[name], text) for name, text in asked.items())
    found = [varied for one in known.values() if (varied := _declared(one)) is not None]
    if not found:
        raise UsageError(f"{template.path.name}: no parameter has a range or choices, wanted --vary NAME=...")
    return tuple(found)


def rows_of(
    template: Template, varied: Sequence[Varied], method: str, *, count: int, steps: int, seed: int
) -> Iterator[Row]:
    """Values of the varied parameters, run by run.

    Args:
        template: whose defaults hold at edges.
        varied: what to vary.
        method: one of `METHODS`.
        count: of runs of ``random`` and ``sobol``; the most of the others.
        steps: values taken of a range by ``grid`` and ``pairwise``.
        seed: of what is drawn.
    """
    rows = METHODS[method](template, varied, count, steps, seed)
    return itertools.islice(rows, count)


def _grid(template: Template, varied: Sequence[Varied], count: int, steps: int, seed: int) -> Iterator[Row]:
    names = [one.name for one in varied]
    for values in itertools.product(*(one.levels(steps) for one in varied)):
        yield dict(zip(names, values, strict=True))


def _random(template: Template, varied: Sequence[Varied], count: int, steps: int, seed: int) -> Iterator[Row]:
    for k in itertools.count():
        row: Row = {}
        for one in varied:
            rng = stream(seed, f"sweep/{k}/{one.name}")
            drawn = one.at(float(rng.random())) if one.draw is None else one.draw.draw(rng)
            assert not isinstance(drawn, tuple), "only colors are drawn as three numbers"
            row[one.name] = drawn
        yield row


def _sobol(template: Template, varied: Sequence[Varied], count: int, steps: int, seed: int) -> Iterator[Row]:
    from scipy.stats import qmc

    points = qmc.Sobol(len(varied), rng=stream(seed, "sweep/sobol"))
    # A power of two at once keeps the points balanced.
    for point in points.random_base2(max(0, math.ceil(math.log2(max(count, 1))))):
        yield {one.name: one.at(min(float(u), 1 - 1e-12)) for one, u in zip(varied, point, strict=True)}


def _pairwise(
    template: Template, varied: Sequence[Varied], count: int, steps: int, seed: int
) -> Iterator[Row]:
    if len(varied) < 2:
        yield from _grid(template, varied, count, steps, seed)
        return
    from allpairspy import AllPairs

    for values in AllPairs([list(one.levels(steps)) for one in varied]):
        yield dict(zip((one.name for one in varied), values, strict=True))


def _edges(template: Template, varied: Sequence[Varied], count: int, steps: int, seed: int) -> Iterator[Row]:
    for one in varied:
        for value in one.values or (one.low, one.high):
            yield {one.name: value}


METHODS: dict[str, Callable[[Template, Sequence[Varied], int, int, int], Iterator[Row]]] = {
    "grid": _grid,
    "random": _random,
    "sobol": _sobol,
    "pairwise": _pairwise,
    "edges": _edges,
}
"""Every combination of levels; drawn; spread evenly; every pair of levels; each at its ends alone."""


def _declared(one: Declared) -> Varied | None:
    if one.choices:
        return Varied(one.name, one.choices, draw=one.draw)
    if one.low is not None and one.high is not None:
        return Varied(one.name, (), float(one.low.value), float(one.high.value), one.draw)
    return Varied(one.name, (), draw=one.draw) if one.draw is not None else None


def _asked(one: Declared, text: str) -> Varied:
    where = f"--vary {one.name}"
    low, dots, high = text.partition("..")
    if dots:
        ends = [one.accept(_quantity(end, where), where) for end in (low, high)]
        numbers = [float(end.value) for end in ends if end.is_number]
        if len(numbers) != 2 or not numbers[0] < numbers[1]:
            raise UsageError(f"{where}={text}: wanted LOW..HIGH, two numbers, the lower first")
        return Varied(one.name, (), numbers[0], numbers[1])
    return Varied(
        one.name, tuple(one.accept(_quantity(part, where), where).value for part in text.split(","))
    )


def _quantity(text: str, where: str) -> Quantity:
    return quantity_of(parse_scalar(text.strip(), where), where)
