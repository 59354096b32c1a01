"""A roundabout whose arms end in turning circles, with zebras at its mouths and an island with trees."""

from __future__ import annotations

import inspect
import math

import numpy as np

from sim.randomness import stream
from sim.world import Recipe, World
from worlds._layout import Layout, Place, Profile, Street
from worlds._layout_map import network_of
from worlds._map_world import street_of
from worlds._parameters import Value, checked, sampled_look, with_fixed

__all__ = ["build", "sample"]

_CIRCLE_M, _PARKING_M, _SHORTEST_M = 13.0, 2.1, 85.0
_PARKED_SHARE = 0.5
_NARROWEST_M = {3: 15.0, 4: 15.5, 5: 18.5}
_OFF_RAD = {3: 0.28, 4: 0.1, 5: 0.03}
"""Least radius and largest shift of directions by number of arms: between two there is room for a car."""


def build(
    *,
    arms: int = 4,
    radius_m: float = 17.0,
    arm_length_m: float = 130.0,
    lane_width_m: float = 3.25,
    parking: bool = True,
    pavement_width_m: float = 3.5,
    zebras: int = 3,
    speed_limit_kph: float = 50.0,
    floors_min: int = 2,
    floors_max: int = 4,
    facades: str = "mixed",
    gap_share: float = 0.1,
    shop_share: float = 0.5,
    tree_spacing_m: float = 12.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 0.0,
    signs_per_100m: float = 3.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 7.0,
    detail_seed: int = 0,
) -> World:
    """The roundabout at the origin; who is on it goes first.

    Args:
        arms: streets that meet, 3 to 5. Their directions are drawn.
        radius_m: of the ring's middle line, 15 to 20; five arms need 17 or more.
        arm_length_m: from the middle to that of the turning circle at the end of each arm, 60 to 300.
        lane_width_m: of the arms, 2.75 to 4.
        parking: bays along both kerbs of the arms.
        pavement_width_m: 3 to 6.
        zebras: arms with a zebra before the ring, 0 to 3.
        speed_limit_kph: on the arms, 10 to 70.
        floors_min: fewest floors of a building, 1 to 8.
        floors_max: most floors of a building, 1 to 8.
        facades: ``mixed``, ``plaster``, ``brick``, ``stone``, ``modern``, ``townhouse``, ``timber`` or
            ``glazed``.
        gap_share: share of the building lines that stays open, 0 to 0.9.
        shop_share: share of the buildings with shops, 0 to 1.
        tree_spacing_m: along each kerb, 0 (no trees) to 60.
        season: ``spring``, ``summer``, ``autumn`` or ``winter``.
        tree_species: ``mixed``, ``lime``, ``plane``, ``birch``, ``poplar``, ``pine`` or ``cherry``.
        garden_m: depth of the gardens between pavements and houses, 0 to 10.
        signs_per_100m: traffic signs along each kerb, 0 to 20.
        overhead_wires: wires on poles along kerbs.
        furniture_per_100m: benches, bins and so on along each kerb, 0 to 40.
        detail_seed: picks directions, textures and details without a parameter of their own.

    Raises:
        UsageError: a parameter is out of its range.
    """
    p = checked("roundabout", dict(locals()))
    rng = stream(int(p["detail_seed"]), "worlds/roundabout")
    profile = Profile(
        1,
        float(p["lane_width_m"]),
        _PARKING_M if p["parking"] else 0.0,
        float(p["pavement_width_m"]),
        float(p["speed_limit_kph"]) / 3.6,
    )
    count = int(p["arms"])
    middle = Place("ring", (0.0, 0.0), max(float(p["radius_m"]), _NARROWEST_M[count]))
    turn, off = rng.uniform(0.0, math.tau), rng.uniform(-_OFF_RAD[count], _OFF_RAD[count], count)
    reach = np.maximum(float(p["arm_length_m"]) * rng.uniform(0.85, 1.15, count), _SHORTEST_M)
    crossed = set(rng.permutation(count)[: int(p["zebras"])].tolist())
    places, streets = [middle], []
    for k in range(count):
        angle = turn + k * math.tau / count + float(off[k])
        xy_m = float(reach[k]) * math.cos(angle), float(reach[k]) * math.sin(angle)
        places.append(Place(f"end {k}", xy_m, _CIRCLE_M))
        streets.append(Street("ring", f"end {k}", profile, zebras=(k in crossed, False)))
    network = network_of(Layout(tuple(places), tuple(streets)))
    return street_of(network, Recipe("roundabout", p), p, parked_share=_PARKED_SHARE)


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A roundabout with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    drawn: dict[str, Value] = {
        "arms": int(rng.choice([3, 4, 5], p=[0.35, 0.5, 0.15])),
        "radius_m": round(float(rng.uniform(15.0, 20.0)), 2),
        "arm_length_m": round(float(rng.uniform(110.0, 180.0)), 1),
        "lane_width_m": round(float(rng.uniform(3.0, 3.6)), 2),
        "parking": bool(rng.random() < 0.6),
        "pavement_width_m": round(float(rng.uniform(3.0, 4.5)), 2),
        "zebras": int(rng.integers(1, 4)),
        "speed_limit_kph": float(rng.choice([30.0, 50.0])),
        **sampled_look(rng),
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("roundabout", drawn, fixed, known))  # type: ignore[arg-type]
