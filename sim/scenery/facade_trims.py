"""A wall and its windows in, what stands out from it out: frames, shutters, bands, balconies, pipes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenery.builder import Paint
from sim.scenery.layouts import Layout
from sim.scenery.surfaces import paint_with
from sim.scenery.wall import Wall
from sim.taxonomy import Semantic

__all__ = [
    "add_balconies",
    "add_bands",
    "add_downpipe",
    "add_shutters",
    "add_surrounds",
    "add_window_rails",
]

Floats = NDArray[np.float64]

_SHUTTERS = ((64, 92, 72), (72, 84, 104), (122, 84, 70), (150, 146, 132), (92, 104, 96))


def _solid(surface: str) -> Paint:
    return paint_with("solid", surface, Semantic.BUILDING)


def add_surrounds(
    wall: Wall, s0: Floats, s1: Floats, z0: Floats, z1: Floats, trim: Floats, hood: bool
) -> None:
    """Add raised frames around windows (N,), with a hood above each if asked."""
    paint = _solid("plaster")
    wall.box(paint, s0 - 0.14, s0, z0, z1 + 0.14, 0.0, 0.035, trim, "yzX")
    wall.box(paint, s1, s1 + 0.14, z0, z1 + 0.14, 0.0, 0.035, trim, "yzx")
    wall.box(paint, s0, s1, z1, z1 + 0.14, 0.0, 0.035, trim, "yxX")
    if hood:
        wall.box(paint, s0 - 0.2, s1 + 0.2, z1 + 0.2, z1 + 0.3, 0.0, 0.14, trim, "y")


def add_bands(wall: Wall, layout: Layout, rng: np.random.Generator, trim: Floats) -> None:
    """Add bands below some floors and the cornice."""
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


def add_balconies(
    wall: Wall,
    layout: Layout,
    rng: np.random.Generator,
    middle: NDArray[np.floating],
    width: float,
    floors: Floats,
) -> None:
    """Add balconies on some window axes at every floor: slabs with bars or panels."""
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
    wall.box(metal, s - half, s + half, z + 1.08, z + 1.13, depth - 0.05, depth, rail, "yz")
    for end in (-half, half - 0.04):
        wall.box(metal, s + end, s + end + 0.04, z + 1.08, z + 1.13, 0.0, depth, rail, "yYz")
    # A bar is its front face: seen from the street that is nearly all there is to see.
    for bar in np.arange(-half + 0.02, half - 0.02, 0.15):
        wall.rect(metal, s + bar, s + bar + 0.022, z + 0.17, z + 1.08, depth - 0.02, rail)


def add_downpipe(wall: Wall, layout: Layout, rng: np.random.Generator) -> None:
    """Add a rainwater pipe at one end."""
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


def add_shutters(
    wall: Wall, s0: Floats, s1: Floats, z0: Floats, z1: Floats, rng: np.random.Generator
) -> None:
    """Add open shutters on both sides of windows (N,)."""
    hue = np.r_[np.array(_SHUTTERS[int(rng.integers(len(_SHUTTERS)))], float) * rng.uniform(0.85, 1.2), 235.0]
    wide = 0.42
    paint = _solid("plain")
    wall.box(paint, s0 - wide, s0 - 0.03, z0 - 0.02, z1 + 0.02, 0.02, 0.06, hue, "y")
    wall.box(paint, s1 + 0.03, s1 + wide, z0 - 0.02, z1 + 0.02, 0.02, 0.06, hue, "y")
    slats = hue * [0.72, 0.72, 0.72, 0.9]
    for share in (0.06, 0.53):
        low, high = z0 + share * (z1 - z0), z0 + (share + 0.41) * (z1 - z0)
        wall.rect(paint, s0 - wide + 0.07, s0 - 0.1, low, high, 0.062, slats)
        wall.rect(paint, s1 + 0.1, s1 + wide - 0.07, low, high, 0.062, slats)


def add_window_rails(wall: Wall, s0: Floats, s1: Floats, z0: Floats, rng: np.random.Generator) -> None:
    """Add low railings before windows (N,)."""
    tone = float(rng.choice([34.0, 60.0]))
    rail = (tone, tone, tone * 1.02, 235.0)
    metal = _solid("metal")
    wall.box(metal, s0 - 0.05, s1 + 0.05, z0 + 0.48, z0 + 0.52, 0.06, 0.1, rail, "yzxX")
    wall.rect(metal, s0 - 0.05, s1 + 0.05, z0 + 0.1, z0 + 0.13, 0.08, rail)
    width = float((s1 - s0).min())
    for bar in np.arange(0.06, width, 0.15):
        wall.rect(metal, s0 + bar, s0 + bar + 0.02, z0 + 0.13, z0 + 0.48, 0.08, rail)
