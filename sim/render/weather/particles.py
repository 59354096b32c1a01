"""Drops and flakes in the air -> those a camera can see at a time, as capsules in its axes. NumPy only.

Every class of size is a Poisson field in a frame that falls and drifts with it: each cell of a lattice in
that frame holds a number of drops and their places, all hashed from the cell's indices. A drop is therefore
where its speed takes it from frame to frame, for every camera, and nothing has to be kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.environment.precipitation import Precipitation
from sim.geometry import Intrinsics, Pose
from sim.render.weather.hashing import Words, halves, keyed, mixed, unit

__all__ = ["Capsules", "Exposure", "falling", "joined"]

Floats = NDArray[np.float64]

_PER_CELL = 4.0
_FAINTEST = 0.03
_NEAREST_M = 0.5
_MOST = {False: 4000.0, True: 6000.0}
_SWIRL_M = 0.05


@dataclass(frozen=True)
class Exposure:
    """When and how a camera looks.

    Attributes:
        time_s: middle of the exposure.
        duration_s: how long it lasts.
        velocity_mps: (3,) of the camera, world axes.
    """

    time_s: float
    duration_s: float
    velocity_mps: Floats


@dataclass(frozen=True, eq=False)
class Capsules:
    """Blurred specks: what a small body covers between the start and the end of an exposure.

    Attributes:
        start_m, end_m: (N, 3) float64 of its middle, camera axes.
        radius_m: (N,) float64.
        opacity: (N,) float64 share of the light behind that it takes away in the middle.
        soft_m: (N,) float64 depth over which it fades into what it touches.
        brightness: (N,) float64 of it, as a share of the light of the air around it.
    """

    start_m: Floats
    end_m: Floats
    radius_m: Floats
    opacity: Floats
    soft_m: Floats
    brightness: Floats

    def __len__(self) -> int:
        return len(self.radius_m)


def joined(parts: list[Capsules]) -> Capsules:
    """Several as one, in order."""
    names = ("start_m", "end_m", "radius_m", "opacity", "soft_m", "brightness")
    empty = [np.zeros((0, 3)), np.zeros((0, 3)), *([np.zeros(0)] * 4)]
    columns = [
        np.concatenate([e, *(getattr(p, n) for p in parts)]) for n, e in zip(names, empty, strict=True)
    ]
    return Capsules(*columns)


def falling(
    fallout: Precipitation,
    wind_mps: Floats,
    exposure: Exposure,
    optics: Intrinsics,
    world_from_camera: Pose,
    seed: int,
    contrast: float = 1.0,
) -> Capsules:
    """Drops or flakes that a pinhole camera can make out.

    A drop that crosses a pixel in a part of the exposure covers it by that part: its opacity is its diameter
    over the way it moves (K. Garg and S. K. Nayar, "Vision and rain", IJCV 75, 2007). Where that, times its
    width in pixels, is below 3 % it is not seen any more. Where more than some thousands would be, the
    nearest are drawn; the others are what dims the distance, `Environment.visibility_m`.

    Args:
        fallout: what is in the air.
        wind_mps: (3,) of the air, world axes.
        exposure: of the picture.
        optics: of the pinhole.
        world_from_camera: pose at the middle of the exposure.
        seed: of the sequence.
        contrast: how bright they may be beside what lies behind them.
    """
    speeds = wind_mps + np.outer(-fallout.fall_mps, [0.0, 0.0, 1.0])
    way_m = np.linalg.norm(speeds - exposure.velocity_mps, axis=1) * exposure.duration_s
    covered = fallout.diameter_m / (fallout.diameter_m + way_m)
    reaches_m = _reaches_m(
        fallout, optics, optics.fx_px * fallout.diameter_m * covered * contrast / _FAINTEST
    )
    parts = []
    for k, per_m3 in enumerate(fallout.per_m3):
        speed, reach_m, diameter_m = speeds[k], float(reaches_m[k]), float(fallout.diameter_m[k])
        if reach_m <= _NEAREST_M:
            continue
        cell_m = float((_PER_CELL / per_m3) ** (1 / 3))
        offset = speed * exposure.time_s
        key = keyed(seed, k, np.array([int(fallout.is_snow)]))[0]
        cells = _cells(optics, world_from_camera, offset, cell_m, reach_m)
        places, dice = _drops(cells, cell_m, key)
        if fallout.is_snow:
            places += _swirl(dice, exposure.time_s)
        seen = world_from_camera.inverse().apply(places + offset)
        kept = _in_sight(optics, seen, reach_m)
        seen, dice = seen[kept], dice[kept]
        size = diameter_m * (1 + float(fallout.spread[k]) * (2 * dice[:, 3] - 1))
        half = world_from_camera.rotation.T @ (speed - exposure.velocity_mps) * (exposure.duration_s / 2)
        # What is about to be too small to see fades first, or drops would pop into sight.
        fade = np.clip(3.0 * (1.0 - np.linalg.norm(seen, axis=1) / reach_m), 0.0, 1.0)
        opacity = size / (size + way_m[k]) * fade * (0.8 if fallout.is_snow else 0.9)
        parts.append(
            Capsules(
                seen - half, seen + half, size / 2, opacity, np.full(len(size), 0.002), np.ones(len(size))
            )
        )
    return joined(parts)


def _reaches_m(fallout: Precipitation, optics: Intrinsics, seen_to_m: Floats) -> Floats:
    """(K,) how far to look for each class: as far as it is seen, or less if that were too many."""
    base = optics.width_px * optics.height_px / (optics.fx_px * optics.fy_px)
    expected = float((fallout.per_m3 * base * seen_to_m**3 / 3).sum())
    share = min(1.0, (_MOST[fallout.is_snow] / max(expected, 1.0)) ** (1 / 3))
    return np.asarray(seen_to_m * share)


def _cells(
    optics: Intrinsics, world_from_camera: Pose, offset: Floats, cell_m: float, reach_m: float
) -> Words:
    """(C, 3) indices, as words, of the cells that a pyramid of a height touches."""
    corners = np.array(
        [[0.0, 0.0], [optics.width_px, 0], [0, optics.height_px], [optics.width_px, optics.height_px]]
    )
    rays = optics.back_project(corners, np.full(4, reach_m))
    pyramid = np.concatenate([np.zeros((1, 3)), rays])
    inside = world_from_camera.apply(pyramid) - offset
    low = np.floor(inside.min(0) / cell_m).astype(np.int64)
    high = np.floor(inside.max(0) / cell_m).astype(np.int64)
    axes = [np.arange(a, b + 1) for a, b in zip(low, high, strict=True)]
    cells = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    middle = world_from_camera.inverse().apply((cells + 0.5) * cell_m + offset)
    return cells[_in_sight(optics, middle, reach_m + cell_m, 0.87 * cell_m)].view(np.uint64)


def _in_sight(optics: Intrinsics, seen: Floats, reach_m: float, slack_m: float = 0.02) -> NDArray[np.bool_]:
    """Points (N, 3), camera axes, in the pyramid of the picture or within a slack of it."""
    depth = seen[:, 2]
    kept: NDArray[np.bool_] = (depth > _NEAREST_M - slack_m) & (depth < reach_m)
    for axis, focal, middle, size in (
        (0, optics.fx_px, optics.cx_px, optics.width_px),
        (1, optics.fy_px, optics.cy_px, optics.height_px),
    ):
        for sign, edge in ((-1.0, middle), (1.0, size - middle)):
            tangent = edge / focal
            beyond = (sign * seen[:, axis] - tangent * depth) / np.hypot(1.0, tangent)
            kept &= beyond < slack_m
    return kept


def _drops(cells: Words, cell_m: float, key: np.uint64) -> tuple[Floats, Floats]:
    """Places (N, 3) of the drops of cells, in the frame that falls with them, and four dice each, (N, 4)."""
    base = mixed(mixed(mixed(cells[:, 0] ^ key) ^ cells[:, 1]) ^ cells[:, 2])
    number = np.arange(1, 16)
    share = np.cumsum(np.r_[1.0, np.cumprod(_PER_CELL / number)]) * np.exp(-_PER_CELL)
    counts = np.searchsorted(share, unit(base))  # Poisson, by inversion
    which = np.repeat(np.arange(len(cells)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    rank = (np.arange(len(which)) - first + 1).astype(np.uint64)
    word = mixed(base[which] + rank * np.uint64(0x9E3779B97F4A7C15))
    low, high = halves(word)
    third, fourth = halves(mixed(word))
    fifth, sixth = halves(mixed(word ^ np.uint64(0x5851F42D4C957F2D)))
    corner = cells[which].view(np.int64)
    places = (corner.astype(np.float64) + np.stack([low, high, third], 1)) * cell_m
    return places, np.stack([fourth, fifth, sixth, halves(mixed(word + key))[0]], 1)


def _swirl(dice: Floats, time_s: float) -> Floats:
    """(N, 3) m a flake is beside its path: it swings as it falls."""
    phase = 2 * np.pi * dice[:, :2] + (3.0 + 4.0 * dice[:, 2:3]) * time_s
    return _SWIRL_M * np.column_stack([np.sin(phase[:, 0]), np.sin(phase[:, 1]), np.zeros(len(dice))])
