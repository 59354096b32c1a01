"""CompanionSpec in, Body out: prams and wheelchairs on the bones of `wheeled_bones`, dogs on their own."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.bodies.body import Body
from sim.bodies.company.dog import build_dog
from sim.bodies.company.models import COMPANION_CATEGORIES, check_companion, wheeled
from sim.bodies.company.pram import pram_skins
from sim.bodies.company.rig import WheeledSkeleton
from sim.bodies.company.wheelchair import wheelchair_skins
from sim.bodies.cycles.detail import LEVELS
from sim.bodies.cycles.surfaces import surface_uv, textures
from sim.bodies.spec import CompanionSpec
from sim.bodies.vehicles.pieces import join
from sim.bodies.vehicles.smoothing import smoothed
from sim.geometry import Mesh
from sim.taxonomy import AGENT_CLASSES

__all__ = ["build_companion"]


@lru_cache(maxsize=256)
def build_companion(spec: CompanionSpec) -> Body:
    """The body of a pram, wheelchair or dog; of a wheelchair without the person in it.

    Args:
        spec: the description; equal descriptions give the same object.

    Raises:
        UsageError: no such shape or variant, or a color outside 0..255.
    """
    check_companion(spec)
    if spec.shape == "dog":
        return build_dog(spec)
    mesh, coarse, far = (_dyed(level, spec.color_srgb) for level in _levels(spec.shape, spec.variant))
    points = np.concatenate([m.positions_m for m in (mesh, coarse, far)]).astype(np.float64)
    low, high = points.min(0), points.max(0)
    half = float(max(-low[1], high[1]))
    return Body(
        kind="vehicle",
        mesh=mesh,
        textures=textures(),
        paint_srgb=spec.color_srgb,
        size_lwh_m=(float(high[0] - low[0]), 2 * half, float(high[2])),
        centre_m=(float(high[0] + low[0]) / 2, 0.0, float(high[2]) / 2),
        footprint_m=(float(low[0]), float(high[0]), half),
        skeleton=WheeledSkeleton(wheeled(spec.shape, spec.variant)),
        coarse=coarse,
        far=far,
    )


@lru_cache(maxsize=16)
def _levels(shape: str, variant: int) -> tuple[Mesh, Mesh, Mesh]:
    """Near, coarse and far mesh, whatever the color."""
    semantic = AGENT_CLASSES[COMPANION_CATEGORIES[shape]]
    near, coarse, far = (
        join(
            smoothed(pram_skins(variant, d) if shape == "pram" else wheelchair_skins(shape, variant, d)),
            semantic,
        )
        for d in LEVELS
    )
    return near, coarse, far


def _dyed(mesh: Mesh, color_srgb: tuple[int, int, int]) -> Mesh:
    """The mesh with its cloth in a color."""
    color: NDArray[np.uint8] = mesh.color.copy()
    color[np.isclose(mesh.uv, surface_uv("fabric"), atol=1e-4).all(1), :3] = color_srgb
    return replace(mesh, color=color)
