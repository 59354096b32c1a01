"""Streets from OpenDRIVE maps, houses and trees set on the ground they leave free; and maps of streets."""

from __future__ import annotations

import hashlib
import inspect
import math
from pathlib import Path

import numpy as np

from sim.errors import UsageError
from sim.roads import read_opendrive, write_opendrive
from sim.world import Crosswalk, Lane, Recipe, RoadNetwork, World
from worlds._frontages import Dressing
from worlds._map_crosswalks import crossings
from worlds._map_dressing import dressing
from worlds._map_ground import GREEN_M, PAVEMENT_M, areas_of, ground_patches, lane_marks
from worlds._map_lanes import Chain, chains
from worlds._map_rules import yields
from worlds._map_signals import governed, heads, programme, signals
from worlds._map_signs import signs, standing
from worlds._map_walks import walk_graph
from worlds._parameters import Value, checked, sampled_look, with_fixed
from worlds._roadside import discs_of
from worlds._to_map import map_of
from worlds.kerbside import discs_around

__all__ = ["build", "export", "sample"]

_BEYOND_M, _STOP_M, _CROSSING_M = 30.0, 1.0, 15.0
_CAMERA_M, _ZEBRA_CLEAR_M = 22.0, 3.5


def build(
    *,
    path: str = "",
    sha256: str = "",
    built_up: bool = True,
    floors_min: int = 2,
    floors_max: int = 5,
    facades: str = "mixed",
    gap_share: float = 0.12,
    shop_share: float = 0.4,
    tree_spacing_m: float = 12.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 0.0,
    signs_per_100m: float = 2.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 6.0,
    detail_seed: int = 0,
) -> World:
    """The street of a map.

    Heights of the map are not taken over: the ground is flat. Surface, marks, kerbs, crossings, lights and
    signs are the map's; houses, trees and furniture are set on the ground that it leaves free.

    Args:
        path: of the OpenDRIVE file.
        sha256: of the file, in 64 hex digits: another file is refused; empty accepts any.
        built_up: False leaves the free ground bare.
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
        signs_per_100m: traffic signs along each kerb beside the map's own, 0 to 20.
        overhead_wires: wires on poles along kerbs.
        furniture_per_100m: benches, bins and so on along each kerb, 0 to 40.
        detail_seed: picks textures and details without a parameter of their own.

    Raises:
        UsageError: for a file that is not OpenDRIVE, is broken, is another one or has no lane to drive on; a
            parameter out of its range.
    """
    given = dict(locals())
    named = {name: given.pop(name) for name in ("path", "sha256", "built_up")}
    p = checked("opendrive", given)
    known_sha256 = _sha256(path, sha256)
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
    focus_m = _focus(driven, bounds_m)
    areas, light_heads = areas_of(network), heads(network, driven, governs)
    boards = signs(network, PAVEMENT_M)
    lamps, trees = standing(network, GREEN_M)
    own = Dressing(trees=trees, props=(*boards, *lamps))
    if built_up:
        clear = [
            *discs_around(light_heads, 1.6),
            *discs_of(own.props, 1.2),
            *discs_around(trees, 1.2),
            *((x, y, _ZEBRA_CLEAR_M) for z in zebras.crosswalks for x, y in (z.start_m, z.end_m)),
        ]
        own += dressing(areas, driven, p, clear, bounds_m)
    return World(
        recipe=Recipe("opendrive", {**named, "sha256": known_sha256, **p}),
        network=RoadNetwork(
            lanes=_lanes(driven, governs, yields(network, driven, governs), zebras.crosswalks),
            signals=signals(network),
            programme=programme(network),
            crosswalks=zebras.crosswalks,
            walk_nodes=(*walk_nodes, *zebras.nodes),
            walk_edges=(*walk_edges, *zebras.edges),
            left_hand=all(own.left_hand for own in network.roads),
        ),
        ground=ground_patches(areas, bounds_m, "grass"),
        markings=(*lane_marks(network), *zebras.markings),
        buildings=own.buildings,
        trees=own.trees,
        props=own.props,
        signal_heads=light_heads,
        surface_seed=int(p["detail_seed"]),
        bounds_m=bounds_m,
        cameras={"overview": _overview(driven, focus_m)},
        focus_m=focus_m,
    )


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """The street of a map with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are, `path` among them.

    Raises:
        UsageError: an unknown parameter or one out of its range; a map that cannot be read.
    """
    look = sampled_look(rng)
    drawn: dict[str, Value] = {**look, "signs_per_100m": round(float(look["signs_per_100m"]) / 3, 2)}
    known = inspect.signature(build).parameters
    return build(**with_fixed("opendrive", drawn, fixed, known))  # type: ignore[arg-type]


def export(world: World, path: str) -> None:
    """Write the lanes of any street as an OpenDRIVE map: one road for each, joined as they are.

    Raises:
        UsageError: if the file cannot be written.
    """
    write_opendrive(map_of(world), path)


def _sha256(path: str, wanted: str) -> str:
    """SHA-256 of a map's file. Raises UsageError if there is none or it is another than wanted."""
    if not path:
        raise UsageError("opendrive: path is '', wanted an OpenDRIVE file: --map FILE")
    try:
        with Path(path).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    if wanted and found != wanted:
        raise UsageError(f"{path}: its SHA-256 is {found}, wanted {wanted}: it is another map")
    return found


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
