"""Narrow streets of houses with gardens, cars parked on both sides, and priority to the right."""

from __future__ import annotations

import inspect

import numpy as np

from sim.randomness import stream
from sim.world import Recipe, World
from worlds._grids import grid
from worlds._layout import Profile, Street
from worlds._layout_map import network_of
from worlds._map_world import street_of
from worlds._parameters import Value, checked, sampled_look, with_fixed

__all__ = ["build", "sample"]

_PARKING_M, _CORNER_M, _JITTER_M, _BEND_RAD = 2.1, 8.5, 9.0, 0.35
_PLAY_SHARE, _PARKED_SHARE = 0.4, 0.7


def build(
    *,
    blocks_x: int = 2,
    blocks_y: int = 2,
    block_length_m: float = 95.0,
    block_depth_m: float = 70.0,
    open_share: float = 0.3,
    winding: float = 0.5,
    lane_width_m: float = 3.0,
    parking: bool = True,
    footway_width_m: float = 2.2,
    speed_limit_kph: float = 30.0,
    floors_min: int = 1,
    floors_max: int = 2,
    facades: str = "mixed",
    gap_share: float = 0.25,
    shop_share: float = 0.0,
    tree_spacing_m: float = 14.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 4.5,
    signs_per_100m: float = 2.0,
    overhead_wires: bool = True,
    furniture_per_100m: float = 3.0,
    detail_seed: int = 0,
) -> World:
    """A few blocks of houses.

    Args:
        blocks_x: blocks along x, 1 to 4.
        blocks_y: blocks along y, 1 to 4.
        block_length_m: of a block along x, 60 to 160.
        block_depth_m: of a block along y, 55 to 120.
        open_share: share of the streets between blocks that is left out, 0 to 0.6.
        winding: how far streets bend and places lie off the grid, 0 to 1.
        lane_width_m: 2.75 to 4; below 3 vehicles may have to wait for each other at corners.
        parking: bays along both kerbs.
        footway_width_m: of the pavements, 1.8 to 4.
        speed_limit_kph: 10 to 70.
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
        detail_seed: picks the streets' course, textures and details without a parameter of their own.

    Raises:
        UsageError: a parameter is out of its range.
    """
    p = checked("residential", dict(locals()))
    rng = stream(int(p["detail_seed"]), "worlds/residential")
    winding = float(p["winding"])
    profile = Profile(
        1,
        float(p["lane_width_m"]),
        _PARKING_M if p["parking"] else 0.0,
        float(p["footway_width_m"]),
        float(p["speed_limit_kph"]) / 3.6,
        center="none",
    )

    def street(a: str, b: str, at: tuple[int, int], to: tuple[int, int]) -> Street:
        bend = float(rng.uniform(-1.0, 1.0)) * winding * _BEND_RAD
        return Street(a, b, profile, bend, is_playful=bool(rng.random() < _PLAY_SHARE))

    layout = grid(
        rng,
        (int(p["blocks_x"]), int(p["blocks_y"])),
        (float(p["block_length_m"]), float(p["block_depth_m"])),
        street,
        jitter_m=winding * _JITTER_M,
        open_share=float(p["open_share"]),
        corner_m=_CORNER_M,
    )
    few = {"vehicles": 12, "cyclists": 8, "people": 28, "parked_cycles": 4}
    recipe = Recipe("residential", p)
    return street_of(network_of(layout), recipe, p, population=few, parked_share=_PARKED_SHARE)


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A few blocks with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    look = sampled_look(rng)
    floors_min = int(rng.choice([1, 2], p=[0.6, 0.4]))
    drawn: dict[str, Value] = {
        **look,
        "blocks_x": int(rng.integers(1, 4)),
        "blocks_y": int(rng.integers(2, 4)),
        "block_length_m": round(float(rng.uniform(80.0, 140.0)), 1),
        "block_depth_m": round(float(rng.uniform(60.0, 85.0)), 1),
        "open_share": round(float(rng.uniform(0.1, 0.5)), 2),
        "winding": round(float(rng.uniform(0.0, 1.0)), 2),
        "lane_width_m": round(float(rng.uniform(3.0, 3.2)), 2),
        "parking": bool(rng.random() < 0.9),
        "footway_width_m": round(float(rng.uniform(1.9, 3.2)), 2),
        "speed_limit_kph": float(rng.choice([20.0, 30.0, 30.0])),
        "floors_min": floors_min,
        "floors_max": floors_min + int(rng.integers(0, 2)),
        "gap_share": round(float(rng.uniform(0.12, 0.4)), 3),
        "shop_share": 0.0,
        "garden_m": round(float(rng.uniform(2.5, 7.0)), 2),
        "signs_per_100m": round(float(rng.uniform(5.0, 10.0)), 2),
        "overhead_wires": bool(rng.random() < 0.5),
        "furniture_per_100m": round(float(rng.uniform(1.0, 5.0)), 2),
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("residential", drawn, fixed, known))  # type: ignore[arg-type]
