"""A building in, the decisions its walls, roof and shops share out: style, floors, bays, four sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_matches
from sim.randomness import stream
from sim.scenery.builder import MeshBuilder
from sim.scenery.wall import Wall, WallTint
from sim.world import Building

__all__ = ["FACADE_STYLES", "FacadeStyle", "Layout", "facade_style", "layout_of", "sides"]

Floats = NDArray[np.float64]


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
        shutters: chance of folding shutters beside the windows.
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
    shutters: float
    cornice_m: tuple[float, float]


_STYLES: dict[str, FacadeStyle] = {
    "plaster": FacadeStyle(
        "plaster", "plaster", True, (0.40, 0.52), (0.52, 0.62), 0.5, 0.5, 0.4, 0.25, (0.2, 0.4)
    ),
    "brick": FacadeStyle("brick", "brick", False, (0.42, 0.56), (0.5, 0.62), 0.6, 0.3, 0.4, 0.0, (0.15, 0.3)),
    "stone": FacadeStyle(
        "render", "ashlar", True, (0.38, 0.5), (0.55, 0.66), 0.8, 0.7, 0.35, 0.1, (0.3, 0.5)
    ),
    "modern": FacadeStyle(
        "concrete", "concrete", True, (0.66, 0.86), (0.52, 0.68), 0.1, 0.0, 0.5, 0.0, (0.0, 0.06)
    ),
    "townhouse": FacadeStyle(
        "plaster", "brick_alt", True, (0.36, 0.46), (0.55, 0.68), 0.3, 1.0, 0.1, 0.5, (0.2, 0.35)
    ),
    "timber": FacadeStyle(
        "cladding", "brick_alt", True, (0.36, 0.5), (0.48, 0.6), 0.1, 0.8, 0.15, 0.35, (0.15, 0.3)
    ),
    "glazed": FacadeStyle(
        "metal", "concrete", True, (0.84, 0.94), (0.7, 0.84), 0.6, 0.0, 0.0, 0.0, (0.0, 0.1)
    ),
    "brick_alt": FacadeStyle(
        "brick_alt", "ashlar", False, (0.4, 0.55), (0.5, 0.62), 0.5, 0.4, 0.3, 0.0, (0.2, 0.35)
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
