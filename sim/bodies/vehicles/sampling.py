"""A random generator in, a VehicleSpec out, as traffic is made up."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from sim.bodies.spec import VehicleSpec
from sim.bodies.vehicles.models import VARIANTS
from sim.bodies.vehicles.plates import draw_plate
from sim.errors import UsageError, near_matches

__all__ = ["sample_vehicle"]

_SHAPE_WEIGHTS = {
    "hatchback": 0.29,
    "sedan": 0.18,
    "estate": 0.17,
    "suv": 0.22,
    "van": 0.09,
    "coupe": 0.03,
    "pickup": 0.02,
}

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
    paint = tuple(int(c) for c in np.clip(np.round(shifted / _STEP) * _STEP, 8, 232))
    drawn: dict[str, Any] = {
        "shape": shape,
        "variant": variant,
        "paint_srgb": paint,
        "plate": draw_plate(rng),
    }
    return VehicleSpec(**{**drawn, **fixed})
