"""A rear or gable in, its wall out: never blank, but plainer than a front and with flat panes.

Walls that touch a neighbour's stay hidden; where the neighbour is lower or missing one sees bands, stains,
mended places and some windows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.atlas import cell_uv
from sim.scenery.builder import Paint
from sim.scenery.layouts import Layout
from sim.scenery.surfaces import paint_with
from sim.scenery.wall import Wall
from sim.taxonomy import Semantic
from sim.world import Building

__all__ = ["add_back_wall"]

Floats = NDArray[np.float64]


def _solid(surface: str) -> Paint:
    return paint_with("solid", surface, Semantic.BUILDING)


def add_back_wall(
    wall: Wall, building: Building, layout: Layout, rng: np.random.Generator, share: float
) -> None:
    """Add one side that is not the front.

    Args:
        wall: where it stands.
        building: what it belongs to.
        layout: decisions shared by all sides.
        rng: picks stains, bands and windows.
        share: share of the window axes that have windows, rounded up.
    """
    style, height = layout.style, layout.height_m
    levels = np.r_[0.0, 0.6, layout.floor_z_m[1:]]
    surface = style.wall if rng.random() < 0.7 or not style.wall_tinted else "render"
    wall.rect(_solid(surface), 0.0, wall.length_m, levels[1:-1], levels[2:])
    wall.rect(_solid("concrete"), 0.0, wall.length_m, 0.0, 0.6)
    trim = layout.trim_srgb
    plaster = _solid("plaster")
    if rng.random() < 0.6:
        band = levels[2:-1]
        wall.box(
            plaster, 0.0, wall.length_m, band - 0.08, band + 0.05, 0.0, 0.03, np.r_[trim * 0.9, 240.0], "yxX"
        )
    wall.box(plaster, 0.0, wall.length_m, height - 0.18, height, 0.0, 0.1, np.r_[trim, 235.0], "y")
    mended = "render" if style.wall_tinted else surface
    for _ in range(int(rng.integers(1, 4))):
        left, wide = rng.uniform(0, 0.8) * wall.length_m, rng.uniform(0.6, 3.0)
        low, high = rng.uniform(0.2, 0.8) * height, rng.uniform(0.5, 2.2)
        tint = np.r_[np.array(wall.tint.srgb) * rng.uniform(0.84, 1.03), 250.0]
        right, top = min(left + wide, wall.length_m), min(low + high, height - 0.3)
        wall.rect(_solid(mended), left, right, low, top, 0.006, tint)
    _flat_windows(wall, building, layout, rng, share)


def _flat_windows(
    wall: Wall, building: Building, layout: Layout, rng: np.random.Generator, share: float
) -> None:
    """Panes a little proud of the wall instead of cut out: at these sides nobody walks close by."""
    axes = max(1, round(wall.length_m / rng.uniform(2.8, 3.8)))
    middle = (np.arange(axes) + 0.5) * wall.length_m / axes
    count = int(np.ceil(share * axes))
    chosen = middle[np.sort(rng.permutation(axes)[:count])]
    half, high = rng.uniform(0.38, 0.62), building.floor_m * rng.uniform(0.36, 0.5)
    s, z = (grid.ravel() for grid in np.meshgrid(chosen, layout.floor_z_m[:-1] + 1.0, indexing="ij"))
    z = z + np.where(z < 1.5, 0.25, 0.0)
    some = rng.random(len(s)) < 0.93
    s, z = s[some], z[some]
    trim, plaster = layout.trim_srgb, _solid("plaster")
    frame = np.r_[trim * 0.82, 190.0]
    wall.rect(plaster, s - half - 0.07, s + half + 0.07, z - 0.07, z + high + 0.07, 0.012, frame)
    cells = rng.integers(0, 16, len(s))
    wall.rect(
        _solid("panes"), s - half, s + half, z, z + high, 0.02, (225.0, 225.0, 225.0, 205.0), cell_uv(cells)
    )
    sill = np.r_[trim * 0.9, 230.0]
    wall.box(plaster, s - half - 0.08, s + half + 0.08, z - 0.1, z - 0.03, 0.0, 0.1, sill, "yzxX")
