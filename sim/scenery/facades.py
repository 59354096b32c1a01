"""A building in, its walls above the ground floor out: windows with depth, bands, balconies, cornices."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.back_walls import add_back_wall
from sim.scenery.builder import MeshBuilder, Paint
from sim.scenery.facade_trims import (
    add_balconies,
    add_bands,
    add_downpipe,
    add_shutters,
    add_surrounds,
    add_window_rails,
)
from sim.scenery.layouts import Layout, sides
from sim.scenery.surfaces import paint_with
from sim.scenery.wall import Wall
from sim.taxonomy import Semantic
from sim.world import Building

__all__ = ["add_walls"]

Floats = NDArray[np.float64]
RECESS_M = 0.16


def add_walls(builder: MeshBuilder, building: Building, layout: Layout) -> None:
    """Add the front above the ground floor, and the three other sides in full height."""
    front, right, rear, left = sides(builder, building, layout)
    rng = stream(building.seed, "building/front")
    _front(front, building, layout, rng)
    back = stream(building.seed, "building/back")
    add_back_wall(rear, building, layout, back, share=0.9)
    for gable in (right, left):
        add_back_wall(gable, building, layout, back, share=float(back.choice([0.5, 0.7, 0.95])))


def _solid(surface: str) -> Paint:
    return paint_with("solid", surface, Semantic.BUILDING)


def _piers(wall: Wall, layout: Layout, middle: NDArray[np.floating], width_m: float) -> None:
    """The wall between window axes, the top floor apart so that the eaves' shade stays up there."""
    left = np.r_[0.0, middle + width_m / 2]
    right = np.r_[middle - width_m / 2, wall.length_m]
    levels = np.unique(layout.floor_z_m[[1, -2, -1]])
    for low, high in pairwise(levels):
        wall.rect(_solid(layout.style.wall), left, right, low, high)


def _spandrels(
    wall: Wall, layout: Layout, middle: NDArray[np.floating], width_m: float, sills: Floats, heads: Floats
) -> None:
    """The wall below, between and above the windows of each axis."""
    low, high = np.r_[layout.floor_z_m[1], heads], np.r_[sills, layout.height_m]
    s, a = np.meshgrid(middle, low, indexing="ij")
    b = np.broadcast_to(high, s.shape)
    half = width_m / 2
    wall.rect(_solid(layout.style.wall), (s - half).ravel(), (s + half).ravel(), a.ravel(), b.ravel())


def _front(wall: Wall, building: Building, layout: Layout, rng: np.random.Generator) -> None:
    style = layout.style
    bay_m = wall.length_m / layout.bays
    width = bay_m * rng.uniform(*style.window_width)
    height = building.floor_m * rng.uniform(*style.window_height)
    sill = building.floor_m * (0.93 - height / building.floor_m) * rng.uniform(0.72, 0.95)
    middle = (np.arange(layout.bays) + 0.5) * bay_m
    floors = layout.floor_z_m[1:-1]
    s_mid, z_floor = (grid.ravel() for grid in np.meshgrid(middle, floors, indexing="ij"))
    s0, s1 = s_mid - width / 2, s_mid + width / 2
    z0 = z_floor + sill
    z1 = z0 + height
    paint = _solid(style.wall)
    if len(floors):
        _piers(wall, layout, middle, float(width))
        _spandrels(wall, layout, middle, float(width), floors + sill, floors + sill + height)
    wall.reveals(paint, s0, s1, z0, z1, RECESS_M)
    row = int(rng.integers(4))
    cells = row * 4 + rng.integers(0, 4, len(s0))
    shade = rng.uniform(205, 255, len(s0))
    panes = np.column_stack([shade, shade, shade, np.full(len(s0), 215.0)])[:, None]
    wall.rect(_solid("panes"), s0, s1, z0, z1, -RECESS_M, panes, cell_uv(cells))
    trim = np.r_[layout.trim_srgb, 240.0]
    wall.box(_solid("plaster"), s0 - 0.06, s1 + 0.06, z0 - 0.07, z0, -0.02, 0.09, trim, "yz")
    if rng.random() < style.shutters and bay_m - width > 0.9:
        add_shutters(wall, s0, s1, z0, z1, rng)
    elif rng.random() < style.surrounds:
        add_surrounds(wall, s0, s1, z0, z1, trim, bool(rng.random() < 0.5))
    add_bands(wall, layout, rng, trim)
    if rng.random() < style.balconies and len(floors):
        add_balconies(wall, layout, rng, middle, width, floors)
    elif rng.random() < 0.2 and len(floors):
        add_window_rails(wall, s0, s1, z0, rng)
    if rng.random() < 0.75:
        add_downpipe(wall, layout, rng)
