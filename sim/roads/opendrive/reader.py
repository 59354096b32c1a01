"""OpenDRIVE file (.xodr) in, `RoadNetwork` out: the only place that reads the format.

Versions 1.4 to 1.8; 1.1 to 1.3 as far as they are equal. What a file has that is not taken over is in the
network's notes, with its line. A broken file raises one error: file, line, element, attribute, value and what
would be right.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path

from sim.roads.network import RoadNetwork
from sim.roads.opendrive.document import Element, parse
from sim.roads.opendrive.fields import Fields
from sim.roads.opendrive.read_furniture import controllers, objects, signal_references, signals
from sim.roads.opendrive.read_geometry import MAX_ROAD_M, plan_view, profiles, shapes
from sim.roads.opendrive.read_junctions import junctions
from sim.roads.opendrive.read_lanes import lane_offsets, sections, speed_mps
from sim.roads.road import Road, RoadLink, RoadType

__all__ = ["read_opendrive"]

_KNOWN = range(4, 9)
_MAX_TOTAL_M = 5e6
_ENDS = ("start", "end")
_NO_JUNCTION = ("-1", "")


def read_opendrive(path: str | PathLike[str]) -> RoadNetwork:
    """Read a map.

    Args:
        path: of the file.

    Returns:
        The network; `RoadNetwork.notes` says what was not taken over.

    Raises:
        UsageError: for a file that is not OpenDRIVE, or broken.
    """
    path = Path(path)
    root = parse(path)
    fields = Fields(path)
    if root.tag != "OpenDRIVE":
        fields.fail(root, "<OpenDRIVE> as the file's first element")
    root.is_read = True
    return _network(fields, root)


def _network(fields: Fields, root: Element) -> RoadNetwork:
    header = fields.one(root, "header")
    version = _version(fields, root, header)
    found = [(child, _road(fields, child)) for child in fields.all(root, "road")]
    if not found:
        fields.fail(root, "at least one <road> in it")
    fields.unique([(child, road.id) for child, road in found])
    if sum(road.length_m for _, road in found) > _MAX_TOTAL_M:
        fields.fail(root, f"roads of at most {_MAX_TOTAL_M:g} m together")
    roads = {road.id: road for _, road in found}
    crossings = junctions(fields, root, roads)
    known = {junction.id for junction in crossings}
    offset = fields.one(header, "offset")
    network = RoadNetwork(
        roads=tuple(_joined(fields, child, road, roads, known) for child, road in found),
        junctions=crossings,
        controllers=controllers(fields, root),
        name=fields.text(header, "name", "") if header else "",
        geo_reference=reference.text.strip() if (reference := fields.one(header, "geoReference")) else "",
        offset_m=_offset(fields, offset) if offset else (0.0, 0.0, 0.0, 0.0),
        version=version,
    )
    fields.note_unread(root)
    return replace(network, notes=fields.notes())


def _offset(fields: Fields, element: Element) -> tuple[float, float, float, float]:
    x, y, z, heading = (fields.number(element, k, 0.0) for k in ("x", "y", "z", "hdg"))
    return x, y, z, heading


def _version(fields: Fields, root: Element, header: Element | None) -> tuple[int, int]:
    if header is None:
        fields.note(root, "no <header>: read as version 1.4")
        return 1, 4
    major, minor = fields.integer(header, "revMajor"), fields.integer(header, "revMinor")
    # Bounds are those of the roads; date, vendor and counts say nothing about them.
    fields.ignore(header, "north", "south", "east", "west", "date", "vendor", "version")
    fields.ignore(header, "maxRoad", "maxJunc", "maxPrg")
    if major != 1:
        fields.fail(header, "1", "revMajor")
    if minor not in _KNOWN:
        fields.note(
            header, f"version 1.{minor}: read as 1.{min(max(minor, _KNOWN[0]), _KNOWN[-1])}, as far as equal"
        )
    return major, minor


def _road(fields: Fields, element: Element) -> Road:
    length_m = fields.number(element, "length", low=0.0)
    if not 0 < length_m <= MAX_ROAD_M:
        fields.fail(element, f"a length above 0, up to {MAX_ROAD_M:g}", "length")
    junction = fields.text(element, "junction", "-1")
    lanes = fields.needed(element, "lanes")
    link = fields.one(element, "link")
    elevation, superelevation = profiles(fields, element)
    return Road(
        id=fields.identifier(element),
        length_m=length_m,
        plan_view=plan_view(fields, element, length_m),
        sections=sections(fields, lanes, length_m),
        name=fields.text(element, "name", ""),
        junction="" if junction in _NO_JUNCTION else junction,
        left_hand=fields.word(element, "rule", ("RHT", "LHT"), "RHT") == "LHT",
        predecessor=_link(fields, fields.one(link, "predecessor")),
        successor=_link(fields, fields.one(link, "successor")),
        types=_types(fields, element),
        elevation=elevation,
        superelevation=superelevation,
        shapes=shapes(fields, element),
        lane_offsets=lane_offsets(fields, lanes),
        objects=objects(fields, element),
        signals=signals(fields, element),
        signal_references=signal_references(fields, element),
    )


def _types(fields: Fields, road: Element) -> tuple[RoadType, ...]:
    found = []
    for child in fields.all(road, "type"):
        speed = fields.one(child, "speed")
        limit = speed_mps(fields, speed) if speed else None
        kind, country = fields.text(child, "type", "unknown"), fields.text(child, "country", "")
        found.append((child, RoadType(fields.number(child, "s", low=0.0), kind, limit, country)))
    fields.ascending([(child, kind.s_m) for child, kind in found], "s")
    return tuple(kind for _, kind in found)


def _link(fields: Fields, element: Element | None) -> RoadLink | None:
    if element is None:
        return None
    kind = fields.word(element, "elementType", ("road", "junction"))
    contact = fields.word(element, "contactPoint", _ENDS) if kind == "road" else ""
    fields.ignore(element, "contactPoint")
    return RoadLink(kind, fields.identifier(element, "elementId"), contact)


def _joined(
    fields: Fields, element: Element, road: Road, roads: Mapping[str, Road], junction_ids: Collection[str]
) -> Road:
    """The road without links to what the file does not have; these are noted."""
    if road.junction and road.junction not in junction_ids:
        fields.note(element, f"junction={_short(road.junction)} of <road> is not in this file: left out")
        road = replace(road, junction="")
    for end, link in (("predecessor", road.predecessor), ("successor", road.successor)):
        if link and link.element_id not in (roads if link.element_type == "road" else junction_ids):
            place = next(
                (c for c in element.walk() if c.attributes.get("elementId") == link.element_id), element
            )
            what = f"{link.element_type} {_short(link.element_id)}"
            fields.note(place, f"<{end}> of <road> names {what}, which is not in this file: left out")
            road = replace(road, predecessor=None) if end == "predecessor" else replace(road, successor=None)
    return road


def _short(name: str) -> str:
    return repr(name[:40])
