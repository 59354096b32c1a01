"""A car park -> what stands in it: shops, trolleys, lamps and trees on islands, what closes it off."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from sim.world import Building, Prop, Tree
from worlds._car_park import AISLE_HALF_M, FRONT_WALK_M, STALL_M, CarPark
from worlds._frontages import Dressing
from worlds._line import Point
from worlds._map_ground import GREEN_M, PAVEMENT_M
from worlds._parameters import Value
from worlds._trees import grown, street_species

__all__ = ["car_park_dressing", "shelters"]

_STORE_GAP_M, _BESIDE_M, _FREE_END_M = 0.4, 1.0, 9.0
_ALONG_FRONT = ("bin", "bench", "planter", "bicycle_rack", "bollard", "poster_case")
_LEAF_SRGB = (104, 124, 64)


def car_park_dressing(park: CarPark, p: Mapping[str, Value], rng: np.random.Generator) -> Dressing:
    """Everything that stands in a car park and before its shops.

    Args:
        park: its measures.
        p: parameters of the world: shops, boundary, tree_spacing_m, tree_species, season, detail_seed.
        rng: decides.
    """
    props = [*_islands(park, rng), *_sides(park, str(p["boundary"]), rng), *_left_behind(park, rng)]
    props += [*_along_front(park, rng), *_along_street(park, rng)]
    species = street_species(str(p["tree_species"]), int(p["detail_seed"]))
    spacing = float(p["tree_spacing_m"])
    planted = grown(
        list(_trees(park, max(spacing, 5.0), rng)) if spacing else [], species, str(p["season"]), 2.6
    )
    return Dressing(tuple(_shops(park, int(p["shops"]), rng)), planted, tuple(props))


def shelters(park: CarPark, stalls: Mapping[str, Point], rng: np.random.Generator) -> dict[str, Prop]:
    """A bay in the middle of each aisle, by the id of its lane, that has a shelter for trolleys instead."""
    out = {}
    for k in range(park.aisles):
        side = 1.0 if rng.random() < 0.5 else -1.0
        x = park.aisle_x_m(k) + side * (AISLE_HALF_M + STALL_M / 2)
        want = park.xy(x, float(rng.uniform(-0.2, 0.25)) * park.aisle_m)
        name = min(stalls, key=lambda one: math.dist(stalls[one], want))
        toward = park.turn_rad + (math.pi if side > 0 else 0.0)
        out[name] = Prop("trolley_shelter", *stalls[name], 0.0, toward, 0.0, 7)
    return out


def _range_m(park: CarPark) -> tuple[float, float]:
    """Where along aisles things stand."""
    return -park.aisle_m / 2 + _FREE_END_M, park.aisle_m / 2 - _FREE_END_M


def _islands(park: CarPark, rng: np.random.Generator) -> Iterator[Prop]:
    """Lamps beside the paths."""
    lamp = int(rng.integers(2**20))
    for k in range(park.aisles - 1):
        x = park.aisle_x_m(k) + park.apart_m / 2 + 1.8
        for y in np.arange(*_range_m(park), 21.0).tolist():
            yield _prop(park, "lamp", (x, y), 0.0, lamp, z_m=GREEN_M)


def _sides(park: CarPark, kind: str, rng: np.random.Generator) -> Iterator[Prop]:
    """What closes it off to the left and right."""
    seed, (low, high) = int(rng.integers(2**20)), _range_m(park)
    long = (high - low + 6.0) / 6
    for side in (-1.0, 1.0):
        for n in range(6):
            at = (side * (park.half_m + _BESIDE_M), low - 3.0 + (n + 0.5) * long)
            yield _prop(park, kind, at, math.pi * (side > 0), seed, long, GREEN_M)


def _left_behind(park: CarPark, rng: np.random.Generator) -> Iterator[Prop]:
    """Single trolleys between bays."""
    seed, (low, high) = int(rng.integers(2**20)), _range_m(park)
    for k in range(park.aisles):
        for side in (-1.0, 1.0):
            if rng.random() < 0.4:
                x = park.aisle_x_m(k) + side * (AISLE_HALF_M + STALL_M + 0.5)
                yield _prop(park, "trolley", (x, float(rng.uniform(low, high))), side, seed, z_m=GREEN_M)


def _along_front(park: CarPark, rng: np.random.Generator) -> Iterator[Prop]:
    """Furniture at the kerb of the pavement before the shops, clear of the crossings."""
    over = [(park.aisle_x_m(k) + park.aisle_x_m(k + 1)) / 2 for k in range(park.aisles - 1)]
    for x in np.arange(-park.half_m + 9.0, park.half_m - 8.0, 9.0).tolist():
        kind, seed = str(rng.choice(_ALONG_FRONT)), int(rng.integers(2**20))
        if all(abs(x - other) > 4.5 for other in over):
            yield _prop(park, kind, (x, park.front_y_m + 0.55), -math.pi / 2, seed, z_m=PAVEMENT_M)


def _along_street(park: CarPark, rng: np.random.Generator) -> Iterator[Prop]:
    """Signs at the entry and a hedge toward the street."""
    y, entry, seed = (
        -park.aisle_m / 2 - AISLE_HALF_M - 1.6,
        park.aisle_x_m(park.entry),
        int(rng.integers(2**20)),
    )
    for kind, aside in (("sign_parking", 3.9), ("direction_board", -4.9)):
        yield _prop(park, kind, (entry + aside, y - 14.0), -math.pi / 2, seed, z_m=PAVEMENT_M)
    for x in np.arange(-park.half_m + 11.5, park.half_m - 11.0, 5.0).tolist():
        if abs(x - entry) > 12.0:
            yield _prop(park, "hedge", (x, y), -math.pi / 2, seed, 5.0, GREEN_M)


def _trees(park: CarPark, spacing_m: float, rng: np.random.Generator) -> Iterator[Tree]:
    """Two rows on every island, one beyond both sides."""
    rows = [side * (park.half_m + 3.6) for side in (-1.0, 1.0)]
    for k in range(park.aisles - 1):
        middle = park.aisle_x_m(k) + park.apart_m / 2
        rows += [middle + side * (park.island_m / 2 - 0.7) for side in (-1.0, 1.0)]
    low, high = _range_m(park)
    for x in rows:
        for y in np.arange(low + 3.0, high, spacing_m).tolist():
            at = park.xy(x, y + float(rng.uniform(-1.0, 1.0)))
            yield Tree(*at, GREEN_M, 7.0, 2.3, _LEAF_SRGB, 1.0, int(rng.integers(2**31)))


def _shops(park: CarPark, count: int, rng: np.random.Generator) -> Iterator[Building]:
    """Large shops in a row, as wide together as the car park."""
    reach = park.half_m + 4.0
    inner = [float(rng.uniform(0.3, 0.7))] if count == 2 else [k / count for k in range(1, count)]
    edges = np.array([0.0, *inner, 1.0]) * 2 * reach - reach
    for x, wide in zip(edges[:-1].tolist(), np.diff(edges).tolist(), strict=True):
        style = str(rng.choice(["modern", "glazed", "brick", "brick_alt", "timber"]))
        shade, hue = float(rng.uniform(150, 230)), rng.uniform(-18, 18, 2)
        at = park.xy(x, park.front_y_m + FRONT_WALK_M + _STORE_GAP_M)
        yield Building(
            *at, park.turn_rad, wide - 0.4, float(rng.uniform(22.0, 38.0)), int(rng.choice([1, 1, 2])),
            float(rng.uniform(4.6, 6.0)), float(rng.uniform(3.2, 4.0)), style,
            (int(shade), int(shade + hue[0]), int(shade + hue[1])), "flat", True, int(rng.integers(2**31)),
        )  # fmt: skip


def _prop(
    park: CarPark,
    kind: str,
    at: Point,
    heading_rad: float,
    seed: int,
    length_m: float = 0.0,
    z_m: float = 0.0,
) -> Prop:
    return Prop(kind, *park.xy(*at), z_m, park.turn_rad + heading_rad, length_m, seed)
