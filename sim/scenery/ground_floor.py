"""A building in, the ground floor of its front out: shops with sign bands, or flats and a door."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder
from sim.scenery.layouts import Layout, sides
from sim.scenery.surfaces import paint_with
from sim.scenery.wall import Wall
from sim.taxonomy import Semantic
from sim.world import Building

__all__ = ["add_ground_floor"]

Floats = NDArray[np.float64]
Numbers = NDArray[np.floating]

_PLINTH_M = 0.35
_AWNINGS = (
    (172, 88, 80),
    (86, 114, 94),
    (96, 110, 140),
    (208, 192, 154),
    (142, 80, 86),
    (112, 112, 114),
)


def add_ground_floor(builder: MeshBuilder, building: Building, layout: Layout) -> None:
    """Add the front of the ground floor."""
    wall = sides(builder, building, layout)[0]
    rng = stream(building.seed, "building/ground floor")
    door_bay = int(rng.integers(layout.bays))
    if building.has_shop:
        _shops(wall, building, layout, rng, door_bay)
    else:
        _flats(wall, building, layout, rng, door_bay)


def _wall_around(
    wall: Wall, surface: str, s_a: Numbers, s_b: Numbers, openings: tuple[Numbers, ...], top: float
) -> None:
    """The wall of bays s_a..s_b from the pavement to `top` around one opening each (s0, s1, z0, z1)."""
    s0, s1, z0, z1 = openings
    paint = paint_with("solid", surface, Semantic.BUILDING)
    tint = None if surface in ("plaster", "render", "concrete") else _untinted(wall)
    for a, b, c, d in ((s_a, s0, 0.0, top), (s1, s_b, 0.0, top), (s0, s1, 0.0, z0), (s0, s1, z1, top)):
        a, b, c, d = np.broadcast_arrays(a, b, c, d)
        z = np.stack([c, c, d, d], -1)
        keep = (b - a > 1e-4) & (d - c > 1e-4)
        color = None if tint is None else wall.tint.at(z[keep]) * [*tint, 1.0]
        wall.rect(paint, a[keep], b[keep], c[keep], d[keep], 0.0, color)
    wall.reveals(paint, s0, s1, z0, z1, 0.2)


def _untinted(wall: Wall) -> tuple[float, float, float]:
    """Factors that take the wall's own hue out, for bases of brick and stone."""
    r, g, b = wall.tint.srgb
    return 238 / max(r, 1), 238 / max(g, 1), 238 / max(b, 1)


def _flats(wall: Wall, building: Building, layout: Layout, rng: np.random.Generator, door_bay: int) -> None:
    bay_m = wall.length_m / layout.bays
    bay = np.arange(layout.bays)
    is_door = bay == door_bay
    middle = (bay + 0.5) * float(bay_m)
    gate = rng.random() < 0.2
    door_m = min(bay_m * 0.9, 2.6) if gate else min(bay_m * 0.7, 1.35)
    width = np.where(is_door, door_m, bay_m * rng.uniform(0.38, 0.52))
    floor = building.ground_floor_m
    z0 = np.where(is_door, 0.03, rng.uniform(0.95, 1.3))
    z1 = np.where(is_door, min(2.75, floor - 0.4), min(floor - 0.45, 2.9))
    s0, s1 = middle - width / 2, middle + width / 2
    _wall_around(wall, layout.style.base, middle - bay_m / 2, middle + bay_m / 2, (s0, s1, z0, z1), floor)
    panes = paint_with("solid", "panes", Semantic.BUILDING)
    window = ~is_door
    row = int(rng.integers(4))
    cells = row * 4 + rng.integers(0, 4, int(window.sum()))
    wall.rect(
        panes,
        s0[window],
        s1[window],
        z0[window],
        z1[window],
        -0.2,
        (235.0, 235.0, 235.0, 190.0),
        cell_uv(cells),
    )
    trim = np.r_[layout.trim_srgb, 235.0]
    plaster = paint_with("solid", "plaster", Semantic.BUILDING)
    wall.box(
        plaster, s0[window] - 0.06, s1[window] + 0.06, z0[window] - 0.08, z0[window], -0.02, 0.1, trim, "yz"
    )
    cell = int(rng.integers(12, 16)) if gate else int(rng.integers(12))
    _door(wall, s0[door_bay], s1[door_bay], z0[door_bay], z1[door_bay], cell)
    wall.box(
        plaster,
        s0[door_bay] - 0.16,
        s1[door_bay] + 0.16,
        z1[door_bay],
        z1[door_bay] + 0.18,
        0.0,
        0.12,
        trim,
        "y",
    )
    base = paint_with("solid", "ashlar", Semantic.BUILDING)
    grey = np.r_[np.array([200.0, 198, 194]) * rng.uniform(0.7, 1.0), 200.0]
    for a, b in ((0.0, s0[door_bay]), (s1[door_bay], wall.length_m)):
        wall.box(base, a, b, 0.0, _PLINTH_M + 0.2, 0.0, 0.045, grey, "yz")


def _door(wall: Wall, s0: float, s1: float, z0: float, z1: float, cell: int) -> None:
    doors = paint_with("solid", "doors", Semantic.BUILDING)
    wall.rect(doors, s0, s1, z0, z1, -0.2, (240.0, 240.0, 240.0, 190.0), cell_uv(np.array([cell])))
    step = paint_with("solid", "concrete", Semantic.BUILDING)
    wall.box(step, s0 - 0.1, s1 + 0.1, 0.0, z0 + 0.14, -0.2, 0.28, (190.0, 188.0, 184.0, 210.0), "yz")


def _shops(wall: Wall, building: Building, layout: Layout, rng: np.random.Generator, door_bay: int) -> None:
    bay_m = wall.length_m / layout.bays
    bay = np.arange(layout.bays)
    house_door = bay == door_bay
    middle = (bay + 0.5) * float(bay_m)
    floor = building.ground_floor_m
    band_z = floor - rng.uniform(0.85, 1.05)
    width = np.where(house_door, min(bay_m * 0.6, 1.3), bay_m - rng.uniform(0.3, 0.6))
    s0, s1 = middle - width / 2, middle + width / 2
    z0 = np.where(house_door, 0.03, 0.12 if rng.random() < 0.5 else 0.4)
    z1 = np.full(layout.bays, band_z)
    _wall_around(wall, layout.style.base, middle - bay_m / 2, middle + bay_m / 2, (s0, s1, z0, z1), floor)
    _door(wall, s0[door_bay], s1[door_bay], z0[door_bay], z1[door_bay], int(rng.integers(12)))
    for first, last in _shop_runs(layout.bays, door_bay, rng):
        _one_shop(wall, s0[first : last + 1], s1[first : last + 1], z0[first], band_z, floor, rng)


def _shop_runs(bays: int, door_bay: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Bays of each shop as (first, last): the runs left and right of the house door, cut at four bays."""
    runs = []
    for a, b in ((0, door_bay), (door_bay + 1, bays)):
        while b - a > 0:
            size = min(b - a, int(rng.integers(2, 5)))
            runs.append((a, a + size - 1))
            a += size
    return runs


def _one_shop(
    wall: Wall, s0: Floats, s1: Floats, z0: float, band_z: float, floor: float, rng: np.random.Generator
) -> None:
    count = len(s0)
    shops = paint_with("solid", "shops", Semantic.BUILDING)
    cells = rng.integers(0, 12, count)
    if rng.random() < 0.12:
        cells[:] = rng.integers(14, 16)
    entrance = int(rng.integers(count))
    windows = np.arange(count) != entrance
    shade = (238.0, 238.0, 238.0, 185.0)
    if windows.any():
        # One pane per 1.6 m or so, or goods look stretched.
        for a, b, cell in zip(s0[windows], s1[windows], cells[windows], strict=True):
            panes = max(1, round((b - a) / 1.7))
            edges = np.linspace(a, b, panes + 1)
            shown = (cell + np.arange(panes)) % 12 if cell < 12 else np.full(panes, cell)
            wall.rect(shops, edges[:-1], edges[1:], z0, band_z, -0.2, shade, cell_uv(shown))
    a, b = float(s0[entrance]), float(s1[entrance])
    door_m = min(1.5, 0.6 * (b - a))
    rest = np.array([[a, b - door_m]])
    wall.rect(shops, rest[:, 0], rest[:, 1], z0, band_z, -0.2, shade, cell_uv(cells[entrance : entrance + 1]))
    wall.rect(shops, b - door_m, b, 0.03, band_z, -0.2, shade, cell_uv(np.array([12 + int(rng.integers(2))])))
    names = paint_with("solid", "shop_names", Semantic.BUILDING)
    left, right = float(s0[0]) - 0.1, float(s1[-1]) + 0.1
    low, high = band_z + 0.08, min(band_z + rng.uniform(0.55, 0.7), floor - 0.16)
    plain = paint_with("solid", "plain", Semantic.BUILDING)
    tone = rng.uniform(40, 200)
    wall.box(plain, left, right, low, high, 0.0, 0.1, (tone, tone, tone, 235.0), "y")
    sign_m = min(right - left - 0.04, 5.2 * (high - low))
    center = (left + right) / 2
    wall.rect(
        names,
        center - sign_m / 2,
        center + sign_m / 2,
        low + 0.02,
        high - 0.02,
        0.106,
        (240.0, 240.0, 240.0, 240.0),
        cell_uv(rng.integers(0, 16, 1), 2, 8),
    )
    if rng.random() < 0.4:
        _awning(wall, left, right, band_z + 0.05, rng)


def _awning(wall: Wall, left: float, right: float, z_m: float, rng: np.random.Generator) -> None:
    """A sloping cloth with a valance; both faces, since people see it from below."""
    paint = paint_with("solid", "awning", Semantic.BUILDING)
    hue = np.r_[np.array(_AWNINGS[int(rng.integers(len(_AWNINGS)))], float) * rng.uniform(0.85, 1.15), 240.0]
    reach, drop = rng.uniform(0.9, 1.3), rng.uniform(0.35, 0.6)
    v0, v1 = (0.55, 0.95) if rng.random() < 0.5 else (0.05, 0.45)
    width = (right - left) / paint.tile_m
    s = np.array([left, right, right, left])
    top = wall.points(s, [reach, reach, 0.02, 0.02], [z_m - drop, z_m - drop, z_m, z_m])
    uv = np.array([[0, v0], [width, v0], [width, v1], [0, v1]])
    builder = wall.builder
    builder.quads(paint, top, hue, uv)
    builder.quads(paint, top[::-1], hue * [0.75, 0.75, 0.75, 0.7], uv[::-1])
    valance = wall.points(s, reach, [z_m - drop - 0.22] * 2 + [z_m - drop] * 2)
    edge = np.array([[0, v0], [width, v0], [width, v0 + 0.08], [0, v0 + 0.08]])
    builder.quads(paint, valance, hue * [0.94, 0.94, 0.94, 1.0], edge)
    builder.quads(paint, valance[::-1], hue * [0.7, 0.7, 0.7, 0.7], edge[::-1])
