"""(shape, variant) in, the measures and the style of that model out."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from sim.bodies.vehicles.body_styles import BODY_STYLES
from sim.bodies.vehicles.heavy.models import HEAVY_SHAPES
from sim.bodies.vehicles.proportions import Proportions
from sim.errors import UsageError, near_matches

__all__ = ["SHAPES", "VARIANTS", "proportions"]

VARIANTS = 3
"""Models per shape."""

# Scales of (length, width, height, belt) and the style; the figures spread over today's models.
_MODELS: dict[tuple[str, int], tuple[tuple[float, float, float, float], dict[str, object]]] = {
    ("hatchback", 0): ((1.0, 1.0, 1.0, 1.0), {"grille": "bars", "lamp": "angular", "spokes": 5}),
    ("hatchback", 1): ((1.035, 1.01, 0.985, 0.99), {"grille": "mesh", "lamp": "slim", "spokes": 10}),
    ("hatchback", 2): ((0.93, 0.975, 1.015, 1.01), {"grille": "closed", "lamp": "round", "spokes": 0}),
    ("sedan", 0): ((1.0, 1.0, 1.0, 1.0), {"grille": "bars", "lamp": "slim", "spokes": 10, "chrome": True}),
    ("sedan", 1): ((0.97, 0.985, 1.01, 1.0), {"grille": "mesh", "lamp": "angular", "spokes": 6}),
    ("sedan", 2): (
        (1.03, 1.02, 0.99, 1.01),
        {"grille": "closed", "lamp": "slim", "spokes": 8, "roof": "glass"},
    ),
    ("estate", 0): (
        (1.0, 1.0, 1.0, 1.0),
        {"grille": "bars", "lamp": "angular", "spokes": 7, "roof": "rails"},
    ),
    ("estate", 1): (
        (1.025, 1.01, 0.985, 1.0),
        {"grille": "split", "lamp": "slim", "spokes": 10, "chrome": True},
    ),
    ("estate", 2): (
        (0.965, 0.985, 1.01, 1.0),
        {"grille": "mesh", "lamp": "round", "spokes": 5, "dark_rims": True},
    ),
    ("suv", 0): ((1.0, 1.0, 1.0, 1.0), {"grille": "bars", "lamp": "angular", "spokes": 5, "roof": "rails"}),
    ("suv", 1): (
        (1.04, 1.025, 1.02, 1.0),
        {"grille": "split", "lamp": "slim", "spokes": 6, "dark_rims": True},
    ),
    ("suv", 2): (
        (0.945, 0.97, 0.97, 0.985),
        {"grille": "mesh", "lamp": "round", "spokes": 8, "roof": "rails"},
    ),
    ("van", 0): ((1.0, 1.0, 1.0, 1.0), {"grille": "bars", "lamp": "angular", "spokes": 0}),
    ("van", 1): ((1.05, 1.01, 1.02, 1.0), {"grille": "mesh", "lamp": "slim", "spokes": 6}),
    ("coupe", 0): (
        (1.0, 1.0, 1.0, 1.0),
        {"grille": "mesh", "lamp": "slim", "spokes": 10, "dark_rims": True},
    ),
    ("coupe", 1): ((0.95, 0.98, 1.01, 1.0), {"grille": "bars", "lamp": "round", "spokes": 5}),
    ("coupe", 2): (
        (1.05, 1.02, 1.0, 0.99),
        {"grille": "closed", "lamp": "angular", "spokes": 7, "roof": "glass", "chrome": True},
    ),
    ("pickup", 0): ((1.0, 1.0, 1.0, 1.0), {"grille": "bars", "lamp": "angular", "spokes": 6}),
    ("pickup", 1): (
        (1.02, 1.01, 1.02, 1.0),
        {"grille": "split", "lamp": "round", "spokes": 5, "dark_rims": True},
    ),
    ("pickup", 2): (
        (0.98, 0.985, 0.99, 1.0),
        {"grille": "mesh", "lamp": "angular", "spokes": 8, "chrome": True},
    ),
    ("van", 2): ((0.93, 0.97, 0.95, 0.99), {"grille": "split", "lamp": "round", "spokes": 0}),
}

SHAPES = tuple(BODY_STYLES)
"""Names of the body styles."""


def _scaled(shape: str, variant: int) -> Proportions:
    base = BODY_STYLES[shape]
    (length, width, height, belt), style = _MODELS[shape, variant]
    return replace(
        base,
        length_m=base.length_m * length,
        width_m=base.width_m * width,
        height_m=base.height_m * height,
        wheelbase_m=base.wheelbase_m * length,
        front_overhang_m=base.front_overhang_m * (0.5 + 0.5 * length),
        cowl_m=base.cowl_m * length,
        screen_run_m=base.screen_run_m * length,
        belt_front_m=base.belt_front_m * belt,
        belt_rear_m=base.belt_rear_m * belt,
        **style,  # type: ignore[arg-type]
    )


_TABLE = MappingProxyType({key: _scaled(*key) for key in _MODELS})


def proportions(shape: str, variant: int) -> Proportions:
    """The measures of a model.

    Args:
        shape: one of SHAPES.
        variant: 0 to VARIANTS - 1.

    Raises:
        UsageError: no such shape or variant.
    """
    if shape not in BODY_STYLES:
        raise UsageError(near_matches("vehicle shape", shape, (*BODY_STYLES, *HEAVY_SHAPES)))
    if variant not in range(VARIANTS):
        raise UsageError(f"variant {variant!r} of vehicle shape {shape!r}: wanted 0 to {VARIANTS - 1}")
    return _TABLE[shape, variant]
