"""What a scenario claims of its own run: impacts, approaches, times to collision, as values."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EXPECTATIONS", "AtStart", "Closest", "Expectation", "Impact", "Touch"]


@dataclass(frozen=True)
class Impact:
    """Where on the front of a vehicle somebody is when it comes to their middle.

    Attributes:
        of: the vehicle.
        who: the person or vehicle before it.
        share: place on the front, 0 at its right end, 1 at its left.
        at_s: when; None: at any time.
        within_m, within_s: how far off both may be.
    """

    of: str
    who: str
    share: float
    at_s: float | None = None
    within_m: float = 0.05
    within_s: float = 0.05


@dataclass(frozen=True)
class Touch:
    """When two footprints touch first.

    Attributes:
        of, to: the agents.
        at_s: since the first frame; None: at any time.
        within_s: how far off it may be.
    """

    of: str
    to: str
    at_s: float | None = None
    within_s: float = 0.05


@dataclass(frozen=True)
class Closest:
    """How near two footprints come to each other.

    Attributes:
        of, to: the agents.
        gap_m: the smallest distance.
        within_m: how far off it may be.
    """

    of: str
    to: str
    gap_m: float
    within_m: float = 0.05


@dataclass(frozen=True)
class AtStart:
    """What holds when an event starts.

    Attributes:
        event: its name.
        of: the agent asked for.
        to: the other one.
        collision_in_s: time until their footprints touch if both keep their velocity.
        gap_m: distance of their footprints.
        headway_s: the way along its heading to the other's footprint, by its speed.
        speed_mps: its speed.
        within_m, within_s, within_mps: how far off they may be.
    """

    event: str
    of: str
    to: str = ""
    collision_in_s: float | None = None
    gap_m: float | None = None
    headway_s: float | None = None
    speed_mps: float | None = None
    within_m: float = 0.05
    within_s: float = 0.05
    within_mps: float = 0.05


Expectation = Impact | Touch | Closest | AtStart

EXPECTATIONS: dict[str, type] = {"impact": Impact, "touch": Touch, "closest": Closest, "at_start": AtStart}
"""By the keys that files have."""
