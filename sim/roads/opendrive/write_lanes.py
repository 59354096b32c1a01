"""Lane offsets and sections -> <lanes>."""

from __future__ import annotations

import math

from sim.roads.lanes import Lane, LaneSection, RoadMark
from sim.roads.opendrive.elements import Parent, add, add_cubics
from sim.roads.road import Road

__all__ = ["add_lanes", "add_speed"]


def add_speed(parent: Parent, max_mps: float, **before: float) -> None:
    """A <speed> in m/s, which says the same number again."""
    if math.isinf(max_mps):
        add(parent, "speed", **before, max="no limit")
    else:
        add(parent, "speed", **before, max=max_mps, unit="m/s")


def add_lanes(parent: Parent, road: Road) -> None:
    """The lanes of a road."""
    element = add(parent, "lanes")
    add_cubics(element, "laneOffset", road.lane_offsets)
    for section in road.sections:
        _add_section(element, section)


def _add_section(parent: Parent, section: LaneSection) -> None:
    element = add(parent, "laneSection", s=section.s_m)
    for side, lanes in (
        ("left", section.left[::-1]),
        ("center", (section.center,)),
        ("right", section.right),
    ):
        if lanes:
            child = add(element, side)
            for lane in lanes:
                _add_lane(child, lane)


def _add_lane(parent: Parent, lane: Lane) -> None:
    direction = None if lane.direction == "standard" else lane.direction
    element = add(parent, "lane", id=lane.id, type=lane.type, level=lane.level, direction=direction)
    if lane.predecessors or lane.successors:
        link = add(element, "link")
        for tag, ids in (("predecessor", lane.predecessors), ("successor", lane.successors)):
            for lane_id in ids:
                add(link, tag, id=lane_id)
    add_cubics(element, "border", lane.borders, "sOffset")
    add_cubics(element, "width", lane.widths, "sOffset")
    for mark in lane.marks:
        _add_mark(element, mark)
    for speed in lane.speeds:
        add_speed(element, speed.max_mps, sOffset=speed.s_offset_m)
    for height in lane.heights:
        add(element, "height", sOffset=height.s_offset_m, inner=height.inner_m, outer=height.outer_m)


def _add_mark(parent: Parent, mark: RoadMark) -> None:
    element = add(
        parent,
        "roadMark",
        sOffset=mark.s_offset_m,
        type=mark.type,
        weight=mark.weight,
        color=mark.color,
        material=mark.material,
        width=mark.width_m,
        laneChange=mark.lane_change or None,
        height=mark.height_m,
    )
    if not mark.lines:
        return
    detail = add(element, "type", name=mark.type, width=mark.width_m)
    for line in mark.lines:
        add(
            detail,
            "line",
            length=line.length_m,
            space=line.space_m,
            tOffset=line.t_offset_m,
            sOffset=line.s_offset_m,
            width=line.width_m,
            rule=line.rule or None,
            color=line.color or None,
        )
