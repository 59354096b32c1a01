"""A random generator in, the VehicleSpec of a two-wheeler out, as traffic is made up."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.bodies.cycles.models import CYCLE_VARIANTS
from sim.bodies.spec import VehicleSpec
from sim.bodies.vehicles.plates import draw_plate

__all__ = ["sample_cycle"]

_PEDALLED = {"bicycle": 0.84, "cargo_bike": 0.08, "kick_scooter": 0.08}
_MOTORED = {"motorcycle": 0.45, "motor_scooter": 0.55}
_PAINTS = (
    (0.34, (26, 26, 28)),
    (0.12, (92, 95, 99)),
    (0.10, (196, 198, 198)),
    (0.12, (28, 52, 104)),
    (0.08, (60, 110, 140)),
    (0.10, (140, 24, 26)),
    (0.07, (34, 72, 50)),
    (0.04, (176, 150, 60)),
    (0.03, (186, 92, 40)),
)
_JITTER = 8


def sample_cycle(rng: np.random.Generator, *, motor: bool = False, **fixed: Any) -> VehicleSpec:
    """Draws a two-wheeler.

    Args:
        rng: source of the draws.
        motor: True for motorcycles and motor scooters, False for bicycles and kick scooters.
        **fixed: fields of VehicleSpec to keep; those that only cars have do not matter.
    """
    shares = _MOTORED if motor else _PEDALLED
    shape = str(rng.choice(list(shares), p=list(shares.values())))
    variant = int(rng.integers(CYCLE_VARIANTS[shape]))
    base = np.array(_PAINTS[int(rng.choice(len(_PAINTS), p=[share for share, _ in _PAINTS]))][1])
    r, g, b = (int(c) for c in np.clip(base + rng.integers(-_JITTER, _JITTER + 1, 3), 8, 232))
    # Numbers come from a stream of their own.
    plate = str(fixed["plate"]) if "plate" in fixed else draw_plate(rng.spawn(1)[0])
    return VehicleSpec(shape, variant, fixed.get("paint_srgb", (r, g, b)), plate)
