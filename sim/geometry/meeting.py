"""Rectangles that move on -> when the first two of them touch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["time_to_collision_s"]

Array = NDArray[np.float64]


def time_to_collision_s(
    center_m: Array, yaw_rad: Array, size_lw_m: Array, velocity_mps: Array, row: int
) -> Array:
    """Seconds until each rectangle touches that of one row if all keep their velocity and heading.

    That is the two-dimensional time to collision: exact for what neither turns nor brakes. Convex shapes
    overlap while their shadows on all four edge normals overlap (separating axis theorem); with constant
    velocities each shadow overlaps during one interval of time, and the intervals are intersected.

    Args:
        center_m: (N, 2) middles of the rectangles.
        yaw_rad: (N,) headings of their long sides.
        size_lw_m: (N, 2) lengths and widths.
        velocity_mps: (N, 2).
        row: whose collisions count.

    Returns:
        (N,) float64; 0 where they overlap now, inf where they never will and for `row` itself.
    """
    long = np.stack([np.cos(yaw_rad), np.sin(yaw_rad)], -1)
    sides = np.stack([long, np.stack([-long[:, 1], long[:, 0]], -1)], 1) * (size_lw_m / 2)[..., None]
    apart, closing = center_m - center_m[row], velocity_mps - velocity_mps[row]
    start, end = np.zeros(len(center_m)), np.full(len(center_m), np.inf)
    own = np.broadcast_to(sides[row], sides.shape)
    for normals in (own, sides):
        length = np.linalg.norm(normals, axis=-1, keepdims=True)
        for axis in np.moveaxis(normals / np.maximum(length, 1e-12), 1, 0):
            reach = sum(np.abs(np.einsum("nki,ni->nk", s, axis)).sum(1) for s in (own, sides))
            gap, speed = np.einsum("ni,ni->n", apart, axis), np.einsum("ni,ni->n", closing, axis)
            first, last = _while_within(gap, speed, reach)
            start, end = np.maximum(start, first), np.minimum(end, last)
    out = np.where(start <= end, start, np.inf)
    out[row] = np.inf
    return out


def _while_within(gap: Array, speed: Array, reach: Array) -> tuple[Array, Array]:
    """From when to when ``|gap + speed * t| <= reach``; (inf, -inf) where never."""
    moves = np.abs(speed) > 1e-12
    safe = np.where(moves, speed, 1.0)
    one, other = (-reach - gap) / safe, (reach - gap) / safe
    rests_within = np.abs(gap) <= reach
    first = np.where(moves, np.minimum(one, other), np.where(rests_within, -np.inf, np.inf))
    last = np.where(moves, np.maximum(one, other), np.where(rests_within, np.inf, -np.inf))
    return first, last
