"""Arms of a place -> the roads inside it: ways through junctions, bends, and pavements round corners."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sim.roads import Connection, Cubic, Lane, LaneLink, LaneSection, Road, RoadLink, RoadMark, RoadType
from worlds._layout import Place, Profile
from worlds._layout_streets import Arm, both_sides
from worlds._pen import Pen, Pose2

__all__ = [
    "bend",
    "corner",
    "corners",
    "cut_back_m",
    "joined",
    "one_lane",
    "turning_pose",
    "ways_through",
]

_CURB_M = 0.35
"""Width of the curbs of islands."""
_STRAIGHT_RAD, _OPPOSED_RAD = 0.6, 2.97
_COVER_M = 3.2
_WIDER_M = 0.8
"""How much wider lanes are in bends: noses of vehicles swing out."""


def cut_back_m(place: Place, headings_rad: Sequence[float], profiles: Sequence[Profile]) -> list[float]:
    """How far each street of a junction or bend ends before its middle, so that its kerbs have room to turn.

    Args:
        place: the junction.
        headings_rad: of the streets outward, counter-clockwise.
        profiles: of the streets.
    """
    out = [place.corner_m] * len(profiles)
    bend_m = place.bend_m if len(profiles) == 2 else 0.0
    for i in range(len(profiles)):
        j = (i + 1) % len(profiles)
        angle = (headings_rad[j] - headings_rad[i]) % math.tau
        if i == j or angle > _OPPOSED_RAD:
            continue
        a, b = profiles[i].half_width_m, profiles[j].half_width_m
        pavement = max(profiles[i].pavement_width_m, profiles[j].pavement_width_m)
        radius = max(place.corner_m, pavement + 0.6, bend_m - min(a, b))
        room = radius / math.tan(angle / 2)
        out[i] = max(out[i], (b + a * math.cos(angle)) / math.sin(angle) + room)
        out[j] = max(out[j], (a + b * math.cos(angle)) / math.sin(angle) + room)
    return out


def ways_through(junction: str, arms: Sequence[Arm]) -> Iterator[tuple[Road, Connection]]:
    """The connecting roads of a junction, one lane each."""
    for i, come in enumerate(arms):
        for j, go in enumerate(arms):
            for k, n in _lanes_of(come, go, arms) if i != j else ():
                name = f"{junction}:{i}>{j}:{k}"
                pen = Pen(come.pose_in(k)).to(go.pose_out(n))
                limit = min(come.profile.speed_mps, go.profile.speed_mps)
                widths = come.profile.lane_width_m, go.profile.lane_width_m
                road = one_lane(name, pen, widths, limit, junction)
                yield joined(road, (come.road_id, come.contact, come.lane_in(k)),
                             (go.road_id, go.contact, go.lane_out(n))), Connection(
                    name, come.road_id, name, "start", (LaneLink(come.lane_in(k), -1),)
                )  # fmt: skip


def one_lane(
    name: str,
    pen: Pen,
    widths_m: tuple[float, float],
    limit_mps: float,
    junction: str = "",
    has_curb: bool = False,
    apron_m: float = 0.0,
) -> Road:
    """A road of a single lane along its reference line.

    Args:
        name: of the road.
        pen: has drawn the middle of the lane.
        widths_m: of the lane at its start and its end.
        limit_mps: speed limit.
        junction: it lies in, or "".
        has_curb: whether an island's curb lies to its left.
        apron_m: width of the asphalt between lane and curb.
    """
    length = pen.length_m
    slope = (widths_m[1] - widths_m[0]) / length
    lane = Lane(-1, "driving", widths=(Cubic(0.0, widths_m[0], slope),))
    beside = [("shoulder", apron_m)] if apron_m else []
    beside += [("curb", _CURB_M)] if has_curb else []
    left = tuple(Lane(k, kind, widths=(Cubic(0.0, width),)) for k, (kind, width) in enumerate(beside, 1))
    return Road(
        id=name,
        length_m=length,
        plan_view=tuple(pen.strokes),
        sections=(LaneSection(0.0, left, Lane(0, "none"), (lane,)),),
        junction=junction,
        types=(RoadType(0.0, "town", limit_mps),),
        lane_offsets=(Cubic(0.0, widths_m[0] / 2, slope / 2),),
    )


def joined(road: Road, before: tuple[str, str, int], after: tuple[str, str, int]) -> Road:
    """A road of one lane, linked to (road, contact, lane) before and after it."""
    section = road.sections[0]
    lane = replace(section.right[0], predecessors=(before[2],), successors=(after[2],))
    return replace(
        road,
        sections=(replace(section, right=(lane,)),),
        predecessor=RoadLink("road", *before[:2]),
        successor=RoadLink("road", *after[:2]),
    )


def bend(name: str, arms: tuple[Arm, Arm]) -> Road:
    """The road that leads from one street into the next where only two meet."""
    come, go = arms
    pen = Pen(come.pose.turned(math.pi)).to(go.pose)
    first, last = 1 if come.contact == "end" else -1, 1 if go.contact == "start" else -1
    section = _widened(both_sides(come.profile, 0.0, "shoulder", first, last), pen.length_m)
    return Road(
        id=name,
        length_m=pen.length_m,
        plan_view=tuple(pen.strokes),
        sections=(section,),
        predecessor=RoadLink("road", come.road_id, come.contact),
        successor=RoadLink("road", go.road_id, go.contact),
        types=(RoadType(0.0, "town", min(come.profile.speed_mps, go.profile.speed_mps)),),
    )


def _widened(section: LaneSection, length_m: float) -> LaneSection:
    """The lanes next to the middle wider inside, at the cost of what lies beside them if that is asphalt."""

    def inside(lanes: tuple[Lane, ...]) -> tuple[Lane, ...]:
        has_room = len(lanes) > 1 and lanes[1].type == "shoulder"
        more = [_WIDER_M, -_WIDER_M] if has_room else [_WIDER_M]
        widths = [_swollen(lane.widths[0].a, by, length_m) for lane, by in zip(lanes, more, strict=False)]
        wider = tuple(replace(lane, widths=own) for lane, own in zip(lanes, widths, strict=False))
        return wider + lanes[len(widths) :]

    return replace(section, left=inside(section.left), right=inside(section.right))


def _swollen(width_m: float, by_m: float, length_m: float) -> tuple[Cubic, ...]:
    """A width that grows over the first third of a length and shrinks over the last."""
    third = length_m / 3
    c, d = 3 * by_m / third**2, -2 * by_m / third**3
    return (
        Cubic(0.0, width_m, 0.0, c, d),
        Cubic(third, width_m + by_m),
        Cubic(2 * third, width_m + by_m, 0.0, -c, -d),
    )


def corner(name: str, junction: str, pen: Pen, pavements_m: tuple[float, float], cover_m: float) -> Road:
    """Kerb and pavement along a corner, and the asphalt beside it that no lane covers.

    Args:
        name: of the road.
        junction: it lies in.
        pen: has drawn the kerb, pavement to its right.
        pavements_m: width of the pavement at its start and its end.
        cover_m: how far the asphalt reaches from the kerb.
    """
    slope = (pavements_m[1] - pavements_m[0]) / pen.length_m
    walk = (Lane(-1, "sidewalk", widths=(Cubic(0.0, pavements_m[0], slope),)),)
    asphalt = Lane(1, "shoulder", widths=(Cubic(0.0, cover_m),))
    return Road(
        id=name,
        length_m=pen.length_m,
        plan_view=tuple(pen.strokes),
        sections=(
            LaneSection(
                0.0,
                (asphalt,),
                Lane(0, "none", marks=(RoadMark(0.0, "curb"),)),
                walk if max(pavements_m) else (),
            ),
        ),
        junction=junction,
    )


def corners(junction: str, arms: Sequence[Arm]) -> Iterator[Road]:
    """The corners of a junction, each from one arm to the next one counter-clockwise."""
    for i, come in enumerate(arms):
        go = arms[(i + 1) % len(arms)]
        pen = Pen(come.kerb_in()).to(go.kerb_out())
        pavements = come.profile.pavement_width_m, go.profile.pavement_width_m
        beside = max(come.profile.parking_width_m, go.profile.parking_width_m)
        yield corner(f"{junction}:corner{i}", junction, pen, pavements, beside + _COVER_M)


def _lanes_of(come: Arm, go: Arm, arms: Sequence[Arm]) -> list[tuple[int, int]]:
    """Which lane of one arm goes on as which of another, both counted from the middle."""
    turn = _turn_rad(come, go)
    count, beyond = come.profile.lanes, go.profile.lanes
    if count == 1:
        return [(1, beyond if turn < 0 else 1)]
    if abs(turn) < _STRAIGHT_RAD:
        return [(k, k) for k in range(1, min(count, beyond) + 1)]
    has_straight = any(abs(_turn_rad(come, arm)) < _STRAIGHT_RAD for arm in arms if arm is not come)
    if turn > 0:
        return [(1, 1)] if has_straight else [(k, min(k, beyond)) for k in range(1, count)]
    return [(count, beyond)]


def _turn_rad(come: Arm, go: Arm) -> float:
    """How far who goes from one arm into another turns, left positive."""
    return math.remainder(go.pose.heading_rad - come.pose.heading_rad - math.pi, math.tau)


def turning_pose(place: Place, radius_m: float, angle_rad: float) -> Pose2:
    """A point of a circle about a place, heading counter-clockwise along it."""
    x, y = place.xy_m
    return Pose2(
        x + radius_m * math.cos(angle_rad), y + radius_m * math.sin(angle_rad), angle_rad + math.pi / 2
    )
