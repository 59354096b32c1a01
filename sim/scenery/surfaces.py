"""The seed of a street's surfaces in, all its textures out; and the names geometry calls them by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_matches
from sim.randomness import stream
from sim.scenery import (
    paint_bark,
    paint_boards,
    paint_ground,
    paint_iron,
    paint_leaves,
    paint_more_signs,
    paint_motorway,
    paint_openings,
    paint_signs,
    paint_walls,
)
from sim.scenery.builder import Paint
from sim.scenery.noise import NoisePool
from sim.scenery.scenery import Surface
from sim.taxonomy import Semantic

__all__ = ["SURFACE_NAMES", "paint_surfaces", "paint_with"]

Painter = Callable[[np.random.Generator, NoisePool], NDArray[np.uint8]]


@dataclass(frozen=True)
class _Recipe:
    painter: Painter
    tile_m: float


_RED_BRICKS = ((146, 80, 60), (128, 72, 60), (158, 98, 72))
_BROWN_BRICKS = ((170, 140, 106), (140, 116, 98), (112, 90, 82), (186, 172, 150))

_RECIPES: dict[str, _Recipe] = {
    "asphalt": _Recipe(paint_ground.asphalt, 3.6),
    "asphalt_patch": _Recipe(paint_ground.asphalt, 3.6),
    "paving": _Recipe(paint_ground.paving, 2.2),
    "paving_alt": _Recipe(paint_ground.paving, 2.2),
    "kerb": _Recipe(paint_ground.kerb_stone, 2.0),
    "paint": _Recipe(partial(paint_ground.road_paint, wear=0.1), 1.8),
    "paint_worn": _Recipe(partial(paint_ground.road_paint, wear=0.32), 1.8),
    "grass": _Recipe(paint_ground.grass, 3.0),
    "earth": _Recipe(paint_ground.earth, 3.0),
    "plaster": _Recipe(paint_walls.plaster, 4.0),
    "render": _Recipe(paint_walls.render, 4.0),
    "brick": _Recipe(partial(paint_walls.brick, hues=_RED_BRICKS), 1.92),
    "brick_alt": _Recipe(partial(paint_walls.brick, hues=_BROWN_BRICKS), 1.92),
    "ashlar": _Recipe(paint_walls.ashlar, 2.4),
    "concrete": _Recipe(paint_walls.concrete, 3.2),
    "cladding": _Recipe(paint_walls.cladding, 3.0),
    "roof_tiles": _Recipe(paint_walls.roof_tiles, 2.6),
    "roof_sheet": _Recipe(paint_walls.roof_sheet, 4.0),
    "far_facade": _Recipe(paint_walls.far_facade, 12.0),
    "far_facade_alt": _Recipe(paint_walls.far_facade, 12.0),
    "panes": _Recipe(paint_openings.window_panes, 1.0),
    "shops": _Recipe(paint_openings.shop_fronts, 1.0),
    "doors": _Recipe(paint_openings.doors, 1.0),
    "shop_names": _Recipe(paint_signs.shop_names, 1.0),
    "metal": _Recipe(paint_walls.metal, 2.0),
    "plain": _Recipe(paint_walls.plain, 2.0),
    "wood": _Recipe(paint_walls.wood, 0.6),
    "awning": _Recipe(paint_walls.awning, 2.4),
    "signs": _Recipe(paint_signs.sign_faces, 1.0),
    "signs_more": _Recipe(paint_more_signs.more_sign_faces, 1.0),
    "boards": _Recipe(paint_boards.boards, 1.0),
    "posters": _Recipe(paint_signs.posters, 1.0),
    "bark": _Recipe(paint_bark.furrowed_bark, 1.2),
    "leaves": _Recipe(paint_leaves.leaf_card, 1.0),
    "leaves_alt": _Recipe(paint_leaves.leaf_card, 1.0),
    "twigs": _Recipe(paint_leaves.twig_card, 1.0),
    "hedge": _Recipe(paint_leaves.hedge, 1.6),
    "iron": _Recipe(paint_iron.iron, 1.0),
    "tactile": _Recipe(paint_iron.tactile, 0.8),
    "leaves_lobed": _Recipe(paint_leaves.lobed_leaf_card, 1.0),
    "leaves_small": _Recipe(partial(paint_leaves.leaf_card, count=430, half_lengths=(0.02, 0.034)), 1.0),
    "needles": _Recipe(paint_leaves.needle_card, 1.0),
    "twigs_hanging": _Recipe(paint_leaves.hanging_twig_card, 1.0),
    "bark_birch": _Recipe(paint_bark.birch_bark, 1.2),
    "bark_plane": _Recipe(paint_bark.plane_bark, 1.6),
    "bark_cherry": _Recipe(paint_bark.cherry_bark, 0.9),
    "motorway_boards": _Recipe(paint_motorway.motorway_boards, 1.0),
    "motorway_signs": _Recipe(paint_motorway.motorway_signs, 1.0),
}

SURFACE_NAMES: tuple[str, ...] = tuple(_RECIPES)
"""Every surface; a mesh's `layer` is an index of this tuple."""


def paint_with(group: str, surface: str, semantic: Semantic, part: int = 0) -> Paint:
    """The paint of a part, by the name of its surface.

    Raises:
        UsageError: if there is no such surface.
    """
    if surface not in _RECIPES:
        raise UsageError(near_matches("surface", surface, _RECIPES))
    return Paint(group, SURFACE_NAMES.index(surface), semantic, _RECIPES[surface].tile_m, part)


@lru_cache(maxsize=2)
def paint_surfaces(surface_seed: int) -> tuple[Surface, ...]:
    """Every surface of a street, in the order of `SURFACE_NAMES`; equal seeds give the same objects."""
    pool = NoisePool(stream(surface_seed, "surfaces/noise"))
    out = []
    for name, recipe in _RECIPES.items():
        albedo = recipe.painter(stream(surface_seed, f"surfaces/{name}"), pool)
        albedo.setflags(write=False)
        out.append(Surface(name, albedo))
    return tuple(out)
