"""A building in, its walls above the ground floor out: windows with depth, bands, balconies, cornices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.back_walls import add_back_wall
from sim.scenery.builder import MeshBuilder, Paint
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
    wall.rect(paint, s_mid - bay_m / 2, s0, z_floor, z_floor + building.floor_m)
    wall.rect(paint, s1, s_mid + bay_m / 2, z_floor, z_floor + building.floor_m)
    wall.rect(paint, s0, s1, z_floor, z0)
    wall.rect(paint, s0, s1, z1, z_floor + building.floor_m)
    wall.reveals(paint, s0, s1, z0, z1, RECESS_M)
    row = int(rng.integers(4))
    cells = row * 4 + rng.integers(0, 4, len(s0))
    shade = rng.uniform(205, 255, len(s0))
    panes = np.column_stack([shade, shade, shade, np.full(len(s0), 215.0)])[:, None]
    wall.rect(_solid("panes"), s0, s1, z0, z1, -RECESS_M, panes, cell_uv(cells))
    trim = np.r_[layout.trim_srgb, 240.0]
    wall.box(_solid("plaster"), s0 - 0.06, s1 + 0.06, z0 - 0.07, z0, -0.02, 0.09, trim, "yz")
    if rng.random() < style.surrounds:
        _surrounds(wall, s0, s1, z0, z1, trim, bool(rng.random() < 0.5))
    _bands(wall, layout, rng, trim)
    if rng.random() < style.balconies and len(floors):
        _balconies(wall, layout, rng, middle, width, floors)
    if rng.random() < 0.75:
        _downpipes(wall, layout, rng)


def _surrounds(wall: Wall, s0: Floats, s1: Floats, z0: Floats, z1: Floats, trim: Floats, hood: bool) -> None:
    paint = _solid("plaster")
    wall.box(paint, s0 - 0.14, s0, z0, z1 + 0.14, 0.0, 0.035, trim, "yzX")
    wall.box(paint, s1, s1 + 0.14, z0, z1 + 0.14, 0.0, 0.035, trim, "yzx")
    wall.box(paint, s0, s1, z1, z1 + 0.14, 0.0, 0.035, trim, "yxX")
    if hood:
        wall.box(paint, s0 - 0.2, s1 + 0.2, z1 + 0.2, z1 + 0.3, 0.0, 0.14, trim, "y")


def _bands(wall: Wall, layout: Layout, rng: np.random.Generator, trim: Floats) -> None:
    paint = _solid("plaster")
    levels = [z for z in layout.floor_z_m[1:-1] if rng.random() < layout.style.bands]
    if levels:
        z = np.array(levels)
        wall.box(paint, 0.0, wall.length_m, z - 0.1, z + 0.06, 0.0, 0.06, trim, "yxX")
    depth = rng.uniform(*layout.style.cornice_m)
    if depth > 0.02:
        top = layout.height_m
        wall.box(paint, 0.0, wall.length_m, top - 0.3, top, 0.0, depth, trim, "y")
        wall.box(paint, 0.0, wall.length_m, top - 0.46, top - 0.3, 0.0, 0.5 * depth, trim, "y")


def _balconies(
    wall: Wall,
    layout: Layout,
    rng: np.random.Generator,
    middle: NDArray[np.floating],
    width: float,
    floors: Floats,
) -> None:
    axes = middle[rng.random(len(middle)) < 0.45]
    if not len(axes):
        return
    s, z = (grid.ravel() for grid in np.meshgrid(axes, floors, indexing="ij"))
    half = min(width / 2 + 0.45, 0.5 * wall.length_m / layout.bays)
    depth = rng.uniform(0.7, 1.15)
    stone = np.r_[layout.trim_srgb * 0.92, 225.0]
    wall.box(_solid("concrete"), s - half, s + half, z + 0.02, z + 0.17, 0.0, depth, stone, "y")
    tone = rng.choice([34.0, 60.0, 150.0])
    metal = _solid("metal")
    rail = (tone, tone, tone * 1.02, 235.0)
    if rng.random() < 0.35:
        panel = (min(255.0, tone * 2.2 + 60),) * 3 + (235.0,)
        for a, b, o0, o1 in (
            (-half, half, depth - 0.04, depth),
            (-half, -half + 0.04, 0.0, depth),
            (half - 0.04, half, 0.0, depth),
        ):
            wall.box(metal, s + a, s + b, z + 0.17, z + 1.1, o0, o1, panel, "z")
        return
    wall.box(metal, s - half, s + half, z + 1.08, z + 1.13, depth - 0.05, depth, rail, "z")
    for end in (-half, half - 0.04):
        wall.box(metal, s + end, s + end + 0.04, z + 1.08, z + 1.13, 0.0, depth, rail, "z")
        wall.box(metal, s + end, s + end + 0.04, z + 0.17, z + 1.08, depth - 0.05, depth, rail, "zZ")
    # Two faces a bar: front and one flank; seen from the street that is all there is to see.
    for bar in np.arange(-half + 0.13, half - 0.06, 0.13):
        wall.rect(metal, s + bar, s + bar + 0.02, z + 0.17, z + 1.08, depth - 0.02, rail)


def _downpipes(wall: Wall, layout: Layout, rng: np.random.Generator) -> None:
    tone = rng.choice([70.0, 120.0, 165.0])
    s = 0.14 if rng.random() < 0.5 else wall.length_m - 0.14
    wall.builder.tubes(
        _solid("metal"),
        wall.points(s, 0.1, 0.1),
        wall.points(s, 0.1, layout.height_m - 0.3),
        0.05,
        0.05,
        6,
        (tone, tone, tone, 225.0),
    )
