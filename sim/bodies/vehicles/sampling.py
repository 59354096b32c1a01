"""A random generator in, a VehicleSpec out: the distributions of motor vehicles, all in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from sim.bodies.spec import VehicleSpec
from sim.bodies.vehicles.heavy.models import HEAVY_VARIANTS
from sim.bodies.vehicles.models import VARIANTS
from sim.bodies.vehicles.plates import draw_plate
from sim.errors import UsageError, near_matches

Color = tuple[int, int, int]

__all__ = ["sample_articulated", "sample_heavy", "sample_vehicle"]

_SHAPE_WEIGHTS = {
    "hatchback": 0.29,
    "sedan": 0.18,
    "estate": 0.17,
    "suv": 0.22,
    "van": 0.09,
    "coupe": 0.03,
    "pickup": 0.02,
}

_LIVERIES: dict[str, tuple[float, tuple[str, ...], Color]] = {
    "taxi": (0.05, ("sedan", "estate"), (216, 196, 140)),
    "patrol": (0.02, ("estate", "suv"), (212, 213, 211)),
}
"""Share among the cars of these shapes, and the paint."""

_HEAVY_SHARE = {"lorry": 0.03, "bus": 0.025, "tipper": 0.01}
"""Share of moving traffic; the rest are cars and vans. In BDD100K 4 % are trucks, 1.6 % buses."""

_HEAVY_PAINTS = {
    "bus": ((170, 28, 26), (208, 168, 28), (40, 92, 152), (44, 108, 70), (206, 206, 202)),
    "lorry": ((212, 213, 211), (212, 213, 211), (160, 24, 24), (32, 70, 130), (60, 64, 68)),
    "tractor": ((212, 213, 211), (160, 24, 24), (32, 70, 130), (40, 44, 52), (196, 128, 28)),
    "tipper": ((196, 128, 28), (212, 213, 211), (40, 96, 64), (150, 26, 22)),
}
"""sRGB, equally likely."""

# (weight, sRGB): white, silver and greys, black, blues, reds, the rest; whites stay below 230 so that sunlit
# panels keep their drawing.
_PAINTS = (
    (0.24, (212, 213, 211)),
    (0.13, (144, 147, 150)),
    (0.12, (98, 101, 104)),
    (0.10, (62, 64, 68)),
    (0.18, (22, 22, 24)),
    (0.05, (24, 48, 104)),
    (0.05, (52, 88, 134)),
    (0.06, (150, 20, 24)),
    (0.02, (38, 66, 48)),
    (0.02, (148, 126, 98)),
    (0.015, (176, 84, 28)),
    (0.015, (190, 168, 60)),
)
_JITTER = 10
_STEP = 4


def sample_vehicle(rng: np.random.Generator, **fixed: Any) -> VehicleSpec:
    """Draws a car.

    Every field is drawn whether it is fixed or not, so fixing one does not change the others.

    Args:
        rng: source of the draws.
        **fixed: fields of VehicleSpec to keep.

    Raises:
        UsageError: VehicleSpec has no such field.
    """
    known = [field.name for field in fields(VehicleSpec)]
    for name in fixed:
        if name not in known:
            raise UsageError(near_matches("field of VehicleSpec", name, known))
    shape = str(rng.choice(list(_SHAPE_WEIGHTS), p=list(_SHAPE_WEIGHTS.values())))
    variant = int(rng.integers(VARIANTS))
    weights = [weight for weight, _ in _PAINTS]
    base = np.array(_PAINTS[int(rng.choice(len(_PAINTS), p=weights))][1])
    shifted = base + rng.integers(-_JITTER, _JITTER + 1) + rng.integers(-_JITTER // 3, _JITTER // 3 + 1, 3)
    r, g, b = (int(c) for c in np.clip(np.round(shifted / _STEP) * _STEP, 8, 232))
    paint: Color = (r, g, b)
    plate = draw_plate(rng)
    livery, paint = _drawn_livery(rng, str(fixed.get("shape", shape)), paint)
    drawn: dict[str, Any] = {
        "shape": shape,
        "variant": variant,
        "paint_srgb": paint,
        "plate": plate,
        "livery": livery,
    }
    return VehicleSpec(**{**drawn, **fixed})


def _drawn_livery(rng: np.random.Generator, shape: str, paint: Color) -> tuple[str, Color]:
    """A livery and its paint, or none and the paint as it is."""
    draw = float(rng.random())
    for livery, (share, shapes, own_paint) in _LIVERIES.items():
        if shape in shapes and draw < share:
            return livery, own_paint
        draw -= share
    return "", paint


def sample_heavy(rng: np.random.Generator, **fixed: Any) -> VehicleSpec | None:
    """Draws whether a vehicle of moving traffic is a heavy one, and which; None if it is a car or a van.

    Args:
        rng: source of the draws.
        **fixed: fields of VehicleSpec to keep; those that only cars have do not matter.
    """
    draw = float(rng.random())
    for shape, share in _HEAVY_SHARE.items():
        if draw < share:
            return _heavy(rng, shape, fixed)
        draw -= share
    return None


def sample_articulated(rng: np.random.Generator, **fixed: Any) -> tuple[VehicleSpec, VehicleSpec]:
    """Draws a tractor and its semitrailer.

    Args:
        rng: source of the draws.
        **fixed: fields of VehicleSpec to keep; those that only cars have do not matter.
    """
    tractor = _heavy(rng, "tractor", fixed)
    return tractor, VehicleSpec(
        "semitrailer", int(rng.integers(HEAVY_VARIANTS)), tractor.paint_srgb, draw_plate(rng)
    )


def _heavy(rng: np.random.Generator, shape: str, fixed: Mapping[str, Any]) -> VehicleSpec:
    paints = _HEAVY_PAINTS[shape]
    paint = fixed.get("paint_srgb", paints[int(rng.integers(len(paints)))])
    return VehicleSpec(
        shape, int(rng.integers(HEAVY_VARIANTS)), paint, str(fixed.get("plate", draw_plate(rng)))
    )
