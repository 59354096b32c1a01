"""Sizes of vehicles and ways along lanes -> rectangles that bodies cover, distances by pair of lanes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from sim.agents.lanes import LaneMap

__all__ = [
    "LONG",
    "LONG_M",
    "STEP_M",
    "USUAL",
    "Envelope",
    "Stretches",
    "bodies_along",
    "bodies_at",
    "envelopes_of",
    "swept",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

USUAL, LONG = 0, 1
"""Sizes of vehicles: two-wheelers, cars and vans; lorries and buses."""
STEP_M = 0.75
"""Bodies are looked at every so many meters."""
_STRIDE, _FINE_M = 2, 0.04
LONG_M, _ASIDE_M, _SHORT_OF_M = 6.0, 0.1, 0.3
"""From where a vehicle is long; room kept beside bodies, and before and behind them."""


@dataclass(frozen=True)
class Envelope:
    """The ground rectangle, in their own frame, that holds every vehicle of a size.

    Attributes:
        tail_m, nose_m: x_min and x_max.
        half_width_m: half its width.
        cut_m2: how far they cut into bends times the radius, the least and the most of them.
    """

    tail_m: float
    nose_m: float
    half_width_m: float
    cut_m2: tuple[float, float] = (0.0, 0.0)


def envelopes_of(footprint_m: Floats, cut_m2: Floats) -> tuple[Envelope | None, Envelope | None]:
    """Envelopes of the usual and of the long among footprints (V, 3); None where there is none of a size.

    Args:
        footprint_m: (V, 3) x_min, x_max and half width.
        cut_m2: (V,) how far each cuts into bends, times the radius.
    """
    long = footprint_m[:, 1] - footprint_m[:, 0] > LONG_M
    out: list[Envelope | None] = []
    for own in (~long, long):
        low, high = footprint_m[own].min(0, initial=np.inf), footprint_m[own].max(0, initial=-np.inf)
        cut = float(cut_m2[own].min(initial=np.inf)), float(cut_m2[own].max(initial=0.0))
        out.append(Envelope(float(low[0]), float(high[1]), float(high[2]), cut) if own.any() else None)
    return out[0], out[1]


def bodies_along(
    lanes: LaneMap, way: tuple[int, int, int], past_gate_m: float, envelope: Envelope
) -> tuple[Floats, NDArray[np.object_]]:
    """A body that follows a lane, from its nose at the line before to its tail at the end.

    Args:
        lanes: the lanes.
        way: numbers of the lane before, -1 for none, of the lane, and of the one after it, likewise.
        past_gate_m: how far before the lane the line is.
        envelope: of the body.

    Returns:
        (K,) distances of its origin along the lane, negative before it, and (P, K) its rectangles there, one
        row for each of `cut_m2`.
    """
    before, lane, after = way
    length_m = float(lanes.length_m[lane])
    low, high = -envelope.nose_m - past_gate_m, length_m - envelope.tail_m
    s_m = np.linspace(low, high, max(int(np.ceil((high - low) / STEP_M)), 1) + 1)
    early, late = (s_m < 0) & (before >= 0), (s_m > length_m) & (after >= 0)
    which = np.where(early, before, np.where(late, after, lane))
    own_m = s_m + np.where(early, lanes.length_m[before], 0.0) - np.where(late, length_m, 0.0)
    at_m = np.clip(own_m, 0.0, lanes.length_m[which])
    parts = [
        bodies_at(lanes, which, at_m, own_m - at_m, np.full(len(s_m), cut_m2), envelope)[0]
        for cut_m2 in sorted(set(envelope.cut_m2))
    ]
    return s_m, np.stack(parts)


def swept(bodies: NDArray[np.object_]) -> shapely.Geometry:
    """The ground below bodies (P, K), K consecutive ones, a few centimeters too much in bends."""
    some = np.unique(np.append(np.arange(0, bodies.shape[1], _STRIDE), bodies.shape[1] - 1))
    corners = shapely.get_coordinates(shapely.get_exterior_ring(bodies[:, some].ravel()))
    rings = corners.reshape(len(bodies), len(some), 5, 2)[:, :, :4]
    pairs = np.concatenate([rings[:, :-1], rings[:, 1:]], 2).reshape(-1, 8, 2)
    return shapely.simplify(shapely.union_all(shapely.convex_hull(shapely.multipoints(pairs))), _FINE_M)


def bodies_at(
    lanes: LaneMap, lane: Ints, s_m: Floats, beyond_m: Floats, cut_m2: Floats, envelope: Envelope
) -> tuple[NDArray[np.object_], Floats]:
    """Bodies at places on lanes.

    Args:
        lanes: the lanes.
        lane: (K,) their numbers.
        s_m: (K,) distances along them.
        beyond_m: (K,) how much farther straight on.
        cut_m2: (K,) how far they cut into bends times the radius.
        envelope: of the body.

    Returns:
        (K,) rectangles with some room around the body, (K, 3) x, y and yaw of the origins.
    """
    xy, yaw = lanes.position(lane, s_m)
    bend, slope, _ = lanes.bend(lane, s_m)
    aside = (cut_m2 * bend)[:, None] * np.stack([-np.sin(yaw), np.cos(yaw)], 1)
    heading = yaw + np.arctan(cut_m2 * slope)
    c, s = np.cos(heading)[:, None], np.sin(heading)[:, None]
    origin = xy + aside + beyond_m[:, None] * np.concatenate([c, s], 1)
    x = np.array([envelope.tail_m - _SHORT_OF_M, envelope.nose_m + _SHORT_OF_M])[[0, 1, 1, 0]]
    y = np.array([-1, -1, 1, 1]) * (envelope.half_width_m + _ASIDE_M)
    corners = origin[:, None] + np.stack([c * x - s * y, s * x + c * y], -1)
    return shapely.polygons(corners), np.concatenate([origin, heading[:, None]], 1)


class Stretches:
    """Distances by pair of lanes and sizes, kept for the pairs that have one.

    Args:
        count: number of lanes.
        pairs: (4, K) size and lane of who, size and lane of in whose way.
        value_m: (K,) distances.
        otherwise: distance of all other pairs.
    """

    def __init__(self, count: int, pairs: Ints, value_m: Floats, otherwise: float) -> None:
        self._count, self._otherwise = count, otherwise
        keys = self._key(*pairs)
        order = np.argsort(keys)
        self._keys, self._value_m = keys[order], value_m[order]
        self._one = dict(zip(keys.tolist(), value_m.tolist(), strict=True))

    def __call__(self, size: Ints, lane: Ints, other_size: Ints | int, other: Ints) -> Floats:
        """Distances of pairs, broadcast against each other."""
        keys = self._key(size, lane, other_size, other)
        if not len(self._keys):
            return np.full(keys.shape, self._otherwise)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._value_m[at], self._otherwise)

    def one(self, size: int, lane: int, other_size: int, other: int) -> float:
        """Distance of one pair."""
        return float(self._one.get((lane * self._count + other) * 4 + size * 2 + other_size, self._otherwise))

    def _key(self, size: Ints, lane: Ints, other_size: Ints | int, other: Ints) -> Ints:
        return np.asarray((lane * self._count + other) * 4 + size * 2 + other_size, np.intp)
