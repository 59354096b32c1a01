"""<junction> -> connections, priorities and controllers; connections of missing roads are noted."""

from __future__ import annotations

from collections.abc import Mapping

from sim.roads.opendrive.document import Element
from sim.roads.opendrive.fields import Fields
from sim.roads.road import Connection, Junction, JunctionController, LaneLink, Priority, Road

__all__ = ["junctions"]

_TYPES = ("default", "direct", "virtual", "crossing")
_ENDS = ("start", "end")


def junctions(fields: Fields, root: Element, roads: Mapping[str, Road]) -> tuple[Junction, ...]:
    """The junctions of a map."""
    found = [(child, _junction(fields, child, roads)) for child in fields.all(root, "junction")]
    fields.unique([(child, junction.id) for child, junction in found])
    return tuple(junction for _, junction in found)


def _junction(fields: Fields, element: Element, roads: Mapping[str, Road]) -> Junction:
    kind = fields.word(element, "type", _TYPES, "default")
    return Junction(
        fields.identifier(element),
        fields.text(element, "name", ""),
        kind or "default",
        tuple(
            connection
            for child in fields.all(element, "connection")
            if (connection := _connection(fields, child, roads, kind))
        ),
        tuple(
            Priority(fields.text(child, "high", ""), fields.text(child, "low", ""))
            for child in fields.all(element, "priority")
        ),
        tuple(
            JunctionController(
                fields.identifier(child),
                fields.text(child, "type", ""),
                fields.integer(child, "sequence") if child.attributes.get("sequence") else None,
            )
            for child in fields.all(element, "controller")
        ),
    )


def _connection(fields: Fields, element: Element, roads: Mapping[str, Road], kind: str) -> Connection | None:
    through = "linkedRoad" if kind == "direct" else "connectingRoad"
    incoming = fields.text(element, "incomingRoad", "" if kind in ("virtual", "crossing") else None)
    connecting = fields.text(element, through)
    links = tuple(
        LaneLink(fields.integer(child, "from"), fields.integer(child, "to"))
        for child in fields.all(element, "laneLink")
    )
    contact = fields.word(element, "contactPoint", _ENDS)
    for road in (incoming, connecting):
        if road and road not in roads:
            fields.note(element, f"<connection> of road {road[:40]!r}, which is not in this file: left out")
            return None
    return Connection(fields.text(element, "id", ""), incoming, connecting, contact, links)
