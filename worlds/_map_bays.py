"""A map's parking lanes -> lanes of bays along kerbs or across them, and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.roads import RoadNetwork
from sim.world import Lane, Marking

__all__ = ["BAY_M", "STALL_M", "Bays", "bays"]

BAY_M = 5.9
"""Length of a bay."""
STALL_M = 2.5
"""Width of a bay across the kerb."""
_ACROSS_M, _REVERSED = 4.3, 5
"""Parking lanes this wide have bays across; every how manyth vehicle stands there the other way round."""
_STRAIGHT_M, _NARROWEST_M, _LINE_M, _STEP_M = 0.1, 1.8, 0.1, 1.0


@dataclass(frozen=True)
class Bays:
    """Where vehicles park.

    Attributes:
        lanes: rows of bays, each a straight lane a whole number of bays long; bays across, each a lane.
        markings: the lines between bays.
    """

    lanes: tuple[Lane, ...]
    markings: tuple[Marking, ...]

    @property
    def count(self) -> int:
        """How many bays there are."""
        ends = np.array([lane.centre_m for lane in self.lanes]).reshape(-1, 2, 2)
        return round(float(np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum()) / BAY_M)


def bays(network: RoadNetwork) -> Bays:
    """Bays on all parking lanes wide enough; bends are cut into pieces that are straight enough."""
    lanes: list[Lane] = []
    markings: list[Marking] = []
    table = network.lanes
    for row, lane in enumerate(table.lanes):
        low, high = float(table.from_s_m[row]), float(table.to_s_m[row])
        if lane.type != "parking" or high - low < BAY_M:
            continue
        s = np.linspace(low, high, int((high - low) / _STEP_M) + 2)
        rows = np.full(len(s), row)
        if float(np.median(table.width_m(rows, s))) < _NARROWEST_M:
            continue
        center = table.points(rows, s)[:, :2]
        if table.along[row] < 0:
            center = center[::-1]
        width = float(table.width_m(rows, s).min())
        key = table.keys[row]
        if width > _ACROSS_M:
            name = f"stall {key.road}:{key.section}:{key.lane}"
            own, paint = _stalls(name, center, width, key.lane * int(table.along[row]) < 0)
            lanes += own
            markings += paint
            continue
        for k, (a, b) in enumerate(_straights(center)):
            lanes.append(_bay_lane(f"bays {key.road}:{key.section}:{key.lane}:{k}", a, b, width))
            markings += _lines(a, b, width, key.lane * int(table.along[row]) < 0)
    return Bays(tuple(lanes), tuple(markings))


def _straights(center: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Both ends of every straight piece of a line, as long as whole bays are."""
    out, first = [], 0
    while first < len(center) - 1:
        last = first + 1
        while last + 1 < len(center) and _off_chord_m(center[first : last + 2]) < _STRAIGHT_M:
            last += 1
        span = center[last] - center[first]
        length = float(np.hypot(*span))
        count = int((length + 1e-6) / BAY_M)
        if count:
            start = center[first] + span / length * (length - count * BAY_M) / 2
            out.append((start, start + span / length * count * BAY_M))
        first = last
    return out


def _off_chord_m(points: np.ndarray) -> float:
    span = points[-1] - points[0]
    off = points - points[0]
    return float(np.abs(off[:, 0] * span[1] - off[:, 1] * span[0]).max() / max(float(np.hypot(*span)), 1e-9))


def _stalls(
    name: str, center: np.ndarray, width_m: float, kerb_is_right: bool
) -> tuple[list[Lane], list[Marking]]:
    """Bays across a straight parking lane, seen along its center."""
    a, b = center[0], center[-1]
    length = float(np.hypot(*(b - a)))
    ahead = (b - a) / length
    kerb = np.array([ahead[1], -ahead[0]]) * (1.0 if kerb_is_right else -1.0)
    count = int(length / STALL_M)
    start = a + ahead * (length - count * STALL_M) / 2
    lanes = []
    for k in range(count):
        middle, way = start + ahead * (k + 0.5) * STALL_M, kerb * BAY_M / 2
        ends = (middle + way, middle - way)
        if (3 * k + len(name)) % _REVERSED:
            ends = ends[::-1]
        lanes.append(_bay_lane(f"{name}:{k}", *ends, STALL_M))
    at = [start + ahead * STALL_M * k for k in range(count + 1)]
    return lanes, [Marking("bay", _strip(p - kerb * width_m / 2, p + kerb * width_m / 2)) for p in at]


def _bay_lane(name: str, a: np.ndarray, b: np.ndarray, width_m: float) -> Lane:
    ends = ((float(a[0]), float(a[1])), (float(b[0]), float(b[1])))
    return Lane(id=name, kind="parking", centre_m=ends, width_m=width_m, speed_limit_mps=0.0)


def _lines(a: np.ndarray, b: np.ndarray, width_m: float, kerb_is_right: bool) -> list[Marking]:
    """The line toward the carriageway and those between bays, seen along a -> b."""
    length = float(np.hypot(*(b - a)))
    ahead = (b - a) / length
    kerb = np.array([ahead[1], -ahead[0]]) * (1.0 if kerb_is_right else -1.0)
    open_side, kerb_side = -kerb * width_m / 2, kerb * (width_m / 2 - 0.1)
    at = [a + ahead * BAY_M * k for k in range(round(length / BAY_M) + 1)]
    pieces = [(p + open_side, p + kerb_side) for p in at]
    pieces += [(p + open_side, q + open_side) for p, q in pairwise(at)]
    return [Marking("bay", _strip(p, q)) for p, q in pieces]


def _strip(a: np.ndarray, b: np.ndarray) -> tuple[tuple[float, float], ...]:
    """A painted line between two points, counter-clockwise."""
    ahead = (b - a) / float(np.hypot(*(b - a)))
    aside = np.array([-ahead[1], ahead[0]]) * _LINE_M / 2
    return tuple((float(x), float(y)) for x, y in (a - aside, b - aside, b + aside, a + aside))
