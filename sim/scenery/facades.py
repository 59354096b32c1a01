"""A building in, its walls with windows, doors, bands, balconies and cornices out: all four sides.

The front has windows with depth; the other sides have flat panes, and walls that touch a neighbour's have few
or none, but bands, stains and a patchwork of plaster.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_matches
from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder, Paint
from sim.scenery.surfaces import paint_with
from sim.scenery.wall import Wall, WallTint
from sim.taxonomy import Semantic
from sim.world import Building

__all__ = ["FACADE_STYLES", "FacadeStyle", "Layout", "add_walls", "facade_style", "layout_of"]

Floats = NDArray[np.float64]
RECESS_M = 0.16


@dataclass(frozen=True)
class FacadeStyle:
    """What sets a kind of facade apart.

    Attributes:
        wall, base: surfaces of the upper floors and of the ground floor.
        wall_tinted: True if the building's own color tints the wall (plaster), False for brick and stone.
        window_width: range of the windows' share of a bay's width.
        window_height: range of their share of a floor's height.
        bands: chance of a band below each floor.
        surrounds: chance of raised window surrounds.
        balconies: chance that the building has balconies.
        cornice_m: range of the cornice's depth.
    """

    wall: str
    base: str
    wall_tinted: bool
    window_width: tuple[float, float]
    window_height: tuple[float, float]
    bands: float
    surrounds: float
    balconies: float
    cornice_m: tuple[float, float]


_STYLES: dict[str, FacadeStyle] = {
    "plaster": FacadeStyle("plaster", "plaster", True, (0.40, 0.52), (0.52, 0.62), 0.5, 0.5, 0.4, (0.2, 0.4)),
    "brick": FacadeStyle("brick", "brick", False, (0.42, 0.56), (0.5, 0.62), 0.6, 0.3, 0.4, (0.15, 0.3)),
    "stone": FacadeStyle("render", "ashlar", True, (0.38, 0.5), (0.55, 0.66), 0.8, 0.7, 0.35, (0.3, 0.5)),
    "modern": FacadeStyle(
        "concrete", "concrete", True, (0.66, 0.86), (0.52, 0.68), 0.1, 0.0, 0.5, (0.0, 0.06)
    ),
    "townhouse": FacadeStyle(
        "plaster", "brick_alt", True, (0.38, 0.48), (0.55, 0.68), 0.3, 1.0, 0.1, (0.2, 0.35)
    ),
    "brick_alt": FacadeStyle(
        "brick_alt", "ashlar", False, (0.4, 0.55), (0.5, 0.62), 0.5, 0.4, 0.3, (0.2, 0.35)
    ),
}

FACADE_STYLES: tuple[str, ...] = tuple(_STYLES)
"""Names for `Building.style`."""


@dataclass(frozen=True)
class Layout:
    """Decisions about a building that its front, its roof and its shops share.

    Attributes:
        style: kind of facade.
        height_m: top of the walls.
        bays: number of window axes on the front.
        floor_z_m: (floors + 1,) heights of the floors and of the top.
        trim_srgb: (3,) color of bands, sills and surrounds.
    """

    style: FacadeStyle
    height_m: float
    bays: int
    floor_z_m: Floats
    trim_srgb: Floats


def facade_style(name: str) -> FacadeStyle:
    """The style called `name`. Raises UsageError with near matches."""
    if name not in _STYLES:
        raise UsageError(near_matches("facade style", name, _STYLES))
    return _STYLES[name]


def layout_of(building: Building) -> Layout:
    """What is decided before any wall is built.

    Raises:
        UsageError: for an unknown style, fewer than one floor or a plan without area.
    """
    style = facade_style(building.style)
    if building.floors < 1:
        raise UsageError(f"building floors {building.floors}: wanted 1 or more")
    if building.width_m <= 0 or building.depth_m <= 0:
        raise UsageError(f"building plan {building.width_m} x {building.depth_m} m: wanted positive lengths")
    rng = stream(building.seed, "building/layout")
    upper = building.ground_floor_m + building.floor_m * np.arange(building.floors)
    bays = max(1, round(building.width_m / rng.uniform(2.5, 3.3)))
    trim = np.array([222.0, 216, 205]) * rng.uniform(0.74, 1.08)
    return Layout(style, float(upper[-1]), bays, np.r_[0.0, upper], np.clip(trim, 0, 255))


def sides(builder: MeshBuilder, building: Building, layout: Layout) -> tuple[Wall, Wall, Wall, Wall]:
    """Front, right gable, rear and left gable as seen from the street."""
    c, s = np.cos(building.yaw_rad), np.sin(building.yaw_rad)
    x, y = np.array([c, s, 0.0]), np.array([-s, c, 0.0])
    foot = np.array([building.x_m, building.y_m, 0.0])
    rng = stream(building.seed, "building/tint")
    wall = building.wall_srgb if layout.style.wall_tinted else tuple(rng.uniform(222, 250, 1).repeat(3))
    tint = WallTint(
        (float(wall[0]), float(wall[1]), float(wall[2])), layout.height_m, float(rng.uniform(0.3, 1))
    )
    w, d = building.width_m, building.depth_m
    return (
        Wall(builder, foot, x, w, tint),
        Wall(builder, foot + w * x, y, d, tint),
        Wall(builder, foot + w * x + d * y, -x, w, tint),
        Wall(builder, foot + d * y, -y, d, tint),
    )


def add_walls(builder: MeshBuilder, building: Building, layout: Layout) -> None:
    """Add the front above the ground floor, and the three other sides in full height."""
    front, right, rear, left = sides(builder, building, layout)
    rng = stream(building.seed, "building/front")
    _front(front, building, layout, rng)
    back = stream(building.seed, "building/back")
    _plain_side(rear, building, layout, back, share=0.9)
    for gable in (right, left):
        _plain_side(gable, building, layout, back, share=float(back.choice([0.5, 0.7, 0.95])))


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
    wall: Wall, layout: Layout, rng: np.random.Generator, middle: Floats, width: float, floors: Floats
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
        for a, b, o0, o1 in ((-half, half, depth - 0.04, depth), (-half, -half + 0.04, 0.0, depth),
                             (half - 0.04, half, 0.0, depth)):  # fmt: skip
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
    wall.builder.tubes(_solid("metal"), wall.points(s, 0.1, 0.1), wall.points(s, 0.1, layout.height_m - 0.3),
                       0.05, 0.05, 6, (tone, tone, tone, 225.0))  # fmt: skip


def _plain_side(
    wall: Wall, building: Building, layout: Layout, rng: np.random.Generator, share: float
) -> None:
    """A rear or gable: plinth, wall, band at each second floor, stains, and flat windows on `share` of the axes."""
    style = layout.style
    height = layout.height_m
    levels = np.r_[0.0, 0.6, layout.floor_z_m[1:]]
    surface = style.wall if rng.random() < 0.7 or not style.wall_tinted else "render"
    wall.rect(_solid(surface), 0.0, wall.length_m, levels[1:-1], levels[2:])
    wall.rect(_solid("concrete"), 0.0, wall.length_m, 0.0, 0.6)
    if rng.random() < 0.6:
        trim = np.r_[layout.trim_srgb * 0.9, 240.0]
        wall.box(
            _solid("plaster"),
            0.0,
            wall.length_m,
            levels[2:-1] - 0.08,
            levels[2:-1] + 0.05,
            0.0,
            0.03,
            trim,
            "yxX",
        )
    wall.box(
        _solid("plaster"),
        0.0,
        wall.length_m,
        height - 0.18,
        height,
        0.0,
        0.1,
        np.r_[layout.trim_srgb, 235.0],
        "y",
    )
    for _ in range(int(rng.integers(1, 4))):
        s, w = rng.uniform(0, 0.8) * wall.length_m, rng.uniform(0.6, 3.0)
        z, h = rng.uniform(0.2, 0.8) * height, rng.uniform(0.5, 2.2)
        patch = np.r_[np.array(wall.tint.srgb) * rng.uniform(0.84, 1.03), 250.0]
        mended = "render" if style.wall_tinted else surface
        wall.rect(_solid(mended), s, min(s + w, wall.length_m), z, min(z + h, height - 0.3), 0.006, patch)
    axes = max(1, round(wall.length_m / rng.uniform(2.8, 3.8)))
    middle = (np.arange(axes) + 0.5) * wall.length_m / axes
    chosen = middle[rng.random(axes) < share]
    if not len(chosen):
        chosen = middle[[int(rng.integers(axes))]]
    width, high = rng.uniform(0.75, 1.25), building.floor_m * rng.uniform(0.36, 0.5)
    s, z = (g.ravel() for g in np.meshgrid(chosen, layout.floor_z_m[:-1] + 1.0, indexing="ij"))
    z = z + np.where(z < 1.5, 0.25, 0.0)
    some = rng.random(len(s)) < 0.93
    s, z = s[some], z[some]
    cells = rng.integers(0, 16, len(s))
    # Panes stand a little proud instead of being cut out: at these sides nobody walks close by.
    wall.rect(_solid("plaster"), s - width / 2 - 0.07, s + width / 2 + 0.07, z - 0.07, z + high + 0.07, 0.012,
              np.r_[layout.trim_srgb * 0.82, 190.0])  # fmt: skip
    wall.rect(
        _solid("panes"),
        s - width / 2,
        s + width / 2,
        z,
        z + high,
        0.02,
        (225.0, 225.0, 225.0, 205.0),
        cell_uv(cells),
    )
    wall.box(_solid("plaster"), s - width / 2 - 0.08, s + width / 2 + 0.08, z - 0.1, z - 0.03, 0.0, 0.1,
             np.r_[layout.trim_srgb * 0.9, 230.0], "yz")  # fmt: skip
