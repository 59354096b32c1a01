"""The picture of what a lorry carries: boxes, curtains, tipping beds, with their doors and rails."""

from __future__ import annotations

import numpy as np

from sim.bodies.vehicles.atlas import MID, Canvas, Chart, Surface
from sim.bodies.vehicles.heavy.measures import HeavyModel
from sim.bodies.vehicles.paint_sides import PLASTIC

__all__ = ["paint_cargo"]

_BAR = Surface((150, 152, 155), 0, 0.35, 0.4)
_RED, _WHITE = Surface((170, 16, 18), 0, 0.3), Surface((226, 226, 222), 0, 0.3)


def paint_cargo(canvas: Canvas, atlas: dict[str, Chart], m: HeavyModel) -> None:
    """Paints the sides and the rear of a load's box; nothing where there is none."""
    if m.cargo == "plain":
        return
    box = m.blocks[1] if m.cab is not None else m.blocks[0]
    low, high = box.levels[0].z_m, max(level.z_m for level in box.levels)
    for name in ("left", "right"):
        _paint_flank(canvas, atlas[name], m, (*box.x_m, low, high))
    _paint_rear(canvas, atlas["rear"], m, low, high)


def _shade(rgb: tuple[int, int, int], factor: float) -> tuple[int, int, int]:
    r, g, b = (min(255, round(c * factor)) for c in rgb)
    return (r, g, b)


def _paint_flank(canvas: Canvas, chart: Chart, m: HeavyModel, box: tuple[float, float, float, float]) -> None:
    x0, x1, low, high = box
    base = Surface(m.cargo_srgb, 0, 0.5)
    dark, light = Surface(_shade(m.cargo_srgb, 0.72), 0, 0.5), Surface(_shade(m.cargo_srgb, 1.12), 0, 0.5)
    canvas.fill(
        chart,
        [(x0 - 0.02, low - 0.1), (x1 + 0.02, low - 0.1), (x1 + 0.02, high + 0.02), (x0 - 0.02, high + 0.02)],
        base,
    )
    if m.cargo == "curtain":
        for x in np.arange(x0 + 0.3, x1 - 0.1, 0.62):
            canvas.line(chart, [(x, low + 0.1), (x, high - 0.1)], 2.5, dark)
            canvas.line(chart, [(x + 0.08, low + 0.1), (x + 0.08, high - 0.1)], 1.5, light)
            canvas.fill(
                chart,
                [
                    (x - 0.03, low + 0.02),
                    (x + 0.03, low + 0.02),
                    (x + 0.03, low + 0.2),
                    (x - 0.03, low + 0.2),
                ],
                _BAR,
            )
        middle = (x0 + x1) / 2
        band = [
            (middle - 0.28 * (x1 - x0), low + 0.9),
            (middle + 0.2 * (x1 - x0), low + 0.9),
            (middle + 0.28 * (x1 - x0), high - 0.8),
            (middle - 0.2 * (x1 - x0), high - 0.8),
        ]
        canvas.fill(chart, band, Surface((222, 222, 216), 0, 0.55))
    elif m.cargo == "stripe":
        for x in np.arange(x0 + 1.2, x1 - 0.5, 1.2):
            canvas.line(chart, [(x, low), (x, high)], 1.0, dark)
        band = [(x0, low + 0.5), (x1, low + 0.9), (x1, low + 1.25), (x0, low + 1.15)]
        canvas.fill(chart, band, Surface((255, 255, 255), 255, 0.45))
        canvas.fill(chart, [(x0, low + 1.2), (x1, low + 1.3), (x1, low + 1.37), (x0, low + 1.29)], dark)
    else:
        for x in np.linspace(x0 + 0.1, x1 - 0.1, 7):
            canvas.fill(chart, [(x - 0.05, low), (x + 0.05, low), (x + 0.05, high), (x - 0.05, high)], light)
            canvas.line(chart, [(x + 0.06, low), (x + 0.06, high)], 2.5, dark)
        canvas.line(chart, [(x0, high - 0.06), (x1, high - 0.06)], 6.0, light)
    rail = Surface((96, 98, 100), 0, 0.5, 0.1) if m.cargo != "bare" else dark
    canvas.fill(chart, [(x0, low - 0.1), (x1, low - 0.1), (x1, low + 0.06), (x0, low + 0.06)], rail)
    if m.cargo != "bare":
        canvas.fill(chart, [(x0, high - 0.07), (x1, high - 0.07), (x1, high + 0.02), (x0, high + 0.02)], rail)
        for x in np.arange(x0 + 0.2, x1 - 0.3, 0.9):
            canvas.fill(
                chart,
                [(x, low + 0.08), (x + 0.3, low + 0.08), (x + 0.3, low + 0.13), (x, low + 0.13)],
                Surface((210, 150, 30), 0, 0.3),
            )


def _paint_rear(canvas: Canvas, chart: Chart, m: HeavyModel, low: float, high: float) -> None:
    half = m.half_width_m
    canvas.fill(chart, [(MID, 0), (half + 0.03, 0), (half + 0.03, low), (MID, low)], PLASTIC)
    color = (206, 206, 202) if m.cargo == "curtain" else m.cargo_srgb
    frame = Surface(_shade(color, 0.8), 0, 0.45)
    canvas.fill(
        chart,
        [(MID, low), (half + 0.03, low), (half + 0.03, high + 0.02), (MID, high + 0.02)],
        Surface(color, 0, 0.45),
    )
    canvas.line(chart, [(half - 0.04, low), (half - 0.04, high - 0.04), (MID, high - 0.04)], 6.0, frame)
    if m.cargo == "bare":
        for z in np.linspace(low + 0.2, high - 0.3, 3):
            canvas.line(chart, [(MID, z), (half - 0.1, z)], 7.0, frame)
        return
    canvas.line(chart, [(0.0, low), (0.0, high - 0.06)], 2.5, Surface((30, 30, 31), 0, 0.7))
    for y in (0.18, 0.42):
        canvas.line(chart, [(y * 2 * half, low + 0.04), (y * 2 * half, high - 0.08)], 4.0, _BAR)
        canvas.fill(
            chart,
            [
                (y * 2 * half - 0.14, low + 0.55),
                (y * 2 * half + 0.03, low + 0.55),
                (y * 2 * half + 0.03, low + 0.6),
                (y * 2 * half - 0.14, low + 0.6),
            ],
            _BAR,
        )
    for z in np.linspace(low + 0.25, high - 0.3, 4):
        canvas.fill(
            chart,
            [(half - 0.16, z), (half - 0.02, z), (half - 0.02, z + 0.07), (half - 0.16, z + 0.07)],
            _BAR,
        )
    for k, y in enumerate(np.arange(0.1, half - 0.1, 0.14)):
        canvas.fill(
            chart,
            [(y, low + 0.02), (y + 0.14, low + 0.02), (y + 0.14, low + 0.07), (y, low + 0.07)],
            (_RED, _WHITE)[k % 2],
        )
