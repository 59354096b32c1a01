"""VehicleSpec of a two-wheeler in, Body out: three levels of one machine, on the bones of `cycle_bones`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body
from sim.bodies.cycles.bicycle import bicycle_pieces
from sim.bodies.cycles.detail import LEVELS, Detail
from sim.bodies.cycles.models import CYCLE_CATEGORIES, Measures, measures
from sim.bodies.cycles.motor import kick_scooter_skins, motor_scooter_skins, motorcycle_skins
from sim.bodies.cycles.plate import has_plate, number_piece
from sim.bodies.cycles.rig import FRAME, CycleSkeleton, local_bones
from sim.bodies.cycles.surfaces import textures
from sim.bodies.spec import VehicleSpec
from sim.bodies.vehicles.pieces import join
from sim.bodies.vehicles.plates import check_plate
from sim.bodies.vehicles.smoothing import Skin, smoothed
from sim.errors import UsageError
from sim.geometry import Mesh, concatenate
from sim.taxonomy import AGENT_CLASSES

__all__ = ["RIDER_HALF_WIDTH_M", "build_cycle"]

Floats = NDArray[np.float64]

_SKINS: dict[str, Callable[[Measures, Detail], list[Skin]]] = {
    "kick_scooter": kick_scooter_skins,
    "motorcycle": motorcycle_skins,
    "motor_scooter": motor_scooter_skins,
}
"""Of machines without pedals."""
MAX_STEER_RAD = 0.6
"""Steering angle that extents and footprints allow for."""
RIDER_HALF_WIDTH_M = 0.42
"""Elbows, knees and a foot on the ground stay within this much of the middle plane."""


@lru_cache(maxsize=256)
def build_cycle(spec: VehicleSpec) -> Body:
    """The body of a two-wheeler, without its rider.

    Args:
        spec: shape (one of `CYCLE_SHAPES`), variant, paint, height of the saddle; of motor cycles the plate.

    Returns:
        A body of kind ``vehicle`` on the bones of `cycles.rig`. Its footprint has room for a rider.

    Raises:
        UsageError: no such variant, a saddle out of range, a plate that cannot be shown, or a paint outside
            0..255.
    """
    if len(spec.paint_srgb) != 3 or not all(0 <= c <= 255 for c in spec.paint_srgb):
        raise UsageError(f"vehicle paint_srgb {spec.paint_srgb!r}: wanted three numbers from 0 to 255")
    m = measures(spec)
    mesh, coarse, far = _levels(m)
    if has_plate(spec.shape):
        check_plate(spec.plate)
        number = join([number_piece(m, spec.plate)], AGENT_CLASSES[CYCLE_CATEGORIES[spec.shape]])
        mesh = concatenate([mesh, number])
    still, (low, high) = _points(mesh, mesh.joints[:, 0] == FRAME), _swept(spec.shape, spec.variant)
    low, high = np.minimum(low, still.min(0)), np.maximum(high, still.max(0))
    half = float(max(-low[1], high[1]))
    return Body(
        kind="vehicle",
        mesh=mesh,
        textures=textures(),
        paint_srgb=spec.paint_srgb,
        size_lwh_m=(float(high[0] - low[0]), 2 * half, float(high[2])),
        centre_m=(float(high[0] + low[0]) / 2, 0.0, float(high[2]) / 2),
        footprint_m=(float(low[0]), float(high[0]), max(half, RIDER_HALF_WIDTH_M)),
        skeleton=CycleSkeleton(m),
        coarse=coarse,
        far=far,
    )


@lru_cache(maxsize=256)
def _levels(m: Measures) -> tuple[Mesh, Mesh, Mesh]:
    """Near, coarse and far mesh of a machine, whatever its paint."""
    semantic = AGENT_CLASSES[CYCLE_CATEGORIES[m.shape]]
    make = _SKINS.get(m.shape)
    near, coarse, far = (
        join(bicycle_pieces(m, level) if make is None else smoothed(make(m, level)), semantic)
        for level in LEVELS
    )
    return near, coarse, far


@cache
def _swept(shape: str, variant: int) -> tuple[Floats, Floats]:
    """(lowest, highest) corner of what moves while wheels roll, cranks turn and bars go from lock to lock."""
    m = measures(VehicleSpec(shape, variant))
    mesh, low, high = _levels(m)[0], np.full(3, np.inf), np.full(3, -np.inf)
    moves = np.flatnonzero(mesh.joints[:, 0] != FRAME)
    points, bone = _points(mesh, moves), mesh.joints[moves, 0]
    homogeneous = np.concatenate([points, np.ones((len(points), 1))], 1)
    # Angles of the wheels that bring the cranks all the way round, and finely enough the wheels as well.
    for wheel in np.linspace(0, 2 * np.pi * m.gear, 25)[:-1]:
        for steer in (-MAX_STEER_RAD, 0.0, MAX_STEER_RAD):
            table = local_bones(m, np.array([wheel]), np.array([steer]))
            at = np.einsum("vij,vj->vi", table[bone], homogeneous)
            low, high = np.minimum(low, at.min(0)), np.maximum(high, at.max(0))
    return low, high


def _points(mesh: Mesh, chosen: NDArray[np.generic]) -> Floats:
    return np.asarray(mesh.positions_m[chosen], np.float64)
