"""What stands beside and lies on roads in OpenDRIVE's words: signals, controllers, objects, outlines."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Control",
    "Controller",
    "Corner",
    "CornerLocal",
    "CornerRoad",
    "Outline",
    "ParkingSpace",
    "Repeat",
    "RoadObject",
    "Signal",
    "SignalReference",
    "Validity",
]


@dataclass(frozen=True, slots=True)
class Validity:
    """Lanes something holds for, both ends included."""

    from_lane: int
    to_lane: int


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign or a traffic light.

    Attributes:
        id: unique in the file.
        s_m, t_m: where it stands.
        name: of the file's own.
        dynamic: True for what changes, as lights do.
        orientation: ``+`` valid for traffic along s, ``-`` against, ``none`` for both.
        z_offset_m: of its lower edge above the road.
        country, country_revision, type, subtype: code of the sign, for example DE, 2017, 274, 30.
        value, unit: its number, None if it has none.
        text: written on it.
        height_m, width_m: of the board, 0 if not stated.
        h_offset_rad: its heading against the reference line's (``-``: its opposite).
        pitch_rad, roll_rad: of the board.
        validity: lanes it holds for; empty is all in its direction.
    """

    id: str
    s_m: float
    t_m: float
    name: str = ""
    dynamic: bool = False
    orientation: str = "none"
    z_offset_m: float = 0.0
    country: str = ""
    country_revision: str = ""
    type: str = ""
    subtype: str = ""
    value: float | None = None
    unit: str = ""
    text: str = ""
    height_m: float = 0.0
    width_m: float = 0.0
    h_offset_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0
    validity: tuple[Validity, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalReference:
    """A signal of another road that holds here too.

    Attributes:
        id: the signal's.
        s_m, t_m: where it holds.
        orientation: as `Signal.orientation`.
        validity: lanes it holds for.
    """

    id: str
    s_m: float
    t_m: float
    orientation: str = "none"
    validity: tuple[Validity, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """A signal in a controller: its id and the file's own word for its part."""

    signal_id: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Controller:
    """Signals that are switched together."""

    id: str
    name: str = ""
    sequence: int | None = None
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class CornerRoad:
    """A corner of an outline in road coordinates: `dz_m` above the road, `height_m` tall."""

    s_m: float
    t_m: float
    dz_m: float = 0.0
    height_m: float = 0.0


@dataclass(frozen=True, slots=True)
class CornerLocal:
    """A corner of an outline in the object's own frame, u along its heading, v to the left."""

    u_m: float
    v_m: float
    z_m: float = 0.0
    height_m: float = 0.0


Corner = CornerRoad | CornerLocal


@dataclass(frozen=True, slots=True)
class Outline:
    """A ring (`closed`) or line of corners, all of one kind."""

    corners: tuple[Corner, ...]
    closed: bool = True
    outer: bool = True


@dataclass(frozen=True, slots=True)
class Repeat:
    """An object again and again, or drawn out without gaps if `distance_m` is 0.

    Attributes:
        s_m, length_m: where the row begins and how long it is.
        distance_m: between two of them, 0 for one that runs through.
        t_m, height_m, z_offset_m, width_m: at its start and end; None if the object's own hold.
    """

    s_m: float
    length_m: float
    distance_m: float
    t_m: tuple[float, float]
    height_m: tuple[float, float] | None
    z_offset_m: tuple[float, float]
    width_m: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class ParkingSpace:
    """Who may park: ``all``, ``women``, ``handicapped`` and so on, and what else is said."""

    access: str = "all"
    restrictions: str = ""


@dataclass(frozen=True, slots=True)
class RoadObject:
    """A thing on or beside a road; its type ``crosswalk`` is where people cross.

    Attributes:
        id: unique in the file.
        s_m, t_m: of its origin.
        name, type, subtype: in the file's words.
        dynamic: True if it can move.
        orientation: as `Signal.orientation`.
        z_offset_m: of its origin above the road.
        heading_rad, pitch_rad, roll_rad: against the reference line.
        length_m, width_m, height_m: along its own axes; 0 if not stated.
        radius_m: of round ones, 0 for boxes.
        valid_length_m: along s, from its origin.
        outlines: its plan instead of a box.
        repeats: rows of it.
        validity: lanes it holds for.
        parking: for parking spaces.
    """

    id: str
    s_m: float
    t_m: float
    name: str = ""
    type: str = ""
    subtype: str = ""
    dynamic: bool = False
    orientation: str = "none"
    z_offset_m: float = 0.0
    heading_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0
    length_m: float = 0.0
    width_m: float = 0.0
    height_m: float = 0.0
    radius_m: float = 0.0
    valid_length_m: float = 0.0
    outlines: tuple[Outline, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    validity: tuple[Validity, ...] = ()
    parking: ParkingSpace | None = None
