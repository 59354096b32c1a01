"""Objects, signals and controllers -> their elements."""

from __future__ import annotations

from collections.abc import Sequence

from sim.roads.furniture import (
    Controller,
    CornerLocal,
    Outline,
    Repeat,
    RoadObject,
    Signal,
    SignalReference,
    Validity,
)
from sim.roads.opendrive.elements import Parent, add

__all__ = ["add_controllers", "add_objects", "add_signals"]


def add_controllers(root: Parent, controllers: Sequence[Controller]) -> None:
    """The controllers of a map."""
    for controller in controllers:
        element = add(
            root, "controller", id=controller.id, name=controller.name, sequence=controller.sequence
        )
        for control in controller.controls:
            add(element, "control", signalId=control.signal_id, type=control.type or None)


def add_signals(road: Parent, signals: Sequence[Signal], references: Sequence[SignalReference]) -> None:
    """The signals of a road and those of other roads that hold there."""
    if not (signals or references):
        return
    parent = add(road, "signals")
    for signal in signals:
        element = add(
            parent,
            "signal",
            s=signal.s_m,
            t=signal.t_m,
            id=signal.id,
            name=signal.name,
            dynamic="yes" if signal.dynamic else "no",
            orientation=signal.orientation,
            zOffset=signal.z_offset_m,
            country=signal.country or None,
            countryRevision=signal.country_revision or None,
            type=signal.type,
            subtype=signal.subtype,
            value=signal.value,
            unit=signal.unit or None,
            height=signal.height_m,
            width=signal.width_m,
            text=signal.text or None,
            hOffset=signal.h_offset_rad,
            pitch=signal.pitch_rad,
            roll=signal.roll_rad,
        )
        _add_validity(element, signal.validity)
    for reference in references:
        element = add(
            parent,
            "signalReference",
            s=reference.s_m,
            t=reference.t_m,
            id=reference.id,
            orientation=reference.orientation,
        )
        _add_validity(element, reference.validity)


def add_objects(road: Parent, objects: Sequence[RoadObject]) -> None:
    """The objects of a road."""
    if objects:
        parent = add(road, "objects")
        for thing in objects:
            _add_object(parent, thing)


def _add_object(parent: Parent, thing: RoadObject) -> None:
    element = add(
        parent,
        "object",
        type=thing.type or None,
        subtype=thing.subtype or None,
        id=thing.id,
        name=thing.name or None,
        dynamic="yes" if thing.dynamic else "no",
        s=thing.s_m,
        t=thing.t_m,
        zOffset=thing.z_offset_m,
        validLength=thing.valid_length_m,
        orientation=thing.orientation,
        hdg=thing.heading_rad,
        pitch=thing.pitch_rad,
        roll=thing.roll_rad,
        height=thing.height_m,
        **_plan(thing),
    )
    for repeat in thing.repeats:
        _add_repeat(element, repeat)
    if thing.outlines:
        outlines = add(element, "outlines")
        for number, outline in enumerate(thing.outlines):
            _add_outline(outlines, number, outline)
    _add_validity(element, thing.validity)
    if thing.parking is not None:
        add(
            element,
            "parkingSpace",
            access=thing.parking.access,
            restrictions=thing.parking.restrictions or None,
        )


def _plan(thing: RoadObject) -> dict[str, float]:
    """Size in the plan: a radius or length and width; the format knows no third."""
    if thing.radius_m and not (thing.length_m or thing.width_m):
        return {"radius": thing.radius_m}
    both = {"length": thing.length_m, "width": thing.width_m}
    return both | ({"radius": thing.radius_m} if thing.radius_m else {})


def _add_outline(parent: Parent, number: int, outline: Outline) -> None:
    element = add(parent, "outline", id=number, closed=outline.closed, outer=outline.outer)
    for c in outline.corners:
        if isinstance(c, CornerLocal):
            add(element, "cornerLocal", u=c.u_m, v=c.v_m, z=c.z_m, height=c.height_m)
        else:
            add(element, "cornerRoad", s=c.s_m, t=c.t_m, dz=c.dz_m, height=c.height_m)


def _add_repeat(parent: Parent, repeat: Repeat) -> None:
    pairs = {
        "t": repeat.t_m,
        "width": repeat.width_m,
        "height": repeat.height_m,
        "zOffset": repeat.z_offset_m,
    }
    ends = {
        f"{name}{end}": pair[k]
        for name, pair in pairs.items()
        if pair is not None
        for k, end in enumerate(("Start", "End"))
    }
    add(parent, "repeat", s=repeat.s_m, length=repeat.length_m, distance=repeat.distance_m, **ends)


def _add_validity(parent: Parent, validity: Sequence[Validity]) -> None:
    for lanes in validity:
        add(parent, "validity", fromLane=lanes.from_lane, toLane=lanes.to_lane)
