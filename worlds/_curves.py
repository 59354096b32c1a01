"""End points, headings and curvatures -> smooth polylines; the shapes that lanes and kerbs are drawn with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Points = list[tuple[float, float]]

__all__ = ["Points", "arc", "quintic", "transformed"]


@lru_cache(maxsize=64)
def _basis(count: int) -> NDArray[np.float64]:
    """Quintic Hermite basis at `count` parameters, (count, 6): p0, v0, a0, a1, v1, p1."""
    u = np.linspace(0.0, 1.0, count)
    return np.stack(
        [
            1 - 10 * u**3 + 15 * u**4 - 6 * u**5,
            u - 6 * u**3 + 8 * u**4 - 3 * u**5,
            0.5 * u**2 - 1.5 * u**3 + 1.5 * u**4 - 0.5 * u**5,
            0.5 * u**3 - u**4 + 0.5 * u**5,
            -4 * u**3 + 7 * u**4 - 3 * u**5,
            10 * u**3 - 15 * u**4 + 6 * u**5,
        ],
        1,
    )


def quintic(
    start_m: tuple[float, float],
    start_yaw_rad: float,
    end_m: tuple[float, float],
    end_yaw_rad: float,
    *,
    end_curvature: float = 0.0,
    start_curvature: float = 0.0,
    step_m: float = 0.6,
) -> Points:
    """A curve whose curvature is continuous with what it joins, so that steering never jumps.

    Args:
        start_m: where it begins.
        start_yaw_rad: heading there.
        end_m: where it ends.
        end_yaw_rad: heading there.
        end_curvature: curvature there, 1/m, left positive.
        start_curvature: curvature at the start, 1/m.
        step_m: about the distance of neighbouring points.

    Returns:
        Points, both ends included.
    """
    chord_m = float(np.hypot(end_m[0] - start_m[0], end_m[1] - start_m[1]))
    pull_m = 1.1 * chord_m
    rows = [start_m]
    for yaw, curvature in ((start_yaw_rad, start_curvature), (end_yaw_rad, end_curvature)):
        c, s = float(np.cos(yaw)), float(np.sin(yaw))
        rows += [(pull_m * c, pull_m * s), (-(pull_m**2) * curvature * s, pull_m**2 * curvature * c)]
    v0, a0, v1, a1 = rows[1:]
    points = _basis(max(3, int(1.1 * chord_m / step_m))) @ np.array([start_m, v0, a0, a1, v1, end_m])
    return [(float(x), float(y)) for x, y in points]


def arc(
    centre_m: tuple[float, float], radius_m: float, from_rad: float, to_rad: float, *, step_m: float = 0.6
) -> Points:
    """Points of a circular arc, both ends included."""
    count = max(2, int(abs(to_rad - from_rad) * radius_m / step_m) + 1)
    angles = np.linspace(from_rad, to_rad, count)
    x, y = centre_m[0] + radius_m * np.cos(angles), centre_m[1] + radius_m * np.sin(angles)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def transformed(points: Sequence[tuple[float, float]], angle_rad: float) -> Points:
    """Points turned about the origin."""
    c, s = float(np.cos(angle_rad)), float(np.sin(angle_rad))
    # Exact zeros keep straight streets exactly straight.
    c, s = (0.0 if abs(c) < 1e-12 else c), (0.0 if abs(s) < 1e-12 else s)
    return [(c * x - s * y, s * x + c * y) for x, y in points]
