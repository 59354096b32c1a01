"""`RoadNetwork` in, OpenDRIVE 1.8 file out; read again it is equal.

Numbers are written with all their digits; nothing depends on clock or machine.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from sim.errors import UsageError
from sim.roads.curves import Arc, Geometry, ParamPoly3, Poly3, Spiral
from sim.roads.network import RoadNetwork
from sim.roads.opendrive.elements import Parent, add, add_cubics
from sim.roads.opendrive.write_furniture import add_controllers, add_objects, add_signals
from sim.roads.opendrive.write_lanes import add_lanes, add_speed
from sim.roads.road import Junction, Road, RoadLink

__all__ = ["write_opendrive"]

_BOUNDS_STEP_M = 5.0


def write_opendrive(network: RoadNetwork, path: str | PathLike[str]) -> None:
    """Write a network.

    Args:
        network: what to write.
        path: of the file; its folder must exist.

    Raises:
        UsageError: if the file cannot be written.
    """
    root = ElementTree.Element("OpenDRIVE")
    _add_header(root, network)
    for road in network.roads:
        _add_road(root, road)
    add_controllers(root, network.controllers)
    for junction in network.junctions:
        _add_junction(root, junction)
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, "unicode")
    try:
        Path(path).write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', "utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def _add_header(root: Parent, network: RoadNetwork) -> None:
    count = np.array([max(int(road.length_m / _BOUNDS_STEP_M), 1) + 1 for road in network.roads])
    road = np.repeat(np.arange(len(count)), count)
    share = np.concatenate([np.linspace(0.0, 1.0, n) for n in count])
    xy = network.surface.frame(road, share * network.surface.length_m[road]).xyz_m
    (west, south), (east, north) = (f(0)[:2].tolist() for f in (xy.min, xy.max))
    header = add(root, "header", revMajor=1, revMinor=8, name=network.name)
    for name, value in (("north", north), ("south", south), ("east", east), ("west", west)):
        header.set(name, repr(value))
    if network.geo_reference:
        add(header, "geoReference").text = network.geo_reference
    if any(network.offset_m):
        x, y, z, heading = network.offset_m
        add(header, "offset", x=x, y=y, z=z, hdg=heading)


def _add_road(root: Parent, road: Road) -> None:
    element = add(
        root,
        "road",
        name=road.name,
        length=road.length_m,
        id=road.id,
        junction=road.junction or "-1",
        rule="LHT" if road.left_hand else "RHT",
    )
    if road.predecessor or road.successor:
        link = add(element, "link")
        _add_link(link, "predecessor", road.predecessor)
        _add_link(link, "successor", road.successor)
    for kind in road.types:
        child = add(element, "type", s=kind.s_m, type=kind.type, country=kind.country or None)
        if kind.max_mps is not None:
            add_speed(child, kind.max_mps)
    plan = add(element, "planView")
    for geometry in road.plan_view:
        _add_geometry(plan, geometry)
    if road.elevation:
        add_cubics(add(element, "elevationProfile"), "elevation", road.elevation)
    if road.superelevation or road.shapes:
        lateral = add(element, "lateralProfile")
        add_cubics(lateral, "superelevation", road.superelevation)
        for p in road.shapes:
            add(lateral, "shape", s=p.s_m, t=p.t_m, a=p.a, b=p.b, c=p.c, d=p.d)
    add_lanes(element, road)
    add_objects(element, road.objects)
    add_signals(element, road.signals, road.signal_references)


def _add_link(parent: Parent, tag: str, link: RoadLink | None) -> None:
    if link is not None:
        child = add(parent, tag, elementType=link.element_type, elementId=link.element_id)
        if link.contact:
            child.set("contactPoint", link.contact)


def _add_geometry(parent: Parent, g: Geometry) -> None:
    element = add(parent, "geometry", s=g.s_m, x=g.x_m, y=g.y_m, hdg=g.heading_rad, length=g.length_m)
    if isinstance(g, Arc):
        add(element, "arc", curvature=g.curvature)
    elif isinstance(g, Spiral):
        add(element, "spiral", curvStart=g.curvature_start, curvEnd=g.curvature_end)
    elif isinstance(g, Poly3):
        add(element, "poly3", a=g.a, b=g.b, c=g.c, d=g.d)
    elif isinstance(g, ParamPoly3):
        named = {
            k + axis: x for axis, own in (("U", g.u), ("V", g.v)) for k, x in zip("abcd", own, strict=True)
        }
        add(element, "paramPoly3", **named, pRange="normalized" if g.normalized else "arcLength")
    else:
        add(element, "line")


def _add_junction(root: Parent, junction: Junction) -> None:
    element = add(root, "junction", id=junction.id, name=junction.name, type=junction.type)
    through = "linkedRoad" if junction.type == "direct" else "connectingRoad"
    for c in junction.connections:
        child = add(element, "connection", id=c.id)
        if c.incoming_road:
            child.set("incomingRoad", c.incoming_road)
        child.set(through, c.connecting_road)
        child.set("contactPoint", c.contact)
        for link in c.lane_links:
            add(child, "laneLink", **{"from": link.from_lane, "to": link.to_lane})
    for priority in junction.priorities:
        add(element, "priority", high=priority.high or None, low=priority.low or None)
    for controller in junction.controllers:
        add(
            element,
            "controller",
            id=controller.id,
            type=controller.type or None,
            sequence=controller.sequence,
        )
