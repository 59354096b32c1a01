"""A heavy vehicle in, what is fixed to its blocks out: wheels, lamps, plates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import LampGroup
from sim.bodies.vehicles.atlas import Chart, swatch_uv
from sim.bodies.vehicles.heavy.hull import Detail
from sim.bodies.vehicles.heavy.measures import Block, HeavyModel
from sim.bodies.vehicles.pieces import Piece, mirrored, quads
from sim.bodies.vehicles.plates import PLATE_SIZE_M, mounted_plates
from sim.bodies.vehicles.wheels import Lathe, turned_wheel

__all__ = [
    "HEAD_TILES",
    "TAIL_TILES",
    "TWIN_M",
    "TYRE_M",
    "bone_centres_m",
    "heavy_lamps",
    "heavy_plates",
    "heavy_wheels",
]

Floats = NDArray[np.float64]
Tiles = tuple[tuple[float, float, LampGroup], ...]

HEAD_TILES: Tiles = ((0.0, 0.7, LampGroup.HEAD), (0.7, 1.0, LampGroup.LEFT))
"""(inner end, outer end, lamp) of a front cluster, 0..1 outward."""
TAIL_TILES: Tiles = (
    (0.0, 0.2, LampGroup.NONE),
    (0.2, 0.48, LampGroup.TAIL),
    (0.48, 0.76, LampGroup.BRAKE),
    (0.76, 1.0, LampGroup.LEFT),
)
"""The same of a rear cluster; its inner end is the reversing lamp, which stays dark."""

TYRE_M, TWIN_M = 0.3, 0.6
"""Widths of one tyre and of two."""
_HEAD_M, _TAIL_M = (0.36, 0.17), (0.5, 0.13)
_LIFT_M = 0.008
_SEGMENTS = 3


@dataclass(frozen=True)
class _Wheel:
    wheel_radius_m: float
    tyre_width_m: float
    spokes: int = 10


def bone_centres_m(m: HeavyModel) -> Floats:
    """(4, 3) centers of bones 1 to 4: wheels of the steered axle one by one, then whole axles."""
    r = m.wheel_radius_m
    out = []
    for axle in m.axles:
        if axle.steered:
            y = m.half_track_m - TYRE_M / 2
            out += [[axle.x_m, y, r], [axle.x_m, -y, r]]
        else:
            out.append([axle.x_m, 0.0, r])
    while len(out) < 4:
        out.append([0.0, 0.0, r])
    return np.array(out)


def heavy_wheels(m: HeavyModel, chart: Chart, detail: Detail) -> list[Piece]:
    """All wheels on their bones."""
    lathe = Lathe(detail.wheel, dish=detail.wheel > 20, hub=detail.wheel > 8)
    out: list[Piece] = []
    bone = 1
    for axle in m.axles:
        width = TWIN_M if axle.twin else TYRE_M
        left = turned_wheel(_Wheel(m.wheel_radius_m, width), chart, lathe)
        center = np.array([axle.x_m, m.half_track_m - width / 2, m.wheel_radius_m])
        left = replace(left, positions_m=left.positions_m + center, bone=bone)
        right = replace(mirrored(left), bone=bone + axle.steered)
        out += [left, right]
        bone += 1 + axle.steered
    return out


def _front_x(block: Block, y: float, z: float) -> float:
    """Where the front of a block is at y and z."""
    levels = [level for k, level in enumerate(block.levels) if k == 0 or level.z_m > block.levels[k - 1].z_m]
    heights = [level.z_m for level in levels]
    back = float(np.interp(z, heights, [level.front_m for level in levels]))
    half = block.half_width_m - float(np.interp(z, heights, [level.side_m for level in levels]))
    radius = block.corner_m[0]
    into = max(abs(y) - (half - radius), 0.0)
    round_m = radius - np.sqrt(max(radius**2 - into**2, 0.0))
    return float(block.x_m[1] - back - block.bow_m * (y / half) ** 2 - round_m)


def _row(chart: Chart, tiles: Tiles, corners: Floats) -> list[Piece]:
    """Lamps of the left side along columns (K, 2, 3): lower and upper point, inner to outer end."""
    share = np.linspace(0, 1, len(corners))
    flat = corners.reshape(len(corners), 6)

    def at(a: float) -> Floats:
        return np.array([np.interp(a, share, flat[:, k]) for k in range(6)]).reshape(2, 3)

    out = []
    for a0, a1, group in tiles:
        stops = np.linspace(a0, a1, _SEGMENTS)
        faces, uv = [], []
        for s, e in pairwise(stops):
            (low0, high0), (low1, high1) = at(s), at(e)
            faces.append([low0, low1, high1, high0])
            uv.append(chart.uv(np.array([[s, 0.0], [e, 0.0], [e, 1.0], [s, 1.0]])))
        out.append(quads(np.array(faces), np.array(uv), part=group))
    return out


def heavy_lamps(m: HeavyModel, atlas: dict[str, Chart]) -> list[Piece]:
    """All lamp faces."""
    left: list[Piece] = []
    if m.head_z_m is not None:
        width, tall = _HEAD_M
        ends = np.linspace(m.head_y_m - width / 2, m.head_y_m + width / 2, 7)
        block = m.blocks[0]
        columns = [
            [[_front_x(block, y, z) + _LIFT_M, y, z] for z in (m.head_z_m - tall / 2, m.head_z_m + tall / 2)]
            for y in ends
        ]
        left += _row(atlas["head"], HEAD_TILES, np.array(columns))
    width, tall = _TAIL_M
    outer = m.half_track_m - 0.03 - (m.blocks[0].corner_m[1] if m.shape == "bus" else 0.0)
    columns = [
        [[m.tail_x_m - _LIFT_M, y, z] for z in (m.tail_z_m - tall / 2, m.tail_z_m + tall / 2)]
        for y in (outer - width, outer)
    ]
    # Seen from behind, outward on the left runs to the reader's left.
    for piece in _row(atlas["tail"], TAIL_TILES, np.array(columns)):
        left.append(replace(piece, faces=piece.faces[:, ::-1], normals=-piece.normals))
    out = [*left, *(mirrored(piece) for piece in left)]
    if m.shape == "bus":
        z = 2.62
        x = m.tail_x_m + 0.03 - _LIFT_M
        strip = [[x, 0.2, z], [x, -0.2, z], [x, -0.2, z + 0.04], [x, 0.2, z + 0.04]]
        out.append(quads(np.array([strip]), swatch_uv("brake"), part=LampGroup.BRAKE))
    return out


def heavy_plates(m: HeavyModel, text: str, chart: Chart) -> list[Piece]:
    """Face and holder of the front plate, if there is one, and of the rear plate."""
    width, height = PLATE_SIZE_M
    up = np.array([0.0, 0.0, 1.0])
    mounts = []
    for z, sign in zip(m.plate_z_m, (1.0, -1.0), strict=True):
        if z:
            x = m.tail_x_m
            if sign > 0:
                # Fronts lean: a plate is upright before the foremost point behind it.
                behind = [(y, z + d) for y in (0.0, width / 2) for d in (-height / 2, 0.0, height / 2)]
                x = max(_front_x(m.blocks[0], *at) for at in behind)
            right = np.array([0.0, sign, 0.0])
            corner = np.array([x + sign * 0.016, 0.0, z - height / 2]) - right * width / 2
            mounts.append((corner, right, up))
    return mounted_plates(mounts, text, chart)
