"""Lines beside a street -> its buildings, trees, lamps, signs and what closes the gaps between buildings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from sim.randomness import stream
from sim.world import Building, Prop, Tree
from worlds._arms import PAVEMENT_Z_M, Arm
from worlds._gardens import closed_gaps, garden_trees, gardens
from worlds._line import line_between
from worlds._parameters import Value
from worlds._roadside import discs_of, long_railings, overhead_wires, road_works, street_signs
from worlds._trees import grown, street_species
from worlds.frontage import (
    WALL_TINTS,
    Disc,
    discs_around,
    row_of_buildings,
    street_furniture,
    street_lamps,
    street_trees,
)

__all__ = ["Dressing", "circle_frontage", "side_of_street", "sign"]

Point = tuple[float, float]
_ALL_STYLES = ("plaster", "brick", "stone", "modern", "townhouse", "brick_alt", "timber", "glazed")
_LOW_STYLES = ("plaster", "brick", "stone", "townhouse", "brick_alt", "timber")
_FURNITURE = (
    "bin", "bench", "bollard", "bicycle_rack", "bicycle_rack", "bicycle_rack", "cabinet", "planter",
    "hydrant", "post_box",
)  # fmt: skip
_OPEN_ENDS, _END_GAP_M = 0.65, 13.0
"""Share of the turning circles whose far side is open, and how wide."""
_GARDEN_SPECIES = ("cherry", "birch", "pine", "lime", "cherry", "pine")
_SCAFFOLD_SHARE, _SCAFFOLD_ROOM_M = 0.16, 1.5
_SHOP_FURNITURE = ("cafe_table", "cafe_table", "poster_case", "clock", "bicycle_rack", "news_box")


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
    fenced: tuple[Point, Point] | None = None,
) -> Dressing:
    """One side of a straight street, walked with the carriageway on the right-hand side.

    Args:
        kerb: both ends of the kerb.
        front: both ends of the houses' row, on the line along the back of the pavement.
        parameters: of the world: floors, facades, gardens, trees, season, signs, furniture.
        seed: picks everything that is free.
        keep_clear: places where nothing may stand beside the kerb.
        fenced: both ends of the gardens before the row, on the same line; as long as the row if None.
    """
    garden_m = float(parameters["garden_m"])
    line = line_between(*front)
    buildings = _row((line.at(0.0, garden_m), line.at(line.length_m, garden_m)), parameters, seed)
    trees: tuple[Tree, ...] = ()
    detail_seed, season = int(parameters["detail_seed"]), str(parameters["season"])
    species = street_species(str(parameters["tree_species"]), detail_seed)
    spacing_m = float(parameters["tree_spacing_m"])
    if spacing_m > 0:
        trees = street_trees(
            *kerb,
            spacing_m=max(spacing_m, 4.0),
            height_min_m=6.3,
            height_max_m=10.5,
            leaf_share=1.0,
            seed=seed,
            keep_clear=keep_clear,
        )
        room_m = float(parameters["pavement_width_m"]) + garden_m - 0.5
        trees = grown(trees, species, season, room_m)
    props = _beside_kerb(kerb, parameters, seed, keep_clear, trees)
    if garden_m > 0.0:
        planted = garden_trees(fenced or front, garden_m, seed)
        trees += grown(planted, _GARDEN_SPECIES, season, 0.55 * garden_m, keeps_height=True)
        fenced = fenced or front
        # Where gardens go on round a corner nothing parts them from the street's end.
        closed = fenced[0] == front[0], fenced[1] == front[1]
        props += gardens(fenced, buildings, garden_m, seed, closed)
    else:
        props += closed_gaps(front, buildings, seed)
    return Dressing(buildings, trees, props)


def _beside_kerb(
    kerb: tuple[Point, Point],
    parameters: Mapping[str, Value],
    seed: int,
    keep_clear: Sequence[Disc],
    trees: Sequence[Tree],
) -> tuple[Prop, ...]:
    """Wires, road works, lamps, signs, railings and furniture, each clear of those before it."""
    out: tuple[Prop, ...] = ()
    clear = [*keep_clear, *discs_around(trees, 1.6)]
    if parameters["overhead_wires"]:
        out += overhead_wires(kerb, seed, clear)
    works = road_works(kerb, seed, [*clear, *discs_of(out)])
    out += works
    out += street_lamps(*kerb, spacing_m=26.0, seed=seed, keep_clear=[*clear, *discs_of(out, 0.8)])
    out += street_signs(kerb, parameters, seed, [*clear, *discs_of(out, 0.9)])
    # Posts and trees stand behind a railing, not in its way.
    out += long_railings(kerb, parameters, seed, [*keep_clear, *discs_of(works, 0.9)])
    kinds = _FURNITURE + (_SHOP_FURNITURE if float(parameters["shop_share"]) > 0.35 else ())
    return out + street_furniture(
        *kerb,
        per_100m=float(parameters["furniture_per_100m"]),
        seed=seed,
        kinds=kinds,
        keep_clear=[*clear, *discs_of(out, 1.0)],
    )


def circle_frontage(arm: Arm, parameters: Mapping[str, Value], seed: int) -> Dressing:
    """Buildings round a turning circle, in many streets with a gap at its end, and trees on its island."""
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
    closed = {**parameters, "gap_share": 0.0}
    is_open = stream(int(parameters["detail_seed"]), f"worlds/end/{arm.name}").random() < _OPEN_ENDS
    for k, (a, b) in enumerate(pairwise(corners)):
        if k == 1 and is_open:
            # What lies beyond shows between the last two houses.
            (c, d) = arm.world([(x_m + reach_m, _END_GAP_M / 2), (x_m + reach_m, -_END_GAP_M / 2)])
            for part, ends in enumerate(((a, c), (d, b))):
                buildings += _row(ends, closed, seed + k + 16 * part)
        else:
            buildings += _row((a, b), closed, seed + k)
    rng = stream(seed, "worlds/island")
    spots = [
        (x_m + float(r * np.cos(t)), float(r * np.sin(t)))
        for r, t in ((0.0, 0.0), (3.6, 1.0), (3.6, 3.1), (3.4, 5.2))
    ]
    trees = tuple(
        Tree(x, y, PAVEMENT_Z_M, h, 0.32 * h, (104, 124, 64), 1.0, int(rng.integers(2**31)))
        for (x, y), h in zip(arm.world(spots), rng.uniform(6.5, 9.5, len(spots)).tolist(), strict=True)
    )
    species = street_species(str(parameters["tree_species"]), int(parameters["detail_seed"]))
    return Dressing(buildings, grown(trees, species, str(parameters["season"]), 3.4))


def _row(front: tuple[Point, Point], parameters: Mapping[str, Value], seed: int) -> tuple[Building, ...]:
    facades = str(parameters["facades"])
    # Nobody lives behind glass walls with a garden before them.
    mixed = _LOW_STYLES if float(parameters["garden_m"]) > 0.0 else _ALL_STYLES
    row = row_of_buildings(
        *front,
        depth_m=11.0,
        floors_min=int(parameters["floors_min"]),
        floors_max=int(parameters["floors_max"]),
        styles=mixed if facades == "mixed" else (facades,),
        shop_share=float(parameters["shop_share"]),
        gap_share=float(parameters["gap_share"]),
        seed=seed,
        tints=_palette(int(parameters["detail_seed"])),
    )
    return _one_scaffolded(row, float(parameters["garden_m"]), seed)


def _one_scaffolded(row: tuple[Building, ...], garden_m: float, seed: int) -> tuple[Building, ...]:
    """The row, now and then with one building that has scaffolding before it and stands back for that."""
    rng = stream(seed, "worlds/scaffold")
    if rng.random() > _SCAFFOLD_SHARE or not row:
        return row
    k = int(rng.integers(len(row)))
    back_m = max(0.0, _SCAFFOLD_ROOM_M - garden_m)
    x_m = row[k].x_m - back_m * float(np.sin(row[k].yaw_rad))
    y_m = row[k].y_m + back_m * float(np.cos(row[k].yaw_rad))
    return (*row[:k], replace(row[k], x_m=x_m, y_m=y_m, has_scaffold=True), *row[k + 1 :])


def _palette(detail_seed: int) -> tuple[tuple[int, int, int], ...]:
    """The wall colors of one street: some of all, and all of them a little warmer or colder."""
    rng = stream(detail_seed, "worlds/palette")
    kept = rng.choice(len(WALL_TINTS), int(rng.integers(3, 8)), replace=False)
    shift = np.array([1.0, 0.2, -1.0]) * rng.normal(0, 7.0)
    tints = np.clip(np.array(WALL_TINTS)[kept] * rng.uniform(0.85, 1.03) + shift, 40, 248)
    return tuple((int(r), int(g), int(b)) for r, g, b in tints)
