"""The pieces of a vehicle in, the box that holds them however wheels roll and steer out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.pieces import Piece
from sim.bodies.vehicles.rig import MAX_STEER_RAD, VehicleSkeleton, ackermann_rad

__all__ = ["swept_extent"]

Floats = NDArray[np.float64]


def swept_extent(pieces: Sequence[Piece], skeleton: VehicleSkeleton) -> tuple[Floats, Floats]:
    """(lowest, highest) corner over every roll angle and every steering angle up to MAX_STEER_RAD."""
    fixed = np.concatenate([p.positions_m for p in pieces if p.bone == 0])
    low, high = [fixed.min(0)], [fixed.max(0)]
    base, track = np.array([skeleton.wheelbase_m]), np.array([skeleton.track_m])
    lock = float(np.max(np.abs(ackermann_rad(np.array([MAX_STEER_RAD]), base, track))))
    for piece in pieces:
        if piece.bone == 0:
            continue
        center = skeleton.wheel_centres_m[piece.bone - 1]
        local = piece.positions_m - center
        radius, aside = np.hypot(local[:, 0], local[:, 2]), np.abs(local[:, 1])
        limit = lock if skeleton.steers and piece.bone <= 2 else 0.0
        # A rolling vertex sweeps a circle; steering turns the circle about the vertical axis.
        along_at = np.minimum(np.arctan2(aside, radius), limit)
        across_at = np.minimum(np.arctan2(radius, aside), limit)
        along = float((aside * np.sin(along_at) + radius * np.cos(along_at)).max())
        across = float((aside * np.cos(across_at) + radius * np.sin(across_at)).max())
        reach = np.array([along, across, float(radius.max())])
        low.append(center - reach)
        high.append(center + reach)
    return np.min(low, axis=0), np.max(high, axis=0)
