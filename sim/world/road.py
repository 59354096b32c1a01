"""The road network in OpenDRIVE's words: lanes, their links, signals, crosswalks, pavements.

Everything that moves stands on this; nothing here knows how it looks.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Crosswalk", "Lane", "RoadNetwork", "Signal", "SignalPhase", "WalkEdge", "WalkNode"]

Polyline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Lane:
    """One lane, driven in the direction of its centre line.

    Attributes:
        id: unique in the network, for example ``south_in_0`` or ``south_to_east``.
        kind: ``driving`` or ``parking``.
        centre_m: centre line, (x, y) points in driving direction, dense enough to follow (<= 1 m in curves).
        width_m: lane width.
        speed_limit_mps: speed limit.
        successors: ids of lanes that continue this one at its end.
        left, right: ids of neighbours driven in the same direction, or "".
        turn: ``straight``, ``left`` or ``right`` (indicator to show), for lanes inside a junction.
        stop_line_s_m: where to wait along this lane, or -1 if there is no stop line.
        signal: name of the signal that governs the stop line, or "".
        yields_to: ids of lanes whose traffic goes first where their paths cross this one.
    """

    id: str
    kind: str
    centre_m: Polyline
    width_m: float
    speed_limit_mps: float
    successors: tuple[str, ...] = ()
    left: str = ""
    right: str = ""
    turn: str = "straight"
    stop_line_s_m: float = -1.0
    signal: str = ""
    yields_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignalPhase:
    """One phase of the signal programme.

    Attributes:
        duration_s: how long it lasts.
        colors: signal name -> ``red``, ``red_amber``, ``amber`` or ``green``; what is not named is red.
    """

    duration_s: float
    colors: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Signal:
    """A signal group: everything that shows the same colour at the same time.

    Attributes:
        name: for example ``south`` or ``walk_south``.
        kind: ``vehicle`` or ``pedestrian``.
    """

    name: str
    kind: str


@dataclass(frozen=True)
class Crosswalk:
    """A zebra or a signalled crossing.

    Attributes:
        id: unique in the network.
        outline_m: counter-clockwise ring of its area.
        start_m, end_m: kerb points between which people walk.
        signal: name of the pedestrian signal, or "" for a zebra where vehicles yield.
        lanes: (lane id, s_m where a vehicle enters the area, s_m where it has left) of each lane below.
    """

    id: str
    outline_m: Polyline
    start_m: tuple[float, float]
    end_m: tuple[float, float]
    signal: str = ""
    lanes: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True)
class WalkNode:
    """A place people walk through: (x, y) and its name."""

    id: str
    xy_m: tuple[float, float]


@dataclass(frozen=True)
class WalkEdge:
    """A straight strip people walk along, in both directions.

    Attributes:
        a, b: ids of its nodes.
        width_m: usable width.
        crosswalk: id of the Crosswalk it runs over, or "" on pavements.
    """

    a: str
    b: str
    width_m: float
    crosswalk: str = ""


@dataclass(frozen=True)
class RoadNetwork:
    """Lanes, signals, crossings and pavements of a world.

    Attributes:
        lanes: every lane.
        signals: every signal group.
        programme: phases repeated in order; empty if there are no signals.
        crosswalks: every crossing.
        walk_nodes, walk_edges: the pavement graph.
        left_hand: True where traffic keeps left.
    """

    lanes: tuple[Lane, ...]
    signals: tuple[Signal, ...] = ()
    programme: tuple[SignalPhase, ...] = ()
    crosswalks: tuple[Crosswalk, ...] = ()
    walk_nodes: tuple[WalkNode, ...] = ()
    walk_edges: tuple[WalkEdge, ...] = ()
    left_hand: bool = False
