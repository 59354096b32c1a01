"""A block in, its closed skin out, finer or coarser."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.atlas import SWATCHES, Chart, swatch_uv
from sim.bodies.vehicles.heavy.measures import Block, Level
from sim.bodies.vehicles.pieces import Piece
from sim.bodies.vehicles.smoothing import smooth

__all__ = ["COARSE", "FAR", "NEAR", "Detail", "block_skin"]

Floats = NDArray[np.float64]

_CREASE_RAD = 0.6


@dataclass(frozen=True)
class Detail:
    """How finely blocks are cut.

    Attributes:
        corner: facets of an upright edge.
        arch: facets of a wheel arch.
        bow: columns across a bowed front.
        wheel: segments of a wheel.
        off_m: rings nearer than this to the line between others are left out.
        small: whether what is small is there.
    """

    corner: int
    arch: int
    bow: int
    wheel: int
    off_m: float
    small: bool = True


NEAR = Detail(5, 12, 5, 22, 0.0)
COARSE = Detail(3, 7, 1, 12, 0.012)
FAR = Detail(1, 3, 0, 7, 0.06, small=False)


def _arc(front: bool, block: Block, level: Level, detail: Detail) -> Floats:
    """The front from right to left, or the rear from left to right, (K, 2)."""
    half = block.half_width_m - level.side_m
    edge = block.x_m[1] - level.front_m if front else block.x_m[0] + level.rear_m
    radius = block.corner_m[0 if front else 1]
    if radius == 0.0:
        corner = np.array([[0.0, 0.0]])
    else:
        angles = np.linspace(0, np.pi / 2, detail.corner + 1)
        corner = np.stack([radius * (np.sin(angles) - 1), radius * (1 - np.cos(angles))], 1)
    # From the side round to the end: x grows toward the end, y runs inward.
    x, y = corner[:, 0], -half + corner[:, 1]
    middle = np.linspace(-1, 1, detail.bow + 2)[1:-1] * (half - radius)
    across = np.concatenate([y, middle, -y[::-1]])
    along = np.concatenate([x, np.zeros(len(middle)), x[::-1]])
    if front and block.bow_m:
        along += block.bow_m * (1 - (across / half) ** 2) - block.bow_m
    return np.stack([edge + along, across] if front else [edge - along, -across], 1)


def _stations(block: Block, arches_m: tuple[float, ...], radius_m: float, detail: Detail) -> Floats:
    """X of the columns of a side, front to rear."""
    x: list[float] = []
    reach = radius_m + 0.006
    for axle in arches_m:
        x += list(axle + radius_m * np.cos(np.linspace(0, np.pi, detail.arch + 1)))
        x += [axle + reach, axle - reach] if detail.small else []
    low, high = block.x_m[0] + block.corner_m[1] + 0.02, block.x_m[1] - block.corner_m[0] - block.bow_m - 0.02
    return np.sort(np.array([q for q in x if low < q < high]))[::-1]


def _ring(block: Block, level: Level, stations: Floats, detail: Detail) -> Floats:
    """(N, 3), counter-clockwise from above."""
    half = block.half_width_m - level.side_m
    left = np.stack([stations, np.full(len(stations), half)], 1)
    plan = np.concatenate(
        [_arc(True, block, level, detail), left, _arc(False, block, level, detail), left[::-1] * [1.0, -1.0]]
    )
    return np.concatenate([plan, np.full((len(plan), 1), level.z_m)], 1)


def _lifted(ring: Floats, arches_m: tuple[float, ...], radius_m: float, wheel_m: float) -> Floats:
    """The ring raised over the wheels."""
    out = ring.copy()
    for axle in arches_m:
        off = np.abs(out[:, 0] - axle)
        inside = off <= radius_m + 1e-9
        edge = wheel_m + np.sqrt(np.maximum(radius_m**2 - off**2, 0.0))
        out[:, 2] = np.where(inside, np.maximum(out[:, 2], edge), out[:, 2])
    return out


def _kept(levels: tuple[Level, ...], off_m: float) -> tuple[Level, ...]:
    """The levels without those that the others stand for (Ramer, Douglas and Peucker)."""
    if len(levels) < 3 or off_m == 0.0:
        return levels
    points = np.array([[level.z_m, level.front_m, level.rear_m, level.side_m] for level in levels])
    along = points[-1] - points[0]
    share = np.clip((points - points[0]) @ along / (along @ along), 0, 1)
    away = np.linalg.norm(points - points[0] - share[:, None] * along, axis=1)
    worst = int(np.argmax(away))
    if away[worst] <= off_m:
        return (levels[0], levels[-1])
    return (*_kept(levels[: worst + 1], off_m)[:-1], *_kept(levels[worst:], off_m))


def _rings(
    block: Block, arches_m: tuple[float, ...], radius_m: float, wheel_m: float, detail: Detail
) -> Floats:
    stations = _stations(block, arches_m, radius_m, detail)
    rings = [_ring(block, level, stations, detail) for level in _kept(block.levels, detail.off_m)]
    floor = rings[0]
    inner = floor * np.array([1.0, 0.45, 1.0])
    rings = [_lifted(ring, arches_m, radius_m, wheel_m) for ring in (inner, *rings)]
    pan = inner.copy()
    spine, ridge = pan * np.array([1.0, 0.0, 1.0]), rings[-1] * np.array([1.0, 0.0, 1.0])
    below = [spine, pan, rings[0]] if arches_m else [spine]
    return np.array([*below, *rings[1:], ridge])


def block_skin(
    block: Block,
    atlas: dict[str, Chart],
    detail: Detail,
    arches_m: tuple[float, ...] = (),
    arch_radius_m: float = 0.0,
    wheel_radius_m: float = 0.0,
) -> Piece:
    """The closed skin of a block with texture coordinates and occlusion.

    Args:
        block: what to build.
        atlas: the charts its sides show; a side may name a swatch instead.
        detail: how fine.
        arches_m: x of the axles whose arches are cut out of it.
        arch_radius_m: of these.
        wheel_radius_m: height of their axles.
    """
    rings = _rings(block, arches_m, arch_radius_m, wheel_radius_m, detail)
    count, n = rings.shape[:2]
    column = np.arange(n)
    after = (column + 1) % n
    faces, under = [], []
    for k in range(count - 1):
        a, b = k * n + column, k * n + after
        faces.append(np.stack([a, b, b + n, a, b + n, a + n], 1).reshape(-1, 3))
        under.append(np.full(2 * n, k < (3 if arches_m else 1)))
    positions = rings.reshape(-1, 3)
    rounded = np.round(positions, 6) + 0.0
    _, first, inverse = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    welded = first[inverse.reshape(-1)][np.concatenate(faces)]
    p = positions[welded]
    normal = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    size = np.linalg.norm(normal, axis=1)
    solid = size > 1e-9
    welded, p, normal = welded[solid], p[solid], normal[solid] / size[solid, None]
    belly = (normal[:, 2] < -0.2) | np.concatenate(under)[solid]
    uv = _uv(p, normal, belly, dict(block.charts), atlas)
    sky = np.where(belly[:, None], 0.25, np.clip(0.6 + 0.6 * p[..., 2], 0.6, 1.0))
    return smooth(positions, welded, uv, sky, crease_rad=_CREASE_RAD)


def _uv(
    p: Floats, normal: Floats, belly: NDArray[np.bool_], shown: dict[str, str], atlas: dict[str, Chart]
) -> Floats:
    """(F, 3, 2) texture coordinates of faces by the side they look to."""
    x, y, z = p[..., 0], p[..., 1], p[..., 2]
    side = np.argmax(np.abs(normal) * [1.0, 0.9, 1.05], axis=1)
    uv = np.empty((len(p), 3, 2))
    uv[:] = swatch_uv("dark")
    for name, axis, sign, plane in (
        ("front", 0, 1, np.stack([np.abs(y), z], -1)),
        ("rear", 0, -1, np.stack([np.abs(y), z], -1)),
        ("left", 1, 1, np.stack([x, z], -1)),
        ("right", 1, -1, np.stack([x, z], -1)),
        ("top", 2, 1, np.stack([x, np.abs(y)], -1)),
    ):
        chosen = (side == axis) & (normal[:, axis] * sign > 0) & ~belly
        picture = shown.get(name, "plastic")
        if picture in SWATCHES:
            uv[chosen] = swatch_uv(picture)
        else:
            uv[chosen] = atlas[picture].uv(plane[chosen].reshape(-1, 2)).reshape(-1, 3, 2)
    return uv
