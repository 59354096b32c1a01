"""<lanes> -> lane offsets and sections."""

from __future__ import annotations

import math

from sim.roads.lanes import LANE_TYPES, Lane, LaneHeight, LaneSection, LaneSpeed, MarkLine, RoadMark
from sim.roads.opendrive.document import Element
from sim.roads.opendrive.fields import Fields
from sim.roads.pieces import Cubic

__all__ = ["lane_offsets", "sections", "speed_mps"]

_MPS = {"": 1.0, "m/s": 1.0, "km/h": 1 / 3.6, "mph": 0.44704}
_MARKS = frozenset({"none", "solid", "broken", "botts dots", "grass", "curb", "custom", "edge"}) | {
    f"{left} {right}" for left in ("solid", "broken") for right in ("solid", "broken")
}
_CHANGES = ("both", "increase", "decrease", "none")


def speed_mps(fields: Fields, element: Element) -> float | None:
    """The limit of a <speed>; inf for no limit, None if it is undefined."""
    unit = fields.word(element, "unit", _MPS, "")
    if element.attributes.get("max") in ("no limit", "undefined"):
        return math.inf if fields.text(element, "max") == "no limit" else None
    return fields.number(element, "max", low=0.0) * _MPS[unit]


def lane_offsets(fields: Fields, lanes: Element) -> tuple[Cubic, ...]:
    """Where the center lane lies."""
    return fields.cubics(lanes, "laneOffset")


def sections(fields: Fields, lanes: Element, length_m: float) -> tuple[LaneSection, ...]:
    """The lane sections, ascending; at least one."""
    found: list[tuple[Element, LaneSection]] = []
    for child in fields.all(lanes, "laneSection"):
        section = _section(fields, child)
        if section.s_m >= length_m and found:
            fields.note(child, "<laneSection> begins at the road's end: left out")
            continue
        found.append((child, section))
    if not found:
        fields.fail(lanes, "at least one <laneSection> in it")
    fields.ascending([(child, section.s_m) for child, section in found], "s")
    return tuple(section for _, section in found)


def _section(fields: Fields, element: Element) -> LaneSection:
    s_m = fields.number(element, "s", low=0.0)
    if fields.flag(element, "singleSide"):
        fields.note(element, "singleSide of <laneSection>: taken for both sides")
    sides = {}
    for side in ("left", "center", "right"):
        own = list(fields.all(fields.one(element, side), "lane"))
        lanes = [(child, _lane(fields, child, side)) for child in own]
        fields.unique([(child, str(lane.id)) for child, lane in lanes])
        ordered = sorted((lane for _, lane in lanes), key=lambda lane: abs(lane.id))
        for (child, _), (k, lane) in zip(
            lanes, enumerate(ordered, 0 if side == "center" else 1), strict=True
        ):
            if abs(lane.id) != k:
                fields.note(child, "lane ids are not counted without gaps: neighbors are taken as they come")
                break
        sides[side] = tuple(ordered)
    center = sides["center"][0] if sides["center"] else Lane(0, "none")
    return LaneSection(s_m, sides["left"], center, sides["right"])


def _lane(fields: Fields, element: Element, side: str) -> Lane:
    lane_id = fields.integer(element, "id")
    if (lane_id > 0) - (lane_id < 0) != {"left": 1, "center": 0, "right": -1}[side]:
        wanted = {"left": "a positive number", "center": "0", "right": "a negative number"}[side]
        fields.fail(element, wanted, "id")
    kind = fields.text(element, "type", "none")
    if kind not in LANE_TYPES:
        fields.note(element, f"lane type {kind[:40]!r} is not one of OpenDRIVE's: kept as it is")
    level = fields.flag(element, "level")
    if level:
        fields.note(element, "level of <lane>: kept, but the lane is banked like its road")
    link = fields.one(element, "link")
    widths = fields.cubics(element, "width", "sOffset")
    borders = fields.cubics(element, "border", "sOffset")
    if side != "center" and not widths and not borders:
        fields.note(element, "<lane> without <width> or <border>: its width is 0")
    speeds = [
        (child, fields.number(child, "sOffset", low=0.0), speed_mps(fields, child))
        for child in fields.all(element, "speed")
    ]
    heights = [
        LaneHeight(*(fields.number(child, k, 0.0) for k in ("sOffset", "inner", "outer")))
        for child in fields.all(element, "height")
    ]
    return Lane(
        lane_id,
        kind,
        level,
        tuple(fields.integer(child, "id") for child in fields.all(link, "predecessor")),
        tuple(fields.integer(child, "id") for child in fields.all(link, "successor")),
        widths,
        borders,
        tuple(sorted(_marks(fields, element), key=lambda mark: mark.s_offset_m)),
        tuple(LaneSpeed(s, limit) for _, s, limit in sorted(speeds, key=lambda x: x[1]) if limit is not None),
        tuple(sorted(heights, key=lambda height: height.s_offset_m)),
        fields.word(element, "direction", ("standard", "reversed", "both"), "standard"),
    )


def _marks(fields: Fields, lane: Element) -> list[RoadMark]:
    out = []
    for element in fields.all(lane, "roadMark"):
        kind = fields.text(element, "type", "none")
        if kind not in _MARKS:
            fields.note(element, f"road mark {kind[:40]!r} is not one of OpenDRIVE's: kept as it is")
        lines: list[MarkLine] = []
        for detail in fields.all(element, "type"):
            fields.ignore(detail, "name")
            default_m = fields.number(detail, "width", 0.0, low=0.0)
            lines += [_line(fields, child, default_m) for child in fields.all(detail, "line")]
        out.append(
            RoadMark(
                fields.number(element, "sOffset", 0.0, low=0.0),
                kind,
                fields.text(element, "weight", "standard"),
                fields.text(element, "color", "standard"),
                fields.number(element, "width", 0.0),
                fields.word(element, "laneChange", _CHANGES, ""),
                fields.text(element, "material", "standard"),
                fields.number(element, "height", 0.0),
                tuple(lines),
            )
        )
    return out


def _line(fields: Fields, element: Element, width_m: float) -> MarkLine:
    return MarkLine(
        fields.number(element, "length", low=0.0),
        fields.number(element, "space", 0.0, low=0.0),
        fields.number(element, "tOffset", 0.0),
        fields.number(element, "sOffset", 0.0),
        fields.number(element, "width", width_m, low=0.0),
        fields.text(element, "rule", ""),
        fields.text(element, "color", ""),
    )
