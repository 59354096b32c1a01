"""Arms of a round place -> roundabouts and turning circles: rings, entries, exits, islands, kerbs outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from sim.roads import Connection, Junction, LaneLink, Priority, Road, RoadLink
from worlds._layout import Place
from worlds._layout_corners import corner, joined, one_lane, turning_pose
from worlds._layout_streets import Arm
from worlds._pen import Pen

__all__ = ["ring_cut_back_m", "roundabout", "turning_circle"]

_APRON_M, _ENTRY_RAD, _MOUTH_M = 1.3, 0.5, 7.0
_BESIDE_M, _COVER_M = 0.6, 2.8
_RING_MPS = 30 / 3.6
_CIRCLE_RAD, _KERB_RAD = 0.85, 0.62


def ring_cut_back_m(place: Place) -> float:
    """How far streets end before the middle of a round place."""
    return place.radius_m + _MOUTH_M


def turning_circle(place: Place, arm: Arm) -> tuple[list[Road], Junction]:
    """The loop at the end of a street, driven counter-clockwise round an island."""
    count, p = arm.profile.lanes, arm.profile
    away = _angle_rad(place, arm)
    roads, connections = [], []
    for k in range(1, count + 1):
        radius = place.radius_m + (k - 1) * p.lane_width_m
        pen = Pen(arm.pose_in(k))
        _ease(pen, place, radius, away + _CIRCLE_RAD)
        pen.arc(radius * (math.tau - 2 * _CIRCLE_RAD), 1 / radius)
        out = arm.pose_out(k)
        gap = math.dist((pen.at.x_m, pen.at.y_m), (out.x_m, out.y_m))
        pen.curve(out, 0.42 * gap, 0.42 * gap)
        name = f"{place.id}:loop{k}"
        road = one_lane(
            name, pen, (p.lane_width_m, p.lane_width_m), min(p.speed_mps, _RING_MPS), place.id, k == 1
        )
        roads.append(
            joined(
                road,
                (arm.road_id, arm.contact, arm.lane_in(k)),
                (arm.road_id, arm.contact, arm.lane_out(k)),
            )
        )
        connections.append(Connection(name, arm.road_id, name, "start", (LaneLink(arm.lane_in(k), -1),)))
    outside = place.radius_m + (count - 0.5) * p.lane_width_m + 0.5
    roads.append(_outside(place, (arm, arm), outside, place.id, 0))
    return roads, Junction(place.id, connections=tuple(connections))


def roundabout(place: Place, arms: Sequence[Arm]) -> tuple[list[Road], list[Junction]]:
    """A ring of one lane, driven counter-clockwise; who is on it goes first.

    Args:
        place: its middle; radius_m is that of the lane's middle line.
        arms: two or more, counter-clockwise, of one lane per direction.
    """
    radius, count = place.radius_m, len(arms)
    roads: list[Road] = []
    junctions = []
    away = [_angle_rad(place, arm) for arm in arms]
    for i, arm in enumerate(arms):
        junction, p = f"{place.id}.{i}", arm.profile
        before, after = f"{place.id}:ring{(i - 1) % count}", f"{place.id}:ring{i}"
        limit = min(p.speed_mps, _RING_MPS)
        low, high = away[i] - _ENTRY_RAD, away[i] + _ENTRY_RAD
        on = Pen(turning_pose(place, radius, low)).arc(radius * 2 * _ENTRY_RAD, 1 / radius)
        leave = Pen(turning_pose(place, radius, low)).to(arm.pose_out(1))
        enter = Pen(arm.pose_in(1)).to(turning_pose(place, radius, high))
        came, goes = (before, "end", -1), (after, "start", -1)
        street_in = (arm.road_id, arm.contact, arm.lane_in(1))
        street_out = (arm.road_id, arm.contact, arm.lane_out(1))
        ways = [
            (f"{junction}:through", on, _APRON_M, came, goes),
            (f"{junction}:exit", leave, 0.0, came, street_out),
            (f"{junction}:entry", enter, 0.0, street_in, goes),
        ]
        widths = p.lane_width_m, p.lane_width_m
        for name, pen, apron_m, a, b in ways:
            roads.append(joined(one_lane(name, pen, widths, limit, junction, True, apron_m), a, b))
        span = (away[(i + 1) % count] - away[i]) % math.tau or math.tau
        ring = Pen(turning_pose(place, radius, high)).arc(radius * (span - 2 * _ENTRY_RAD), 1 / radius)
        following = RoadLink("junction", f"{place.id}.{(i + 1) % count}")
        road = one_lane(after, ring, widths, limit, "", True, _APRON_M)
        roads.append(_between(road, RoadLink("junction", junction), following))
        connections = tuple(Connection(n, a[0], n, "start", (LaneLink(a[2], -1),)) for n, _, _, a, _ in ways)
        first = Priority(f"{junction}:through", f"{junction}:entry")
        junctions.append(Junction(junction, connections=connections, priorities=(first,)))
        outside = _outside(
            place, (arm, arms[(i + 1) % count]), radius + p.lane_width_m / 2 + _BESIDE_M, junction, i
        )
        roads.append(outside)
    return roads, junctions


def _between(road: Road, before: RoadLink, after: RoadLink) -> Road:
    return replace(road, predecessor=before, successor=after)


def _outside(place: Place, arms: tuple[Arm, Arm], radius_m: float, junction: str, number: int) -> Road:
    """Kerb and pavement from one arm round the ring to the next."""
    come, go = arms
    start, end = _angle_rad(place, come), _angle_rad(place, go)
    span = (end - start) % math.tau or math.tau
    aside = min(_KERB_RAD, 0.42 * span)
    pen = Pen(come.kerb_in()).to(turning_pose(place, radius_m, start + aside))
    pen.arc(radius_m * (span - 2 * aside), 1 / radius_m).to(go.kerb_out())
    pavements = come.profile.pavement_width_m, go.profile.pavement_width_m
    return corner(f"{junction}:kerb{number}", junction, pen, pavements, _COVER_M)


def _ease(pen: Pen, place: Place, radius_m: float, angle_rad: float) -> None:
    """Onto a circle."""
    end = turning_pose(place, radius_m, angle_rad)
    gap = math.dist((pen.at.x_m, pen.at.y_m), (end.x_m, end.y_m))
    turn = math.remainder(end.heading_rad - pen.at.heading_rad, math.tau)
    end = end.turned(pen.at.heading_rad + turn - end.heading_rad)
    pen.curve(end, 0.42 * gap, 0.42 * gap)


def _angle_rad(place: Place, arm: Arm) -> float:
    return math.atan2(arm.pose.y_m - place.xy_m[1], arm.pose.x_m - place.xy_m[0])
