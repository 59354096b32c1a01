"""(shape, variant) in, the blocks and axles of that heavy vehicle out.

Measures are those of common European vehicles: 2.55 m wide at most, 4 m high, buses 12 m and semitrailers
13.6 m long (Council Directive 96/53/EC).
"""

from __future__ import annotations

from sim.bodies.vehicles.heavy.measures import Axle, Block, HeavyModel, Level
from sim.errors import UsageError

__all__ = ["HEAVY_SHAPES", "HEAVY_VARIANTS", "TRACTOR_HITCH_X_M", "heavy_model"]

TRACTOR_HITCH_X_M = 0.55
"""Where the kingpin of a semitrailer sits on a tractor, ahead of its rear axle."""

_ALL = tuple((side, side) for side in ("front", "rear", "left", "right", "top"))
_CAB = (("front", "front"), ("left", "left"), ("right", "right"), ("rear", "plastic"), ("top", "paint"))
_BOX = (("front", "cargo"), ("left", "left"), ("right", "right"), ("rear", "rear"), ("top", "cargo"))
_BED = (("front", "cargo"), ("left", "left"), ("right", "right"), ("rear", "rear"), ("top", "load"))
_STEEL = tuple((side, "steel") for side in ("front", "rear", "left", "right", "top"))


def _beam(x0: float, x1: float, half_m: float, z0: float, z1: float) -> Block:
    """A plain dark block; thin ones are not seen from afar."""
    return Block((x0, x1), half_m, (Level(z0), Level(z1)), (0.0, 0.0), near_only=min(x1 - x0, z1 - z0) < 0.2)


def _cab(x0: float, x1: float, half_m: float, sill_m: float, roof_m: float) -> Block:
    belt, brow = 1.45 + 0.3 * (roof_m > 3.2), roof_m - 0.45
    levels = (
        Level(sill_m, 0.10, 0.0, 0.05),
        Level(sill_m + 0.10),
        Level(belt),
        Level(0.5 * (belt + brow), 0.05, 0.0, 0.01),
        Level(brow, 0.17, 0.0, 0.04),
        Level(roof_m - 0.12, 0.42, 0.04, 0.09),
        Level(roof_m - 0.02, 0.75, 0.12, 0.22),
        Level(roof_m, 1.0, 0.3, 0.5),
    )
    return Block((x0, x1), half_m, levels, (0.24, 0.08), 0.10, _CAB)


def _bus(variant: int) -> HeavyModel:
    body = Block(
        (-3.35, 8.65),
        1.275,
        (
            Level(0.29, 0.10, 0.06, 0.04),
            Level(0.38),
            Level(1.05),
            Level(2.72, 0.12, 0.04, 0.02),
            Level(2.92, 0.20, 0.07, 0.05),
            Level(3.02, 0.34, 0.20, 0.17),
            Level(3.06, 0.7, 0.6, 0.55),
        ),
        (0.30, 0.16),
        0.12,
        _ALL,
    )
    unit = Block(
        (-1.7, 1.6) if variant == 0 else (1.5, 4.6),
        0.86,
        (Level(2.98), Level(3.26, 0.05, 0.05, 0.05), Level(3.31, 0.25, 0.25, 0.2)),
        (0.12, 0.12),
        charts=tuple((side, "paint") for side in ("front", "rear", "left", "right", "top")),
    )
    return HeavyModel(
        "bus",
        variant,
        (body, unit),
        (Axle(5.9, steered=True), Axle(0.0, twin=True)),
        0.48,
        1.235,
        5.9,
        -3.35,
        0.92,
        arches=True,
        head_z_m=0.72,
        head_y_m=0.86,
        plate_z_m=(0.52, 1.12),
        mirrors=True,
        cargo="windows",
        cargo_srgb=(214, 214, 210),
    )


def _lorry(variant: int) -> HeavyModel:
    cab = _cab(3.8, 5.85, 1.2, 0.48, 2.85)
    tall = 3.5 if variant == 0 else 3.2
    box = Block(
        (-2.35, 3.62),
        1.25,
        (Level(1.02), Level(tall - 0.02), Level(tall, 0.03, 0.03, 0.03)),
        (0.03, 0.03),
        charts=_BOX,
    )
    parts = (
        _beam(-2.2, 4.0, 0.42, 0.56, 1.02),
        _beam(0.75, 3.5, 1.2, 0.52, 0.62),
        _beam(0.75, 3.5, 1.2, 0.78, 0.88),
        Block((2.2, 3.3), 1.12, (Level(0.5), Level(0.98)), (0.1, 0.1), charts=_STEEL),
        _beam(-0.6, 0.6, 1.2, 0.96, 1.01),
        _beam(-2.33, -2.22, 1.18, 0.46, 0.58),
        _beam(-2.35, -2.29, 1.19, 0.78, 0.96),
    )
    return HeavyModel(
        "lorry",
        variant,
        (cab, box, *parts),
        (Axle(4.5, steered=True), Axle(0.0, twin=True)),
        0.45,
        1.19,
        4.5,
        -2.35,
        0.86,
        arches=True,
        head_z_m=0.74,
        head_y_m=0.82,
        plate_z_m=(0.55, 0.7),
        mirrors=True,
        cab=(3.8, 0.48, 1.45, 2.85),
        cargo="stripe" if variant == 0 else "curtain",
        cargo_srgb=(216, 216, 212) if variant == 0 else (34, 72, 120),
    )


def _tipper(variant: int) -> HeavyModel:
    cab = _cab(3.2, 5.25, 1.23, 0.52, 2.95)
    bed = Block(
        (-1.85, 3.05),
        1.25,
        (
            Level(1.12, 0.25, 0.15, 0.3),
            Level(1.3, 0.05, 0.05, 0.03),
            Level(2.42 + 0.15 * variant),
            Level(2.45 + 0.15 * variant, 0.07, 0.07, 0.07),
            Level(2.1, 0.12, 0.12, 0.12),
            Level(2.22, 0.5, 0.5, 0.4),
            Level(2.5, 1.2, 1.2, 0.9),
        ),
        (0.05, 0.05),
        charts=_BED,
    )
    parts = (
        _beam(-1.7, 3.6, 0.42, 0.62, 1.13),
        _beam(-1.3, 1.3, 1.2, 1.02, 1.07),
        Block((1.6, 2.7), 1.12, (Level(0.55), Level(1.0)), (0.1, 0.1), charts=_STEEL),
        _beam(-1.85, -1.75, 1.15, 0.5, 0.62),
        _beam(-1.85, -1.78, 1.22, 0.84, 1.02),
    )
    return HeavyModel(
        "tipper",
        variant,
        (cab, bed, *parts),
        (Axle(3.9, steered=True), Axle(0.69, twin=True), Axle(-0.69, twin=True)),
        0.5,
        1.22,
        3.9,
        -1.85,
        0.92,
        arches=True,
        head_z_m=0.8,
        head_y_m=0.84,
        plate_z_m=(0.62, 0.78),
        mirrors=True,
        cab=(3.2, 0.52, 1.45, 2.95),
        cargo="bare",
        cargo_srgb=(150, 152, 150) if variant == 0 else (176, 104, 30),
    )


def _tractor(variant: int) -> HeavyModel:
    cab = _cab(2.78, 5.1, 1.245, 0.46, 3.72 - 0.5 * variant)
    parts = (
        _beam(-1.0, 3.2, 0.42, 0.58, 1.0),
        Block((0.15, 1.0), 0.45, (Level(1.0), Level(1.12)), (0.1, 0.1), charts=_STEEL),
        Block((1.15, 2.6), 1.2, (Level(0.46), Level(1.0)), (0.12, 0.12), charts=_STEEL),
        _beam(-0.62, 0.62, 1.22, 1.03, 1.07),
        _beam(-1.02, -0.94, 1.2, 0.6, 0.9),
    )
    return HeavyModel(
        "tractor",
        variant,
        (cab, *parts),
        (Axle(3.7, steered=True), Axle(0.0, twin=True)),
        0.5,
        1.235,
        3.7,
        -1.02,
        0.75,
        arches=True,
        head_z_m=0.76,
        head_y_m=0.86,
        plate_z_m=(0.56, 0.72),
        mirrors=True,
        cab=(2.78, 0.46, 1.45 + 0.3 * (variant == 0), 3.72 - 0.5 * variant),
    )


def _semitrailer(variant: int) -> HeavyModel:
    box = Block(
        (-4.3, 9.3),
        1.275,
        (Level(1.16), Level(3.97), Level(3.99, 0.03, 0.03, 0.03)),
        (0.03, 0.03),
        charts=_BOX,
    )
    parts = (
        _beam(-4.2, 9.0, 0.45, 0.98, 1.16),
        _beam(2.3, 5.6, 1.22, 0.5, 0.62),
        _beam(2.3, 5.6, 1.22, 0.8, 0.92),
        _beam(5.75, 5.9, 0.9, 0.3, 1.0),
        _beam(-2.0, 2.0, 1.22, 1.06, 1.12),
        _beam(-4.3, -4.2, 1.2, 0.44, 0.58),
        _beam(-4.3, -4.22, 1.25, 0.9, 1.12),
    )
    colors = ((30, 62, 112), (206, 206, 202))
    return HeavyModel(
        "semitrailer",
        variant,
        (box, *parts),
        (Axle(1.31), Axle(0.0), Axle(-1.31)),
        0.5,
        1.25,
        7.7,
        -4.3,
        1.01,
        plate_z_m=(0.0, 0.75),
        cargo="curtain" if variant == 0 else "stripe",
        cargo_srgb=colors[variant],
    )


_MAKERS = {
    "lorry": _lorry,
    "tipper": _tipper,
    "bus": _bus,
    "tractor": _tractor,
    "semitrailer": _semitrailer,
}

HEAVY_SHAPES = tuple(_MAKERS)
"""Names of the heavy vehicles."""

HEAVY_VARIANTS = 2
"""Models of each."""


def heavy_model(shape: str, variant: int) -> HeavyModel:
    """The measures of a heavy vehicle.

    Args:
        shape: one of HEAVY_SHAPES.
        variant: 0 or 1.

    Raises:
        UsageError: no such variant.
    """
    if variant not in range(HEAVY_VARIANTS):
        raise UsageError(f"variant {variant!r} of vehicle shape {shape!r}: wanted 0 to {HEAVY_VARIANTS - 1}")
    return _MAKERS[shape](variant)
