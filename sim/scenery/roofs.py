"""A building in, its roof out: pitched with dormers and chimneys, or flat with a parapet."""

from __future__ import annotations

import numpy as np

from sim.errors import UsageError
from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder
from sim.scenery.layouts import Layout, sides
from sim.scenery.surfaces import paint_with
from sim.scenery.wall import Wall
from sim.taxonomy import Semantic
from sim.world import Building

__all__ = ["add_roof"]


def add_roof(builder: MeshBuilder, building: Building, layout: Layout) -> None:
    """Add the roof.

    Raises:
        UsageError: if `roof` is neither ``flat`` nor ``pitched``.
    """
    front = sides(builder, building, layout)[0]
    rng = stream(building.seed, "building/roof")
    if building.roof == "pitched":
        _pitched(front, building, layout, rng)
    elif building.roof == "flat":
        _flat(front, building, layout, rng)
    else:
        raise UsageError(f"building roof {building.roof!r}: wanted flat or pitched")


def _pitched(front: Wall, building: Building, layout: Layout, rng: np.random.Generator) -> None:
    w, d, z = building.width_m, building.depth_m, layout.height_m
    rise = min(d / 2 * rng.uniform(0.55, 0.95), 4.6)
    eave = 0.35
    low = z - eave * rise / (d / 2)
    tiles = paint_with("solid", "roof_tiles", Semantic.BUILDING)
    tone = rng.uniform(200, 250)
    slope = float(np.hypot(d / 2 + eave, rise + z - low)) / tiles.tile_m
    uv = np.array([[0, 0], [w / tiles.tile_m, 0], [w / tiles.tile_m, slope], [0, slope]])
    color = (tone, tone, tone, 250.0)
    street = front.points([0, w, w, 0], [eave, eave, -d / 2, -d / 2], [low, low, z + rise, z + rise])
    yard = front.points([w, 0, 0, w], [-d - eave, -d - eave, -d / 2, -d / 2], [low, low, z + rise, z + rise])
    front.builder.quads(tiles, np.stack([street, yard]), color, uv)
    under = front.points([w, 0, 0, w], [eave, eave, 0, 0], [low, low, z - 0.01, z - 0.01])
    wood = paint_with("solid", "plain", Semantic.BUILDING)
    front.builder.quads(wood, under, (*layout.trim_srgb * 0.8, 150.0))
    gutter = paint_with("solid", "metal", Semantic.BUILDING)
    front.box(gutter, 0.0, w, low - 0.1, low + 0.02, eave - 0.02, eave + 0.1, (96.0, 98.0, 100.0, 235.0), "")
    gable = paint_with("solid", layout.style.wall, Semantic.BUILDING)
    for s, order in ((0.0, (-d, 0.0)), (w, (0.0, -d))):
        corners = front.points([s, s, s], [order[0], order[1], -d / 2], [z, z, z + rise])
        heights = np.array([[0, 0], [d, 0], [d / 2, rise]]) / gable.tile_m
        normal = front.along * (1.0 if s > 0 else -1.0)
        tint = front.tint.at(np.array([z * 0.6] * 3))
        front.builder.triangles(gable, corners, normal, heights, tint, [[0, 1, 2]])
    _attic_windows(building, layout, rng, rise, sides(front.builder, building, layout))
    _dormers(front, building, layout, rng, rise)
    _chimneys(front, building, z + rise, rng)


def _attic_windows(
    building: Building, layout: Layout, rng: np.random.Generator, rise: float, walls: tuple[Wall, ...]
) -> None:
    """Small windows in both gables, or they would be large blank triangles."""
    panes, frame = (paint_with("solid", name, Semantic.BUILDING) for name in ("panes", "plaster"))
    for wall in (walls[1], walls[3]):
        middle, z = wall.length_m / 2, layout.height_m + 0.22 * rise
        offsets = np.array([0.0]) if rise < 2.2 or rng.random() < 0.4 else np.array([-0.9, 0.9])
        half, high = 0.38, min(1.15, 0.4 * rise)
        s = middle + offsets
        trim = np.r_[layout.trim_srgb * 0.82, 190.0]
        wall.rect(frame, s - half - 0.07, s + half + 0.07, z - 0.07, z + high + 0.07, 0.012, trim)
        cells = rng.integers(0, 16, len(s))
        shade = (225.0, 225.0, 225.0, 215.0)
        wall.rect(panes, s - half, s + half, z, z + high, 0.02, shade, cell_uv(cells))


def _dormers(front: Wall, building: Building, layout: Layout, rng: np.random.Generator, rise: float) -> None:
    if rise < 2.3 or rng.random() < 0.45:
        return
    d, z = building.depth_m, layout.height_m
    middle = (np.arange(layout.bays) + 0.5) * building.width_m / layout.bays
    s = middle[rng.random(len(middle)) < 0.6]
    if not len(s):
        return
    # The cheek's foot: the slope has risen 0.35 m above the wall head here.
    back = -0.35 * (d / 2) / rise
    half, low, high = 0.62, z + 0.32, z + 0.32 + min(1.35, rise - 0.75)
    body = paint_with("solid", "metal", Semantic.BUILDING)
    tone = rng.uniform(90, 200)
    deep = (high - z) * (d / 2) / rise
    front.box(body, s - half, s + half, low - 0.3, high, -deep - 0.2, back, (tone, tone, tone, 235.0), "yz")
    panes = paint_with("solid", "panes", Semantic.BUILDING)
    cells = rng.integers(0, 16, len(s))
    front.rect(
        panes,
        s - half + 0.12,
        s + half - 0.12,
        low,
        high - 0.12,
        back + 0.012,
        (230.0, 230.0, 230.0, 230.0),
        cell_uv(cells),
    )
    front.box(
        body,
        s - half - 0.1,
        s + half + 0.1,
        high,
        high + 0.08,
        -deep - 0.3,
        back + 0.15,
        (tone * 0.8, tone * 0.8, tone * 0.8, 245.0),
        "",
    )


def _chimneys(front: Wall, building: Building, ridge_z: float, rng: np.random.Generator) -> None:
    count = int(rng.integers(1, 4))
    s = rng.uniform(0.08, 0.92, count) * building.width_m
    brick = paint_with("solid", "brick", Semantic.BUILDING)
    out = -building.depth_m * 0.5
    front.box(
        brick,
        s - 0.35,
        s + 0.35,
        ridge_z - 1.2,
        ridge_z + 0.9,
        out - 0.3,
        out + 0.3,
        (226.0, 222.0, 218.0, 245.0),
        "z",
    )
    cap = paint_with("solid", "concrete", Semantic.BUILDING)
    front.box(
        cap,
        s - 0.42,
        s + 0.42,
        ridge_z + 0.9,
        ridge_z + 1.0,
        out - 0.37,
        out + 0.37,
        (180.0, 178.0, 174.0, 250.0),
        "z",
    )


def _flat(front: Wall, building: Building, layout: Layout, rng: np.random.Generator) -> None:
    w, d, z = building.width_m, building.depth_m, layout.height_m
    rim = rng.uniform(0.35, 0.9)
    sheet = paint_with("solid", "roof_sheet", Semantic.BUILDING)
    deck = front.points([0, w, w, 0], [0, 0, -d, -d], z + 0.02)
    front.builder.quads(sheet, deck, (225.0, 225.0, 225.0, 215.0))
    wall = paint_with("solid", layout.style.wall, Semantic.BUILDING)
    tint = np.r_[np.array(front.tint.srgb) * 0.96, 240.0]
    for a, b, o0, o1 in (
        (0.0, w, -0.25, 0.0),
        (0.0, w, -d, -d + 0.25),
        (0.0, 0.25, -d + 0.25, -0.25),
        (w - 0.25, w, -d + 0.25, -0.25),
    ):
        front.box(wall, a, b, z, z + rim, o0, o1, tint, "z")
    cap = paint_with("solid", "metal", Semantic.BUILDING)
    front.box(cap, -0.03, w + 0.03, z + rim, z + rim + 0.05, -0.29, 0.04, (150.0, 152.0, 154.0, 250.0), "")
    if rng.random() < 0.6:
        s, size = rng.uniform(0.25, 0.7) * w, min(2.0, w / 5)
        box = paint_with("solid", "concrete", Semantic.BUILDING)
        front.box(box, s, s + 2 * size, z, z + 2.3, -d * 0.75, -d * 0.45, (214.0, 212.0, 208.0, 245.0), "z")
    if rng.random() < 0.4:
        _chimneys(front, building, z + 1.2, rng)
