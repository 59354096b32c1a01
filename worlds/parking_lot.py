"""A car park before large shops: aisles with bays across, trolleys, walkways, and the street it lies at."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np

from sim.randomness import stream
from sim.world import Recipe, World
from worlds._car_park import CarPark, car_park_network
from worlds._car_park_dressing import car_park_dressing, shelters
from worlds._layout import Profile
from worlds._map_world import street_of
from worlds._parameters import Value, checked, sampled_look, with_fixed

__all__ = ["build", "sample"]

_PARKING_M = 2.1


def build(
    *,
    aisles: int = 3,
    aisle_length_m: float = 76.0,
    island_width_m: float = 6.5,
    shops: int = 2,
    boundary: str = "hedge",
    occupancy: float = 0.6,
    lane_width_m: float = 3.25,
    speed_limit_kph: float = 50.0,
    floors_min: int = 2,
    floors_max: int = 3,
    facades: str = "mixed",
    gap_share: float = 0.15,
    shop_share: float = 0.2,
    tree_spacing_m: float = 9.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 0.0,
    signs_per_100m: float = 2.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 4.0,
    detail_seed: int = 0,
) -> World:
    """The car park around the origin.

    Args:
        aisles: 2 to 5.
        aisle_length_m: 56 to 110.
        island_width_m: of the green strips with walkways between the rows of bays, 6 to 9.
        shops: large shops side by side, 1 to 4.
        boundary: what closes it off at its sides: ``hedge``, ``fence_mesh``, ``fence_rails`` or
            ``garden_wall``.
        occupancy: share of the bays that is usually taken, 0 to 1, at most 90 bays.
        lane_width_m: of the street, 2.75 to 4.
        speed_limit_kph: on the street, 10 to 70.
        floors_min: fewest floors of the houses along the street, 1 to 8.
        floors_max: most floors of these, 1 to 8.
        facades: ``mixed``, ``plaster``, ``brick``, ``stone``, ``modern``, ``townhouse``, ``timber`` or
            ``glazed``.
        gap_share: share of the building lines along the street that stays open, 0 to 0.9.
        shop_share: share of the houses with shops, 0 to 1.
        tree_spacing_m: on islands and along kerbs, 0 (no trees) to 60.
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
    p = checked("parking_lot", dict(locals()))
    rng = stream(int(p["detail_seed"]), "worlds/parking_lot")
    street = Profile(1, float(p["lane_width_m"]), _PARKING_M, 2.8, float(p["speed_limit_kph"]) / 3.6)
    park = CarPark(
        int(p["aisles"]),
        float(p["aisle_length_m"]),
        float(p["island_width_m"]),
        int(rng.integers(int(p["aisles"]))),
        street,
        float(rng.uniform(-np.pi, np.pi)),
    )
    network = car_park_network(park, rng)
    usual = {"vehicles": 14, "cyclists": 3, "people": 26, "parked_cycles": 4}
    world = street_of(
        network,
        Recipe("parking_lot", p),
        p,
        population=usual,
        parked_share=float(p["occupancy"]),
        reserved=park.reserved,
    )
    bays = [lane for lane in world.network.lanes if lane.id.startswith("stall ")]
    ends = {lane.id: np.array(lane.centre_m) for lane in bays}
    middles = {name: (float(xy[:, 0].mean()), float(xy[:, 1].mean())) for name, xy in ends.items()}
    covered = shelters(park, middles, rng)
    own = car_park_dressing(park, p, rng)
    view = park.at(park.half_m * 0.7, -park.aisle_m / 2 - 4.0, 2.05)
    lanes = tuple(lane for lane in world.network.lanes if lane.id not in covered)
    return replace(
        world,
        network=replace(world.network, lanes=lanes),
        buildings=(*world.buildings, *own.buildings),
        trees=(*world.trees, *own.trees),
        props=(*world.props, *own.props, *covered.values()),
        focus_m=park.xy(0.0, 0.0),
        cameras={"overview": (view.x_m, view.y_m, 10.5, view.heading_rad, 0.26)},
    )


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A car park with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    drawn: dict[str, Value] = {
        **sampled_look(rng),
        "aisles": int(rng.choice([2, 3, 4], p=[0.35, 0.4, 0.25])),
        "aisle_length_m": round(float(rng.uniform(60.0, 100.0)), 1),
        "island_width_m": round(float(rng.uniform(6.0, 8.5)), 2),
        "shops": int(rng.integers(1, 5)),
        "boundary": str(rng.choice(["hedge", "fence_mesh", "fence_rails", "garden_wall"])),
        "occupancy": round(float(rng.uniform(0.25, 0.9)), 2),
        "lane_width_m": round(float(rng.uniform(3.0, 3.5)), 2),
        "speed_limit_kph": float(rng.choice([30.0, 50.0])),
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("parking_lot", drawn, fixed, known))  # type: ignore[arg-type]
