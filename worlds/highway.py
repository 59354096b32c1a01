"""A motorway in open country: several lanes, hard shoulders, barriers, gantries, rest areas, many lorries."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np

from sim.randomness import stream
from sim.world import Recipe, World
from worlds._map_ground import areas_of
from worlds._map_world import street_of
from worlds._motorway import Motorway, motorway_network
from worlds._motorway_sides import RoadPlaces, motorway_sides
from worlds._parameters import Value, checked, sampled_look, with_fixed
from worlds._rest_area import rest_area

__all__ = ["build", "sample"]

_PER_LANE_KM, _LORRY_SHARE, _MOST = 5.0, 0.3, 110
"""Vehicles on a kilometer of a lane: free flow; how many of them are tractors with semitrailers."""
_CAMERA = (14.0, 9.5, 0.16)
"""The overview camera: how far beside the middle, how high, how far down it looks."""


def build(
    *,
    lanes: int = 2,
    lane_width_m: float = 3.75,
    shoulder_width_m: float = 2.5,
    median: str = "rails",
    median_width_m: float = 3.5,
    speed_limit_kph: float = 120.0,
    rest_areas: bool = True,
    guard_rail_share: float = 0.7,
    noise_wall_share: float = 0.2,
    embankment_share: float = 0.3,
    wood_share: float = 0.3,
    gantries_per_km: float = 1.0,
    season: str = "summer",
    tree_species: str = "mixed",
    detail_seed: int = 0,
) -> World:
    """The motorway, a closed ring of some kilometers.

    Between the entry from a rest area and the exit to the next there is one lane more.

    Args:
        lanes: per direction, 2 to 4.
        lane_width_m: 2.75 to 4.
        shoulder_width_m: of the hard shoulders, 0.5 to 3.5.
        median: ``rails``, ``concrete`` or ``planted``.
        median_width_m: 2 to 8.
        speed_limit_kph: 80 to 130; the faster, the wider the bends.
        rest_areas: a rest area on both sides.
        guard_rail_share: share of the outer edges with rails, 0 to 1.
        noise_wall_share: share of the sides with noise walls, 0 to 1.
        embankment_share: share of the sides with wooded banks, 0 to 1.
        wood_share: share of the sides with woods, 0 to 1; fields are what is left.
        gantries_per_km: bridges with boards over each carriageway, 0 to 6.
        season: ``spring``, ``summer``, ``autumn`` or ``winter``.
        tree_species: ``mixed``, ``lime``, ``plane``, ``birch``, ``poplar``, ``pine`` or ``cherry``.
        detail_seed: picks the course, textures and details without a parameter of their own.

    Raises:
        UsageError: a parameter is out of its range.
    """
    p = checked("highway", dict(locals()))
    rng = stream(int(p["detail_seed"]), "worlds/highway")
    way = Motorway(
        int(p["lanes"]),
        float(p["lane_width_m"]),
        float(p["shoulder_width_m"]),
        float(p["median_width_m"]),
        p["median"] == "concrete",
        float(p["speed_limit_kph"]) / 3.6,
        bool(p["rest_areas"]),
    )
    network = motorway_network(way, rng)
    areas = areas_of(network)
    own = motorway_sides(way, network, areas, p, rng)
    places = RoadPlaces(network)
    for name in ("right service", "left service") if way.has_rest_areas else ():
        own += rest_area(places, name, p, rng)
    ring_m = sum(road.length_m for road in network.roads if road.id == "rest" or "way" in road.id)
    total = min(round(2 * way.lanes * ring_m / 1000.0 * _PER_LANE_KM), _MOST)
    lorries = round(_LORRY_SHARE * total)
    usual = {"vehicles": total - lorries, "articulated": lorries, "motorcyclists": 2}
    usual |= dict.fromkeys(("cyclists", "people", "parked_cycles"), 0)
    if not way.has_rest_areas:
        usual["parked"] = 0
    street = street_of(
        network,
        Recipe("highway", p),
        p,
        is_built_up=False,
        population=usual,
        parked_share=0.4 if way.has_rest_areas else None,
    )
    focus = places.at("way 0", 170.0, 0.0)
    aside, high, pitch = _CAMERA
    x, y, heading = places.at("way 0", 40.0, -aside)
    return replace(
        street,
        buildings=own.buildings,
        trees=own.trees,
        props=own.props,
        focus_m=focus[:2],
        cameras={"overview": (x, y, high, heading + 0.1, pitch)},
        surroundings="country",
    )


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A motorway with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    look = sampled_look(rng)
    walls, banks, woods = rng.dirichlet([0.7, 0.9, 1.2, 1.0])[:3].tolist()
    drawn: dict[str, Value] = {
        "lanes": int(rng.choice([2, 3, 4], p=[0.45, 0.4, 0.15])),
        "lane_width_m": round(float(rng.uniform(3.5, 3.75)), 2),
        "shoulder_width_m": round(float(rng.choice([0.5, rng.uniform(2.25, 3.0)], p=[0.1, 0.9])), 2),
        "median": str(rng.choice(["rails", "concrete", "planted"], p=[0.45, 0.3, 0.25])),
        "median_width_m": round(float(rng.uniform(2.5, 5.0)), 2),
        "speed_limit_kph": float(rng.choice([80.0, 100.0, 120.0, 130.0])),
        "rest_areas": bool(rng.random() < 0.7),
        "guard_rail_share": round(float(rng.uniform(0.3, 1.0)), 2),
        "noise_wall_share": round(walls, 2),
        "embankment_share": round(banks, 2),
        "wood_share": round(woods, 2),
        "gantries_per_km": round(float(rng.uniform(0.3, 2.5)), 2),
        **{name: look[name] for name in ("season", "tree_species", "detail_seed")},
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("highway", drawn, fixed, known))  # type: ignore[arg-type]
