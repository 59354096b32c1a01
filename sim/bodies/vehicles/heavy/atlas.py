"""A heavy vehicle in, the map from its sides to places in its texture out."""

from __future__ import annotations

from sim.bodies.vehicles.atlas import MID, Chart
from sim.bodies.vehicles.heavy.measures import HeavyModel

__all__ = ["heavy_charts"]


def heavy_charts(m: HeavyModel) -> dict[str, Chart]:
    """Charts of a model.

    Returns:
        ``left`` and ``right`` over (x, z), ``front`` and ``rear`` over (|y|, z), ``top``, ``cargo`` and
        ``load`` over (x, |y|), ``wheel`` over the face of a wheel in units of its radius, ``head`` and
        ``tail`` over (outward, upward), both 0..1, ``glyphs`` over (cell, 0..1).
    """
    tail, nose = m.x_m
    along, height = (nose + 0.02, tail - 0.02), (0.0, m.height_m + 0.02)
    half = (MID, m.half_width_m * 1.02)
    return {
        "left": Chart((0, 0, 1024, 256), along, height),
        "right": Chart((0, 256, 1024, 512), along, height),
        "front": Chart((0, 512, 300, 960), half, height),
        "rear": Chart((304, 512, 604, 960), half, height),
        "top": Chart((608, 512, 1024, 572), along, half),
        "wheel": Chart((608, 576, 832, 800), (-1.04, 1.04), (-1.04, 1.04)),
        "head": Chart((836, 576, 1024, 700), (0.0, 1.0), (0.0, 1.0)),
        "tail": Chart((836, 704, 1024, 800), (0.0, 1.0), (0.0, 1.0)),
        "cargo": Chart((608, 868, 812, 960), along, half),
        "load": Chart((816, 868, 1024, 960), along, half),
        "glyphs": Chart((0, 964, 1024, 1004), (0.0, 42.0), (0.0, 1.0)),
    }
