"""Light and weather of a whole run: an environment at the start and at later times -> the one at any time."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass

from sim.environment.environment import Environment

__all__ = ["EnvironmentPlan", "WeatherChange"]


@dataclass(frozen=True)
class WeatherChange:
    """What light and weather are at a time of the run.

    Attributes:
        time_s: since the first frame, more than 0.
        environment: light and weather then; clouds are those of the start.

    Raises:
        ValueError: time_s is not more than 0.
    """

    time_s: float
    environment: Environment

    def __post_init__(self) -> None:
        if not 0.0 < self.time_s <= 36000.0:
            raise ValueError(f"time_s is {self.time_s}, wanted more than 0, at most 36000")


@dataclass(frozen=True)
class EnvironmentPlan:
    """Light and weather over a run: linear from each change to the next, constant before and after.

    Attributes:
        start: at the first frame and before it.
        changes: in the order of their times.

    Raises:
        ValueError: the times of the changes do not grow.
    """

    start: Environment
    changes: tuple[WeatherChange, ...] = ()

    def __post_init__(self) -> None:
        times = [0.0, *(change.time_s for change in self.changes)]
        for k, (before, after) in enumerate(itertools.pairwise(times)):
            if after <= before:
                raise ValueError(f"change {k}: time_s is {after}, wanted more than {before}")

    def at(self, time_s: float) -> Environment:
        """Light and weather at a time.

        Args:
            time_s: since the first frame; below 0 it is the start.
        """
        if not self.changes or time_s <= 0.0:
            return self.start
        times = [change.time_s for change in self.changes]
        after = bisect.bisect_right(times, time_s)
        if after == len(times):
            return self.start.toward(self.changes[-1].environment, 1.0)
        first_s = times[after - 1] if after else 0.0
        first = self.changes[after - 1].environment if after else self.start
        share = (time_s - first_s) / (times[after] - first_s)
        return self.start.toward(first, 1.0).toward(self.changes[after].environment, share)
