"""Roads and junctions in OpenDRIVE's words: frozen values, no computation."""

from __future__ import annotations

from dataclasses import dataclass

from sim.roads.curves import Geometry
from sim.roads.furniture import RoadObject, Signal, SignalReference
from sim.roads.lanes import LaneSection
from sim.roads.pieces import Cubic

__all__ = [
    "Connection",
    "Junction",
    "JunctionController",
    "LaneLink",
    "Priority",
    "Road",
    "RoadLink",
    "RoadType",
    "Shape",
]


@dataclass(frozen=True, slots=True)
class RoadLink:
    """What a road is joined to at one of its ends.

    Attributes:
        element_type: ``road`` or ``junction``.
        element_id: its id.
        contact: ``start`` or ``end`` of that road; "" for junctions.
    """

    element_type: str
    element_id: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class RoadType:
    """What kind of road it is from `s_m` on, and its speed limit.

    Attributes:
        s_m: where it begins.
        type: ``town``, ``rural``, ``motorway`` and so on.
        max_mps: limit; inf if there is none, None if nothing is said.
        country: code whose rules hold, or "".
    """

    s_m: float
    type: str
    max_mps: float | None = None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Height of the surface across the road at `s_m`, a cubic of t from `t_m` on; linear along s."""

    s_m: float
    t_m: float
    a: float
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0


@dataclass(frozen=True)
class Road:
    """One road.

    Attributes:
        id: unique in the network; any text.
        length_m: of its reference line.
        plan_view: the shapes of the reference line, ascending.
        sections: lane sections, ascending, at least one.
        name: of the file's own.
        junction: id of the junction it is part of, or "".
        left_hand: True where traffic keeps left.
        predecessor, successor: what joins its start and its end.
        types: kinds and limits, ascending.
        elevation: height of the reference line.
        superelevation: roll of the surface in radians, positive where the left side is higher.
        shapes: height across the road, ascending by `s_m`, then `t_m`.
        lane_offsets: t of the center lane.
        objects, signals, signal_references: in the order of the file.
    """

    id: str
    length_m: float
    plan_view: tuple[Geometry, ...]
    sections: tuple[LaneSection, ...]
    name: str = ""
    junction: str = ""
    left_hand: bool = False
    predecessor: RoadLink | None = None
    successor: RoadLink | None = None
    types: tuple[RoadType, ...] = ()
    elevation: tuple[Cubic, ...] = ()
    superelevation: tuple[Cubic, ...] = ()
    shapes: tuple[Shape, ...] = ()
    lane_offsets: tuple[Cubic, ...] = ()
    objects: tuple[RoadObject, ...] = ()
    signals: tuple[Signal, ...] = ()
    signal_references: tuple[SignalReference, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneLink:
    """Lane `from_lane` of the incoming road goes on as `to_lane` of the connecting road."""

    from_lane: int
    to_lane: int


@dataclass(frozen=True, slots=True)
class Connection:
    """A way through a junction.

    Attributes:
        id: unique in the junction.
        incoming_road: road it comes from; "" in virtual junctions that have none.
        connecting_road: road inside the junction; of a direct junction the road that is joined.
        contact: which end of the connecting road meets the incoming one, ``start`` or ``end``.
        lane_links: which lanes.
    """

    id: str
    incoming_road: str
    connecting_road: str
    contact: str
    lane_links: tuple[LaneLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Priority:
    """Traffic on connecting road `high` goes before that on `low`; either may be "" (all others)."""

    high: str
    low: str


@dataclass(frozen=True, slots=True)
class JunctionController:
    """A controller of signals that works for a junction."""

    id: str
    type: str = ""
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Junction:
    """Where roads meet.

    Attributes:
        id: unique in the network; any text.
        name: of the file's own.
        type: ``default``, ``direct``, ``virtual`` or ``crossing``.
        connections: the ways through it.
        priorities: who goes first.
        controllers: its signals' controllers.
    """

    id: str
    name: str = ""
    type: str = "default"
    connections: tuple[Connection, ...] = ()
    priorities: tuple[Priority, ...] = ()
    controllers: tuple[JunctionController, ...] = ()
