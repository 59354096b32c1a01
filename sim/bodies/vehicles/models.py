"""(shape, variant) in, the measures and the style of that model out."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from sim.bodies.vehicles.proportions import Proportions
from sim.errors import UsageError, near_matches

__all__ = ["SHAPES", "VARIANTS", "proportions"]

VARIANTS = 3
"""Models per shape."""

_BASE = {
    "hatchback": Proportions(
        shape="hatchback",
        length_m=4.08,
        width_m=1.77,
        height_m=1.48,
        wheelbase_m=2.56,
        front_overhang_m=0.83,
        wheel_radius_m=0.315,
        cowl_m=1.0,
        screen_run_m=0.82,
        boot_m=0.1,
        backlight_run_m=0.44,
        nose_z_m=0.71,
        cowl_z_m=0.97,
        belt_front_m=0.91,
        belt_rear_m=0.97,
        clearance_m=0.17,
        roof_ratio=0.72,
    ),
    "sedan": Proportions(
        shape="sedan",
        length_m=4.72,
        width_m=1.83,
        height_m=1.45,
        wheelbase_m=2.82,
        front_overhang_m=0.88,
        wheel_radius_m=0.33,
        cowl_m=1.25,
        screen_run_m=0.9,
        boot_m=0.56,
        backlight_run_m=0.8,
        nose_z_m=0.69,
        cowl_z_m=0.95,
        belt_front_m=0.9,
        belt_rear_m=0.99,
        clearance_m=0.16,
        roof_ratio=0.7,
    ),
    "estate": Proportions(
        shape="estate",
        length_m=4.7,
        width_m=1.82,
        height_m=1.49,
        wheelbase_m=2.8,
        front_overhang_m=0.9,
        wheel_radius_m=0.33,
        cowl_m=1.22,
        screen_run_m=0.88,
        boot_m=0.1,
        backlight_run_m=0.5,
        nose_z_m=0.7,
        cowl_z_m=0.96,
        belt_front_m=0.91,
        belt_rear_m=0.97,
        clearance_m=0.16,
        roof_ratio=0.71,
    ),
    "suv": Proportions(
        shape="suv",
        length_m=4.5,
        width_m=1.86,
        height_m=1.66,
        wheelbase_m=2.68,
        front_overhang_m=0.89,
        wheel_radius_m=0.36,
        cowl_m=1.15,
        screen_run_m=0.76,
        boot_m=0.11,
        backlight_run_m=0.4,
        nose_z_m=0.88,
        cowl_z_m=1.1,
        belt_front_m=1.03,
        belt_rear_m=1.1,
        clearance_m=0.21,
        roof_ratio=0.74,
        cladding_m=0.36,
    ),
    "van": Proportions(
        shape="van",
        length_m=5.0,
        width_m=1.95,
        height_m=1.97,
        wheelbase_m=3.05,
        front_overhang_m=0.93,
        wheel_radius_m=0.345,
        cowl_m=0.82,
        screen_run_m=0.8,
        boot_m=0.05,
        backlight_run_m=0.10,
        nose_z_m=0.92,
        cowl_z_m=1.18,
        belt_front_m=1.1,
        belt_rear_m=1.12,
        clearance_m=0.2,
        roof_ratio=0.86,
        cladding_m=0.3,
    ),
}

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
    ("van", 2): ((0.93, 0.97, 0.95, 0.99), {"grille": "split", "lamp": "round", "spokes": 0}),
}

SHAPES = tuple(_BASE)
"""Names of the body styles."""


def _scaled(shape: str, variant: int) -> Proportions:
    base = _BASE[shape]
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
    if shape not in _BASE:
        raise UsageError(near_matches("vehicle shape", shape, _BASE))
    if variant not in range(VARIANTS):
        raise UsageError(f"variant {variant!r} of vehicle shape {shape!r}: wanted 0 to {VARIANTS - 1}")
    return _TABLE[shape, variant]
