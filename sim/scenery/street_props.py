"""Props in, what serves people in streets out: post boxes, kiosks, containers, cafe tables, flower beds."""

from __future__ import annotations

import numpy as np

from sim.scenery.atlas import cell_uv
from sim.scenery.builder import unit
from sim.scenery.stand import Color, Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = ["add_cafe_table", "add_dumpster", "add_flower_bed", "add_kiosk", "add_news_box", "add_post_box"]

Rng = np.random.Generator

_CLOTHS: tuple[Color, ...] = ((196, 188, 170), (150, 60, 54), (70, 96, 78), (64, 80, 112), (204, 168, 92))
_FLOWERS: tuple[Color, ...] = (
    (190, 60, 70),
    (206, 170, 60),
    (168, 100, 170),
    (214, 208, 204),
    (206, 120, 70),
)


def add_cafe_table(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A table with two chairs, half of them under a parasol."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    wood = paint_with("solid", "wood", Semantic.STREET_FURNITURE)
    tone = rng.uniform(170, 245)
    stand.tube(metal, (0, 0, 0), (0, 0, 0.72), 0.03, (60, 60, 62))
    stand.tube(metal, (0, 0, 0), (0, 0, 0.03), 0.22, (60, 60, 62), sides=12, capped=True)
    stand.tube(wood, (0, 0, 0.71), (0, 0, 0.74), 0.36, (tone, tone, tone), sides=16, capped=True)
    hue: Color = ((70, 72, 74), (150, 60, 50), (190, 180, 160))[int(rng.integers(3))]
    for side in (-1, 1):
        y = 0.62 * side
        stand.box(metal, (0, y, 0.45), (0.4, 0.4, 0.03), hue)
        stand.box(metal, (0, y + 0.19 * side, 0.68), (0.38, 0.03, 0.34), hue)
        legs = [(dx, y + dy, 0.22) for dx in (-0.17, 0.17) for dy in (-0.17, 0.17)]
        stand.box(metal, legs, (0.03, 0.03, 0.45), hue, 200, "zZ")
    if rng.random() < 0.5:
        _parasol(stand, rng)


def _parasol(stand: Stand, rng: Rng) -> None:
    """Eight gores of cloth on a pole, above heads; both faces, since people see it from below."""
    pole = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    cloth = paint_with("solid", "plain", Semantic.STREET_FURNITURE)
    hue = _CLOTHS[int(rng.integers(len(_CLOTHS)))]
    pale: Color = (226, 222, 212) if rng.random() < 0.4 else hue
    radius, rim, top = float(rng.uniform(0.85, 1.1)), 2.12, 2.5
    # A little toward the houses, so that it hangs over the pavement, not over the street.
    middle = np.array([-0.3, 0.0])
    stand.tube(pole, (-0.3, 0, 0.0), (-0.3, 0, top + 0.06), 0.022, (180, 178, 174))
    turn = np.arange(9) * np.pi / 4
    edge = np.column_stack([middle + radius * np.column_stack([np.cos(turn), np.sin(turn)]), np.full(9, rim)])
    peak = np.array([*middle, top])
    for k in range(8):
        tint = hue if k % 2 else pale
        gore = np.stack([edge[k], edge[k + 1], peak])
        normal = unit(np.cross(gore[1] - gore[0], gore[2] - gore[0])) @ stand.axes
        uv = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 1.0]])
        stand.builder.triangles(cloth, stand.at(gore), normal, uv, (*tint, 240.0), [[0, 1, 2]])
        below = (*(0.7 * c for c in tint), 150.0)
        stand.builder.triangles(cloth, stand.at(gore), -normal, uv, below, [[0, 2, 1]])


def add_post_box(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A post box: a round pillar with a cap, or a box on a foot."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    hue: Color = ((178, 34, 30), (206, 168, 36), (40, 84, 150))[int(rng.integers(3))]
    dark: Color = (hue[0] * 0.5, hue[1] * 0.5, hue[2] * 0.5)
    if rng.random() < 0.5:
        stand.tube(metal, (0, 0, 0), (0, 0, 0.16), 0.23, (34, 34, 36), sides=14, ao=190)
        stand.tube(metal, (0, 0, 0.16), (0, 0, 1.36), 0.21, hue, sides=14)
        stand.tube(metal, (0, 0, 1.36), (0, 0, 1.44), 0.25, hue, sides=14)
        stand.tube(metal, (0, 0, 1.44), (0, 0, 1.54), 0.25, hue, end_radius_m=0.1, sides=14, capped=True)
        stand.box(metal, (0.2, 0, 1.2), (0.04, 0.22, 0.035), (12, 12, 12), 120)
    else:
        stand.tube(metal, (0, 0, 0), (0, 0, 0.85), 0.045, (70, 72, 74))
        stand.box(metal, (0, 0, 1.12), (0.34, 0.44, 0.56), hue)
        stand.box(metal, (0, 0, 1.42), (0.37, 0.47, 0.04), dark)
        stand.box(metal, (0.172, 0, 1.3), (0.02, 0.3, 0.035), (12, 12, 12), 120)


def add_news_box(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A box that sells papers, a window in its front."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    posters = paint_with("solid", "posters", Semantic.STREET_FURNITURE)
    hue = _CLOTHS[int(rng.integers(len(_CLOTHS)))]
    stand.box(metal, (0, 0, 0.12), (0.3, 0.34, 0.24), (50, 52, 54), 200, "z")
    stand.box(metal, (0, 0, 0.66), (0.42, 0.46, 0.86), hue)
    face = [[0.213, -0.18, 0.55], [0.213, 0.18, 0.55], [0.213, 0.18, 1.0], [0.213, -0.18, 1.0]]
    stand.quad(posters, face, (225, 225, 225), 235, cell_uv(int(rng.integers(16))))


def add_dumpster(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Containers on wheels, side by side, each with the color of what goes in."""
    plastic = paint_with("solid", "plain", Semantic.BIN)
    hues: tuple[Color, ...] = ((62, 68, 66), (38, 78, 56), (40, 66, 108), (150, 128, 40), (96, 70, 52))
    count = int(rng.integers(1, 4))
    for k in range(count):
        hue = hues[int(rng.integers(len(hues)))]
        y = 1.45 * (k - (count - 1) / 2)
        wheels = [(dx, y + dy, 0.08) for dx in (-0.38, 0.38) for dy in (-0.5, 0.5)]
        stand.box(plastic, wheels, (0.16, 0.06, 0.16), (24, 24, 26), 160)
        stand.box(plastic, (0, y, 0.68), (1.0, 1.3, 1.04), hue, 215)
        stand.box(plastic, (0.02, y, 1.24), (1.1, 1.36, 0.1), (hue[0] * 0.8, hue[1] * 0.8, hue[2] * 0.8))
        stand.box(plastic, (0.0, y, 1.33), (0.7, 1.2, 0.1), (hue[0] * 0.8, hue[1] * 0.8, hue[2] * 0.8))
        stand.box(plastic, (0.51, y, 0.95), (0.04, 0.9, 0.05), (30, 30, 32), 200)


def add_kiosk(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A booth with a counter and papers behind glass under a roof that reaches out."""
    wall = paint_with("solid", "cladding" if rng.random() < 0.5 else "metal", Semantic.BUILDING)
    plain, goods, names = (
        paint_with("solid", surface, Semantic.BUILDING) for surface in ("plain", "shops", "shop_names")
    )
    hue = _CLOTHS[int(rng.integers(len(_CLOTHS)))]
    stand.box(wall, (-0.2, 0, 1.25), (1.9, 2.5, 2.5), hue, 225, "z")
    stand.box(plain, (0.0, 0, 2.56), (2.6, 2.9, 0.14), (hue[0] * 0.6, hue[1] * 0.6, hue[2] * 0.6))
    stand.box(plain, (0.86, 0, 1.0), (0.3, 2.3, 0.06), (186, 182, 174))
    for y, cell in ((-0.55, int(rng.integers(12))), (0.55, int(rng.integers(12)))):
        x, low, high = 0.762, 1.06, 2.1
        pane = [[x, y - 0.52, low], [x, y + 0.52, low], [x, y + 0.52, high], [x, y - 0.52, high]]
        stand.quad(goods, pane, (238, 238, 238), 190, cell_uv(cell))
    band = [[0.764, -1.15, 2.18], [0.764, 1.15, 2.18], [0.764, 1.15, 2.46], [0.764, -1.15, 2.46]]
    stand.quad(names, band, (240, 240, 240), 235, cell_uv(int(rng.integers(16)), 2, 8))


def add_flower_bed(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Soil along local y with low flowers of a few colors on it."""
    soil = paint_with("solid", "earth", Semantic.TERRAIN)
    leaves = paint_with("cutout", "leaves_small", Semantic.VEGETATION)
    stand.box(soil, (0, 0, 0.0), (0.8, prop.length_m, 0.1), (170, 160, 150), 225, "z")
    count = max(6, round(9 * prop.length_m))
    at = np.column_stack(
        [
            rng.uniform(-0.32, 0.32, count),
            rng.uniform(-0.5, 0.5, count) * (prop.length_m - 0.2),
            np.zeros(count),
        ]
    )
    up = unit(np.column_stack([rng.normal(0, 0.4, (count, 2)), np.ones(count)]))
    right = unit(np.cross(up, rng.normal(0, 1, (count, 3))))
    face = np.cross(right, up)
    half, high = rng.uniform(0.12, 0.2, (count, 1)), rng.uniform(0.2, 0.42, (count, 1))
    foot = at + np.array([0.0, 0.0, 0.04])
    r, u = right * half, up * high
    corners = np.stack([foot - r, foot + r, foot + r + u, foot - r + u], 1)
    picked = np.array(_FLOWERS)[rng.choice(len(_FLOWERS), 3, replace=False)]
    green = np.array([92.0, 110, 62])
    tint = np.where(rng.random((count, 1)) < 0.45, green, picked[rng.integers(0, 3, count)])
    color = np.concatenate([tint * rng.uniform(0.85, 1.15, (count, 1)), np.full((count, 1), 220.0)], 1)
    base = np.arange(count)[:, None] * 4
    faces = np.concatenate([base + np.array(h) for h in ([0, 1, 2], [0, 2, 3])])
    uv = cell_uv(rng.integers(0, 4, count), 2).reshape(-1, 2)
    lit = unit(face + np.array([0.0, 0.0, 0.4])) @ stand.axes
    points = stand.at(corners.reshape(-1, 3))
    stand.builder.triangles(leaves, points, np.repeat(lit, 4, 0), uv, np.repeat(color, 4, 0), faces)
