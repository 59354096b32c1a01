"""A town of a square kilometer or more: crossroads, forks, roundabouts and bends, put together of squares."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
from scipy.spatial import cKDTree

from sim.randomness import stream
from sim.world import Lane, Recipe, RoadNetwork, WalkEdge, WalkNode, World
from worlds._instances import Instance, Moved
from worlds._parameters import Value, checked, sampled_look, with_fixed
from worlds._town_pieces import CELL_M, piece
from worlds._town_plan import town_plan

__all__ = ["build", "sample"]

_PARKED, _CAMERA_M, _DETAIL_M, _MEET_M = 90, 24.0, 280.0, 0.05
_CROWD = {
    "vehicles": 60,
    "cyclists": 24,
    "motorcyclists": 4,
    "people": 90,
    "parked": _PARKED,
    "parked_cycles": 10,
}


def build(
    *,
    squares_x: int = 8,
    squares_y: int = 8,
    open_share: float = 0.25,
    ring_share: float = 0.2,
    lane_width_m: float = 3.25,
    parking: bool = True,
    pavement_width_m: float = 3.2,
    speed_limit_kph: float = 50.0,
    floors_min: int = 2,
    floors_max: int = 4,
    facades: str = "mixed",
    gap_share: float = 0.1,
    shop_share: float = 0.4,
    tree_spacing_m: float = 12.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 0.0,
    signs_per_100m: float = 4.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 6.0,
    detail_seed: int = 0,
) -> World:
    """The town around the origin, in squares of 132 m. Houses far from the middle are drawn as blocks.

    Args:
        squares_x: along x, 3 to 12; eight by eight are 1.1 square kilometers.
        squares_y: along y, 3 to 12.
        open_share: share of the streets between squares that is left out, 0 to 0.6.
        ring_share: share of the crossroads that are roundabouts, 0 to 1.
        lane_width_m: 2.75 to 4.
        parking: bays along all kerbs.
        pavement_width_m: 3 to 6.
        speed_limit_kph: 10 to 70.
        floors_min: fewest floors of a building, 1 to 8; quarters differ by one.
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
        detail_seed: picks the plan, textures and details without a parameter of their own.

    Raises:
        UsageError: a parameter is out of its range.
    """
    p = checked("town", dict(locals()))
    rng = stream(int(p["detail_seed"]), "worlds/town")
    size = int(p["squares_x"]), int(p["squares_y"])
    plan = town_plan(rng, size, float(p["open_share"]), float(p["ring_share"]))
    pieces = {kind: piece(kind, p) for kind in sorted({kind for kind, _ in plan.values()})}
    half = np.array(size) * CELL_M / 2
    parts = []
    for (i, j), (kind, quarters) in plan.items():
        x, y = ((i + 0.5) * CELL_M - half[0], (j + 0.5) * CELL_M - half[1])
        at = Instance(f"{i}.{j}", quarters, float(x), float(y), 1 + i + 97 * j, int(rng.integers(-1, 2)))
        parts.append(Moved(pieces[kind], at))
    lanes = _joined([lane for part in parts for lane in part.lanes])
    nodes, edges = _walks(
        list(chain.from_iterable(part.walk_nodes for part in parts)),
        list(chain.from_iterable(part.walk_edges for part in parts)),
    )
    focus, view = _middle(lanes)
    bounds = (float(-half[0]), float(-half[1]), float(half[0]), float(half[1]))
    return World(
        recipe=Recipe("town", p),
        network=RoadNetwork(
            lanes=lanes,
            crosswalks=tuple(chain.from_iterable(part.crosswalks for part in parts)),
            walk_nodes=nodes,
            walk_edges=edges,
        ),
        ground=tuple(chain.from_iterable(part.ground for part in parts)),
        markings=tuple(chain.from_iterable(part.markings for part in parts)),
        buildings=tuple(chain.from_iterable(part.buildings for part in parts)),
        trees=tuple(chain.from_iterable(part.trees for part in parts)),
        props=tuple(chain.from_iterable(part.props for part in parts)),
        signal_heads=(),
        surface_seed=int(p["detail_seed"]),
        bounds_m=bounds,
        cameras={"overview": view},
        focus_m=focus,
        detail_m=_DETAIL_M,
        population=_CROWD if p["parking"] else {**_CROWD, "parked": 0},
    )


def _joined(lanes: Sequence[Lane]) -> tuple[Lane, ...]:
    """Lanes that end at the border of a square go on as those that begin at the same place beyond it."""
    followed = {name for lane in lanes for name in lane.successors}
    driven = [lane for lane in lanes if lane.kind == "driving"]
    ends = [lane for lane in driven if not lane.successors]
    starts = [lane for lane in driven if lane.id not in followed]
    _, at = cKDTree([lane.centre_m[0] for lane in starts]).query([lane.centre_m[-1] for lane in ends])
    after = {end.id: (starts[k].id,) for end, k in zip(ends, at.tolist(), strict=True)}
    return tuple(replace(lane, successors=after[lane.id]) if lane.id in after else lane for lane in lanes)


def _walks(
    nodes: Sequence[WalkNode], edges: Iterable[WalkEdge]
) -> tuple[tuple[WalkNode, ...], tuple[WalkEdge, ...]]:
    """The walk graphs of all squares as one: nodes at the same place on their border are one node."""
    pairs = cKDTree([node.xy_m for node in nodes]).query_pairs(_MEET_M)
    same = {node.id: node.id for node in nodes} | {nodes[max(pair)].id: nodes[min(pair)].id for pair in pairs}
    kept = tuple(node for node in nodes if same[node.id] == node.id)
    return kept, tuple(
        replace(e, a=same[e.a], b=same[e.b]) if same[e.a] != e.a or same[e.b] != e.b else e for e in edges
    )


def _middle(lanes: Sequence[Lane]) -> tuple[tuple[float, float], tuple[float, float, float, float, float]]:
    """The entry of a junction nearest to the middle, and a camera above the way there."""
    entries = [lane for lane in lanes if lane.stop_line_s_m >= 0]
    nearest = min(entries, key=lambda lane: np.hypot(*lane.centre_m[-1]))
    (x0, y0), (x, y) = nearest.centre_m[-2], nearest.centre_m[-1]
    yaw = float(np.arctan2(y - y0, x - x0))
    back = x - _CAMERA_M * float(np.cos(yaw)), y - _CAMERA_M * float(np.sin(yaw))
    return (x, y), (*back, 9.0, yaw, 0.28)


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A town with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    drawn: dict[str, Value] = {
        **sampled_look(rng),
        "squares_x": int(rng.integers(8, 10)),
        "squares_y": int(rng.integers(8, 10)),
        "open_share": round(float(rng.uniform(0.1, 0.45)), 2),
        "ring_share": round(float(rng.uniform(0.0, 0.5)), 2),
        "lane_width_m": round(float(rng.uniform(3.1, 3.4)), 2),
        "parking": bool(rng.random() < 0.8),
        "pavement_width_m": round(float(rng.uniform(3.0, 4.2)), 2),
        "speed_limit_kph": float(rng.choice([30.0, 50.0])),
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("town", drawn, fixed, known))  # type: ignore[arg-type]
