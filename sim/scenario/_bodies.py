"""A look and a seed -> the bodies of a street's agents: what the look says, the rest as samplers draw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.bodies import PersonSpec, VehicleSpec
from sim.bodies.cycles import CYCLE_SHAPES, sample_cycle
from sim.bodies.people import PersonShares, sample_person, sample_rider
from sim.bodies.vehicles import sample_articulated, sample_heavy, sample_vehicle
from sim.randomization import Look
from sim.randomness import stream
from sim.scenario.looks import drawn_fields, drawn_people_shares

__all__ = ["BodyDraws"]


class BodyDraws:
    """Bodies by the names of their agents; each has streams of its own.

    Args:
        look: distributions that come before those of the samplers, or None.
        seed: of the scenario.
        usual: shares of people where the look says nothing of them, as `PersonShares`.

    Raises:
        UsageError: shares of people that cannot be.
    """

    def __init__(self, look: Look | None, seed: int, usual: Mapping[str, float] | None = None) -> None:
        self._look, self._seed = look, seed
        drawn = drawn_people_shares(look, seed) if look else {}
        self._shares = PersonShares(**{**(usual or {}), **drawn})
        self._has_people = bool(look and look.of("people"))

    def person(self, name: str, rng: np.random.Generator) -> PersonSpec:
        """Somebody on foot."""
        return sample_person(rng, self._shares, **self._fields("people", name))

    def rider(self, name: str, shape: str) -> PersonSpec | None:
        """Who rides a two-wheeler; None where the look says nothing of people: casting draws one then."""
        if not self._has_people or shape not in CYCLE_SHAPES:
            return None
        rng = stream(self._seed, f"agents/{name}/rider")
        return sample_rider(rng, shape, self._shares, **self._fields("people", name))

    def vehicle(self, name: str, rng: np.random.Generator, **fixed: str) -> VehicleSpec:
        """A car or a van."""
        return sample_vehicle(rng, **(self._fields("vehicles", name) | fixed))

    def heavy(self, name: str) -> VehicleSpec | None:
        """A lorry, tipper or bus of moving traffic, or None for a car, as wherever the look gives shapes."""
        fields = self._fields("vehicles", name)
        if "shape" in fields:
            return None
        return sample_heavy(stream(self._seed, f"population/{name}/heavy"), **fields)

    def articulated(self, name: str, rng: np.random.Generator) -> tuple[VehicleSpec, VehicleSpec]:
        """A tractor and its semitrailer."""
        return sample_articulated(rng, **self._fields("vehicles", name))

    def cycle(self, name: str, rng: np.random.Generator, *, motor: bool = False) -> VehicleSpec:
        """A two-wheeler."""
        return sample_cycle(rng, motor=motor, **self._fields("vehicles", name))

    def _fields(self, group: str, name: str) -> dict[str, Any]:
        return drawn_fields(self._look, group, self._seed, name)
