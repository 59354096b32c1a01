"""A condition and a view between two ticks -> whether it holds at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Distance,
    EventIs,
    Headway,
    Not,
    Reached,
    SignalShows,
    Speed,
    Time,
    TimeToCollision,
    Travelled,
)
from sim.script.places import shown_color, xy_of
from sim.script.view import Body, View

__all__ = ["Facts", "holds"]

_SAME_TIME_S = 1e-9


@dataclass(frozen=True)
class Facts:
    """What conditions are asked of.

    Attributes:
        view: everybody.
        row: name of an agent -> its row.
        color: what each signal shows from the tick on.
        started_s, ended_s: when each event did, by name; inf for not yet.
        travelled_m: ways of agents since the first frame until the tick, by row.
        tick_s: time of the tick.
    """

    view: View
    row: Mapping[str, int]
    color: Mapping[str, int]
    started_s: Mapping[str, float]
    ended_s: Mapping[str, float]
    travelled_m: Mapping[int, float]
    tick_s: float

    def body(self, name: str, time_s: float) -> Body:
        """An agent at a time."""
        return self.view.body(self.row[name], time_s)


def holds(condition: Condition | None, facts: Facts, time_s: float) -> bool:
    """Whether a condition holds at a time from the tick to the next; none does always."""
    return condition is None or _HOLDS[type(condition)](condition, facts, time_s)


def _on_its_side(value: float, below: float | None, above: float | None) -> bool:
    return (below is None or value < below) and (above is None or value > above)


def _distance(condition: Distance, facts: Facts, time_s: float) -> bool:
    body = facts.body(condition.of, time_s)
    if condition.place is None:
        gap = body.gap_m(facts.body(condition.to, time_s))
    else:
        gap = body.gap_to_place_m(xy_of(condition.place, facts.view.setting.lanes))
    return _on_its_side(gap, condition.below_m, condition.above_m)


def _time_to_collision(condition: TimeToCollision, facts: Facts, time_s: float) -> bool:
    body = facts.body(condition.of, time_s)
    if condition.place is None:
        return body.collision_s(facts.body(condition.to, time_s)) < condition.below_s
    ahead, _ = body.ahead_m(xy_of(condition.place, facts.view.setting.lanes))
    gap = ahead - body.box_m[1]
    return 0 <= gap < condition.below_s * body.speed_mps


def _headway(condition: Headway, facts: Facts, time_s: float) -> bool:
    body = facts.body(condition.of, time_s)
    corners = facts.body(condition.to, time_s).corners_m()
    gap = min(body.ahead_m((float(x), float(y)))[0] for x, y in corners) - body.box_m[1]
    if gap < 0 or body.speed_mps <= 0:
        return condition.below_s is None
    return _on_its_side(gap / body.speed_mps, condition.below_s, condition.above_s)


def _reached(condition: Reached, facts: Facts, time_s: float) -> bool:
    body = facts.body(condition.of, time_s)
    ahead, left = body.ahead_m(xy_of(condition.place, facts.view.setting.lanes))
    return ahead <= body.box_m[1] and abs(left) <= condition.within_m


def _travelled(condition: Travelled, facts: Facts, time_s: float) -> bool:
    start, now = facts.body(condition.of, facts.tick_s), facts.body(condition.of, time_s)
    moved = ((now.x_m - start.x_m) ** 2 + (now.y_m - start.y_m) ** 2) ** 0.5
    return bool(facts.travelled_m[facts.row[condition.of]] + moved > condition.above_m)


def _speed(condition: Speed, facts: Facts, time_s: float) -> bool:
    speed = facts.body(condition.of, time_s).speed_mps
    return _on_its_side(speed, condition.below_mps, condition.above_mps)


def _event(condition: EventIs, facts: Facts, time_s: float) -> bool:
    known = facts.started_s if condition.has == "started" else facts.ended_s
    return time_s >= known[condition.event] + condition.after_s - _SAME_TIME_S


_HOLDS: dict[type, Callable[[Any, Facts, float], bool]] = {
    Time: lambda condition, facts, time_s: time_s >= condition.at_s - _SAME_TIME_S,
    Distance: _distance,
    TimeToCollision: _time_to_collision,
    Headway: _headway,
    Reached: _reached,
    Travelled: _travelled,
    Speed: _speed,
    SignalShows: lambda one, facts, time_s: facts.color[one.signal] == shown_color(one.color),
    EventIs: _event,
    AllOf: lambda condition, facts, time_s: all(holds(one, facts, time_s) for one in condition.of),
    AnyOf: lambda condition, facts, time_s: any(holds(one, facts, time_s) for one in condition.of),
    Not: lambda condition, facts, time_s: not holds(condition.of, facts, time_s),
}
