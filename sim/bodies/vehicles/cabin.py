"""Proportions and windows in, the room behind the glass out; and an agent's name in, who sits there.

The room is no geometry: the glass shader looks into it, so that depth, ids and boxes are those of the glass.
"""

from __future__ import annotations

import zlib

import numpy as np

from sim.bodies.vehicles.glazing import Glazing
from sim.bodies.vehicles.hull import Hull
from sim.bodies.vehicles.loft import ARC
from sim.bodies.vehicles.proportions import Proportions

__all__ = ["Cabin", "cab_cabin", "cabin", "saloon", "seated"]

Cabin = tuple[float, ...]
"""Twelve numbers, metres in the body frame:

* x of the windscreen's foot and how far it leans back per metre of height, of the rear window how far ahead,
* half the width inside, height of the seats' cushions, of the windows' feet, of the ceiling,
* x of the front backrests at head height, distance of the next row behind (0: none), 1 if there is a rear
  window and 0 if there is a wall, height of the dashboard.

In the saloon of a bus or tram the distance of the rows is negative: rows that far apart fill it to the back.
There are windows all around then, the third number is the y of the driver's seat, and the height of the floor
stands for that of the cushions.
"""

_FRONT_SEAT_M, _ROW_M = 1.20, {"coupe": 0.68, "pickup": 0.78}
"""Behind the foot of the side windows, and between rows, of a car with a wheelbase of 2.75 m."""
_CAB_SEAT_M = 1.35
"""From the windscreen of a lorry back to its seats."""
_PITCH_M, _DRIVER_M = 0.80, 1.05
"""Between the rows of a saloon, and from its windscreen back to its driver."""
_SALOON_FLOOR_M = 0.36
_LEGROOM_M = 0.25
"""At least, from the rear backrests to the foot of the rear window."""
_PASSENGER_SHARES = (1.0, 0.25, 0.07, 0.07)
"""How often the seats of a moving car are taken: driver, beside the driver, behind on the left and right."""


def cabin(p: Proportions, hull: Hull, glass: Glazing) -> Cabin:
    """The room of a car."""
    scale = p.wheelbase_m / 2.75
    rings = hull.rings
    front, rear = ARC // 2, rings.shape[1] // 2 + ARC // 2
    waist = float(np.mean(rings[hull.base, hull.side, 2]))
    ceiling = float(rings[hull.top, front, 2]) + 0.02

    def edge(column: int) -> tuple[float, float]:
        (x0, _, z0), (x1, _, z1) = rings[hull.base, column], rings[hull.top, column]
        return float(x0), float((x0 - x1) / (z1 - z0))

    (screen_m, screen_lean), (back_m, back_lean) = edge(front), edge(rear)
    seat_m = glass.front_x_m(0.09) - _FRONT_SEAT_M * scale
    rows_m = min(_ROW_M.get(p.shape, 0.82) * scale, seat_m - back_m - _LEGROOM_M)
    if p.shape == "van":
        rows_m, back_m, back_lean = 0.0, seat_m - 0.35, 0.0
    half_width_m = p.half_width_m * (0.89 + p.roof_ratio) / 2 - 0.03
    return (
        *(screen_m, screen_lean, back_m, -back_lean),
        *(half_width_m, waist - 0.42, waist, ceiling),
        *(seat_m, rows_m, float(p.shape != "van"), waist - 0.02),
    )


def cab_cabin(nose_x_m: float, half_width_m: float, cab: tuple[float, float, float, float]) -> Cabin:
    """The room of a lorry's cab, given by its (rear, sill, belt, roof)."""
    rear, _, belt, roof = cab
    ceiling = min(roof - 0.5, belt + 0.85) + 0.14
    return (
        *(nose_x_m - 0.03, 0.06, rear + 0.12, 0.0),
        *(half_width_m - 0.08, belt - 0.55, belt - 0.02, ceiling),
        *(nose_x_m - _CAB_SEAT_M, 0.0, 0.0, belt - 0.04),
    )


def saloon(
    x_m: tuple[float, float], half_width_m: float, belt_m: float, ceiling_m: float, driver_y_m: float
) -> Cabin:
    """The room of a bus or tram between its rear and front windows."""
    rear, front = x_m
    return (
        *(front, 0.0, rear, 0.0),
        *(half_width_m - 0.05, _SALOON_FLOOR_M, belt_m, ceiling_m),
        *(front - _DRIVER_M, -_PITCH_M, driver_y_m, belt_m - 0.05),
    )


def seated(name: str, *, is_parked: bool) -> int:
    """Who sits in a car, the same whenever it has this name.

    Args:
        name: the agent's.
        is_parked: nobody sits in a parked car.

    Returns:
        Bits 0 to 3: driver, beside the driver, behind on the left, on the right; the bits above pick clothes.
        0 if it is empty, below 2^12.
    """
    if is_parked:
        return 0
    drawn = zlib.crc32(name.encode())
    taken = sum(
        1 << k for k, share in enumerate(_PASSENGER_SHARES) if (drawn >> 8 * k & 0xFF) < round(256 * share)
    )
    return taken | (drawn >> 5 & 0xFF) << 4
