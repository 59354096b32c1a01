"""Streets from OpenDRIVE maps (surface, marks, kerbs, pavements, lights, lanes), and maps of streets."""

from __future__ import annotations

import numpy as np

from sim.errors import UsageError
from sim.roads import read_opendrive, write_opendrive
from sim.world import Crosswalk, Lane, Recipe, RoadNetwork, World
from worlds._map_crosswalks import crossings
from worlds._map_ground import ground_patches, lane_marks
from worlds._map_lanes import Chain, chains
from worlds._map_rules import yields
from worlds._map_signals import governed, heads, programme, signals
from worlds._map_walks import walk_graph
from worlds._to_map import map_of

__all__ = ["build", "export"]

_BEYOND_M, _STOP_M, _CROSSING_M = 30.0, 1.0, 15.0
_CAMERA_M = 22.0


def build(*, path: str, surface_seed: int = 0) -> World:
    """The street of a map.

    Heights of the map are not taken over: the ground is flat.

    Args:
        path: of the OpenDRIVE file.
        surface_seed: picks textures.

    Raises:
        UsageError: for a file that is not OpenDRIVE, is broken or has no lane to drive on.
    """
    network = read_opendrive(path)
    driven = chains(network)
    if not driven:
        raise UsageError(f"{path}: no <lane> for motor vehicles: wanted at least one")
    governs = governed(network, driven)
    road = np.concatenate([np.full(2, k) for k in range(len(network.roads))])
    ends = np.stack([np.zeros(len(network.roads)), network.surface.length_m], 1).ravel()
    walk_nodes, walk_edges = walk_graph(network)
    zebras = crossings(network, driven, walk_nodes)
    xy = [chain.points_m[:, :2] for chain in driven] + [network.surface.frame(road, ends).xyz_m[:, :2]]
    (x0, y0), (x1, y1) = (f(0).tolist() for f in (np.concatenate(xy).min, np.concatenate(xy).max))
    bounds_m = (x0 - _BEYOND_M, y0 - _BEYOND_M, x1 + _BEYOND_M, y1 + _BEYOND_M)
    return World(
        recipe=Recipe("opendrive", {"path": path, "surface_seed": surface_seed}),
        network=RoadNetwork(
            lanes=_lanes(driven, governs, yields(network, driven, governs), zebras.crosswalks),
            signals=signals(network),
            programme=programme(network),
            crosswalks=zebras.crosswalks,
            walk_nodes=(*walk_nodes, *zebras.nodes),
            walk_edges=(*walk_edges, *zebras.edges),
            left_hand=all(own.left_hand for own in network.roads),
        ),
        ground=ground_patches(network, bounds_m, "grass"),
        markings=(*lane_marks(network), *zebras.markings),
        buildings=(),
        trees=(),
        props=(),
        signal_heads=heads(network, driven, governs),
        surface_seed=surface_seed,
        bounds_m=bounds_m,
        cameras={"overview": _overview(driven, bounds_m)},
    )


def export(world: World, path: str) -> None:
    """Write the lanes of any street as an OpenDRIVE map: one road for each, joined as they are.

    Raises:
        UsageError: if the file cannot be written.
    """
    write_opendrive(map_of(world), path)


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
                turn=chain.turn,
                stop_line_s_m=max(stop_m, 0.0) if enters else -1.0,
                signal=governs.get(k, "") if enters else "",
                yields_to=tuple(driven[n].id for n in first.get(k, [])),
            )
        )
    return tuple(out)


def _overview(
    driven: tuple[Chain, ...], bounds_m: tuple[float, float, float, float]
) -> tuple[float, float, float, float, float]:
    """A camera above the lane end that is nearest to the middle, looking along it."""
    middle = (bounds_m[0] + bounds_m[2]) / 2, (bounds_m[1] + bounds_m[3]) / 2
    chain = min(driven, key=lambda one: float(np.hypot(*(one.points_m[0, :2] - middle))))
    (x, y, _), (nx, ny, _) = chain.points_m[:2].tolist()
    yaw = float(np.arctan2(ny - y, nx - x))
    return x - _CAMERA_M * float(np.cos(yaw)), y - _CAMERA_M * float(np.sin(yaw)), _CAMERA_M / 2, yaw, 0.4
