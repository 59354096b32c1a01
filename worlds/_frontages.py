"""Lines beside a street -> its buildings, trees, lamps, signs and what closes the gaps between buildings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.randomness import stream
from sim.world import Building, Prop, Tree
from worlds._arms import PAVEMENT_Z_M, Arm
from worlds._parameters import Value
from worlds.frontage import Disc, discs_around, row_of_buildings, street_furniture, street_lamps, street_trees

__all__ = ["Dressing", "circle_frontage", "side_of_street", "sign"]

Point = tuple[float, float]
_ALL_STYLES = ("plaster", "brick", "stone", "modern", "townhouse", "brick_alt")
_LEAF_SHARE = {"summer": 1.0, "autumn": 0.55, "winter": 0.0}
_AUTUMN = ((168, 120, 44), (150, 92, 40), (178, 146, 60), (140, 70, 38))


@dataclass(frozen=True)
class Dressing:
    """Everything that stands along streets."""

    buildings: tuple[Building, ...] = ()
    trees: tuple[Tree, ...] = ()
    props: tuple[Prop, ...] = ()

    def __add__(self, other: Dressing) -> Dressing:
        return Dressing(self.buildings + other.buildings, self.trees + other.trees, self.props + other.props)


def sign(kind: str, xy_m: Point, yaw_rad: float) -> Prop:
    """A sign standing on the pavement."""
    return Prop(kind, xy_m[0], xy_m[1], PAVEMENT_Z_M, yaw_rad)


def side_of_street(
    kerb: tuple[Point, Point],
    front: tuple[Point, Point],
    parameters: Mapping[str, Value],
    seed: int,
    keep_clear: Sequence[Disc],
) -> Dressing:
    """One side of a straight street, walked with the carriageway on the right-hand side.

    Args:
        kerb: both ends of the kerb.
        front: both ends of the line of the facades.
        parameters: of the world: floors, facades, trees, season, furniture.
        seed: picks everything that is free.
        keep_clear: places where nothing may stand beside the kerb.
    """
    buildings = _row(front, parameters, seed)
    trees: tuple[Tree, ...] = ()
    spacing_m = float(parameters["tree_spacing_m"])
    if spacing_m > 0:
        trees = street_trees(
            *kerb,
            spacing_m=max(spacing_m, 4.0),
            height_min_m=5.5,
            height_max_m=9.5,
            leaf_share=_LEAF_SHARE[str(parameters["season"])],
            seed=seed,
            keep_clear=keep_clear,
        )
        trees = _autumnal(trees, parameters)
    clear = [*keep_clear, *discs_around(trees, 1.6)]
    lamps = street_lamps(*kerb, spacing_m=26.0, seed=seed, keep_clear=clear)
    furniture = street_furniture(
        *kerb,
        per_100m=float(parameters["furniture_per_100m"]),
        seed=seed,
        keep_clear=[*clear, *discs_around(lamps, 1.0)],
    )
    return Dressing(buildings, trees, lamps + furniture + _closures(front, buildings, seed))


def circle_frontage(arm: Arm, parameters: Mapping[str, Value], seed: int) -> Dressing:
    """Buildings round a turning circle, which close the view along the street, and trees on its island."""
    section = arm.section
    reach_m = section.circle_radius_m + section.pavement_width_m + 0.6
    x_m = arm.circle_x_m
    # Walked with the circle on the right: from the street's right-hand side round the end to its left.
    corners = [
        (x_m - reach_m, reach_m),
        (x_m + reach_m, reach_m),
        (x_m + reach_m, -reach_m),
        (x_m - reach_m, -reach_m),
    ]
    corners = arm.world(corners)
    buildings: tuple[Building, ...] = ()
    for k, (a, b) in enumerate(pairwise(corners)):
        buildings += _row((a, b), {**parameters, "gap_share": 0.0}, seed + k)
    rng = stream(seed, "worlds/island")
    spots = [
        (x_m + float(r * np.cos(t)), float(r * np.sin(t)))
        for r, t in ((0.0, 0.0), (3.6, 1.0), (3.6, 3.1), (3.4, 5.2))
    ]
    leaf_share = _LEAF_SHARE[str(parameters["season"])]
    trees = tuple(
        Tree(x, y, PAVEMENT_Z_M, h, 0.32 * h, (104, 124, 64), leaf_share, int(rng.integers(2**31)))
        for (x, y), h in zip(arm.world(spots), rng.uniform(6.5, 9.5, len(spots)).tolist(), strict=True)
    )
    return Dressing(buildings, _autumnal(trees, parameters))


def _row(front: tuple[Point, Point], parameters: Mapping[str, Value], seed: int) -> tuple[Building, ...]:
    facades = str(parameters["facades"])
    return row_of_buildings(
        *front,
        depth_m=11.0,
        floors_min=int(parameters["floors_min"]),
        floors_max=int(parameters["floors_max"]),
        styles=_ALL_STYLES if facades == "mixed" else (facades,),
        shop_share=float(parameters["shop_share"]),
        gap_share=float(parameters["gap_share"]),
        seed=seed,
    )


def _autumnal(trees: tuple[Tree, ...], parameters: Mapping[str, Value]) -> tuple[Tree, ...]:
    if parameters["season"] != "autumn":
        return trees
    return tuple(
        Tree(t.x_m, t.y_m, t.z_m, t.height_m, t.crown_radius_m, _AUTUMN[t.seed % 4], t.leaf_share, t.seed)
        for t in trees
    )


def _closures(front: tuple[Point, Point], buildings: Sequence[Building], seed: int) -> tuple[Prop, ...]:
    """Fences and hedges along the open pieces of a building line."""
    start, end = np.array(front[0]), np.array(front[1])
    length_m = float(np.hypot(*(end - start)))
    along = (end - start) / length_m
    left = np.array([-along[1], along[0]])
    rng = stream(seed, "worlds/closures")
    edges = [0.0]
    for b in buildings:
        s_m = float((np.array([b.x_m, b.y_m]) - start) @ along)
        edges += [s_m, s_m + b.width_m]
    edges.append(length_m)
    yaw = float(np.arctan2(-left[1], -left[0]))
    out = []
    for low_m, high_m in zip(edges[::2], edges[1::2], strict=True):
        if high_m - low_m < 1.0:
            continue
        x, y = start + along * (low_m + high_m) / 2 + left * 0.4
        kind = "hedge" if rng.random() < 0.5 else "fence"
        out.append(
            Prop(kind, float(x), float(y), PAVEMENT_Z_M, yaw, high_m - low_m - 0.1, int(rng.integers(2**31)))
        )
    return tuple(out)
