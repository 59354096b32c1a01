"""The service road of a rest area -> what stands beside it: a hut, benches, bins, lamps, trees."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.world import Building, Prop, Tree
from worlds._frontages import Dressing
from worlds._map_ground import GREEN_M, PAVEMENT_M
from worlds._motorway_sides import RoadPlaces
from worlds._parameters import Value
from worlds._trees import grown, street_species

__all__ = ["rest_area"]

_BACK_M = 7.6
"""From the middle of the service lane to behind the pavement, on its right."""
_TREES, _LEAF_SRGB = 26, (104, 124, 64)


def rest_area(places: RoadPlaces, road: str, p: Mapping[str, Value], rng: np.random.Generator) -> Dressing:
    """What stands on the right-hand side of a service road, and between it and the motorway.

    Args:
        places: of the network.
        road: the service road.
        p: parameters of the world: tree_species, season, detail_seed.
        rng: decides.
    """
    length = float(places.network.road(road).length_m)
    across = np.pi / 2
    hut_m = float(rng.uniform(0.35, 0.65)) * length
    wide, deep = float(rng.uniform(7.0, 11.0)), float(rng.uniform(5.0, 7.0))
    x, y, heading = places.at(road, hut_m + wide / 2, -_BACK_M - 2.5)
    tint = (196, 188, 172) if rng.random() < 0.5 else (172, 116, 88)
    hut = Building(
        x, y, heading + np.pi, wide, deep, 1, 3.2, 3.0, "brick" if rng.random() < 0.5 else "plaster", tint,
        "pitched" if rng.random() < 0.5 else "flat", False, int(rng.integers(2**31)),
    )  # fmt: skip
    props: list[Prop] = []
    lamp, seat = int(rng.integers(2**31)), int(rng.integers(2**31))
    for s in np.arange(14.0, length - 5.0, 30.0).tolist():
        x, y, heading = places.at(road, s, -5.15)
        props.append(Prop("lamp", x, y, PAVEMENT_M, heading + across, 0.0, lamp))
    for s in np.arange(9.0, length - 5.0, 17.0).tolist():
        if abs(s - hut_m) > wide / 2 + 3.0:
            props.append(places.prop("bench", (road, s, -_BACK_M - 1.2), across, 0.0, seat))
            props.append(places.prop("bin", (road, s + 2.0, -_BACK_M - 0.6), across, 0.0, seat))
    for s in np.arange(6.0, length - 6.0, 7.0).tolist():
        props.append(places.prop("hedge", (road, s, 7.5), across, 7.05, seat))
    trees = []
    for _ in range(_TREES):
        s, t = float(rng.uniform(4.0, length - 4.0)), float(rng.uniform(_BACK_M + 3.0, _BACK_M + 26.0))
        if abs(s - hut_m) < wide / 2 + 3.5 and t < _BACK_M + deep + 6.0:
            continue
        x, y, _ = places.at(road, s, -t)
        tall = float(rng.uniform(5.5, 11.0))
        trees.append(Tree(x, y, GREEN_M, tall, 0.32 * tall, _LEAF_SRGB, 1.0, int(rng.integers(2**31))))
    for s in np.arange(10.0, length - 8.0, 14.0).tolist():
        x, y, _ = places.at(road, s + float(rng.uniform(-3, 3)), float(rng.uniform(9.5, 12.0)))
        trees.append(Tree(x, y, GREEN_M, 7.0, 2.2, _LEAF_SRGB, 1.0, int(rng.integers(2**31))))
    species = street_species(str(p["tree_species"]), int(p["detail_seed"]) + 1)
    return Dressing((hut,), grown(trees, species, str(p["season"]), 4.0, keeps_height=True), tuple(props))
