"""A road network in OpenDRIVE's words -> a street: lanes, ground, paint, crossings, and what stands there."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import shapely

from sim.errors import UsageError
from sim.roads import RoadNetwork as RoadMap
from sim.world import Crosswalk, Lane, Recipe, RoadNetwork, World
from worlds._frontages import Dressing
from worlds._map_bays import bays
from worlds._map_crosswalks import crossings
from worlds._map_dressing import dressing
from worlds._map_ground import GREEN_M, PAVEMENT_M, areas_of, ground_patches, lane_marks
from worlds._map_lanes import Chain, chains
from worlds._map_rules import yields
from worlds._map_signals import governed, heads, programme, signals
from worlds._map_signs import signs, standing
from worlds._map_walks import walk_graph
from worlds._parameters import Value
from worlds._roadside import discs_of
from worlds.kerbside import discs_around

__all__ = ["street_of"]

_BEYOND_M, _STOP_M, _CROSSING_M = 30.0, 1.0, 15.0
_CAMERA_M, _ZEBRA_CLEAR_M, _MOST_PARKED = 22.0, 3.5, 90


def street_of(
    network: RoadMap,
    recipe: Recipe,
    look: Mapping[str, Value],
    *,
    is_built_up: bool = True,
    behind: str = "grass",
    population: Mapping[str, int | float] | None = None,
    parked_share: float | None = None,
    reserved: shapely.Geometry | None = None,
    bounds_m: tuple[float, float, float, float] | None = None,
) -> World:
    """The street of a map, on flat ground.

    Args:
        network: the map.
        recipe: what made the world.
        look: parameters of houses, trees and furniture, as `worlds.opendrive.build` has them.
        is_built_up: False leaves the free ground bare.
        behind: kind of the ground that no lane covers.
        population: how many agents of a kind are usual here.
        parked_share: share of the bays that is usually taken, at most 90 bays; None leaves it open.
        reserved: an area on which no house and no tree is set.
        bounds_m: of the ground of a piece of a street; 30 m around the lanes if left out.

    Raises:
        UsageError: a map without a lane to drive on.
    """
    driven = chains(network)
    if not driven:
        raise UsageError("no <lane> for motor vehicles: wanted at least one")
    governs = governed(network, driven)
    road = np.concatenate([np.full(2, k) for k in range(len(network.roads))])
    ends = np.stack([np.zeros(len(network.roads)), network.surface.length_m], 1).ravel()
    walk_nodes, walk_edges = walk_graph(network)
    zebras = crossings(network, driven, walk_nodes)
    xy = [chain.points_m[:, :2] for chain in driven] + [network.surface.frame(road, ends).xyz_m[:, :2]]
    (x0, y0), (x1, y1) = (f(0).tolist() for f in (np.concatenate(xy).min, np.concatenate(xy).max))
    is_piece = bounds_m is not None
    if bounds_m is None:
        bounds_m = (x0 - _BEYOND_M, y0 - _BEYOND_M, x1 + _BEYOND_M, y1 + _BEYOND_M)
    focus_m = _focus(driven, bounds_m)
    parking = bays(network)
    usual: dict[str, int | float] = dict(population or {})
    if parked_share is not None:
        usual["parked"] = min(round(parked_share * parking.count), _MOST_PARKED)
    areas, light_heads = areas_of(network), heads(network, driven, governs)
    boards = signs(network, PAVEMENT_M)
    lamps, trees = standing(network, GREEN_M)
    own = Dressing(trees=trees, props=(*boards, *lamps))
    if is_built_up:
        clear = [
            *discs_around(light_heads, 1.6),
            *discs_of(own.props, 1.2),
            *discs_around(trees, 1.2),
            *((x, y, _ZEBRA_CLEAR_M) for z in zebras.crosswalks for x, y in (z.start_m, z.end_m)),
        ]
        own += dressing(areas, driven, look, clear, bounds_m, reserved)
    return World(
        recipe=recipe,
        network=RoadNetwork(
            lanes=(
                *_lanes(driven, governs, yields(network, driven, governs), zebras.crosswalks),
                *parking.lanes,
            ),
            signals=signals(network),
            programme=programme(network),
            crosswalks=zebras.crosswalks,
            walk_nodes=(*walk_nodes, *zebras.nodes),
            walk_edges=(*walk_edges, *zebras.edges),
            left_hand=all(own.left_hand for own in network.roads),
        ),
        ground=ground_patches(areas, bounds_m, behind, in_squares=is_piece),
        markings=(*lane_marks(network), *zebras.markings, *parking.markings),
        buildings=own.buildings,
        trees=own.trees,
        props=own.props,
        signal_heads=light_heads,
        surface_seed=int(look["detail_seed"]),
        bounds_m=bounds_m,
        cameras={"overview": _overview(driven, focus_m)},
        focus_m=focus_m,
        population=usual,
    )


def _lanes(
    driven: tuple[Chain, ...],
    governs: dict[int, str],
    first: dict[int, list[int]],
    zebras: tuple[Crosswalk, ...],
) -> tuple[Lane, ...]:
    below = {(name, enter_m) for zebra in zebras for name, enter_m, _ in zebra.lanes}
    out = []
    for k, chain in enumerate(driven):
        enters = not chain.junction and any(driven[n].junction for n in chain.successors)
        # Who waits for a junction waits before the crossing that lies before it.
        last = [s for name, s in below if name == chain.id and s > chain.length_m - _CROSSING_M]
        stop_m = min([chain.length_m - _STOP_M, *(s - _STOP_M for s in last)])
        out.append(
            Lane(
                id=chain.id,
                kind="driving",
                centre_m=tuple((float(x), float(y)) for x, y in chain.points_m[:, :2]),
                width_m=chain.width_m,
                speed_limit_mps=chain.speed_limit_mps,
                successors=tuple(driven[n].id for n in chain.successors),
                left=driven[chain.beside[0]].id if chain.beside[0] >= 0 else "",
                right=driven[chain.beside[1]].id if chain.beside[1] >= 0 else "",
                turn=chain.turn,
                stop_line_s_m=max(stop_m, 0.0) if enters else -1.0,
                signal=governs.get(k, "") if enters else "",
                yields_to=tuple(driven[n].id for n in first.get(k, [])),
            )
        )
    return tuple(out)


def _focus(driven: tuple[Chain, ...], bounds_m: tuple[float, float, float, float]) -> tuple[float, float]:
    """The entry of a junction nearest to the middle, or of a lane where there is no junction."""
    middle = (bounds_m[0] + bounds_m[2]) / 2, (bounds_m[1] + bounds_m[3]) / 2
    inside = [chain for chain in driven if chain.junction] or list(driven)
    x, y = min((c.points_m[0, :2].tolist() for c in inside), key=lambda xy: math.dist(xy, middle))
    return x, y


def _overview(
    driven: tuple[Chain, ...], focus_m: tuple[float, float]
) -> tuple[float, float, float, float, float]:
    """A camera above the lane that begins nearest to the focus, looking along it."""
    chain = min(driven, key=lambda one: math.dist(one.points_m[0, :2], focus_m))
    (x, y, _), (nx, ny, _) = chain.points_m[:2].tolist()
    yaw = float(np.arctan2(ny - y, nx - x))
    return x - _CAMERA_M * float(np.cos(yaw)), y - _CAMERA_M * float(np.sin(yaw)), _CAMERA_M / 2, yaw, 0.4
