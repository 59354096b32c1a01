"""A level of randomization and a user's own distributions -> one table that a look is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sim.errors import UsageError, near_matches
from sim.randomization.distributions import Distribution, Drawn, distribution_of
from sim.randomness import stream

__all__ = ["GROUPS", "LEVELS", "Look", "look_of", "weather_names"]

GROUPS = ("environment", "camera", "world", "people", "vehicles")
"""What a parameter can belong to: the first part of its name."""

_WEATHER, _WORLD = "weather", "world."


@cache
def _file() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((files("sim.randomization") / "look.yaml").read_text("utf-8"))
    return data


LEVELS = ("none", "default", "wide")
"""Levels of randomization, from fixed values to far more than streets differ by."""


def weather_names() -> tuple[str, ...]:
    """Kinds of weather that can be drawn or asked for."""
    return tuple(name for name in _file()["weather"] if name != "any")


@dataclass(frozen=True)
class Look:
    """Distributions by name.

    Attributes:
        level: what it is based on, one of `LEVELS`.
        weather: of the kind of weather.
        parameters: ``group.parameter`` -> distribution.
        own: names of the parameters that the user gave.
    """

    level: str
    weather: Distribution
    parameters: Mapping[str, Distribution] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def kind(self, seed: int) -> str:
        """The kind of weather of a scenario. Raises UsageError if there is none of that name."""
        kind = str(self.weather.draw(stream(seed, "look/weather")))
        if kind not in weather_names():
            raise UsageError(near_matches("weather", kind, weather_names()))
        return kind

    def draw_weather(self, seed: int) -> tuple[str, dict[str, Drawn]]:
        """The kind of weather of a scenario, and the fields of its environment.

        Raises:
            UsageError: a kind that does not exist.
        """
        kind = self.kind(seed)
        of_kind = {**_file()["weather"]["any"], **_file()["weather"][kind]}
        table = {name: distribution_of(one, name) for name, one in of_kind.items() if _WORLD not in name}
        table |= self.of("environment")
        out = {name: one.draw(stream(seed, f"look/environment/{name}")) for name, one in table.items()}
        clouds = int(stream(seed, "look/environment/cloud_seed").integers(2**31))
        return kind, {"cloud_seed": clouds, **out}

    def draw(self, group: str, seed: int, key: str = "") -> dict[str, Drawn]:
        """The parameters of a group that have a distribution.

        Args:
            group: one of `GROUPS`.
            seed: of the scenario.
            key: whose they are, a camera's or an agent's name; each has a stream of its own.
        """
        out: dict[str, Drawn] = {}
        table = self.of(group)
        if group == "world":
            of_kind = _file()["weather"][self.kind(seed)]
            for name, one in of_kind.items():
                if name.startswith(_WORLD) and name not in self.own:
                    table[name.removeprefix(_WORLD)] = distribution_of(one, name)
        for name, one in table.items():
            rng = stream(seed, f"look/{group}/{key}/{name}")
            out[name] = one.draw(rng, is_color=name.endswith("_srgb"))
        return out

    def of(self, group: str) -> dict[str, Distribution]:
        """Parameter -> distribution, of one group."""
        start = group + "."
        return {
            name.removeprefix(start): one for name, one in self.parameters.items() if name.startswith(start)
        }


def look_of(
    level: str = "default", own: Mapping[str, object] | None = None, weather: str | None = None
) -> Look:
    """The distributions of a level, a user's own in place of its.

    Args:
        level: one of `LEVELS`.
        own: ``weather`` or ``group.parameter`` -> distribution as written, see `distribution_of`.
        weather: the kind of weather, instead of drawing it; the level's own fixed light then gives way.

    Raises:
        UsageError: an unknown level, kind of weather or group, or a distribution that is none.
    """
    if level not in LEVELS:
        raise UsageError(near_matches("level of randomization", level, LEVELS))
    if weather is not None and weather not in weather_names():
        raise UsageError(near_matches("weather", weather, weather_names()))
    written: dict[str, object] = dict(_file()["levels"][level])
    if weather is not None or _WEATHER in (own or {}):
        written = {name: one for name, one in written.items() if not name.startswith("environment.")}
    written |= own or {}
    if weather is not None:
        written[_WEATHER] = weather
    for name in written:
        group, dot, _ = name.partition(".")
        if name != _WEATHER and not (dot and group in GROUPS):
            raise UsageError(
                f"randomize: {name!r:.60}: wanted 'weather' or a name that begins with one of "
                f"{', '.join(g + '.' for g in GROUPS)}"
            )
    table = {name: distribution_of(one, name) for name, one in written.items()}
    return Look(level, table.pop(_WEATHER), table, frozenset(own or ()))
