"""Views of a sequence, in order -> its captures and tracks without images, for checks at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.audit.view import Record, View

__all__ = ["Head", "History", "Sighting"]

_POSE, _SIZE, _VELOCITY, _RATE = slice(0, 12), slice(12, 15), slice(15, 18), 18
_NUMBERS = 19


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, eq=False, slots=True)
class Sighting:
    """One object in one capture; one array, for a sequence has very many.

    Attributes:
        head: the capture.
        category: as told.
        numbers: (19,) float64: `world_from_box` and `size_lwh_m` of box3d, velocity, yaw rate; NaN where
            a format does not tell.
    """

    head: Head
    category: str
    numbers: NDArray[np.float64]

    @property
    def pose(self) -> NDArray[np.float64]:
        """(3, 4) world_from_box of box3d."""
        return self.numbers[_POSE].reshape(3, 4)

    @property
    def size_lwh_m(self) -> NDArray[np.float64]:
        """(3,) of box3d."""
        return self.numbers[_SIZE]

    @property
    def velocity_mps(self) -> NDArray[np.float64]:
        """(3,) in the world."""
        return self.numbers[_VELOCITY]

    @property
    def yaw_rate_radps(self) -> float:
        """Turning rate."""
        return float(self.numbers[_RATE])


@dataclass(eq=False)
class History:
    """What is left of a sequence when its images are gone.

    Attributes:
        sequence: its name.
        extra: what the format says of the whole sequence (``agents``, ``sensors``, ``ticks``, ``tick_hz``).
        heads: all captures in order.
        tracks: instance id -> sightings in order, those of all cameras together.
    """

    sequence: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    heads: list[Head] = field(default_factory=list)
    tracks: dict[int, list[Sighting]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def add(self, view: View) -> None:
        """Take over what is kept of the next view. Raises KeyError, TypeError, ValueError if it is broken."""
        head = Head(view.where, view.sensor, view.frame, view.tick, view.timestamp_ns)
        self.heads.append(head)
        for thing in view.objects:
            self._told.update(name for name, value in thing.items() if value is not None)
            sighting = Sighting(head, str(thing.get("category")), _numbers(thing))
            self.tracks.setdefault(int(thing["instance_id"]), []).append(sighting)

    def has(self, need: str) -> bool:
        """Whether a key of `extra` or a field of some object is there."""
        return self.extra.get(need) is not None or need in self._told


def _numbers(thing: Record) -> NDArray[np.float64]:
    """What `Sighting.numbers` says."""
    out = np.full(_NUMBERS, np.nan)
    box = thing.get("box3d") or {}
    if "world_from_box" in box:
        out[_POSE] = np.asarray(box["world_from_box"], np.float64)[:3].ravel()
    if "size_lwh_m" in box:
        out[_SIZE] = box["size_lwh_m"]
    if thing.get("velocity_mps") is not None:
        out[_VELOCITY] = thing["velocity_mps"]
    if thing.get("yaw_rate_radps") is not None:
        out[_RATE] = thing["yaw_rate_radps"]
    return out
