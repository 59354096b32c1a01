"""A car park's measures -> its aisles with bays across, its walkways, and the street that leads past it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely

from sim.roads import Cubic, Lane, LaneSection, Road, RoadNetwork, RoadObject, RoadType
from worlds._layout import Layout, Place, Profile, Street
from worlds._layout_map import network_of
from worlds._line import Point
from worlds._pen import Pen, Pose2

__all__ = ["AISLE_HALF_M", "FRONT_WALK_M", "STALL_M", "CarPark", "car_park_network"]

AISLE_HALF_M, STALL_M, FRONT_WALK_M = 3.2, 5.3, 3.8
"""Half the width of aisles, depth of bays, width of the pavement before the shops."""
_CORNER_M, _BEND_M = 5.0, 8.2
_WALK_M, _ENTRY_M, _ARM_M, _CIRCLE_M = 2.6, 46.0, (75.0, 110.0), 13.0
_CROSSING_M, _RESERVED_M = 3.0, 15.0


@dataclass(frozen=True)
class CarPark:
    """Aisles side by side before a row of shops. Its own axes: x along the shops' fronts, y toward them.

    Attributes:
        aisles: how many.
        aisle_m: length of each between the middles of the lanes that join them.
        island_m: width of the green strips between rows of bays.
        entry: number of the aisle at whose end the entry is.
        street: of the street it lies at.
        turn_rad: of its axes against the world's.
    """

    aisles: int
    aisle_m: float
    island_m: float
    entry: int
    street: Profile
    turn_rad: float

    @property
    def apart_m(self) -> float:
        """From aisle to aisle."""
        return 2 * (AISLE_HALF_M + STALL_M) + self.island_m

    def aisle_x_m(self, k: int) -> float:
        """Middle of an aisle."""
        return (k - (self.aisles - 1) / 2) * self.apart_m

    @property
    def half_m(self) -> float:
        """From its middle to beyond the outermost bays."""
        return self.aisle_x_m(self.aisles - 1) + AISLE_HALF_M + STALL_M

    @property
    def front_y_m(self) -> float:
        """Where the pavement before the shops begins."""
        return self.aisle_m / 2 + AISLE_HALF_M

    def at(self, x_m: float, y_m: float, heading_rad: float = 0.0) -> Pose2:
        """A pose in the world."""
        own = Pose2(0.0, 0.0, self.turn_rad).moved(x_m, y_m)
        return own.turned(heading_rad)

    def xy(self, x_m: float, y_m: float) -> Point:
        """A point in the world."""
        own = self.at(x_m, y_m)
        return own.x_m, own.y_m

    @property
    def reserved(self) -> shapely.Polygon:
        """The ground on which no houses are set."""
        x, low = self.half_m + _RESERVED_M, -self.aisle_m / 2 - AISLE_HALF_M - 4.0
        high = self.front_y_m + 70.0
        return shapely.Polygon([self.xy(*p) for p in ((-x, low), (x, low), (x, high), (-x, high))])


def car_park_network(park: CarPark, rng: np.random.Generator) -> RoadNetwork:
    """Roads of a car park: aisles with bays across, lanes that join their ends, an entry, a street, walkways.

    Raises:
        UsageError: the aisles are too near to each other.
    """
    speed = 10.0 / 3.6
    aisle = Profile(1, AISLE_HALF_M, 0.0, 0.0, speed, "none", STALL_M)
    lane = Profile(1, AISLE_HALF_M, 0.0, 0.0, speed, "none")
    entry = Profile(1, AISLE_HALF_M, 0.0, 2.2, 20.0 / 3.6)
    places, streets = [], []
    for k in range(park.aisles):
        for side, y in (("shops", park.aisle_m / 2), ("street", -park.aisle_m / 2)):
            xy = park.xy(park.aisle_x_m(k), y)
            places.append(Place(f"{side} {k}", xy, 0.0, _CORNER_M, _BEND_M))
            if k:
                streets.append(Street(f"{side} {k - 1}", f"{side} {k}", lane))
        streets.append(Street(f"street {k}", f"shops {k}", aisle))
    x, y = park.aisle_x_m(park.entry), -park.aisle_m / 2 - _ENTRY_M
    places.append(Place("entry", park.xy(x, y)))
    streets.append(Street("entry", f"street {park.entry}", entry))
    for name, sign in (("left", -1.0), ("right", 1.0)):
        reach = sign * float(rng.uniform(*_ARM_M))
        places.append(Place(name, park.xy(x + reach, y), _CIRCLE_M))
        streets.append(Street("entry", name, park.street, is_main=True, zebras=(sign > 0, False)))
    network = network_of(Layout(tuple(places), tuple(streets)))
    roads = [_with_crossing(road, streets) for road in network.roads]
    return RoadNetwork((*roads, *_walkways(park)), network.junctions)


def _with_crossing(road: Road, streets: list[Street]) -> Road:
    """A zebra over the middle of the lanes before the shops."""
    number = road.id.removeprefix("street ")
    if not number.isdecimal():
        return road
    street = streets[int(number)]
    if not (street.a.startswith("shops") and street.b.startswith("shops")):
        return road
    zebra = RoadObject(
        f"{road.id}:zebra", road.length_m / 2, 0.0, type="crosswalk",
        length_m=_CROSSING_M, width_m=2 * AISLE_HALF_M,
    )  # fmt: skip
    return replace(road, objects=(*road.objects, zebra))


def _walkways(park: CarPark) -> Iterator[Road]:
    """A path along every island between aisles, and the pavement before the shops."""
    low, high = -park.aisle_m / 2 + AISLE_HALF_M, park.aisle_m / 2 - AISLE_HALF_M
    for k in range(park.aisles - 1):
        x = park.aisle_x_m(k) + park.apart_m / 2 - _WALK_M / 2
        yield _walkway(f"path {k}", park.at(x, low, math.pi / 2), high - low, _WALK_M)
    reach = park.half_m - STALL_M
    start = park.at(-reach, park.front_y_m + FRONT_WALK_M)
    yield _walkway("front", start, 2 * reach, FRONT_WALK_M)


def _walkway(name: str, start: Pose2, length_m: float, width_m: float) -> Road:
    """A pavement to the right of a straight line."""
    pen = Pen(start).line(length_m)
    lane = Lane(-1, "sidewalk", widths=(Cubic(0.0, width_m),))
    return Road(
        id=name,
        length_m=length_m,
        plan_view=tuple(pen.strokes),
        sections=(LaneSection(0.0, (), Lane(0, "none"), (lane,)),),
        types=(RoadType(0.0, "pedestrian"),),
    )
