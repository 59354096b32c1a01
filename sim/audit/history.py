"""Views of a sequence, in order -> its captures and tracks without images, for checks at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.audit.view import Record, View

__all__ = ["Head", "History", "Sighting"]

_KEPT = (
    "category",
    "name",
    "box3d",
    "velocity_mps",
    "yaw_rate_radps",
    "is_parked",
    "box2d_visible",
    "box2d_amodal",
)
"""Fields of objects that a history holds on to: enough for tracks, little in memory."""


@dataclass(frozen=True)
class Head:
    """A capture without its images and objects.

    Attributes:
        where: for messages.
        sensor: camera.
        frame, tick, timestamp_ns: number and time.
    """

    where: str
    sensor: str
    frame: int
    tick: int
    timestamp_ns: int


@dataclass(frozen=True, eq=False)
class Sighting:
    """One object in one capture.

    Attributes:
        head: the capture.
        record: the fields of `_KEPT` that are there.
    """

    head: Head
    record: Record


@dataclass(eq=False)
class History:
    """What is left of a sequence when its images are gone.

    Attributes:
        sequence: its name.
        heads: all captures in order.
        tracks: instance id -> sightings in order, those of all cameras together.
        extra: what the format says of the whole sequence (``agents``, ``cameras``, ``ticks``, ``tick_hz``).
    """

    sequence: str
    heads: list[Head] = field(default_factory=list)
    tracks: dict[int, list[Sighting]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def add(self, view: View) -> None:
        """Take over what is kept of the next view."""
        head = Head(view.where, view.sensor, view.frame, view.tick, view.timestamp_ns)
        self.heads.append(head)
        for thing in view.objects:
            record = {name: thing[name] for name in _KEPT if thing.get(name) is not None}
            self.tracks.setdefault(thing["instance_id"], []).append(Sighting(head, record))

    def has(self, need: str) -> bool:
        """Whether a key of `extra` or a field of some object is there."""
        if self.extra.get(need) is not None:
            return True
        return any(need in seen.record for track in self.tracks.values() for seen in track)
