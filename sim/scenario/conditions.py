"""When events start: conditions on time, places, speeds, signals and other events, as values."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CONDITIONS",
    "AllOf",
    "AnyOf",
    "Condition",
    "Distance",
    "EventIs",
    "Headway",
    "Not",
    "Place",
    "Reached",
    "SignalShows",
    "Speed",
    "Time",
    "TimeToCollision",
    "Travelled",
]


@dataclass(frozen=True)
class Place:
    """A point of the street, in the world or, if `lane` is given, on a lane.

    Attributes:
        x_m, y_m: in the world.
        lane: id of a lane.
        s_m: distance along it.
        left_m: how far left of its center line.
    """

    x_m: float = 0.0
    y_m: float = 0.0
    lane: str = ""
    s_m: float = 0.0
    left_m: float = 0.0


@dataclass(frozen=True)
class Time:
    """From a time on.

    Attributes:
        at_s: since the first frame.
    """

    at_s: float


@dataclass(frozen=True)
class Distance:
    """Between the footprints of two agents, or of one agent and a place.

    Attributes:
        of: the agent.
        to: another agent; or none, and a place.
        place: the place.
        below_m, above_m: one of them; the condition holds on that side of it.
    """

    of: str
    to: str = ""
    place: Place | None = None
    below_m: float | None = None
    above_m: float | None = None


@dataclass(frozen=True)
class TimeToCollision:
    """Until the footprints of two agents touch if both keep velocity and heading; or one comes to a place.

    To a place it is the way from the front of the agent, along its heading, by its speed.

    Attributes:
        of: the agent.
        to: another agent; or none, and a place.
        place: the place.
        below_s: it holds below this time.
    """

    of: str
    to: str = ""
    place: Place | None = None
    below_s: float = 0.0


@dataclass(frozen=True)
class Headway:
    """How long an agent takes at its speed over the gap to another one's footprint ahead.

    Attributes:
        of: the agent.
        to: the one ahead.
        below_s, above_s: one of them; the condition holds on that side of it.
    """

    of: str
    to: str
    below_s: float | None = None
    above_s: float | None = None


@dataclass(frozen=True)
class Reached:
    """The front of an agent has come to the line through a place at right angles to its heading.

    Attributes:
        of: the agent.
        place: the place.
        within_m: how far beside its way the place may be.
    """

    of: str
    place: Place
    within_m: float = 5.0


@dataclass(frozen=True)
class Travelled:
    """An agent has gone so far since the first frame.

    Attributes:
        of: the agent.
        above_m: the way.
    """

    of: str
    above_m: float


@dataclass(frozen=True)
class Speed:
    """How fast an agent is.

    Attributes:
        of: the agent.
        below_mps, above_mps: one of them; the condition holds on that side of it.
    """

    of: str
    below_mps: float | None = None
    above_mps: float | None = None


@dataclass(frozen=True)
class SignalShows:
    """A signal shows a color.

    Attributes:
        signal: its name in the world.
        color: ``red``, ``red_amber``, ``amber``, ``green`` or ``dark``.
    """

    signal: str
    color: str


@dataclass(frozen=True)
class EventIs:
    """Another event has started or ended.

    Attributes:
        event: its name.
        has: ``started`` or ``ended``.
        after_s: how long ago, at least.
    """

    event: str
    has: str = "started"
    after_s: float = 0.0


@dataclass(frozen=True)
class AllOf:
    """Every one of several conditions holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """One of several conditions holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """A condition does not hold."""

    of: Condition


Condition = (
    Time
    | Distance
    | TimeToCollision
    | Headway
    | Reached
    | Travelled
    | Speed
    | SignalShows
    | EventIs
    | AllOf
    | AnyOf
    | Not
)

CONDITIONS: dict[str, type] = {
    "time": Time,
    "distance": Distance,
    "time_to_collision": TimeToCollision,
    "headway": Headway,
    "reached": Reached,
    "travelled": Travelled,
    "speed": Speed,
    "signal": SignalShows,
    "event": EventIs,
    "all": AllOf,
    "any": AnyOf,
    "not": Not,
}
"""By the keys that files have; `all`, `any` and `not` hold conditions at once."""
