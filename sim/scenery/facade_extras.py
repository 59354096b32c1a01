"""A building in, what stands before or grows on its front out: scaffolding and ivy."""

from __future__ import annotations

import numpy as np

from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder, unit
from sim.scenery.layouts import Layout, sides
from sim.scenery.surfaces import paint_with
from sim.scenery.wall import Wall
from sim.taxonomy import Semantic
from sim.world import Building

__all__ = ["SCAFFOLD_M", "add_facade_extras"]

SCAFFOLD_M = 1.2
"""How far scaffolding reaches out from a front."""

_LIFT_M, _BAY_M, _NEAR_M, _FAR_M = 2.0, 2.2, 0.25, 1.1
_IVY_SHARE = 0.07
_GREEN, _RED = np.array([84.0, 100, 58]), np.array([128.0, 64, 48])


def add_facade_extras(builder: MeshBuilder, building: Building, layout: Layout) -> None:
    """Add scaffolding (class BUILDING) where the building has it; ivy (class VEGETATION) on some others."""
    wall = sides(builder, building, layout)[0]
    rng = stream(building.seed, "building/extras")
    if building.has_scaffold:
        _scaffold(wall, layout.height_m, rng)
    elif rng.random() < _IVY_SHARE and not building.has_shop:
        _ivy(wall, layout.height_m, rng)


def _scaffold(wall: Wall, height_m: float, rng: np.random.Generator) -> None:
    """Two rows of standards, planks and rails at every lift, a diagonal in each end bay."""
    metal = paint_with("solid", "metal", Semantic.BUILDING)
    wood = paint_with("solid", "wood", Semantic.BUILDING)
    steel = (168.0, 170.0, 172.0, 225.0)
    lifts = np.arange(1, int((height_m + 0.4) / _LIFT_M) + 1) * _LIFT_M
    top = float(lifts[-1]) + 1.0 if len(lifts) else _LIFT_M
    s = np.linspace(0.15, wall.length_m - 0.15, max(2, round(wall.length_m / _BAY_M) + 1))
    for out in (_NEAR_M, _FAR_M):
        wall.builder.tubes(metal, wall.points(s, out, 0.0), wall.points(s, out, top), 0.026, 0.026, 5, steel)
    tone = rng.uniform(170, 220)
    for z in lifts.tolist():
        wall.box(wood, s[0], s[-1], z, z + 0.05, _NEAR_M, _FAR_M, (tone, tone, tone, 215.0), "")
        for rise in (0.5, 1.0):
            ends = wall.points(s[[0]], _FAR_M, z + rise), wall.points(s[[-1]], _FAR_M, z + rise)
            wall.builder.tubes(metal, *ends, 0.024, 0.024, 5, steel)
        wall.box(wood, s[0], s[-1], z + 0.05, z + 0.2, _FAR_M - 0.03, _FAR_M, (tone, tone, tone, 225.0), "y")
    for a, b in ((0, 1), (-1, -2)):
        low, high = np.r_[0.0, lifts[:-1]], lifts
        foot, head = wall.points(s[a], _FAR_M, low), wall.points(s[b], _FAR_M, high)
        wall.builder.tubes(metal, foot, head, 0.022, 0.022, 5, steel)
    if rng.random() < 0.4:
        # Sheets hang on the upper lifts.
        cloth = paint_with("solid", "plain", Semantic.BUILDING)
        hue = (206.0, 210.0, 206.0, 220.0) if rng.random() < 0.5 else (92.0, 128.0, 104.0, 220.0)
        first = int(rng.integers(len(s) - 1))
        wall.box(cloth, s[first], s[-1], _LIFT_M, top - 0.05, _FAR_M + 0.03, _FAR_M + 0.045, hue, "")


def _ivy(wall: Wall, height_m: float, rng: np.random.Generator) -> None:
    """Leaf cards that lie on the wall, dense near where the stem rises, up to two thirds of its height."""
    stem = float(rng.uniform(0.1, 0.9)) * wall.length_m
    reach, high = float(rng.uniform(1.5, 4.0)), float(rng.uniform(0.4, 0.9)) * min(height_m, 9.0)
    count = int(60 * reach)
    z = high * rng.random(count) ** 0.8
    s = stem + rng.normal(0, 0.42, count) * reach * (1.15 - z / high)
    keep = (s > 0.3) & (s < wall.length_m - 0.3)
    s, z = s[keep], z[keep] + 0.15
    count = len(s)
    center = wall.points(s, rng.uniform(0.06, 0.2, count), z)
    face = unit(wall.outward + rng.normal(0, 0.3, (count, 3)))
    right = unit(np.cross(face, rng.normal(0, 1, (count, 3))))
    up = np.cross(face, right)
    half = rng.uniform(0.2, 0.36, (count, 1))
    r, u = right * half, up * half
    corners = np.stack([center - r - u, center + r - u, center + r + u, center - r + u], 1).reshape(-1, 3)
    hue = _RED if rng.random() < 0.2 else _GREEN
    color = np.concatenate([hue * rng.uniform(0.8, 1.2, (count, 1)), rng.uniform(150, 225, (count, 1))], 1)
    base = np.arange(count)[:, None] * 4
    faces = np.concatenate([base + np.array(h) for h in ([0, 1, 2], [0, 2, 3])])
    uv = cell_uv(rng.integers(0, 4, count), 2).reshape(-1, 2)
    paint = paint_with("cutout", "leaves", Semantic.VEGETATION)
    wall.builder.triangles(paint, corners, np.repeat(face, 4, 0), uv, np.repeat(color, 4, 0), faces)
