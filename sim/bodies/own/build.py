"""VehicleSpec with triangles of a user's own in, Body out."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body
from sim.bodies.cycles.surfaces import surface_uv, textures
from sim.bodies.own.packing import Triangles, unpacked
from sim.bodies.spec import OwnBody, VehicleSpec
from sim.bodies.vehicles.rig import MAX_STEER_RAD, VehicleSkeleton
from sim.errors import UsageError, near_matches
from sim.geometry import Mesh
from sim.taxonomy import AGENT_CLASSES, Semantic

__all__ = ["build_own", "check_own"]

Floats = NDArray[np.float64]

_CATEGORIES = tuple(name for name in AGENT_CLASSES if name.startswith("vehicle."))
_RADIUS_M = 0.32
"""Of wheels that are not told apart from the body."""


def check_own(spec: VehicleSpec) -> OwnBody:
    """The user's body of a description. Raises UsageError for fields that cannot be, `mesh` left unread."""
    own = spec.own
    if own is None or spec.shape != "own":
        raise UsageError(f"vehicle shape {spec.shape!r}: 'own' and only it has own triangles")
    if own.category not in _CATEGORIES:
        raise UsageError(f"own.category: {near_matches('category', own.category, _CATEGORIES)}")
    if not own.license or not own.origin:
        raise UsageError(
            "own.license and own.origin: empty, wanted what the body may be used under and its source"
        )
    if not 0.3 <= own.wheelbase_m <= 20:
        raise UsageError(f"own.wheelbase_m: {own.wheelbase_m}, wanted 0.3 to 20")
    if len(spec.paint_srgb) != 3 or not all(0 <= c <= 255 for c in spec.paint_srgb):
        raise UsageError(f"vehicle paint_srgb {spec.paint_srgb!r}: wanted three numbers from 0 to 255")
    return own


@lru_cache(maxsize=32)
def build_own(spec: VehicleSpec) -> Body:
    """The body of a user's own vehicle; the same mesh at every distance.

    Raises:
        UsageError: a description that cannot be.
    """
    own = check_own(spec)
    t = unpacked(own.mesh)
    mesh = _mesh(t, AGENT_CLASSES[own.category])
    skeleton = _skeleton(t, own.wheelbase_m)
    low, high = _swept(t, skeleton)
    half = float(max(-low[1], high[1]))
    return Body(
        kind="vehicle",
        mesh=mesh,
        textures=textures(),
        paint_srgb=spec.paint_srgb,
        size_lwh_m=(float(high[0] - low[0]), 2 * half, float(high[2])),
        centre_m=(float(high[0] + low[0]) / 2, 0.0, float(high[2]) / 2),
        footprint_m=(float(low[0]), float(high[0]), half),
        skeleton=skeleton,
    )


def _mesh(t: Triangles, semantic: Semantic) -> Mesh:
    count = len(t.positions_m)
    uv = np.where(t.painted[:, None] > 0, surface_uv("paint"), surface_uv("own")).astype(np.float32)
    color = np.full((count, 4), 255, np.uint8)
    color[:, :3] = t.color
    joints, weights = np.zeros((count, 4), np.uint8), np.zeros((count, 4), np.float32)
    joints[:, 0], weights[:, 0] = t.bone, 1.0
    return Mesh(
        positions_m=t.positions_m,
        normals=t.normals,
        uv=uv,
        color=color,
        layer=np.zeros(count, np.uint8),
        part=np.zeros(count, np.uint8),
        semantic=np.full(count, int(semantic), np.uint8),
        faces=t.faces,
        joints=joints,
        weights=weights,
    )


def _skeleton(t: Triangles, wheelbase_m: float) -> VehicleSkeleton:
    """Wheels turn about the middles of their boxes; where there are none they are assumed."""
    half = float(np.abs(t.positions_m[:, 1]).max())
    centers = np.array([[x, y * 0.8 * half, _RADIUS_M] for x in (wheelbase_m, 0.0) for y in (1, -1)])
    radius = _RADIUS_M
    for bone in range(1, 5):
        points = t.positions_m[t.bone == bone].astype(np.float64)
        if len(points):
            centers[bone - 1] = (points.min(0) + points.max(0)) / 2
            radius = float(np.ptp(points[:, 2])) / 2
    track = float(abs(centers[0, 1] - centers[1, 1]))
    return VehicleSkeleton(wheelbase_m, max(track, 0.3), max(radius, 0.05), centers)


def _swept(t: Triangles, rig: VehicleSkeleton) -> tuple[Floats, Floats]:
    """(lowest, highest) corner of the body and of wheels that roll and steer."""
    points = t.positions_m.astype(np.float64)
    fixed = points[t.bone == 0]
    low, high = [fixed.min(0)] if len(fixed) else [], [fixed.max(0)] if len(fixed) else []
    for bone in range(1, 5):
        own = points[t.bone == bone] - rig.wheel_centres_m[bone - 1]
        if len(own):
            rolled, aside = np.hypot(own[:, 0], own[:, 2]).max(), np.abs(own[:, 1]).max()
            turn = MAX_STEER_RAD * 1.2 if bone < 3 else 0.0
            along = rolled * 1.0 + aside * np.sin(turn)
            reach = np.array([along, aside + rolled * np.sin(turn), rolled])
            low.append(rig.wheel_centres_m[bone - 1] - reach)
            high.append(rig.wheel_centres_m[bone - 1] + reach)
    return np.min(low, axis=0), np.max(high, axis=0)
