"""Declared parameters and settings -> their values; a document with expressions -> one with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.errors import UsageError, near_matches
from sim.randomness import stream
from sim.scenario.declared import Declared, Scalar
from sim.scenario.expressions import evaluate, is_expression, names_in
from sim.scenario.quantities import PLAIN, Quantity, in_unit, quantity_of, unit_of_field

__all__ = ["parameter_values", "resolved"]


def parameter_values(
    parameters: Sequence[Declared],
    settings: Mapping[str, Scalar],
    source: str,
    seed: int,
    constants: Sequence[Declared] = (),
) -> dict[str, Quantity]:
    """What every parameter and constant is.

    Args:
        parameters: as declared.
        settings: values instead of the declared ones; texts may carry units or be expressions.
        source: for messages.
        seed: of what is to be drawn.
        constants: as declared; they may need parameters, and cannot be set.

    Raises:
        UsageError: an unknown name, a value out of range, or parameters that need each other.
    """
    known = {one.name: one for one in parameters}
    for name in settings:
        if name not in known:
            raise UsageError(f"{source}: {near_matches('parameter', name, known)}")
    for one in constants:
        if one.name in known:
            raise UsageError(f"{source}: constants.{one.name}: is a parameter, too; wanted another name")
        known[one.name] = one
    titles = dict.fromkeys(known, "constants") | {one.name: "parameters" for one in parameters}
    written = {
        name: _start(one, settings, seed, f"{source}: {titles[name]}.{name}") for name, one in known.items()
    }
    out: dict[str, Quantity] = {}
    for name in _in_order(written, titles, source):
        where, value = f"{source}: {titles[name]}.{name}", written[name]
        if is_expression(value.value):
            value = evaluate(str(value.value), out, where)
        out[name] = known[name].accept(value, where)
    return out


def resolved(
    data: object, values: Mapping[str, Quantity], source: str, place: str = "", field: str = ""
) -> Any:
    """A document in which expressions and numbers with units have become numbers.

    Args:
        data: mappings, lists and scalars.
        values: of the names in expressions.
        source: for messages.
        place: of `data` in the document, for messages.
        field: name of the field that holds it; its end says the unit: `speed_mps`.

    Raises:
        UsageError: naming the source, the field, the expression and what is wrong with it.
    """
    if isinstance(data, Mapping):
        return {
            key: resolved(one, values, source, f"{place}.{key}" if place else str(key), str(key))
            for key, one in data.items()
        }
    if isinstance(data, list):
        return [resolved(one, values, source, f"{place}[{k}]", field) for k, one in enumerate(data)]
    if not isinstance(data, str):
        return data
    where, unit = f"{source}: {place}", unit_of_field(field)
    if is_expression(data):
        return in_unit(evaluate(data, values, where), unit, where)
    return data if unit is None else in_unit(quantity_of(data, where), unit, where)


def _start(one: Declared, settings: Mapping[str, Scalar], seed: int, where: str) -> Quantity:
    """The value a parameter has, perhaps an expression still."""
    if one.name in settings:
        return quantity_of(settings[one.name], where)
    if one.value is not None:
        return one.value
    distribution = one.distribution
    if distribution is None:
        raise UsageError(f"{where}: has no value; set it, or give it a value, range, choices or draw")
    drawn = distribution.draw(stream(seed, f"parameters/{one.name}"))
    assert not isinstance(drawn, tuple), "only colors are drawn as three numbers"
    return Quantity(drawn, PLAIN if one.low is None else one.low.dimension)


def _in_order(written: Mapping[str, Quantity], titles: Mapping[str, str], source: str) -> Iterator[str]:
    """Names, each after those that its expression needs."""
    needs = {
        name: names_in(str(one.value), f"{source}: {titles[name]}.{name}")
        if is_expression(one.value)
        else frozenset()
        for name, one in written.items()
    }
    done: set[str] = set()
    while len(done) < len(written):
        ready = [n for n in written if n not in done and (needs.get(n, frozenset()) & written.keys()) <= done]
        if not ready:
            names = [n for n in written if n not in done]
            raise UsageError(
                f"{source}: {titles[names[0]]}.{names[0]}: {', '.join(names)} need each other's values"
            )
        yield from ready
        done.update(ready)
