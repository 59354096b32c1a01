"""What has happened of a scenario's events until a time, as a value."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.environment import Environment

__all__ = ["NEVER_S", "Running", "Story"]

NEVER_S = float("inf")


@dataclass(frozen=True)
class Running:
    """That an event's action governs something of an agent."""

    event: int
    row: int
    governs: str
    until_s: float


@dataclass(frozen=True)
class Story:
    """What has happened. A value.

    Attributes:
        started_s: when each event did; NEVER_S for not yet.
        running: what actions govern.
        travelled_m: row -> its way since the first frame, of those that conditions ask for.
        colors: signals that events have switched.
        weather: (from when, how long, fields) of changes.
        problems: (time, event, what) that was not as asked.
    """

    started_s: tuple[float, ...]
    running: tuple[Running, ...] = ()
    travelled_m: Mapping[int, float] = field(default_factory=dict)
    colors: Mapping[str, int] = field(default_factory=dict)
    weather: tuple[tuple[float, float, Mapping[str, float]], ...] = ()
    problems: tuple[tuple[float, int, str], ...] = ()

    def ended_s(self, event: int) -> float:
        """When an event ends or ended, as far as is known; inf for never or not started."""
        ends = [one.until_s for one in self.running if one.event == event]
        changes = [at + takes for at, takes, _ in self.weather if at == self.started_s[event]]
        return max([self.started_s[event], *ends, *changes])

    def times_s(self, now_s: float) -> NDArray[np.float64]:
        """(E, 2) when each event started and ended until now; NaN for not yet."""
        known = np.array([(start, self.ended_s(k)) for k, start in enumerate(self.started_s)]).reshape(-1, 2)
        return np.where(known <= now_s, known, np.nan)

    def environment(self, planned: Environment, now_s: float) -> Environment:
        """Light and weather: what the scenario plans, with the changes of events."""
        for start_s, takes_s, fields in self.weather:
            to: dict[str, Any] = dict(fields)
            share = 1.0 if takes_s <= 0 else min(1.0, (now_s - start_s) / takes_s)
            planned = planned.toward(dataclasses.replace(planned, **to), share)
        return planned
