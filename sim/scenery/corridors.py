"""A world's roads in, the far streets out: where a road leaves the world it goes straight on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.randomness import stream
from sim.scenery.builder import MeshBuilder, Paint
from sim.scenery.cutting import inside
from sim.scenery.ground import tint_road
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import World

__all__ = ["CORRIDOR_M", "Corridor", "add_corridor", "corridors_of", "far_rows", "far_tree_places"]

Floats = NDArray[np.float64]

CORRIDOR_M = 240.0
PAVEMENT_M = 3.2
_KERB_M = 0.12


@dataclass(frozen=True)
class Corridor:
    """A road that leaves the world.

    Attributes:
        middle: (2,) middle of the edge where it leaves.
        outward: (2,) unit direction.
        half_m: half its width.
    """

    middle: Floats
    outward: Floats
    half_m: float

    @property
    def right(self) -> Floats:
        """(2,) direction to the right of who leaves."""
        return np.array([self.outward[1], -self.outward[0]])

    def covers(self, points: Floats, margin_m: float) -> NDArray[np.bool_]:
        """True for points (N, 2) on the corridor or within a margin of its sides, (N,) bool."""
        d = points - self.middle
        ahead, aside = d @ self.outward, np.abs(d @ self.right)
        return np.asarray((ahead > -margin_m) & (ahead < CORRIDOR_M) & (aside < self.half_m + margin_m))


def corridors_of(world: World) -> tuple[Corridor, ...]:
    """Edges of road patches that a lane crosses where it begins or ends, with no ground beyond them."""
    ends = _open_ends(world)
    if not ends:
        return ()
    points, directions = (np.array(column) for column in zip(*ends, strict=True))
    rings = [np.array(p.outline_m, np.float64) for p in world.ground]
    found: list[Corridor] = []
    for patch, ring in zip(world.ground, rings, strict=True):
        if patch.kind != "road":
            continue
        for a, b in zip(ring, np.roll(ring, -1, 0), strict=True):
            length = float(np.hypot(*(b - a)))
            if length < 2.5:
                continue
            along = (b - a) / length
            outward = np.array([along[1], -along[0]])
            middle = (a + b) / 2
            off = points - a
            crossed = (directions @ outward > 0.95) & (np.abs(off @ outward) < 4.0)
            crossed &= (off @ along > -0.5) & (off @ along < length + 0.5)
            if not crossed.any():
                continue
            beyond = middle + np.outer([1.0, 6.0], outward)
            if any(inside(other, beyond).any() for other in rings):
                continue
            if not any(c.covers(middle[None], 0.5)[0] for c in found):
                found.append(Corridor(middle, outward, length / 2))
    return tuple(found)


def _open_ends(world: World) -> list[tuple[Floats, Floats]]:
    """Point and outward direction of every lane end that no other lane continues."""
    followed = {name for lane in world.network.lanes for name in lane.successors}
    out = []
    for lane in world.network.lanes:
        line = np.array(lane.centre_m, np.float64)
        if len(line) < 2:
            continue
        if not lane.successors:
            out.append((line[-1], _unit(line[-1] - line[-2])))
        if lane.id not in followed:
            out.append((line[0], _unit(line[0] - line[1])))
    return out


def _unit(v: Floats) -> Floats:
    return np.asarray(v / max(float(np.hypot(*v)), 1e-9))


def add_corridor(builder: MeshBuilder, corridor: Corridor, seed: int) -> None:
    """Add its road, its kerbs and its pavements."""
    steps = np.concatenate([np.arange(0.0, 60.0, 4.0), np.linspace(60.0, CORRIDOR_M, 13)])
    across = np.linspace(-corridor.half_m, corridor.half_m, 9)
    s, t = np.meshgrid(steps, across, indexing="ij")
    points = _place(corridor, s.ravel(), t.ravel())
    paint = paint_with("ground", "asphalt", Semantic.ROAD)
    uv = np.stack([s.ravel(), t.ravel()], 1) / paint.tile_m
    color = tint_road(points, np.zeros(len(points)), seed)
    builder.triangles(
        paint, _lift(points, 0.0), (0.0, 0.0, 1.0), uv, color, _grid_faces(len(steps), len(across))
    )
    pavement = paint_with("ground", "paving", Semantic.PAVEMENT)
    kerb = paint_with("ground", "kerb", Semantic.KERB)
    for side in (-1.0, 1.0):
        edge, back = side * corridor.half_m, side * (corridor.half_m + PAVEMENT_M)
        _strip(builder, corridor, pavement, steps, sorted((edge + 0.15 * side, back)))
        _strip(builder, corridor, kerb, steps, sorted((edge, edge + 0.15 * side)))
        a, b = (
            _place(corridor, steps[:-1], np.full(len(steps) - 1, edge)),
            _place(corridor, steps[1:], np.full(len(steps) - 1, edge)),
        )
        face = np.stack([_lift(a, -0.02), _lift(b, -0.02), _lift(b, _KERB_M), _lift(a, _KERB_M)], 1)
        # The face looks to the road: to the left of who leaves on the right side, and the other way round.
        builder.quads(kerb, face[:, ::-1] if side < 0 else face, (180.0, 180.0, 180.0, 200.0))
    _dashes(builder, corridor)


def _strip(builder: MeshBuilder, corridor: Corridor, paint: Paint, steps: Floats, sides: list[float]) -> None:
    s, t = np.meshgrid(steps, np.array(sides), indexing="ij")
    points = _place(corridor, s.ravel(), t.ravel())
    uv = np.stack([s.ravel(), t.ravel()], 1) / paint.tile_m
    faces = _grid_faces(len(steps), 2)
    builder.triangles(paint, _lift(points, _KERB_M), (0.0, 0.0, 1.0), uv, (236.0, 236.0, 236.0, 255.0), faces)


def _dashes(builder: MeshBuilder, corridor: Corridor) -> None:
    start = np.arange(4.0, 150.0, 9.0)
    paint = paint_with("decal", "paint_worn", Semantic.MARKING)
    corners = [
        _lift(_place(corridor, start + ds, np.full(len(start), t)), 0.006)
        for ds, t in ((0, 0.06), (3, 0.06), (3, -0.06), (0, -0.06))
    ]
    builder.quads(paint, np.stack(corners, 1), (240.0, 240.0, 240.0, 255.0))


def _place(corridor: Corridor, ahead: Floats, right: Floats) -> Floats:
    return np.asarray(corridor.middle + ahead[:, None] * corridor.outward + right[:, None] * corridor.right)


def _lift(points: Floats, z_m: float) -> Floats:
    return np.column_stack([points, np.full(len(points), z_m)])


def _grid_faces(rows: int, columns: int) -> NDArray[np.int64]:
    """Faces of a grid whose rows go outward and whose columns go to the right, seen from above."""
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    q = (i * columns + j).ravel()
    return np.concatenate(
        [np.stack([q, q + 1, q + columns + 1], 1), np.stack([q, q + columns + 1, q + columns], 1)]
    )


def far_rows(corridors: Sequence[Corridor], seed: int) -> list[tuple[Floats, Floats, float, float]]:
    """Fronts along corridors and across their ends: left foot, direction, width and depth of each house."""
    rng = stream(seed, "skyline/rows")
    out = []
    for corridor in corridors:
        for side in (-1.0, 1.0):
            ahead = float(rng.uniform(3.0, 8.0))
            while ahead < CORRIDOR_M - 15.0:
                width, depth = float(rng.uniform(10, 20)), float(rng.uniform(9, 13))
                back = corridor.half_m + PAVEMENT_M + float(rng.uniform(0, 1.5))
                # Seen from the street a front runs left to right: outward on the left side.
                start = ahead if side < 0 else ahead + width
                foot = _place(corridor, np.array([start]), np.array([side * back]))[0]
                direction = corridor.outward * (1.0 if side < 0 else -1.0)
                out.append((foot, direction, width, depth))
                ahead += width + (float(rng.uniform(4, 14)) if rng.random() < 0.25 else 0.0)
        aside = -corridor.half_m - 24.0
        while aside < corridor.half_m + 12.0:
            width = float(rng.uniform(11, 18))
            foot = _place(corridor, np.array([CORRIDOR_M + 4.0]), np.array([aside]))[0]
            out.append((foot, corridor.right, width, 11.0))
            aside += width
    return out


def far_tree_places(corridors: Sequence[Corridor], seed: int) -> list[list[float]]:
    """Trees along corridors: x, y and radius of the crown."""
    rng = stream(seed, "skyline/street trees")
    out = []
    for corridor in corridors:
        for side in (-1.0, 1.0):
            for ahead in np.arange(10.0, CORRIDOR_M, 14.0):
                if rng.random() < 0.6:
                    at = _place(corridor, np.array([ahead]), np.array([side * (corridor.half_m + 1.0)]))[0]
                    out.append([float(at[0]), float(at[1]), float(rng.uniform(1.7, 2.5))])
    return out
