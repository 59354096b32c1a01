"""<objects>, <signals> and <controller> -> what stands beside and lies on roads."""

from __future__ import annotations

from sim.roads.furniture import (
    Control,
    Controller,
    Corner,
    CornerLocal,
    CornerRoad,
    Outline,
    ParkingSpace,
    Repeat,
    RoadObject,
    Signal,
    SignalReference,
    Validity,
)
from sim.roads.opendrive.document import Element
from sim.roads.opendrive.fields import Fields

__all__ = ["controllers", "objects", "signal_references", "signals"]

_SIDES = ("+", "-", "none")


def signals(fields: Fields, road: Element) -> tuple[Signal, ...]:
    """The signals of a road."""
    return tuple(_signal(fields, child) for child in fields.all(fields.one(road, "signals"), "signal"))


def signal_references(fields: Fields, road: Element) -> tuple[SignalReference, ...]:
    """The signals of other roads that hold here too."""
    return tuple(
        SignalReference(
            fields.identifier(child),
            fields.number(child, "s"),
            fields.number(child, "t"),
            fields.word(child, "orientation", _SIDES, "none"),
            _validity(fields, child),
        )
        for child in fields.all(fields.one(road, "signals"), "signalReference")
    )


def objects(fields: Fields, road: Element) -> tuple[RoadObject, ...]:
    """The objects of a road."""
    return tuple(_object(fields, child) for child in fields.all(fields.one(road, "objects"), "object"))


def controllers(fields: Fields, root: Element) -> tuple[Controller, ...]:
    """The controllers of a map."""
    found = [(child, _controller(fields, child)) for child in fields.all(root, "controller")]
    fields.unique([(child, controller.id) for child, controller in found])
    return tuple(controller for _, controller in found)


def _controller(fields: Fields, element: Element) -> Controller:
    controls = tuple(
        Control(fields.identifier(child, "signalId"), fields.text(child, "type", ""))
        for child in fields.all(element, "control")
    )
    sequence = fields.integer(element, "sequence") if element.attributes.get("sequence") else None
    fields.ignore(element, "sequence")
    return Controller(fields.identifier(element), fields.text(element, "name", ""), sequence, controls)


def _validity(fields: Fields, element: Element) -> tuple[Validity, ...]:
    return tuple(
        Validity(fields.integer(child, "fromLane"), fields.integer(child, "toLane"))
        for child in fields.all(element, "validity")
    )


def _signal(fields: Fields, element: Element) -> Signal:
    number, text = fields.number, fields.text
    fields.ignore(element, "value")
    return Signal(
        id=fields.identifier(element),
        s_m=number(element, "s"),
        t_m=number(element, "t"),
        name=text(element, "name", ""),
        dynamic=fields.flag(element, "dynamic"),
        orientation=fields.word(element, "orientation", _SIDES, "none"),
        z_offset_m=number(element, "zOffset", 0.0),
        country=text(element, "country", ""),
        country_revision=text(element, "countryRevision", ""),
        type=text(element, "type", ""),
        subtype=text(element, "subtype", ""),
        value=number(element, "value") if element.attributes.get("value") else None,
        unit=text(element, "unit", ""),
        text=text(element, "text", ""),
        height_m=number(element, "height", 0.0),
        width_m=number(element, "width", 0.0),
        h_offset_rad=number(element, "hOffset", 0.0),
        pitch_rad=number(element, "pitch", 0.0),
        roll_rad=number(element, "roll", 0.0),
        validity=_validity(fields, element),
    )


def _object(fields: Fields, element: Element) -> RoadObject:
    number, text = fields.number, fields.text
    plans = [outline for child in fields.all(element, "outlines") for outline in fields.all(child, "outline")]
    plans += list(fields.all(element, "outline"))
    parking = fields.one(element, "parkingSpace")
    return RoadObject(
        id=text(element, "id", ""),
        s_m=number(element, "s"),
        t_m=number(element, "t"),
        name=text(element, "name", ""),
        type=text(element, "type", ""),
        subtype=text(element, "subtype", ""),
        dynamic=fields.flag(element, "dynamic"),
        orientation=fields.word(element, "orientation", _SIDES, "none"),
        z_offset_m=number(element, "zOffset", 0.0),
        heading_rad=number(element, "hdg", 0.0),
        pitch_rad=number(element, "pitch", 0.0),
        roll_rad=number(element, "roll", 0.0),
        length_m=number(element, "length", 0.0),
        width_m=number(element, "width", 0.0),
        height_m=number(element, "height", 0.0),
        radius_m=number(element, "radius", 0.0),
        valid_length_m=number(element, "validLength", 0.0),
        outlines=tuple(_outline(fields, child) for child in plans),
        repeats=tuple(_repeat(fields, child) for child in fields.all(element, "repeat")),
        validity=_validity(fields, element),
        parking=ParkingSpace(text(parking, "access", "all"), text(parking, "restrictions", ""))
        if parking
        else None,
    )


def _outline(fields: Fields, element: Element) -> Outline:
    local: list[Corner] = [
        CornerLocal(
            fields.number(child, "u"),
            fields.number(child, "v"),
            fields.number(child, "z", 0.0),
            fields.number(child, "height", 0.0),
        )
        for child in fields.all(element, "cornerLocal")
    ]
    on_road: list[Corner] = [
        CornerRoad(
            fields.number(child, "s"),
            fields.number(child, "t"),
            fields.number(child, "dz", 0.0),
            fields.number(child, "height", 0.0),
        )
        for child in fields.all(element, "cornerRoad")
    ]
    for child in (*fields.all(element, "cornerLocal"), *fields.all(element, "cornerRoad")):
        fields.ignore(child, "id")
    fields.ignore(element, "id")
    if local and on_road:
        fields.fail(element, "corners of one kind, <cornerLocal> or <cornerRoad>")
    return Outline(
        tuple(local or on_road),
        fields.flag(element, "closed", default=True),
        fields.flag(element, "outer", default=True),
    )


def _repeat(fields: Fields, element: Element) -> Repeat:
    def ends(name: str) -> tuple[float, float]:
        start = fields.number(element, f"{name}Start", 0.0)
        return start, fields.number(element, f"{name}End", start)

    def if_given(name: str) -> tuple[float, float] | None:
        pair = ends(name)
        return pair if {f"{name}Start", f"{name}End"} & element.attributes.keys() else None

    return Repeat(
        fields.number(element, "s"),
        fields.number(element, "length", low=0.0),
        fields.number(element, "distance", low=0.0),
        ends("t"),
        if_given("height"),
        ends("zOffset"),
        if_given("width"),
    )
