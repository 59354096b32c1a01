"""A look and a seed -> the pieces of a town: squares with a place in the middle and arms that are open.

All arms leave a square in the middle of a side and have one cross-section, so that any two pieces fit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.randomness import stream
from sim.world import Recipe, World
from worlds._layout import Layout, Place, Profile, Street
from worlds._layout_map import network_of
from worlds._map_world import street_of
from worlds._parameters import Value

__all__ = ["CELL_M", "PIECES", "piece"]

CELL_M = 132.0
"""Side of the squares."""
PIECES: dict[str, tuple[int, ...]] = {
    "cross": (0, 1, 2, 3), "ring": (0, 1, 2, 3), "fork": (0, 1, 2), "bend": (0, 1), "through": (0, 2),
}  # fmt: skip
"""Kind of piece -> directions of its arms, in quarter turns from +x."""
_RING_M, _CORNER_M, _BEND_M = 16.0, 7.0, 22.0


def piece(kind: str, p: Mapping[str, Value]) -> World:
    """A piece around the origin, as a world of its own whose lanes end at its border.

    Args:
        kind: one of `PIECES`.
        p: parameters of the town.
    """
    rng = stream(int(p["detail_seed"]), f"worlds/town/{kind}")
    profile = Profile(
        1,
        float(p["lane_width_m"]),
        2.1 if p["parking"] else 0.0,
        float(p["pavement_width_m"]),
        float(p["speed_limit_kph"]) / 3.6,
    )
    arms = PIECES[kind]
    places = [Place("middle", (0.0, 0.0), _RING_M if kind == "ring" else 0.0, _CORNER_M, _BEND_M)]
    streets = []
    for k in arms:
        angle = k * math.pi / 2
        # Rounded: where pieces meet, lanes shall end at the very same point.
        xy = round(math.cos(angle)) * CELL_M / 2, round(math.sin(angle)) * CELL_M / 2
        places.append(Place(f"end {k}", xy, is_open=True))
        zebra = kind == "ring" or (kind in ("cross", "fork") and bool(rng.random() < 0.5))
        streets.append(Street("middle", f"end {k}", profile, 0.0, k % 2 == 0, (zebra, False)))
    network = network_of(Layout(tuple(places), tuple(streets)))
    half = CELL_M / 2
    own = {**p, "detail_seed": int(rng.integers(2**31))}
    return street_of(network, Recipe("piece"), own, bounds_m=(-half, -half, half, half))
