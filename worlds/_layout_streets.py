"""Streets of a layout, cut back at their places -> roads with lanes, bays and crossings; and their arms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sim.errors import UsageError
from sim.roads import (
    Cubic,
    Lane,
    LaneSection,
    Road,
    RoadLink,
    RoadMark,
    RoadObject,
    RoadType,
    Signal,
)
from worlds._layout import Place, Profile, Street
from worlds._pen import Pen, Pose2

__all__ = ["Arm", "both_sides", "outward_rad", "street_arms", "street_road"]

_NO_BAYS_M, _ZEBRA_M, _FROM_END_M, _SIGN_M = 7.0, 3.5, 3.2, 0.5
_SHORTEST_M, _BEFORE_STALLS_M = 6.0, 1.5


@dataclass(frozen=True)
class Arm:
    """One end of a street, as its place sees it.

    Attributes:
        street: the street.
        road_id: its road.
        contact: which end of the road it is, ``start`` or ``end``.
        pose: the middle of that end, heading away from the place.
    """

    street: Street
    road_id: str
    contact: str
    pose: Pose2

    @property
    def profile(self) -> Profile:
        """The street's cross-section."""
        return self.street.profile

    def lane_in(self, k: int) -> int:
        """Id of the lane toward the place, the k-th from the middle, from 1."""
        return -k if self.contact == "end" else k

    def lane_out(self, k: int) -> int:
        """Id of the lane away from the place, the k-th from the middle, from 1."""
        return -self.lane_in(k)

    def pose_in(self, k: int) -> Pose2:
        """Middle and heading of the k-th lane toward the place."""
        return self.pose.turned(math.pi).moved(0.0, -(k - 0.5) * self.profile.lane_width_m)

    def pose_out(self, k: int) -> Pose2:
        """Middle and heading of the k-th lane away from the place."""
        return self.pose.moved(0.0, -(k - 0.5) * self.profile.lane_width_m)

    def kerb_in(self) -> Pose2:
        """The kerb to the right of who comes to the place, heading as they do."""
        return self.pose.turned(math.pi).moved(0.0, -self.profile.half_width_m)

    def kerb_out(self) -> Pose2:
        """The kerb to the right of who leaves the place, heading as they do."""
        return self.pose.moved(0.0, -self.profile.half_width_m)


def outward_rad(street: Street, place: str, places: Mapping[str, Place]) -> float:
    """Heading in which a street leaves one of its places."""
    (ax, ay), (bx, by) = places[street.a].xy_m, places[street.b].xy_m
    chord = math.atan2(by - ay, bx - ax)
    return chord + street.bend_rad if place == street.a else chord - street.bend_rad + math.pi


def street_arms(
    number: int, street: Street, places: Mapping[str, Place], back_m: tuple[float, float]
) -> tuple[Arm, Arm]:
    """Both ends of a street, cut back by distances along it.

    Raises:
        UsageError: the street is too short for what lies at its ends.
    """
    length, curvature = _length_and_curvature(street, places)
    if length - sum(back_m) < _SHORTEST_M:
        name, wanted_m = f"street {street.a}-{street.b}", sum(back_m) + _SHORTEST_M
        raise UsageError(f"{name} is too short: {length:.1f} m, wanted {wanted_m:.1f} m or more")
    ax, ay = places[street.a].xy_m
    start = Pen(Pose2(ax, ay, outward_rad(street, street.a, places))).arc(back_m[0], curvature).at
    end = Pen(start).arc(length - sum(back_m), curvature).at
    name = f"street {number}"
    return Arm(street, name, "start", start), Arm(street, name, "end", end.turned(math.pi))


def street_road(
    arms: tuple[Arm, Arm],
    places: Mapping[str, Place],
    links: tuple[tuple[RoadLink, int], tuple[RoadLink, int]],
    has_sign: tuple[str, str],
) -> Road:
    """The road of a street.

    Args:
        arms: its start and its end.
        places: all places by id.
        links: what joins its start and its end, and the sign of lanes' ids there: 1 as here, -1 the others,
            0 where a junction names the lanes.
        has_sign: type of the sign for those who come to its start, to its end; "" for none.
    """
    start, end = arms
    street, p = start.street, start.profile
    full, curvature = _length_and_curvature(street, places)
    back_m = _cut_m(street, places, start), _cut_m(street, places, end)
    length = full - sum(back_m)
    pen = Pen(start.pose).arc(length, curvature)
    breaks = [0.0]
    clear = [_NO_BAYS_M + (_FROM_END_M + _ZEBRA_M if zebra else 0.0) for zebra in street.zebras]
    if p.stalls_m:
        clear = [_BEFORE_STALLS_M, _BEFORE_STALLS_M]
    if (p.parking_width_m or p.stalls_m) and length > sum(clear) + 2 * _SHORTEST_M:
        breaks += [clear[0], length - clear[1]]
    sections = []
    for k, s in enumerate(breaks):
        kind = "parking" if k == 1 else "shoulder"
        first, last = (links[0][1] if k == 0 else 1), (links[1][1] if k == len(breaks) - 1 else 1)
        paint = _center_marks(p.center, (street.zebras, length), (s, [*breaks, length][k + 1]))
        sections.append(both_sides(p, s, kind, first, last, paint))
    signs = [
        Signal(f"{start.road_id}:{n}", s, side * (p.half_width_m + _SIGN_M), orientation=sign, type=kind)
        for n, (kind, s, side, sign) in enumerate(
            ((has_sign[0], min(1.5, length / 4), 1.0, "-"), (has_sign[1], length - 1.5, -1.0, "+"))
        )
        if kind
    ]
    if street.is_playful:
        for side, s, sign in ((1.0, length - 12.0, "-"), (-1.0, 12.0, "+")):
            t = side * (p.half_width_m + _SIGN_M)
            signs.append(Signal(f"{start.road_id}:play{sign}", s, t, orientation=sign, type="136"))
    objects = [
        RoadObject(
            f"{start.road_id}:zebra{n}", s, 0.0, type="crosswalk",
            length_m=_ZEBRA_M, width_m=2 * p.half_width_m,
        )
        for n, (wanted, s) in enumerate(zip(street.zebras, (_FROM_END_M, length - _FROM_END_M), strict=True))
        if wanted
    ]  # fmt: skip
    return Road(
        id=start.road_id,
        length_m=length,
        plan_view=tuple(pen.strokes),
        sections=tuple(sections),
        predecessor=links[0][0],
        successor=links[1][0],
        types=(RoadType(0.0, "town", p.speed_mps),),
        objects=tuple(objects),
        signals=tuple(signs),
    )


def both_sides(
    profile: Profile,
    s_m: float,
    beside: str = "shoulder",
    first: int = 1,
    last: int = 1,
    center: tuple[RoadMark, ...] | None = None,
) -> LaneSection:
    """A section with a profile's lanes on both sides.

    Args:
        profile: the cross-section.
        s_m: where it begins.
        beside: type of the lanes between carriageway and kerb.
        first: sign of lanes' ids in what comes before, 0 if nothing has lanes there.
        last: the same of what comes after.
        center: marks along the middle instead of the profile's.
    """
    middle = Lane(0, "none", marks=(RoadMark(0.0, profile.center),) if center is None else center)
    left = tuple(_lanes(profile, 1, beside, first, last))
    return LaneSection(s_m, left, middle, tuple(_lanes(profile, -1, beside, first, last)))


def _center_marks(
    kind: str, street: tuple[tuple[bool, bool], float], range_m: tuple[float, float]
) -> tuple[RoadMark, ...]:
    """Marks along the middle of one section; none on crossings and short of them."""
    zebras, length = street
    clear = [_FROM_END_M + _ZEBRA_M if zebra else 0.5 for zebra in zebras]
    low, high = max(clear[0], range_m[0]), min(length - clear[1], range_m[1])
    if high - low < 1.0:
        return ()
    out = [RoadMark(low - range_m[0], kind)]
    return (*out, RoadMark(high - range_m[0], "none")) if high < range_m[1] else tuple(out)


def _lanes(profile: Profile, side: int, beside: str, first: int, last: int) -> list[Lane]:
    kinds = [("driving", profile.lane_width_m)] * profile.lanes
    kinds += [(beside, profile.parking_width_m)] if profile.parking_width_m else []
    kinds += [("parking", profile.stalls_m)] if profile.stalls_m and beside == "parking" else []
    kinds += [("sidewalk", profile.pavement_width_m)] if profile.pavement_width_m else []
    out = []
    for k, (kind, width) in enumerate(kinds, 1):
        own = side * k
        marks = (RoadMark(0.0, "broken"),) if k < profile.lanes else ()
        out.append(
            Lane(
                own,
                kind,
                predecessors=(first * own,) if first else (),
                successors=(last * own,) if last else (),
                widths=(Cubic(0.0, width),),
                marks=marks,
            )
        )
    return out


def _length_and_curvature(street: Street, places: Mapping[str, Place]) -> tuple[float, float]:
    """Arc length between the middles of a street's places, and its curvature."""
    chord = math.dist(places[street.a].xy_m, places[street.b].xy_m)
    bend = street.bend_rad
    if abs(bend) < 1e-6:
        return chord, 0.0
    return chord * bend / math.sin(bend), -2 * math.sin(bend) / chord


def _cut_m(street: Street, places: Mapping[str, Place], arm: Arm) -> float:
    """How far along the street an arm lies from its place."""
    place = places[street.a if arm.contact == "start" else street.b]
    away = math.dist(place.xy_m, (arm.pose.x_m, arm.pose.y_m))
    _, curvature = _length_and_curvature(street, places)
    return away if not curvature else 2 * math.asin(away * abs(curvature) / 2) / abs(curvature)
