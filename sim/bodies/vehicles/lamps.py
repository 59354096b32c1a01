"""The hull in, lamp faces and their pictures out: clusters that follow the skin round the corners.

A cluster is a rectangle in *unit coordinates*: first from its inner to its outer end (0..1), second from its
lower to its upper edge (0..1). On the car the first runs along the girth of the waist, the second along z.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import LampGroup
from sim.bodies.vehicles.atlas import Chart, swatch_uv
from sim.bodies.vehicles.clipping import clipped
from sim.bodies.vehicles.hull import Hull, Region
from sim.bodies.vehicles.pieces import Piece, mirrored, quads
from sim.bodies.vehicles.proportions import Proportions
from sim.bodies.vehicles.smoothing import corner_normals

__all__ = ["Cluster", "head_cluster", "lamps", "tail_cluster"]

Floats = NDArray[np.float64]
Tile = tuple[tuple[float, float, float, float], LampGroup]

_LIFT_M = 0.006
"""Lenses stand out of the skin, which also keeps the depth buffer from mixing the two."""


@dataclass(frozen=True)
class Cluster:
    """A lamp unit of the left side.

    Attributes:
        rear: True if girth counts from the middle of the tail.
        girth_m: (inner end, outer end).
        bottom_m: z of the lower edge at the two ends.
        top_m: z of the upper edge at the two ends.
        tiles: (a0, b0, a1, b1) in unit coordinates and the lamp each belongs to; they cover the cluster.
    """

    rear: bool
    girth_m: tuple[float, float]
    bottom_m: tuple[float, float]
    top_m: tuple[float, float]
    tiles: tuple[Tile, ...]

    def unit(self, girth_m: Floats, z_m: Floats) -> Floats:
        """Girth and height (N,) to unit coordinates (N, 2)."""
        a = (girth_m - self.girth_m[0]) / (self.girth_m[1] - self.girth_m[0])
        share = np.clip(a, -0.2, 1.2)
        low = self.bottom_m[0] + (self.bottom_m[1] - self.bottom_m[0]) * share
        high = self.top_m[0] + (self.top_m[1] - self.top_m[0]) * share
        return np.stack([a, (z_m - low) / (high - low)], 1)


def head_cluster(p: Proportions) -> Cluster:
    """Head lamp and front indicator."""
    w, nose = p.half_width_m, p.nose_z_m
    head, blink = LampGroup.HEAD, LampGroup.LEFT
    if p.lamp == "slim":
        tiles: tuple[Tile, ...] = (((0.0, 0.0, 0.62, 1.0), head), ((0.62, 0.0, 1.0, 1.0), blink))
        return Cluster(
            False,
            (0.46 * w, 1.12 * w + 0.10),
            (nose - 0.10, nose - 0.065),
            (nose - 0.035, nose + 0.035),
            tiles,
        )
    if p.lamp == "round":
        tiles = (((0.0, 0.0, 0.70, 1.0), head), ((0.70, 0.0, 1.0, 1.0), blink))
        return Cluster(
            False, (0.60 * w, 1.08 * w), (nose - 0.155, nose - 0.135), (nose - 0.01, nose + 0.02), tiles
        )
    tiles = (((0.0, 0.26, 0.74, 1.0), head), ((0.74, 0.26, 1.0, 1.0), blink), ((0.0, 0.0, 1.0, 0.26), head))
    return Cluster(
        False, (0.54 * w, 1.12 * w + 0.06), (nose - 0.13, nose - 0.115), (nose - 0.025, nose + 0.035), tiles
    )


def tail_cluster(p: Proportions) -> Cluster:
    """Tail lamp, brake lamp, rear indicator; the rest is the reversing lamp, which stays dark."""
    w, belt = p.half_width_m, p.belt_rear_m
    tail, brake, blink, none = LampGroup.TAIL, LampGroup.BRAKE, LampGroup.LEFT, LampGroup.NONE
    if p.is_tall and p.lamp != "slim":
        height = 0.46 if p.shape == "van" else 0.30
        tiles: tuple[Tile, ...] = (
            ((0.0, 0.72, 1.0, 1.0), tail),
            ((0.0, 0.42, 1.0, 0.72), brake),
            ((0.0, 0.18, 1.0, 0.42), blink),
            ((0.0, 0.0, 1.0, 0.18), none),
        )
        return Cluster(
            True, (0.84 * w, 1.12 * w), (belt - 0.06 - height,) * 2, (belt - 0.05, belt - 0.04), tiles
        )
    inner = 0.36 if p.lamp == "slim" else 0.56
    depth = 0.13 if p.lamp == "slim" else 0.19
    tiles = (
        ((0.0, 0.60, 1.0, 1.0), tail),
        ((0.0, 0.30, 1.0, 0.60), brake),
        ((0.0, 0.0, 0.42, 0.30), none),
        ((0.42, 0.0, 1.0, 0.30), blink),
    )
    return Cluster(
        True,
        (inner * w, 1.10 * w + 0.10),
        (belt - 0.06 - depth, belt - 0.05 - depth),
        (belt - 0.065, belt - 0.045),
        tiles,
    )


def _on_hull(hull: Hull, normals: Floats, cluster: Cluster, chart: Chart, lift_m: float) -> list[Piece]:
    """The tiles of a cluster as pieces cut out of the left half of the skin with normals (F, 3, 3)."""
    positions = hull.positions_m
    girth = np.tile(hull.girth_m, len(hull.rings))
    if cluster.rear:
        girth = hull.girth_m.max() - girth
    unit = cluster.unit(girth, positions[:, 2])
    in_unit = unit[hull.faces]
    p = positions[hull.faces]
    fore = p[..., 0].min(1) < p[..., 0].mean() if cluster.rear else p[..., 0].max(1) > p[..., 0].mean()
    near = (in_unit.max(1) > 0).all(1) & (in_unit.min(1) < 1).all(1) & fore
    near &= (p[..., 1].mean(1) > 0) & (hull.region != Region.BELLY) & (hull.level < hull.base)
    low, high = in_unit.min(1), in_unit.max(1)
    out = []
    for (a0, b0, a1, b1), group in cluster.tiles:
        window = np.array([[a0, b0], [a1, b0], [a1, b1], [a0, b1]])
        rows: list[Floats] = []
        faces: list[tuple[int, int, int]] = []
        for f in np.flatnonzero(near & (high >= [a0, b0]).all(1) & (low <= [a1, b1]).all(1)):
            polygon = clipped(np.concatenate([p[f], normals[f], in_unit[f]], axis=1), window)
            start = len(rows)
            rows += list(polygon)
            faces += [(start, start + k, start + k + 1) for k in range(1, len(polygon) - 1)]
        cut, index = np.array(rows), np.array(faces)
        area = np.cross(
            cut[index[:, 1], :3] - cut[index[:, 0], :3], cut[index[:, 2], :3] - cut[index[:, 0], :3]
        )
        index = index[np.linalg.norm(area, axis=1) > 1e-8]
        normal = cut[:, 3:6] / np.linalg.norm(cut[:, 3:6], axis=1, keepdims=True)
        lifted = cut[:, :3] + lift_m * normal
        out.append(Piece(lifted, normal, chart.uv(cut[:, 6:8]), index, np.ones(len(cut)), group))
    return out


def _third_brake_lamp(hull: Hull, lift_m: float) -> Piece:
    """A strip under the rear edge of the roof."""
    rim = hull.rings[hull.top]
    z = float(rim[:, 2][rim[:, 0] < np.median(rim[:, 0])].min()) - 0.025
    corners = []
    for y, height in ((0.15, z - 0.009), (-0.15, z - 0.009), (-0.15, z + 0.009), (0.15, z + 0.009)):
        corners.append([hull.outermost(0, y, height, -1) - lift_m - 0.002, y, height])
    return quads(np.array([corners]), swatch_uv("brake"), part=LampGroup.BRAKE)


def lamps(p: Proportions, hull: Hull, atlas: dict[str, Chart], lift_m: float = _LIFT_M) -> list[Piece]:
    """All lamp faces of a car, so far out of the hull."""
    normals = corner_normals(hull.positions_m, hull.faces, 1.2)
    left = _on_hull(hull, normals, head_cluster(p), atlas["head"], lift_m)
    left += _on_hull(hull, normals, tail_cluster(p), atlas["tail"], lift_m)
    return [*left, *(mirrored(piece) for piece in left), _third_brake_lamp(hull, lift_m)]
