"""A world in, what lies beyond it out: ground to the horizon, far streets, houses, trees and hills."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.randomness import stream
from sim.scenery.builder import MeshBuilder
from sim.scenery.corridors import Corridor, add_corridor, corridors_of, far_rows, far_tree_places
from sim.scenery.cutting import cut_grid
from sim.scenery.far_things import add_far_house, add_far_trees
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import World

__all__ = ["add_skyline"]

Floats = NDArray[np.float64]

APRON_M = 400.0
_APRON_Z_M = -0.06
_CELL_M = 26.0
_HILLS = 160
_FARM_SHARE, _FARM_AWAY_M, _WOOD_LEVEL = 0.025, 45.0, 0.35
_WOOD_WAVES = (
    ((0.021, 0.008), (-0.006, 0.019)),
    ((0.009, -0.013), (0.016, 0.011)),
    ((0.04, 0.0), (0.0, 0.04)),
)


def add_skyline(builder: MeshBuilder, world: World) -> None:
    """Add everything outside `bounds_m`."""
    seed = world.surface_seed
    corridors = corridors_of(world)
    _apron(builder, world.bounds_m, seed)
    _hills(builder, world.bounds_m, seed)
    for corridor in corridors:
        add_corridor(builder, corridor, seed)
    houses = _clear_of_world(far_rows(corridors, seed), world.bounds_m, corridors)
    rng = stream(seed, "skyline/houses")
    heights = [b.ground_floor_m + b.floor_m * (b.floors - 1) for b in world.buildings] or [7.0]
    usual = float(np.median(heights))
    for foot, direction, width, depth in houses:
        add_far_house(builder, foot, direction, width, depth, usual * float(rng.uniform(0.65, 1.3)), rng)
    _scatter(builder, world, corridors, houses, usual)
    if world.surroundings == "town":
        _towers(builder, world.bounds_m, corridors, seed)


def _clear_of_world(
    houses: list[tuple[Floats, Floats, float, float]],
    bounds: tuple[float, float, float, float],
    corridors: tuple[Corridor, ...],
) -> list[tuple[Floats, Floats, float, float]]:
    """Far houses whose plan touches neither the world nor a street."""
    x0, y0, x1, y1 = bounds
    kept = []
    for foot, direction, width, depth in houses:
        into = np.array([-direction[1], direction[0]])
        s, t = np.meshgrid(np.linspace(0, width, 5), np.linspace(0.1, depth, 4))
        plan = foot + s.ravel()[:, None] * direction + t.ravel()[:, None] * into
        within = (plan > [x0, y0]).all(1) & (plan < [x1, y1]).all(1)
        if not within.any() and not any(c.covers(plan, 0.0).any() for c in corridors):
            kept.append((foot, direction, width, depth))
    return kept


def _apron(builder: MeshBuilder, bounds: tuple[float, float, float, float], seed: int) -> None:
    x0, y0, x1, y1 = bounds
    rings = np.array([10.0, 25.0, 50.0, 90.0, 150.0, 250.0, APRON_M])
    x = np.concatenate([x0 - rings[::-1], np.arange(x0, x1, 20.0), [x1], x1 + rings])
    y = np.concatenate([y0 - rings[::-1], np.arange(y0, y1, 20.0), [y1], y1 + rings])
    gx, gy = np.meshgrid(x, y, indexing="ij")
    points = np.stack([gx.ravel(), gy.ravel()], 1)
    i, j = np.meshgrid(np.arange(len(x) - 1), np.arange(len(y) - 1), indexing="ij")
    q, n = (i * len(y) + j).ravel(), len(y)
    faces = np.concatenate([np.stack([q, q + n, q + n + 1], 1), np.stack([q, q + n + 1, q + 1], 1)])
    rng = stream(seed, "skyline/apron")
    tone = rng.uniform(190, 245, len(points))
    color = np.column_stack(
        [tone * rng.uniform(0.95, 1.05, len(points)), tone, tone * 0.96, np.full(len(points), 255.0)]
    )
    paint = paint_with("ground", "grass", Semantic.TERRAIN)
    positions = np.column_stack([points, np.full(len(points), _APRON_Z_M)])
    builder.triangles(paint, positions, (0.0, 0.0, 1.0), points / paint.tile_m, color, faces)


def _hills(builder: MeshBuilder, bounds: tuple[float, float, float, float], seed: int) -> None:
    """A closed band of wooded hills at the rim of the apron."""
    x0, y0, x1, y1 = bounds
    middle, half = np.array([x0 + x1, y0 + y1]) / 2, np.array([x1 - x0, y1 - y0]) / 2
    turn = np.arange(_HILLS) * 2 * np.pi / _HILLS
    rng = stream(seed, "skyline/hills")
    wave = sum(np.sin(k * turn + rng.uniform(0, 7)) * rng.uniform(0.4, 1) / k**0.5 for k in range(1, 9))
    height = 17 + 7 * np.asarray(wave) + rng.normal(0, 1.0, _HILLS)
    ray = np.column_stack([np.cos(turn), np.sin(turn)])
    near, far = middle + ray * (half + APRON_M - 60), middle + ray * (half + APRON_M + 20)
    foot = np.column_stack([near, np.full(_HILLS, -1.0)])
    crest = np.column_stack([far, np.maximum(height, 4.0)])
    # Seen from the middle, counter-clockwise angle runs to the left.
    quads = np.stack([np.roll(foot, -1, 0), foot, crest, np.roll(crest, -1, 0)], 1)
    tone = rng.uniform(0.85, 1.1, (_HILLS, 1, 1)) * np.array([94.0, 108.0, 84.0])
    color = np.concatenate([np.broadcast_to(tone, (_HILLS, 4, 3)), np.full((_HILLS, 4, 1), 225.0)], -1)
    builder.quads(paint_with("solid", "hedge", Semantic.VEGETATION), quads, color, quads[..., :2] / 40.0)


def _towers(
    builder: MeshBuilder,
    bounds: tuple[float, float, float, float],
    corridors: tuple[Corridor, ...],
    seed: int,
) -> None:
    """A few tall blocks far out, seen over the roofs."""
    rng = stream(seed, "skyline/towers")
    x0, y0, x1, y1 = bounds
    middle, half = np.array([x0 + x1, y0 + y1]) / 2, np.array([x1 - x0, y1 - y0]) / 2
    for _ in range(int(rng.integers(4, 13))):
        turn, away = rng.uniform(0, 2 * np.pi), rng.uniform(195.0, 330.0)
        at = middle + np.array([np.cos(turn), np.sin(turn)]) * (half + away)
        width, depth = float(rng.uniform(12, 30)), float(rng.uniform(11, 16))
        heading, height = rng.uniform(0, np.pi), float(rng.choice([rng.uniform(18, 30), rng.uniform(28, 60)]))
        if not any(c.covers(at[None], 30.0)[0] for c in corridors):
            direction = np.array([np.cos(heading), np.sin(heading)])
            add_far_house(builder, at, direction, width, depth, height, rng)


def _is_wooded(at: Floats, seed: int) -> bool:
    """Whether a wood stands at a place (2,): smooth waves, above a level on three tenths of the country."""
    phase = stream(seed, "skyline/woods").uniform(0, 2 * np.pi, (3, 2))
    waves = sum(np.sin(at @ np.array(k) + phase[n]).prod() for n, k in enumerate(_WOOD_WAVES))
    return float(waves) > _WOOD_LEVEL


def _occupied(world: World) -> tuple[cKDTree, cKDTree]:
    """Points all over the streets (a metre or two apart) and all over the buildings."""
    streets = [np.full((1, 2), 1e9)]
    for patch in world.ground:
        if patch.kind in ("road", "pavement"):
            streets.append(
                cut_grid(np.array(patch.outline_m, np.float64), np.array([1.0, 0.0]), (6.0, 6.0)).mean(1)
            )
            streets.append(np.array(patch.outline_m, np.float64))
    blocks = [np.full((1, 2), 1e9)]
    for b in world.buildings:
        s, t = np.meshgrid(np.linspace(0, b.width_m, 6), np.linspace(0, b.depth_m, 4))
        c, n = np.cos(b.yaw_rad), np.sin(b.yaw_rad)
        blocks.append(
            np.column_stack([b.x_m + s.ravel() * c - t.ravel() * n, b.y_m + s.ravel() * n + t.ravel() * c])
        )
    return cKDTree(np.concatenate(streets)), cKDTree(np.concatenate(blocks))


def _scatter(
    builder: MeshBuilder,
    world: World,
    corridors: tuple[Corridor, ...],
    houses: list[tuple[Floats, Floats, float, float]],
    usual_m: float,
) -> None:
    """Houses and trees on a jittered grid around the world and behind its buildings, off its streets.

    In the country trees stand in woods, and single houses between fields.
    """
    is_town = world.surroundings == "town"
    rng = stream(world.surface_seed, "skyline/scatter")
    x0, y0, x1, y1 = world.bounds_m
    reach = 190.0
    nowhere = np.full(2, 1e9)
    rows = np.array([foot + direction * w / 2 for foot, direction, w, _ in houses] or [nowhere])
    streets, blocks = _occupied(world)
    clumps: list[list[float]] = far_tree_places(corridors, world.surface_seed)
    for gx in np.arange(x0 - reach, x1 + reach, _CELL_M):
        for gy in np.arange(y0 - reach, y1 + reach, _CELL_M):
            at = np.array([gx, gy]) + rng.uniform(0.2, 0.8, 2) * _CELL_M
            kind, turn = float(rng.random()), float(rng.integers(4)) * np.pi / 2
            width, depth = float(rng.uniform(9, 18)), float(rng.uniform(9, 13))
            height, crown = usual_m * float(rng.uniform(0.6, 1.5)), float(rng.uniform(2.6, 5.0))
            if any(c.covers(at[None], 20.0)[0] for c in corridors) or np.hypot(*(rows - at).T).min() < 20.0:
                continue
            free_m = min(streets.query(at)[0], blocks.query(at)[0])
            if not is_town and kind > _FARM_SHARE:
                kind = 1.0 if _is_wooded(at, world.surface_seed) else 0.0
            elif not is_town:
                free_m -= _FARM_AWAY_M
            if (is_town or kind) and kind < 0.5 and free_m > 22.0:
                direction = np.array([np.cos(turn), np.sin(turn)])
                into = np.array([-direction[1], direction[0]])
                foot = at - direction * width / 2 - into * depth / 2
                add_far_house(builder, foot, direction, width, depth, height, rng)
            elif kind > 0.25 and free_m > crown + 3.0:
                clumps.append([float(at[0]), float(at[1]), crown])
    if clumps:
        bare = bool(world.trees) and float(np.mean([t.leaf_share for t in world.trees])) < 0.5
        hue = np.mean([t.leaf_srgb for t in world.trees], 0) if world.trees else np.array([104.0, 118, 66])
        add_far_trees(
            builder, np.array(clumps), np.array([112.0, 100, 88]) if bare else hue, bare=bare, rng=rng
        )
