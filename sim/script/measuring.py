"""The states of a run -> what of its scenario's claims does not hold, measured between ticks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from sim.agents.state import WorldState
from sim.scenario.expectations import AtStart, Closest, Impact, Touch
from sim.scenario.scenario import Scenario
from sim.script.view import Body

__all__ = ["Film", "unmet"]

_FINE_S = 1e-6
_FAR_ASIDE_M = 6.0
_PARTS = 8


def unmet(scenario: Scenario, states: Iterable[WorldState]) -> list[tuple[str, str]]:
    """Claims that a run does not meet.

    Args:
        scenario: with its claims.
        states: of its run, all of them.

    Returns:
        Pairs of the place in the document, ``expect[0].impact``, and what was measured instead.
    """
    film = Film(scenario, states)
    out = []
    for index, claim in enumerate(scenario.expect):
        for problem in _MEASURES[type(claim)](claim, film):
            out.append((f"expect[{index}]", problem))
    return out


class Film:
    """Where everybody was at any time of a run: linear between ticks.

    Args:
        scenario: what was run.
        states: of the run.

    Attributes:
        times_s: (T,) of the states.
        started_s: event name -> when it started, NaN if it did not.
    """

    def __init__(self, scenario: Scenario, states: Iterable[WorldState]) -> None:
        kept = list(states)
        roster = kept[0].roster
        self._row = {name: row for row, name in enumerate(roster.names)}
        self._box = [body.footprint_m for body in roster.bodies]
        self.times_s = np.array([state.time_s for state in kept])
        self._pose = np.array([np.column_stack([s.poses.position_m[:, :2], s.poses.yaw_rad]) for s in kept])
        self._pose[:, :, 2] = np.unwrap(self._pose[:, :, 2], axis=0)
        self._velocity = np.array([state.velocity_mps for state in kept])
        starts = kept[-1].event_times_s[:, 0].tolist()
        self.started_s = dict(zip((event.name for event in scenario.events), starts, strict=True))

    def body(self, name: str, time_s: float) -> Body:
        """Somebody at a time, with the velocity of the tick before it."""
        row = self._row[name]
        k = min(max(int(np.searchsorted(self.times_s, time_s, side="right")) - 1, 0), len(self.times_s) - 2)
        share = (time_s - self.times_s[k]) / (self.times_s[k + 1] - self.times_s[k])
        x, y, yaw = (self._pose[k, row] + share * (self._pose[k + 1, row] - self._pose[k, row])).tolist()
        vx, vy = self._velocity[k, row].tolist()
        return Body(x, y, yaw, vx, vy, self._box[row])

    def first(self, holds: Callable[[float], bool]) -> float | None:
        """When something that does not hold at the start holds first, None if never."""
        for before, after in zip(self.times_s.tolist(), self.times_s.tolist()[1:], strict=False):
            if holds(after):
                low, high = before, after
                while high - low > _FINE_S:
                    middle = (low + high) / 2
                    low, high = (low, middle) if holds(middle) else (middle, high)
                return float(high)
        return None


def _off(name: str, measured: float, wanted: float | None, within: float, unit: str) -> Iterator[str]:
    if wanted is not None and not abs(measured - wanted) <= within:
        yield f"{name} is {measured:.3f} {unit}, wanted {wanted:.3f} to {within:g} {unit}"


def _impact(claim: Impact, film: Film) -> Iterator[str]:
    def before(time_s: float) -> tuple[float, float]:
        of, who = film.body(claim.of, time_s), film.body(claim.who, time_s)
        ahead, left = of.ahead_m(who.middle_m)
        return ahead - of.box_m[1], left

    def reached(time_s: float) -> bool:
        ahead, left = before(time_s)
        return ahead <= 0 and abs(left) < _FAR_ASIDE_M

    at_s = film.first(reached)
    if at_s is None:
        yield f"the front of {claim.of!r} never comes to {claim.who!r}"
        return
    half = film.body(claim.of, at_s).box_m[2]
    left = before(at_s)[1]
    yield from _off("the place on the front", left, (claim.share - 0.5) * 2 * half, claim.within_m, "m")
    yield from _off("the time of impact", at_s, claim.at_s, claim.within_s, "s")


def _touch(claim: Touch, film: Film) -> Iterator[str]:
    at_s = film.first(lambda t: film.body(claim.of, t).gap_m(film.body(claim.to, t)) <= 0)
    if at_s is None:
        yield f"{claim.of!r} and {claim.to!r} never touch"
    else:
        yield from _off("the time of the first touch", at_s, claim.at_s, claim.within_s, "s")


def _closest(claim: Closest, film: Film) -> Iterator[str]:
    def gap(time_s: float) -> float:
        return film.body(claim.of, time_s).gap_m(film.body(claim.to, time_s))

    times = film.times_s
    near = int(np.argmin([gap(float(t)) for t in times]))
    low, high = float(times[max(near - 1, 0)]), float(times[min(near + 1, len(times) - 1)])
    measured = min(gap(float(t)) for t in np.linspace(low, high, 2 * _PARTS + 1))
    yield from _off("the closest approach", measured, claim.gap_m, claim.within_m, "m")


def _at_start(claim: AtStart, film: Film) -> Iterator[str]:
    at_s = film.started_s[claim.event]
    if math.isnan(at_s):
        yield f"event {claim.event!r} never started"
        return
    of = film.body(claim.of, at_s)
    yield from _off("the speed", of.speed_mps, claim.speed_mps, claim.within_mps, "m/s")
    if claim.to:
        to = film.body(claim.to, at_s)
        yield from _off("the gap", of.gap_m(to), claim.gap_m, claim.within_m, "m")
        yield from _off(
            "the time to collision", of.collision_s(to), claim.collision_in_s, claim.within_s, "s"
        )
        ahead = min(of.ahead_m((float(x), float(y)))[0] for x, y in to.corners_m()) - of.box_m[1]
        headway = ahead / of.speed_mps if of.speed_mps > 0 else math.inf
        yield from _off("the headway", headway, claim.headway_s, claim.within_s, "s")


_MEASURES: dict[type, Callable[[Any, Film], Iterator[str]]] = {
    Impact: _impact,
    Touch: _touch,
    Closest: _closest,
    AtStart: _at_start,
}
