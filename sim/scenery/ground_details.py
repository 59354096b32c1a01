"""A world in, what lies in its ground out: gutters, drains, tactile paving before crossings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.randomness import stream
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder
from sim.scenery.paint_iron import IRON_CELLS
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import GroundPatch, World

__all__ = ["GUTTER_M", "add_ground_details"]

Floats = NDArray[np.float64]

GUTTER_M = 0.32
"""Width of the gutter."""
_LIFT_M = 0.0015
_DRAIN_LIFT_M = 0.003
_DRAIN_EVERY_M = 17.0
_DRAIN_M = (0.5, 0.3)
_TACTILE_M = (0.15, 0.95)
_TACTILE_TINTS = ((236, 234, 228), (214, 186, 96), (186, 120, 96), (150, 150, 150))


def add_ground_details(builder: MeshBuilder, world: World) -> None:
    """Add gutters and drains of class ROAD, and tactile paving of class PAVEMENT."""
    rng = stream(world.surface_seed, "scenery/gutters")
    surface = str(rng.choice(["concrete", "paving_alt", ""], p=[0.4, 0.3, 0.3]))
    tone = float(rng.uniform(0.62, 0.9)) * 255
    for index, patch in enumerate(world.ground):
        if patch.kind == "pavement" and patch.kerb_edges:
            _along_kerbs(builder, world, patch, surface, tone, stream(world.surface_seed, f"drains/{index}"))
    rng = stream(world.surface_seed, "scenery/tactile")
    if rng.random() < 0.6:
        _before_crossings(builder, world, _TACTILE_TINTS[int(rng.integers(len(_TACTILE_TINTS)))])


def _along_kerbs(
    builder: MeshBuilder,
    world: World,
    patch: GroundPatch,
    surface: str,
    tone: float,
    rng: np.random.Generator,
) -> None:
    """The gutter as a band on the carriageway, mitred where edges meet, and drains in it."""
    ring = np.array(patch.outline_m, np.float64)
    edge = np.roll(ring, -1, 0) - ring
    length = np.maximum(np.hypot(edge[:, 0], edge[:, 1]), 1e-9)
    along = edge / length[:, None]
    out = np.column_stack([along[:, 1], -along[:, 0]])
    kerbs = np.array(sorted({i % len(ring) for i in patch.kerb_edges}))
    follows = np.isin((np.arange(len(ring)) - 1) % len(ring), kerbs) & np.isin(np.arange(len(ring)), kerbs)
    # Where a kerb goes on round a corner both bands end on the corner's bisector.
    before = np.roll(out, 1, 0)
    bisector = (out + before) / (1 + (out * before).sum(1, keepdims=True))
    mitre = np.where(follows[:, None], bisector, out)
    last = np.where(np.roll(follows, -1)[:, None], np.roll(bisector, -1, 0), out)
    a, b = ring[kerbs], np.roll(ring, -1, 0)[kerbs]
    band = np.stack([a + GUTTER_M * mitre[kerbs], b + GUTTER_M * last[kerbs], b, a], 1)
    level = world.ground_height_m((a + b) / 2 + 0.5 * GUTTER_M * out[kerbs])
    is_road = np.array([other.kind == "road" for other in world.ground] + [False])
    lies = length[kerbs] > 0.05
    for share in (0.05, 0.5, 0.95):
        lies &= is_road[world.ground_patch(a + share * (b - a) + 0.9 * GUTTER_M * out[kerbs])]
    if surface and lies.any():
        paint = paint_with("decal", surface, Semantic.ROAD)
        shade = np.array([[1.0], [1.0], [0.86], [0.86]]) * tone
        color = np.concatenate([np.repeat(shade, 3, 1), np.full((4, 1), 250.0)], 1)
        run = np.cumsum(length[kerbs]) / paint.tile_m
        start = run - length[kerbs] / paint.tile_m
        v = GUTTER_M / paint.tile_m
        u = np.stack([start, run, run, start], 1)
        uv = np.stack([u, np.broadcast_to([0.0, 0.0, v, v], u.shape)], -1)
        points = np.concatenate([band, np.broadcast_to(level[:, None, None], (*band.shape[:2], 1))], -1)
        points[..., 2] += _LIFT_M
        builder.quads(paint, points[lies], color, uv[lies])
    _drains(builder, a[lies], along[kerbs][lies], out[kerbs][lies], length[kerbs][lies], level[lies], rng)


def _drains(
    builder: MeshBuilder,
    start: Floats,
    along: Floats,
    out: Floats,
    length: Floats,
    level: Floats,
    rng: np.random.Generator,
) -> None:
    """A grate every 17 m or so, its longer side along the kerb."""
    total, ends = float(length.sum()), np.cumsum(length)
    cell, paint = int(rng.choice(IRON_CELLS["drain"])), paint_with("decal", "iron", Semantic.ROAD)
    for s in np.arange(float(rng.uniform(2.0, _DRAIN_EVERY_M)), total, _DRAIN_EVERY_M):
        k = int(np.searchsorted(ends, s))
        left = s - (ends[k] - length[k])
        if left + _DRAIN_M[0] > length[k]:
            continue
        foot = start[k] + along[k] * left
        near, far = 0.02, 0.02 + _DRAIN_M[1]
        at = np.array([[0.0, far], [_DRAIN_M[0], far], [_DRAIN_M[0], near], [0.0, near]])
        corners = foot + at @ np.stack([along[k], out[k]])
        points = np.column_stack([corners, np.full(4, level[k] + _DRAIN_LIFT_M)])
        builder.quads(paint, points, (235.0, 235.0, 235.0, 245.0), cell_uv(cell))


def _before_crossings(builder: MeshBuilder, world: World, tint: tuple[int, int, int]) -> None:
    """A band of slabs behind the kerb at both ends of every crossing that ends at a straight kerb."""
    paint = paint_with("decal", "tactile", Semantic.PAVEMENT)
    for crossing in world.network.crosswalks:
        ring = np.array(crossing.outline_m)
        for kerb, other in ((crossing.start_m, crossing.end_m), (crossing.end_m, crossing.start_m)):
            a, toward = np.array(kerb), np.array(other) - np.array(kerb)
            inward = -toward / max(float(np.hypot(*toward)), 1e-9)
            side = np.array([-inward[1], inward[0]])
            half = float(np.abs((ring - a) @ side).max())
            near, far = _TACTILE_M
            at = np.array([[near, -half], [far, -half], [far, half], [near, half]])
            corners = a + at @ np.stack([inward, side])
            # Counter-clockwise seen from above, whichever way the crossing runs.
            edge, last = corners[1] - corners[0], corners[3] - corners[0]
            corners = corners if edge[0] * last[1] - edge[1] * last[0] > 0 else corners[::-1]
            probe = corners * 0.98 + corners.mean(0) * 0.02
            level = world.ground_height_m(np.concatenate([probe, corners.mean(0)[None]]))
            patches = world.ground_patch(probe)
            if (patches < 0).any() or any(world.ground[k].kind != "pavement" for k in patches):
                continue
            points = np.column_stack([corners, np.full(4, level.max() + 0.003)])
            builder.quads(paint, points, (*tint, 250.0), corners @ np.stack([inward, side], 1) / paint.tile_m)
