"""Scenario -> nothing, or a UsageError naming the event, its condition or action, and what would be right."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from sim.environment import RANGES
from sim.errors import UsageError, near_matches
from sim.scenario.actions import (
    Appear,
    Brake,
    ChangeLane,
    ChangeSpeed,
    ChangeWeather,
    Cross,
    Drive,
    FollowSpeeds,
    FollowTrajectory,
    Leave,
    Stop,
    SwitchLights,
    SwitchSignal,
    Turn,
    Walk,
)
from sim.scenario.checks import FARTHEST_M, MAX_SPEED_MPS, MAX_WALK_MPS, SCRIPTED
from sim.scenario.conditions import Distance, EventIs, Headway, Place, SignalShows, Speed, TimeToCollision
from sim.scenario.events import Event, parts_of
from sim.scenario.expectations import AtStart, Impact
from sim.scenario.scenario import Agent, Pedestrian, Scenario, Vehicle

__all__ = ["check_events"]

_COLORS = ("red", "red_amber", "amber", "green", "dark")
_LIGHTS = ("head", "brake", "left", "right")
_OF_VEHICLES = (ChangeLane, Drive, SwitchLights, Appear, Leave)
_OF_PEOPLE = (Walk, Cross, Turn)
_SPEED, _PATH, _ASIDE, _TURN = "speed", "way", "place in its lane", "heading"
_GOVERNS: dict[type, tuple[str, ...]] = {
    ChangeSpeed: (_SPEED,),
    FollowSpeeds: (_SPEED,),
    Brake: (_SPEED,),
    Stop: (_SPEED,),
    ChangeLane: (_ASIDE,),
    Drive: (_PATH,),
    FollowTrajectory: (_SPEED, _PATH, _ASIDE, _TURN),
    Walk: (_SPEED, _PATH),
    Cross: (_SPEED, _PATH),
    Turn: (_TURN,),
}


def check_events(scenario: Scenario) -> None:
    """Check every event against the agents, the world and the other events.

    Raises:
        UsageError: the first thing wrong: which event, which field, its value, what would be right.
    """
    check = _Check(scenario)
    for index, event in enumerate(scenario.events):
        for place, part in parts_of(event):
            for problem in check.problems(part):
                raise UsageError(f"events[{index}].{place}: {problem}")
        for problem in _contradictions(event):
            raise UsageError(f"events[{index}]: {problem}")
    for index, claim in enumerate(scenario.expect):
        for problem in check.problems(claim):
            raise UsageError(f"expect[{index}]: {problem}")
    for index, event in enumerate(scenario.events):
        if not event.do:
            raise UsageError(f"events[{index}].do: is empty, wanted at least one action")


class _Check:
    def __init__(self, scenario: Scenario) -> None:
        network = scenario.world.network
        self._agents = {agent.name: agent for agent in scenario.agents}
        self._lanes = {lane.id: lane for lane in network.lanes}
        self._signals = [signal.name for signal in network.signals]
        self._events = [event.name for event in scenario.events]

    def problems(self, part: Any) -> Iterator[str]:
        """What is wrong with a condition or action."""
        who = getattr(part, "who", None)
        if isinstance(who, str) and not isinstance(part, Impact):
            yield from self._actor(part, who)
        for field in ("of", "to", "who") if isinstance(part, Impact) else ("of", "to"):
            name = getattr(part, field, None)
            if isinstance(name, str) and (field == "of" or name):
                yield from self._known("agent", field, name, self._agents)
        for place in _places(part):
            yield from self._place(place)
        if isinstance(part, SignalShows | SwitchSignal):
            yield from self._known("signal", "signal", part.signal, self._signals)
            yield from self._known("color", "color", part.color, _COLORS)
        if isinstance(part, EventIs | AtStart):
            yield from self._known("event", "event", part.event, self._events)
        if isinstance(part, EventIs):
            yield from self._known("word", "has", part.has, ("started", "ended"))
        for entry in dataclasses.fields(part):
            yield from _out_of_range(entry.name, getattr(part, entry.name))
        if type(part) in _FURTHER:
            yield from _FURTHER[type(part)](part)

    def _actor(self, action: Any, name: str) -> Iterator[str]:
        yield from self._known("agent", "who", name, self._agents)
        agent = self._agents.get(name)
        if agent is None:
            return
        if agent.behavior != SCRIPTED:
            yield f"who: {name!r} has the behavior {agent.behavior!r}, wanted {SCRIPTED!r}"
        if isinstance(action, _OF_VEHICLES) and not isinstance(agent, Vehicle):
            yield f"who: {name!r} is a person, wanted a vehicle"
        if isinstance(action, _OF_PEOPLE) and not isinstance(agent, Pedestrian):
            yield f"who: {name!r} is a vehicle, wanted a person"
        for field in ("to_mps", "speed_mps"):
            yield from _too_fast(field, getattr(action, field, ()), agent)

    def _place(self, place: Place) -> Iterator[str]:
        if not place.lane:
            return
        yield from self._known("lane", "lane", place.lane, self._lanes)
        line = self._lanes[place.lane].centre_m
        length_m = sum(math.dist(a, b) for a, b in pairwise(line))
        if not 0 <= place.s_m <= length_m:
            yield f"s_m: {place.s_m} is off lane {place.lane!r}, wanted 0 to {length_m:.1f}"

    @staticmethod
    def _known(kind: str, field: str, name: str, known: Any) -> Iterator[str]:
        if name not in known:
            yield f"{field}: {near_matches(kind, name, known)}"


def _too_fast(field: str, given: float | tuple[float, ...], agent: Agent) -> Iterator[str]:
    most = MAX_SPEED_MPS if isinstance(agent, Vehicle) else MAX_WALK_MPS
    least = -most if isinstance(agent, Vehicle) else 0.0
    for speed in given if isinstance(given, tuple) else (given,):
        if not least <= speed <= most:
            yield f"{field}: {speed} is out of range, wanted {least} to {most}"


def _places(part: Any) -> Iterator[Place]:
    for field in ("place", "at", "to", "through"):
        found = getattr(part, field, None)
        for one in found if isinstance(found, tuple) else (found,):
            if isinstance(one, Place):
                yield one


_POSITIVE = ("over_s", "over_m", "accel_mps2", "decel_mps2", "within_m", "below_s", "below_m", "way_m")


def _out_of_range(field: str, value: object) -> Iterator[str]:
    if isinstance(value, float | int) and not isinstance(value, bool):
        if field in _POSITIVE and not value >= 0:
            yield f"{field}: {value} is out of range, wanted 0 or more"
        if field in ("decel_mps2", "accel_mps2") and value == 0:
            yield f"{field}: is 0, wanted more"
        if abs(value) > FARTHEST_M:
            yield f"{field}: {value} is out of range, wanted {-FARTHEST_M} to {FARTHEST_M}"


def _one_of(*fields: str) -> Callable[[Any], Iterator[str]]:
    def check(part: Any) -> Iterator[str]:
        if sum(getattr(part, field) is not None for field in fields) != 1:
            yield f"wanted one of {', '.join(fields)}"

    return check


def _at_most_one(part: ChangeSpeed) -> Iterator[str]:
    given = [f for f in ("over_s", "over_m", "accel_mps2") if getattr(part, f) is not None]
    if len(given) > 1:
        yield f"{', '.join(given)}: wanted one of them"
    if part.smooth and part.over_s is None:
        yield "smooth: true, wanted over_s beside it"


def _agent_or_place(part: Distance | TimeToCollision) -> Iterator[str]:
    if bool(part.to) == (part.place is not None):
        yield "wanted one of to and place"
    if isinstance(part, Distance):
        yield from _one_of("below_m", "above_m")(part)


def _in_order(part: FollowSpeeds) -> Iterator[str]:
    if not part.time_s or len(part.time_s) != len(part.speed_mps):
        counts = f"{len(part.speed_mps)} entries, time_s {len(part.time_s)}"
        yield f"speed_mps has {counts}; wanted as many, at least one"
    if any(after <= before for before, after in pairwise((-1e-9, *part.time_s))):
        yield "time_s: wanted growing times from 0 on"


def _lights(part: SwitchLights) -> Iterator[str]:
    for field in ("lit", "dark"):
        for name in getattr(part, field):
            if name not in _LIGHTS:
                yield f"{field}: {near_matches('light', name, _LIGHTS)}"


def _weather(part: ChangeWeather) -> Iterator[str]:
    for name, value in part.to.items():
        if name not in RANGES:
            yield f"to: {near_matches('field of the environment', name, RANGES)}"
        elif not RANGES[name][0] <= value <= RANGES[name][1]:
            yield f"to.{name}: {value} is out of range, wanted {RANGES[name][0]} to {RANGES[name][1]}"


def _some_places(part: Drive | Walk) -> Iterator[str]:
    if not (part.through if isinstance(part, Drive) else part.to):
        yield "is without places, wanted at least one"


_FURTHER: dict[type, Callable[[Any], Iterator[str]]] = {
    Speed: _one_of("below_mps", "above_mps"),
    Headway: _one_of("below_s", "above_s"),
    Stop: _one_of("within_m", "at"),
    ChangeSpeed: _at_most_one,
    Distance: _agent_or_place,
    TimeToCollision: _agent_or_place,
    FollowSpeeds: _in_order,
    SwitchLights: _lights,
    ChangeWeather: _weather,
    Drive: _some_places,
    Walk: _some_places,
}


def _contradictions(event: Event) -> Iterator[str]:
    """Two actions of one event that change the same of one agent."""
    seen: dict[tuple[str, str], int] = {}
    for index, action in enumerate(event.do):
        for governs in _GOVERNS.get(type(action), ()):
            key = action.who, governs  # type: ignore[union-attr]
            if key in seen:
                yield f"do[{seen[key]}] and do[{index}] both change the {governs} of {key[0]!r}, wanted one"
            seen[key] = index
