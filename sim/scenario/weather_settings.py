"""Settings of the look by name, as on a command line -> distributions, and fixed light and weather."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.environment import RANGES, Environment, sun_angles_deg
from sim.errors import UsageError, near_matches
from sim.randomization import GROUPS, Look, look_of
from sim.scenario.catalog import Parameter, Scalar, attribute_docs
from sim.scenario.yamltext import parse_yaml, read_text

__all__ = [
    "SUN_FIELDS",
    "LookSettings",
    "environment_parameters",
    "environment_with",
    "look_settings",
    "randomization_of",
    "sun_fields",
]

_PREFIX, _ENVIRONMENT = "randomize.", "environment."
SUN_FIELDS = ("sun_azimuth_deg", "sun_elevation_deg")
"""Fields of an environment that follow from time and place."""


@dataclass(frozen=True)
class LookSettings:
    """What is asked of the look.

    Attributes:
        level: of randomization, None if not said.
        weather: kind of weather, None if not said.
        own: distributions as written, by name.
        fields: of the environment, which are not drawn.
    """

    level: str | None = None
    weather: str | None = None
    own: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def draws(self) -> bool:
        """Whether anything is to be drawn that would otherwise stay."""
        return self.level is not None or self.weather is not None or bool(self.own)

    @property
    def look(self) -> Look:
        """The distributions. Raises UsageError."""
        return look_of(self.level or "default", self.own, self.weather)


def environment_parameters() -> tuple[Parameter, ...]:
    """Settings of light and weather, the fields of `Environment` with their ranges."""
    docs, out = attribute_docs(Environment), []
    for one in dataclasses.fields(Environment):
        kind = float if one.name in RANGES else int
        doc = docs[one.name].rstrip(".")
        if one.name in RANGES:
            low, high = RANGES[one.name]
            doc = f"{doc}; {low:g} to {high:g}"
        out.append(Parameter(one.name, kind, one.default, doc + "."))  # type: ignore[arg-type]
    return tuple(out)


def look_settings(settings: Mapping[str, Scalar]) -> tuple[LookSettings, dict[str, Scalar]]:
    """The settings of the look, and all others.

    Args:
        settings: ``weather``, ``randomize`` (a level or a YAML file), ``randomize.NAME`` (a distribution),
            ``time``, ``latitude_deg``, ``longitude_deg``, fields of the environment, and others.

    Raises:
        UsageError: a value that cannot be, or settings that contradict each other.
    """
    known = {p.name: p for p in environment_parameters()}
    own: dict[str, object] = {}
    fields: dict[str, Scalar] = {}
    of_time: dict[str, Scalar] = {}
    texts: dict[str, str] = {}
    rest: dict[str, Scalar] = {}
    for key, value in settings.items():
        name = key.removeprefix(_ENVIRONMENT)
        if key.startswith(_PREFIX):
            own[_full_name(key.removeprefix(_PREFIX), known)] = value
        elif name in known:
            fields[name] = known[name].accept(value, "setting")
        elif key.startswith(_ENVIRONMENT):
            raise UsageError(near_matches("parameter of environment", name, known))
        elif key in ("time", "latitude_deg", "longitude_deg"):
            of_time[key] = value
        elif key in ("weather", "randomize"):
            texts[key] = str(value)
        else:
            rest[key] = value
    if of_time:
        twice = [name for name in SUN_FIELDS if name in fields]
        if twice:
            raise UsageError(f"setting {twice[0]}: the sun's place follows from time and latitude_deg")
        fields |= sun_fields(**of_time)
    level = texts.get("randomize")
    if level is not None and level.endswith((".yaml", ".yml")):
        level, of_file = _of_file(Path(level))
        own = {**of_file, **own}
    return LookSettings(level, texts.get("weather"), own, fields), rest


def environment_with(environment: Environment, fields: Mapping[str, Scalar]) -> Environment:
    """The environment with some of its fields set.

    Raises:
        UsageError: the field, its value, what would be right.
    """
    try:
        return dataclasses.replace(environment, **fields)  # type: ignore[arg-type]
    except ValueError as error:
        raise UsageError(f"setting {error}") from None


def sun_fields(
    time: Scalar | None = None, latitude_deg: Scalar | None = None, longitude_deg: Scalar = 0.0
) -> dict[str, Scalar]:
    """Where the sun stands, as fields of an environment.

    Args:
        time: ISO 8601, ``2026-06-21T22:30`` (local mean solar time) or with an offset, ``...T22:30+02:00``.
        latitude_deg: of the place, north positive.
        longitude_deg: of the place, east positive; matters only for a time with an offset.

    Raises:
        UsageError: no time or place, or none that exists.
    """
    if time is None or latitude_deg is None:
        missing = "time" if time is None else "latitude_deg"
        raise UsageError(f"{missing}: missing; the sun's place follows from time and latitude_deg together")
    for name, value in (("latitude_deg", latitude_deg), ("longitude_deg", longitude_deg)):
        if isinstance(value, bool | str):
            raise UsageError(f"{name}: {value!r:.40} is not a number")
    try:
        moment = datetime.datetime.fromisoformat(str(time))
    except ValueError:
        raise UsageError(
            f"time: {time!r:.60} is no date and time, wanted one such as 2026-06-21T22:30"
        ) from None
    try:
        angles = sun_angles_deg(moment, float(latitude_deg), float(longitude_deg))
    except (ValueError, OverflowError) as error:
        raise UsageError(f"time: {error}") from None
    return {name: round(angle, 4) for name, angle in zip(SUN_FIELDS, angles, strict=True)}


def _full_name(name: str, environment: Mapping[str, object]) -> str:
    """Fields of the environment may be named without their group."""
    if name in environment:
        return _ENVIRONMENT + name
    if name != "weather" and name.partition(".")[0] not in GROUPS:
        known = ["weather", *environment, *(f"{group}." for group in GROUPS)]
        raise UsageError(near_matches("parameter to randomize", name, known))
    return name


def _of_file(path: Path) -> tuple[str, dict[str, object]]:
    """Level and distributions of a YAML file."""
    if not path.is_file():
        raise UsageError(f"randomize: {path}: no such file")
    data = parse_yaml(read_text(path), path.name)
    if not isinstance(data, Mapping):
        raise UsageError(f"{path.name}: wanted a mapping of parameters to distributions")
    return randomization_of(data, path.name)


def randomization_of(section: Mapping[str, object], source: str) -> tuple[str, dict[str, object]]:
    """Level and distributions of a mapping such as the section `randomize` of a scenario file.

    Raises:
        UsageError: naming the source and what is wrong.
    """
    known = {p.name: p for p in environment_parameters()}
    level = section.get("level", "default")
    try:
        own = {_full_name(str(name), known): one for name, one in section.items() if name != "level"}
        look_of(str(level), own)
    except UsageError as error:
        raise UsageError(f"{source}: {error}") from None
    return str(level), own
