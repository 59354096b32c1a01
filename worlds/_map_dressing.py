"""A map's free ground -> houses along its streets, what stands beside kerbs, gardens, and trees behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from scipy.spatial import cKDTree

from sim.randomness import stream
from sim.world import Building, Tree
from worlds._frontages import Dressing, side_of_street
from worlds._map_fronts import Front, free_stretches, fronts
from worlds._map_ground import GREEN_M, Areas
from worlds._map_lanes import Chain
from worlds._parameters import Value
from worlds._trees import grown, street_species
from worlds.kerbside import Disc

__all__ = ["dressing", "plan_of"]

_HOUSE_M, _ROW_M = 11.2, 0.7
"""Depth of houses, and how far behind the line they begin: the line is the chord of bends."""
_WIDE_M, _NARROW_M, _STEADY_M = 2.3, 1.5, 0.9
"""Pavements that have room for trees, for furniture; how much the width of one may change."""
_TOWN_MPS, _SETBACK_M = 65 / 3.6, 5.0
_GRID_M, _REACH_M, _CLEAR_M, _MOST_TREES = 11.0, 40.0, 4.0, 260
_OFF_ROAD_M, _BEYOND_M = 0.15, 40.0
_LEAF_SRGB = (104, 124, 64)


def dressing(
    areas: Areas,
    chains: Sequence[Chain],
    parameters: Mapping[str, Value],
    keep_clear: Sequence[Disc],
    bounds_m: tuple[float, float, float, float],
    reserved: shapely.Geometry | None = None,
) -> Dressing:
    """Everything that stands on the free ground of a map.

    Houses stand along pavements, and set back along roads without one where nobody drives faster than in
    towns.

    Args:
        areas: what the map's lanes cover.
        chains: what is driven on, for its speed.
        parameters: look of the street, as other worlds have it.
        keep_clear: places beside kerbs that stay open.
        bounds_m: of the ground.
        reserved: an area on which no house and no tree is set.
    """
    street = shapely.union_all([areas.road, *areas.paved, *([] if reserved is None else [reserved])])
    seed = int(parameters["detail_seed"])
    points = np.concatenate([chain.points_m[:, :2] for chain in chains])
    limit = np.repeat([chain.speed_limit_mps for chain in chains], [len(c.points_m) for c in chains])
    near = cKDTree(points)
    box = shapely.box(*bounds_m)
    edge = shapely.difference(shapely.buffer(box, _BEYOND_M), box)
    shapely.prepare([street, edge])
    lots: list[shapely.Geometry] = []
    out = Dressing()
    for k, front in enumerate(fronts(areas)):
        _, nearest = near.query(front.line.at(front.line.length_m / 2, 0.0))
        own = _own(front, parameters, float(limit[nearest]))
        if own is None:
            continue
        back_m = _ROW_M + float(own["garden_m"])
        depth_m = (_ROW_M, back_m + _HOUSE_M)
        reach = shapely.buffer(shapely.LineString(front.part(0.0, front.line.length_m)), depth_m[1] + 1.0)
        near_lots = [lots[n] for n in np.flatnonzero(shapely.intersects(reach, lots))] if lots else []
        for low_m, high_m in free_stretches(front, depth_m, [street, edge, *near_lots]):
            row = _side(front, (low_m, high_m), own, seed + 101 * k, keep_clear)
            out += row
            lot = [*front.part(low_m, high_m, 0.0), *front.part(low_m, high_m, back_m)[::-1]]
            lots.append(shapely.union_all([shapely.Polygon(lot), *map(plan_of, row.buildings)]))
    planted = _trees(street, lots, parameters, bounds_m)
    outside = shapely.buffer(areas.road, _OFF_ROAD_M)
    shapely.prepare(outside)
    trees = tuple(t for t in out.trees if not shapely.contains_xy(outside, t.x_m, t.y_m))
    props = tuple(p for p in out.props if not shapely.contains_xy(outside, p.x_m, p.y_m))
    return Dressing(out.buildings, (*trees, *planted), props)


def plan_of(building: Building) -> shapely.Polygon:
    """The ground a building covers."""
    c, s = np.cos(building.yaw_rad), np.sin(building.yaw_rad)
    width, depth = building.width_m, building.depth_m
    local = [(0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth)]
    return shapely.Polygon([(building.x_m + c * x - s * y, building.y_m + s * x + c * y) for x, y in local])


def _own(front: Front, parameters: Mapping[str, Value], limit_mps: float) -> dict[str, Value] | None:
    """The parameters for one side of one street; None where nothing is built."""
    low_m, high_m = front.kerb_m
    limit_kph = float(round(3.6 * limit_mps))
    own = {**parameters, "parking": False, "pavement_width_m": low_m, "speed_limit_kph": limit_kph}
    if low_m < _NARROW_M or high_m - low_m > _STEADY_M:
        own |= {"furniture_per_100m": 0.0, "signs_per_100m": 0.0, "overhead_wires": False}
    if low_m < _WIDE_M or high_m - low_m > _STEADY_M:
        own["tree_spacing_m"] = 0.0
    if low_m < _NARROW_M / 2:
        if limit_mps > _TOWN_MPS:
            return None
        own["garden_m"] = max(float(own["garden_m"]), _SETBACK_M)
    return own


def _side(
    front: Front,
    stretch: tuple[float, float],
    own: Mapping[str, Value],
    seed: int,
    keep_clear: Sequence[Disc],
) -> Dressing:
    """One row of houses with what stands before it."""
    low_m, high_m = front.kerb_m
    kerb = front.part(*stretch, -low_m)
    row = side_of_street(kerb, front.part(*stretch, _ROW_M), own, seed, keep_clear)
    if low_m >= _NARROW_M and high_m - low_m <= _STEADY_M:
        return row
    # Too narrow for anything but people: what would stand before the line is left out.
    ahead, start = front.line.at(1.0, 0.0), np.array(front.line.start_m)
    left = np.array([-(ahead[1] - start[1]), ahead[0] - start[0]])
    behind = [float((np.array([p.x_m, p.y_m]) - start) @ left) > 0 for p in row.props]
    kept = tuple(p for p, is_behind in zip(row.props, behind, strict=True) if is_behind)
    trees = tuple(t for t in row.trees if float((np.array([t.x_m, t.y_m]) - start) @ left) > 0)
    return Dressing(row.buildings, trees, kept)


def _trees(
    street: shapely.Geometry,
    lots: Sequence[shapely.Geometry],
    parameters: Mapping[str, Value],
    bounds_m: tuple[float, float, float, float],
) -> tuple[Tree, ...]:
    """Trees on the ground that is left, in view of the streets, in loose order."""
    if float(parameters["tree_spacing_m"]) <= 0:
        return ()
    rng = stream(int(parameters["detail_seed"]), "worlds/map trees")
    x0, y0, x1, y1 = bounds_m
    grid = np.stack(np.meshgrid(np.arange(x0, x1, _GRID_M), np.arange(y0, y1, _GRID_M)), -1).reshape(-1, 2)
    grid = grid + rng.uniform(0.1, 0.9, grid.shape) * _GRID_M
    places = shapely.points(grid)
    from_street = shapely.distance(places, street)
    free = (from_street > _CLEAR_M) & (from_street < _REACH_M) & (rng.random(len(grid)) < 0.7)
    if lots:
        tree = shapely.STRtree(lots)
        free[tree.query(places, "dwithin", _CLEAR_M)[0]] = False
    free = np.flatnonzero(free)
    free = np.sort(rng.permutation(free)[:_MOST_TREES])
    heights, seeds = rng.uniform(5.0, 11.0, len(free)), rng.integers(2**31, size=len(free))
    trees = [
        Tree(float(x), float(y), GREEN_M, round(float(h), 3), 0.32 * float(h), _LEAF_SRGB, 1.0, int(s))
        for (x, y), h, s in zip(grid[free], heights, seeds, strict=True)
    ]
    species = street_species(str(parameters["tree_species"]), int(parameters["detail_seed"]))
    return grown(trees, species, str(parameters["season"]), _CLEAR_M, keeps_height=True)
