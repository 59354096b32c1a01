"""The events of a scenario and everybody between two ticks -> which events start when, and what that changes.

An event starts at the very time its condition comes true, between two ticks; from then on the ways of its
agents are others. So what happens does not depend on where the ticks fall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.guided import Guides
from sim.agents.motion import Movers
from sim.agents.scripted import ScriptedWay
from sim.agents.setting import Setting
from sim.scenario.actions import Action, Appear, ChangeWeather, SwitchSignal
from sim.scenario.conditions import Travelled
from sim.scenario.events import parts_of
from sim.scenario.scenario import Scenario
from sim.script.acting import PATH, acted
from sim.script.holding import Facts, holds
from sim.script.places import shown_color
from sim.script.story import NEVER_S, Running, Story
from sim.script.view import View

__all__ = ["Script"]

_FINE_S = 1e-10
_SAME_S = 1e-6
"""Times nearer than this are one."""


class Script:
    """The events of a scenario.

    Args:
        scenario: whose events.
        setting: its street and cast.
        guides: who is on a trajectory or script.
    """

    def __init__(self, scenario: Scenario, setting: Setting, guides: Guides) -> None:
        self._events, self._setting, self._guides = scenario.events, setting, guides
        self._row = {name: row for row, name in enumerate(setting.roster.names)}
        asked = [part for event in self._events for _, part in parts_of(event)]
        self._travellers = {self._row[one.of] for one in asked if isinstance(one, Travelled)}
        self._later = [self._row[one.who] for one in asked if isinstance(one, Appear)]

    def start(self, movers: Movers) -> tuple[Story, Movers]:
        """The story before anything happened, and everybody but those who are not there yet."""
        for row in self._later:
            view = View(self._setting, self._guides, movers, movers)
            way = view.way(row)
            if isinstance(way, ScriptedWay):
                movers = view.with_way(row, replace(way, there=False, number=row))
        return Story((NEVER_S,) * len(self._events), travelled_m=dict.fromkeys(self._travellers, 0.0)), movers

    def advanced(
        self, story: Story, movers: Movers, step: Callable[[Movers], Movers]
    ) -> tuple[Story, Movers]:
        """The story and everybody at the next tick.

        Args:
            story: until this tick.
            movers: everybody at this tick.
            step: gives everybody at the next tick, on the ways that they are on.
        """
        tick_s = since_s = movers.guided.tick / self._setting.tick_hz
        after = step(movers)
        until_s = after.guided.tick / self._setting.tick_hz
        while True:
            view = View(self._setting, self._guides, movers, after)
            facts = self._facts(story, view, tick_s)
            found = self._next(story, facts, since_s, until_s)
            if found is None:
                break
            since_s, event = found
            story, movers = self._started(story, event, since_s, movers)
            after = step(movers)
        travelled = {
            row: story.travelled_m[row] + _moved_m(view, row, tick_s, until_s) for row in story.travelled_m
        }
        return replace(story, travelled_m=travelled), after

    def colors(self, story: Story, programme: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(S,) what signals show: what their programme says but for those that events have switched."""
        out = programme.copy()
        for name, color in story.colors.items():
            out[self._setting.programme.row(name)] = color
        return out

    def begun(self, story: Story, movers: Movers) -> tuple[Story, Movers]:
        """The story and everybody at the first frame, with what happens at once."""
        return self.advanced(story, movers, lambda now: replace(now, guided=self._guides.anew(now.guided)))

    def _facts(self, story: Story, view: View, tick_s: float) -> Facts:
        programme, tick_hz = self._setting.programme, self._setting.tick_hz
        step = round(tick_s * tick_hz) + self._setting.warmup_ticks
        colors = self.colors(story, programme.colors(step, tick_hz))
        shown = dict(zip(programme.names, colors.tolist(), strict=True))
        names = [event.name for event in self._events]
        started = dict(zip(names, story.started_s, strict=True))
        ended = {name: story.ended_s(k) for k, name in enumerate(names)}
        return Facts(view, self._row, shown, started, ended, story.travelled_m, tick_s)

    def _next(self, story: Story, facts: Facts, since_s: float, until_s: float) -> tuple[float, int] | None:
        """The event that starts next until the next tick, and when."""
        found = []
        for event, started_s in enumerate(story.started_s):
            if started_s < NEVER_S:
                continue
            when = self._events[event].when
            if holds(when, facts, since_s):
                found.append((since_s, event))
            elif holds(when, facts, until_s):
                low, high = since_s, until_s
                while high - low > _FINE_S:
                    middle = (low + high) / 2
                    low, high = (low, middle) if holds(when, facts, middle) else (middle, high)
                found.append((high, event))
        return min(found, default=None)

    def _started(self, story: Story, event: int, now_s: float, movers: Movers) -> tuple[Story, Movers]:
        """The story and everybody at the tick, on the ways that they take when an event starts."""
        started = tuple(now_s if k == event else t for k, t in enumerate(story.started_s))
        story = replace(story, started_s=started)
        for action in self._events[event].do:
            if isinstance(action, SwitchSignal):
                colors = {**story.colors, action.signal: shown_color(action.color)}
                story = replace(story, colors=colors)
            elif isinstance(action, ChangeWeather):
                story = replace(story, weather=(*story.weather, (now_s, action.over_s, action.to)))
            else:
                story, movers = self._act(
                    story, event, action, now_s, View(self._setting, self._guides, movers, movers)
                )
        return story, movers

    def _act(
        self, story: Story, event: int, action: Action, now_s: float, view: View
    ) -> tuple[Story, Movers]:
        """An action of an agent."""
        assert not isinstance(action, SwitchSignal | ChangeWeather), "these have no agent"
        row = self._row[action.who]
        way = view.way(row)
        assert way is not None, "checked before: check_events asks for agents on scripts"
        course = acted(action, way, now_s, float(self._setting.footprint_m[row, 1]), self._setting)
        problems = [course.problem] if course.problem else []
        running = []
        for one in story.running:
            if one.row == row and one.until_s > now_s + _SAME_S:
                if one.governs in course.until_s:
                    # A new way takes the place of another one; that is no contradiction if it comes later.
                    if one.event != event and (one.governs != PATH or story.started_s[one.event] == now_s):
                        names = self._events[one.event].name, self._events[event].name
                        both = f"{names[0]!r} and {names[1]!r} both change"
                        problems.append(f"{both} the {one.governs} of {action.who!r}")
                    one = replace(one, until_s=now_s)
                elif one.governs == PATH and isinstance(course.way, ScriptedWay):
                    one = replace(one, until_s=course.way.arrival_s(now_s))
            running.append(one)
        running += [Running(event, row, governs, until_s) for governs, until_s in course.until_s.items()]
        said = tuple((now_s, event, problem) for problem in problems)
        changed = replace(story, running=tuple(running), problems=(*story.problems, *said))
        return changed, view.with_way(row, course.way)


def _moved_m(view: View, row: int, from_s: float, until_s: float) -> float:
    start, end = view.body(row, from_s), view.body(row, until_s)
    return float(np.hypot(end.x_m - start.x_m, end.y_m - start.y_m))
