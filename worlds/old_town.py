"""Narrow, curved streets between closed rows of houses, shared by people, cycles and cars."""

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

_CORNER_M, _JITTER_M, _BEND_RAD, _ZEBRA_SHARE = 9.0, 11.0, 0.5, 0.35
_CROWD = {"vehicles": 12, "cyclists": 16, "motorcyclists": 2, "parked": 0, "people": 44}


def build(
    *,
    blocks_x: int = 2,
    blocks_y: int = 2,
    block_length_m: float = 95.0,
    block_depth_m: float = 80.0,
    open_share: float = 0.2,
    winding: float = 0.8,
    lane_width_m: float = 3.0,
    footway_width_m: float = 3.0,
    speed_limit_kph: float = 20.0,
    floors_min: int = 2,
    floors_max: int = 4,
    facades: str = "mixed",
    gap_share: float = 0.0,
    shop_share: float = 0.7,
    tree_spacing_m: float = 30.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 0.0,
    signs_per_100m: float = 2.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 12.0,
    detail_seed: int = 0,
) -> World:
    """A few blocks of an old town, the street through its middle with priority.

    Args:
        blocks_x: blocks along x, 1 to 4.
        blocks_y: blocks along y, 1 to 4.
        block_length_m: of a block along x, 60 to 160.
        block_depth_m: of a block along y, 55 to 120.
        open_share: share of the streets between blocks that is left out, 0 to 0.6.
        winding: how far streets bend and places lie off the grid, 0 to 1.
        lane_width_m: of the lanes, 2.75 to 4.
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
    p = checked("old_town", dict(locals()))
    rng = stream(int(p["detail_seed"]), "worlds/old_town")
    winding, footway, mps = (
        float(p["winding"]),
        float(p["footway_width_m"]),
        float(p["speed_limit_kph"]) / 3.6,
    )
    lane_m = float(p["lane_width_m"])
    lane = Profile(1, lane_m, 0.0, footway, mps, center="none")
    through = int(p["blocks_y"]) // 2

    def street(a: str, b: str, at: tuple[int, int], to: tuple[int, int]) -> Street:
        bend = float(rng.uniform(-1.0, 1.0)) * winding * _BEND_RAD
        zebras = bool(rng.random() < _ZEBRA_SHARE), bool(rng.random() < _ZEBRA_SHARE)
        return Street(a, b, lane, bend, at[1] == to[1] == through, zebras)

    layout = grid(
        rng,
        (int(p["blocks_x"]), int(p["blocks_y"])),
        (float(p["block_length_m"]), float(p["block_depth_m"])),
        street,
        jitter_m=winding * _JITTER_M,
        open_share=float(p["open_share"]),
        corner_m=_CORNER_M,
    )
    recipe = Recipe("old_town", p)
    return street_of(network_of(layout), recipe, p, behind="earth", population=_CROWD)


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A few blocks with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    floors_min = int(rng.integers(2, 4))
    drawn: dict[str, Value] = {
        **sampled_look(rng),
        "blocks_x": int(rng.integers(2, 4)),
        "blocks_y": int(rng.integers(2, 4)),
        "block_length_m": round(float(rng.uniform(85.0, 120.0)), 1),
        "block_depth_m": round(float(rng.uniform(75.0, 95.0)), 1),
        "open_share": round(float(rng.uniform(0.0, 0.3)), 2),
        "winding": round(float(rng.uniform(0.5, 1.0)), 2),
        "lane_width_m": round(float(rng.uniform(3.0, 3.2)), 2),
        "footway_width_m": round(float(rng.uniform(2.2, 4.0)), 2),
        "speed_limit_kph": float(rng.choice([20.0, 30.0])),
        "floors_min": floors_min,
        "floors_max": floors_min + int(rng.integers(0, 3)),
        "gap_share": round(float(rng.uniform(0.0, 0.06)), 3),
        "shop_share": round(float(rng.uniform(0.4, 0.95)), 3),
        "facades": str(rng.choice(["mixed", "plaster", "stone", "timber", "townhouse"])),
        "tree_spacing_m": round(float(rng.choice([0.0, rng.uniform(12.0, 30.0)], p=[0.3, 0.7])), 1),
        "garden_m": 0.0,
        "signs_per_100m": round(float(rng.uniform(5.0, 10.0)), 2),
        "overhead_wires": bool(rng.random() < 0.2),
        "furniture_per_100m": round(float(rng.uniform(6.0, 18.0)), 2),
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("old_town", drawn, fixed, known))  # type: ignore[arg-type]
