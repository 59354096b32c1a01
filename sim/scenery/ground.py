"""Ground patches in, tessellated road, pavement, kerbs, grass and earth out.

A later patch takes the place of earlier ones below it, so no two surfaces share a plane.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.errors import UsageError
from sim.randomness import stream
from sim.scenery.builder import MeshBuilder
from sim.scenery.cutting import cut_grid, overlap, subtract
from sim.scenery.kerbs import KERB_WIDTH_M, kerb_bands
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import GroundPatch, RoadNetwork

__all__ = ["add_ground", "tint_road"]

Floats = NDArray[np.float64]

_KINDS: dict[str, tuple[str, Semantic, tuple[float, float]]] = {
    "road": ("asphalt", Semantic.ROAD, (2.4, 1.2)),
    "pavement": ("paving", Semantic.PAVEMENT, (6.0, 6.0)),
    "grass": ("grass", Semantic.TERRAIN, (8.0, 8.0)),
    "earth": ("earth", Semantic.TERRAIN, (8.0, 8.0)),
}
_DROP_M, _COARSE_M = 0.06, 16.0


def add_ground(
    builder: MeshBuilder,
    ground: Sequence[GroundPatch],
    network: RoadNetwork,
    surface_seed: int,
    near_m: tuple[float, float, float] | None = None,
) -> None:
    """Add every patch.

    Args:
        builder: where they go.
        ground: the patches.
        network: whose lanes wear the road.
        surface_seed: picks the blotches.
        near_m: x, y and radius of a disc outside of which the ground is cut coarsely; None cuts all finely.

    Raises:
        UsageError: for a kind of ground that is not known or an outline with fewer than three corners.
    """
    rings = [np.array(patch.outline_m, np.float64) for patch in ground]
    for i, patch in enumerate(ground):
        if patch.kind not in _KINDS:
            raise UsageError(f"ground[{i}].kind {patch.kind!r}: wanted one of {', '.join(_KINDS)}")
        if len(rings[i]) < 3:
            raise UsageError(f"ground[{i}].outline_m has {len(rings[i])} corners: wanted at least 3")
    lanes = _LaneMarks(network)
    low, high = (np.array([f(ring) for ring in rings]) for f in (_lowest, _highest))
    for i, patch in enumerate(ground):
        surface, semantic, step_m = _KINDS[patch.kind]
        if near_m is not None and np.hypot(*((low[i] + high[i]) / 2 - near_m[:2])) > near_m[2]:
            step_m = (_COARSE_M, _COARSE_M)
        along = _longest_edge(rings[i]) if patch.grain_rad is None else _direction(patch.grain_rad)
        bands, rest = kerb_bands(rings[i], patch.kerb_edges)
        soup = cut_grid(rest, along, step_m)
        near = ((low[i + 1 :] <= high[i]) & (high[i + 1 :] >= low[i])).all(1)
        for later in np.flatnonzero(near) + i + 1:
            if overlap(rings[i], rings[later]):
                soup = subtract(soup, rings[later])
        if len(soup):
            _add_patch(builder, patch, soup, along, lanes, surface_seed, surface, semantic)
        _add_kerbs(builder, bands, patch.z_m, surface_seed + i)
        if patch.z_m > 0.0:
            _add_skirt(builder, rings[i], patch, surface, semantic)


def _lowest(ring: Floats) -> Floats:
    return np.asarray(ring.min(0))


def _highest(ring: Floats) -> Floats:
    return np.asarray(ring.max(0))


def _direction(yaw_rad: float) -> Floats:
    return np.array([np.cos(yaw_rad), np.sin(yaw_rad)])


def _longest_edge(ring: Floats) -> Floats:
    edges = np.roll(ring, -1, 0) - ring
    length = np.hypot(edges[:, 0], edges[:, 1])
    best = int(np.argmax(length))
    return np.asarray(edges[best] / length[best])


def _add_patch(
    builder: MeshBuilder,
    patch: GroundPatch,
    soup: Floats,
    along: Floats,
    lanes: _LaneMarks,
    surface_seed: int,
    surface: str,
    semantic: Semantic,
) -> None:
    points, index = np.unique(np.round(soup.reshape(-1, 2), 6), axis=0, return_inverse=True)
    faces = index.reshape(-1, 3)
    faces = faces[_area(points[faces]) > 1e-8]
    across = np.array([-along[1], along[0]])
    paint = paint_with("ground", surface, semantic)
    uv = np.stack([points @ along, points @ across], 1) / paint.tile_m
    color = (
        tint_road(points, lanes.wear(points), surface_seed)
        if patch.kind == "road"
        else _mottle(points, 0.035, surface_seed)
    )
    positions = np.column_stack([points, np.full(len(points), patch.z_m)])
    builder.triangles(paint, positions, (0.0, 0.0, 1.0), uv, color, faces)


def _area(triangles: Floats) -> Floats:
    a, b = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return np.asarray(np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2)


def _wander(points: Floats, wave_m: float, seed: int, name: str) -> Floats:
    """Smooth noise about 0 with deviation near 1: a sum of eight waves of about `wave_m`."""
    rng = stream(seed, f"ground/{name}")
    turn, phase = rng.uniform(0, 2 * np.pi, (2, 8))
    k = 2 * np.pi / wave_m * rng.uniform(0.5, 1.6, 8)
    waves = np.sin(points @ np.stack([k * np.cos(turn), k * np.sin(turn)]) + phase)
    return np.asarray(waves.sum(1) / 2.0)


def _mottle(points: Floats, strength: float, seed: int) -> Floats:
    value = (
        1
        + strength * _wander(points, 9.0, seed, "wide")
        + 0.6 * strength * _wander(points, 4.0, seed, "narrow")
    )
    return _grey(238 * value)


def _grey(value: Floats) -> Floats:
    return np.column_stack([value, value, value, np.full(len(value), 255.0)])


def tint_road(points: Floats, wear: Floats, seed: int) -> Floats:
    """Vertex colors of asphalt, (N, 4) 0..255.

    Args:
        points: (N, 2) world metres.
        wear: (N,) share by which wheels and oil have darkened it.
        seed: picks the blotches.
    """
    value = (
        1
        + 0.045 * _wander(points, 14.0, seed, "road wide")
        + 0.03 * _wander(points, 5.0, seed, "road narrow")
    )
    return _grey(236 * value * (1 - wear))


class _LaneMarks:
    """Where wheels roll: distance of points to the middle of the nearest lane."""

    def __init__(self, network: RoadNetwork) -> None:
        lines = [np.array(lane.centre_m) for lane in network.lanes if lane.kind == "driving"]
        dense = [_resample(line) for line in lines if len(line) > 1]
        self._tree = cKDTree(np.concatenate(dense)) if dense else None

    def wear(self, points: Floats) -> Floats:
        """Darkening of points (N, 2): two wheel tracks and a trail of oil, 0 away from lanes."""
        if self._tree is None:
            return np.zeros(len(points))
        distance = np.asarray(self._tree.query(points)[0])
        tracks = np.exp(-(((distance - 0.85) / 0.38) ** 2))
        return np.asarray(0.10 * tracks + 0.05 * np.exp(-((distance / 0.4) ** 2)))


def _resample(line: Floats) -> Floats:
    step = np.hypot(*np.diff(line, axis=0).T)
    s = np.r_[0.0, np.cumsum(step)]
    at = np.arange(0.0, s[-1], 0.5)
    return np.column_stack([np.interp(at, s, line[:, 0]), np.interp(at, s, line[:, 1])])


def _add_kerbs(builder: MeshBuilder, bands: Sequence[Floats], z_m: float, seed: int) -> None:
    if not bands:
        return
    paint = paint_with("ground", "kerb", Semantic.KERB)
    tone = stream(seed, "ground/kerbs").uniform(222, 250, len(bands))
    run = 0.0
    for band, value in zip(bands, tone, strict=True):
        a, b = band[0], band[1]
        length = float(np.hypot(*(b - a)))
        u0, u1 = run / paint.tile_m, (run + length) / paint.tile_m
        run += length
        top = np.column_stack([band, np.full(4, z_m)])
        v = KERB_WIDTH_M / paint.tile_m
        uv = np.array([[u0, 0.3], [u1, 0.3], [u1, 0.3 + v], [u0, 0.3 + v]])
        builder.quads(paint, top, (value, value, value, 255.0), uv)
        foot = [[*a, z_m - 0.14], [*b, z_m - 0.14], [*b, z_m], [*a, z_m]]
        shade = np.array(
            [[value * k] * 3 + [ao] for k, ao in ((0.72, 170.0), (0.72, 170.0), (0.97, 245.0), (0.97, 245.0))]
        )
        builder.quads(paint, foot, shade, np.array([[u0, 0.1], [u1, 0.1], [u1, 0.18], [u0, 0.18]]))


def _add_skirt(
    builder: MeshBuilder, ring: Floats, patch: GroundPatch, surface: str, semantic: Semantic
) -> None:
    """Close the sides that have no kerb, or one would look below the patch from outside."""
    plain = [i for i in range(len(ring)) if i not in patch.kerb_edges]
    if plain:
        a, b = ring[plain], np.roll(ring, -1, 0)[plain]
        low, high = patch.z_m - 0.2, patch.z_m
        quads = np.stack([_at(a, low), _at(b, low), _at(b, high), _at(a, high)], 1)
        builder.quads(paint_with("ground", surface, semantic), quads, (200.0, 200.0, 200.0, 200.0))


def _at(points: Floats, z_m: float) -> Floats:
    return np.column_stack([points, np.full(len(points), z_m)])
