"""Markings in, painted polygons a little above the ground out; and repairs of the asphalt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder
from sim.scenery.cutting import inside, triangulate
from sim.scenery.ground import tint_road
from sim.scenery.paint_iron import IRON_CELLS
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import GroundPatch, Marking

__all__ = ["add_markings", "add_road_repairs"]

Floats = NDArray[np.float64]

_PAINT_LIFT_M = 0.004
_REPAIR_LIFT_M = 0.002
_WORN_FROM = 0.3


def add_markings(builder: MeshBuilder, markings: Sequence[Marking]) -> None:
    """Add every marking.

    Raises:
        UsageError: for a ring with fewer than three corners or wear outside 0..1.
    """
    for i, marking in enumerate(markings):
        if len(marking.outline_m) < 3:
            raise UsageError(
                f"markings[{i}].outline_m has {len(marking.outline_m)} corners: wanted at least 3"
            )
        if not 0.0 <= marking.wear <= 1.0:
            raise UsageError(f"markings[{i}].wear {marking.wear}: wanted 0 to 1")
    for worn in (False, True):
        chosen = [m for m in markings if (m.wear >= _WORN_FROM) == worn]
        if not chosen:
            continue
        paint = paint_with("decal", "paint_worn" if worn else "paint", Semantic.MARKING)
        soups, heights, tints = [], [], []
        for marking in chosen:
            soup = triangulate(np.array(marking.outline_m, np.float64))
            soups.append(soup)
            heights.append(np.full(len(soup) * 3, marking.z_m + _PAINT_LIFT_M))
            tints.append(np.full(len(soup) * 3, 252.0 - 46.0 * marking.wear))
        points = np.concatenate(soups).reshape(-1, 2)
        value = np.concatenate(tints)
        color = np.column_stack([value, value, value, np.full(len(value), 255.0)])
        positions = np.column_stack([points, np.concatenate(heights)])
        faces = np.arange(len(points)).reshape(-1, 3)
        builder.triangles(paint, positions, (0.0, 0.0, 1.0), points / paint.tile_m, color, faces)


def add_road_repairs(
    builder: MeshBuilder, ground: Sequence[GroundPatch], surface_seed: int, *, has_pipes: bool = True
) -> None:
    """Add patches of other asphalt, sealed cracks and, where there are pipes below, covers and trenches.

    All are of class ROAD.
    """
    rng = stream(surface_seed, "scenery/repairs")
    rings = [np.array(patch.outline_m, np.float64) for patch in ground]
    lows, highs = np.array([ring.min(0) for ring in rings]), np.array([ring.max(0) for ring in rings])
    for index, patch in enumerate(ground):
        if patch.kind != "road":
            continue
        ring, low, high = rings[index], lows[index], highs[index]
        near = ((lows[index + 1 :] <= high) & (highs[index + 1 :] >= low)).all(1)
        others = [rings[k] for k in np.flatnonzero(near) + index + 1]
        edges = np.roll(ring, -1, 0) - ring
        # Edges of a street that is laid in squares do not all run along it.
        cut = (ring == low) | (ring == high) if patch.grain_rad is not None else np.zeros_like(ring, bool)
        is_cut = (cut & np.roll(cut, -1, 0)).any(1)
        along = edges[int(np.argmax(np.hypot(edges[:, 0], edges[:, 1]) * ~is_cut))]
        along = along / np.hypot(*along)
        count = int(np.clip(np.prod(high - low) / 70.0, 1, 90))
        for _ in range(count):
            center = rng.uniform(low, high)
            kind = rng.choice(["patch", "trench", "crack", "crack", "seam", "cover", "cover", "lid"])
            size = {
                "patch": rng.uniform([0.6, 0.4], [3.0, 0.9]),
                "trench": rng.uniform([0.25, 1.2], [0.6, 2.4]),
                "crack": rng.uniform([0.8, 0.3], [2.6, 0.7]),
                "seam": rng.uniform([2.0, 0.06], [7.0, 0.06]),
                "cover": np.array([0.36, 0.36]),
                "lid": np.array([0.13, 0.13]),
            }[kind]
            frame = np.stack([along, [-along[1], along[0]]])
            corners = center + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size @ frame
            probe = np.concatenate([corners, corners * 0.5 + np.roll(corners, 1, 0) * 0.5])
            seed = int(rng.integers(1 << 31))
            if kind in _OVER_PIPES and not has_pipes:
                continue
            if inside(ring, probe).all() and not any(inside(o, probe).any() for o in others):
                _DRAW[kind](builder, center, size, frame, patch.z_m + _REPAIR_LIFT_M, seed)


def _patch(builder: MeshBuilder, center: Floats, size: Floats, frame: Floats, z_m: float, seed: int) -> None:
    rng = stream(seed, "repair")
    paint = paint_with("decal", "asphalt_patch", Semantic.ROAD)
    corners = center + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size @ frame
    tone = rng.uniform(0.72, 1.0)
    color = tint_road(corners, np.zeros(4), seed) * [tone, tone, tone, 1.0]
    builder.quads(paint, _flat(corners, z_m), color, corners / paint.tile_m)


def _crack(builder: MeshBuilder, center: Floats, size: Floats, frame: Floats, z_m: float, seed: int) -> None:
    """A band of bitumen that wanders along the road."""
    rng = stream(seed, "crack")
    steps = 9
    s = np.linspace(-1, 1, steps) * size[0]
    t = np.clip(np.cumsum(rng.normal(0, 0.14, steps)), -size[1], size[1])
    half = rng.uniform(0.010, 0.026, steps)
    left, right = np.column_stack([s, t + half]), np.column_stack([s, t - half])
    quads = np.stack([right[:-1], right[1:], left[1:], left[:-1]], 1) @ frame + center
    paint = paint_with("decal", "asphalt_patch", Semantic.ROAD)
    builder.quads(paint, _flat(quads, z_m), (132.0, 132.0, 134.0, 255.0), quads / paint.tile_m)


def _cover(builder: MeshBuilder, center: Floats, size: Floats, frame: Floats, z_m: float, seed: int) -> None:
    paint = paint_with("decal", "iron", Semantic.ROAD)
    box = cell_uv(int(stream(seed, "cover").choice(IRON_CELLS["cover"])))
    uv_box = (box[0, 0], box[0, 1], box[2, 0], box[2, 1])
    builder.disc(
        paint,
        [*center, z_m],
        (0.0, 0.0, 1.0),
        float(size[0]) * 0.95,
        20,
        (235.0, 235.0, 235.0, 255.0),
        uv_box,
    )


def _flat(points: Floats, z_m: float) -> Floats:
    return np.concatenate([points, np.full((*points.shape[:-1], 1), z_m)], -1)


def _lid(builder: MeshBuilder, center: Floats, size: Floats, frame: Floats, z_m: float, seed: int) -> None:
    """The small square lid of a tap."""
    cells = IRON_CELLS["lid"]
    corners = center + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size @ frame
    paint = paint_with("decal", "iron", Semantic.ROAD)
    builder.quads(paint, _flat(corners, z_m), (235.0, 235.0, 235.0, 255.0), cell_uv(cells[seed % len(cells)]))


def _seam(builder: MeshBuilder, center: Floats, size: Floats, frame: Floats, z_m: float, seed: int) -> None:
    """A joint between two strips of asphalt, sealed with tar."""
    half = 0.03 + 0.02 * (seed % 3)
    corners = center + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [size[0], half] @ frame
    paint = paint_with("decal", "asphalt_patch", Semantic.ROAD)
    builder.quads(paint, _flat(corners, z_m), (120.0, 120.0, 123.0, 255.0), corners / paint.tile_m)


_OVER_PIPES = frozenset({"trench", "cover", "lid"})
_DRAW = {"patch": _patch, "trench": _patch, "crack": _crack, "seam": _seam, "cover": _cover, "lid": _lid}
